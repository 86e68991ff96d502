"""``{% load ui %}``: the tags that pages are built with. docs/ui-kit.md lists them with their parameters."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from carbonfoot.languages import english
from carbonfoot.ui import blocks, charts, dates, fieldviews, jobviews, lists, text
from carbonfoot.ui.icons import icon_svg
from carbonfoot.ui.numbers import format_number, format_percent, format_significant, format_size
from carbonfoot.ui.status import as_status, status_html

register = template.Library()

register.tag("capture", blocks.capture)
register.tag("panel", blocks.panel)
register.simple_block_tag(blocks.panel_part("right"), takes_context=True, name="panel_right")
register.simple_block_tag(blocks.panel_part("foot"), takes_context=True, name="panel_foot")

register.filter("co2", text.co2)
register.filter("unit", text.unit_html)
register.filter("pick", text.pick)
register.simple_tag(text.labelled, name="labelled")
register.filter("size", format_size)
register.simple_tag(text.figure_html, name="figure")
register.simple_tag(text.value_html, name="value")
register.simple_tag(text.blank_html, name="blank")
register.simple_tag(text.digest_html, name="digest")
register.simple_tag(blocks.vis_html, name="visible")
register.simple_tag(icon_svg, name="icon")
register.simple_tag(charts.stage_bar, name="stage_bar")
register.simple_tag(charts.stage_key, name="stage_key")
register.simple_tag(charts.share_bar, name="bar")


# ---------- text and numbers ----------


def _or_unknown(shown: str | None) -> str | SafeString:
    return text.state_html("unknown") if shown is None else shown


@register.filter
def number(value: Any, decimals: int | None = None) -> str | SafeString:
    """A grouped number rounded half to even."""
    return _or_unknown(format_number(value, decimals))


@register.filter
def significant(value: Any, digits: int = 3) -> str | SafeString:
    """A number to significant digits."""
    return _or_unknown(format_significant(value, digits))


@register.filter
def signed(value: Any, decimals: int | None = None) -> str | SafeString:
    """A number with its sign."""
    return _or_unknown(format_number(value, decimals, sign=True))


@register.filter
def percent(value: Any, decimals: int = 1) -> str | SafeString:
    """A share as a percentage."""
    return _or_unknown(format_percent(value, decimals))


@register.filter
def signed_percent(value: Any, decimals: int = 1) -> str | SafeString:
    """A relative change as a percentage with its sign."""
    return _or_unknown(format_percent(value, decimals, sign=True))


@register.filter
def or_blank(value: Any) -> Any:
    """The text, or the words "not filled in"."""
    return text.blank_html() if value in (None, "") else value


def _date_filter(name: str, function: Any) -> None:
    def show(value: Any) -> str | SafeString:
        return function(value) if value else text.blank_html()

    register.filter(name, show)


_date_filter("day", dates.format_day)
_date_filter("day_short", dates.format_day_short)
_date_filter("weekday", dates.format_weekday)
_date_filter("moment", dates.format_moment)
_date_filter("stamp", lambda value: dates.format_moment(value, seconds=True))
_date_filter("due", dates.format_due)
_date_filter("duration", dates.format_seconds)


@register.filter
def late(value: Any) -> bool:
    """Whether a deadline has passed."""
    return bool(value) and dates.is_late(value)


@register.simple_tag
def html_lang() -> str:
    """The language tag of the page for ``lang``."""
    return "en" if english() else "zh-Hans"


@register.simple_tag
def status(value: Any, label: Any = "", icon: str = "") -> SafeString:
    """Word, mark and colour of a state."""
    return status_html(as_status(value, label, icon))


# ---------- page ----------


def _trim(content: str) -> SafeString:
    return mark_safe(content.strip())  # noqa: S308 - rendered template


@register.simple_tag
def crumb(label: Any, url: str = "") -> SafeString:
    """One step of the breadcrumb; the last has no address."""
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, label)
    return format_html('<li aria-current="page">{}</li>', label)


@register.simple_block_tag
def meta(content: SafeString, label: Any) -> SafeString:
    """One labelled fact under the heading."""
    return format_html("<span><b>{}</b>{}</span>", label, content)


@register.simple_block_tag
def note(content: SafeString, kind: str = "") -> SafeString:
    """A remark: info, ok, warn, bad, in (inside a panel) or plain."""
    role = mark_safe(' role="alert"') if kind == "bad" else ""
    return format_html(
        '<div class="note{}"{}>{}</div>', f" note--{kind}" if kind else "", role, _trim(content)
    )


@register.simple_block_tag
def empty(content: SafeString, title: Any, icon: str = "box", level: int = 3) -> SafeString:
    """Why a list is empty, and how to fill it."""
    return format_html(
        '<div class="empty">{}<h{} class="h3">{}</h{}>{}</div>',
        icon_svg(icon),
        level,
        title,
        level,
        _trim(content),
    )


@register.simple_block_tag
def table_wrap(content: SafeString, label: Any) -> SafeString:
    """A named region that scrolls sideways and can be reached by keyboard."""
    return format_html(
        '<div class="table-wrap" tabindex="0" role="region" aria-label="{}">{}</div>', label, _trim(content)
    )


@register.simple_block_tag
def confirmation(content: SafeString, title: Any, ref: str, when: Any = None, digest: str = "") -> SafeString:
    """What has been done: reference number, time, digest, and what happens next."""
    data = {"title": title, "ref": ref, "when": when, "digest": digest, "content": content}
    return render_to_string("components/confirmation.html", data)


@register.simple_tag
def stats(items: Iterable[Sequence[Any]], cls: str = "") -> SafeString:
    """Figures in a row: (label, value) or (label, value, note)."""
    rows = [(text.co2(i[0]), _shown(i[1]), _note(i[2] if len(i) > 2 else "")) for i in items]
    body = format_html_join("", "<div><dt>{}</dt><dd>{}</dd>{}</div>", rows)
    return format_html('<dl class="stats{}">{}</dl>', f" {cls}" if cls else "", body)


def _note(value: Any) -> SafeString:
    return format_html("<dd>{}</dd>", text.co2(value)) if value else mark_safe("")


def _shown(value: Any) -> Any:
    if value is None:
        return text.state_html("unknown")
    return text.blank_html() if value == "" else text.co2(value)


@register.simple_tag
def kv(items: Iterable[Sequence[Any]], wide: bool = False, rows: bool = False) -> SafeString:
    """A list of labels and values."""
    body = format_html_join("", "<dt>{}</dt><dd>{}</dd>", ((text.co2(i[0]), _shown(i[1])) for i in items))
    classes = "kv" + (" kv--wide" if wide else "") + (" kv--rows" if rows else "")
    return format_html('<dl class="{}">{}</dl>', classes, body)


def _links(items: Iterable[Sequence[Any]], current: str) -> SafeString:
    return format_html_join(
        "",
        '<a href="{}"{}>{}{}</a>',
        (
            (
                item[1],
                mark_safe(f' aria-current="{current}"') if item[2] else "",  # noqa: S308 - a constant
                item[0],
                format_html('<span class="n">{}</span>', item[3])
                if len(item) > 3 and item[3] is not None
                else "",
            )
            for item in items
        ),
    )


@register.simple_tag
def tabs(items: Iterable[Sequence[Any]], label: Any = "") -> SafeString:
    """Views of one thing: (label, url, current[, count])."""
    return format_html('<nav class="tabs" aria-label="{}">{}</nav>', label, _links(items, "page"))


@register.simple_tag
def seg(items: Iterable[Sequence[Any]], label: Any = "") -> SafeString:
    """A switch between two or three ways of showing: (label, url, current)."""
    return format_html('<nav class="seg" aria-label="{}">{}</nav>', label, _links(items, "true"))


@register.simple_tag
def steps(items: Iterable[Sequence[Any]]) -> SafeString:
    """Where one stands: (label, note, state), state done, now or todo."""
    marks = {"done": ' class="is-done"', "now": ' class="is-now" aria-current="step"', "todo": ""}
    body = format_html_join(
        "",
        "<li{}><b>{}</b>{}</li>",
        ((mark_safe(marks[state]), name, remark) for name, remark, state in items),  # noqa: S308
    )
    return format_html('<ol class="steps">{}</ol>', body)


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """What happened: text, when, note, code, kind."""
    return {"entries": entries}


@register.inclusion_tag("components/task_list.html")
def task_list(tasks: Iterable[Any], label: Any = "") -> dict[str, Any]:
    """Tasks with their states: nr, label, url, text, status, note, locked, next."""
    return {"tasks": tasks, "label": label}


@register.inclusion_tag("components/sheet.html")
def sheet_snippet(snippet: Any) -> dict[str, Any]:
    """Cells of a workbook around the one that is meant."""
    return {"snippet": snippet}


register.filter("job_view", jobviews.job_view)
register.simple_tag(charts.legend, name="stage_legend")


@register.inclusion_tag("components/job.html", takes_context=True)
def job_panel(context: Context, job: Any, next_url: str = "") -> dict[str, Any]:
    """Progress of background work; ``next_url`` is where the result will be."""
    return {"job": job, "next": next_url, "csrf_token": context.get("csrf_token")}


# ---------- lists ----------


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any], target: str = "", param: str = "page") -> dict[str, Any]:
    """Range, total and pages of a list."""
    return {"pager": lists.pager_view(page, context.get("request"), param), "target": target}


@register.simple_tag(takes_context=True)
def sort_th(
    context: Context, key: str, label: Any, num: bool = False, default: str = "", target: str = ""
) -> SafeString:
    """The head of a column that can be sorted by."""
    view = lists.sort_view(context.get("request"), key, default=default)
    return format_html(
        '<th scope="col"{}{}><a class="sort" href="{}"{}><span>{}</span>{}</a></th>',
        mark_safe(' class="num"') if num else "",
        format_html(' aria-sort="{}"', view.direction) if view.direction else "",
        view.url,
        _swap(target, view.url),
        text.co2(label),
        icon_svg(view.icon),
    )


def _swap(target: str, url: str) -> SafeString | str:
    if not target:
        return ""
    return format_html(
        ' hx-get="{}" hx-target="{}" hx-select="{}" hx-swap="outerHTML" hx-push-url="true"',
        url,
        target,
        target,
    )


@register.inclusion_tag("components/filters.html", takes_context=True)
def filters(context: Context, form: BaseForm, label: Any = "", grow: str = "q") -> dict[str, Any]:
    """A GET form in one row; the field named ``grow`` takes the room left."""
    request = context.get("request")
    kept = (
        []
        if request is None
        else [(k, v) for k, v in request.GET.items() if k not in form.fields and k != "page"]
    )
    return {"form": form, "label": label, "grow": grow, "kept": kept}


@register.inclusion_tag("components/chips.html", takes_context=True)
def filter_chips(context: Context, form: BaseForm) -> dict[str, Any]:
    """The filters in force; each can be taken off."""
    request = context.get("request")
    cleared = lists.with_params(request, **dict.fromkeys(form.fields))
    return {"chips": lists.chips_of(form, request), "clear_url": cleared}


# ---------- forms and actions ----------


@register.simple_tag
def error_summary(source: Any, title: Any = "") -> SafeString:
    """All errors of a form (or of Problems) at the top, each linked to its field. Nothing when there are none."""
    return fieldviews.summary_html(source, title)


@register.simple_tag
def field(
    bound: BoundField,
    unit: str = "",
    wide: bool = False,
    label: Any = "",
    cls: str = "",
    optional: bool = True,
) -> SafeString:
    """Label, hint, error and field, in this order; ``optional=False`` leaves out the word for an optional field."""
    return fieldviews.field_html(bound, unit=unit, wide=wide, label=label, cls=cls, optional=optional)


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """All fields of a form, in its fieldsets if it has any; hidden ones too."""
    return fieldviews.fields_html(form)


@register.inclusion_tag("components/buttons.html")
def buttons(label: Any, cancel_url: str = "", cancel_label: Any = "", large: bool = False) -> dict[str, Any]:
    """The main button of a form, and the way back."""
    return {"label": label, "cancel_url": cancel_url, "cancel_label": cancel_label, "large": large}


@register.inclusion_tag("components/action.html", takes_context=True)
def action(
    context: Context,
    decision: Any,
    label: Any,
    url: str = "",
    method: str = "post",
    main: bool = False,
    bad: bool = False,
    small: bool = False,
    icon: str = "",
    confirm: Any = "",
    name: str = "",
    value: Any = "",
    target: str = "",
    download: bool = False,
) -> dict[str, Any]:
    """A button as the access table decides: on, off beside the reason, or not there."""
    allowed = decision is None or decision is True or bool(getattr(decision, "allowed", decision))
    reason = "" if allowed else getattr(decision, "reason", "")
    kind = "".join((" btn--main" if main else "", " btn--bad" if bad else "", " btn--s" if small else ""))
    return {
        "allowed": allowed,
        "reason": reason,
        "label": label,
        "url": url,
        "method": method.lower(),
        "kind": kind,
        "mark": icon_svg(icon) if icon else "",
        "confirm": confirm,
        "name": name,
        "value": value,
        "target": target,
        "download": download,
        "why_id": f"why-{zlib.crc32(f'{url}|{label}'.encode()):08x}",
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def join_safe(items: Iterable[Any], separator: str = "") -> SafeString:
    """Pieces joined, each escaped unless it is markup already."""
    return mark_safe(conditional_escape(separator).join(conditional_escape(item) for item in items))  # noqa: S308

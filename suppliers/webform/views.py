"""The steps of the form in a browser. Thin: drafts are written by `drafts`, pages are put together by `pages`."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from carbonfoot.accounts.access import require
from carbonfoot.http import Request
from carbonfoot.languages import language
from carbonfoot.problems import Problems
from carbonfoot.ui.dates import format_moment
from suppliers.models import DataRequest
from suppliers.selectors import draft_of
from suppliers.views.common import the_request
from suppliers.webform import drafts as services
from suppliers.webform.checking import check_draft
from suppliers.webform.fields import typed
from suppliers.webform.pages import (
    cover_form,
    error_summary,
    examples,
    factor_options,
    general_notes,
    row_views,
    saved,
    tasks,
)
from suppliers.webform.steps import Rows, Step, Values, begun, replaced, step_named, steps_for
from suppliers.workbook.numbers import parse_number, plain, tidy
from suppliers.workbook.units import convertible

PAGE_KEY = 16


def mine(request: Request, number: str) -> DataRequest:
    """The request, for somebody who may fill it in now. Raises 404 and AccessDenied."""
    row = the_request(request, number)
    require(request.actor, "request.fill", row)
    return row


def _step(key: str) -> Step:
    step = step_named(key)
    if step is None:
        raise Http404
    return step


def texts(request: Request, row: DataRequest) -> tuple[Rows, Values]:
    """The draft's rows and cover, or what a new draft holds."""
    draft = draft_of(request.actor, row)
    return (draft.rows, draft.cover) if draft is not None else begun(row)


@require_GET
def start(request: Request, number: str) -> HttpResponse:
    """On to the first step that nobody has saved yet; to the check when all are."""
    row = mine(request, number)
    draft = draft_of(request.actor, row)
    for step in steps_for(draft.cover if draft else {}):
        if not saved(draft, step) and step.key != "coproducts":
            return redirect("suppliers:form_step", number=number, step=step.key)
    return redirect("suppliers:form_check", number=number)


def step(request: Request, number: str, step: str) -> HttpResponse:
    """One step: shown with what the checks say of it, or saved."""
    row, here = mine(request, number), _step(step)
    if request.method != "POST":
        return _page(request, row, here)
    try:
        _save(request, row, here)
    except Problems as problems:
        return _page(request, row, here, problems=problems)
    return _after(request, row, here)


def _posted(request: Request, here: Step) -> tuple[Values, list[Values]]:
    """Cover and rows as posted, without the row that is to be taken out, with the unit that is to be converted."""
    data = request.POST
    count = data.get("count", "0")
    number = min(int(count), services.ROWS_MAX + 1) if count.isascii() and count.isdigit() else 0
    out = data.get("remove", "")
    rows = [typed(data, here.columns(), f"row-{i}") for i in range(number) if str(i) != out]
    turn = data.get("convert", "")
    if turn.isascii() and turn.isdigit() and int(turn) < len(rows):
        rows[int(turn)] = _converted(here, rows[int(turn)])
    return typed(data, here.cover_columns(), "cover"), rows


def _converted(here: Step, row: Values) -> Values:
    """The row with its amount in a unit that the table takes, exactly; as it was where nothing is known."""
    column = next(column for column in here.columns() if column.key == "unit")
    found, amount = convertible(row.get("unit", ""), column.dimensions), parse_number(row.get("amount", ""))
    if found is None or amount is None:
        return row
    unit, factor = found
    return row | {"unit": unit.symbol, "amount": plain(tidy((amount.value * factor).normalize()))}


def _save(request: Request, row: DataRequest, here: Step, *, quiet: bool = False) -> None:
    version = request.POST.get("version", "0")
    cover, rows = _posted(request, here)
    services.save_step(
        actor=request.actor,
        request=row,
        step=here,
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
        page=request.POST.get("page", "")[: 2 * PAGE_KEY],
        cover=cover,
        rows=rows,
        quiet=quiet,
    )


def _after(request: Request, row: DataRequest, here: Step) -> HttpResponse:
    """Where a saved step leads: on when it has no errors, back to it otherwise."""
    back = reverse("suppliers:form_step", args=[row.number, here.key])
    if "add" in request.POST:
        return redirect(f"{back}?add=1#new-row")
    if "remove" in request.POST or "convert" in request.POST or "stay" in request.POST:
        messages.success(request, _("Saved."))
        return redirect(back)
    rows, cover = texts(request, row)
    if check_draft(row, rows, cover, language()).count(here.key, "error"):
        return redirect(back)
    steps = [*(item.key for item in steps_for(cover)), ""]
    following = steps[steps.index(here.key) + 1] if here.key in steps else ""
    if not following:
        return redirect("suppliers:form_check", number=row.number)
    return redirect("suppliers:form_step", number=row.number, step=following)


@require_POST
def save(request: Request, number: str, step: str) -> HttpResponse:
    """Save what stands on the page while somebody types; the answer is a sentence for the page."""
    row, here = mine(request, number), _step(step)
    try:
        _save(request, row, here, quiet=True)
    except Problems as problems:
        return HttpResponse(
            str(problems.items[0].message), status=409, content_type="text/plain; charset=utf-8"
        )
    draft = draft_of(request.actor, row)
    when = format_moment(draft.changed_at) if draft else ""
    return HttpResponse(_("Saved %(when)s") % {"when": when}, content_type="text/plain; charset=utf-8")


def _page(request: Request, row: DataRequest, here: Step, problems: Problems | None = None) -> HttpResponse:
    """The page of a step. With ``problems`` it shows what was posted, and what stands in the way of saving it."""
    lang = language()
    draft = draft_of(request.actor, row)
    rows, cover = texts(request, row)
    checked = check_draft(row, rows, cover, lang)
    shown = checked if saved(draft, here) else None
    if problems is not None:
        answers, given = _posted(request, here)
        rows, cover = replaced(here, rows, given), {**cover, **answers}
        shown = check_draft(row, rows, cover, lang)
    form, cover_fields = cover_form(here, cover, shown, lang)
    views = row_views(row, here, rows, shown, lang, extra=1 if request.GET.get("add") else 0)
    keys = [item.key for item in steps_for(cover)]
    data = {
        "it": row,
        "step": here,
        "number": keys.index(here.key) + 1 if here.key in keys else 1,
        "count": len(keys) + 1,
        "cover_form": form,
        "cover_fields": cover_fields,
        "rows": views,
        "lines": error_summary(form, views),
        "problems": problems,
        "notes": general_notes(here, shown, lang) if shown else [],
        "errors": shown.count(here.key, "error") if shown else 0,
        "tasks": tasks(row, draft, cover, checked, here.key),
        "examples": examples(row, here, lang),
        "factors": factor_options(here, lang),
        "version": (draft.versions.get(here.key, {}) if draft else {}).get("number", 0),
        "page_key": secrets.token_hex(PAGE_KEY),
        "draft": draft,
        "full": len(views) >= services.ROWS_MAX,
        "following": _following(row, keys, here),
    }
    return render(request, "suppliers/webform/step.html", data, status=409 if problems else 200)


def _following(row: DataRequest, keys: list[str], here: Step) -> str:
    """Address of the step after this one."""
    after = keys[keys.index(here.key) + 1 :] if here.key in keys else []
    if after:
        return reverse("suppliers:form_step", args=[row.number, after[0]])
    return reverse("suppliers:form_check", args=[row.number])

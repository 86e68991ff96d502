"""Tables that belong to charts: the same data folded away, and the coverage of a phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carbonfoot.ui.icons import icon_svg
from carbonfoot.ui.numbers import format_number
from carbonfoot.ui.text import co2, state_html

CELLS: dict[str, tuple[str, str, Any]] = {
    "ok": ("cell cell--ok", "check", gettext_lazy("done")),
    "now": ("cell cell--now", "", gettext_lazy("in progress")),
    "no": ("cell", "", gettext_lazy("not started")),
    "bad": ("cell cell--bad", "x", gettext_lazy("to be mended")),
    "missing": ("cell cell--no", "", gettext_lazy("missing")),
}


@dataclass(frozen=True)
class Row:
    """One product in the coverage of a phase; ``cells`` are keys of CELLS, ``now`` the present state in words."""

    label: Any
    note: Any = ""
    href: str = ""
    cells: Sequence[str] = field(default_factory=tuple)
    now: Any = ""


def coverage_cell(kind: str) -> SafeString:
    """A round mark with its word for those who do not see it."""
    css, mark, word = CELLS[kind]
    return format_html(
        '<span class="{}" title="{}">{}<span class="vh">{}</span></span>',
        css,
        word,
        icon_svg(mark) if mark else "",
        word,
    )


def coverage(
    columns: Sequence[Any], rows: Sequence[Row], label: Any = "", first: Any = "", last: Any = ""
) -> SafeString:
    """Products against the steps of a declaration, as a table. ``first`` and ``last`` head the outer columns."""
    head = format_html_join("", '<th scope="col">{}</th>', ((column,) for column in columns))
    body = []
    for row in rows:
        name = (
            format_html('<a class="row" href="{}">{}</a>', row.href, row.label)
            if row.href
            else format_html('<span class="medium">{}</span>', row.label)
        )
        cells = format_html_join("", "<td>{}</td>", ((coverage_cell(kind),) for kind in row.cells))
        small = format_html("<small>{}</small>", co2(row.note)) if row.note else ""
        body.append(
            format_html(
                '<tr><th scope="row">{}{}</th>{}<td class="l soft">{}</td></tr>', name, small, cells, row.now
            )
        )
    return format_html(
        '<div class="table-wrap" tabindex="0" role="region" aria-label="{}">'
        '<table class="table table--mid matrix">'
        '<thead><tr><th scope="col">{}</th>{}<th scope="col" class="left">{}</th></tr></thead>'
        "<tbody>{}</tbody></table></div>",
        label or _("Coverage"),
        first or _("Pack"),
        head,
        last or _("Now"),
        mark_safe("".join(body)),  # noqa: S308 - each row is escaped
    )


def table(
    columns: Sequence[Any],
    rows: Sequence[Sequence[Any]],
    summary: Any = "",
    decimals: int | None = None,
    folded: bool = True,
) -> SafeString:
    """The data of a chart as a table. The first column names the row; numbers stand right, None reads "unknown"."""
    numeric = [
        index > 0 and any(not isinstance(row[index], str) and row[index] is not None for row in rows)
        for index in range(len(columns))
    ]
    head = format_html_join(
        "",
        '<th scope="col"{}>{}</th>',
        ((_num(right), co2(name)) for name, right in zip(columns, numeric, strict=True)),
    )
    body = []
    for row in rows:
        cells = [format_html('<th scope="row">{}</th>', co2(row[0]))]
        for value, right in zip(row[1:], numeric[1:], strict=True):
            cells.append(format_html("<td{}>{}</td>", _num(right), _cell(value, decimals)))
        body.append(format_html("<tr>{}</tr>", mark_safe("".join(cells))))  # noqa: S308 - each cell is escaped
    name = summary or _("Show as a table")
    inner = format_html(
        '<div class="table-wrap" tabindex="0" role="region" aria-label="{}">'
        '<table class="table table--dense"><thead><tr>{}</tr>'
        "</thead><tbody>{}</tbody></table></div>",
        name,
        head,
        mark_safe("".join(body)),  # noqa: S308 - each row is escaped
    )
    return (
        format_html('<details class="more mt-2"><summary>{}</summary>{}</details>', name, inner)
        if folded
        else inner
    )


def _num(right: bool) -> SafeString | str:
    return mark_safe(' class="num"') if right else ""


def _cell(value: Any, decimals: int | None) -> Any:
    if value is None:
        return state_html("unknown")
    if isinstance(value, str):
        return co2(value)
    try:
        return format_number(value, decimals)
    except ValueError:
        return co2(value)

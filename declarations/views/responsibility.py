"""The responsibility matrix of a pack, and of all packs: who owes what, by when, how far."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carbonfoot.accounts.access import check
from carbonfoot.csvs import csv_response
from carbonfoot.http import Request
from carbonfoot.ui.lists import with_params
from carbonfoot.ui.numbers import format_percent
from carbonfoot.ui.status import Status
from declarations.models import Pack
from declarations.selectors import responsibility as select
from declarations.selectors.packs import packs_for
from declarations.views.common import own_pack
from suppliers.forms import module_type_label
from suppliers.statuses import overdue_status, request_status

PER_PAGE = 50
_KINDS = {
    "you_ask": "bad",
    "you_fill": "warn",
    "you_accept": "warn",
    "you_use": "warn",
    "supplier": "info",
    "nobody": "ok",
    "factor": "plain",
}


def _answer(request: Request, rows: list[select.Duty], pack: Pack | None) -> HttpResponse:
    asked = request.GET.get("sort", "")
    rows = select.in_order(rows, asked)
    if request.GET.get("format") == "csv":
        name = f"responsibility-{pack.pk}.csv" if pack else "responsibility.csv"
        return csv_response(name, select.COLUMNS, (select.csv_cells(row) for row in rows))
    counts = select.summary(rows)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = [
        {
            "it": row,
            "type": module_type_label(row.part.module_type),
            "turn": Status(_KINDS[row.turn], select.TURNS[row.turn]),
            "status": request_status(row.request) if row.request else None,
            "late": overdue_status(row.request) if row.request else None,
        }
        for row in page
    ]
    context = {
        "pack": pack,
        "page": page,
        "rows": shown,
        "csv_url": with_params(request, format="csv"),
        "stats": _stats(counts),
        "may_ask": check(request.actor, "pack.edit", pack) if pack else None,
        "has_parts": counts.parts > 0,
    }
    return render(request, "declarations/packs/responsibility.html", context)


def _stats(counts: select.Summary) -> list[tuple[str, str, str]]:
    covered = _("not calculated") if counts.covered is None else str(format_percent(counts.covered, 1))
    return [
        (_("With a supplier's result"), f"{counts.with_result} / {counts.parts}", _("parts")),
        (_("Suppliers owe"), str(counts.waiting), _("%(n)d overdue") % {"n": counts.late}),
        (_("You owe"), str(counts.yours), _("parts")),
        (_("Newer data available"), str(counts.newer), _("parts")),
        (_("Footprint by suppliers' results"), covered, _("share, mean over calculated packs")),
    ]


@require_GET
def pack_matrix(request: Request, pk: int) -> HttpResponse:
    """Of one pack."""
    pack = own_pack(request, pk)
    chosen = packs_for(request.actor).filter(pk=pack.pk)
    return _answer(request, select.duties(request.actor, chosen), pack)


@require_GET
def matrix(request: Request) -> HttpResponse:
    """Of all packs that are not retired."""
    return _answer(request, select.duties(request.actor), None)

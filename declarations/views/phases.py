"""The page that tells how far a maker has come in a phase."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carbonfoot import clock
from carbonfoot.accounts.access import check
from carbonfoot.http import Request
from carbonfoot.ui import charts
from carbonfoot.ui.charts.tables import coverage_cell
from carbonfoot.ui.numbers import format_number
from carbonfoot.ui.status import Status
from declarations import phase_words
from declarations.models import Chemistry, Phase
from declarations.phase_rules import Item, Standing
from declarations.selectors import phases as select
from declarations.selectors.reliefs import reliefs_for
from declarations.selectors.summaries import summaries_for
from declarations.statuses import declaration_status

PER_PAGE = 50
HOME_ROWS = 12


def columns() -> list[str]:
    """The steps of a pack in a phase."""
    return [_("Product"), _("Data"), _("Calculation"), _("Verification"), _("Review")]


def _now(row: select.PackRow) -> str:
    if row.declaration is None:
        return _("exempt") if row.facts.waived else _("no declaration yet")
    return str(row.declaration.get_state_display())


def _note(row: select.PackRow, phase: Phase) -> str:
    text = f"{row.pack.get_chemistry_display()} · {format_number(row.pack.rated_energy_kwh, 1)} kWh"
    if not row.pack.is_typical and not phase.every_pack:
        text += " · " + _("not a typical product")
    return text


def _href(row: select.PackRow) -> str:
    if row.declaration is not None:
        return reverse("declarations:detail", args=[row.declaration.pk])
    return reverse("declarations:pack", args=[row.pack.pk])


def matrix(coverage: select.Coverage) -> SafeString:
    """Packs and missing chemistries against the steps, for the first page: so many rows as fit there."""
    rows = [
        charts.Row(row.pack.model, _note(row, coverage.phase), _href(row), row.steps, _now(row))
        for row in coverage.rows[:HOME_ROWS]
    ]
    with_declaration = {row.pack.chemistry for row in coverage.rows if row.declaration is not None}
    rows += [
        charts.Row(
            label=Chemistry(value).label,
            note=_("no declaration of this chemistry yet"),
            cells=["missing"] * 5,
            now=_("missing"),
        )
        for value in coverage.missing_chemistries
        if value not in with_declaration
    ]
    return charts.coverage(columns(), rows, label=_("Packs in this phase"))


def countdown(standing: Standing) -> dict[str, Any]:
    """Days left and the bar of a phase, until the maker's own last day; without an end, only when it began."""
    today, phase, last = clock.today(), standing.phase, standing.days.last_day
    began = today >= phase.starts_on
    if last is None:
        return {"days": None, "bar": "", "began": began, "last": None, "extended": False}
    return {
        "days": (last - today).days,
        "bar": charts.countdown(phase.starts_on, last, today),
        "began": began,
        "last": last,
        "extended": last != phase.ends_on,
    }


def next_step(row: select.PackRow, standing: Standing) -> tuple[str, str]:
    """What is next for a pack, in words and with the address; no address where nothing is to be done by the maker."""
    pack, declaration, phase = row.pack, row.declaration, standing.phase
    here = reverse("declarations:pack", args=[pack.pk])
    if declaration is not None:
        there = reverse("declarations:detail", args=[declaration.pk])
        texts = {
            "draft": (_("Complete and freeze"), there),
            "frozen": (_("Send to verification"), reverse("declarations:send", args=[declaration.pk])),
            "in_verification": (
                (_("Answer the findings"), there)
                if row.steps[3] == "bad"
                else (_("The body is verifying"), "")
            ),
            "verified": (_("Submit"), reverse("declarations:submit", args=[declaration.pk])),
            "submitted": (_("The authority has it"), ""),
            "in_review": (_("The authority has it"), ""),
            "returned": (_("Correct it"), there),
        }
        return texts.get(declaration.state, (_("nothing"), ""))
    if row.facts.waived:
        return _("nothing: exempt"), ""
    if pack.state != "registered":
        return _("Complete and register"), here
    if not phase.every_pack and not pack.is_typical:
        return _("not asked for"), ""
    if row.steps[1] != "ok":
        return _("Fill the inventory"), here
    if row.steps[2] != "ok":
        return _("Calculate"), here
    return _("Begin a declaration"), f"{reverse('declarations:new')}?pack={pack.pk}"


def item_rows(items: list[Item]) -> list[dict[str, Any]]:
    """The rules of a phase for a template."""
    return [
        {
            "label": phase_words.item_label(item.code, item.values),
            "note": phase_words.item_note(item.code),
            "count": phase_words.item_count(item.code, item.values),
            "status": phase_words.item_status(item.met),
            "gaps": phase_words.item_gaps(item.code, item.missing),
        }
        for item in items
    ]


def _chemistries(standing: Standing) -> list[dict[str, Any]]:
    rows = []
    for key in standing.chemistries:
        declared = [row for row in standing.declared if row.chemistry == key]
        covered = bool(declared)
        status = Status("ok", _("covered")) if covered else Status("warn", _("missing"))
        if not standing.phase.every_chemistry and not covered:
            status = Status("idle", _("nothing declared yet"))
        rows.append(
            {
                "label": Chemistry(key).label,
                "registered": sum(row.registered and row.chemistry == key for row in standing.packs),
                "declared": len(declared),
                "accepted": sum(row.state == "accepted" for row in declared),
                "status": status,
            }
        )
    return rows


def _product(row: select.PackRow, standing: Standing) -> dict[str, Any]:
    text, url = next_step(row, standing)
    return {
        "pack": row.pack,
        "note": _note(row, standing.phase),
        "href": _href(row),
        "cells": [(label, coverage_cell(kind)) for label, kind in zip(columns(), row.steps, strict=True)],
        "declaration": row.declaration,
        "status": Status(*declaration_status(row.declaration.state)) if row.declaration else None,
        "now": _now(row),
        "late": standing.is_pack_late(row.facts),
        "last": row.facts.last_day,
        "extended": row.facts.last_day != standing.phase.ends_on,
        "waived": row.facts.waived,
        "next": text,
        "next_url": url,
    }


def _chosen(request: Request, every: list[Phase]) -> Phase | None:
    code = request.GET.get("phase", "")
    if not code:
        return select.current_phase() or (every[-1] if every else None)
    phase = next((row for row in every if row.code == code), None)
    if phase is None:
        raise Http404
    return phase


@require_GET
def phase_detail(request: Request) -> HttpResponse:
    """Coverage of the phase in force, or of another one that is chosen."""
    every = select.phases()
    phase = _chosen(request, every)
    coverage = select.coverage_for(request.actor, phase) if phase else None
    here = reverse("declarations:phase")
    context: dict[str, Any] = {
        "phase": phase,
        "coverage": coverage,
        "tabs": [(row.name, f"{here}?phase={row.code}", row == phase) for row in every],
        "current": select.current_phase(),
        "may_declare": check(request.actor, "declaration.create"),
        "may_ask": check(request.actor, "relief.ask"),
        "may_summarise": check(request.actor, "summary.make"),
        "every": every,
        "changes": phase_words.phase_table(every),
    }
    if coverage and phase:
        standing = coverage.standing
        page = Paginator(coverage.rows, PER_PAGE).get_page(request.GET.get("page"))
        context |= {
            "standing": standing,
            "page": page,
            "products": [_product(row, standing) for row in page],
            "columns": columns(),
            "count": countdown(standing),
            "items": item_rows(standing.items),
            "chemistries": _chemistries(standing),
            "reliefs": reliefs_for(request.actor).filter(phase=phase)[:PER_PAGE],
            "summaries": summaries_for(request.actor).filter(phase=phase)[:PER_PAGE],
        }
    return render(request, "declarations/phases/detail.html", context)

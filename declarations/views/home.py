"""The first page, by role; and the search."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from carbonfoot import clock
from carbonfoot.accounts.access import check
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.selectors import events_for
from carbonfoot.audit.verbs import verb_text
from carbonfoot.http import Request
from carbonfoot.ui.context import url_or_empty
from carbonfoot.ui.dates import format_moment
from declarations.models import Declaration, DeclarationState
from declarations.selectors import home as select
from declarations.selectors.declarations import MAKER_ROLES, listed, readable_declarations
from declarations.selectors.phases import coverage_for, current_phase, phases
from declarations.selectors.reliefs import extended_phases, reliefs_for
from declarations.selectors.search import search as find
from declarations.selectors.verification import to_verify
from declarations.views.phases import countdown, matrix
from suppliers.models import RequestState
from suppliers.selectors import newer_lines, overdue, requests_inbox, requests_outbox

RECENT = 6
# Steps of one piece of work, not worth a line on the first page; the audit trail has them.
QUIET = (
    "inventory.created",
    "inventory.changed",
    "inventory.frozen",
    "calculation.requested",
    "pack.line_added",
    "pack.line_removed",
    "plan.changed",
    "declaration.changed",
    "summary.written",
)
SHOWN = 30


@require_GET
def home(request: Request) -> HttpResponse:
    """What this person has to do; for a visitor what this site is."""
    role = request.actor.role
    if role in MAKER_ROLES:
        return _maker(request)
    if role == Role.SUPPLIER:
        return _supplier(request)
    if role == Role.VERIFIER:
        return _verifier(request)
    if role == Role.REGULATOR:
        return _regulator(request)
    if role == Role.ADMINISTRATOR:
        return _administrator(request)
    return render(request, "declarations/home/visitor.html", {"phase": current_phase()})


def _recent(actor: Actor) -> list[dict[str, Any]]:
    """What happened last, as far as the actor may read the log."""
    return [
        {
            "text": f"{verb_text(event.verb)}: {event.object_label}",
            "when": format_moment(event.at),
            "note": event.organisation.name
            if event.organisation and event.organisation_id != actor.organisation_id
            else "",
        }
        for event in events_for(actor).exclude(verb__in=QUIET)[:RECENT]
    ]


def _lead(tasks: list[select.Task]) -> str:
    groups = {group.title: len(group.tasks) for group in select.grouped(tasks)}
    late, week = groups.get(_("Overdue"), 0), groups.get(_("Within 7 days"), 0)
    parts = []
    if late:
        parts.append(
            ngettext("%(count)d thing is overdue", "%(count)d things are overdue", late) % {"count": late}
        )
    if week:
        parts.append(
            ngettext("%(count)d is due within 7 days", "%(count)d are due within 7 days", week)
            % {"count": week}
        )
    return _(", ").join(parts)


def _maker(request: Request) -> HttpResponse:
    actor = request.actor
    phase = current_phase()
    tasks = select.tasks_for(actor, phase)
    mine = [task for task in tasks if select.is_mine(task, actor)]
    team = request.GET.get("show") == "team" or actor.role == Role.VIEWER
    coverage = coverage_for(actor, phase) if phase else None
    shown = tasks if team else mine
    context = {
        "today": clock.today(),
        "lead": _lead(shown),
        "groups": select.grouped(shown[:SHOWN]),
        "hidden": max(0, len(shown) - SHOWN),
        "switch": [
            (_("Mine %(count)d") % {"count": len(mine)}, "?", not team),
            (_("Team %(count)d") % {"count": len(tasks)}, "?show=team", team),
        ],
        "phase": phase,
        "coverage": coverage,
        "matrix": matrix(coverage) if coverage and coverage.rows else "",
        "count": countdown(coverage.standing) if coverage else None,
        "extended": extended_phases(actor, phase),
        "late": overdue(requests_outbox(actor)).order_by("due_on")[:5],
        "recent": _recent(actor),
        "may_declare": check(actor, "declaration.create"),
        "may_ask": check(actor, "request.create"),
    }
    return render(request, "declarations/home/maker.html", context)


def _supplier(request: Request) -> HttpResponse:
    actor = request.actor
    inbox = requests_inbox(actor)
    waiting = inbox.filter(state__in=("sent", "opened", "in_progress", "returned")).order_by("due_on")
    outbox = requests_outbox(actor).filter(state__in=("sent", "opened", "in_progress", "returned"))
    context = {
        "waiting": waiting[:SHOWN],
        "waiting_count": waiting.count(),
        "late": overdue(inbox).count(),
        "published": inbox.filter(state__in=(RequestState.PUBLISHED, RequestState.ACCEPTED)).count(),
        "asked": outbox.count(),
        "newer": newer_lines(actor)[:SHOWN],
        "recent": _recent(actor),
    }
    return render(request, "declarations/home/supplier.html", context)


def _verifier(request: Request) -> HttpResponse:
    rows = Declaration.objects.none()
    if request.actor.organisation_id is not None:
        rows = readable_declarations(request.actor).order_by("engagement__due_on", "pk")
    context = {
        "waiting": listed(to_verify(request.actor))[:SHOWN],
        "done": rows.exclude(state="in_verification").count(),
        "list_url": url_or_empty("declarations:verification_list"),
        "recent": _recent(request.actor),
    }
    return render(request, "declarations/home/verifier.html", context)


def _regulator(request: Request) -> HttpResponse:
    rows = readable_declarations(request.actor)
    context = {
        "waiting": listed(rows)
        .filter(state__in=("submitted", "in_review"))
        .order_by("receipt__submitted_at")[:SHOWN],
        "counts": [
            (DeclarationState(state).label, rows.filter(state=state).count())
            for state in ("submitted", "in_review", "returned", "accepted")
        ],
        "phase": current_phase(),
        "reliefs_open": reliefs_for(request.actor).filter(state="asked").count(),
        "queue_url": url_or_empty("declarations:review_queue"),
        "recent": _recent(request.actor),
    }
    return render(request, "declarations/home/regulator.html", context)


def _administrator(request: Request) -> HttpResponse:
    kinds: dict[str, int] = {}
    for organisation in Organisation.objects.filter(is_active=True):
        label = str(organisation.get_kind_display())
        kinds[label] = kinds.get(label, 0) + 1
    context = {
        "kinds": list(kinds.items()),
        "phases": phases(),
        "current": current_phase(),
        "organisations_url": url_or_empty("accounts:organisations"),
        "phases_url": url_or_empty("declarations:phase_admin"),
        "recent": _recent(request.actor),
    }
    return render(request, "declarations/home/administrator.html", context)


@require_GET
def search(request: Request) -> HttpResponse:
    """Everything of that name or number that the actor may see. A single hit on a whole number opens at once."""
    q = request.GET.get("q", "").strip()
    hits = find(request.actor, q)
    rows = [row for kind in hits for row in kind.rows]
    if len(rows) == 1 and q and rows[0].label.lower().split(" ")[0] == q.lower():
        return redirect(rows[0].url)
    return render(request, "declarations/home/search.html", {"q": q, "hits": hits, "short": 0 < len(q) < 2})

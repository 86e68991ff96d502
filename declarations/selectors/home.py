"""What the maker's people have to do, by date: derived from the state of things, so that nothing can be forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from declarations.models import Declaration, Finding, PackPart, Phase, QualityPlan
from declarations.selectors.declarations import declarations_for, listed
from declarations.selectors.matters import to_answer
from declarations.selectors.packs import packs_for
from declarations.selectors.plans import plans_for
from declarations.selectors.reliefs import last_days
from declarations.selectors.triggers import open_triggers
from lca.models import ResultGrant
from suppliers.models import DataRequest
from suppliers.selectors import newer_lines, requests_outbox

STAFF, DECIDER = Role.EDITOR, Role.APPROVER
WAITING = ("sent", "opened", "in_progress", "returned")
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Task:
    """One thing to do. ``roles``: who can do it; ``person``: who is in charge, if anyone; ``due`` a day in China."""

    what: str
    url: str
    note: str
    verb: str
    roles: tuple[str, ...]
    due: dt.date | None = None
    person: Any = None


@dataclass
class Group:
    """Tasks under a heading."""

    title: str
    tasks: list[Task] = field(default_factory=list)


def _declaration_task(row: Declaration, last: dt.date | None) -> Task | None:
    url = reverse("declarations:detail", args=[row.pk])
    name = row.pack.model
    texts: dict[str, tuple[str, str, str, str]] = {
        "draft": (_("Complete and freeze the declaration"), url, _("Continue"), STAFF),
        "frozen": (
            _("Look at the frozen declaration and send it to verification"),
            reverse("declarations:send", args=[row.pk]),
            _("Check"),
            DECIDER,
        ),
        "verified": (
            _("Submit the verified declaration"),
            reverse("declarations:submit", args=[row.pk]),
            _("Submit"),
            DECIDER,
        ),
        "returned": (
            _("Correct the returned declaration"),
            reverse("declarations:revise", args=[row.pk]),
            _("Correct"),
            STAFF,
        ),
    }
    if row.state not in texts:
        return None
    what, address, verb, role = texts[row.state]
    return Task(what, address, f"{name} · {row}", verb, (role,), last, row.assigned_to)


def _declarations(actor: Actor) -> Iterator[Task]:
    rows = (
        listed(declarations_for(actor))
        .select_related("assigned_to")
        .filter(
            Q(state__in=("draft", "frozen", "verified")) | Q(state="returned", superseded_by__isnull=True)
        )
    )
    last = last_days(rows)
    for row in rows:
        task = _declaration_task(row, last[row.pk])
        if task is not None:
            yield task


def _findings(actor: Actor) -> Iterator[Task]:
    rows = Finding.objects.select_related(
        "declaration__pack", "declaration__engagement__organisation"
    ).filter(
        state="open",
        declaration__organisation_id=actor.organisation_id or 0,
        declaration__state="in_verification",
    )
    for row in rows:
        engagement = row.declaration.engagement
        yield Task(
            _("Answer finding %(number)s: %(title)s") % {"number": row, "title": row.title},
            reverse("declarations:finding", args=[row.pk]),
            f"{row.declaration.pack.model} · {row.declaration} · {engagement.organisation}",
            _("Answer"),
            (STAFF,),
            engagement.due_on,
        )


def _matters(actor: Actor) -> Iterator[Task]:
    for row in to_answer(actor):
        is_question = row.kind == "question"
        what = (
            _("Answer the authority's question %(number)s")
            if is_question
            else _("Meet condition %(number)s of the authority and report it")
        )
        yield Task(
            what % {"number": row},
            reverse("declarations:matter", args=[row.pk]),
            f"{row.declaration.pack.model} · {row.declaration} · {row.get_section_display()}",
            _("Answer") if is_question else _("Report"),
            (STAFF,),
            row.due_on,
        )


def _requests(actor: Actor) -> Iterator[Task]:
    rows = requests_outbox(actor).annotate(reminders=Count("notes", filter=Q(notes__kind="reminder")))
    for row in rows.filter(state__in=WAITING, due_on__lt=clock.today() + WEEK):
        late = row.due_on < clock.today()
        what = (
            _("%(supplier)s has not answered: %(part)s") if late else _("%(supplier)s is to answer: %(part)s")
        ) % {"supplier": row.supplier, "part": _part(row)}
        note = f"{row} · {row.get_state_display()}"
        if row.reminders:
            note += " · " + ngettext("reminded once", "reminded %(count)d times", row.reminders) % {
                "count": row.reminders
            }
        yield Task(what, _request_url(row), note, _("Remind") if late else _("View"), (STAFF,), row.due_on)
    for row in rows.filter(state="published"):
        yield Task(
            _("Look at the result of %(supplier)s: %(part)s")
            % {"supplier": row.supplier, "part": _part(row)},
            _request_url(row),
            f"{row}",
            _("Look"),
            (STAFF,),
            row.due_on,
        )


def _part(row: DataRequest) -> str:
    from carbonfoot.languages import in_language

    return in_language(row.part_zh, row.part_en)


def _request_url(row: DataRequest) -> str:
    return reverse("suppliers:request_detail", args=[row.number])


def _newer_results(actor: Actor) -> Iterator[Task]:
    rows = PackPart.objects.select_related(
        "pack", "exchange__result__superseded_by", "exchange__result__organisation"
    ).filter(pack__organisation_id=actor.organisation_id or 0, exchange__result__superseded_by__isnull=False)
    granted = set(
        ResultGrant.objects.filter(buyer_id=actor.organisation_id or 0).values_list("result_id", flat=True)
    )
    for row in rows.exclude(pack__state="retired"):
        result = row.exchange.result
        if result is None or result.superseded_by.pk not in granted:
            continue
        yield Task(
            _("Newer version v%(version)s of a supplier's result: %(product)s")
            % {"version": result.superseded_by.version, "product": result.product},
            reverse("declarations:part_result", args=[row.pack_id, row.pk]),
            f"{row.pack.model} · {result.organisation}",
            _("Compare"),
            (STAFF,),
        )


def _newer_in_modules(actor: Actor) -> Iterator[Task]:
    for line, newer in newer_lines(actor):
        yield Task(
            _("Newer version v%(version)s of a supplier's result: %(product)s")
            % {"version": newer.version, "product": newer.product},
            reverse("suppliers:line_list", args=[line.process.inventory_id]),
            f"{line.process.inventory} · {newer.organisation}",
            _("Compare"),
            (STAFF,),
        )


def _triggers(actor: Actor) -> Iterator[Task]:
    for row, found in open_triggers(actor).items():
        reasons = _("; ").join(str(item.label) for item in found)
        yield Task(
            _("To look at: a new declaration is proposed"),
            reverse("declarations:detail", args=[row.pk]) + "#triggers",
            f"{row.pack.model} · {row} · {reasons}",
            _("Look"),
            (STAFF, DECIDER),
        )


def _packs_and_plans(actor: Actor, phase: Phase | None) -> Iterator[Task]:
    for pack in packs_for(actor).filter(state="draft"):
        yield Task(
            _("Complete the pack and register it"),
            reverse("declarations:pack", args=[pack.pk]),
            pack.model,
            _("Continue"),
            (STAFF,),
        )
    plans = list(plans_for(actor))
    for plan in plans:
        if plan.state == QualityPlan.State.DRAFT:
            yield Task(
                _("Finish the data quality control plan, and adopt it"),
                reverse("declarations:plan", args=[plan.pk]),
                str(plan),
                _("View"),
                (STAFF, DECIDER),
                phase.ends_on if phase else None,
            )
    if not plans:
        yield Task(
            _("Write the data quality control plan"),
            reverse("declarations:plan_list"),
            _("Every declaration rests on an adopted plan."),
            _("Begin"),
            (STAFF,),
            phase.ends_on if phase else None,
        )


def tasks_for(actor: Actor, phase: Phase | None) -> list[Task]:
    """All open tasks of the maker, those with a date first, in a fixed number of queries."""
    found = [
        *_findings(actor),
        *_matters(actor),
        *_requests(actor),
        *_declarations(actor),
        *_newer_results(actor),
        *_newer_in_modules(actor),
        *_triggers(actor),
        *_packs_and_plans(actor, phase),
    ]
    return sorted(found, key=lambda task: (task.due is None, task.due or dt.date.max))


def is_mine(task: Task, actor: Actor) -> bool:
    """Whether a task is for this person: by role, and not somebody else's."""
    return actor.role in task.roles and (
        task.person is None or task.person == actor.user or actor.role == DECIDER
    )


def grouped(tasks: list[Task]) -> list[Group]:
    """Tasks by urgency: overdue, this week, later."""
    today = clock.today()
    groups = {"late": Group(_("Overdue")), "week": Group(_("Within 7 days")), "later": Group(_("Later"))}
    for task in tasks:
        if task.due is not None and task.due < today:
            groups["late"].tasks.append(task)
        elif task.due is not None and task.due < today + WEEK:
            groups["week"].tasks.append(task)
        else:
            groups["later"].tasks.append(task)
    return [group for group in groups.values() if group.tasks]

"""Days of the scheme for the calendar: phases with their extensions, verification, review, questions and conditions."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.canonical import digest
from carbonfoot.notices.deadlines import Deadline, Standing, register_deadlines, register_standing
from declarations.models import Declaration, Pack
from declarations.selectors.declarations import MAKER_ROLES
from declarations.selectors.matters import matters_for
from declarations.selectors.phases import current_phase
from declarations.selectors.reliefs import days_of
from declarations.selectors.review import due_on, submissions_for
from declarations.selectors.triggers import open_triggers
from declarations.selectors.verification import verifications_for


@register_deadlines
def phase_ends(actor: Actor) -> Iterator[Deadline]:
    """The last day of the phase in force, as it holds for the maker, and later last days of single packs."""
    phase = current_phase()
    if phase is None or phase.ends_on is None or actor.organisation_id is None:
        return
    path = reverse("declarations:phase")
    if actor.role in MAKER_ROLES:
        days = days_of(actor.organisation_id, phase)
        if days.waived:
            return
        yield Deadline(phase.ends_on, "phase", phase.code, phase.name, path)
        if days.until is not None and days.until > phase.ends_on:
            yield Deadline(days.until, "extension", phase.code, phase.name, path)
        packs = Pack.objects.filter(organisation_id=actor.organisation_id, pk__in=days.by_pack)
        for pack in packs:
            if pack.pk not in days.waived_packs and days.by_pack[pack.pk] > phase.ends_on:
                pack_path = reverse("declarations:pack", args=[pack.pk])
                code = f"{phase.code}-{pack.pk}"
                yield Deadline(
                    days.by_pack[pack.pk], "extension", code, f"{phase.name} · {pack.model}", pack_path
                )
    elif actor.role == Role.REGULATOR:
        yield Deadline(
            phase.ends_on, "phase", phase.code, phase.name, reverse("declarations:coverage"), mine=False
        )


@register_deadlines
def verification_due(actor: Actor) -> Iterator[Deadline]:
    """Until when the body engaged is to be done: its own day, the maker waits for it."""
    rows = verifications_for(actor).filter(state="in_verification", engagement__due_on__isnull=False)
    mine = actor.role == Role.VERIFIER
    page = "declarations:verification" if mine else "declarations:detail"
    for row in rows:
        day = row.engagement.due_on
        if day is not None:
            other = row.organisation if mine else row.engagement.organisation
            path = reverse(page, args=[row.pk])
            yield Deadline(day, "verification", str(row), f"{row} · {other.name}", path, mine)


@register_deadlines
def review_due(actor: Actor) -> Iterator[Deadline]:
    """The last day of the authority's term for each declaration under review."""
    open_states = ["submitted", "in_review"]
    for row in submissions_for(actor).filter(state__in=open_states):
        path = reverse("declarations:review", args=[row.pk])
        yield Deadline(due_on(row), "review", str(row), f"{row} · {row.organisation.name}", path)
    if actor.role not in MAKER_ROLES or actor.organisation_id is None:
        return
    own = Declaration.objects.select_related("phase", "receipt").filter(
        organisation_id=actor.organisation_id, state__in=open_states, receipt__isnull=False
    )
    for row in own:
        path = reverse("declarations:detail", args=[row.pk])
        yield Deadline(due_on(row), "review", str(row), str(row), path, mine=False)


@register_standing
def declarations_proposed(actor: Actor) -> Iterator[Standing]:
    """Accepted declarations that there is reason to make anew; a further reason is told anew."""
    if actor.role not in (Role.EDITOR, Role.APPROVER):
        return
    for row, found in open_triggers(actor).items():
        code = f"{row.pk}:{digest(sorted(item.sha256 for item in found))[:32]}"
        path = reverse("declarations:detail", args=[row.pk])
        yield Standing("declaration.proposed", code, str(row), path)


@register_deadlines
def matters_due(actor: Actor) -> Iterator[Deadline]:
    """Questions and conditions that have a day and are not settled: the maker's to answer."""
    mine = actor.role in MAKER_ROLES
    page = "declarations:detail" if mine else "declarations:review"
    for row in matters_for(actor).filter(due_on__isnull=False).exclude(state="closed"):
        if row.due_on is not None:
            path = reverse(page, args=[row.declaration_id])
            label = f"{row} · {row.declaration}"
            yield Deadline(row.due_on, row.kind, label, label, path, mine and row.state == "open")

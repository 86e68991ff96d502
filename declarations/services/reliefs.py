"""Extensions and waivers of a phase: a maker asks with a reason, the authority grants or refuses, and that stands.

That the authority may grant them is an assumption: the notice that we could read has no word on it.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock, states
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.accounts.roles import OrganisationKind
from carbonfoot.audit.numbers import next_number
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector
from declarations.models import Pack, Phase, Relief
from declarations.tenancy import owner
from declarations.workflow import RELIEF

REASON_MAX = 5000
EXTENSION, WAIVER = Relief.Kind.EXTENSION, Relief.Kind.WAIVER


def _authorities() -> list[Organisation]:
    return list(Organisation.objects.filter(kind=OrganisationKind.AUTHORITY, is_active=True))


def _locked(relief: Relief) -> Relief:
    return Relief.objects.select_for_update(of=("self",)).select_related("phase").get(pk=relief.pk)


def _text(found: Collector, field: str, text: str, message: object) -> str:
    text = text.strip()
    if not text:
        found.add("RELIEF-REASON", message, field=field)
    elif len(text) > REASON_MAX:
        found.add("RELIEF-LONG", _("At most %(limit)s characters.") % {"limit": REASON_MAX}, field=field)
    return text


def _day(found: Collector, field: str, day: dt.date | None, phase: Phase) -> None:
    if phase.ends_on is None:
        found.add(
            "RELIEF-NO-END",
            _("This phase has no last day that could be later. Ask for a waiver instead."),
            field="kind",
        )
    elif day is None:
        found.add("RELIEF-DAY", _("Give the later last day."), field=field)
    elif day <= phase.ends_on:
        found.add(
            "RELIEF-DAY",
            _("The day lies after the last day of the phase, %(day)s.") % {"day": phase.ends_on},
            field=field,
            value=str(day),
        )
    elif day < clock.today():
        found.add("RELIEF-DAY", _("The day is in the past."), field=field, value=str(day))


@transaction.atomic
def ask(
    *,
    actor: Actor,
    phase: Phase,
    kind: str,
    reason: str,
    pack: Pack | None = None,
    wanted_until: dt.date | None = None,
) -> Relief:
    """Ask for an extension until a later day, or for a waiver, of one pack or (``pack`` None) of the whole phase.

    The same wish asked twice before it is decided is one request. Raises Problems.
    """
    require(actor, "relief.ask")
    # One after the other, so that a second click finds what the first has asked.
    maker = Organisation.objects.select_for_update(no_key=True).get(pk=owner(actor).pk)
    if pack is not None and pack.organisation_id != maker.pk:
        raise Pack.DoesNotExist
    found = Collector()
    if kind not in Relief.Kind.values:
        found.add("RELIEF-KIND", _("Choose what is asked for."), field="kind", value=kind)
    if pack is not None and pack.state != "registered":
        found.add("RELIEF-PACK", _("The pack is not registered."), field="pack", value=pack.model)
    reason = _text(found, "reason", reason, _("Say why it is needed."))
    if kind == EXTENSION:
        _day(found, "wanted_until", wanted_until, phase)
    found.done()
    open_ones = Relief.objects.filter(organisation=maker, phase=phase, pack=pack, kind=kind, state="asked")
    present = open_ones.first()
    if present is not None:
        return present
    relief = Relief.objects.create(
        number=next_number("X"),
        organisation=maker,
        phase=phase,
        pack=pack,
        kind=kind,
        wanted_until=wanted_until if kind == EXTENSION else None,
        reason=reason,
        asked_by=actor.user,
        asked_at=clock.now(),
    )
    data = {
        "kind": kind,
        "phase": phase.code,
        "pack": pack.model if pack else None,
        "until": relief.wanted_until,
        "reason": reason,
    }
    record(actor=actor, verb="relief.asked", obj=relief, data=data, readers=_authorities())
    return relief


@transaction.atomic
def cancel(*, actor: Actor, relief: Relief) -> Relief:
    """Take a request back before it is decided."""
    relief = _locked(relief)
    states.move(RELIEF, relief, "cancel", actor)
    record(actor=actor, verb="relief.cancelled", obj=relief, readers=_authorities())
    return relief


def _decide(actor: Actor, relief: Relief, verb: str, reason: str) -> None:
    relief.decision_reason, relief.decided_at = reason, clock.now()
    relief.decided_by, relief.decided_for = actor.user, actor.organisation
    saved = ("decision_reason", "decided_at", "decided_by", "decided_for", "until", "conditions")
    states.move(RELIEF, relief, verb, actor, save=saved)
    data = {"until": relief.until, "conditions": relief.conditions, "reason": reason}
    verbs = {"grant": "relief.granted", "refuse": "relief.refused"}
    record(actor=actor, verb=verbs[verb], obj=relief, data=data, readers=[relief.organisation])


@transaction.atomic
def grant(
    *, actor: Actor, relief: Relief, reason: str, until: dt.date | None = None, conditions: str = ""
) -> Relief:
    """Grant a request until a day in China, with a reason and, if need be, conditions. It cannot be taken back.

    ``until`` is the new last day of an extension; for a waiver the day until which nothing is asked, None for the
    whole phase. It takes effect at once. Raises Problems, AccessDenied.
    """
    relief = _locked(relief)
    states.guard(RELIEF, relief, "grant", actor)
    found = Collector()
    reason = _text(found, "reason", reason, _("Say why it is granted."))
    if relief.kind == EXTENSION:
        _day(found, "until", until, relief.phase)
    elif until is not None and until < clock.today():
        found.add("RELIEF-DAY", _("The day is in the past."), field="until", value=str(until))
    if len(conditions) > REASON_MAX:
        text = _("At most %(limit)s characters.") % {"limit": REASON_MAX}
        found.add("RELIEF-LONG", text, field="conditions")
    found.done()
    relief.until, relief.conditions = until, conditions.strip()
    _decide(actor, relief, "grant", reason)
    return relief


@transaction.atomic
def refuse(*, actor: Actor, relief: Relief, reason: str) -> Relief:
    """Refuse a request, with a reason. Raises Problems, AccessDenied."""
    relief = _locked(relief)
    states.guard(RELIEF, relief, "refuse", actor)
    found = Collector()
    reason = _text(found, "reason", reason, _("Say why it is refused."))
    found.done()
    _decide(actor, relief, "refuse", reason)
    return relief

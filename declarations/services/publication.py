"""Choosing what the register makes public."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.access import AccessDenied, require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector
from declarations.models import PublicationRule
from declarations.publication import CHOICE, MUST
from declarations.register import rule_in_force

REASON_MAX = 2000


@transaction.atomic
def set_rule(*, actor: Actor, fields: Collection[str], reason: str) -> PublicationRule:
    """Make these fields public, besides those that must be, for what is accepted from now on. Entries that exist stay.

    Raises Problems: an unknown field, no reason, nothing changed; AccessDenied.
    """
    require(actor, "register.configure")
    if actor.organisation is None:
        raise AccessDenied(_("Only a person of an organisation can choose this."))
    # Two people who choose at once: the second sees the choice of the first.
    Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation.pk)
    version, before = rule_in_force()
    chosen, reason = frozenset(fields) - MUST, reason.strip()
    found = Collector()
    for key in sorted(chosen - CHOICE):
        found.add("PUBLIC-FIELD", _("This field does not exist."), field="fields", value=key)
    if not reason:
        found.add("PUBLIC-REASON", _("Say on which decision this rests."), field="reason")
    elif len(reason) > REASON_MAX:
        found.add("PUBLIC-LONG", _("At most %(limit)s characters.") % {"limit": REASON_MAX}, field="reason")
    if chosen == before:
        found.add("PUBLIC-SAME", _("Nothing is changed: these fields are public already."), field="fields")
    found.done()
    rule = PublicationRule.objects.create(
        version=version + 1,
        fields=sorted(chosen),
        reason=reason,
        organisation=actor.organisation,
        set_by=actor.user,
    )
    data = {"version": rule.version, "added": sorted(chosen - before), "removed": sorted(before - chosen)}
    record(actor=actor, verb="register.rule_set", obj=rule, data=data)
    return rule

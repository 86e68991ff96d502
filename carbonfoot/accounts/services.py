"""Writes on organisations, memberships and API credentials."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import ApiCredential, Membership, Organisation, User
from carbonfoot.accounts.roles import ROLES_BY_KIND
from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, problem

TOKEN_DAYS_MAX = 366


@transaction.atomic
def create_organisation(
    *,
    actor: Actor,
    code: str,
    kind: str,
    name_zh: str,
    name_en: str,
    uscc: str = "",
    province: str = "",
    is_demo: bool = False,
) -> Organisation:
    """A new organisation. Raises Problems when code or credit code are taken."""
    require(actor, "organisation.manage")
    found = Collector()
    if Organisation.objects.filter(code=code).exists():
        found.add("ORG-CODE-TAKEN", _("This code is taken."), field="code", value=code)
    if uscc and Organisation.objects.filter(uscc=uscc).exists():
        found.add(
            "ORG-USCC-TAKEN",
            _("An organisation with this credit code is registered."),
            field="uscc",
            value=uscc,
        )
    if kind not in ROLES_BY_KIND:
        found.add("ORG-KIND", _("Unknown kind of organisation."), field="kind", value=kind)
    found.done()
    organisation = Organisation.objects.create(
        code=code, kind=kind, name_zh=name_zh, name_en=name_en, uscc=uscc, province=province, is_demo=is_demo
    )
    record(
        actor=actor,
        verb="organisation.created",
        obj=organisation,
        data={"kind": kind},
        readers=[organisation],
    )
    return organisation


@transaction.atomic
def confirm_credit_code(*, actor: Actor, organisation: Organisation) -> Organisation:
    """Put the credit code that a customer stated onto the organisation. Raises Problems when another one holds it."""
    require(actor, "organisation.manage")
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    found = Collector()
    if not organisation.stated_uscc:
        found.add("ORG-USCC-NONE", _("No credit code waits to be confirmed."))
    elif Organisation.objects.filter(uscc=organisation.stated_uscc).exists():
        found.add("ORG-USCC-TAKEN", _("An organisation with this credit code is registered."))
    found.done()
    organisation.uscc, organisation.stated_uscc = organisation.stated_uscc, ""
    organisation.save(update_fields=["uscc", "stated_uscc"])
    record(actor=actor, verb="organisation.confirmed", obj=organisation, readers=[organisation])
    return organisation


@transaction.atomic
def grant_membership(*, actor: Actor, user: User, organisation: Organisation, role: str) -> Membership:
    """Give a person a role in an organisation, or change it. Raises Problems for a role that the kind does not have."""
    require(actor, "organisation.manage")
    if role not in ROLES_BY_KIND[organisation.kind]:
        raise problem(
            "ROLE-KIND", _("This kind of organisation does not have this role."), field="role", value=role
        )
    before = Membership.objects.select_for_update().filter(user=user, organisation=organisation).first()
    void = tokens_of(before) if before is not None and before.role != role else []
    membership, _created = Membership.objects.update_or_create(
        user=user, organisation=organisation, defaults={"role": role, "is_active": True}
    )
    record(
        actor=actor, verb="membership.granted", obj=membership, data={"role": role}, readers=[organisation]
    )
    void_tokens(actor=actor, credentials=void)
    return membership


@transaction.atomic
def issue_token(*, actor: Actor, label: str, days: int = 90, role: str = "") -> tuple[ApiCredential, str]:
    """A new API token of the actor's organisation, with one of its kind's roles: the actor's own if none is given.

    The secret is returned once and stored nowhere. What needs a person's name the API does not offer, so that no token
    stands in for a second pair of eyes. Raises Problems.
    """
    require(actor, "credential.manage")
    found = Collector()
    if not label.strip():
        found.add("TOKEN-LABEL", _("Say what the token is for."), field="label")
    if not 1 <= days <= TOKEN_DAYS_MAX:
        found.add("TOKEN-DAYS", _("A token is valid for 1 to 366 days."), field="days", value=str(days))
    if actor.user is None or actor.organisation is None:
        raise problem("TOKEN-PERSON", _("Only a person can issue a token."))
    role = role or actor.role
    if role not in ROLES_BY_KIND[actor.organisation.kind]:
        found.add(
            "ROLE-KIND", _("This kind of organisation does not have this role."), field="role", value=role
        )
    found.done()
    prefix = secrets.token_hex(5)
    token = f"cf_{prefix}_{secrets.token_hex(24)}"
    credential = ApiCredential.objects.create(
        organisation=actor.organisation,
        role=role,
        label=label.strip(),
        prefix=prefix,
        digest=sha256_hex(token.encode()),
        created_by=actor.user,
        expires_at=clock.now() + dt.timedelta(days=days),
    )
    record(
        actor=actor, verb="token.issued", obj=credential, data={"prefix": prefix, "days": days, "role": role}
    )
    return credential, token


@transaction.atomic
def revoke_token(*, actor: Actor, credential: ApiCredential) -> None:
    """End a token at once. Revoking twice changes nothing."""
    credential = ApiCredential.objects.select_for_update().get(pk=credential.pk)
    if credential.organisation_id != actor.organisation_id:
        raise ApiCredential.DoesNotExist
    require(actor, "credential.manage")
    _revoke(actor, credential)


def _revoke(actor: Actor, credential: ApiCredential) -> None:
    if credential.revoked_at is None:
        credential.revoked_at = clock.now()
        credential.save(update_fields=["revoked_at"])
        record(
            actor=actor,
            verb="token.revoked",
            obj=credential,
            data={"prefix": credential.prefix},
            readers=[credential.organisation],
        )


def tokens_of(membership: Membership) -> list[ApiCredential]:
    """Locks the tokens that a person issued for an organisation and that still work.

    Rows are locked before the log's head is: whoever revokes one of them by hand does it in that order too.
    """
    issued = ApiCredential.objects.filter(
        organisation_id=membership.organisation_id, created_by_id=membership.user_id, revoked_at__isnull=True
    )
    return list(issued.select_for_update().order_by("pk"))


def void_tokens(*, actor: Actor, credentials: Iterable[ApiCredential]) -> None:
    """End tokens whose issuer left or changed role: that person knows the secrets. The caller has checked access."""
    for credential in credentials:
        _revoke(actor, credential)

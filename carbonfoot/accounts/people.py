"""People for the operator: an account with its first role, and the end of a role."""

from __future__ import annotations

import secrets

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Membership, Organisation, User
from carbonfoot.accounts.services import grant_membership, tokens_of, void_tokens
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector


@transaction.atomic
def add_person(
    *, actor: Actor, organisation: Organisation, email: str, name: str, role: str, language: str = "zh-hans"
) -> tuple[Membership, str]:
    """Give a role to the person with this address; a new account gets a first password, returned once, stored nowhere.

    For an account that exists the password is empty and its name is not changed. Raises Problems.
    """
    require(actor, "organisation.manage")
    found = Collector()
    email, name = email.strip().lower(), name.strip()
    try:
        validate_email(email)
    except ValidationError:
        found.add("PERSON-EMAIL", _("This is not an e-mail address."), field="email", value=email)
    user = User.objects.filter(email=email).first()
    if user is None and not name:
        found.add("PERSON-NAME", _("Give the person's name."), field="name")
    found.done()
    password = ""
    if user is None:
        password = secrets.token_urlsafe(12)
        # Two people know this password: the account opens nothing before its owner has chosen another.
        user = User.objects.create_user(
            email, password, name=name, language=language, must_change_password=True
        )
        record(actor=actor, verb="person.created", obj=user, readers=[organisation])
    membership = grant_membership(actor=actor, user=user, organisation=organisation, role=role)
    return membership, password


@transaction.atomic
def end_membership(*, actor: Actor, membership: Membership) -> Membership:
    """End a role, and the tokens that the person issued in it. What the person did stays.

    Ending twice changes nothing; nobody ends the role it works in.
    """
    require(actor, "organisation.manage")
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    found = Collector()
    if actor.user is not None and membership.user_id == actor.user.pk:
        found.add("MEMBERSHIP-OWN", _("You cannot end your own role."))
    found.done()
    if membership.is_active:
        void = tokens_of(membership)
        membership.is_active = False
        membership.save(update_fields=["is_active"])
        data = {"role": membership.role}
        record(
            actor=actor, verb="membership.ended", obj=membership, data=data, readers=[membership.organisation]
        )
        void_tokens(actor=actor, credentials=void)
    return membership

"""What the database itself refuses about who somebody is, whatever a program asks for."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from carbonfoot.accounts.models import ApiCredential, Membership, User
from carbonfoot.accounts.roles import ROLES_BY_KIND, OrganisationKind, Role
from carbonfoot.accounts.services import issue_token
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", OrganisationKind.values)
def test_roles_fit_the_kind_in_the_database(kind: str) -> None:
    """The trigger and the table in the code say the same, for every kind and every role."""
    of = make.organisation(kind)
    for role in Role.values:
        user = User.objects.create_user(f"{kind}-{role}@example.org", None, name=role)
        try:
            with transaction.atomic():
                Membership.objects.create(user=user, organisation=of, role=role)
            taken = True
        except IntegrityError:
            taken = False
        assert taken is (role in ROLES_BY_KIND[kind]), role


def test_a_role_cannot_be_changed_past_the_kind() -> None:
    """Neither a membership nor a token becomes an administrator's, nor an organisation an authority."""
    approver = make.person(make.organisation("maker"), Role.APPROVER)
    issue_token(actor=approver, label="ERP")
    for rows in (Membership.objects.all(), ApiCredential.objects.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(role=Role.ADMINISTRATOR)
    organisation = approver.organisation
    assert organisation is not None
    organisation.kind = OrganisationKind.AUTHORITY
    with pytest.raises(IntegrityError), transaction.atomic():
        organisation.save()

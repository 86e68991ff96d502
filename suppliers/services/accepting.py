"""Accepting an invitation: the account of a supplier opens, and what waited for it is handed over."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts import secret_links
from carbonfoot.accounts.actor import Actor, for_membership
from carbonfoot.accounts.models import Membership, Organisation, SecretLink, User
from carbonfoot.accounts.passwords import check_password
from carbonfoot.accounts.roles import OrganisationKind, Role
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, problem
from suppliers.models import DataRequest, SupplierInvitation, SupplierLink, Upload
from suppliers.selectors import has_account

LINKED = SupplierLink.Mode.LINKED
ANSWERING = (Role.EDITOR, Role.SUPPLIER)


def invitation_of(link: SecretLink) -> SupplierInvitation | None:
    """The invitation that a live link belongs to, while it is open. For whoever holds the secret, not for an actor."""
    rows = SupplierInvitation.objects.select_related("link__buyer", "link__supplier", "request", "secret")
    return rows.filter(secret=link, accepted_at__isnull=True, revoked_at__isnull=True).first()


def known_person(invitation: SupplierInvitation) -> bool:
    """Whether the address that was invited has an account on this site already: then its owner signs in first."""
    return User.objects.filter(email=invitation.email).exists()


def own_organisations(user: User, invitation: SupplierInvitation) -> list[Membership]:
    """For which of its organisations a person with an account could accept: those in which it answers requests."""
    rows = Membership.objects.select_related("organisation", "user").filter(
        user=user, is_active=True, organisation__is_active=True, role__in=ANSWERING
    )
    kinds = (OrganisationKind.SUPPLIER, OrganisationKind.MAKER)
    return list(rows.filter(organisation__kind__in=kinds).exclude(organisation=invitation.link.buyer_id))


def _locked(link: SecretLink) -> SupplierInvitation:
    """The open invitation of the link. Raises Problems when it is over.

    Everything that accepting changes is locked here, before the first event takes the log's head.
    """
    invitation = invitation_of(link)
    if invitation is None:
        raise secret_links.over()
    buyer, company = invitation.link.buyer_id, invitation.link.supplier_id
    Organisation.objects.select_for_update(no_key=True).get(pk=company)
    list(SupplierLink.objects.select_for_update().filter(buyer=buyer).order_by("pk"))
    row = SupplierInvitation.objects.select_for_update().get(pk=invitation.pk)
    list(DataRequest.objects.select_for_update().filter(buyer=buyer, supplier=company).order_by("pk"))
    if not row.is_open or row.secret_id != link.pk:
        raise secret_links.over()
    return invitation


def _company_without_account(invitation: SupplierInvitation) -> Organisation:
    """Whom the operator let in, or another customer leans on, no invitation of this customer speaks for."""
    company = invitation.link.supplier
    others = SupplierLink.objects.filter(supplier=company).exclude(buyer_id=invitation.link.buyer_id)
    if has_account(company) or others.exists():
        raise problem(
            "INV-ACCOUNT",
            _("The account of this company was opened in another way by now."),
            mend=_("Ask a colleague or the operator of this site to give you a role in it."),
        )
    return company


@transaction.atomic
def accept_as_new(
    *, link: SecretLink, name: str, password: str, language: str
) -> tuple[User, SupplierInvitation]:
    """Open the account of the invited company for a new person, who chose a name and a password.

    Raises Problems with all that is wrong; then the link can still be used.
    """
    invitation = _locked(link)
    name = " ".join(name.split())
    found = Collector()
    if known_person(invitation):
        found.add("INV-KNOWN", _("There is an account for this address. Sign in first."))
    if not name:
        found.add("PERSON-NAME", _("Give the person's name."), field="name")
    check_password(found, password, User(email=invitation.email, name=name), "password")
    found.done()
    company = _company_without_account(invitation)
    secret_links.use(link)
    user = User.objects.create_user(invitation.email, password, name=name[:80], language=language)
    actor = _join(user, company)
    record(actor=actor, verb="person.created", obj=user)
    _accepted(actor, invitation, company)
    return user, invitation


@transaction.atomic
def accept_as(
    *, user: User, link: SecretLink, organisation: Organisation | None = None
) -> tuple[Membership, SupplierInvitation]:
    """A person with an account accepts: for one of its own organisations, or, without one, for the invited company.

    For an own organisation the customer is linked to that, and the requests that wait go there. Raises Problems.
    """
    invitation = _locked(link)
    if organisation is None:
        company = _company_without_account(invitation)
        secret_links.use(link)
        actor = _join(user, company)
    else:
        fitting = {row.organisation_id: row for row in own_organisations(user, invitation)}
        if organisation.pk not in fitting:
            raise Organisation.DoesNotExist
        company = organisation
        secret_links.use(link)
        actor = for_membership(fitting[organisation.pk])
    _accepted(actor, invitation, company)
    return Membership.objects.get(user=user, organisation=company), invitation


def _join(user: User, company: Organisation) -> Actor:
    membership, _created = Membership.objects.update_or_create(
        user=user, organisation=company, defaults={"role": Role.SUPPLIER, "is_active": True}
    )
    actor = for_membership(membership)
    record(actor=actor, verb="membership.granted", obj=membership, data={"role": membership.role})
    return actor


def _accepted(actor: Actor, invitation: SupplierInvitation, company: Organisation) -> None:
    """Link customer and company, hand over what waits, and close the invitation."""
    link = invitation.link
    buyer, invited = link.buyer, link.supplier
    if company.pk == invited.pk:
        link.mode = LINKED
        link.save(update_fields=["mode"])
    else:
        link, _created = SupplierLink.objects.update_or_create(
            buyer=buyer,
            supplier=company,
            defaults={"mode": LINKED},
            create_defaults={"mode": LINKED, "contact_email": link.contact_email},
        )
    handed = hand_over(invited, buyer, company)
    SupplierInvitation.objects.filter(pk=invitation.pk).update(
        accepted_at=clock.now(), accepted_by=actor.user, link=link
    )
    if company.pk != invited.pk:
        _tidy(buyer, invited)
    data = {"requests": handed, "own_organisation": company.pk != invited.pk}
    record(actor=actor, verb="supplier.accepted", obj=invitation, data=data, readers=[buyer])


def _tidy(buyer: Organisation, invited: Organisation) -> None:
    """Take away the supplier that was entered for the invitation when nothing at all hangs on it."""
    needed = DataRequest.objects.filter(supplier=invited).exists() or invited.results.exists()
    if not needed and not SupplierInvitation.objects.filter(link__supplier=invited).exists():
        SupplierLink.objects.filter(buyer=buyer, supplier=invited).delete()
        Organisation.objects.filter(pk=invited.pk).update(is_active=False)


def hand_over(company: Organisation, buyer: Organisation, to: Organisation) -> int:
    """Give requests that nobody has touched yet to the account that opened; returns how many.

    Those for which the buyer has begun to enter data itself stay with the buyer, who finishes them.
    """
    waiting = DataRequest.objects.filter(buyer=buyer, supplier=company, state="sent", inventory=None)
    keys = list(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
    begun = set(Upload.objects.filter(request__in=keys).values_list("request", flat=True))
    keys = [key for key in keys if key not in begun]
    return DataRequest.objects.filter(pk__in=keys).update(supplier=to, managed=False)

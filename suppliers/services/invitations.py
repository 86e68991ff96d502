"""Inviting a supplier by e-mail: its company, a person there, and the first request, in one step.

Until somebody accepts, the supplier stays one without account. A credit code that the buyer typed is a statement: it is
kept apart until the operator confirms it, so that nobody else's request ever goes to an account that merely claims it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from carbonfoot import clock
from carbonfoot.accounts import secret_links
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation, SecretLink
from carbonfoot.audit.services import record
from carbonfoot.jobs.services import enqueue
from carbonfoot.problems import Collector, Problems, problem
from suppliers.models import DataRequest, MailRecord, SupplierInvitation, SupplierLink
from suppliers.selectors import find_organisation, has_account, invitations_for
from suppliers.services import mail
from suppliers.services.links import MANAGED, create_organisation, managed_namesake
from suppliers.services.requests import create_request

A_DAY_AT_MOST = 100
AGAIN_AFTER = dt.timedelta(hours=1)
LANGUAGES = ("zh-hans", "en")


def _check(found: Collector, buyer: Organisation, contact_name: str, email: str, language: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        found.add("INV-EMAIL", _("This is not an e-mail address."), field="email", value=email)
    if not contact_name:
        found.add("INV-CONTACT", _("Write the name of the person."), field="contact_name")
    if language not in LANGUAGES:
        found.add("INV-LANGUAGE", _("Choose the language of the mail."), field="language", value=language)
    since = clock.now() - dt.timedelta(hours=24)
    if SupplierInvitation.objects.filter(link__buyer=buyer, created_at__gt=since).count() >= A_DAY_AT_MOST:
        found.add(
            "INV-MANY", _("Your organisation has sent 100 invitations within 24 hours. Go on tomorrow.")
        )


def _company(
    found: Collector, buyer: Organisation, name_zh: str, name_en: str, uscc: str, province: str
) -> Organisation | None:
    """The buyer's supplier without account that is meant, or a new one. Problems go to ``found``."""
    known = find_organisation(uscc) if uscc else None
    if known is not None and known.pk == buyer.pk:
        found.add("SUP-SELF", _("An organisation is no supplier of itself."), field="uscc")
        return None
    if known is not None and has_account(known):
        found.add(
            "INV-ACCOUNT",
            _("This company has an account."),
            field="uscc",
            mend=_("Add it as a supplier with account, by its code."),
        )
        return None
    if known is None:
        known = managed_namesake(buyer, name_zh, uscc)
    if not name_zh:
        found.add("SUP-NAME", _("Write the name of the supplier."), field="name_zh")
        return None
    if found.items:
        return None
    return known or create_organisation(buyer, name_zh, name_en, stated_uscc=uscc, province=province)


def _own_alone(found: Collector, buyer: Organisation, company: Organisation) -> None:
    """Nobody but this buyer may lean on the company: others never chose the person who would speak for it."""
    company = Organisation.objects.select_for_update(no_key=True).get(pk=company.pk)
    if has_account(company):
        found.add(
            "INV-ACCOUNT", _("This company has an account."), mend=_("Add it as a supplier with account.")
        )
    elif SupplierLink.objects.filter(supplier=company).exclude(buyer=buyer).exists():
        found.add(
            "INV-OPERATOR",
            _("The account of this company is opened by the operator of this site. Ask the operator."),
            field="uscc",
        )


@transaction.atomic
def invite(
    *,
    actor: Actor,
    contact_name: str,
    email: str,
    language: str = "zh-hans",
    name_zh: str = "",
    name_en: str = "",
    uscc: str = "",
    province: str = "",
    supplier: Organisation | None = None,
    request: dict[str, Any] | None = None,
) -> SupplierInvitation:
    """Invite a person to open the account of a supplier, and send a first request along.

    ``supplier`` is one of the actor's suppliers without account; without it the company is found among them by credit
    code or name, or created. ``request`` holds the arguments of :func:`create_request` besides actor and supplier. An
    open invitation to the same address is left as it is; one to another address, or with another request, ends the one
    before. Raises Problems with everything that is wrong.
    """
    require(actor, "supplier.invite")
    buyer = actor.organisation
    if buyer is None:
        raise problem("SUP-NO-BUYER", _("Only an organisation can have suppliers."))
    name_zh, name_en, uscc, contact_name = (
        " ".join(text.split()) for text in (name_zh, name_en, uscc, contact_name)
    )
    email = email.strip().lower()
    # One after the other, so that a second click finds what the first has made.
    Organisation.objects.select_for_update(no_key=True).get(pk=buyer.pk)
    found = Collector()
    _check(found, buyer, contact_name, email, language)
    if supplier is not None and not SupplierLink.objects.filter(buyer=buyer, supplier=supplier).exists():
        raise Organisation.DoesNotExist
    company = supplier or _company(found, buyer, name_zh, name_en, uscc, province)
    if company is not None:
        _own_alone(found, buyer, company)
    before = _open(buyer, company)  # locked before the first event takes the log's head
    again = before is not None and before.email == email and _asked_for(before, request)
    if before is not None and again and not found.items:
        return before
    made = _first_request(found, actor, buyer, company, email, request)
    found.done()
    if company is None:
        raise Organisation.DoesNotExist
    if company.uscc:  # from now on a person outside speaks for it, and nobody has checked that
        company.stated_uscc, company.uscc = company.uscc, ""
        company.save(update_fields=["uscc", "stated_uscc"])
    link = SupplierLink.objects.get(buyer=buyer, supplier=company)
    if before is not None:
        _end(before)
    secret = secret_links.make(purpose=SecretLink.Purpose.INVITATION, email=email)
    invitation = SupplierInvitation.objects.create(
        link=link,
        contact_name=contact_name[:80],
        email=email,
        language=language,
        secret=secret,
        request=made,
        created_by=actor.user,
    )
    record(
        actor=actor, verb="supplier.invited", obj=invitation, data={"request": made.number if made else ""}
    )
    _post(actor, invitation)
    return invitation


def _open(buyer: Organisation, company: Organisation | None) -> SupplierInvitation | None:
    """The open invitation of this company by this buyer, locked."""
    rows = SupplierInvitation.objects.select_for_update(of=("self",)).select_related("secret", "request")
    return rows.filter(
        link__buyer=buyer, link__supplier=company, accepted_at__isnull=True, revoked_at__isnull=True
    ).first()


def _asked_for(invitation: SupplierInvitation, asked: dict[str, Any] | None) -> bool:
    """Whether the invitation's own request asks for just this: then the form was sent twice."""
    made = invitation.request
    if made is None or not asked:
        return not asked
    return all(getattr(made, key, None) == value for key, value in asked.items())


def _first_request(
    found: Collector,
    actor: Actor,
    buyer: Organisation,
    company: Organisation | None,
    email: str,
    asked: dict[str, Any] | None,
) -> DataRequest | None:
    """The link, and the request that goes with the invitation; its problems are told with the others."""
    if company is None or found.items:
        return None
    link, _created = SupplierLink.objects.get_or_create(
        buyer=buyer, supplier=company, defaults={"mode": MANAGED, "contact_email": email}
    )
    if link.contact_email != email:
        link.contact_email = email
        link.save(update_fields=["contact_email"])
    if not asked:
        return None
    try:
        return create_request(actor=actor, supplier=company, invited=True, **asked)
    except Problems as problems:
        found.items += problems.items
        return None


def _end(invitation: SupplierInvitation) -> None:
    invitation.revoked_at = clock.now()
    invitation.save(update_fields=["revoked_at"])
    if invitation.secret is not None:
        secret_links.revoke(invitation.secret)


def _post(actor: Actor, invitation: SupplierInvitation) -> None:
    about = f"invitation:{invitation.pk}:{invitation.secret_id}"
    enqueue(
        actor=actor,
        kind="suppliers.invitation_mail",
        args={"invitation": invitation.pk, "about": about},
        key=f"suppliers.{about}",
    )


def send(invitation_id: int, about: str) -> int:
    """Write and hand over the mail of an invitation; the fresh link in it ends the one before. Returns how many went.

    Nothing is sent for an invitation that was accepted, revoked or sent anew in the meantime.
    """
    row = SupplierInvitation.objects.select_related("link__buyer", "link__supplier", "secret", "request")
    invitation = row.get(pk=invitation_id)
    if not invitation.is_open or about != f"invitation:{invitation.pk}:{invitation.secret_id}":
        return 0
    with translation.override(invitation.language):
        names = {"buyer": invitation.link.buyer.name, "supplier": invitation.link.supplier.name}
        subject = _("%(buyer)s invites %(supplier)s to answer for its footprint data") % names

        def body() -> str:
            lines = [
                _("Dear %(name)s,") % {"name": invitation.contact_name},
                "",
                _(
                    "%(buyer)s asks %(supplier)s for footprint data of the parts it delivers. With this link you open "
                    "the account of your company, set your name and password, and see what is asked:"
                )
                % names,
                "",
                mail.way_in(invitation),
                "",
                _(
                    "The link works once, within 14 days. Your customer sees the result that you publish, "
                    "never your recipe."
                ),
            ]
            asked = invitation.request
            if asked is not None:
                lines += ["", *mail.facts(asked), *(["", asked.message] if asked.message else [])]
            return "\n".join(lines)

        sent = mail.deliver(
            subject,
            body,
            address=invitation.email,
            about=about,
            organisation=None,
            invitation=invitation,
            request=invitation.request,
            what="invitation",
        )
    return int(sent)


def _locked(actor: Actor, invitation: SupplierInvitation) -> SupplierInvitation:
    own = invitations_for(actor).order_by().values("pk")
    row = SupplierInvitation.objects.select_for_update().get(pk=invitation.pk, pk__in=own)
    require(actor, "invitation.manage", row)
    if not row.is_open:
        raise problem("INV-OVER", _("This invitation has been accepted or revoked."))
    return row


@transaction.atomic
def resend(*, actor: Actor, invitation: SupplierInvitation) -> SupplierInvitation:
    """Send the mail again with a new link; the one before opens nothing any more. At most once an hour."""
    row = _locked(actor, invitation)
    last = MailRecord.objects.filter(invitation=row).aggregate(at=Max("at"))["at"]
    since = max(filter(None, [last, row.secret.created_at if row.secret else None, row.created_at]))
    if since > clock.now() - AGAIN_AFTER:
        raise problem(
            "INV-SOON", _("The invitation was sent within the last hour. Wait, then send it again.")
        )
    if row.secret is not None:
        secret_links.revoke(row.secret)
    row.secret = secret_links.make(purpose=SecretLink.Purpose.INVITATION, email=row.email)
    row.save(update_fields=["secret"])
    record(actor=actor, verb="supplier.invited_again", obj=row)
    _post(actor, row)
    return row


@transaction.atomic
def revoke(*, actor: Actor, invitation: SupplierInvitation) -> SupplierInvitation:
    """Take the invitation back: its link opens nothing any more. Its request is withdrawn on the request's own page."""
    row = _locked(actor, invitation)
    _end(row)
    record(actor=actor, verb="supplier.invitation_revoked", obj=row)
    return row

"""Mail that tells the other side about a request. It names the request and nothing of anybody's data.

Each mail that was handed over, or could not be, is a :class:`MailRecord`: what proves the chasing to both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carbonfoot import mail
from carbonfoot.accounts import secret_links
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Membership, Organisation
from carbonfoot.accounts.roles import Role
from carbonfoot.jobs.services import enqueue
from carbonfoot.languages import in_language
from carbonfoot.ui.dates import format_day
from suppliers.models import DataRequest, MailRecord, RequestNote, SupplierInvitation, SupplierLink

TO_BUYER = ("declined", "published")
WRITERS = (Role.EDITOR, Role.SUPPLIER)
NOBODY = "nobody to write to"

SUBJECTS: dict[str, Any] = {
    "created": gettext_lazy("%(buyer)s asks for footprint data: %(number)s"),
    "reminded": gettext_lazy("Reminder: footprint data for %(buyer)s, %(number)s"),
    "due_changed": gettext_lazy("%(buyer)s changed the due date of its request: %(number)s"),
    "returned": gettext_lazy("%(buyer)s returned your answer: %(number)s"),
    "accepted": gettext_lazy("%(buyer)s accepted your answer: %(number)s"),
    "withdrawn": gettext_lazy("%(buyer)s withdrew its request: %(number)s"),
    "declined": gettext_lazy("%(supplier)s declined the request %(number)s"),
    "published": gettext_lazy("%(supplier)s published a result for %(number)s"),
}


@dataclass(frozen=True)
class Recipient:
    """Where a mail goes, in which language, and whose person that is; None for the address that the buyer gave."""

    address: str
    language: str
    organisation: Organisation | None = None


def announce(actor: Actor, request: DataRequest, what: str, note: RequestNote | None = None) -> None:
    """Have a mail sent to the other side after this transaction commits. Nothing is sent to a managed supplier that
    left no address, nor to the buyer that answers for it."""
    if request.managed and what in ("returned", "accepted", "withdrawn", "published", "declined"):
        return
    about = f"{what}:{note.pk}" if note else f"{what}:{request.changed_at.isoformat()}"
    enqueue(
        actor=actor,
        kind="suppliers.mail",
        args={"request": request.pk, "what": what, "note": note.pk if note else None, "about": about},
        key=f"suppliers.mail:{request.pk}:{about}",
    )


def _people(organisation: Organisation) -> list[Recipient]:
    members = Membership.objects.select_related("user").filter(
        organisation=organisation, is_active=True, user__is_active=True, role__in=WRITERS
    )
    return [Recipient(member.user.email, member.user.language, organisation) for member in members]


def recipients(request: DataRequest, what: str) -> list[Recipient]:
    """Everybody on the other side who works on requests, and the contact whose address the buyer gave."""
    if what in TO_BUYER:
        return _people(request.buyer)
    people = _people(request.supplier)
    known = {person.address for person in people}
    link = SupplierLink.objects.filter(buyer_id=request.buyer_id, supplier_id=request.supplier_id).first()
    if link and link.contact_email and link.contact_email.lower() not in known:
        invitation = open_invitation(request)
        fits = invitation is not None and invitation.email == link.contact_email
        language = invitation.language if invitation is not None and fits else settings.LANGUAGE_CODE
        people.append(Recipient(link.contact_email, language))
    return people


def open_invitation(request: DataRequest) -> SupplierInvitation | None:
    """The invitation that the supplier of a request has not accepted yet."""
    rows = SupplierInvitation.objects.select_related("secret").filter(
        link__buyer_id=request.buyer_id,
        link__supplier_id=request.supplier_id,
        accepted_at__isnull=True,
        revoked_at__isnull=True,
    )
    return rows.first()


def facts(request: DataRequest) -> list[str]:
    """What a mail says about a request, in the active language: number, part, year, due date."""
    part = in_language(request.part_zh, request.part_en)
    return [
        _("Request: %(number)s") % {"number": request.number},
        _("Part: %(part)s") % {"part": part},
        _("Year of data: %(year)s") % {"year": request.year},
        _("Due: %(day)s") % {"day": format_day(request.due_on)},
    ]


def _body(request: DataRequest, note: RequestNote | None, address: str) -> str:
    lines = [*facts(request), ""]
    if note is not None and note.text:
        lines += [note.text, ""]
    invitation = open_invitation(request)
    if invitation is not None and invitation.secret is not None and invitation.email == address:
        # Nobody can sign in yet: the mail brings a fresh way in, and the one of the mail before ends.
        lines += [
            _("You have no account yet. With this link you open it; links of earlier mails no longer work:"),
            way_in(invitation),
        ]
    else:
        path = reverse("suppliers:request_detail", args=[request.number])
        lines.append(f"{settings.PUBLIC_URL}{path}")
    return "\n".join(lines)


def way_in(invitation: SupplierInvitation) -> str:
    """A fresh address that opens the invitation. Only for a mail: it is stored nowhere."""
    if invitation.secret is None:
        raise SupplierInvitation.DoesNotExist
    secret = secret_links.arm(invitation.secret)
    return f"{settings.PUBLIC_URL}{reverse('suppliers:invitation_link', args=[secret])}"


def deliver(
    subject: str, body: Any, *, address: str, about: str, organisation: Organisation | None, **row: Any
) -> bool:
    """Hand one mail over and record it (:func:`carbonfoot.mail.deliver`). True when it is there."""
    written = mail.deliver(
        MailRecord, subject, body, address=address, about=about, organisation=organisation, **row
    )
    return written is not None


def send(request: DataRequest, what: str, note: RequestNote | None = None, about: str = "") -> int:
    """Send the mail, one to each person in that person's language. Returns how many were handed over.

    Raises MailNotSent after having tried everybody, when at least one mail is worth another try.
    """
    about = f"{request.number}:{about or what}"
    row = {"request": request, "note": note, "what": what}
    people = recipients(request, what)
    if not people:
        if not request.managed:
            failed = {"state": MailRecord.State.FAILED, "reason": NOBODY, "about": about}
            MailRecord.objects.create(**row, **failed)
        return 0
    sent, again = 0, False
    for person in people:
        with translation.override(person.language):
            names = {"buyer": request.buyer.name, "supplier": request.supplier.name, "number": request.number}
            subject = str(SUBJECTS[what]) % names
            try:
                sent += deliver(
                    subject,
                    lambda person=person: _body(request, note, person.address),
                    address=person.address,
                    about=about,
                    organisation=person.organisation,
                    **row,
                )
            except mail.MailNotSent:
                again = True
    if again:
        raise mail.MailNotSent
    return sent

"""Mail that tells the other side about a request. It names the request and nothing of anybody's data."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Membership, Organisation
from carbonfoot.accounts.roles import Role
from carbonfoot.jobs.services import enqueue
from carbonfoot.ui.dates import format_day
from suppliers.models import DataRequest, RequestNote, SupplierLink

TO_SUPPLIER = ("created", "reminded", "returned", "accepted", "withdrawn")
TO_BUYER = ("declined", "published")
WRITERS = (Role.EDITOR, Role.SUPPLIER)

SUBJECTS: dict[str, Any] = {
    "created": gettext_lazy("%(buyer)s asks for footprint data: %(number)s"),
    "reminded": gettext_lazy("Reminder: footprint data for %(buyer)s, %(number)s"),
    "returned": gettext_lazy("%(buyer)s returned your answer: %(number)s"),
    "accepted": gettext_lazy("%(buyer)s accepted your answer: %(number)s"),
    "withdrawn": gettext_lazy("%(buyer)s withdrew its request: %(number)s"),
    "declined": gettext_lazy("%(supplier)s declined the request %(number)s"),
    "published": gettext_lazy("%(supplier)s published a result for %(number)s"),
}


def announce(actor: Actor, request: DataRequest, what: str, note: RequestNote | None = None) -> None:
    """Have a mail sent to the other side after this transaction commits. Nothing is sent to a managed supplier that
    left no address, nor to the buyer that answers for it."""
    if request.managed and what in ("returned", "accepted", "withdrawn", "published", "declined"):
        return
    about = f"{what}:{note.pk}" if note else f"{what}:{request.changed_at.isoformat()}"
    enqueue(
        actor=actor,
        kind="suppliers.mail",
        args={"request": request.pk, "what": what, "note": note.pk if note else None},
        key=f"suppliers.mail:{request.pk}:{about}",
    )


def _people(organisation: Organisation) -> list[tuple[str, str]]:
    members = Membership.objects.select_related("user").filter(
        organisation=organisation, is_active=True, user__is_active=True, role__in=WRITERS
    )
    return [(member.user.email, member.user.language) for member in members]


def recipients(request: DataRequest, what: str) -> list[tuple[str, str]]:
    """(address, language) of everybody on the other side who works on requests."""
    if what in TO_BUYER:
        return _people(request.buyer)
    people = _people(request.supplier)
    link = SupplierLink.objects.filter(buyer_id=request.buyer_id, supplier_id=request.supplier_id).first()
    if link and link.contact_email and link.contact_email not in {address for address, _language in people}:
        people.append((link.contact_email, settings.LANGUAGE_CODE))
    return people


def _body(request: DataRequest, note: RequestNote | None) -> str:
    part = request.part_en if translation.get_language() == "en" and request.part_en else request.part_zh
    lines = [
        _("Request: %(number)s") % {"number": request.number},
        _("Part: %(part)s") % {"part": part},
        _("Year of data: %(year)s") % {"year": request.year},
        _("Due: %(day)s") % {"day": format_day(request.due_on)},
        "",
    ]
    if note is not None and note.text:
        lines += [note.text, ""]
    path = reverse("suppliers:request_detail", args=[request.number])
    lines.append(f"{settings.PUBLIC_URL}{path}")
    return "\n".join(lines)


def send(request: DataRequest, what: str, note: RequestNote | None = None) -> int:
    """Send the mail, one to each person in that person's language. Returns how many were handed over."""
    messages = []
    for address, language in recipients(request, what):
        with translation.override(language):
            names = {"buyer": request.buyer.name, "supplier": request.supplier.name, "number": request.number}
            subject = " ".join((str(SUBJECTS[what]) % names).split())
            messages.append(EmailMessage(subject=subject, body=_body(request, note), to=[address]))
    if not messages:
        return 0
    return get_connection().send_messages(messages) or 0

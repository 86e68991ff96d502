"""Adding suppliers: those with an account of their own (linked), and those whose data the buyer enters (managed)."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.accounts.roles import OrganisationKind
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, problem
from suppliers.models import SupplierLink
from suppliers.selectors import find_organisation, has_account

LINKED, MANAGED = SupplierLink.Mode.LINKED, SupplierLink.Mode.MANAGED


def managed_namesake(buyer: Organisation, name_zh: str, uscc: str = "") -> Organisation | None:
    """The supplier without account and confirmed credit code that the buyer has under this code or very name."""
    links = SupplierLink.objects.filter(buyer=buyer, mode=MANAGED, supplier__uscc="").select_related(
        "supplier"
    )
    link = links.filter(supplier__stated_uscc=uscc).first() if uscc else None
    link = link or links.filter(supplier__name_zh=name_zh, supplier__stated_uscc__in=("", uscc)).first()
    return link.supplier if link else None


def create_organisation(
    buyer: Organisation,
    name_zh: str,
    name_en: str,
    *,
    uscc: str = "",
    stated_uscc: str = "",
    province: str = "",
) -> Organisation:
    """An organisation without account. Raises Problems when its credit code is held by one that is no supplier."""
    try:
        with transaction.atomic():
            return Organisation.objects.create(
                code=f"s-{secrets.token_hex(5)}",
                kind=OrganisationKind.SUPPLIER,
                name_zh=name_zh,
                name_en=name_en or name_zh,
                uscc=uscc,
                stated_uscc=stated_uscc,
                province=province,
                is_demo=buyer.is_demo,
            )
    except IntegrityError as error:
        raise problem(
            "SUP-USCC-TAKEN",
            _("An organisation with this credit code is registered, and it cannot be added as a supplier."),
            field="uscc",
            value=uscc,
            mend=_("Check the code. If another buyer has just added this supplier, send the form again."),
        ) from error


@transaction.atomic
def add_supplier(
    *,
    actor: Actor,
    mode: str = LINKED,
    code: str = "",
    name_zh: str = "",
    name_en: str = "",
    uscc: str = "",
    province: str = "",
    contact_email: str = "",
    supplier: Organisation | None = None,
) -> SupplierLink:
    """Make an organisation a supplier of the actor's.

    Linked: an organisation with an account, given as ``supplier`` or found by its exact ``code`` or ``uscc``. Managed:
    an organisation without account; it is created from the names unless one with the same credit code is known. Adding
    the same supplier again returns the link that is there. Raises Problems.
    """
    require(actor, "supplier.add")
    buyer = actor.organisation
    if buyer is None:
        raise problem("SUP-NO-BUYER", _("Only an organisation can have suppliers."))
    name_zh, name_en, code, uscc = (" ".join(text.split()) for text in (name_zh, name_en, code, uscc))
    # Suppliers of one buyer are added one after the other, so that a second click finds what the first has made.
    Organisation.objects.select_for_update(no_key=True).get(pk=buyer.pk)
    found = (
        supplier or (find_organisation(code) if code else None) or (find_organisation(uscc) if uscc else None)
    )
    if found is None and mode == MANAGED and not uscc:
        found = managed_namesake(buyer, name_zh)
    problems = Collector()
    if mode not in SupplierLink.Mode.values:
        problems.add("SUP-MODE", _("Choose how the supplier takes part."), field="mode", value=mode)
    elif found is not None:
        if found.pk == buyer.pk:
            problems.add("SUP-SELF", _("An organisation is no supplier of itself."), field="code")
        elif has_account(found) != (mode == LINKED):
            text = (
                _("This organisation has no account yet, so it cannot publish by itself.")
                if mode == LINKED
                else _("This organisation has an account and publishes by itself.")
            )
            mend = (
                _("Invite it by e-mail, or add it as a supplier without account.")
                if mode == LINKED
                else _("Add it as a supplier with account.")
            )
            problems.add("SUP-ACCOUNT", text, field="mode", mend=mend)
    elif mode == LINKED:
        problems.add(
            "SUP-UNKNOWN",
            _("No organisation with an account has this code."),
            field="code",
            value=code or uscc,
            mend=_(
                "Ask the supplier for the code that its own page shows, or add it as a supplier without account."
            ),
        )
    elif not name_zh:
        problems.add("SUP-NAME", _("Write the name of the supplier."), field="name_zh")
    problems.done()
    if found is None:
        found = create_organisation(buyer, name_zh, name_en, uscc=uscc, province=province)
        record(
            actor=actor, verb="organisation.created", obj=found, data={"kind": found.kind, "managed": True}
        )
    link, created = SupplierLink.objects.get_or_create(
        buyer=buyer, supplier=found, defaults={"mode": mode, "contact_email": contact_email}
    )
    if not created:
        changed = []
        if link.mode != mode:  # a managed supplier that has got an account since
            link.mode = SupplierLink.Mode(mode)
            changed.append("mode")
        if contact_email and link.contact_email != contact_email:
            link.contact_email = contact_email
            changed.append("contact_email")
        if not changed:
            return link
        link.save(update_fields=changed)
    readers = [found] if mode == LINKED else []
    record(
        actor=actor,
        verb="supplier.added" if created else "supplier.changed",
        obj=link,
        data={"mode": mode},
        readers=readers,
    )
    return link

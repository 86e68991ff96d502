"""What the app adds to the site's shell and log: names of its events, counters, a witness of what was frozen."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.services import Fault, register_witness
from carbonfoot.audit.verbs import register_verbs
from carbonfoot.ui import nav
from declarations.models import Declaration, Pack, QualityPlan, Receipt, Snapshot
from declarations.models.declarations import LIVE_STATES
from declarations.selectors.declarations import declarations_by_ruleset
from declarations.services.plans import plan_digest
from declarations.tenancy import owner
from lca.selectors.comparisons import register_ruleset_usage

register_verbs(
    {
        "plant.added": _("Plant added"),
        "pack.created": _("Pack begun"),
        "pack.changed": _("Pack changed"),
        "pack.registered": _("Pack registered"),
        "pack.retired": _("Pack retired"),
        "pack.report_attached": _("Test report attached"),
        "pack.part_added": _("Part added"),
        "pack.part_changed": _("Part changed"),
        "pack.part_removed": _("Part removed"),
        "pack.part_asked": _("Supplier asked for a part"),
        "pack.parts_asked": _("Suppliers asked for parts"),
        "pack.part_linked": _("Part linked"),
        "pack.line_added": _("Line of an own process added"),
        "pack.line_removed": _("Line of an own process removed"),
        "family.created": _("Family of packs begun"),
        "family.changed": _("Family of packs changed"),
        "family.derived": _("Inventory of a variant scaled"),
        "declaration.trigger_dismissed": _("Trigger of a new declaration put aside"),
        "plan.created": _("Plan begun"),
        "plan.changed": _("Plan changed"),
        "plan.adopted": _("Plan adopted"),
        "phase.changed": _("Phase changed"),
        "report.requested": _("Report asked for"),
        "report.written": _("Report written"),
        "declaration.created": _("Declaration begun"),
        "declaration.changed": _("Declaration changed"),
        "declaration.assigned": _("Person in charge set"),
        "declaration.frozen": _("Declaration frozen"),
        "declaration.reopened": _("Opened for changes"),
        "declaration.sent": _("Sent to verification"),
        "declaration.submitted": _("Declaration submitted"),
        "declaration.superseded": _("Superseded by a newer version"),
        "declaration.revised": _("Correction begun"),
        "declaration.withdrawn": _("Declaration withdrawn"),
    }
)
register_ruleset_usage("declarations", _("Declarations"), declarations_by_ruleset)


@nav.counter("declarations:pack_list")
def _packs(actor: Actor) -> int | None:
    return Pack.objects.filter(organisation=owner(actor)).exclude(state="retired").count() or None


@nav.counter("declarations:list")
def _declarations(actor: Actor) -> int | None:
    return Declaration.objects.filter(organisation=owner(actor), state__in=LIVE_STATES).count() or None


def _events(verb: str) -> dict[tuple[str, str], AuditEvent]:
    """Events of a verb by the digest they name and the object they are of."""
    return {
        (event.object_id, str(event.data.get("sha256"))): event
        for event in AuditEvent.objects.filter(verb=verb).iterator(chunk_size=500)
    }


@register_witness
def frozen_content_as_recorded() -> Iterator[Fault]:
    """Every snapshot has the digest it was frozen with, and the log knows it; so for receipts and adopted plans."""
    frozen = _events("declaration.frozen")
    for snapshot in Snapshot.objects.order_by("pk").iterator(chunk_size=50):
        if sha256_hex(snapshot.content.encode()) != snapshot.sha256:
            yield Fault(None, "changed", f"the content of snapshot {snapshot.pk} was altered")
        if (str(snapshot.declaration_id), snapshot.sha256) not in frozen:
            yield Fault(None, "unrecorded", f"no event records the freezing of snapshot {snapshot.pk}")
    for key, event in frozen.items():
        if not Snapshot.objects.filter(declaration_id=key[0], sha256=key[1]).exists():
            yield Fault(event.seq, "missing", f"the snapshot that event {event.seq} records is not there")
    yield from _receipts()
    adopted = _events("plan.adopted")
    for plan in QualityPlan.objects.filter(state="adopted").order_by("pk").iterator(chunk_size=50):
        if plan_digest(plan) != plan.sha256 or (str(plan.pk), plan.sha256) not in adopted:
            yield Fault(None, "changed", f"plan {plan.pk} is not what was adopted")


def _receipts() -> Iterator[Fault]:
    for receipt in Receipt.objects.select_related("snapshot").order_by("pk").iterator(chunk_size=200):
        event = AuditEvent.objects.filter(seq=receipt.audit_seq, verb="declaration.submitted").first()
        stated = {"receipt": receipt.number, "sha256": receipt.sha256}
        if event is None or event.object_id != str(receipt.declaration_id):
            yield Fault(
                receipt.audit_seq,
                "unrecorded",
                f"no event records the submission of receipt {receipt.number}",
            )
        elif {key: event.data.get(key) for key in stated} != stated or event.at != receipt.submitted_at:
            yield Fault(
                event.seq, "changed", f"receipt {receipt.number} is not what event {event.seq} records"
            )
        if receipt.snapshot.sha256 != receipt.sha256:
            yield Fault(receipt.audit_seq, "changed", f"receipt {receipt.number} names another content")
    numbers = set(Receipt.objects.values_list("number", flat=True))
    for event in AuditEvent.objects.filter(verb="declaration.submitted").iterator(chunk_size=500):
        if event.data.get("receipt") not in numbers:
            yield Fault(event.seq, "missing", f"the receipt that event {event.seq} records is not there")

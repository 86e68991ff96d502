"""What phases add to the site's shell and log: names of events, a counter, a witness of summaries."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.services import Fault, register_witness
from carbonfoot.audit.verbs import register_verbs
from carbonfoot.ui import nav
from declarations.models import PhaseSummary, Relief, SummaryFiling
from declarations.selectors.reliefs import reliefs_for

register_verbs(
    {
        "relief.asked": _("Extension or waiver asked for"),
        "relief.cancelled": _("Request for an extension or waiver taken back"),
        "relief.granted": _("Extension or waiver granted"),
        "relief.refused": _("Extension or waiver refused"),
        "summary.made": _("Summary of a phase frozen"),
        "summary.written": _("File of a summary written"),
        "summary.handed_in": _("Summary of a phase handed in"),
    }
)


@nav.counter("declarations:relief_list")
def _to_decide(actor: Actor) -> int | None:
    return reliefs_for(actor).filter(state="asked").order_by().count() or None


@register_witness
def summaries_as_recorded() -> Iterator[Fault]:
    """Summaries have the digest they were frozen with, filings and decisions are those that the log knows."""
    digests = set()
    for row in PhaseSummary.objects.order_by("pk").iterator(chunk_size=50):
        digests.add(row.sha256)
        if sha256_hex(row.content.encode()) != row.sha256:
            yield Fault(None, "changed", f"the content of summary {row.number} was altered")
    filings = {row.number: row for row in SummaryFiling.objects.order_by("pk").iterator(chunk_size=200)}
    for event in AuditEvent.objects.filter(verb__in=("summary.made", "summary.handed_in")).iterator(
        chunk_size=500
    ):
        if event.data.get("sha256") not in digests:
            yield Fault(event.seq, "missing", f"the summary that event {event.seq} records is not there")
        if event.verb == "summary.handed_in":
            filing = filings.pop(str(event.data.get("receipt")), None)
            if filing is None or filing.sha256 != event.data.get("sha256") or filing.audit_seq != event.seq:
                yield Fault(event.seq, "changed", f"the filing that event {event.seq} records is not there")
    for number, filing in filings.items():
        yield Fault(filing.audit_seq, "unrecorded", f"no event records the filing {number}")
    yield from _decisions()


def _decisions() -> Iterator[Fault]:
    verbs = {"relief.granted": "granted", "relief.refused": "refused"}
    said = {
        event.object_id: event for event in AuditEvent.objects.filter(verb__in=verbs).iterator(chunk_size=500)
    }
    for row in Relief.objects.filter(state__in=verbs.values()).order_by("pk").iterator(chunk_size=500):
        event = said.pop(str(row.pk), None)
        if event is None:
            yield Fault(None, "unrecorded", f"no event records the decision on {row.number}")
            continue
        until = row.until.isoformat() if row.until else None
        if verbs[event.verb] != row.state or event.data.get("until") != until:
            yield Fault(event.seq, "changed", f"{row.number} is not what event {event.seq} records")
    for event in said.values():
        yield Fault(event.seq, "missing", f"the decision that event {event.seq} records is not there")

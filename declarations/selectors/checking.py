"""Samples, checks and changes of a verification, and how far they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet

from carbonfoot.accounts.actor import Actor
from declarations.changes import Change, compare
from declarations.figures import Frozen
from declarations.models import ChangeReason, Declaration, Sample, Sending, Snapshot, VerificationCheck
from declarations.selectors.verification import clean_room_for


def initial_snapshot(declaration: Declaration) -> Snapshot | None:
    """The content that was first sent to verification; the present one while none was."""
    first = declaration.sendings.select_related("snapshot").order_by("sent_at", "pk").first()
    return first.snapshot if first else declaration.snapshot


def changes_of(declaration: Declaration) -> list[tuple[Change, ChangeReason | None]]:
    """What differs between the content first sent and the present one, each with its reason if one is given.

    A reason is for the values that it was written for: a figure that changes again needs another one.
    """
    first, last = initial_snapshot(declaration), declaration.snapshot
    if first is None or last is None or first.sha256 == last.sha256:
        return []
    reasons = {
        (row.key, row.before, row.after): row
        for row in declaration.change_reasons.select_related("finding", "written_by")
    }
    return [
        (change, reasons.get((change.key, change.before, change.after)))
        for change in compare(Frozen(first), Frozen(last))
    ]


def last_checks(snapshot: Snapshot, sample: Sample | None) -> dict[str, VerificationCheck]:
    """What counts for each item of a sample, or of the control plan: the last that was written on it."""
    rows = snapshot.verification_checks.filter(sample=sample).order_by("checked_at", "pk")
    return {row.item: row for row in rows}


@dataclass(frozen=True)
class SampleState:
    """A sample with how many of its lines match, differ, were not seen, and wait."""

    sample: Sample
    drawn: int
    results: Counter[str]

    @property
    def open(self) -> int:
        """Lines that wait to be checked."""
        return self.drawn - sum(self.results.values())


def sample_states(snapshot: Snapshot | None) -> list[SampleState]:
    """The samples drawn from a content, with two questions however many there are."""
    if snapshot is None:
        return []
    samples = list(snapshot.samples.select_related("calculation__organisation", "drawn_by"))
    last: dict[tuple[int, str], str] = {}
    rows = snapshot.verification_checks.filter(sample__isnull=False).order_by("checked_at", "pk")
    for sample_id, item, result in rows.values_list("sample_id", "item", "result"):
        last[sample_id, item] = result
    found = []
    for sample in samples:
        results = Counter(result for (key, _item), result in last.items() if key == sample.pk)
        found.append(SampleState(sample, len(sample.content["lines"]), results))
    return found


def samples_for(actor: Actor) -> QuerySet[Sample]:
    """Samples whose lines the actor may see: those of the body engaged."""
    rows = Sample.objects.select_related("calculation__organisation", "snapshot", "declaration")
    return rows.filter(declaration__in=clean_room_for(actor).order_by().values("pk"))


def sendings_of(declaration: Declaration) -> QuerySet[Sending]:
    """What was sent to whom, and what was answered, the first first. For those who may read the verification."""
    return declaration.sendings.select_related("organisation", "snapshot", "answer__answered_by", "sent_by")

"""What the log vouches for of a verification: samples and verification reports are those that it records."""

from __future__ import annotations

from collections.abc import Iterator

from carbonfoot.audit.canonical import digest
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.services import Fault, register_witness
from carbonfoot.files import altered_files
from declarations.models import Sample, VerificationReport


def _recorded(verbs: tuple[str, ...]) -> set[str]:
    events = AuditEvent.objects.filter(verb__in=verbs).values_list("data__sha256", flat=True)
    return {str(sha256) for sha256 in events}


@register_witness
def verification_as_recorded() -> Iterator[Fault]:
    """Each sample has the digest of its draw, each report the digest of its file, and the log knows both."""
    drawn = _recorded(("verification.sampled",))
    for sample in Sample.objects.order_by("pk").iterator(chunk_size=200):
        if digest(sample.content) != sample.sha256:
            yield Fault(None, "changed", f"sample {sample.pk} is not what was drawn")
        if sample.sha256 not in drawn:
            yield Fault(None, "unrecorded", f"no event records sample {sample.pk}")
    missing = drawn - set(Sample.objects.values_list("sha256", flat=True))
    yield from (
        Fault(None, "missing", f"the sample {sha256} that the log records is not there") for sha256 in missing
    )
    kept = VerificationReport.objects.filter(done_at__isnull=False).order_by("pk")
    for row, what in altered_files(kept, "file", "sha256"):
        yield Fault(None, what, f"the file of verification report {row.pk}")
    written = _recorded(("verification.report_written", "verification.report_uploaded"))
    for report in kept.exclude(sha256__in=written):
        yield Fault(None, "unrecorded", f"no event records verification report {report.pk}")

"""Supplier results that the pack uses are valid today; a newer version is pointed out."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.problems import Problem
from declarations.checks.subject import Subject
from lca.models import ResultGrant


def check(subject: Subject) -> Iterator[Problem]:
    """An error for an expired result, a warning for one that has been superseded by a version granted to this maker."""
    used = [line.result for line in subject.exchanges if line.result is not None]
    newer = {result.pk: getattr(result, "superseded_by", None) for result in used}
    granted = set(
        ResultGrant.objects.filter(
            buyer_id=subject.declaration.organisation_id, result__in=[item for item in newer.values() if item]
        ).values_list("result_id", flat=True)
    )
    for result in used:
        if result.valid_until < clock.today():
            yield Problem(
                "DECL-RESULT-EXPIRED",
                _("A supplier result that is used has expired."),
                where="results",
                value=f"{result} · {result.valid_until}",
                mend=_("Ask the supplier for a new one."),
            )
        later = newer[result.pk]
        if later is not None and later.pk in granted:
            yield Problem(
                "DECL-RESULT-NEWER",
                _("The supplier has published a newer version of a result that is used."),
                severity="warning",
                where="results",
                value=f"{result} → v{later.version}",
            )

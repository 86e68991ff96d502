"""Cycle life rests on a test: its report number and the edition of the standard."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject


def check(subject: Subject) -> Iterator[Problem]:
    """Errors for a missing number or standard; a warning while the report itself is not attached."""
    pack = subject.pack
    if not pack.test_report.strip():
        yield Problem(
            "DECL-TEST-REPORT", _("The number of the cycle life test report is missing."), where="life"
        )
    if not pack.test_standard.strip():
        yield Problem(
            "DECL-TEST-STANDARD", _("The standard of the cycle life test is missing."), where="life"
        )
    if pack.test_report.strip() and not pack.test_report_sha256:
        yield Problem(
            "DECL-TEST-FILE",
            _("The test report is not attached; the verifier will ask for it."),
            severity="warning",
            where="life",
        )

"""The declarant can be identified: credit code and province."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject


def check(subject: Subject) -> Iterator[Problem]:
    """A warning for each that is missing; the operator enters them."""
    organisation = subject.declaration.organisation
    missing = {"uscc": organisation.uscc, "province": organisation.province}
    messages = {
        "uscc": _("The unified social credit code of your organisation is not registered."),
        "province": _("The province of your organisation is not registered."),
    }
    for field, value in missing.items():
        if not value:
            yield Problem(
                "DECL-DECLARANT",
                messages[field],
                severity="warning",
                where="declarant",
                mend=_("Ask the operator of this site."),
            )

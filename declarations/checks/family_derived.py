"""The inventory of a variant is the one that was scaled from its representative; what departs from it is said."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject


def check(subject: Subject) -> Iterator[Problem]:
    """An error while nothing was scaled; warnings for lines changed since, and for a newer result to scale from."""
    standing = subject.family
    if standing is None or not standing.rule.accepted:
        return
    if standing.derivation is None:
        yield Problem(
            "DECL-FAMILY-UNSCALED",
            _("The inventory of this variant has not been scaled from its representative's."),
            where="family",
            value=standing.representative.pack.model,
            mend=_("Scale it, or take the pack out of the family."),
        )
        return
    if standing.derivation.source.inventory_id != standing.representative.pack.inventory_id:
        yield Problem(
            "DECL-FAMILY-OTHER",
            _("The inventory was scaled from another pack than the one that represents the family now."),
            where="family",
            value=standing.derivation.content["source"]["pack"],
            mend=_("Scale it again."),
        )
    elif standing.outdated:
        yield Problem(
            "DECL-FAMILY-OLDER",
            _("The representative has been calculated anew since this variant was scaled from it."),
            severity="warning",
            where="family",
            value=standing.representative.pack.model,
        )
    count = len(standing.departures)
    if count:
        yield Problem(
            "DECL-FAMILY-DEPARTS",
            ngettext(
                "%(count)d line says something else than scaling gave it.",
                "%(count)d lines say something else than scaling gave them.",
                count,
            )
            % {"count": count},
            severity="warning",
            where="family",
            value=", ".join(standing.departures[:5]),
            mend=_("They are named in what is frozen; give the verifier the evidence for them."),
        )

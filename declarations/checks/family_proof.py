"""A variant of a family is declared as one only where the rule set takes families and what it asks is met."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from carbonfoot.ui.text import pick
from declarations.checks.subject import Subject


def check(subject: Subject) -> Iterator[Problem]:
    """An error when the rule set takes no families, and one for each criterion that is not met."""
    standing = subject.family
    if standing is None:
        return
    name = f"{standing.member.family} · {standing.representative.pack.model}"
    if not standing.rule.accepted:
        yield Problem(
            "DECL-FAMILY-REFUSED",
            _(
                "This rule set takes no variants of a family; the pack must be declared by an inventory of its own."
            ),
            where="family",
            value=pick(standing.rule.reason) if standing.rule.reason else name,
            mend=_("Take the pack out of the family and state its own inventory."),
        )
        return
    for item in standing.proof.unmet:
        yield Problem(
            f"DECL-FAMILY-{item.key.upper().replace('_', '-')}",
            _("The pack is not represented by its family's representative: %(what)s is not met.")
            % {"what": item.label},
            where="family",
            value=f"{item.shown[0]} / {item.shown[1]}",
            mend=item.note,
        )

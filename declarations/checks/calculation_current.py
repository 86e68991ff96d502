"""What is declared is what was calculated: the inventory has not changed since, and it states the same pack."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.audit.canonical import digest
from carbonfoot.problems import Problem
from declarations.checks.subject import Subject
from lca.services.documents import to_document

FIGURES = ("rated_energy_kwh", "usable_energy_kwh", "mass_kg", "warranty_years")
LIFE = ("cycles", "depth_of_discharge", "capacity_retention")


def _same(stated: Any, fact: Any) -> bool:
    if stated is None or fact is None:
        return stated is None and fact is None
    return Decimal(str(stated)) == Decimal(str(fact))


def check(subject: Subject) -> Iterator[Problem]:
    """An error for a stale calculation, and for one made with other facts than the pack's."""
    calculation = subject.calculation
    if calculation is None or subject.pack.inventory is None:
        return
    revision = calculation.revision
    if digest(to_document(subject.pack.inventory)) != digest(revision.document):
        yield Problem(
            "DECL-CALC-STALE",
            _("The inventory has changed since it was calculated."),
            where="calculation",
            mend=_("Calculate again and choose the new calculation."),
        )
    product = revision.document.get("product", {})
    life = product.get("cycle_life", {})
    same = all(_same(product.get(name), getattr(subject.pack, name)) for name in FIGURES)
    same = same and all(_same(life.get(name), getattr(subject.pack, name)) for name in LIFE)
    if not same or product.get("chemistry", "") != subject.pack.chemistry:
        yield Problem(
            "DECL-CALC-FACTS",
            _("The calculation was made with other facts than those of the pack now."),
            where="calculation",
            mend=_("Calculate again and choose the new calculation."),
        )

"""Scope of the scheme: rated energy above 2 kWh (notice 551 of 2025). The bound itself is outside."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject
from declarations.models.packs import SCOPE_MIN_KWH


def check(subject: Subject) -> Iterator[Problem]:
    """An error at or below the bound."""
    if subject.pack.rated_energy_kwh <= SCOPE_MIN_KWH:
        yield Problem(
            "PACK-SCOPE",
            _("The scheme covers packs with a rated energy above 2 kWh; this pack is outside it."),
            where="pack",
            value=str(subject.pack.rated_energy_kwh),
        )

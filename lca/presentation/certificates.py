"""What an inventory's page says of its green certificates before anything is published or declared."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from carbonfoot.accounts.actor import Actor
from carbonfoot.problems import Problem
from lca.engine.certificates import KWH_PER_CERTIFICATE
from lca.engine.units import UnitError, ratio
from lca.models import Exchange, Inventory
from lca.selectors.certificates import working_uses
from lca.services.certificates import conflict_problem


@dataclass(frozen=True)
class LineCover:
    """A line with certificates: how many, the kWh it takes, the kWh they stand for, and what is left without."""

    line: Exchange
    count: int
    needed: Decimal | None
    certified: Decimal

    @property
    def short(self) -> Decimal:
        """kWh that no certificate covers."""
        return max((self.needed or Decimal(0)) - self.certified, Decimal(0))


@dataclass(frozen=True)
class CertificatesShown:
    """Certificates of one inventory: its lines, and numbers that are used elsewhere."""

    lines: list[LineCover]
    problems: list[Problem]
    claimed: int


def _needed(line: Exchange) -> Decimal | None:
    if line.amount is None:
        return None
    try:
        return line.amount * ratio(line.unit, "kWh")
    except UnitError:
        return None


def certificates_shown(actor: Actor, inventory: Inventory) -> CertificatesShown | None:
    """What the page shows; None where no line states a certificate."""
    uses = working_uses(actor, inventory)
    if not uses:
        return None
    lines: dict[Any, Exchange] = {use.line.pk: use.line for use in uses}
    covers = []
    for line in lines.values():
        count = len(set(line.electricity.get("certificates") or ()))
        covers.append(LineCover(line, count, _needed(line), KWH_PER_CERTIFICATE * count))
    problems = [conflict_problem(use.conflict, "warning") for use in uses if use.conflict is not None]
    return CertificatesShown(covers, problems, sum(use.claimed for use in uses))

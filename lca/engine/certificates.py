"""Green certificates: the form of their numbers, and how much electricity they stand for.

A number has 32 digits, 17 of the project and 15 of the electricity. One certificate stands for 1,000 kWh: notice
1044 of 2023 on full coverage of green certificates (发改能源〔2023〕1044号), known here through reports of it
(`STANDING`), not from the official text. The figure is in no rule set, since it belongs to the certificate, not to
a method of accounting.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lca.engine.model import Exchange
from lca.engine.units import UnitError, ratio

PROJECT_DIGITS = 17
ELECTRICITY_DIGITS = 15
KWH_PER_CERTIFICATE = Decimal(1000)
STANDING = "reported"
SOURCE = {
    "zh": "发改能源〔2023〕1044号（据转载）",
    "en": "NDRC, MOF and NEA notice 1044 of 2023 (as reported)",
}
_FORM = re.compile(rf"[0-9]{{{PROJECT_DIGITS + ELECTRICITY_DIGITS}}}")


def has_form(number: str) -> bool:
    """Whether a number has the form of a certificate's: 32 ASCII digits."""
    return _FORM.fullmatch(number) is not None


def parts(number: str) -> tuple[str, str]:
    """Return the project's and the electricity's part of a number. Errors: ValueError if it has not the form."""
    if not has_form(number):
        raise ValueError(number)
    return number[:PROJECT_DIGITS], number[PROJECT_DIGITS:]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a line's electricity its certificates stand for, in kWh over the period of the inventory."""

    needed: Decimal
    certified: Decimal

    @property
    def short(self) -> Decimal:
        """What no certificate covers; 0 where all is covered."""
        return max(self.needed - self.certified, Decimal(0))

    @property
    def share(self) -> Decimal:
        """The covered share, 0 to 1; 1 where nothing is needed."""
        return Decimal(1) if self.short == 0 else self.certified / self.needed


def coverage(exchange: Exchange) -> Coverage | None:
    """Return how far the certificates of a line cover it; None where its amount is not known in a unit of energy."""
    if exchange.electricity is None or exchange.amount is None:
        return None
    try:
        needed = exchange.amount * ratio(exchange.unit, "kWh")
    except UnitError:
        return None
    return Coverage(needed, KWH_PER_CERTIFICATE * len(set(exchange.electricity.certificates)))


def spread(needed: Decimal, numbers: Sequence[str]) -> dict[str, Decimal]:
    """Return the kWh that each certificate covers: 1,000 each in order of number, until the need is met."""
    covered, left = {}, max(needed, Decimal(0))
    for number in sorted(set(numbers)):
        covered[number] = min(left, KWH_PER_CERTIFICATE)
        left -= covered[number]
    return covered


@dataclass(frozen=True, slots=True)
class Spent:
    """A certificate that a line of a document states, and the kWh of the line that it covers."""

    number: str
    process: str
    line: str
    kwh: Decimal


def spent(document: Mapping[str, Any]) -> list[Spent]:
    """Return the certificates that an inventory document states, in order of number; each number once.

    A line whose amount is unknown or no energy spends its certificates all the same, for 0 kWh.
    """
    found: dict[str, Spent] = {}
    for process in document.get("processes") or ():
        for exchange in process.get("exchanges") or ():
            numbers = (exchange.get("electricity") or {}).get("certificates") or ()
            if not numbers:
                continue
            for number, kwh in spread(_kwh(exchange), numbers).items():
                found.setdefault(number, Spent(number, str(process["id"]), str(exchange["id"]), kwh))
    return [found[number] for number in sorted(found)]


def _kwh(exchange: Mapping[str, Any]) -> Decimal:
    try:
        return Decimal(str(exchange.get("amount") or 0)) * ratio(str(exchange.get("unit")), "kWh")
    except UnitError:
        return Decimal(0)

"""Reading numbers that people type: full-width digits, thousands separators, decimal commas. Exact decimals only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from carbonfoot.ui.codes import half_width

State = Literal["known", "unknown", "not_applicable"]
# 1,234.5 / 1 234.5 / 1'234.5: groups of three. Written out so that 1,2 is never taken for 12.
_GROUPED = re.compile(r"\d{1,3}(?:([,' ])\d{3})(?:\1\d{3})*(?:\.\d+)?")
_EUROPEAN = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+")
_PLAIN = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_COMMA = re.compile(r"\d+,\d+")


@dataclass(frozen=True)
class Amount:
    """A number, or the statement why there is none. A measured zero is the number 0 in state known."""

    value: Decimal | None
    state: State = "known"


def read_decimal(text: str) -> Decimal | None:
    """The exact decimal that a person meant; None for text that is no number or could be two.

    A single comma between digits is a decimal comma (``12,5``), unless exactly three digits follow one to three
    others (``1,234``), which is how thousands are grouped in both languages of this site; ``0,125`` cannot be
    grouped and is a decimal again.
    """
    cleaned = (
        half_width(text).replace("\N{MINUS SIGN}", "-").replace("、", ",").replace("\u2019", "'").strip()
    )
    cleaned = re.sub(r"[\u00a0\u2009\u202f]", " ", cleaned)
    sign = ""
    if cleaned[:1] in "+-":
        sign, cleaned = ("-" if cleaned[:1] == "-" else ""), cleaned[1:].lstrip()
    if _PLAIN.fullmatch(cleaned):
        number = cleaned
    elif _GROUPED.fullmatch(cleaned) and not cleaned.startswith("0"):
        number = re.sub(r"[,' ]", "", cleaned)
    elif _EUROPEAN.fullmatch(cleaned):
        number = cleaned.replace(".", "").replace(",", ".")
    elif _COMMA.fullmatch(cleaned):
        number = cleaned.replace(",", ".")
    else:
        return None
    return Decimal(sign + number)


def read_percent(text: str) -> Decimal | None:
    """A share from a percentage: ``12``, ``12%`` and ``12 ％`` all give 0.12."""
    number = read_decimal(half_width(text).removesuffix("%").rstrip())
    return None if number is None else number / 100

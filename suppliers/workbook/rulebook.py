"""Every rule of the workbook. Importing this enters all of them in the register, for stored findings to be shown."""

from __future__ import annotations

from . import refusals  # noqa: F401 - entering its rules in the register is what it is imported for
from .checks import all_checks
from .findings import RULES, Rule

all_checks()


def all_rules() -> dict[str, Rule]:
    """Return every rule by code, in the order of the codes."""
    return dict(sorted(RULES.items()))

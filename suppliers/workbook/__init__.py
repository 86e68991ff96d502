"""The supplier's workbook: one schema gives template, reader, checks, messages, docs and API fields.

What the rest of the site uses is named here; everything else in the package is its own business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .expectation import Expectation
from .findings import SEVERITIES, Finding, Rule
from .inspection import Inspection, annotate, inspect_upload
from .layout import SHEETS
from .limits import DEFAULT_LIMITS, Limits
from .rows import sheet_fields, to_inventory_document, verified_result
from .rulebook import all_rules
from .schema import VERSION
from .text import Text

if TYPE_CHECKING:
    from .template import FactorChoice, TemplateRequest, build_template

__all__ = [
    "DEFAULT_LIMITS",
    "SEVERITIES",
    "SHEETS",
    "VERSION",
    "Expectation",
    "FactorChoice",
    "Finding",
    "Inspection",
    "Limits",
    "Rule",
    "TemplateRequest",
    "Text",
    "all_rules",
    "annotate",
    "build_template",
    "inspect_upload",
    "sheet_fields",
    "to_inventory_document",
    "verified_result",
]

_LATE = {"FactorChoice", "TemplateRequest", "build_template"}


def __getattr__(name: str) -> Any:
    """Load what needs openpyxl when it is first used: the site starts without it."""
    if name in _LATE:
        from . import template

        return getattr(template, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

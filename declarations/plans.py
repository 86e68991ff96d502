"""The sections of a data quality control plan 数据质量控制方案, with what each must say.

The official form is not public; the sections follow the usual content of such plans in the national greenhouse gas
reporting guidelines, and are marked as an assumption on the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Section:
    """One section: its key in the stored plan, its title, what to write, and how little is too little (characters)."""

    key: str
    title: Any
    hint: Any
    least: int = 10


SECTIONS: tuple[Section, ...] = (
    Section(
        "scope",
        _("Organisation and products"),
        _(
            "Which products, plants and period the plan covers, and which typical packs stand for which others."
        ),
    ),
    Section(
        "boundary",
        _("System boundary and unit processes"),
        _("The four stages, the unit processes of your own, what is left out and why."),
    ),
    Section(
        "activity",
        _("Activity data and how they are obtained"),
        _("Materials, energy, transport and wastes: source, meter or ledger, frequency, who records it."),
    ),
    Section(
        "metering",
        _("Meters and calibration"),
        _("Meters with their number, accuracy and calibration interval; what is done when one fails."),
    ),
    Section(
        "suppliers",
        _("Supplier data"),
        _("Which modules need company-specific data, how suppliers are asked, how answers are checked."),
    ),
    Section(
        "allocation",
        _("Allocation and cut-off"),
        _("How shared energy and co-products are allocated, and how cut-off is kept under the limit."),
    ),
    Section(
        "factors",
        _("Background factors"),
        _("Which factor release is used, the order of preference, and how a missing factor is dealt with."),
    ),
    Section(
        "quality",
        _("Data quality checks"),
        _("Cross-checks, mass balance, comparison with earlier years, four-eyes principle."),
    ),
    Section(
        "responsibility",
        _("Responsibilities"),
        _("Who prepares, who checks, who approves; by function."),
    ),
    Section(
        "records",
        _("Records and keeping"),
        _("Which evidence is kept, where, and for how many years."),
    ),
)

KEYS = tuple(section.key for section in SECTIONS)


def missing_sections(sections: dict[str, str]) -> list[Section]:
    """Sections that are not written, or too short to say anything."""
    return [
        section for section in SECTIONS if len(str(sections.get(section.key, "")).strip()) < section.least
    ]

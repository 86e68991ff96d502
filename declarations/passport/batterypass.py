"""Battery Pass data model, carbon footprint of batteries 1.2.0 (urn:samm:io.BatteryPass.CarbonFootprint:1.2.0)."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from declarations.passport.fields import ENUM, NUMBER, TEXT, URI, Field, Value
from declarations.passport.sources import Source

KEY, VERSION = "batterypass", "1.2.0"
URN = "urn:samm:io.BatteryPass.CarbonFootprint:1.2.0#CarbonFootprintForBatteries"
# Stages in the order of the model, with ours.
STAGES = (
    ("RawMaterialExtraction", "materials"),
    ("MainProduction", "manufacturing"),
    ("Distribution", "distribution"),
    ("Recycling", "recycling"),
)
_LIST = "carbonFootprintPerLifecycleStage"
_NAMES = tuple(name for name, _stage in STAGES)


def _stage_fields() -> list[Field]:
    found = []
    for index, _pair in enumerate(STAGES):
        place = f"{_LIST}[{index}]"
        found += [
            Field(f"{place}.lifecycleStage", ENUM, _("life-cycle stage"), options=_NAMES),
            Field(
                f"{place}.carbonFootprint",
                NUMBER,
                _("stage, kg CO2e per kWh delivered; the model says share, but its unit is absolute"),
            ),
        ]
    return found


FIELDS: tuple[Field, ...] = (
    Field("batteryCarbonFootprint", NUMBER, _("footprint, kg CO2e per kWh delivered over the service life")),
    *_stage_fields(),
    Field(
        "carbonFootprintPerformanceClass",
        TEXT,
        _("performance class of the battery model and plant"),
        ask="performance_class",
    ),
    Field("carbonFootprintStudy", URI, _("web link to the public version of the study"), ask="study"),
    Field("absoluteCarbonFootprint", NUMBER, _("footprint of one battery, kg CO2e"), required=False),
)


def values(source: Source) -> dict[str, Value]:
    """Every field of the model with its value and source, or why it is empty."""
    figures = source.figures
    found = {
        "batteryCarbonFootprint": source.figure(
            figures.per_functional_unit if figures else None, "totals.per_functional_unit"
        )
    }
    for index, (name, stage) in enumerate(STAGES):
        made = source.figure(
            figures.stages.get(stage) if figures else None, f"stages.{stage}.per_functional_unit"
        )
        empty = made.value is None
        found[f"{_LIST}[{index}].lifecycleStage"] = (
            made if empty else Value(name, gettext("given by the model"))
        )
        found[f"{_LIST}[{index}].carbonFootprint"] = made
    found["carbonFootprintPerformanceClass"] = source.asked(
        "performance_class",
        gettext(
            "There are no classes yet: the act that sets them has not been adopted as far as this site knows."
        ),
    )
    found["carbonFootprintStudy"] = source.asked(
        "study", gettext("This site publishes the register entry, not a study; give the address of yours.")
    )
    found["absoluteCarbonFootprint"] = source.figure(
        figures.per_piece if figures else None, "totals.per_piece"
    )
    return found

"""Units and shares in the reader's words, without a database."""

from decimal import Decimal

import pytest
from django.utils import translation

from declarations.reports.content import LineRow, StageRow
from lca.presentation.result import functional_unit, quality_stats
from lca.presentation.words import per_unit
from lca.templatetags.lca import footprint_unit, unit_name


@pytest.mark.parametrize(("language", "piece"), [("zh-hans", "件"), ("en", "piece")])
def test_a_piece_is_named_in_the_readers_language(language: str, piece: str) -> None:
    with translation.override(language):
        assert unit_name("piece") == piece
        assert footprint_unit("piece") == per_unit("piece") == f"kg CO2e/{piece}"
        assert (
            functional_unit({"functional_unit": {"kind": "declared_unit", "unit": "piece"}})
            == f"kg CO2e/{piece}"
        )
        assert per_unit("kWh") == "kg CO2e/kWh"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_two_shares_stand_side_by_side_and_say_what_they_are(language: str) -> None:
    with translation.override(language):
        both, amounts, *_ = quality_stats({"quality": {"pds": 0.0, "activity_primary_share": 0.9}})
        assert (both.value, amounts.value) == (0.0, 0.9)
        assert str(both.label) != str(amounts.label)
        assert str(both.note) != str(amounts.note)


def row(identifier: str, kgco2e: str) -> LineRow:
    return LineRow(
        id=identifier,
        stage="recycling",
        process="",
        name="",
        amount=None,
        unit="",
        factor_value=None,
        factor_unit="",
        source="",
        tier="",
        data_kind="",
        primary=False,
        kgco2e=Decimal(kgco2e),
        share=None,
        counted=True,
    )


def test_a_report_counts_suppliers_results_that_have_nothing_in_a_stage() -> None:
    """A measured zero of one's own keeps its line; the empty part of a supplier's split is only counted."""
    lines = [
        row("cells@recycling", "0"),
        row("biogenic", "0"),
        row("foil@recycling", "0.5"),
        row("power", "2"),
    ]
    stage = StageRow("recycling", "", None, None, Decimal(0), None, lines)
    assert [line.id for line in stage.shown] == ["biogenic", "foil@recycling", "power"]
    assert stage.silent == 1

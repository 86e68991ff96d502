"""Flags: each rule at its bound, and nothing where nothing stands out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from declarations import plausibility
from declarations.figures import figures_of
from declarations.plausibility import Case, Range, Spread
from tests.support import factories as make

USUAL = figures_of(make.ledger(75))
WIDE = Range(41, 110, "literature")


def found(**changes: Any) -> list[str]:
    return [
        flag.code for flag in plausibility.flags(Case(**{"chemistry": "LFP", "figures": USUAL, **changes}))
    ]


def test_nothing_stands_out() -> None:
    """A usual pack among usual peers."""
    near = {"per_kwh": Spread(5, 72, 75, 78)}
    assert found(range=WIDE, peers=near, before=USUAL, recalculated=USUAL) == []


@pytest.mark.parametrize(
    ("low", "high", "flagged"), [(73.5, 110, False), (73.6, 110, True), (1, 73.5, False), (1, 73.4, True)]
)
def test_published_range_counts_cradle_to_gate(low: float, high: float, flagged: bool) -> None:
    """Materials and manufacturing are 98 % of 75: 73.5; the bound itself is inside."""
    assert (found(range=Range(low, high, "")) == ["RANGE"]) == flagged


def test_peers_need_to_be_enough() -> None:
    """Four say nothing; five do."""
    assert found(peers={"per_kwh": Spread(4, 200, 202, 203)}) == []
    assert found(peers={"per_kwh": Spread(5, 200, 202, 203)}) == ["PEERS"]


@pytest.mark.parametrize(
    ("spread", "flagged"),
    [
        (Spread(9, 66, 68, 70), False),  # 70 + 1.5 x 4 = 76
        (Spread(9, 67, 68, 70), True),  # 70 + 1.5 x 3 = 74.5
        (Spread(9, 72, 72, 72), False),  # equal peers: 5 % of the median stays unasked
        (Spread(9, 71, 71, 71), True),
    ],
)
def test_fences(spread: Spread, flagged: bool) -> None:
    """75 against the quartiles of its peers."""
    assert (found(peers={"per_kwh": spread}) == ["PEERS"]) == flagged


def test_every_peer_figure_has_its_own_flag() -> None:
    """Materials 58.5 and manufacturing 15 kg per kWh, 1350 kWh delivered per kWh: each far from far peers."""
    far = Spread(9, 1000, 1001, 1002)
    keys = list(plausibility.PEER_FIGURES)
    assert found(peers=dict.fromkeys(keys, far)) == [
        "PEERS",
        "PEERS-MATERIALS",
        "PEERS-MANUFACTURING",
        "PEERS-DELIVERED",
    ]
    near = {"materials": Spread(9, 58, 58.5, 59), "manufacturing": Spread(9, 14, 15, 16)}
    assert found(peers={**near, "delivered": Spread(9, 1349, 1350, 1351)}) == []


def test_a_maker_learns_nothing_of_others() -> None:
    """What rests on peers, or on the authority's own checks, is not for the maker; each flag says what it compares."""
    far = dict.fromkeys(plausibility.PEER_FIGURES, Spread(9, 1000, 1001, 1002))
    case = Case("LFP", USUAL, Range(80, 110, "literature"), far, before=figures_of(make.ledger(79)))
    case = replace(case, recalculated=figures_of(make.ledger(75.1)), verification_required=True)
    assert [flag.code for flag in plausibility.for_maker(case)] == ["RANGE", "CHANGE"]
    everything = plausibility.flags(case)
    assert len(everything) == 8
    with translation.override("en"):
        assert all(str(flag.basis) and str(flag.source) for flag in everything)


def test_change_against_the_version_before() -> None:
    """More than five per cent."""
    assert found(before=figures_of(make.ledger(79.0))) == ["CHANGE"]
    assert found(before=figures_of(make.ledger(78.5))) == []


def test_figures_that_do_not_agree() -> None:
    """Calculated otherwise, signed otherwise, not signed at all."""
    other = figures_of(make.ledger(75.1))
    assert found(recalculated=other) == ["REPRODUCED"]
    assert found(signed={"per_functional_unit": "0.9"}) == ["SIGNED"]
    assert found(verification_required=True) == ["UNSIGNED"]
    assert (
        found(signed={"per_functional_unit": repr(USUAL.per_functional_unit)}, verification_required=True)
        == []
    )


def test_weak_basis() -> None:
    """Zero stages, few primary data, many estimates, cut-off, warnings; unknown is not zero."""
    weak = replace(
        USUAL,
        stages={**USUAL.stages, "distribution": 0.0},
        primary_share=0.0,
        estimated_share=0.3,
        omitted_within=False,
        omitted_share=None,
        warnings=2,
    )
    assert found(figures=weak) == ["STAGE-ZERO", "PRIMARY", "ESTIMATED", "CUTOFF", "WARNINGS"]
    unknown = replace(USUAL, primary_share=None, estimated_share=None, omitted_within=None)
    assert found(figures=unknown) == []


def test_ranges_of_the_rule_set_and_of_the_release() -> None:
    """LFP from the rule set, sodium-ion from the published comparison figures, others have none."""
    lfp = plausibility.published_range("LFP", "cn-miit-551")
    sib = plausibility.published_range("SIB", "cn-miit-551")
    assert lfp is not None and (lfp.low, lfp.high) == (41, 110)
    assert sib is not None and (sib.low, sib.high) == (40, 70)
    assert plausibility.published_range("LTO", "cn-miit-551") is None
    assert plausibility.published_range("LFP", "nowhere") is None


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_flags_are_read_in_the_readers_language(language: str) -> None:
    """Numbers and sentences are made when they are read."""
    case = Case("LFP", USUAL, range=Range(80, 110, ""), before=figures_of(make.ledger(100)))
    flags = plausibility.flags(case)
    with translation.override(language):
        texts = [f"{flag.label} {flag.detail}" for flag in flags]
    assert "73.5" in texts[0] and "−25.0%" in texts[1]
    assert ("kWh delivered" in texts[1]) == (language == "en")

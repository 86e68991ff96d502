"""The rule of a phase, broken in each way: pure facts in, points that are met or not and sentences out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from declarations import phase_words
from declarations.models import Phase
from declarations.phase_rules import Days, PackFacts, Standing

DAY = dt.date
TRIAL = Phase(
    code="trial",
    name_zh="试运行",
    name_en="Trial",
    starts_on=DAY(2025, 12, 30),
    ends_on=DAY(2026, 12, 31),
    min_packs=5,
    every_chemistry=True,
)
REGULAR = Phase(
    code="regular",
    name_zh="常态化",
    name_en="Regular",
    starts_on=DAY(2027, 1, 1),
    every_pack=True,
    min_packs=0,
)
JUNE = DAY(2026, 6, 1)


def pack(number: int, **changes: Any) -> PackFacts:
    usual: dict[str, Any] = {
        "pk": number,
        "model": f"P{number}",
        "chemistry": "LFP",
        "code": f"001PE0ABCDEF{number:02d}",
        "last_day": TRIAL.ends_on,
        "state": "accepted",
        "verified": True,
        "submitted_on": JUNE,
    }
    return PackFacts(**{**usual, **changes})


def standing(*packs: PackFacts, phase: Phase = TRIAL, today: dt.date = JUNE, **days: Any) -> Standing:
    return Standing(phase=phase, packs=packs, days=Days(ends_on=phase.ends_on, **days), today=today)


FIVE = tuple(pack(number) for number in range(1, 6))


def said(of: Standing, code: str) -> str:
    item = next(row for row in of.items if row.code == code)
    with translation.override("en"):
        return " ".join(phase_words.item_gaps(item.code, item.missing))


def unmet(of: Standing) -> set[str]:
    return {row.code for row in of.items if row.met is False}


def test_five_typical_packs_are_enough() -> None:
    """Every point is met and nothing is said."""
    of = standing(*FIVE)
    assert of.is_complete and of.state == "met" and unmet(of) == set()
    assert all(not item.missing for item in of.items)


BROKEN: dict[str, tuple[Callable[[], tuple[PackFacts, ...]], str, str]] = {
    "four packs": (lambda: FIVE[:4], "packs", "1 more pack must be declared."),
    "a chemistry missing": (
        lambda: (*FIVE, pack(9, chemistry="NMC", state="")),
        "chemistries",
        "Lithium nickel manganese cobalt oxide (NMC)",
    ),
    "a report missing": (
        lambda: (*FIVE[:4], FIVE[4]._replace(verified=False)),
        "statements",
        "P5 has no verification statement",
    ),
    "a pack twice": (
        lambda: (*FIVE[:4], FIVE[4]._replace(code=FIVE[0].code)),
        "once",
        "P5 has the type code of another declared pack",
    ),
    "not justified": (
        lambda: (*FIVE[:4], FIVE[4]._replace(justified=False)),
        "typical",
        "P5: nothing says why it is a typical product.",
    ),
    "before the phase": (
        lambda: (*FIVE[:4], FIVE[4]._replace(submitted_on=DAY(2025, 12, 29))),
        "days",
        "P5 was submitted on 2025-12-29",
    ),
    "after the phase": (
        lambda: (*FIVE[:4], FIVE[4]._replace(submitted_on=DAY(2027, 1, 1))),
        "days",
        "P5 was submitted on 2027-01-01",
    ),
}


@pytest.mark.parametrize("way", BROKEN)
def test_trial_rule_broken(way: str) -> None:
    """Each way makes the phase incomplete, at its own point, with a sentence that names what it is."""
    facts, code, sentence = BROKEN[way]
    of = standing(*facts())
    assert not of.is_complete and of.state == "short"
    assert code in unmet(of)
    assert sentence in said(of, code)


def test_what_does_not_count_is_missing_as_a_pack() -> None:
    """Unverified, outside, twice: one pack too few; a missing reason is a point of its own."""
    for way in ("a report missing", "a pack twice", "before the phase"):
        assert standing(*BROKEN[way][0]()).missing_packs == 1, way
    of = standing(*BROKEN["not justified"][0]())
    assert of.missing_packs == 0 and not of.is_complete
    assert standing(*BROKEN["not justified"][0](), pack(6)).is_complete  # five others are justified


def test_not_typical_does_not_count() -> None:
    """A pack that is not typical is not asked for in the trial, and is in the regular phase."""
    rows = (*FIVE[:4], FIVE[4]._replace(typical=False))
    assert standing(*rows).missing_packs == 1
    later = tuple(row._replace(submitted_on=DAY(2027, 2, 1), last_day=None) for row in rows)
    assert standing(*later, phase=REGULAR, today=DAY(2027, 3, 1)).is_complete


def test_regular_phase_asks_for_every_pack() -> None:
    """Each registered pack that is not declared is named; packs of one type are each declared."""
    rows = [row._replace(submitted_on=DAY(2027, 2, 1), last_day=None) for row in FIVE]
    rows[1] = rows[1]._replace(state="returned")
    rows[2] = rows[2]._replace(code=rows[0].code)
    of = standing(*rows, phase=REGULAR, today=DAY(2027, 3, 1))
    assert (of.needed, len(of.declared), of.missing_packs) == (5, 4, 1)
    assert said(of, "every_pack") == "P2 is not declared."
    assert not of.is_late and of.missing_chemistries == []


def test_late_after_the_last_day() -> None:
    """From 1 January 2027 what is missing is late, and the packs that are not declared are marked."""
    rows = (*FIVE[:4], FIVE[4]._replace(state="draft", submitted_on=None))
    assert not standing(*rows, today=DAY(2026, 12, 31)).is_late
    of = standing(*rows, today=DAY(2027, 1, 1))
    assert of.is_late and [of.is_pack_late(row) for row in rows] == [False] * 4 + [True]


def test_extension_and_waiver() -> None:
    """A later day for the whole phase or a pack; exempt packs and makers owe nothing."""
    late = (*FIVE[:4], FIVE[4]._replace(state="draft", submitted_on=None, last_day=DAY(2027, 3, 31)))
    of = standing(*late, today=DAY(2027, 2, 1), until=DAY(2027, 3, 31))
    assert not of.is_late and not of.is_pack_late(late[4]) and of.days.last_day == DAY(2027, 3, 31)
    in_time = late[4]._replace(state="submitted", submitted_on=DAY(2027, 3, 31))
    assert standing(*FIVE[:4], in_time, today=DAY(2027, 4, 1)).is_complete
    exempt = standing(*FIVE[:2], waived=True, today=DAY(2027, 2, 1))
    assert exempt.is_complete and exempt.state == "waived" and exempt.needed == 0 and not exempt.is_late
    without = (*FIVE, pack(9, chemistry="NMC", state="", waived=True))
    assert standing(*without).is_complete  # a chemistry that only an exempt pack has is not asked for


def test_last_days() -> None:
    """The latest of the phase, the maker's and the pack's day; a phase moved later is not shortened by an extension."""
    days = Days(
        ends_on=DAY(2026, 12, 31), until=DAY(2027, 1, 31), by_pack={1: DAY(2027, 2, 28), 2: DAY(2026, 6, 1)}
    )
    assert [days.of(key) for key in (1, 2, 3, None)] == [
        DAY(2027, 2, 28),
        DAY(2027, 1, 31),
        DAY(2027, 1, 31),
        DAY(2027, 1, 31),
    ]
    assert replace(days, ends_on=DAY(2027, 6, 30)).of(1) == DAY(2027, 6, 30)
    assert replace(days, ends_on=None).of(1) is None


STATES = st.sampled_from(["", "draft", "verified", "submitted", "in_review", "accepted", "returned"])
FACTS = st.builds(
    PackFacts,
    pk=st.integers(1, 10**6),
    model=st.just("P"),
    chemistry=st.sampled_from(["LFP", "NMC", "NCA"]),
    code=st.sampled_from(["A" * 14, "B" * 14, "C" * 14, "D" * 14, "E" * 14, "F" * 14]),
    registered=st.booleans(),
    typical=st.booleans(),
    justified=st.booleans(),
    waived=st.booleans(),
    last_day=st.just(TRIAL.ends_on),
    state=STATES,
    verified=st.booleans(),
    submitted_on=st.sampled_from([DAY(2025, 12, 29), JUNE, DAY(2026, 12, 31), DAY(2027, 1, 1)]),
)


@given(
    st.lists(FACTS, max_size=12, unique_by=lambda row: row.pk),
    st.sampled_from([TRIAL, REGULAR]),
    st.booleans(),
)
def test_complete_exactly_when_no_point_is_broken(packs: list[PackFacts], phase: Phase, waived: bool) -> None:
    """A phase is complete if its counting points are met; declaring one more pack never makes less of it."""
    of = standing(*packs, phase=phase, waived=waived)
    counting = {"packs", "every_pack", "chemistries"}
    if not waived:
        assert not of.is_complete or not unmet(of) & counting
        if not unmet(of):
            assert of.is_complete
    types = [row.type_code for row in of.declared]
    assert phase.every_pack or len(set(types)) == len(types)
    more = standing(
        *packs,
        pack(10**7, code="Z" * 14, last_day=phase.ends_on, submitted_on=max(JUNE, phase.starts_on)),
        phase=phase,
        waived=waived,
    )
    assert len(more.declared) == len(of.declared) + 1
    assert (
        set(more.missing_chemistries) <= set(of.missing_chemistries)
        and more.missing_packs <= of.missing_packs
    )

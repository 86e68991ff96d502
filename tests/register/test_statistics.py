"""Statistics of the register, each figure computed a second time in Python."""

from __future__ import annotations

import re
import statistics as plain
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from carbonfoot import clock
from carbonfoot.accounts.models import Organisation
from declarations.models import Declaration, RegisterEntry
from declarations.selectors import register as selectors
from declarations.selectors import register_statistics as select
from tests.register.made import accepted, visitor
from tests.support import factories as make

pytestmark = pytest.mark.django_db
RULESET = "cn-miit-551"
DELIVERED = 1350  # full cycles of the small ledger: kWh delivered for each kWh of rated energy


@dataclass(frozen=True)
class Fact:
    """What an accepted pack was made with."""

    per_kwh: float
    chemistry: str
    maker: Organisation
    year: int

    @property
    def result(self) -> float:
        return self.per_kwh / DELIVERED


def add(fact: Fact, **fields: Any) -> Declaration:
    """Accept it, in the first or the last hour of its year in China."""
    moment = f"{fact.year}-12-31T15:30:00Z" if fact.chemistry == "LFP" else f"{fact.year - 1}-12-31T16:30:00Z"
    phase = make.phase(starts_on="2024-01-01", ends_on="2027-12-31")
    clock.set_process_time(moment)
    pack = make.pack(fact.maker, chemistry=fact.chemistry)
    content = make.ledger(fact.per_kwh)
    content["quality"]["pds"] = fact.per_kwh / 200
    return accepted(content, maker=fact.maker, pack=pack, phase=phase, **fields)


@pytest.fixture
def facts() -> list[Fact]:
    """Ten packs of one chemistry and three of another, of three makers in two provinces, over two years."""
    makers = [make.organisation("maker", province=province) for province in ("320000", "440000", "440000")]
    spread = (70, 71, 73, 76, 80, 85, 91, 98, 106, 115)
    made = [Fact(value, "LFP", makers[nr % 2], 2025 + nr // 7) for nr, value in enumerate(spread)]
    made += [Fact(value, "NMC", makers[2], 2026) for value in (60, 90, 140)]
    for fact in made:
        add(fact)
    return made


def counted(**asked: str) -> select.Statistics:
    rows = selectors.search(RegisterEntry.objects.filter(stands=True), selectors.Filter(**asked))
    return select.statistics(rows, RULESET)


def quartiles(values: list[float]) -> list[float]:
    return plain.quantiles(values, n=4, method="inclusive")


def test_every_figure(facts: list[Fact]) -> None:
    """Counts, medians, quartiles and the histogram, by chemistry, maker, province and year of China."""
    found = counted()
    results = [fact.result for fact in facts]
    assert (found.count, found.makers) == (13, 3)
    assert found.median == pytest.approx(plain.median(results))
    assert found.primary_share == pytest.approx(plain.median(fact.per_kwh / 200 for fact in facts))
    assert (found.low, found.high) == pytest.approx((min(results), max(results)))
    lfp, nmc = found.by_chemistry
    assert (lfp.chemistry, lfp.count, nmc.chemistry, nmc.count) == ("LFP", 10, "NMC", 3)
    assert lfp.quartiles == pytest.approx(
        quartiles([fact.result for fact in facts if fact.chemistry == "LFP"])
    )
    assert nmc.quartiles is None and nmc.counts == (), "three packs would tell of single makers"
    step = (found.high - found.low) / select.BINS
    places = Counter(int((fact.result - found.low) / step) for fact in facts if fact.chemistry == "LFP")
    assert {place: count for place, count in enumerate(lfp.counts) if count} == places
    for groups, key in (
        (found.by_maker, lambda fact: fact.maker.code),
        (found.by_province, lambda fact: fact.maker.province),
        (found.by_year, lambda fact: str(fact.year)),
    ):
        by_key = defaultdict(list)
        for fact in facts:
            by_key[key(fact)].append(fact.result)
        assert {group.key: group.count for group in groups} == {
            name: len(held) for name, held in by_key.items()
        }
        for group in groups:
            assert group.median == pytest.approx(plain.median(by_key[group.key]))
    assert [group.key for group in found.by_year] == ["2025", "2026"]
    assert [group.label for group in found.by_maker if group.key == facts[0].maker.code] == [
        facts[0].maker.name_zh
    ]


def test_filters_narrow_what_is_counted(facts: list[Fact]) -> None:
    """Each filter, and two together."""
    south, early = facts[1].maker.province, "2025"
    for asked, wanted in (
        ({"chemistry": "NMC"}, lambda fact: fact.chemistry == "NMC"),
        ({"province": south}, lambda fact: fact.maker.province == south),
        ({"year": early}, lambda fact: fact.year == 2025),
        ({"maker": facts[0].maker.code}, lambda fact: fact.maker == facts[0].maker),
        ({"province": south, "year": early}, lambda fact: fact.maker.province == south and fact.year == 2025),
    ):
        held = [fact.result for fact in facts if wanted(fact)]
        found = counted(**asked)
        assert 0 < found.count == len(held) < len(facts)
        assert found.median == pytest.approx(plain.median(held))


def test_what_no_longer_stands_is_not_counted(facts: list[Fact]) -> None:
    """A correction takes the place of what it corrects."""
    fact = Fact(200, "LFP", facts[0].maker, 2026)
    old = Declaration.objects.filter(organisation=fact.maker, state="accepted").first()
    assert old is not None
    clock.set_process_time("2026-06-01T00:00:00Z")
    accepted(
        make.ledger(200), maker=fact.maker, pack=old.pack, number=old.number, version=2, supersedes=old,
        phase=old.phase,
    )  # fmt: skip
    found = counted()
    assert (found.count, found.high) == (13, pytest.approx(fact.result))


def test_rule_sets_are_not_mixed(facts: list[Fact]) -> None:
    """The rule set with most packs is counted; the other is named as left out."""
    maker = make.organisation("maker")
    other = make.calculation(maker, make.ledger(999), ruleset="iso-14067-gate", version="2018.1")
    accepted(maker=maker, calculation=other)
    rows = RegisterEntry.objects.filter(stands=True)
    assert select.rulesets_by_count(rows) == [RULESET, "iso-14067-gate"]
    assert select.statistics(rows, RULESET).count == 13
    page = visitor().get(reverse("register:statistics")).content.decode()
    assert "The statistics leave out entries under: iso-14067-gate." in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_shows_them(facts: list[Fact], language: str, count_queries: Any) -> None:
    """Charts have tables beside them with the same figures; too few packs of a chemistry say so; the same filter is
    answered without counting again."""
    client, url = visitor(language), reverse("register:statistics")
    page = client.get(url).content.decode()
    rows = [re.sub(r"\s*<[^>]+>\s*", "|", row) for row in re.findall(r"<tr>.*?</tr>", page, re.S)]
    lower, median, upper = quartiles([fact.result for fact in facts if fact.chemistry == "LFP"])
    assert any(f"|10||{lower:.4f}||{median:.4f}||{upper:.4f}|" in row for row in rows)
    few = {"en": "too few", "zh-hans": "款数不足"}[language]
    assert any(f"|3||{few}||{few}||{few}|" in row for row in rows)
    assert all(
        any(row.startswith(f"||{year}||{count}|") for row in rows) for year, count in ((2025, 7), (2026, 6))
    )
    with count_queries(connection) as kept:
        client.get(url)
    cache.clear()
    with count_queries(connection) as anew:
        client.get(url)
    assert len(anew) - len(kept) == 8 and len(anew) <= 12


def test_the_same_results_have_no_spread() -> None:
    """All packs alike: one value is lowest, highest and median, and all stand in the first step."""
    maker = make.organisation("maker")
    for _number in range(select.SPREAD_LEAST):
        add(Fact(75, "LFP", maker, 2026))
    found = counted()
    assert found.low == found.high == found.median
    assert found.by_chemistry[0].counts[0] == 10 and sum(found.by_chemistry[0].counts) == 10
    assert visitor().get(reverse("register:statistics")).status_code == 200


def test_an_empty_register_has_none() -> None:
    """It says so, in the page and by the selector."""
    assert select.rulesets_by_count(RegisterEntry.objects.all()) == []
    assert "Nothing found" in visitor().get(reverse("register:statistics")).content.decode()

"""The search for factors: what compliance staff type, and what they must find among the first three."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from lca import selectors
from lca.data import load_release
from lca.selectors.search import SYNONYMS, alternatives, normal

QUERIES = Path(__file__).parent / "fixtures" / "factor_queries.csv"


def queries() -> list[tuple[str, list[str]]]:
    with QUERIES.open(encoding="utf-8", newline="") as stream:
        return [(row["query"], row["expected"].split()) for row in csv.DictReader(stream)]


@pytest.mark.django_db
def test_what_people_type_finds_what_they_mean_among_the_first_three() -> None:
    release = selectors.current_release()
    missed = []
    for query, expected in queries():
        found = list(selectors.factors(release, query).values_list("key", flat=True)[:3])
        if not set(expected) <= set(found):
            missed.append((query, expected, found))
    assert not missed, "\n".join(map(str, missed))
    assert len(queries()) >= 60


def test_every_query_is_there_once_in_both_languages_and_expects_what_exists() -> None:
    texts = [normal(query) for query, _expected in queries()]
    assert len(set(texts)) == len(texts)
    assert sum(text.isascii() for text in texts) >= 25 and sum(not text.isascii() for text in texts) >= 25
    for _query, expected in queries():
        assert 1 <= len(expected) <= 3
        assert all(key in load_release().factors for key in expected)


def test_synonyms_are_written_as_they_are_compared_and_once() -> None:
    with SYNONYMS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    terms = [row["term"] for row in rows]
    assert len(set(terms)) == len(terms)
    for row in rows:
        assert normal(row["term"]) == row["term"]
        assert [normal(item) for item in row["alternatives"].split("|")] == row["alternatives"].split("|")


def test_terms_are_replaced_longest_first_and_the_words_as_typed_stay() -> None:
    assert alternatives("  湖北省电网 ") == ["湖北 电力", "湖北省电网"]
    assert alternatives("Aluminium  FOIL") == ["primary aluminium", "aluminum", "aluminium foil"]
    assert alternatives("六水硫酸镍") == ["硫酸镍", "六水硫酸镍"]
    assert alternatives("solarium") == ["solarium"]
    assert alternatives("  ") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["((", "%_\\", "'; drop table", "\u0000x"[1:], "。、", "a" * 5000, "电 " * 300]
)
def test_whatever_is_typed_does_no_harm(query: str) -> None:
    assert selectors.factors(selectors.current_release(), query).count() >= 0


@pytest.mark.django_db
def test_short_symbols_stand_alone() -> None:
    found = selectors.factors(selectors.current_release(), "EC").values_list("key", flat=True)
    assert next(iter(found)) == "elyte.ec.greet2022" and "elec.cn.footprint.2024" not in found


@pytest.mark.django_db
def test_older_years_come_after_and_are_found_by_their_year() -> None:
    release = selectors.current_release()
    keys = list(selectors.factors(release, "湖北 电力").values_list("key", flat=True))
    assert keys[:3] == [f"elec.cn.co2.prov.HB.{year}" for year in (2023, 2022, 2021)]
    assert selectors.factors(release, "湖北 电力 2021").values_list("key", flat=True)[0].endswith("HB.2021")


@pytest.mark.django_db
def test_candidates_that_do_not_hold_the_words_say_so(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    release = selectors.current_release()
    assert all(factor.nearest for factor in selectors.factors(release, "carbon black"))
    assert not any(factor.nearest for factor in selectors.factors(release, "copper"))
    page = reverse("lca:reference")
    assert "The nearest candidates follow" in client.get(page, {"q": "carbon black"}).content.decode()
    assert "The nearest candidates follow" not in client.get(page, {"q": "copper"}).content.decode()

"""Finding the factor that somebody means, in Chinese or English: other words for the same thing, then a plain order.

A query stands for a few alternatives: the words with terms of ``lca/data/synonyms.csv`` replaced by what releases call
the thing, then the words as typed. A factor is found by an alternative when it has all of its words. What comes first:
values that an input may be linked to, the newest year of a factor, the earlier alternative, names that are or begin
with the words, all greenhouse gases before carbon dioxide alone, China before elsewhere, short names before long ones.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import product
from operator import and_, or_
from pathlib import Path
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, CharField, F, Func, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, Length, RowNumber

from lca.models import Factor

SYNONYMS = Path(__file__).resolve().parents[1] / "data" / "synonyms.csv"
MOST_ALTERNATIVES = 8
LONGEST = 200
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_BETWEEN = re.compile(r"[\s()\[\]<>,;、。\u0000]+")
# So short a word is a symbol (EC, PE, PP): it must stand alone, or it is found inside every other word.
_SYMBOL = 3


@lru_cache(maxsize=1)
def synonyms() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """Patterns of terms with what stands for them, the longest term first. An empty one drops the term."""
    with SYNONYMS.open(encoding="utf-8", newline="") as stream:
        rows = [(row["term"], tuple(row["alternatives"].split("|"))) for row in csv.DictReader(stream)]
    rows.sort(key=lambda row: -len(row[0]))
    return tuple((_pattern(term), alternatives) for term, alternatives in rows)


def _pattern(term: str) -> re.Pattern[str]:
    """Chinese is written without spaces, so that a term is found anywhere; other terms are whole words."""
    if _CHINESE.search(term):
        return re.compile(re.escape(term))
    return re.compile(rf"(?<![a-z0-9]){re.escape(term)}(?![a-z0-9])")


def normal(text: str) -> str:
    """Text as it is compared: compatibility forms, lower case, brackets and commas as single spaces."""
    return " ".join(_BETWEEN.sub(" ", unicodedata.normalize("NFKC", text[:LONGEST]).casefold()).split())


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    alternatives: tuple[str, ...]


def _terms(text: str) -> list[_Found]:
    """Terms in the text that do not overlap, longer ones first; returned in the order of the text."""
    found: list[_Found] = []
    for pattern, alternatives in synonyms():
        for match in pattern.finditer(text):
            if all(match.end() <= item.start or match.start() >= item.end for item in found):
                found.append(_Found(match.start(), match.end(), alternatives))
    return sorted(found, key=lambda item: item.start)


def alternatives(q: str) -> list[str]:
    """What a query may stand for, the likeliest first; the words as typed are the last."""
    text = normal(q)
    found = _terms(text)
    texts = []
    for choice in product(*(item.alternatives for item in found)):
        parts, place = [], 0
        for item, replacement in zip(found, choice, strict=True):
            parts += [text[place : item.start], replacement]
            place = item.end
        texts.append(normal(" ".join([*parts, text[place:]])))
        if len(texts) == MOST_ALTERNATIVES:
            break
    return [item for item in dict.fromkeys([*texts, text]) if item]


def _has(word: str) -> Q:
    """A condition that a factor's search text has a word: Chinese anywhere, other words from their beginning."""
    if _CHINESE.search(word):
        return Q(search__contains=word)
    end = "($|[^a-z0-9])" if len(word) <= _SYMBOL else ""
    return Q(search__regex=rf"(^|[^a-z0-9]){re.escape(word)}{end}")


def _all_words(text: str) -> Q:
    return reduce(and_, (_has(word) for word in text.split()))


def _step(*cases: tuple[Q, int], default: int) -> Case:
    return Case(
        *(When(condition, then=Value(number)) for condition, number in cases),
        default=Value(default),
        output_field=IntegerField(),
    )


def _names(texts: list[str]) -> Case:
    """0 for a name that is one of the texts, 1 for a name that begins with one, else 2."""
    same = reduce(or_, (Q(name_zh__iexact=text) | Q(name_en__iexact=text) for text in texts))
    begins = reduce(or_, (Q(name_zh__istartswith=text) | Q(name_en__istartswith=text) for text in texts))
    return _step((same, 0), (begins, 1), default=2)


def search(rows: QuerySet[Factor], q: str) -> QuerySet[Factor]:
    """The rows that the words find, in the order above; where nothing has all words, the nearest candidates.

    Each candidate of the second kind says so in ``nearest``: it is not what was asked for, and pages must not show it
    as found.
    """
    texts = alternatives(q)
    if not texts:
        return rows
    conditions = [_all_words(text) for text in texts]
    found: QuerySet[Any] = rows.filter(reduce(or_, conditions))
    if not found.exists():
        return _nearest(rows, texts[-1])
    stem = Func(F("key"), Value(r"\.\d{4}$"), Value(""), function="regexp_replace", output_field=CharField())
    return found.annotate(
        nearest=Value(False),
        linkable=_step((Q(unit__startswith="kg CO2") & ~Q(category="gwp"), 0), default=1),
        vintage=Window(RowNumber(), partition_by=[stem], order_by=F("year").desc(nulls_last=True)),
        alternative=_step(*((condition, n) for n, condition in enumerate(conditions)), default=len(texts)),
        named=_names(texts),
        gases=_step((Q(unit__startswith="kg CO2/"), 1), default=0),
        home=_step((Q(region__startswith="CN"), 0), default=1),
        length=Length("name_zh"),
    ).order_by("linkable", "vintage", "alternative", "named", "gases", "home", "length", "key")


def _nearest(rows: QuerySet[Any], text: str) -> QuerySet[Factor]:
    """Candidates where no row holds every word: alike by trigrams, or with at least half of the Chinese characters."""
    ranked = rows.annotate(nearness=Coalesce(TrigramWordSimilarity(text, "search"), Value(0.0)))
    characters = list(dict.fromkeys(_CHINESE.findall(text)))[:12]
    hits: Any = Value(0)
    for character in characters:
        hits = hits + Case(When(search__contains=character, then=1), default=0, output_field=IntegerField())
    alike = Q(nearness__gte=0.35)
    if characters:
        alike |= Q(hits__gte=(len(characters) + 1) // 2)
    return (
        ranked.annotate(nearest=Value(True), hits=hits)
        .filter(alike)
        .order_by("-hits", "-nearness", "category", "key")
    )

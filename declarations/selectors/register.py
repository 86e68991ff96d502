"""The public register, for everyone. Reads register entries alone: nothing that is not public is within reach."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, Min, QuerySet

from carbonfoot.accounts.actor import Actor
from carbonfoot.ui.dates import as_day
from declarations.models import PublicationRule, RegisterEntry
from declarations.models.register import characters

# A list that finds more says "more than so many", and leaves the rest to filters and downloads.
COUNT_MAX = 10_000
WORDS_MAX = 8


def entries_for(actor: Actor) -> QuerySet[RegisterEntry]:
    """What stands in the register now; the same for everyone, signed in or not."""
    return RegisterEntry.objects.filter(stands=True)


def listed(rows: QuerySet[RegisterEntry]) -> QuerySet[RegisterEntry]:
    """The same without the long texts, for lists."""
    return rows.defer("content", "search")


def versions_of(actor: Actor, number: str) -> QuerySet[RegisterEntry]:
    """All versions of a number that were ever accepted, the newest first."""
    return RegisterEntry.objects.select_related("declaration").filter(number=number).order_by("-version")


@dataclass(frozen=True)
class Filter:
    """What a visitor asks for; empty means all."""

    q: str = ""
    chemistry: str = ""
    province: str = ""
    year: str = ""
    ruleset: str = ""
    maker: str = ""


def search(rows: QuerySet[RegisterEntry], asked: Filter) -> QuerySet[RegisterEntry]:
    """Entries that hold every word of the search and match the filters.

    Trigrams find words of three letters and more. Words of one and two, as most Chinese words are, are found by their
    characters in an index of their own; the text itself is compared in either case.
    """
    for word in asked.q.lower().split()[:WORDS_MAX]:
        rows = rows.filter(search__contains=word)
        if len(word) < 3:
            held: dict[str, Any] = {"characters__contains": sorted(set(word))}
            rows = rows.alias(characters=characters(F("search"))).filter(**held)
    for column, value in (
        ("chemistry", asked.chemistry),
        ("province", asked.province),
        ("ruleset_id", asked.ruleset),
        ("maker_code", asked.maker),
    ):
        if value:
            rows = rows.filter(**{column: value})
    if asked.year.isdigit() and len(asked.year) == 4:
        rows = rows.filter(accepted_at__year=int(asked.year))
    return rows


def count(rows: QuerySet[RegisterEntry]) -> int:
    """How many entries; ``COUNT_MAX + 1`` stands for more than can be listed."""
    return rows.order_by()[: COUNT_MAX + 1].count()


def rulesets_of(rows: QuerySet[RegisterEntry]) -> list[str]:
    """Rule sets that entries stand under, in order; one look into the index for each."""
    found: list[str] = []
    while True:
        name = (
            rows.order_by("ruleset_id")
            .filter(ruleset_id__gt=found[-1] if found else "")
            .values_list("ruleset_id", flat=True)
            .first()
        )
        if name is None:
            return found
        found.append(name)


def years_of(rows: QuerySet[RegisterEntry]) -> list[int]:
    """From the newest to the oldest year (in China) in which something was accepted."""
    ends = rows.aggregate(first=Min("accepted_at"), last=Max("accepted_at"))
    if ends["last"] is None:
        return []
    return list(range(as_day(ends["last"]).year, as_day(ends["first"]).year - 1, -1))


def newest_of(rows: QuerySet[RegisterEntry]) -> RegisterEntry | None:
    """The entry that was written last."""
    return listed(rows).order_by("-accepted_at", "-pk").first()


def content_of(entry: RegisterEntry) -> dict[str, Any]:
    """The public facts of an entry, with their digest and the moment of acceptance."""
    content: dict[str, Any] = json.loads(entry.content)
    return {**content, "accepted_at": entry.accepted_at.isoformat(timespec="seconds"), "sha256": entry.sha256}


def rules(actor: Actor) -> list[PublicationRule]:
    """Every choice of what is public, the newest first. Everyone may read them."""
    return list(PublicationRule.objects.select_related("organisation"))

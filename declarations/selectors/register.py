"""The public register, for everyone. Reads register entries alone: nothing that is not public is within reach."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from django.db.models import Q, QuerySet

from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.canonical import sha256_hex
from declarations.models import Bundle, Chemistry, Declaration, RegisterEntry, ReportFile, Statement

SPREAD_LEAST = 10  # a chemistry with fewer packs gets no quartiles: they would tell of single makers


def entries_for(actor: Actor) -> QuerySet[RegisterEntry]:
    """What stands in the register now; the same for everyone, signed in or not."""
    return RegisterEntry.objects.filter(stands=True)


def versions_of(actor: Actor, number: str) -> QuerySet[RegisterEntry]:
    """All versions of a number that were ever accepted, the newest first."""
    return RegisterEntry.objects.select_related("declaration").filter(number=number).order_by("-version")


def search(
    rows: QuerySet[RegisterEntry],
    *,
    q: str = "",
    chemistry: str = "",
    province: str = "",
    year: str = "",
    ruleset: str = "",
    maker: str = "",
) -> QuerySet[RegisterEntry]:
    """Entries that hold every word of ``q`` and match the filters given."""
    for word in q.lower().split()[:8]:
        rows = rows.filter(search__contains=word)
    if chemistry:
        rows = rows.filter(chemistry=chemistry)
    if province:
        rows = rows.filter(province=province)
    if year.isdigit() and len(year) == 4:
        rows = rows.filter(accepted_at__year=int(year))
    if ruleset:
        rows = rows.filter(ruleset_id=ruleset)
    if maker:
        rows = rows.filter(maker_code=maker)
    return rows


@dataclass(frozen=True)
class Spread:
    """Results of one chemistry, kg CO2e per kWh delivered. Quartiles only where there are enough packs."""

    chemistry: str
    values: list[float]
    quartiles: tuple[float, float, float] | None

    @property
    def label(self) -> str:
        """The chemistry in words."""
        return str(Chemistry(self.chemistry).label)

    @property
    def count(self) -> int:
        """How many packs."""
        return len(self.values)


@dataclass(frozen=True)
class Group:
    """Entries of one maker or province: how many, and their median in kg CO2e per kWh delivered."""

    key: str
    label: Any
    count: int
    median: float


@dataclass(frozen=True)
class Statistics:
    """Figures of the register under one rule set; results of different rule sets are never mixed."""

    ruleset_id: str
    count: int
    makers: int
    median: float | None
    primary_share: float | None
    by_chemistry: list[Spread]
    by_maker: list[Group]
    by_province: list[Group]


def rulesets_of(rows: QuerySet[RegisterEntry]) -> list[str]:
    """Rule sets with entries, the one with most entries first."""
    return [
        name for name, _count in Counter(rows.order_by().values_list("ruleset_id", flat=True)).most_common()
    ]


def statistics(rows: QuerySet[RegisterEntry], ruleset_id: str) -> Statistics:
    """Counts, medians and spreads of these entries under one rule set, from one query."""
    chosen = list(rows.order_by().filter(ruleset_id=ruleset_id))
    by_chemistry: dict[str, list[float]] = defaultdict(list)
    by_maker: dict[str, list[RegisterEntry]] = defaultdict(list)
    by_province: dict[str, list[RegisterEntry]] = defaultdict(list)
    for row in chosen:
        by_chemistry[row.chemistry].append(row.per_functional_unit)
        by_maker[row.maker_code].append(row)
        by_province[row.province].append(row)
    primary = [row.primary_share for row in chosen if row.primary_share is not None]
    return Statistics(
        ruleset_id=ruleset_id,
        count=len(chosen),
        makers=len(by_maker),
        median=median(row.per_functional_unit for row in chosen) if chosen else None,
        primary_share=median(primary) if primary else None,
        by_chemistry=sorted(
            (_spread(key, values) for key, values in by_chemistry.items()), key=lambda item: -item.count
        ),
        by_maker=_groups(by_maker, lambda items: items[0].maker),
        by_province=_groups(by_province, lambda items: items[0].province),
    )


def _spread(chemistry: str, values: list[float]) -> Spread:
    enough = len(values) >= SPREAD_LEAST
    first, middle, third = quantiles(values, n=4) if enough else (0.0, 0.0, 0.0)
    return Spread(chemistry, sorted(values), (first, middle, third) if enough else None)


def _groups(found: dict[str, list[RegisterEntry]], label: Any) -> list[Group]:
    groups = [
        Group(key, label(items), len(items), median(item.per_functional_unit for item in items))
        for key, items in found.items()
    ]
    return sorted(groups, key=lambda group: (-group.count, str(group.key)))


def content_of(entry: RegisterEntry) -> dict[str, Any]:
    """The public facts of an entry, with their digest, version state and day."""
    content: dict[str, Any] = json.loads(entry.content)
    return {**content, "accepted_at": entry.accepted_at.isoformat(timespec="seconds"), "sha256": entry.sha256}


@dataclass(frozen=True)
class DigestMatch:
    """What a digest belongs to: snapshot, statement, report, bundle or entry; ``current`` if that version stands."""

    kind: str
    entry: RegisterEntry
    current: bool


def clean_digest(text: str) -> str:
    """A digest as people paste it: spaces and a leading ``sha256:`` taken off, lower case; empty if it is none."""
    found = re.sub(r"^sha-?256[:= ]", "", text.strip().lower())
    found = re.sub(r"\s", "", found)
    return found if re.fullmatch(r"[0-9a-f]{64}", found) else ""


def match_digest(entries: Sequence[RegisterEntry], digest: str) -> DigestMatch | None:
    """The accepted version of a number that a SHA-256 belongs to: of its snapshot, statement, report file or entry."""
    for entry in entries:
        kind = _kind_of(entry, digest)
        if kind:
            return DigestMatch(kind, entry, entry.declaration.state == "accepted")
    return None


def _kind_of(entry: RegisterEntry, digest: str) -> str:
    if digest == entry.snapshot_sha256:
        return "snapshot"
    if digest == entry.sha256:
        return "entry"
    if (json.loads(entry.content).get("verification") or {}).get("sha256") == digest:
        return "statement"
    reports = ReportFile.objects.filter(
        snapshot__sha256=entry.snapshot_sha256, sha256=digest, done_at__isnull=False
    )
    if reports.exists():
        return "report"
    bundles = Bundle.objects.filter(snapshot__sha256=entry.snapshot_sha256, done_at__isnull=False)
    return "bundle" if bundles.filter(Q(sha256=digest) | Q(manifest_sha256=digest)).exists() else ""


@dataclass(frozen=True)
class Integrity:
    """What the site finds when it computes the stored digests again."""

    snapshot: bool
    entry: bool
    statement: bool | None


def integrity(entry: RegisterEntry) -> Integrity:
    """Recompute the digests of what an entry vouches for."""
    declaration = Declaration.objects.select_related("snapshot").get(pk=entry.declaration_id)
    snapshot = declaration.snapshot
    statement = Statement.objects.filter(snapshot=snapshot).first()
    stated = (json.loads(entry.content).get("verification") or {}).get("sha256")
    return Integrity(
        snapshot=snapshot is not None
        and snapshot.sha256 == entry.snapshot_sha256 == sha256_hex(snapshot.content.encode()),
        entry=entry.sha256 == sha256_hex(entry.content.encode()),
        statement=None if stated is None else statement is not None and statement.sha256 == stated,
    )


CSV_COLUMNS = (
    "number",
    "version",
    "accepted_on",
    "maker_zh",
    "maker_en",
    "uscc",
    "province",
    "model",
    "gbt34014",
    "chemistry",
    "rated_energy_kwh",
    "mass_kg",
    "ruleset",
    "ruleset_version",
    "factor_release",
    "kg_co2e_per_kwh_delivered",
    "kg_co2e_per_kwh_rated",
    "kg_co2e_per_pack",
    "delivered_energy_kwh",
    "materials",
    "manufacturing",
    "distribution",
    "recycling",
    "primary_data_share",
    "data_quality_rating",
    "verified_share",
    "verification_body_zh",
    "report_number",
    "snapshot_sha256",
)


def csv_rows(entries: Iterable[RegisterEntry]) -> Iterable[list[Any]]:
    """One line for each entry, in the order of CSV_COLUMNS; figures as computed, None where unknown."""
    for entry in entries:
        content = json.loads(entry.content)
        maker, product, figures = content["maker"], content["product"], content["figures"]
        stages, check = figures["stages_per_functional_unit"], content["verification"] or {}
        yield [
            entry.number,
            entry.version,
            entry.accepted_at.date().isoformat(),
            maker["name"]["zh"],
            maker["name"]["en"],
            maker["uscc"],
            maker["province"],
            product["model"],
            product["gbt34014"],
            product["chemistry"],
            product["rated_energy_kwh"],
            product["mass_kg"],
            content["ruleset"]["id"],
            content["ruleset"]["version"],
            content["factor_release"]["code"],
            figures["per_functional_unit"],
            figures["per_kwh_capacity"],
            figures["per_piece"],
            figures["delivered_energy_kwh"],
            stages.get("materials"),
            stages.get("manufacturing"),
            stages.get("distribution"),
            stages.get("recycling"),
            figures["primary_data_share"],
            figures["data_quality_rating"],
            figures["verified_share"],
            (check.get("body") or {}).get("zh"),
            check.get("report_number"),
            entry.snapshot_sha256,
        ]

"""The register as tables for other programs: one line or one object for each entry, read piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from carbonfoot.ui.dates import as_day
from declarations.models import RegisterEntry

CHUNK = 500


def in_pieces(rows: QuerySet[RegisterEntry]) -> Iterator[RegisterEntry]:
    """All rows, the newest first, never more than CHUNK of them in memory."""
    return rows.defer("search").order_by("-accepted_at", "-pk").iterator(chunk_size=CHUNK)


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


def csv_rows(entries: Iterable[RegisterEntry]) -> Iterator[list[Any]]:
    """One line for each entry, in the order of CSV_COLUMNS; figures as computed, None where unknown or not public."""
    for entry in entries:
        content = json.loads(entry.content)
        maker, product, figures = content["maker"], content["product"], content["figures"]
        stages, check = figures.get("stages_per_functional_unit") or {}, content["verification"] or {}
        yield [
            entry.number,
            entry.version,
            as_day(entry.accepted_at).isoformat(),
            maker["name"]["zh"],
            maker["name"]["en"],
            maker.get("uscc"),
            maker.get("province"),
            product["model"],
            product.get("gbt34014"),
            product["chemistry"],
            product["rated_energy_kwh"],
            product.get("mass_kg"),
            content["ruleset"]["id"],
            content["ruleset"]["version"],
            (content.get("factor_release") or {}).get("code"),
            figures["per_functional_unit"],
            figures["per_kwh_capacity"],
            figures["per_piece"],
            figures["delivered_energy_kwh"],
            stages.get("materials"),
            stages.get("manufacturing"),
            stages.get("distribution"),
            stages.get("recycling"),
            figures.get("primary_data_share"),
            figures.get("data_quality_rating"),
            figures.get("verified_share"),
            (check.get("body") or {}).get("zh"),
            check.get("report_number"),
            entry.snapshot_sha256,
        ]

"""The schema of a frozen declaration, written from what the code freezes, and checked against it by tests.

Where an object may have fields that are not named here, it is said; everywhere else an unknown field is an error.
"""

from __future__ import annotations

import json
from typing import Any

from declarations.models.packs import CellFormat, Chemistry
from declarations.plans import KEYS
from declarations.schema.ledger import ledger, node
from declarations.schema.parts import (
    DAY,
    DECIMAL,
    DIGEST,
    MOMENT,
    PAIR,
    TEXT,
    WHOLE,
    WORD,
    YES_NO,
    Schema,
    listed,
    one_of,
    or_null,
    record,
    said,
)
from declarations.snapshots import FORMAT

NAME = FORMAT.replace("/", "-")


def schema() -> Schema:
    """JSON Schema 2020-12 of the present format."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:carbonfoot:schema:{FORMAT.replace('/', ':')}",
        "title": "Frozen carbon footprint declaration of a traction battery · 动力电池碳足迹申报冻结内容",
        "description": (
            "Canonical JSON: keys sorted, no blanks, UTF-8 in NFC. Decimals are the texts that were entered, computed "
            "figures the shortest text of a float64. Energy in kWh, mass in kg, footprints in kg CO2e."
        ),
        **record(
            format={"const": FORMAT},
            declaration=record(
                number=WORD,
                version={"type": "integer", "minimum": 1},
                supersedes=or_null(record(version=WHOLE, sha256=or_null(DIGEST), reason=TEXT)),
            ),
            declarant=record(code=WORD, name=PAIR, uscc=TEXT, province=TEXT, is_demo=YES_NO),
            phase=record(code=WORD, name=PAIR, starts_on=DAY, ends_on=or_null(DAY), ruleset=WORD),
            pack=_pack(),
            parts=listed(
                record(
                    module_type=TEXT, exchange=WORD, name=PAIR, request=or_null(TEXT), result=or_null(WORD)
                )
            ),
            family=said(
                or_null({"type": "object"}),
                "place in a family with proof and scaling; null for a pack without one",
            ),
            plan=record(
                version=WHOLE,
                title=TEXT,
                sections=record({}, **dict.fromkeys(KEYS, TEXT)),
                sha256=DIGEST,
                adopted_at=or_null(MOMENT),
            ),
            calculation=record(
                id=WHOLE,
                ruleset=record(id=WORD, version=WORD, sha256=DIGEST),
                factor_release=record(code=WORD, sha256=DIGEST),
                engine_version=WORD,
                inventory=record(revision=WHOLE, sha256=DIGEST),
                input_digest=said(
                    DIGEST, "identity of the calculation: inventory, rule set, release, engine"
                ),
                ledger_sha256=said(DIGEST, "SHA-256 of the canonical JSON of ledger"),
                ledger=ledger(),
            ),
            checks=listed(record(code=WORD, severity=one_of("error", "warning", "note"))),
            frozen=record(at=MOMENT, by=TEXT),
        ),
        "$defs": {"node": node()},
    }


def _pack() -> dict[str, Any]:
    return record(
        {"typical_reason": WORD},
        id=WHOLE,
        model=WORD,
        gbt34014=TEXT,
        chemistry=one_of(*Chemistry.values),
        chemistry_detail=TEXT,
        cell_format=one_of("", *CellFormat.values),
        rated_energy_kwh=or_null(DECIMAL),
        usable_energy_kwh=or_null(DECIMAL),
        mass_kg=or_null(DECIMAL),
        vehicle_category=TEXT,
        warranty_years=or_null(DECIMAL),
        cycle_life=record(
            cycles=or_null(WHOLE),
            depth_of_discharge=or_null(DECIMAL),
            capacity_retention=or_null(DECIMAL),
            test_report=TEXT,
            test_report_sha256=TEXT,
            standard=TEXT,
        ),
        is_typical=YES_NO,
        plants=listed(record(name=TEXT, province=TEXT, address=TEXT)),
    )


def text() -> str:
    """The schema as the file that is published."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"

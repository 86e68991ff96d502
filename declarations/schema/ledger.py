"""The ledger as it is frozen: `carbonfoot-ledger/1` with every float as text. kg CO2e per reference flow
unless said."""

from __future__ import annotations

from declarations.schema.parts import (
    ANY,
    DECIMAL,
    DIGEST,
    FIGURE,
    PAIR,
    TEXT,
    WORD,
    YES_NO,
    Schema,
    by_name,
    listed,
    one_of,
    or_null,
    record,
    said,
)
from lca.engine.factors import FAMILIES
from lca.engine.ledger import FORMAT
from lca.rulesets.model import GWP_SETS, STAGES
from lca.rulesets.reader import STATUSES

STAGE = one_of(*STAGES)
_SHARE = said(or_null(FIGURE), "share of the counted total; null where burdens and credits cancel")

LINE = record(
    id=WORD,
    exchange=WORD,
    process=TEXT,
    group=TEXT,
    stage=STAGE,
    kind=WORD,
    name=by_name(TEXT),
    amount=or_null(FIGURE),
    unit=TEXT,
    converted_amount=or_null(FIGURE),
    converted_unit=TEXT,
    unit_burden=said(or_null(FIGURE), "kg CO2e for one converted unit"),
    kgco2e=FIGURE,
    share=_SHARE,
    counted=said(YES_NO, "false where the stage lies outside the rule set"),
    primary=YES_NO,
    primary_share=FIGURE,
    data_kind=TEXT,
    tier=TEXT,
    components=listed(TEXT),
    factor=or_null(
        record(
            key=WORD,
            name=PAIR,
            value=DECIMAL,
            unit=WORD,
            tier=WORD,
            family=one_of(*FAMILIES),
            region=TEXT,
            year=or_null({"type": "integer"}),
            release=said(TEXT, "empty for a factor of the inventory's own"),
            own=YES_NO,
            source=TEXT,
            source_ref=TEXT,
            licence=TEXT,
            note=TEXT,
        )
    ),
    result=said(
        or_null(
            record(
                id=WORD,
                version=TEXT,
                supplier=ANY,
                product=ANY,
                declared_unit=WORD,
                digest=TEXT,
                pds=or_null(FIGURE),
                verified_share=or_null(FIGURE),
            )
        ),
        "a supplier's published result; never its recipe",
    ),
    gas=or_null(record(gas=WORD, gwp=TEXT)),
    electricity=or_null(record(supply=WORD, generation=TEXT, region=TEXT, certificates=listed(TEXT))),
    provenance=said(or_null({"type": "object"}), "file, sheet and cell, as far as they are known"),
)

_STAGE_FIGURES = record(
    title=PAIR,
    kgco2e=FIGURE,
    per_unit=FIGURE,
    per_piece=or_null(FIGURE),
    per_functional_unit=or_null(FIGURE),
    share=_SHARE,
)
_TOTALS = ("per_functional_unit", "per_unit", "per_piece", "per_kwh_capacity", "per_kg")


def ledger() -> Schema:
    """The schema of a frozen ledger. ``$defs`` of the whole schema must hold ``node`` (see :func:`node`)."""
    return record(
        format=said({"const": FORMAT}, "form of the ledger"),
        ruleset=record(
            id=WORD,
            version=WORD,
            status=one_of(*STATUSES),
            title=PAIR,
            sha256=DIGEST,
            gwp_set=one_of(*GWP_SETS),
            assumptions=listed({"type": "object"}),
        ),
        factor_release=record(code=WORD, sha256=DIGEST),
        engine_version=WORD,
        input_digest=DIGEST,
        functional_unit=record(kind=WORD, unit=WORD, text=by_name(TEXT)),
        product=record(
            name=by_name(TEXT),
            kind=one_of("battery_pack", "module"),
            chemistry=TEXT,
            module_type=TEXT,
            rated_energy_kwh=or_null(TEXT),
            mass_kg=or_null(TEXT),
            period={"type": "object", "properties": {"from": TEXT, "to": TEXT}, "required": ["from", "to"]},
        ),
        reference=record(process=WORD, product=TEXT, amount=TEXT, unit=WORD),
        delivered_energy_kwh=said(or_null(FIGURE), "energy delivered over the life, kWh"),
        total=FIGURE,
        totals=record(**{name: or_null(FIGURE) for name in _TOTALS}),
        other_units=by_name(or_null(FIGURE)),
        stages={
            "type": "object",
            "properties": dict.fromkeys(STAGES, _STAGE_FIGURES),
            "additionalProperties": False,
        },
        lines=listed(LINE),
        processes=listed({"type": "object", "required": ["id", "direct", "cumulative"]}),
        groups=listed({"type": "object", "required": ["id", "kgco2e", "stages"]}),
        gases=by_name(FIGURE),
        tree={"$ref": "#/$defs/node"},
        quality=said({"type": "object", "required": ["pds", "dqr"]}, "shares and ratings (docs/method.md)"),
        electricity={"type": "object"},
        end_of_life={"type": "object"},
        allocation=listed({"type": "object", "required": ["process", "method", "shares"]}),
        plausibility=or_null({"type": "object"}),
        warnings=listed({"type": "object", "required": ["code", "severity"]}),
    )


def node() -> Schema:
    """A node of the contribution tree; its children add up to it."""
    return {
        "type": "object",
        "properties": {
            "id": TEXT,
            "name": by_name(TEXT),
            "kind": WORD,
            "kgco2e": FIGURE,
            "share": _SHARE,
            "children": listed({"$ref": "#/$defs/node"}),
        },
        "required": ["id", "name", "kind", "kgco2e", "share", "children"],
    }

"""What the public register says of an accepted declaration: an allow-list, never a copy of what was declared."""

from __future__ import annotations

from typing import Any

from carbonfoot.audit.canonical import canonical_json, number_text, sha256_hex
from declarations.figures import Figures, Frozen
from declarations.models import Declaration, RegisterEntry, Statement

# Raise the number with a line here when the content changes; entries are never rewritten.
# 1: first form.
FORMAT = "carbonfoot-register-entry/1"


def _text(value: float | None) -> str | None:
    return None if value is None else number_text(value)


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "per_functional_unit": _text(figures.per_functional_unit),
        "per_kwh_capacity": _text(figures.per_kwh_capacity),
        "per_piece": _text(figures.per_piece),
        "delivered_energy_kwh": _text(figures.delivered_energy_kwh),
        "stages_per_functional_unit": {key: number_text(value) for key, value in figures.stages.items()},
        "primary_data_share": _text(figures.primary_share),
        "data_quality_rating": _text(figures.data_rating),
        "verified_share": _text(figures.verified_share),
    }


def public_content(declaration: Declaration, frozen: Frozen, statement: Statement | None) -> dict[str, Any]:
    """The public facts, from snapshot and statement. No line, amount, supplier, plant or person."""
    pack, declarant, calculation = frozen.pack, frozen.declarant, frozen.calculation
    before = declaration.supersedes
    return {
        "format": FORMAT,
        "number": declaration.number,
        "version": declaration.version,
        "supersedes_version": before.version if before else None,
        "phase": {
            "code": declaration.phase.code,
            "name": {"zh": declaration.phase.name_zh, "en": declaration.phase.name_en},
        },
        "maker": {
            "name": declarant["name"],
            "uscc": declarant["uscc"],
            "province": declarant["province"],
            "is_demo": declarant["is_demo"],
        },
        "product": {
            "model": pack["model"],
            "gbt34014": pack["gbt34014"],
            "chemistry": pack["chemistry"],
            "cell_format": pack["cell_format"],
            "rated_energy_kwh": pack["rated_energy_kwh"],
            "mass_kg": pack["mass_kg"],
            "vehicle_category": pack["vehicle_category"],
            "cycle_life_standard": pack["cycle_life"]["standard"],
        },
        "figures": _figures(frozen.figures),
        "ruleset": {"id": calculation["ruleset"]["id"], "version": calculation["ruleset"]["version"]},
        "factor_release": calculation["factor_release"],
        "verification": (
            {
                "body": {"zh": statement.organisation.name_zh, "en": statement.organisation.name_en},
                "report_number": statement.report_number,
                "opinion": statement.opinion,
                "sha256": statement.sha256,
            }
            if statement
            else None
        ),
        "snapshot_sha256": frozen.snapshot.sha256,
    }


def write_entry(declaration: Declaration) -> RegisterEntry:
    """Enter a declaration into the register. Runs in the transaction of its acceptance; the caller holds the lock."""
    snapshot = declaration.snapshot
    if snapshot is None:
        raise ValueError(f"{declaration} is not frozen")
    frozen = Frozen(snapshot)
    statement = Statement.objects.select_related("organisation").filter(snapshot=snapshot).first()
    content = public_content(declaration, frozen, statement)
    text = canonical_json(content)
    maker, product, figures = content["maker"], content["product"], frozen.figures
    words = [
        declaration.number,
        maker["name"]["zh"],
        maker["name"]["en"],
        maker["uscc"],
        product["model"],
        product["gbt34014"],
    ]
    if figures.per_functional_unit is None or figures.per_kwh_capacity is None:
        raise ValueError(f"{declaration} has no figures")
    return RegisterEntry.objects.create(
        declaration=declaration,
        number=declaration.number,
        version=declaration.version,
        maker_zh=maker["name"]["zh"],
        maker_en=maker["name"]["en"],
        maker_code=declaration.organisation.code,
        province=maker["province"],
        model=product["model"],
        chemistry=product["chemistry"],
        rated_energy_kwh=product["rated_energy_kwh"],
        ruleset_id=content["ruleset"]["id"],
        per_functional_unit=figures.per_functional_unit,
        per_kwh_capacity=figures.per_kwh_capacity,
        stages=figures.stages,
        primary_share=figures.primary_share,
        content=text.decode(),
        sha256=sha256_hex(text),
        snapshot_sha256=snapshot.sha256,
        search=" ".join(word for word in words if word).lower(),
    )


def is_intact(entry: RegisterEntry) -> bool:
    """Whether the stored public content still has its digest."""
    return sha256_hex(entry.content.encode()) == entry.sha256

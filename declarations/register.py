"""What the public register says of an accepted declaration: an allow-list, never a copy of what was declared.

The list is :mod:`declarations.publication`; what of it is public is the publication rule in force at the acceptance.
"""

from __future__ import annotations

from typing import Any

from carbonfoot.audit.canonical import canonical_json, number_text, sha256_hex
from declarations.figures import Figures, Frozen
from declarations.models import Declaration, PublicationRule, RegisterEntry, Snapshot, Statement
from declarations.publication import CHOICE, kept

# Raise the number with a line here when the content changes; entries are never rewritten.
# 1: first form.
# 2: fields that the publication rule holds back have no key; the version of the rule is named.
FORMAT = "carbonfoot-register-entry/2"


def rule_in_force() -> tuple[int, frozenset[str]]:
    """Version of the publication rule and the fields that it makes public besides those that must be.

    Before anybody chose (version 0), all of them are.
    """
    rule = PublicationRule.objects.order_by("-version").first()
    return (rule.version, frozenset(rule.fields) & CHOICE) if rule else (0, CHOICE)


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


def public_content(
    declaration: Declaration, frozen: Frozen, statement: Statement | None, rule: tuple[int, frozenset[str]]
) -> dict[str, Any]:
    """The public facts under a rule, from snapshot and statement. No line, amount, supplier, plant or person."""
    version, public = rule
    return kept({**_facts(declaration, frozen, statement), "rule_version": version}, public)


def preview(declaration: Declaration) -> dict[str, Any] | None:
    """What the register would say of a frozen declaration under the rule in force today; None before it is frozen.

    Facts of the verification are in it once the statement is signed.
    """
    snapshot = declaration.snapshot
    if snapshot is None:
        return None
    return public_content(declaration, Frozen(snapshot), _statement_of(snapshot), rule_in_force())


def _statement_of(snapshot: Snapshot) -> Statement | None:
    return Statement.objects.select_related("organisation").filter(snapshot=snapshot).first()


def _facts(declaration: Declaration, frozen: Frozen, statement: Statement | None) -> dict[str, Any]:
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
    rule = rule_in_force()
    content = public_content(declaration, frozen, _statement_of(snapshot), rule)
    text = canonical_json(content)
    maker, product, public = content["maker"], content["product"], content["figures"]
    figures = frozen.figures
    if figures.per_functional_unit is None or figures.per_kwh_capacity is None:
        raise ValueError(f"{declaration} has no figures")
    words = [declaration.number, maker["name"]["zh"], maker["name"]["en"], product["model"]]
    words += [maker.get("uscc"), product.get("gbt34014")]
    return RegisterEntry.objects.create(
        declaration=declaration,
        number=declaration.number,
        version=declaration.version,
        maker_zh=maker["name"]["zh"],
        maker_en=maker["name"]["en"],
        maker_code=declaration.organisation.code,
        province=maker.get("province", ""),
        model=product["model"],
        chemistry=product["chemistry"],
        rated_energy_kwh=product["rated_energy_kwh"],
        ruleset_id=content["ruleset"]["id"],
        per_functional_unit=figures.per_functional_unit,
        per_kwh_capacity=figures.per_kwh_capacity,
        stages=figures.stages if "stages_per_functional_unit" in public else {},
        primary_share=figures.primary_share if "primary_data_share" in public else None,
        content=text.decode(),
        sha256=sha256_hex(text),
        snapshot_sha256=snapshot.sha256,
        rule_version=rule[0],
        search=" ".join(word for word in words if word).lower(),
    )


def is_intact(entry: RegisterEntry) -> bool:
    """Whether the stored public content still has its digest."""
    return sha256_hex(entry.content.encode()) == entry.sha256

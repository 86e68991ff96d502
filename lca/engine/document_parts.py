"""The parts of an inventory document that are no processes: own factors, supplier results, end of life."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lca.engine.factors import FAMILIES, Factor
from lca.engine.fields import FieldReader
from lca.engine.model import Burden, EndOfLife, EndOfLifeMaterial, Ratings, SupplierResult
from lca.engine.units import UnitError, compatible, split_factor_unit
from lca.rulesets.model import STAGES


def read_factors(reader: FieldReader, document: Mapping[str, Any]) -> dict[str, Factor]:
    """Return the own factors of a document by key."""
    found: dict[str, Factor] = {}
    for position, source in enumerate(reader.objects(document, "factors", "")):
        key = reader.text(source, "key", f"factors[{position}]", required=True)
        place = f"factors[{key or position}]"
        reader.only(
            source,
            place,
            [
                "key",
                "name",
                "name_zh",
                "name_en",
                "value",
                "unit",
                "region",
                "year",
                "tier",
                "family",
                "category",
                "source",
                "source_ref",
                "licence",
                "note",
                "primary",
                "basis",
                "boundary",
                "reuse",
            ],
        )
        value = reader.number(source, "value", place, required=True)
        unit = reader.text(source, "unit", place, required=True)
        family = reader.choice(source, "family", place, FAMILIES, "other")
        _check_factor_unit(reader, place, unit, family)
        year = reader.number(source, "year", place, low="1900", high="2200")
        name = reader.name(source, "name", place, key)
        if key in found:
            reader.problem("id.duplicate", place, key)
        found[key] = Factor(
            key=key,
            name_en=reader.text(source, "name_en", place) or name["en"],
            name_zh=reader.text(source, "name_zh", place) or name["zh"],
            category=reader.text(source, "category", place) or "own",
            value=value if value is not None else Decimal(0),
            unit=unit,
            region=reader.text(source, "region", place),
            year=int(year) if year is not None else None,
            tier=reader.text(source, "tier", place) or "own",
            family=family,
            source_title=reader.text(source, "source", place),
            source_ref=reader.text(source, "source_ref", place),
            licence=reader.text(source, "licence", place),
            note=reader.text(source, "note", place),
            primary=reader.flag(source, "primary", place),
            own=True,
        )
    return found


def _check_factor_unit(reader: FieldReader, place: str, unit: str, family: str) -> None:
    try:
        _, per_unit = split_factor_unit(unit)
    except UnitError:
        reader.problem("unit.unknown", f"{place}.unit", unit)
        return
    if family != "other" and not compatible(per_unit, "kWh"):
        reader.problem("factor.electricity_unit", f"{place}.unit", unit)


def read_ratings(reader: FieldReader, source: Mapping[str, Any], place: str) -> Ratings:
    """Return the data quality ratings of an exchange or result (1 best, 5 worst, None missing)."""
    ratings = reader.mapping(source, "dqr", place)
    inner = f"{place}.dqr"
    reader.only(ratings, inner, ("ter", "tir", "ger", "overall"))
    ter, tir, ger = (reader.number(ratings, key, inner, low="1", high="5") for key in ("ter", "tir", "ger"))
    return Ratings(ter, tir, ger)


def read_results(reader: FieldReader, document: Mapping[str, Any]) -> dict[str, SupplierResult]:
    """Return the supplier results of a document by id."""
    found: dict[str, SupplierResult] = {}
    for position, source in enumerate(reader.objects(document, "results", "")):
        identifier = reader.text(source, "id", f"results[{position}]", required=True)
        place = f"results[{identifier or position}]"
        reader.only(
            source,
            place,
            [
                "id",
                "version",
                "supplier",
                "product",
                "declared_unit",
                "scores",
                "pds",
                "dqr",
                "verified_share",
                "period",
                "valid_until",
                "digest",
                "components",
                "unit_mass_kg",
                "managed",
                "module_type",
            ],
        )
        scores: dict[str, dict[str, Decimal]] = {}
        for ruleset, stages in reader.mapping(source, "scores", place, required=True).items():
            inner = f"{place}.scores.{ruleset}"
            if not isinstance(stages, Mapping):
                reader.wrong_type(place, f"scores.{ruleset}", "object", stages)
                continue
            scores[ruleset] = {}
            for stage in stages:
                if stage not in STAGES:
                    reader.problem("result.stage_unknown", inner, stage)
                    continue
                # A stage may be absent; one that is named has a figure, since null is not zero.
                score = reader.number(stages, stage, inner, required=True)
                if score is not None:
                    scores[ruleset][stage] = score
        if identifier in found:
            reader.problem("id.duplicate", place, identifier)
        if identifier and not any(scores.values()):
            reader.problem("result.empty", place, identifier)
        version = source.get("version")
        supplier = source.get("supplier")
        found[identifier] = SupplierResult(
            id=identifier,
            version="" if version is None else str(version),
            supplier=reader.name(source, "supplier", place)["zh"] if supplier is not None else "",
            product=reader.name(source, "product", place)["zh"],
            declared_unit=reader.unit(source, "declared_unit", place),
            scores=scores,
            pds=reader.number(source, "pds", place, low="0", high="1"),
            ratings=read_ratings(reader, source, place),
            verified_share=reader.number(source, "verified_share", place, low="0", high="1"),
            valid_until=reader.day(source, "valid_until", place),
            components=reader.texts(source, "components", place),
            unit_mass_kg=reader.number(source, "unit_mass_kg", place, low="0"),
            digest=reader.text(source, "digest", place),
        )
    return found


_BURDENS = ("ev", "e_recycled", "e_recycling_eol", "e_star_v", "ed", "e_er")
_SHARES = ("a", "b", "r1", "r2", "r3")


def read_end_of_life(reader: FieldReader, source: Mapping[str, Any]) -> EndOfLife:
    """Return the end-of-life parameters of a document."""
    place = "end_of_life"
    reader.only(source, place, ("route", "collection_rate", "materials"))
    materials = []
    seen: set[str] = set()
    for position, item in enumerate(reader.objects(source, "materials", place)):
        identifier = reader.text(item, "id", place) or str(position + 1)
        inner = f"{place}.materials[{identifier}]"
        if identifier in seen:
            reader.problem("id.duplicate", inner, identifier)
        seen.add(identifier)
        reader.only(
            item,
            inner,
            (
                *_BURDENS,
                *_SHARES,
                "id",
                "name",
                "mass_kg",
                "kind",
                "material",
                "r1_source",
                "q_in",
                "q_out",
                "lhv_mj",
                "x_heat",
                "x_elec",
                "e_se_heat",
                "e_se_elec",
            ),
        )
        burdens: dict[str, Any] = {key: _burden(reader, item, key, inner) for key in _BURDENS}
        shares: dict[str, Any] = {key: reader.number(item, key, inner, low="0", high="1") for key in _SHARES}
        name = reader.name(item, "name", inner, identifier)
        if (shares["r2"] or 0) + (shares["r3"] or 0) > 1:
            total = (shares["r2"] or Decimal(0)) + (shares["r3"] or Decimal(0))
            reader.problem("eol.shares", inner, total, name=name)
        if burdens["ev"] is None:
            reader.problem("field.missing", inner, field="ev")
        numbers: dict[str, Any] = {
            key: reader.number(item, key, inner, low="0")
            for key in ("q_in", "q_out", "lhv_mj", "x_heat", "x_elec", "e_se_heat", "e_se_elec")
        }
        materials.append(
            EndOfLifeMaterial(
                id=identifier,
                name=name,
                mass_kg=reader.number(item, "mass_kg", inner, required=True, low="0") or Decimal(0),
                kind=reader.choice(item, "kind", inner, ("metal", "other"), "other"),
                material=reader.text(item, "material", inner),
                r1_source=reader.text(item, "r1_source", inner).strip(),
                ev=burdens.pop("ev") or Burden(value=Decimal(0)),
                **burdens,
                **shares,
                **{key: number for key, number in numbers.items() if number is not None},
            )
        )
    return EndOfLife(
        route=reader.choice(source, "route", place, ("hydro", "pyro", "direct")),
        collection_rate=reader.number(source, "collection_rate", place, low="0", high="1"),
        materials=tuple(materials),
    )


def _burden(reader: FieldReader, source: Mapping[str, Any], field: str, place: str) -> Burden | None:
    value = source.get(field)
    if value is None:
        return None
    if isinstance(value, Mapping):
        return Burden(factor=reader.text(value, "factor", f"{place}.{field}", required=True))
    return Burden(value=reader.number(source, field, place))

"""Calculating the frozen inventories again with the engine, and comparing the whole ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from lca.disclosure import disclosed_stages
from lca.engine import Factor, FactorRelease, calculate, parse_inventory
from lca.engine.canonical import digest
from lca.engine.units import ratio
from lca.rulesets.model import RuleSet
from lca.rulesets.reader import read_ruleset

from .archive import Altered, canonical, sha256
from .compare import Comparison, Differs, near


class Bench:
    """Rule sets and factor releases of a bundle, each checked against the digest by which a calculation names it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    @cached_property
    def releases(self) -> dict[str, FactorRelease]:
        """Releases by their digest, which is computed from their factors."""
        names = (name for name in self.files if name.startswith("factors/"))
        found = (read_release(json.loads(self.files[name])) for name in names)
        return {release.sha256: release for release in found}

    def release(self, stated: Mapping[str, Any]) -> FactorRelease:
        """The release that a calculation names by code and digest. Raises Altered."""
        found = self.releases.get(stated["sha256"])
        if found is None or found.code != stated["code"]:
            raise Altered("release", stated["code"])
        return found

    def ruleset(self, stated: Mapping[str, Any]) -> RuleSet:
        """The rule set that a calculation names by id, version and digest. Raises Altered."""
        name = f"{stated['id']}@{stated['version']}.toml"
        content = self.files.get(f"rules/{name}")
        if content is None or sha256(content) != stated["sha256"]:
            raise Altered("ruleset", name)
        return read_ruleset(content, name)

    def ledger(self, document: Any, stated: Mapping[str, Any]) -> dict[str, Any]:
        """Calculate a document as ``stated``: its digest and the identity of the calculation must be those.

        Raises Altered, and InventoryError where the engine refuses.
        """
        if sha256(canonical(document)) != stated["inventory"]["sha256"]:
            raise Altered("inventory", stated["inventory"]["sha256"])
        ruleset, release = self.ruleset(stated["ruleset"]), self.release(stated["factor_release"])
        identity = {
            "inventory": document,
            "ruleset": {"id": ruleset.id, "version": ruleset.version, "sha256": ruleset.sha256},
            "factor_release": release.sha256,
            "engine": stated["engine_version"],
        }
        if digest(identity) != stated["input_digest"]:
            raise Altered("input", stated["input_digest"])
        return calculate(parse_inventory(document), ruleset, release).to_dict()


def read_release(content: Mapping[str, Any]) -> FactorRelease:
    """A release from its file: code, and factors as the engine writes them."""
    return FactorRelease.build(content["code"], map(_factor, content["factors"]))


def _factor(entry: Mapping[str, Any]) -> Factor:
    fields = dict(entry)
    name, source = fields.pop("name"), fields.pop("source")
    fields["value"] = Decimal(fields["value"])
    return Factor(name_zh=name["zh"], name_en=name["en"], source_title=source, **fields)


def check_ledger(bench: Bench, document: Any, stated: Mapping[str, Any]) -> int:
    """Recalculate the declared inventory and compare every figure and word; how many figures. Raises Differs,
    Altered."""
    found = bench.ledger(document, stated)
    # The engine of the bundle may be newer than the one that calculated: which one it was is a fact, not a figure.
    found["engine_version"], found["input_digest"] = stated["engine_version"], stated["input_digest"]
    comparison = Comparison(float(found["total"]))
    # Totals first: they are what people look for.
    for name in sorted(found, key=lambda name: (name not in ("total", "totals", "stages"), name)):
        comparison.same(stated["ledger"].get(name), found[name], name)
    for name in stated["ledger"]:
        if name not in found:
            raise Differs(name, True, False)
    return comparison.figures


def check_recipe(bench: Bench, recipe: Mapping[str, Any]) -> int:
    """Recalculate what a supplier's published result rests on; how many published figures. Raises Differs, Altered."""
    stated, result = recipe["calculation"], recipe["result"]
    found = bench.ledger(recipe["inventory"], stated)
    units = float(ratio(recipe["inventory"]["reference"]["unit"], result["declared_unit"]))
    scores, total = result["scores"][stated["ruleset"]["id"]], float(found["total"])
    place = f"{recipe['id']}.{result['product']['zh']}"
    made = {stage: float(entry["per_unit"]) / units for stage, entry in found["stages"].items()}
    if scores.keys() != made.keys():
        raise Differs(place, sorted(scores), sorted(made))
    # What is published is rounded; a result from before that states the figure itself.
    rounded = disclosed_stages(made)
    for stage, text in scores.items():
        if Decimal(text) != Decimal(rounded[stage]) and not near(float(text), made[stage], total):
            raise Differs(f"{place}.{stage}", text, rounded[stage])
    return len(scores)

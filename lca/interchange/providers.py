"""The activities that others rest on and that end there: factors, suppliers' results, the end-of-life model."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lca.engine.factors import Factor, FactorRelease
from lca.engine.model import Inventory, SupplierResult
from lca.engine.names import stage_name
from lca.interchange.gases import CO2, CO2E, flow_id
from lca.interchange.system import Activity, Emission, Source, stable_id
from lca.interchange.words import WORDS, pick
from lca.rulesets.model import RuleSet


class Providers:
    """Makes them for one calculation, in one language."""

    def __init__(
        self, inventory: Inventory, ruleset: RuleSet, release: FactorRelease, digest: str, language: str
    ) -> None:
        self.inventory, self.ruleset, self.release, self.digest = inventory, ruleset, release, digest
        self.language, self.words = language, WORDS[language]
        self.declared = frozenset(ruleset.stages.declared)

    def name(self, names: Mapping[str, str]) -> str:
        """Return a bilingual name in the language of the export."""
        return pick(dict(names), self.language)

    def word(self, code: str) -> str:
        """Return what a code of the inventory means to a reader."""
        return self.words.get(code, code)

    def factor(self, factor: Factor, declared: Decimal, unit: str) -> Activity:
        """Return one unit of a background factor; `declared` is what the rule set counts for it."""
        notes = [
            self.words["factor"].format(
                key=factor.key, value=factor.value, unit=factor.unit, tier=self.word(factor.tier)
            ),
            *([self.words["own_factor"]] if factor.own else []),
            *(text for text in (factor.boundary, factor.basis, factor.note) if text),
        ]
        if declared != factor.value:
            added = declared - factor.value
            text = self.words["adjusted"].format(declared=declared, unit=factor.unit, added=added)
            notes.insert(1, text)
        owner = self.digest if factor.own else self.release.sha256
        name = pick({"zh": factor.name_zh, "en": factor.name_en}, self.language)
        gas = CO2 if factor.co2_only else CO2E
        return Activity(
            id=stable_id("factor", owner, factor.key, str(declared), unit, self.language),
            kind="factors",
            name=name if declared == factor.value else f"{name} | {declared} {factor.unit}",
            product=name,
            unit=unit,
            location=factor.region,
            emissions=(Emission(flow_id(gas), float(declared)),),
            comment="\n".join(notes),
            source=Source(factor.source_title or factor.key, factor.source_ref, factor.licence, factor.year),
        )

    def result(self, result: SupplierResult, forced: str | None) -> Activity:
        """Return one declared unit of a supplier's result: its published scores by stage, and no recipe.

        `forced` is the stage that the inventory counts the whole result in, None where the supplier's split counts.
        """
        ruleset = self.ruleset
        scores = result.scores.get(f"{ruleset.id}@{ruleset.version}") or result.scores[ruleset.id]
        counted = {stage: score for stage, score in scores.items() if (forced or stage) in self.declared}
        emissions = tuple(
            Emission(
                flow_id(CO2E),
                float(score),
                self.words["stage"].format(stage=pick(stage_name(stage), self.language)),
            )
            for stage, score in counted.items()
        )
        comment = self.words["supplier"].format(
            supplier=self._stated(result.id, "supplier") or "-",
            version=result.version or "-",
            digest=result.digest or "-",
        )
        scored = [f"{stage} {score}" for stage, score in counted.items()]
        name = self._stated(result.id, "product") or result.id
        return Activity(
            id=stable_id("result", result.id, result.version, result.digest, *scored, self.language),
            kind="results",
            name=name,
            product=name,
            unit=result.declared_unit,
            emissions=emissions,
            comment=comment,
        )

    def _stated(self, result: str, field: str) -> str:
        """Return a name that the document states of a supplier's result, as one text or in both languages."""
        for entry in self.inventory.document.get("results") or ():
            if str(entry.get("id")) == result:
                value = entry.get(field) or ""
                return self.name(value) if isinstance(value, Mapping) else str(value)
        return ""

    def end_of_life(self, line: Mapping[str, Any]) -> Activity:
        """Return what the end-of-life model adds for one kg of a material in one stage."""
        amount = float(line["converted_amount"]) or 1.0
        value = float(line["kgco2e"]) / amount
        stage = pick(stage_name(line["stage"]), self.language)
        name = f"{self.name(line['name'])} | {self.words['end_of_life']}, {stage}"
        return Activity(
            id=stable_id("end_of_life", self.digest, line["id"]),
            kind="end_of_life",
            name=name,
            product=name,
            unit=line["converted_unit"] or "kg",
            emissions=(Emission(flow_id(CO2E), value),),
            comment=self.words["eol"].format(value=repr(value)),
        )

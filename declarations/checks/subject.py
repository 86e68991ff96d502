"""What the rules look at: a declaration with everything it rests on, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from carbonfoot.accounts.actor import Actor
from declarations.models import Declaration, Pack, Phase, QualityPlan, Statement
from declarations.selectors.families import Standing, standing_of
from lca import rulesets
from lca.models import Calculation, Exchange
from lca.rulesets import RuleSet

FREEZE, SUBMIT = "freeze", "submit"


@dataclass
class Subject:
    """A declaration under examination. ``actor`` is who wants to freeze or submit it; None when only looking."""

    declaration: Declaration
    actor: Actor | None = None

    @property
    def pack(self) -> Pack:
        """The pack that is declared."""
        return self.declaration.pack

    @property
    def phase(self) -> Phase:
        """The phase it is declared in."""
        return self.declaration.phase

    @property
    def plan(self) -> QualityPlan | None:
        """The data quality control plan, if one was chosen."""
        return self.declaration.plan

    @property
    def calculation(self) -> Calculation | None:
        """The calculation, if one was chosen."""
        return self.declaration.calculation

    @property
    def ledger(self) -> dict[str, Any]:
        """The ledger of the calculation; empty while there is none."""
        return self.calculation.ledger if self.calculation and self.calculation.state == "done" else {}

    @cached_property
    def ruleset(self) -> RuleSet:
        """The rule set in force for the phase, in its latest version."""
        return rulesets.load(self.phase.ruleset_id)

    @cached_property
    def family(self) -> Standing | None:
        """What speaks for declaring the pack as a variant of its family; None for a pack that is no variant."""
        return standing_of(self.pack, self.phase.ruleset_id, self.ruleset.version)

    @cached_property
    def exchanges(self) -> list[Exchange]:
        """Lines of the pack's working inventory."""
        rows = Exchange.objects.filter(process__inventory__pack=self.pack)
        return list(rows.select_related("process", "result__superseded_by", "result__organisation"))

    @cached_property
    def statement(self) -> Statement | None:
        """The statement signed for exactly the snapshot that is to be submitted."""
        if self.declaration.snapshot_id is None:
            return None
        return Statement.objects.filter(snapshot_id=self.declaration.snapshot_id).first()

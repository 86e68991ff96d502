"""What would stand out at the authority's first look, for the maker before it submits: its own figures, no peers."""

from __future__ import annotations

from declarations import plausibility
from declarations.figures import figures_of
from declarations.models import Declaration
from declarations.plausibility import Case, Flag, published_range


def maker_flags(declaration: Declaration) -> list[Flag]:
    """Flags of the calculation that the declaration rests on; none while there is no finished one."""
    calculation = declaration.calculation
    if calculation is None or calculation.state != "done":
        return []
    before = declaration.supersedes
    earlier = before.calculation if before is not None else None
    chemistry = declaration.pack.chemistry
    return plausibility.for_maker(
        Case(
            chemistry=chemistry,
            figures=figures_of(calculation.ledger),
            range=published_range(chemistry, calculation.ruleset_id, calculation.ruleset_version),
            before=figures_of(earlier.ledger) if earlier is not None else None,
        )
    )

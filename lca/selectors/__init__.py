"""Every read of the life-cycle part, narrowed to what the actor may see.

What most callers need stands here; comparisons, certificates, scenarios, uses and impact are modules of their own.
"""

from lca.selectors.inventories import (
    MAKER_ROLES,
    calculations_for,
    inventories_for,
    is_expired,
    latest_calculations,
    latest_result,
    newer_result,
    register_calculation_scope,
    results_for,
    siblings,
    uncertainty_runs_for,
    usable_results,
    with_lines,
)
from lca.selectors.reference import (
    FACTOR_FILTERS,
    current_release,
    factor_values,
    factors,
    releases,
    tier_counts,
)

__all__ = [
    "FACTOR_FILTERS",
    "MAKER_ROLES",
    "calculations_for",
    "current_release",
    "factor_values",
    "factors",
    "inventories_for",
    "is_expired",
    "latest_calculations",
    "latest_result",
    "newer_result",
    "register_calculation_scope",
    "releases",
    "results_for",
    "siblings",
    "tier_counts",
    "uncertainty_runs_for",
    "usable_results",
    "with_lines",
]

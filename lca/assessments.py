"""How sure the result of a stored calculation is: made again from its frozen input, and kept for a while in memory.

An assessment is a pure function of revision, rule set, release and profile, and none of these ever changes. Callers
have been given the calculation by a selector.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.ui.text import listed, pick
from lca import data, profiles, rulesets
from lca.engine import InventoryError, parse_inventory
from lca.engine.assessment import Assessment, assess
from lca.engine.outcome import MIN_DRAWS, USUAL_SEED, Paired, paired
from lca.engine.spreads import Profile
from lca.engine.uncertainty import DrawError
from lca.models import Calculation, CalculationState
from lca.reference import engine_release
from lca.rulesets import RuleSetError

# A stored total and the one made again differ by the order of additions, and by nothing else.
_SAME = 1e-9
# Draws of a comparison that a page makes while it is asked for, and how many inputs are too many for so many.
PAIRED_DRAWS = 4_000
_MANY_INPUTS = 2_000
_MOST_KEPT = 16
_kept: OrderedDict[tuple[str, int, str], Assessment] = OrderedDict()
_lock = Lock()


# Why a calculation cannot be assessed, or a run came to nothing: a sentence, and what can be done about it.
REASONS: dict[str, tuple[Any, Any]] = {
    "unfinished": (_("The calculation is not finished."), ""),
    "not_installed": (
        _("The rule set, the factor release or the profile that was used is no longer installed."),
        _("Calculate again, or ask for a new run."),
    ),
    "refused": (
        _("This version of the engine refuses the frozen inventory."),
        _("Calculate again to see why."),
    ),
    "engine_changed": (
        _("The calculation was made by engine %(old)s, and this version does not find the same number."),
        _("Calculate again to assess it."),
    ),
    "loop": (
        _("In %(count)s of the draws a loop of unit processes uses up what it makes: %(loop)s."),
        _("State a smaller spread for the lines that close the loop."),
    ),
    "not_run": (_("The run was interrupted and gave no result."), _("It can be started again.")),
}


def reason_text(code: str, params: Mapping[str, Any]) -> str:
    """The sentence of a reason in the active language; params that are names hold {zh, en}, or a list of such."""
    shown = {key: _shown(value) for key, value in params.items()}
    return str(REASONS[code][0]) % shown


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return listed(str(pick(item)) for item in value)
    return pick(value) if isinstance(value, Mapping) else value


class NotAssessable(Exception):
    """A calculation that cannot be assessed: a key of REASONS, and what fills its sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(code)

    @property
    def reason(self) -> str:
        """The sentence in the active language."""
        return reason_text(self.code, self.params)

    @property
    def mend(self) -> Any:
        """What can be done about it."""
        return REASONS[self.code][1]


def assessment_of(calculation: Calculation, profile: Profile | None = None) -> Assessment:
    """The assessment of a finished calculation, under the newest profile if none is named.

    Raises NotAssessable with the reason: not finished, a rule set or release that is no longer there, or a total that
    this version of the engine does not find again.
    """
    if calculation.state != CalculationState.DONE:
        raise NotAssessable("unfinished")
    chosen = profile or profiles.load()
    inventory_id = calculation.revision.inventory_id
    key = (calculation.input_digest, inventory_id, chosen.sha256)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = _made(calculation, chosen, str(inventory_id))
    with _lock:
        _kept[key] = found
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return found


def _made(calculation: Calculation, profile: Profile, scope: str) -> Assessment:
    try:
        ruleset = rulesets.load(calculation.ruleset_id, calculation.ruleset_version)
        release = engine_release(calculation.release)
        found = assess(parse_inventory(calculation.revision.document), ruleset, release, profile, scope)
        again = found.total
    except (RuleSetError, data.ReleaseError) as error:
        raise NotAssessable("not_installed") from error
    except InventoryError as error:
        raise NotAssessable("refused") from error
    scale = sum(abs(line["kgco2e"]) for line in calculation.ledger["lines"]) or 1.0
    if abs(again - calculation.ledger["total"]) > _SAME * scale:
        raise NotAssessable("engine_changed", old=calculation.engine_version)
    return found


def loop_of(calculation: Calculation, assessment: Assessment, error: DrawError) -> NotAssessable:
    """What to say of draws in which a loop of the calculation's unit processes has no solution."""
    names = {str(item["id"]): dict(item["name"]) for item in calculation.ledger["processes"]}
    members = dict.fromkeys(assessment.columns[column] for column in error.columns)
    loop = [names.get(member, {"zh": member, "en": member}) for member in members]
    return NotAssessable("loop", count=error.count, loop=loop)


def compared(
    first: Calculation, second: Calculation, scales: tuple[float, float], *, seed: int = USUAL_SEED
) -> Paired:
    """Two finished calculations drawn in pairs; ``scales`` turn kg CO2e per reference flow into the unit compared.

    Raises NotAssessable, also for a loop that has no solution in some draws.
    """
    one, two = assessment_of(first), assessment_of(second)
    draws = MIN_DRAWS if max(len(one.inputs), len(two.inputs)) > _MANY_INPUTS else PAIRED_DRAWS
    samples = []
    for calculation, assessment in ((first, one), (second, two)):
        try:
            samples.append(assessment.sample(seed, draws))
        except DrawError as error:
            raise loop_of(calculation, assessment, error) from error
    return paired(samples[0], samples[1], scales)

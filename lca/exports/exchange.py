"""Files of a calculation for other tools: openLCA and Brightway. Who may see the ledger may have them."""

from __future__ import annotations

import math

from django.utils.translation import gettext_lazy as _

from carbonfoot.languages import language
from carbonfoot.problems import problem
from lca import reference, rulesets
from lca.engine import ENGINE_VERSION, calculate, parse_inventory
from lca.interchange import System, brightway_package, build_system, olca_package
from lca.models import Calculation

# The ledger keeps shortest texts of floats, so the same engine arrives at the same figure; another may not.
_SAME = 1e-9

OPENLCA, BRIGHTWAY = "application/zip", "application/x-bzip2"


def filename(calculation: Calculation, ending: str) -> str:
    """Name of a file of a calculation, the same for the same input."""
    return f"result-{calculation.pk}-{calculation.ruleset_id}-{calculation.input_digest[:8]}.{ending}"


def openlca_file(calculation: Calculation) -> bytes:
    """The calculation as an openLCA package (zip), in the active language. Raises Problems as `system_of`."""
    return olca_package(system_of(calculation))


def brightway_file(calculation: Calculation) -> bytes:
    """The calculation as a bw2package, in the active language. Raises Problems as `system_of`."""
    return brightway_package(system_of(calculation))


def system_of(calculation: Calculation) -> System:
    """What a finished calculation rests on, solved anew from its frozen inventory, rule set and release.

    Raises Problems where the engine in use today does not arrive at the stored result: a file that scores something
    else would be worse than none.
    """
    inventory = parse_inventory(calculation.revision.document)
    ruleset = rulesets.load(calculation.ruleset_id, calculation.ruleset_version)
    release = reference.engine_release(calculation.release)
    again = calculate(inventory, ruleset, release).total
    if not math.isclose(again, calculation.ledger["total"], rel_tol=_SAME):
        raise problem(
            "EXCHANGE-ENGINE",
            _("This result was calculated by engine %(then)s; engine %(now)s arrives at another figure.")
            % {"then": calculation.engine_version, "now": ENGINE_VERSION},
            mend=_("Calculate the inventory again and export that result."),
        )
    return build_system(inventory, ruleset, release, calculation.ledger, language())

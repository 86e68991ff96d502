"""The numbers: from an inventory document to a ledger. Pure Python with numpy, scipy and pint; no Django,
no database."""

from lca.engine.calculate import calculate, input_digest
from lca.engine.document import parse_inventory, read_json
from lca.engine.factors import Factor, FactorRelease
from lca.engine.ledger import Ledger, Line
from lca.engine.model import Inventory
from lca.engine.problems import EngineProblem, InventoryError
from lca.engine.version import ENGINE_VERSION

__all__ = [
    "ENGINE_VERSION",
    "EngineProblem",
    "Factor",
    "FactorRelease",
    "Inventory",
    "InventoryError",
    "Ledger",
    "Line",
    "calculate",
    "input_digest",
    "parse_inventory",
    "read_json",
]

"""A calculation as other tools read it: openLCA (JSON-LD) and Brightway (bw2package), so that anybody can check it.

`system` makes one product system of inventory, rule set, factor release and ledger: allocation, electricity policy,
stages and end-of-life model are settled in it, so that another tool needs none of our rules to arrive at the score.
`olca` and `brightway` write that system in the form of each tool. No Django here.
"""

from lca.interchange.brightway import brightway_package
from lca.interchange.build import build_system
from lca.interchange.olca import olca_package
from lca.interchange.system import System

__all__ = ["System", "brightway_package", "build_system", "olca_package"]

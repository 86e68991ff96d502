"""Facts of the life-cycle part: reference data, inventories, calculations and published results."""

from lca.models.calculations import Calculation, CalculationState
from lca.models.inventories import (
    AmountState,
    DataKind,
    Exchange,
    ExchangeKind,
    Inventory,
    InventoryKind,
    InventoryRevision,
    Stage,
    UnitProcess,
)
from lca.models.reference import Factor, FactorRelease
from lca.models.results import PublishedResult, ResultGrant
from lca.models.uncertainty import UncertaintyRun

__all__ = [
    "AmountState",
    "Calculation",
    "CalculationState",
    "DataKind",
    "Exchange",
    "ExchangeKind",
    "Factor",
    "FactorRelease",
    "Inventory",
    "InventoryKind",
    "InventoryRevision",
    "PublishedResult",
    "ResultGrant",
    "Stage",
    "UncertaintyRun",
    "UnitProcess",
]

"""Facts of the life-cycle part: reference data, inventories, calculations and published results."""

from lca.models.calculations import Calculation, CalculationState
from lca.models.certificates import CertificateClaim, CertificateHold
from lca.models.drafts import DraftImpact, DraftState, FactorDraft, FactorUse
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
from lca.models.own_factors import OwnFactor, OwnFactorVersion
from lca.models.reference import Factor, FactorRelease
from lca.models.results import PublishedResult, ResultGrant
from lca.models.scenarios import Scenario, ScenarioResult
from lca.models.uncertainty import UncertaintyRun

__all__ = [
    "AmountState",
    "Calculation",
    "CalculationState",
    "CertificateClaim",
    "CertificateHold",
    "DataKind",
    "DraftImpact",
    "DraftState",
    "Exchange",
    "ExchangeKind",
    "Factor",
    "FactorDraft",
    "FactorRelease",
    "FactorUse",
    "Inventory",
    "InventoryKind",
    "InventoryRevision",
    "OwnFactor",
    "OwnFactorVersion",
    "PublishedResult",
    "ResultGrant",
    "Scenario",
    "ScenarioResult",
    "Stage",
    "UncertaintyRun",
    "UnitProcess",
]

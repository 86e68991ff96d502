"""Facts of the declaration part."""

from declarations.models.declarations import Declaration, DeclarationState, Receipt, ReportFile, Snapshot
from declarations.models.families import Derivation, FamilyBasis, FamilyMember, FamilyRole, PackFamily
from declarations.models.matters import MatterEntry, MatterState, ReviewMatter
from declarations.models.packs import CellFormat, Chemistry, Pack, PackPart, PackState, Plant, RequestBatch
from declarations.models.phases import Phase, QualityPlan
from declarations.models.register import PublicationRule, RegisterEntry
from declarations.models.reliefs import Relief, ReliefState
from declarations.models.review import ReviewAssignment, ReviewDecision, ReviewNote, Section
from declarations.models.summaries import PhaseSummary, SummaryFile, SummaryFiling
from declarations.models.triggers import TriggerDismissal
from declarations.models.verification import Engagement, Finding, FindingEntry, Statement

__all__ = [
    "CellFormat",
    "Chemistry",
    "Declaration",
    "DeclarationState",
    "Derivation",
    "Engagement",
    "FamilyBasis",
    "FamilyMember",
    "FamilyRole",
    "Finding",
    "FindingEntry",
    "MatterEntry",
    "MatterState",
    "Pack",
    "PackFamily",
    "PackPart",
    "PackState",
    "Phase",
    "PhaseSummary",
    "Plant",
    "PublicationRule",
    "QualityPlan",
    "Receipt",
    "RegisterEntry",
    "Relief",
    "ReliefState",
    "ReportFile",
    "RequestBatch",
    "ReviewAssignment",
    "ReviewDecision",
    "ReviewMatter",
    "ReviewNote",
    "Section",
    "Snapshot",
    "Statement",
    "SummaryFile",
    "SummaryFiling",
    "TriggerDismissal",
]

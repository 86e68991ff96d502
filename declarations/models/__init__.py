"""Facts of the declaration part."""

from declarations.models.bundles import Bundle
from declarations.models.checking import ChangeReason, Sample, VerificationCheck, VerificationReport
from declarations.models.declarations import Declaration, DeclarationState, Receipt, ReportFile, Snapshot
from declarations.models.engagements import (
    Assurance,
    Engagement,
    EngagementAnswer,
    EngagementState,
    Sending,
)
from declarations.models.families import Derivation, FamilyBasis, FamilyMember, FamilyRole, PackFamily
from declarations.models.matters import MatterEntry, MatterState, ReviewMatter
from declarations.models.packs import CellFormat, Chemistry, Pack, PackPart, PackState, Plant, RequestBatch
from declarations.models.phases import Phase, QualityPlan
from declarations.models.register import PublicationRule, RegisterEntry
from declarations.models.reliefs import Relief, ReliefState
from declarations.models.review import ReviewAssignment, ReviewDecision, ReviewNote, Section
from declarations.models.summaries import PhaseSummary, SummaryFile, SummaryFiling
from declarations.models.triggers import TriggerDismissal
from declarations.models.verification import Finding, FindingEntry, Statement

__all__ = [
    "Assurance",
    "Bundle",
    "CellFormat",
    "ChangeReason",
    "Chemistry",
    "Declaration",
    "DeclarationState",
    "Derivation",
    "Engagement",
    "EngagementAnswer",
    "EngagementState",
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
    "Sample",
    "Section",
    "Sending",
    "Snapshot",
    "Statement",
    "SummaryFile",
    "SummaryFiling",
    "TriggerDismissal",
    "VerificationCheck",
    "VerificationReport",
]

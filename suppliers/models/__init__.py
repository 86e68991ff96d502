"""Supplier links, data requests with their correspondence, chasing, uploads and findings."""

from suppliers.models.activity import ActivityBatch, ActivityItem, ActivityRecord, ActivitySource
from suppliers.models.chasing import (
    MailRecord,
    ReminderDay,
    ReminderPolicy,
    ReminderStep,
    SupplierInvitation,
)
from suppliers.models.drafts import AnswerDraft
from suppliers.models.marks import AnnotatedCopy, UploadCorrection
from suppliers.models.requests import (
    DataRequest,
    LineAsk,
    NoteAttachment,
    RequestNote,
    RequestState,
    SupplierLink,
)
from suppliers.models.uploads import Upload, UploadFinding, UploadState

__all__ = [
    "ActivityBatch",
    "ActivityItem",
    "ActivityRecord",
    "ActivitySource",
    "AnnotatedCopy",
    "AnswerDraft",
    "DataRequest",
    "LineAsk",
    "MailRecord",
    "NoteAttachment",
    "ReminderDay",
    "ReminderPolicy",
    "ReminderStep",
    "RequestNote",
    "RequestState",
    "SupplierInvitation",
    "SupplierLink",
    "Upload",
    "UploadCorrection",
    "UploadFinding",
    "UploadState",
]

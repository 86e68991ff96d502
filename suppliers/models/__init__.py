"""Supplier links, data requests with their correspondence, chasing, uploads and findings."""

from suppliers.models.chasing import (
    MailRecord,
    ReminderDay,
    ReminderPolicy,
    ReminderStep,
    SupplierInvitation,
)
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
    "UploadFinding",
    "UploadState",
]

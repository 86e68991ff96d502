"""States of requests, uploads and findings as word, mark and colour."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from carbonfoot import clock
from carbonfoot.ui.status import Status
from suppliers.models import DataRequest, RequestState, SupplierInvitation, Upload, UploadState
from suppliers.workflow import FILLING

_REQUEST = {
    RequestState.SENT: "warn",
    RequestState.OPENED: "info",
    RequestState.IN_PROGRESS: "info",
    RequestState.PUBLISHED: "ok",
    RequestState.ACCEPTED: "ok",
    RequestState.RETURNED: "bad",
    RequestState.DECLINED: "bad",
    RequestState.WITHDRAWN: "idle",
}
_UPLOAD = {
    UploadState.QUARANTINED: "info",
    UploadState.CHECKING: "info",
    UploadState.REFUSED: "bad",
    UploadState.FINDINGS: "bad",
    UploadState.READY: "warn",
    UploadState.ACCEPTED: "ok",
    UploadState.SUPERSEDED: "idle",
    UploadState.DISCARDED: "idle",
    UploadState.FAILED: "bad",
}
SEVERITY = {
    "error": Status("bad", _("Error")),
    "warning": Status("warn", _("Warning"), "warn"),
    "note": Status("info", _("Note"), "info"),
}


def request_status(request: DataRequest) -> Status:
    """The state of a request."""
    state = RequestState(request.state)
    return Status(_REQUEST[state], state.label)


def overdue_status(request: DataRequest) -> Status | None:
    """How late an unanswered request is; nothing while there is time."""
    days = (clock.today() - request.due_on).days
    if request.state not in FILLING or days <= 0:
        return None
    return Status(
        "bad", ngettext_lazy("%(days)d day overdue", "%(days)d days overdue", days) % {"days": days}
    )


def upload_status(upload: Upload) -> Status:
    """The state of an upload."""
    state = UploadState(upload.state)
    return Status(_UPLOAD[state], state.label)


_INVITATION = {
    "waiting": Status("info", _("Waits to be sent"), "clock"),
    "sent": Status("warn", _("Sent")),
    "opened": Status("info", _("Link opened"), "eye"),
    "expired": Status("bad", _("Expired"), "clock"),
    "accepted": Status("ok", _("Accepted")),
    "revoked": Status("idle", _("Revoked"), "x"),
}


def invitation_status(invitation: SupplierInvitation) -> Status:
    """How far an invitation is."""
    return _INVITATION[invitation.progress]

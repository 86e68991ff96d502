"""An answer in the making on the site: what people typed into the form, before any of it is checked or handed in."""

from __future__ import annotations

from typing import Any

from django.db import models

from carbonfoot import clock
from suppliers.models.requests import DataRequest
from suppliers.models.uploads import Upload


class AnswerDraft(models.Model):
    """A form in the making, as rows of text of the workbook: handed in, it becomes an upload like any other.

    It belongs to whoever fills in the request, and nobody else reads it: there is no organisation of its own, so that
    it goes over with the request when a managed supplier opens its account.
    """

    request = models.OneToOneField(DataRequest, on_delete=models.PROTECT, related_name="draft")
    # {table: [{column: text}]} and {column: text}, keys of the workbook's schema, texts as typed.
    rows: Any = models.JSONField(default=dict)
    cover: Any = models.JSONField(default=dict)
    # Optimistic locks, one a step, so that two people at two steps never meet: {step: number of saves}.
    versions: Any = models.JSONField(default=dict)
    # The last workbook that was made of it and handed in.
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, null=True, related_name="drafts")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        # Never what was typed: labels reach the audit log.
        return f"draft of {self.request_id}"

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"own": self.request.buyer_id if self.request.managed else self.request.supplier_id}

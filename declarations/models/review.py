"""The regulator's decisions."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock


class Section(models.TextChoices):
    """What a reviewer looks at, one after the other; reasons of a return name one of these."""

    PRODUCT = "product", _("Product and choice as typical product")
    ENERGY = "energy", _("Delivered energy and test report")
    ACTIVITY = "activity", _("Activity data")
    ELECTRICITY = "electricity", _("Electricity")
    SUPPLIERS = "suppliers", _("Supplier results")
    CUTOFF = "cutoff", _("Cut-off and allocation")
    QUALITY = "quality", _("Data quality and quality control plan")
    VERIFICATION = "verification", _("Verification statement")


class ReviewDecision(models.Model):
    """A decision on a submitted declaration, with name, time and reason. Immutable (trigger)."""

    class Kind(models.TextChoices):
        """What was decided."""

        TAKEN_UP = "taken_up", _("Taken up for review")
        RETURNED = "returned", _("Returned")
        ACCEPTED = "accepted", _("Accepted")

    declaration = models.ForeignKey(
        "declarations.Declaration", on_delete=models.PROTECT, related_name="decisions"
    )
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reason = models.TextField(blank=True)
    # [{"section": key, "text": reason}] when returned by section
    sections = models.JSONField(default=list)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(default=clock.now, editable=False)
    # A return or an acceptance has a number, its canonical text with the digest, and its place in the audit log.
    number = models.CharField(max_length=24, null=True, unique=True)
    content = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    audit_seq = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["decided_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="returned") | ~Q(reason=""), name="return_needs_reason"),
            models.CheckConstraint(
                condition=Q(number__isnull=True)
                | (~Q(content="") & ~Q(sha256="") & Q(audit_seq__isnull=False)),
                name="numbered_decision_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["kind", "-decided_at"])]

    def __str__(self) -> str:
        return f"{self.declaration} {self.kind}"

    def reasons(self) -> list[dict[str, Any]]:
        """Reasons by section, with the section in words."""
        return [{"label": Section(item["section"]).label, "text": item["text"]} for item in self.sections]


class ReviewAssignment(models.Model):
    """Who reviews a declaration from a moment on, and who said so. Append only (trigger).

    The last row of a declaration is ``Declaration.reviewer``, kept there for lists.
    """

    declaration = models.ForeignKey(
        "declarations.Declaration", on_delete=models.PROTECT, related_name="assignments"
    )
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    assigned_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    assigned_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["assigned_at", "id"]

    def __str__(self) -> str:
        return f"{self.declaration} {self.reviewer}"


class ReviewNote(models.Model):
    """What a reviewer noted on a section while reviewing; seen by the authority only. Append only (trigger)."""

    class Verdict(models.TextChoices):
        """Whether the section is in order."""

        NONE = "", _("Remark")
        OK = "ok", _("In order")
        DOUBT = "doubt", _("In doubt")

    declaration = models.ForeignKey(
        "declarations.Declaration", on_delete=models.PROTECT, related_name="review_notes"
    )
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=14, choices=Section.choices)
    verdict = models.CharField(max_length=6, choices=Verdict.choices, default="", blank=True)
    text = models.TextField(blank=True)
    written_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["written_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(section__in=Section.values), name="review_note_section_known"),
            models.CheckConstraint(
                condition=Q(verdict="ok") | ~Q(text=""), name="review_note_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declaration} {self.section}"

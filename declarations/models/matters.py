"""What the authority wants of a maker: a question while it reviews, a condition of its acceptance; and the answers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carbonfoot import clock
from declarations.models.review import Section


class MatterState(models.TextChoices):
    """States of a question or condition; the exits are in declarations/workflow.py and drawn in docs/."""

    OPEN = "open", _("To be answered")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


class ReviewMatter(models.Model):
    """A question to the maker, or a condition of an acceptance.

    What was asked, of whom and until when never changes, and a closed one not at all (triggers): what was said about it
    is in its entries.
    """

    class Kind(models.TextChoices):
        """A question belongs to the review, a condition to the decision that made it."""

        QUESTION = "question", pgettext_lazy("review", "Question")
        CONDITION = "condition", _("Condition")

    declaration = models.ForeignKey(
        "declarations.Declaration", on_delete=models.PROTECT, related_name="matters"
    )
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    number = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=14, choices=Section.choices)
    text = models.TextField()
    # A day in China. For a question the day until which an answer is asked for, if one was named.
    due_on = models.DateField(null=True, blank=True)
    decision = models.ForeignKey(
        "declarations.ReviewDecision", on_delete=models.PROTECT, null=True, related_name="conditions"
    )
    state = models.CharField(max_length=8, choices=MatterState.choices, default=MatterState.OPEN)
    raised_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField(default=clock.now, editable=False)
    closed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["declaration", "kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "kind", "number"], name="matter_number_once"),
            models.CheckConstraint(condition=Q(section__in=Section.values), name="matter_section_known"),
            models.CheckConstraint(condition=Q(state__in=MatterState.values), name="matter_state_known"),
            models.CheckConstraint(condition=~Q(text=""), name="matter_says_something"),
            models.CheckConstraint(
                condition=Q(kind="question", decision__isnull=True)
                | Q(kind="condition", decision__isnull=False, due_on__isnull=False),
                name="matter_condition_has_decision_and_day",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="matter_closed_dated",
            ),
        ]
        indexes = [
            models.Index(
                F("due_on"), F("declaration"), name="matter_unsettled", condition=~Q(state="closed")
            ),
        ]

    def __str__(self) -> str:
        return f"{'Q' if self.kind == 'question' else 'C'}-{self.number:02d}"

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"own": self.declaration.organisation_id}

    @property
    def is_late(self) -> bool:
        """Not settled after its day."""
        return self.state != MatterState.CLOSED and self.due_on is not None and self.due_on < clock.today()


class MatterEntry(models.Model):
    """What was written on a question or condition after it was asked, with a file if there is one. Append only."""

    class Kind(models.TextChoices):
        """Who did what."""

        ANSWER = "answer", _("Answer of the maker")
        AGAIN = "again", _("Not settled")
        CLOSED = "closed", _("Settled")

    matter = models.ForeignKey(ReviewMatter, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    evidence = models.FileField(upload_to="review/%Y/%m", blank=True)
    evidence_name = models.CharField(max_length=200, blank=True)
    evidence_sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name_plural = "matter entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(evidence="") | ~Q(evidence_sha256=""), name="matter_evidence_has_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter} {self.kind}"

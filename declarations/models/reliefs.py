"""Extensions and waivers of a phase: asked for by a maker, decided by the authority."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carbonfoot import clock


class ReliefState(models.TextChoices):
    """A request is asked once and decided once, or taken back before."""

    ASKED = "asked", pgettext_lazy("relief", "To be decided")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", pgettext_lazy("relief", "Refused")
    CANCELLED = "cancelled", _("Taken back")


class Relief(models.Model):
    """An extension (a later last day) or a waiver (nothing is asked) for one pack, or for a whole phase of a maker.

    That the authority may grant either is an assumption: no text that we could read says so. Once decided or taken
    back the row never changes (trigger); a further wish is a further row.
    """

    class Kind(models.TextChoices):
        """What is asked for."""

        EXTENSION = "extension", _("Extension: a later last day")
        WAIVER = "waiver", _("Waiver: exempt in this phase")

    number = models.CharField(max_length=20, unique=True)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="reliefs"
    )
    phase = models.ForeignKey("declarations.Phase", on_delete=models.PROTECT, related_name="reliefs")
    # None: the whole phase.
    pack = models.ForeignKey(
        "declarations.Pack", on_delete=models.PROTECT, null=True, blank=True, related_name="reliefs"
    )
    kind = models.CharField(max_length=9, choices=Kind.choices)
    # Days in China. ``wanted_until`` is what the maker asks for, ``until`` what the authority grants.
    wanted_until = models.DateField(null=True, blank=True)
    reason = models.TextField()
    state = models.CharField(max_length=9, choices=ReliefState.choices, default=ReliefState.ASKED)
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    until = models.DateField(null=True, blank=True)
    conditions = models.TextField(blank=True)
    decision_reason = models.TextField(blank=True)
    decided_for = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReliefState.values), name="relief_state_known"),
            models.CheckConstraint(
                condition=Q(kind="extension", wanted_until__isnull=False)
                | Q(kind="waiver", wanted_until__isnull=True),
                name="relief_kind_whole",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="relief_has_reason"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "cancelled"], decided_at__isnull=True)
                | (Q(state__in=["granted", "refused"], decided_at__isnull=False) & ~Q(decision_reason="")),
                name="relief_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="granted", kind="extension") | Q(until__isnull=False),
                name="relief_extension_has_day",
            ),
            models.UniqueConstraint(
                fields=["organisation", "phase", "pack", "kind"],
                condition=Q(state="asked"),
                nulls_distinct=False,
                name="relief_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def parties(self) -> dict[str, int | None]:
        """Who stands in which relation, for the access table."""
        return {"own": self.organisation_id}

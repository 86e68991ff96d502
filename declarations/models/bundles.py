"""Verification bundles: a zip for one reader that a stranger recomputes, kept with its digest."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock


class Bundle(models.Model):
    """The bundle of a snapshot for an organisation, as of an event of the log. Immutable once written (trigger).

    What happened to the declaration after ``until_seq`` is not in it; a later one is a further bundle.
    """

    class Variant(models.TextChoices):
        """For whom it is, which says what is in it (declarations/bundle/contents.py)."""

        MAKER = "maker", _("for the maker")
        BODY = "body", _("for the verification body")
        AUTHORITY = "authority", _("for the authority")

    snapshot = models.ForeignKey("declarations.Snapshot", on_delete=models.PROTECT, related_name="bundles")
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="bundles"
    )
    variant = models.CharField(max_length=9, choices=Variant.choices)
    # The last event of the declaration that it tells of.
    until_seq = models.BigIntegerField()
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, null=True, related_name="+")
    file = models.FileField(upload_to="bundles/%Y/%m", blank=True)
    filename = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(default=clock.now, editable=False)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "organisation", "variant", "until_seq"], name="bundle_once"
            ),
            models.CheckConstraint(
                condition=Q(variant__in=["maker", "body", "authority"]), name="bundle_variant_known"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | (~Q(sha256="") & ~Q(manifest_sha256="")),
                name="bundle_done_has_digest",
            ),
        ]
        indexes = [models.Index(fields=["sha256"])]

    def __str__(self) -> str:
        return self.filename or f"{self.snapshot} {self.variant}"

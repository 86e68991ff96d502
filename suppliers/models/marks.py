"""What is written about an upload after it came: cells corrected on the page, and annotated copies of the file."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from carbonfoot import clock
from suppliers.models.uploads import Upload


class UploadCorrection(models.Model):
    """A cell whose value a person corrected on the page. The file stays as it came; the reading takes this instead.

    Rows are never changed (trigger): another value for the same cell, or the file's own value again (``restored``),
    is a newer row, and the newest one counts.
    """

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="corrections")
    sheet = models.CharField(max_length=80)
    cell = models.CharField(max_length=12)
    table = models.CharField(max_length=40)
    column = models.CharField(max_length=60)
    # What stood there until then, and what counts from now on, both as people write them.
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=200, blank=True)
    restored = models.BooleanField(default=False)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(after="") | Q(restored=True), name="correction_has_a_value"),
        ]
        indexes = [models.Index(fields=["upload", "sheet", "cell"])]

    def __str__(self) -> str:
        # Never the values: labels reach the audit log.
        return f"correction of {self.sheet}!{self.cell}"


class AnnotatedCopy(models.Model):
    """The annotated copy of a large workbook in one language, made by a job once and kept.

    ``revision`` counts the corrections that the findings rest on, so that a later one asks for another copy.
    """

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="copies")
    language = models.CharField(max_length=2)
    revision = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="annotated/%Y/%m", blank=True)
    size = models.PositiveBigIntegerField(default=0)
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "language", "revision"], name="copy_once"),
            models.CheckConstraint(condition=Q(language__in=["zh", "en"]), name="copy_language_known"),
        ]

    def __str__(self) -> str:
        return f"annotated copy of {self.upload}"

"""Files that go with a comment: checked, then kept as they came, with their digest."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _

from carbonfoot.files import TooLarge, clean_name, read_limited
from carbonfoot.problems import Collector
from suppliers.attachable import FILE_BYTES, FILES_A_NOTE, problem_of
from suppliers.models import NoteAttachment, RequestNote

Checked = list[tuple[str, bytes]]


def check(found: Collector, files: Sequence[File[Any]]) -> Checked:
    """(name, bytes) of files that may be kept; what speaks against the others goes to ``found``, each by its name."""
    if len(files) > FILES_A_NOTE:
        found.add(
            "ATT-MANY", _("At most 5 files go with one comment."), field="attached", value=str(len(files))
        )
        return []
    checked: Checked = []
    for file in files:
        name = clean_name(file.name or "")
        try:
            content = read_limited(file, FILE_BYTES)
        except TooLarge:
            content = b"\x00" * (FILE_BYTES + 1)
        refused = problem_of(name, content)
        if refused is not None:
            found.items.append(refused)
        else:
            checked.append((name, content))
    return checked


def store(note: RequestNote, files: Checked) -> list[str]:
    """Keep the files of a note; identical bytes once. Returns their SHA-256, for the log."""
    digests: list[str] = []
    for name, content in files:
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 in digests:
            continue
        digests.append(sha256)
        key = uuid.uuid4()
        row = NoteAttachment(id=key, note=note, filename=name, size=len(content), sha256=sha256)
        # The stored name says nothing: the user's own name is data, and may hold anything.
        row.file.save(f"{key}.file", ContentFile(content), save=False)
        row.save(force_insert=True)
    return digests

"""Files that are handed in as evidence: of a known kind and bounded size, and what their name says."""

from __future__ import annotations

from pathlib import PurePath

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from carbonfoot.filekinds import is_what_it_says
from carbonfoot.files import TooLarge, read_limited
from carbonfoot.problems import Collector

EVIDENCE_MAX_BYTES = 20 * 1024 * 1024
EVIDENCE_TYPES = (".pdf", ".png", ".jpg", ".jpeg", ".xlsx", ".csv", ".txt", ".docx")


def read_evidence(found: Collector, evidence: File[bytes], field: str = "evidence") -> bytes:
    """The bytes of a file that is taken as evidence; what speaks against it goes into ``found``."""
    name = PurePath(evidence.name or "").name
    if PurePath(name).suffix.lower() not in EVIDENCE_TYPES:
        found.add(
            "EVIDENCE-TYPE",
            _("Files of these kinds are taken: %(kinds)s.") % {"kinds": ", ".join(EVIDENCE_TYPES)},
            field=field,
        )
        return b""
    try:
        content = read_limited(evidence, EVIDENCE_MAX_BYTES)
    except TooLarge:
        found.add("EVIDENCE-SIZE", _("The file is larger than 20 MB."), field=field)
        return b""
    if not content:
        found.add("EVIDENCE-EMPTY", _("The file is empty."), field=field)
    elif not is_what_it_says(name, content):
        found.add("EVIDENCE-KIND", _("The file is not of the kind that its name says."), field=field)
    return content

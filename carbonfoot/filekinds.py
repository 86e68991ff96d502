"""Whether a file is of the kind that its name says, by its first bytes. Nothing is opened in any program."""

from __future__ import annotations

from pathlib import PurePath

_ZIP = (b"PK\x03\x04",)
_JPEG = (b"\xff\xd8\xff",)
BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".xlsx": _ZIP,
    ".docx": _ZIP,
}
TEXTS = (".csv", ".txt")


def is_what_it_says(filename: str, content: bytes) -> bool:
    """Whether the content begins as files with this ending do; a text holds no NUL. False for any other ending.

    Some programs write a few bytes before the head of a PDF, which readers look for in the first kilobyte.
    """
    ending = PurePath(filename).suffix.lower()
    if ending in TEXTS:
        return b"\x00" not in content
    if ending == ".pdf":
        return b"%PDF-" in content[:1024]
    return content.startswith(BEGINNINGS[ending]) if ending in BEGINNINGS else False

"""Which files may go with a comment: a few types, recognised by their bytes, without anything that acts by itself.

Nothing here opens a file in the program that it is for. A workbook is looked at by the guard of uploads; a PDF is
searched for what runs, sends or carries something, in its plain parts and in its compressed ones; a picture must begin
and end as its type does. What is let through is still only ever given out as a download.
"""

from __future__ import annotations

import re
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePath

from django.utils.translation import gettext_lazy as _

from carbonfoot.languages import language
from carbonfoot.problems import Problem
from suppliers.workbook.findings import Refused
from suppliers.workbook.guard import scan

ENDINGS = (".pdf", ".png", ".jpg", ".jpeg", ".xlsx", ".csv", ".txt")
FILE_BYTES = 10 * 1024 * 1024
FILES_A_NOTE = 5
INFLATED_BYTES = 64 * 1024 * 1024  # of all compressed parts of one PDF together

STREAMS = 20_000  # compressed parts of one PDF

# Names by which a PDF acts, or carries another file, without the reader's doing.
_ACTIVE = (
    "JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "SubmitForm", "ImportData", "GoToR", "GoToE",
    "XFA", "Movie", "Sound", "Rendition",
)  # fmt: skip
# Packings that this does not open: fine for pictures and pages, not for a part that holds objects.
_PACKINGS = ("ASCII85Decode", "ASCIIHexDecode", "LZWDecode", "RunLengthDecode", "Crypt")


def _names(*names: str) -> re.Pattern[bytes]:
    """Finds names of PDF objects; in a name, ``#xx`` stands for one character."""
    spelled = ("".join(f"(?:{char}|#(?i:{ord(char):02x}))" for char in name) for name in names)
    return re.compile(f"/({'|'.join(spelled)})(?![A-Za-z0-9])".encode())


_ACTS, _PACKED = _names(*_ACTIVE), _names(*_PACKINGS)
_ENCRYPTED, _OBJECTS = _names("Encrypt"), _names("ObjStm")
_STREAM = re.compile(rb"stream\r?\n")
_CHUNK = 1 << 16


def problem_of(filename: str, content: bytes) -> Problem | None:
    """What speaks against a file, in words; None when it may go with a comment."""
    ending = PurePath(filename).suffix.lower()
    if not content:
        return _problem("ATT-EMPTY", filename, _("The file is empty."))
    if len(content) > FILE_BYTES:
        return _problem("ATT-LARGE", filename, _("The file is larger than 10 MB."))
    if ending not in ENDINGS:
        return _problem(
            "ATT-TYPE",
            filename,
            _("This type of file is not taken."),
            _("Send a PDF, a picture, a workbook (.xlsx) or a text."),
        )
    check = {
        ".pdf": _pdf,
        ".png": _png,
        ".jpg": _jpeg,
        ".jpeg": _jpeg,
        ".xlsx": _workbook,
        ".csv": _text,
        ".txt": _text,
    }[ending]
    return check(filename, content)


def _problem(code: str, filename: str, message: object, mend: object = "") -> Problem:
    return Problem(code=code, message=message, field="attached", where=filename, mend=mend)


def _not_what_it_says(filename: str) -> Problem:
    return _problem("ATT-CONTENT", filename, _("The content is not what the name of the file says."))


def _png(filename: str, content: bytes) -> Problem | None:
    whole = content.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in content[-12:]
    return None if whole else _not_what_it_says(filename)


def _jpeg(filename: str, content: bytes) -> Problem | None:
    whole = content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\x00").endswith(b"\xff\xd9")
    return None if whole else _not_what_it_says(filename)


def _text(filename: str, content: bytes) -> Problem | None:
    for encoding in ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and not re.match(
            r"\s*(?:<!doctype|<html|<svg|<\?xml|<script)", text, re.IGNORECASE
        ):
            return None
        break
    return _not_what_it_says(filename)


def _workbook(filename: str, content: bytes) -> Problem | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "attachment.xlsx"
        path.write_bytes(content)
        try:
            scan(path, path.name)
        except Refused as refused:
            return _problem("ATT-WORKBOOK", filename, refused.finding.message(language()))
    return None


def _pdf(filename: str, content: bytes) -> Problem | None:
    if not content[:1024].lstrip().startswith(b"%PDF-"):
        return _not_what_it_says(filename)
    try:
        parts = [content, *_inflated(content)]
    except ValueError:
        return _problem("ATT-INFLATES", filename, _("The file inflates to more than is taken."))
    if _ENCRYPTED.search(content):
        return _problem(
            "ATT-ENCRYPTED",
            filename,
            _("The file is protected by a password."),
            _("Send it without protection."),
        )
    acts = any(_ACTS.search(part) for part in parts)
    if acts or (_OBJECTS.search(content) and _PACKED.search(content)):
        return _problem(
            "ATT-ACTIVE",
            filename,
            _("The file holds, or may hold, something that runs, sends, or carries another file."),
            _("Print it into a new PDF and send that."),
        )
    return None


def _inflated(content: bytes) -> Iterator[bytes]:
    """The compressed parts of a PDF that zlib can open, within bounds. Raises ValueError above them."""
    view = memoryview(content)
    left = INFLATED_BYTES
    for number, start in enumerate(_STREAM.finditer(content)):
        if number >= STREAMS:
            raise ValueError("too many parts")
        part = _inflate(view[start.end() :], left)
        left -= len(part)
        if left < 0:
            raise ValueError("too much")
        yield part


def _inflate(packed: memoryview, limit: int) -> bytes:
    """What zlib makes of the beginning of ``packed``, at most one byte more than ``limit``; empty if it is no zlib."""
    opened = zlib.decompressobj()
    found = bytearray()
    try:
        for at in range(0, len(packed), _CHUNK):
            found += opened.decompress(packed[at : at + _CHUNK], limit + 1 - len(found))
            if opened.eof or len(found) > limit:
                break
    except zlib.error:  # not compressed this way, or cut off: what came so far is looked at all the same
        return bytes(found)
    return bytes(found)

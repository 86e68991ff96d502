"""Files that people bring and take: names that cannot hurt, bounded reading, downloads that no browser opens."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO, Any, overload

from django.core.files.base import File
from django.db.models import Model, QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

BYTES = "application/octet-stream"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TooLarge(ValueError):
    """More bytes than are taken."""


def clean_name(filename: str) -> str:
    """The bare name, printable, at most 200 characters with its ending kept."""
    name = PurePath(filename.replace("\\", "/")).name
    name = "".join(char for char in name if char.isprintable()).strip() or "upload"
    stem, suffix = PurePath(name).stem, PurePath(name).suffix[:20]
    return f"{stem[: 200 - len(suffix)]}{suffix}"


def read_limited(file: File[Any], limit: int) -> bytes:
    """The bytes, the limit held while reading: what a client says about the size is not believed. Raises TooLarge."""
    parts: list[bytes] = []
    size = 0
    for chunk in file.chunks():
        size += len(chunk)
        if size > limit:
            raise TooLarge
        parts.append(chunk)
    return b"".join(parts)


@overload
def download(content: bytes, filename: str, kind: str = BYTES) -> HttpResponse: ...
@overload
def download(content: IO[bytes] | File[Any], filename: str, kind: str = BYTES) -> FileResponse: ...
def download(content: Any, filename: str, kind: str = BYTES) -> HttpResponseBase:
    """A file to be saved under ``filename``: no browser shows it, guesses what it is, or keeps it.

    ``content`` is the file itself or an open stream, which the response closes; ``kind`` is its media type. What people
    brought goes out as plain bytes.
    """
    response: HttpResponseBase
    if isinstance(content, bytes):
        response = HttpResponse(content, content_type=kind)
    else:
        response = FileResponse(content, content_type=kind)
    response["Content-Disposition"] = str(content_disposition_header(True, filename))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def altered_files(rows: QuerySet[Any, Any], file: str, digest: str) -> Iterator[tuple[Model, str]]:
    """Rows whose stored file is ``missing`` or ``changed`` against the digest that the row holds, with which it is."""
    for row in rows.iterator(chunk_size=200):
        try:
            with getattr(row, file).open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            yield row, "missing"
            continue
        if found != getattr(row, digest):
            yield row, "changed"

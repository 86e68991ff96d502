"""The bundle as bytes: one possible zip for given files, with a manifest that names each by its SHA-256.

Files are stored, not compressed, in the order of their names, with one date: compression differs between versions of
its library, and whoever reads the zip can so build it again and compare it byte by byte.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = "carbonfoot-bundle/1"
MANIFEST, SEAL = "MANIFEST.json", "MANIFEST.sha256"
_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16
_UNIX = 3


class Altered(Exception):
    """The bundle is not as it was written: ``code`` of a sentence, and what it is about."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(f"{code}: {what}")
        self.code, self.what = code, what


@dataclass(frozen=True)
class Package:
    """The files of a bundle by name. ``sha256`` is of the zip itself, empty for an unpacked folder."""

    files: Mapping[str, bytes]
    sha256: str

    @property
    def seal(self) -> str:
        """SHA-256 of the manifest, which names every other file by its own."""
        return sha256(self.files[MANIFEST])

    @property
    def manifest(self) -> dict[str, Any]:
        """What the bundle says of itself."""
        found: dict[str, Any] = json.loads(self.files[MANIFEST])
        return found


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(data).hexdigest()


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and without blanks: what the digests of the site are of. ``value`` holds no float."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def seal(files: Mapping[str, bytes], facts: Mapping[str, Any]) -> dict[str, bytes]:
    """The files with manifest and seal. ``facts`` is what the manifest says besides the names and digests of files."""
    listed = {name: {"sha256": sha256(data), "size": len(data)} for name, data in sorted(files.items())}
    manifest = canonical({"format": FORMAT, **facts, "files": listed}) + b"\n"
    return {**files, MANIFEST: manifest, SEAL: f"{sha256(manifest)}  {MANIFEST}\n".encode()}


def pack(files: Mapping[str, bytes]) -> bytes:
    """The one zip of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr, entry.create_system = _MODE, _UNIX
            archive.writestr(entry, files[name])
    return target.getvalue()


def read(path: Path) -> Package:
    """The bundle at ``path``, a zip or the folder it was unpacked to. Raises Altered, or OSError if it is not there."""
    if path.is_dir():
        found = {
            item.relative_to(path).as_posix(): item.read_bytes()
            for item in sorted(path.rglob("*"))
            if item.is_file()
        }
        return Package(found, "")
    return unpack(path.read_bytes())


def unpack(raw: bytes) -> Package:
    """The files of a zip that :func:`pack` wrote. Raises Altered for any other."""
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for entry in archive.infolist():
                # Nothing is inflated: a stored entry is no longer than the zip itself.
                if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > len(raw):
                    raise Altered("zip", entry.filename)
                found[entry.filename] = archive.read(entry)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise Altered("zip", str(error)) from error
    if pack(found) != raw:
        raise Altered("zip_form", "")
    return Package(found, sha256(raw))


def check_files(package: Package) -> None:
    """Every file is there, none is more, and each has the digest that the manifest names. Raises Altered."""
    files = package.files
    for name in (MANIFEST, SEAL):
        if name not in files:
            raise Altered("file_missing", name)
    if files[SEAL] != f"{package.seal}  {MANIFEST}\n".encode():
        raise Altered("file_changed", MANIFEST)
    try:
        manifest = package.manifest
        listed = {name: entry["sha256"] for name, entry in manifest["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Altered("file_changed", MANIFEST) from error
    if manifest.get("format") != FORMAT:
        raise Altered("format", str(manifest.get("format")))
    for name in sorted(listed):
        if name not in files:
            raise Altered("file_missing", name)
        if sha256(files[name]) != listed[name]:
            raise Altered("file_changed", name)
    for name in sorted(files):
        if name not in listed and name not in (MANIFEST, SEAL):
            raise Altered("file_added", name)

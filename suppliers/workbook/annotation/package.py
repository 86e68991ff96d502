"""The archive of a workbook: its parts, what they are related to, and a copy in which some of them are others."""

from __future__ import annotations

import posixpath
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from .markup import NotAsExpected, attribute, insert_before_end, quoted, start_tag

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT_TYPES = "[Content_Types].xml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_PART_MAX = 24 * 1000 * 1000

Rewrite = Callable[[IO[bytes], IO[bytes]], None]


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of a part: its id, the last word of its type, and the part it leads to."""

    id: str
    kind: str
    target: str


@dataclass(slots=True)
class Package:
    """An open workbook and the changes that its copy will have: parts replaced, rewritten as streams, left out.

    Parts are found by their exact names; one that is related under another spelling is not as expected.
    """

    archive: zipfile.ZipFile
    changed: dict[str, bytes] = field(default_factory=dict)
    rewritten: dict[str, Rewrite] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    # Parts that are known only when all others have been written.
    last: dict[str, Callable[[], bytes]] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Say whether the copy has a part of this name."""
        return name in self.changed or (name in self.archive.NameToInfo and name not in self.dropped)

    def part(self, name: str) -> bytes:
        """Return a part as it is by now. Raises NotAsExpected for one that is missing or too large to hold."""
        if name in self.changed:
            return self.changed[name]
        if not self.has(name) or self.archive.getinfo(name).file_size > _PART_MAX:
            raise NotAsExpected(name)
        return self.archive.read(name)

    def relations(self, name: str) -> list[Relation]:
        """Return the relations of a part inside the workbook, in their order."""
        rels = relations_part(name)
        if not self.has(rels):
            return []
        found = []
        for match in start_tag("Relationship").finditer(self.part(rels)):
            given = match["attributes"]
            if attribute(given, "TargetMode") == "External":
                continue
            target = attribute(given, "Target")
            joined = target if target.startswith("/") else posixpath.join(posixpath.dirname(name), target)
            path = posixpath.normpath(joined).lstrip("/")
            found.append(Relation(attribute(given, "Id"), attribute(given, "Type").rpartition("/")[2], path))
        return found

    def relate(self, name: str, kind: str, target: str) -> str:
        """Add a relation from a part to another and return its id."""
        rels = relations_part(name)
        if not self.has(rels):
            self.changed[rels] = f'<Relationships xmlns="{_RELATIONS}"></Relationships>'.encode()
        content = self.part(rels)
        taken = {
            attribute(match["attributes"], "Id") for match in start_tag("Relationship").finditer(content)
        }
        key = next(f"rIdCf{i}" for i in range(1, len(taken) + 2) if f"rIdCf{i}" not in taken)
        prefix = _prefix(content, "Relationships")
        line = f'<{prefix}Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="/{quoted(target)}"/>'
        self.changed[rels] = insert_before_end(content, "Relationships", line.encode())
        return key

    def unrelate(self, name: str, key: str) -> None:
        """Take a relation off a part."""
        rels = relations_part(name)

        def keep(match: object) -> bytes:
            return b"" if attribute(match["attributes"], "Id") == key else match[0]  # type: ignore[index]

        self.changed[rels] = start_tag("Relationship").sub(keep, self.part(rels))

    def declare(self, name: str, content_type: str) -> None:
        """State the content type of a new part."""
        content = self.part(CONTENT_TYPES)
        line = (
            f'<{_prefix(content, "Types")}Override PartName="/{quoted(name)}" ContentType="{content_type}"/>'
        )
        self.changed[CONTENT_TYPES] = insert_before_end(content, "Types", line.encode())

    def remove(self, name: str) -> None:
        """Leave a part out of the copy, with its relations and its content type."""
        self.dropped |= {name, relations_part(name)}
        self.changed.pop(relations_part(name), None)

        def keep(match: object) -> bytes:
            return b"" if attribute(match["attributes"], "PartName") == f"/{name}" else match[0]  # type: ignore[index]

        self.changed[CONTENT_TYPES] = start_tag("Override").sub(keep, self.part(CONTENT_TYPES))

    def free_name(self, pattern: str) -> str:
        """Return the first name of the pattern ("xl/comments{}.xml") that no part has."""
        names = {name.lower() for name in self.archive.namelist()} | {name.lower() for name in self.changed}
        return next(name for i in range(1, 10_000) if (name := pattern.format(f"Cf{i}")).lower() not in names)

    def write(self, target: Path) -> None:
        """Write the copy."""
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as copy:
            for member in self.archive.infolist():
                name = member.filename
                if name in self.dropped or member.is_dir() or name in self.changed or name in self.last:
                    continue
                with self.archive.open(member) as source, copy.open(name, "w", force_zip64=False) as out:
                    rewrite = self.rewritten.get(name)
                    if rewrite is not None:
                        rewrite(source, out)
                    else:
                        shutil.copyfileobj(source, out, 1 << 18)
            for name, content in self.changed.items():
                copy.writestr(name, content)
            for name, make in self.last.items():
                copy.writestr(name, make())


def relations_part(name: str) -> str:
    """Return the part that holds the relations of a part."""
    folder, leaf = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{leaf}.rels")


def _prefix(content: bytes, root: str) -> str:
    found = start_tag(root).search(content)
    if found is None:
        raise NotAsExpected(root)
    prefix: bytes = found["prefix"]
    return prefix.decode()

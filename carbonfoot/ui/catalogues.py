"""Message catalogues: extracted from the source, one for each area, Chinese beside English.

English msgids are the English texts, so English is complete by construction; a catalogue holds the Chinese. Extraction
is gettext's own ``xgettext``, on templates after Django's ``templatize``; merging and compiling is polib's.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation.template import templatize

# The first prefix that fits a source file decides; the last takes the rest.
AREAS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("reports", ("declarations/reports/", "templates/reports/")),
    ("lca", ("lca/", "templates/lca/")),
    ("suppliers", ("suppliers/", "templates/suppliers/")),
    ("declarations", ("declarations/", "templates/declarations/", "templates/register/")),
    ("core", ("",)),
)
SOURCES = ("carbonfoot", "lca", "suppliers", "declarations", "templates")
LANGUAGE = "zh_Hans"
KEYWORDS = (
    "gettext_noop", "gettext_lazy", "ngettext_lazy:1,2", "ngettext:1,2", "pgettext:1c,2", "npgettext:1c,2,3",
    "pgettext_lazy:1c,2", "npgettext_lazy:1c,2,3", "_",
)  # fmt: skip


@dataclass(frozen=True)
class Gap:
    """A message without its Chinese."""

    area: str
    msgid: str
    why: str


def area_of(path: str) -> str:
    """The area whose catalogue holds the messages of a source file (path relative to the repository)."""
    return next(area for area, prefixes in AREAS if path.startswith(prefixes))


def catalogue_path(base: Path, area: str) -> Path:
    """Where an area's catalogue lies."""
    return base / "locale" / area / LANGUAGE / "LC_MESSAGES" / "django.po"


def _sources(base: Path) -> Iterator[Path]:
    for folder in SOURCES:
        for path in sorted((base / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def extract(base: Path) -> dict[str, polib.POFile]:
    """All messages of the source by area, without references to lines (they would change with every edit).

    Raises RuntimeError when gettext is not installed or a source cannot be read.
    """
    if shutil.which("xgettext") is None:
        raise RuntimeError("xgettext is missing; install it with: apt-get install gettext")
    found: dict[str, polib.POFile] = {}
    with tempfile.TemporaryDirectory() as folder:
        by_area: dict[str, list[Path]] = {area: [] for area, _prefixes in AREAS}
        for number, path in enumerate(_sources(base)):
            relative = path.relative_to(base).as_posix()
            source = path
            if path.suffix != ".py":
                source = Path(folder) / f"{number}.html.py"
                source.write_text(templatize(path.read_text("utf-8"), origin=relative), "utf-8")
            by_area[area_of(relative)].append(source)
        for area, files in by_area.items():
            listing, target = Path(folder) / f"{area}.txt", Path(folder) / f"{area}.po"
            listing.write_text("\n".join(map(str, files)), "utf-8")
            command = [
                "xgettext",
                "--language=Python",
                "--from-code=UTF-8",
                "--no-location",
                "--sort-output",
                "--no-wrap",
            ]
            command += [f"--keyword={word}" for word in KEYWORDS]
            command += ["--files-from", str(listing), "--output", str(target), "--force-po"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise RuntimeError(done.stderr)
            found[area] = polib.pofile(str(target), encoding="utf-8", wrapwidth=0)
    return found


def _key(entry: polib.POEntry) -> tuple[str, str, str]:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def read(base: Path, area: str) -> polib.POFile:
    """The catalogue of an area as it stands; an empty one if there is none yet."""
    path = catalogue_path(base, area)
    if path.exists():
        return polib.pofile(str(path), encoding="utf-8", wrapwidth=0)
    return polib.POFile(wrapwidth=0)


def synced(
    fresh: polib.POFile, present: polib.POFile, elsewhere: dict[tuple[str, str, str], polib.POEntry]
) -> polib.POFile:
    """``fresh`` with the translations of ``present``; a message that another area has translated borrows from there."""
    known = {_key(entry): entry for entry in present if not entry.obsolete}
    result = polib.POFile(wrapwidth=0)
    result.metadata = {
        "Language": LANGUAGE,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for entry in sorted(fresh, key=_key):
        merged = polib.POEntry(msgid=entry.msgid, msgctxt=entry.msgctxt, msgid_plural=entry.msgid_plural)
        merged.flags = [flag for flag in entry.flags if flag.endswith("-format")]
        source = known.get(_key(entry)) or elsewhere.get(_key(entry))
        if entry.msgid_plural:
            merged.msgstr_plural = {0: (source.msgstr_plural.get(0, "") if source else "")}
        else:
            merged.msgstr = source.msgstr if source else ""
        result.append(merged)
    return result


def sync(base: Path, only: str = "") -> list[Path]:
    """Bring the catalogues up to the source; returns those that changed. Translations are never invented."""
    fresh = extract(base)
    elsewhere = {_key(entry): entry for area in fresh for entry in read(base, area) if entry.translated()}
    changed = []
    for area, messages in fresh.items():
        if only and area != only:
            continue
        path = catalogue_path(base, area)
        text = str(synced(messages, read(base, area), elsewhere)) + "\n"
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            changed.append(path)
    return changed


def gaps(base: Path) -> list[Gap]:
    """Messages of the source without Chinese, and catalogue entries that the source no longer has."""
    found = []
    for area, messages in extract(base).items():
        present = {_key(entry): entry for entry in read(base, area) if not entry.obsolete}
        for entry in messages:
            have = present.pop(_key(entry), None)
            if have is None:
                found.append(Gap(area, entry.msgid, "not in the catalogue"))
            elif have.fuzzy or not have.translated():
                found.append(Gap(area, entry.msgid, "without Chinese"))
        found += [Gap(area, entry.msgid, "no longer in the source") for entry in present.values()]
    return found


def compile_all(base: Path) -> int:
    """Write the ``.mo`` files that Django reads, where they are older than their source; returns how many."""
    count = 0
    for area, _prefixes in AREAS:
        path = catalogue_path(base, area)
        target = path.with_suffix(".mo")
        if path.exists() and (not target.exists() or target.stat().st_mtime < path.stat().st_mtime):
            read(base, area).save_as_mofile(str(target))
            count += 1
    return count

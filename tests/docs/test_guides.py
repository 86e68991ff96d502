"""The guides speak as the pages do, in both languages and alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from carbonfoot.ui import catalogues
from tests.docs.pages import BASE

USERS = BASE / "docs" / "users"
GUIDES = sorted(USERS.rglob("*.md"))
ROLES = {"maker", "supplier", "verifier", "regulator", "administrator"}


def _labels() -> dict[str, set[str]]:
    entries = [entry for area, _prefixes in catalogues.AREAS for entry in catalogues.read(BASE, area)]
    return {
        "en": {entry.msgid for entry in entries},
        "zh": {entry.msgstr for entry in entries if entry.msgstr},
    }


LABELS = _labels()


def test_every_role_has_a_guide_in_both_languages() -> None:
    """Five roles, two languages."""
    assert {(path.parent.name, path.stem) for path in GUIDES} == {
        (lang, role) for lang in LABELS for role in ROLES
    }


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_bold_words_are_on_the_pages(guide: Path) -> None:
    """What a guide prints in bold is a button, link, title or state: it stands in a catalogue, word for word."""
    words = {" ".join(word.split()) for word in re.findall(r"\*\*([^*]+)\*\*", guide.read_text("utf-8"))}
    assert words, "a guide that names nothing of the pages"
    assert sorted(words - LABELS[guide.parent.name]) == []


@pytest.mark.parametrize("role", sorted(ROLES))
def test_both_languages_have_the_same_sections(role: str) -> None:
    """The same headings, lists and tables, so that neither language lacks a step."""
    shapes = []
    for language in ("en", "zh"):
        lines = (USERS / language / f"{role}.md").read_text("utf-8").splitlines()
        headings = [line.split(" ")[0] for line in lines if line.startswith("#")]
        steps = [match[0] for line in lines if (match := re.match(r"\s*(?:\d+\.|-) ", line))]
        rows = sum(line.startswith("|") for line in lines)
        shapes.append((headings, steps, rows))
    assert shapes[0] == shapes[1]

"""What the documentation names exists: pages, anchors, pictures, addresses, commands, targets, modules, files."""

from __future__ import annotations

import importlib
import importlib.util
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import get_commands

from carbonfoot.accounts import access
from tests.docs.pages import BASE, anchors, code_words, links, markdown, tracked

PAGES = markdown()
NAMESPACES = {name.split(":")[0] for name in access.ROUTES if ":" in name}
ROOMS = ("carbonfoot", "lca", "suppliers", "declarations")
TEXTS = {path: list(code_words(path)) for path in PAGES}
IDS = [path.relative_to(BASE).as_posix() for path in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_resolve(page: Path) -> None:
    """Every relative link leads to a file, and its anchor to a heading."""
    missing = []
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        name, _hash, anchor = unquote(link).partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            missing.append(link)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_addresses_exist(page: Path) -> None:
    """A word such as ``lca:result`` is the name of an address."""
    pattern = re.compile(rf"^(?:{'|'.join(sorted(NAMESPACES))}):[a-z_]+$")
    named = {word for word in TEXTS[page] if pattern.match(word)}
    assert named - set(access.ROUTES) == set()


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_commands_exist(page: Path) -> None:
    """Every ``manage.py x`` and ``make x`` that a page tells people to type can be typed."""
    targets = set(re.findall(r"^([a-z][a-z-]*):", (BASE / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = "\n".join(TEXTS[page])
    commands = set(re.findall(r"manage\.py ([a-z_]+)", text))
    commands |= set(re.findall(r"make manage ARGS=\"([a-z_]+)", text))
    assert commands - set(get_commands()) == set()
    typed = re.findall(r"(?m)^(?:[A-Z_]+=\S+ )*make ([a-z-]+)", text)
    assert set(typed) - targets == set()


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_modules_and_files_exist(page: Path) -> None:
    """Dotted names of our packages import, and paths in our folders are files or folders of the repository."""
    files = {path.relative_to(BASE).as_posix() for path in tracked()}
    folders = {parent.as_posix() for name in files for parent in Path(name).parents}
    top = {name.split("/")[0] for name in files if "/" in name}
    missing = []
    for word in TEXTS[page]:
        if re.fullmatch(rf"(?:{'|'.join(ROOMS)})(?:\.[A-Za-z_]\w*)+", word):
            if not _names_something(word):
                missing.append(word)
        elif "/" in word and word.split("/")[0] in top and re.fullmatch(r"[\w./@-]+", word):
            known = word.rstrip("/") in files | folders
            if not known:
                missing.append(word)
    assert missing == []


def _names_something(word: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    parts = word.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            fields = getattr(found, "_meta", None)
            if fields is not None and name in {field.name for field in fields.get_fields()}:
                return True
            if not hasattr(found, name):
                return False
            found = getattr(found, name)
        return True
    return False


def test_every_page_is_in_the_index() -> None:
    """A page that the index does not lead to is not found by anybody."""
    seen: set[Path] = set()
    todo = [BASE / "README.md"]
    while todo:
        page = todo.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        todo += [
            (page.parent / unquote(link).partition("#")[0]).resolve()
            for link in links(page)
            if ":" not in link
        ]
    inside = {path for path in PAGES if path.is_relative_to(BASE / "docs")}
    assert inside - seen == set()


def test_pictures_are_used_and_small() -> None:
    """Every picture of the documentation is shown somewhere, and none is larger than 300 kB."""
    shown = {(page.parent / link).resolve() for page in PAGES for link in links(page)}
    pictures = [
        path for path in tracked() if path.suffix in {".png", ".svg"} and path.parent.name == "images"
    ]
    assert pictures
    assert [path.name for path in pictures if path not in shown] == []
    assert [path.name for path in pictures if path.stat().st_size > 300_000] == []

"""docs/method.md names the code beside each equation: every name exists, and every module that calculates is named."""

import importlib
import re
from functools import cached_property, reduce
from pathlib import Path

import pytest

import lca.engine

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`([a-z_]+):([A-Za-z_][A-Za-z_.]*)`", PAGE)))
# Vocabulary, data classes and text: they calculate nothing.
NOT_METHOD = {"__init__", "canonical", "messages", "scenario_lines", "scenario_messages", "version"}


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_what_the_page_names_exists(module: str, name: str) -> None:
    found = reduce(getattr, name.split("."), importlib.import_module(f"lca.engine.{module}"))
    assert callable(found) or isinstance(found, (property, cached_property))


def test_every_module_that_calculates_is_on_the_page() -> None:
    modules = {path.stem for path in Path(lca.engine.__file__).parent.glob("*.py")} - NOT_METHOD
    assert len(NAMES) > 60
    assert modules - {module for module, _ in NAMES} == set()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:tests|lca)/[\w./-]+\.\w+)`", PAGE))))
def test_every_file_that_the_page_names_exists(path: str) -> None:
    assert (ROOT / path).is_file()

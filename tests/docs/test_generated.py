"""Pages and drawings that are written from the code are as the code is now."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from carbonfoot.accounts.access import ACTIONS
from carbonfoot.ui import catalogues
from declarations import statecharts
from tests.docs.pages import BASE

PAGES = statecharts.pages(BASE)


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_pages_are_current(path: Path) -> None:
    """Otherwise: manage.py states."""
    assert path.read_text("utf-8") == PAGES[path]


def test_drawings_are_current(tmp_path: Path) -> None:
    """Otherwise: python docs/images/draw.py."""
    folder = BASE / "docs" / "images"
    runpy.run_path(str(folder / "draw.py"))["draw"](tmp_path)
    for drawn in tmp_path.iterdir():
        assert (folder / drawn.name).read_text("utf-8") == drawn.read_text("utf-8"), drawn.name


def test_every_text_has_its_chinese() -> None:
    """Otherwise: manage.py messages, then write what is missing."""
    assert catalogues.gaps(BASE) == []


def test_check_fails_on_an_old_page(tmp_path: Path) -> None:
    """``--check`` writes nothing, fails on a page that is missing or differs, and passes after writing."""
    (tmp_path / "docs").mkdir()
    with override_settings(BASE_DIR=tmp_path):
        with pytest.raises(CommandError, match=r"states\.md differs"):
            call_command("states", check=True)
        assert list((tmp_path / "docs").iterdir()) == []
        call_command("states")
        call_command("states", check=True)


@pytest.mark.parametrize("machine", statecharts.MACHINES, ids=lambda machine: machine.title)
def test_tables_of_states_are_sound(machine: statecharts.Machine) -> None:
    """States exist and are all reached from the first; a verb is one arrow; an action is a row that allows a source."""
    known = set(machine.states.values)
    assert len({arrow.verb for arrow in machine.arrows}) == len(machine.arrows)
    reached = {machine.states.values[0]}
    while True:
        further = {arrow.target for arrow in machine.arrows if reached & set(arrow.sources)} - reached
        if not further:
            break
        reached |= further
    assert reached == known
    for arrow in machine.arrows:
        assert set(arrow.sources) <= known
        for source in arrow.sources if arrow.action else ():
            allowed = any(rule.states is None or source in rule.states for rule in ACTIONS[arrow.action])
            assert allowed, (
                f"{arrow.verb} from {source} is in the table of states, not in the table of access"
            )


def test_diagram_holds_every_arrow() -> None:
    """One line for each source of each arrow, a beginning, and an end for every state without exit."""
    for machine in statecharts.MACHINES:
        lines = statecharts.diagram(machine).splitlines()
        arrows = sum(len(arrow.sources) for arrow in machine.arrows)
        assert len(lines) == 2 + arrows + len(statecharts.final_states(machine))

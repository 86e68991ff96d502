"""What most tests of the life-cycle part begin with: a maker's editor, its pack, and the pack calculated."""

from __future__ import annotations

import pytest

from carbonfoot.accounts.actor import Actor
from lca.models import Calculation, Inventory
from tests.support import factories
from tests.support.inventories import calculated, pack_inventory


@pytest.fixture
def editor() -> Actor:
    return factories.person(factories.organisation("maker"))


@pytest.fixture
def pack(editor: Actor) -> Inventory:
    return pack_inventory(editor)


@pytest.fixture
def done(editor: Actor, pack: Inventory) -> list[Calculation]:
    return calculated(editor, pack)

"""A maker with a linked and a managed supplier, a rival, and a request on its way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from lca.reference import ensure_reference_data
from suppliers.models import DataRequest
from suppliers.services.links import add_supplier
from suppliers.services.requests import create_request
from tests.support.factories import organisation, person


@dataclass
class World:
    """The people of a test."""

    buyer: Actor
    viewer: Actor
    supplier: Actor
    rival: Actor
    rival_supplier: Actor

    def ask(self, **changes: Any) -> DataRequest:
        """A request of the buyer to its linked supplier for electrolyte."""
        facts: dict[str, Any] = {
            "actor": self.buyer,
            "supplier": self.supplier.organisation,
            "part_zh": "电解液 E-31",
            "part_en": "Electrolyte E-31",
            "module_type": "electrolyte",
            "declared_unit": "kg",
            "year": clock.today().year - 1,
            "due_on": clock.today() + dt.timedelta(days=14),
            "buyer_reference": "BUYER-ONLY-REFERENCE",
        }
        return create_request(**(facts | changes))

    def managed(self, **changes: Any) -> DataRequest:
        """A request to a supplier without account."""
        link = add_supplier(
            actor=self.buyer, mode="managed", name_zh="示例铝壳厂", name_en="Example casing works (demo)"
        )
        return self.ask(supplier=link.supplier, **changes)


@pytest.fixture
def world(db: None) -> World:
    """Two makers and two suppliers that know nothing of each other, and reference data."""
    ensure_reference_data()
    maker, other = organisation("maker"), organisation("maker")
    supplier, third = organisation("supplier"), organisation("supplier")
    made = World(
        buyer=person(maker, "editor"),
        viewer=person(maker, "viewer"),
        supplier=person(supplier),
        rival=person(other, "editor"),
        rival_supplier=person(third),
    )
    add_supplier(actor=made.buyer, supplier=supplier)
    add_supplier(actor=made.rival, supplier=third)
    return made


def browser(actor: Actor, language: str = "zh-hans") -> Client:
    """A signed-in browser of this person."""
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    client.cookies["language"] = language
    return client

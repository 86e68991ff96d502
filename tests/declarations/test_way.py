"""The way of a declaration on the maker's side, with real calculations."""

from __future__ import annotations

import json

import pytest

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.audit.services import verify
from carbonfoot.problems import Problems
from declarations import checks
from declarations.services import declarations
from tests.declarations import build

SUMMER = "2026-06-01T09:00+08:00"


def codes(caught: pytest.ExceptionInfo[Problems]) -> set[str]:
    return {item.code for item in caught.value.items}


@pytest.mark.django_db
def test_whole_way() -> None:
    """Draft, frozen, verified, submitted; the receipt names the snapshot, and the chain vouches for both."""
    with clock.at(SUMMER):
        of, _verifier, declaration = build.verified()
        receipt = declarations.submit(actor=of.approver, declaration=declaration)
        declaration.refresh_from_db()
        assert declaration.state == "submitted"
        assert declaration.number == "D-2026-0001"
        assert receipt.sha256 == declaration.snapshot.sha256
        content = json.loads(declaration.snapshot.content)
        assert content["pack"]["rated_energy_kwh"] == "100.0000"
        assert content["calculation"]["ruleset"]["id"] == "cn-miit-551"
        assert declarations.submit(actor=of.approver, declaration=declaration).pk == receipt.pk
    assert list(verify()) == []

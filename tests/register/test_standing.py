"""Whether an entry stands is kept by the database, and by nobody else."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from declarations.models import RegisterEntry
from declarations.register import write_entry
from tests.register.made import accepted
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def test_it_follows_the_declaration() -> None:
    """Accepted, superseded, and whatever else a declaration becomes."""
    first = accepted()
    assert RegisterEntry.objects.get(declaration=first).stands
    second = accepted(
        make.ledger(70),
        maker=first.organisation,
        pack=first.pack,
        number=first.number,
        version=2,
        supersedes=first,
    )
    standing = dict(RegisterEntry.objects.values_list("version", "stands"))
    assert standing == {1: False, 2: True}
    type(second).objects.filter(pk=second.pk).update(state="withdrawn")
    assert not RegisterEntry.objects.get(declaration=second).stands


def test_nobody_writes_it() -> None:
    """Neither the one who inserts an entry nor one who updates it: the database asks the declaration."""
    declaration = accepted()
    entry = RegisterEntry.objects.get()
    RegisterEntry.objects.filter(pk=entry.pk).update(stands=False)
    assert RegisterEntry.objects.get(pk=entry.pk).stands
    early = make.declaration("in_review", maker=declaration.organisation)
    assert not RegisterEntry.objects.get(pk=write_entry(early).pk).stands
    make.go_on(early, "accepted")
    assert RegisterEntry.objects.get(declaration=early).stands


@pytest.mark.parametrize(
    "change",
    [
        {"content": "{}"},
        {"per_functional_unit": 0.01},
        {"maker_zh": "另一家"},
        {"rule_version": 7},
        {"search": "everything", "stands": False},
    ],
)
def test_the_rest_never_changes(change: dict[str, object]) -> None:
    """No column but that one, also together with it; nor can an entry be deleted."""
    accepted()
    with pytest.raises(DatabaseError), transaction.atomic():
        RegisterEntry.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        RegisterEntry.objects.all().delete()

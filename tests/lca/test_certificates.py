"""Green certificates across the site: claimed once, kept by what rests on them, released with the last of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import verify
from carbonfoot.problems import Problems
from declarations.services import declarations as services
from lca.models import (
    CertificateClaim,
    CertificateHold,
    Exchange,
    Inventory,
    InventoryRevision,
    PublishedResult,
)
from lca.selectors.certificates import claims_for, conflicts, working_uses
from lca.services import certificates, inventories
from tests.declarations import build
from tests.lca.test_pages import client_of, text_of
from tests.lca.test_results import publish
from tests.support import factories
from tests.support.inventories import calculated, module_inventory, pack_inventory

pytestmark = pytest.mark.django_db
RULES = ["cn-miit-551"]


def number(n: int) -> str:
    """A certificate number of one project."""
    return f"{'12345678901234567'}{n:015d}"


@pytest.fixture
def supplier() -> Actor:
    return factories.person(factories.organisation("supplier"))


@pytest.fixture
def maker() -> Actor:
    return factories.person(factories.organisation("maker"))


def state(actor: Actor, inventory: Inventory, code: str, *numbers: int) -> None:
    """Let a line of an inventory state certificates."""
    line = Exchange.objects.get(process__inventory=inventory, code=code)
    electricity = {"supply": "certificate", "generation": "wind", "region": "CN-32"}
    inventories.save_exchange(
        actor=actor,
        process=line.process,
        code=code,
        kind="energy",
        name_zh=line.name_zh,
        amount=line.amount,
        unit=line.unit,
        factor_key="elec.cn.gen.wind.2024",
        electricity={**electricity, "certificates": [number(n) for n in numbers]},
    )


def green(actor: Actor, *numbers: int) -> Inventory:
    """A cathode inventory of 5,200 kWh from certificates."""
    inventory = module_inventory(actor)
    state(actor, inventory, "cathode.e1", *numbers)
    return inventory


def publish_green(actor: Actor, inventory: Inventory, **more: Any) -> PublishedResult:
    return publish(actor, calculated(actor, inventory, RULES), [], **more)


def codes(caught: pytest.ExceptionInfo[Problems]) -> list[str]:
    return sorted(item.code for item in caught.value.items)


def open_numbers() -> dict[str, Decimal]:
    rows = CertificateClaim.objects.filter(released_at__isnull=True)
    return {row.number: row.kwh for row in rows}


def test_publishing_spends_and_says_how_much_each_covers(supplier: Actor) -> None:
    inventory = green(supplier, 1, 2, 3, 4, 5, 6)
    assert open_numbers() == {}
    publish_green(supplier, inventory)
    assert open_numbers() == {**{number(n): Decimal(1000) for n in range(1, 6)}, number(6): Decimal(200)}
    claim = CertificateClaim.objects.first()
    assert claim is not None and (claim.period_from, claim.period_to) == (
        dt.date(2025, 1, 1),
        dt.date(2025, 12, 31),
    )
    assert list(verify()) == []


def test_nobody_else_can_spend_it_and_learns_no_more_than_that(supplier: Actor) -> None:
    publish_green(supplier, green(supplier, 1, 2))
    other = factories.person(factories.organisation("supplier"))
    theirs = green(other, 2, 3)
    rows = calculated(other, theirs, RULES)
    with pytest.raises(Problems) as caught, transaction.atomic():
        publish(other, rows, [])
    assert codes(caught) == ["CERTIFICATE-SPENT"]
    text = str(caught.value.items[0].message)
    assert number(2) in text
    own_names = (supplier.organisation.name_zh, supplier.organisation.code, "示例正极材料")
    assert not any(name in text for name in own_names)
    assert number(3) not in open_numbers()
    # The same organisation is told which of its products it was.
    again = green(supplier, 1)
    inventories.update_product(actor=supplier, inventory=again, name_zh="另一产品")
    rows = calculated(supplier, again, RULES)
    with pytest.raises(Problems) as caught, transaction.atomic():
        publish(supplier, rows, [])
    assert "示例正极材料" in str(caught.value.items[0].message)


def test_a_later_version_of_the_same_inventory_keeps_what_it_states_and_frees_the_rest(
    supplier: Actor,
) -> None:
    inventory = green(supplier, 1, 2)
    first = publish_green(supplier, inventory)
    state(supplier, inventory, "cathode.e1", 2, 3)
    publish_green(supplier, inventory, previous=first)
    assert set(open_numbers()) == {number(2), number(3)}
    assert CertificateClaim.objects.get(number=number(1)).released_at is not None
    other = factories.person(factories.organisation("supplier"))
    publish_green(other, green(other, 1))
    assert set(open_numbers()) == {number(1), number(2), number(3)}


def test_another_year_of_the_same_product_frees_nothing(supplier: Actor) -> None:
    first = publish_green(supplier, green(supplier, 1))
    next_year = green(supplier, 1)
    rows = calculated(supplier, next_year, RULES)
    with pytest.raises(Problems) as caught, transaction.atomic():
        publish(supplier, rows, [], previous=first)
    assert codes(caught) == ["CERTIFICATE-SPENT"]
    state(supplier, next_year, "cathode.e1", 9)
    publish_green(supplier, next_year, previous=first)
    assert set(open_numbers()) == {number(1), number(9)}


def revision_of(actor: Actor, inventory: Inventory) -> InventoryRevision:
    return inventories.freeze(actor=actor, inventory=inventory)


def hold(actor: Actor, revision: InventoryRevision, kind: str, key: str) -> int:
    with transaction.atomic():
        return certificates.hold(actor=actor, revision=revision, kind=kind, key=key)


def release(actor: Actor, revision: InventoryRevision, kind: str, key: str) -> int:
    with transaction.atomic():
        return certificates.release(actor=actor, revision=revision, kind=kind, key=key)


def test_two_declarations_of_one_inventory_hold_one_claim(maker: Actor) -> None:
    inventory = pack_inventory(maker)
    state(maker, inventory, "pack.e1", 1, 2)
    revision = revision_of(maker, inventory)
    assert hold(maker, revision, "declaration", "1") == 2 == hold(maker, revision, "declaration", "1")
    hold(maker, revision, "declaration", "2")
    assert CertificateClaim.objects.count() == 2 and CertificateHold.objects.count() == 4
    assert release(maker, revision, "declaration", "1") == 0
    assert len(open_numbers()) == 2
    assert release(maker, revision, "declaration", "2") == 2
    assert release(maker, revision, "declaration", "2") == 0 and open_numbers() == {}
    # Freezing again with fewer certificates frees those that are no longer stated.
    hold(maker, revision, "declaration", "3")
    state(maker, inventory, "pack.e1", 2)
    hold(maker, revision_of(maker, inventory), "declaration", "3")
    assert set(open_numbers()) == {number(2)}


def test_a_declaration_keeps_what_its_suppliers_rest_on(supplier: Actor, maker: Actor) -> None:
    inventory = green(supplier, 1)
    first = publish(supplier, calculated(supplier, inventory, RULES), [maker.organisation])
    pack = pack_inventory(maker)
    inventories.link_exchange(
        actor=maker, exchange=Exchange.objects.get(process__inventory=pack, code="cell.m1"), result=first
    )
    revision = revision_of(maker, pack)
    hold(maker, revision, "declaration", "1")
    state(supplier, inventory, "cathode.e1", 2)
    publish(supplier, calculated(supplier, inventory, RULES), [maker.organisation], previous=first)
    # The supplier no longer states certificate 1, and the declaration still rests on it.
    assert set(open_numbers()) == {number(1), number(2)}
    assert release(maker, revision, "declaration", "1") == 1
    # Freed and spent elsewhere: what rests on the old version cannot be declared again, and is not told why in detail.
    other = factories.person(factories.organisation("supplier"))
    publish_green(other, green(other, 1))
    with pytest.raises(Problems) as caught:
        hold(maker, revision, "declaration", "2")
    assert codes(caught) == ["CERTIFICATE-RESULT"]
    assert number(1) not in str(caught.value.items[0].message)


def test_the_database_refuses_a_second_claim_and_a_changed_history(supplier: Actor) -> None:
    inventory = green(supplier, 1)
    result = publish_green(supplier, inventory)
    claim = CertificateClaim.objects.get()
    copy = {
        "number": number(1), "organisation": claim.organisation, "inventory": inventory, "revision": claim.revision,
        "kwh": 1, "period_from": claim.period_from, "period_to": claim.period_to,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateClaim.objects.create(**copy)
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateClaim.objects.create(**{**copy, "number": "12"})
    release(supplier, claim.revision, "result", str(result.pk))
    for rows in (CertificateClaim.objects.all(), CertificateHold.objects.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(released_at=None)
    CertificateClaim.objects.create(**copy)


@pytest.mark.django_db(transaction=True)
def test_two_claims_at_once_one_wins() -> None:
    """Both publish the same number at the same moment on connections of their own."""
    from tests.security.test_races import together

    people = [factories.person(factories.organisation("supplier")) for _ in range(2)]
    rows = [calculated(person, green(person, 1, 2, 3), RULES) for person in people]
    outcomes = together(lambda: publish(people[0], rows[0], []), lambda: publish(people[1], rows[1], []))
    won = [outcome for outcome in outcomes if isinstance(outcome, PublishedResult)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, Problems)]
    assert len(won) == len(lost) == 1, outcomes
    assert [item.code for item in lost[0].items] == ["CERTIFICATE-SPENT"] * 3
    assert set(CertificateClaim.objects.values_list("organisation_id", flat=True)) == {won[0].organisation_id}
    assert PublishedResult.objects.count() == 1


def test_a_declaration_spends_and_a_withdrawn_one_frees() -> None:
    """Freezing claims, withdrawing frees, and what somebody else has spent by then is refused with its number."""
    people, declaration = build.draft()
    inventory = declaration.pack.inventory
    assert inventory is not None
    line = Exchange.objects.filter(process__inventory=inventory, kind="energy").first()
    assert line is not None
    state(people.editor, inventory, line.code, 1)
    (row,) = calculated(people.editor, inventory, [declaration.phase.ruleset_id])
    services.set_calculation(actor=people.editor, declaration=declaration, calculation=row)
    services.freeze_declaration(actor=people.editor, declaration=declaration)
    assert set(open_numbers()) == {number(1)}
    services.withdraw(actor=people.approver, declaration=declaration, reason="换新证")
    assert open_numbers() == {}
    other = factories.person(factories.organisation("supplier"))
    publish_green(other, green(other, 1))
    again = services.create_declaration(actor=people.editor, pack=declaration.pack, phase=declaration.phase)
    with pytest.raises(Problems) as caught:
        services.freeze_declaration(actor=people.editor, declaration=again)
    assert [item.value for item in caught.value.items if item.code == "CERTIFICATE-SPENT"] == [number(1)]


def test_working_inventories_are_warned(supplier: Actor, maker: Actor) -> None:
    publish_green(supplier, green(supplier, 1))
    pack = pack_inventory(maker)
    state(maker, pack, "pack.e1", 1, 2)
    (taken, free) = working_uses(maker, pack)
    assert taken.conflict is not None and taken.conflict.inventory is None and free.conflict is None
    assert [item.number for item in conflicts(revision_of(maker, pack).document, pack)] == [number(1)]
    client = client_of(maker, "en")
    page = text_of(client, "lca:inventory_detail", pack.pk)
    assert "used elsewhere" in page and "58,000 kWh short" in page
    assert supplier.organisation.name_en not in page and supplier.organisation.name_zh not in page
    answer = client.post(reverse("lca:calculate", args=[pack.pk]), follow=True).content.decode()
    assert "is used already" in answer
    (row,) = calculated(maker, pack, RULES)
    assert "Green certificates of this result are used elsewhere" in text_of(client, "lca:result", row.pk)
    second = pack_inventory(maker)
    state(maker, second, "pack.e1", 2)
    other = next(use for use in working_uses(maker, second) if use.number == number(2))
    assert other.conflict is not None and other.conflict.inventory == pack and other.conflict.since is None


def test_the_list_is_searched_and_shows_one_s_own_only(supplier: Actor, maker: Actor) -> None:
    publish_green(supplier, green(supplier, 1, 2, 3))
    other = factories.person(factories.organisation("supplier"))
    publish_green(other, green(other, 44))
    for language in ("zh-hans", "en"):
        client = client_of(supplier, language)
        page = text_of(client, "lca:certificates")
        assert all(number(n) in page for n in (1, 2, 3)) and number(44) not in page
    assert number(2) in text_of(client, "lca:certificates", query=f"?q={number(2)}")
    assert number(1) not in text_of(client, "lca:certificates", query=f"?q={number(2)}").split("<tbody>")[1]
    assert "No certificate fits" in text_of(client, "lca:certificates", query=f"?q={number(44)}")
    assert "not used yet" not in text_of(client, "lca:certificates", query="?show=working")
    assert "No certificate here" in text_of(client_of(maker, "en"), "lca:certificates")
    assert claims_for(maker).count() == 0

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("lca:certificates"))
        return len(caught)

    few = queries()
    publish_green(supplier, green(supplier, *range(100, 130)))
    assert queries() == few

"""Services of inventories and calculations: what is stored, what is refused, what happens twice."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.services import verify
from carbonfoot.jobs.models import Job, JobState
from carbonfoot.jobs.services import run_job
from carbonfoot.problems import Problems
from lca import selectors
from lca.models import Calculation, Exchange, Factor, FactorRelease, Inventory, InventoryRevision
from lca.reference import ensure_reference_data
from lca.services import calculations, inventories, replacing
from lca.services.documents import to_document
from tests.support import factories
from tests.support.inventories import calculated, module_inventory, pack_inventory

pytestmark = pytest.mark.django_db


def codes(caught: pytest.ExceptionInfo[Problems]) -> set[str]:
    return {item.code for item in caught.value.items}


def test_reference_data_is_imported_once() -> None:
    assert ensure_reference_data() == ["CN-2026.1"]
    assert ensure_reference_data() == []
    release = FactorRelease.objects.get()
    assert release.factors.count() == 346
    assert Factor.objects.get(key="elec.cn.footprint.2024").value == Decimal("0.5777")


def test_document_round_trip_is_the_same_document(editor: Actor) -> None:
    inventory = pack_inventory(editor)
    document = to_document(inventory)
    again = replacing.replace_from_document(
        actor=editor, inventory=inventory, document=document, reason="test"
    )
    assert to_document(again) == document
    line = next(item for item in document["processes"][1]["exchanges"] if item["id"] == "cell.m2")
    assert line["amount"] == "55" and line["unit"] == "t"


def test_replacing_keeps_rows_and_is_whole_or_nothing(editor: Actor) -> None:
    inventory = pack_inventory(editor)
    kept = Exchange.objects.get(code="cell.m1", process__inventory=inventory).pk
    document = json.loads(json.dumps(to_document(inventory)))
    document["processes"][1]["exchanges"][0]["amount"] = "1.5"
    del document["processes"][1]["exchanges"][1]
    replacing.replace_from_document(actor=editor, inventory=inventory, document=document, reason="test")
    assert Exchange.objects.get(pk=kept).amount == Decimal("1.5")
    assert not Exchange.objects.filter(code="cell.m2").exists()
    document["processes"][0]["exchanges"][0]["unit"] = "furlong"
    document["processes"][1]["exchanges"][0]["amount"] = None
    with pytest.raises(Problems) as caught, transaction.atomic():
        replacing.replace_from_document(actor=editor, inventory=inventory, document=document, reason="test")
    assert {"unit.unknown", "exchange.amount_missing"} <= codes(caught)
    assert any("电芯制造 › 磷酸铁锂正极 (cell.m1)" in item.where for item in caught.value.items)
    assert Exchange.objects.get(pk=kept).amount == Decimal("1.5")


def test_links_chosen_by_hand_survive_the_next_upload(editor: Actor) -> None:
    inventory = pack_inventory(editor)
    document = json.loads(json.dumps(to_document(inventory)))
    del document["processes"][1]["exchanges"][0]["link"]
    for keep, linked in ((True, True), (False, False)):
        replacing.replace_from_document(
            actor=editor, inventory=inventory, document=document, reason="upload", keep_links=keep
        )
        assert Exchange.objects.get(code="cell.m1").is_linked is linked


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": None}, "AMOUNT-MISSING"),
        ({"amount": Decimal(1), "state": "unknown"}, "AMOUNT-AND-STATE"),
        ({"amount": 1.5}, "AMOUNT-NUMBER"),
        ({"amount": Decimal("1E-16")}, "AMOUNT-DIGITS"),
        ({"amount": Decimal("1E21")}, "AMOUNT-DIGITS"),
        ({"amount": Decimal("NaN")}, "AMOUNT-NUMBER"),
        ({"unit": "斤两"}, "UNIT-UNKNOWN"),
        ({"kind": "magic"}, "CHOICE"),
        ({"name_zh": " "}, "NAME-MISSING"),
        ({"factor_key": "no.such.factor"}, "LINK-FACTOR"),
        ({"factor_key": "gwp.ar6.n2o"}, "LINK-NO-EMISSION-FACTOR"),
        ({"factor_key": "elec.cn.footprint.2024"}, "LINK-UNIT"),
        ({"factor_key": "cam.lfp.greet2022", "gas": "CH4"}, "LINK-ONE"),
        ({"gas": "CH4"}, "LINK-GAS"),
        ({"process_code": "nowhere"}, "LINK-PROCESS"),
    ],
)
def test_lines_are_refused_with_a_code(editor: Actor, change: dict[str, Any], code: str) -> None:
    inventory = pack_inventory(editor)
    process = inventory.processes.get(code="cell")
    usual: dict[str, Any] = {
        "kind": "material", "name_zh": "试", "amount": Decimal(1), "unit": "kg", "state": "known"
    }  # fmt: skip
    before = to_document(inventory)
    with pytest.raises(Problems) as caught, transaction.atomic():
        inventories.save_exchange(actor=editor, process=process, **{**usual, **change})
    assert code in codes(caught)
    assert to_document(inventory) == before


def test_unknown_zero_and_not_applicable_are_three_things(editor: Actor) -> None:
    inventory = pack_inventory(editor)
    process = inventory.processes.get(code="cell")
    for code, amount, state in (
        ("a", Decimal(0), "known"),
        ("b", None, "unknown"),
        ("c", None, "not_applicable"),
    ):
        inventories.save_exchange(
            actor=editor,
            process=process,
            code=code,
            kind="material",
            name_zh=code,
            amount=amount,
            state=state,
            unit="kg",
        )
    lines = {line["id"]: line for line in to_document(inventory)["processes"][1]["exchanges"]}
    assert (lines["a"]["amount"], lines["a"]["state"]) == ("0", "known")
    assert (lines["b"]["amount"], lines["b"]["state"]) == (None, "unknown")
    assert (lines["c"]["amount"], lines["c"]["state"]) == (None, "not_applicable")
    with pytest.raises(Problems) as caught:
        calculations.request_calculation(actor=editor, inventory=inventory)
    assert sorted((item.code, item.value) for item in caught.value.items) == [
        ("LINE-UNKNOWN", "b"),
        ("LINE-UNLINKED", "a"),
    ]
    assert not Calculation.objects.exists()


def test_database_refuses_an_amount_beside_a_state(editor: Actor) -> None:
    pack_inventory(editor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Exchange.objects.filter(code="cell.m1").update(state="unknown")


def test_stale_form_is_refused(editor: Actor) -> None:
    inventory = pack_inventory(editor)
    opened = inventory.version
    inventories.update_product(actor=editor, inventory=inventory, name_zh="新名", version=opened)
    with pytest.raises(Problems) as caught:
        inventories.update_product(actor=editor, inventory=inventory, name_zh="旧名", version=opened)
    assert codes(caught) == {"INVENTORY-CHANGED"}
    assert Inventory.objects.get().name_zh == "新名"


def test_a_changed_amount_no_longer_claims_its_cell(editor: Actor) -> None:
    inventory = module_inventory(editor)
    line = Exchange.objects.get(code="cathode.m1")
    usual: dict[str, Any] = {
        "actor": editor,
        "process": line.process,
        "code": line.code,
        "kind": "material",
        "name_zh": "碳酸锂",
        "unit": "kg",
    }
    same = inventories.save_exchange(**usual, amount=Decimal("250.5"), note="核对过")
    assert same.provenance["cell"] == "F12"
    other = inventories.save_exchange(**usual, amount=Decimal("251"))
    assert other.provenance["kind"] == "manual" and other.provenance["replaces"]["cell"] == "F12"
    assert inventory.processes.count() == 1


def test_process_in_use_is_not_removed(editor: Actor) -> None:
    inventory = pack_inventory(editor)
    with pytest.raises(Problems) as caught, transaction.atomic():
        inventories.delete_process(actor=editor, process=inventory.processes.get(code="cell"))
    assert codes(caught) == {"PROCESS-USED"}
    with pytest.raises(Problems) as caught, transaction.atomic():
        inventories.delete_process(actor=editor, process=inventory.processes.get(code="pack"))
    assert codes(caught) == {"PROCESS-REFERENCE"}


def test_freezing_twice_is_one_revision_that_never_changes(editor: Actor) -> None:
    inventory = pack_inventory(editor)
    first = inventories.freeze(actor=editor, inventory=inventory)
    assert inventories.freeze(actor=editor, inventory=inventory).pk == first.pk
    inventories.update_product(actor=editor, inventory=inventory, name_zh="新名")
    assert inventories.freeze(actor=editor, inventory=inventory).number == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        InventoryRevision.objects.filter(pk=first.pk).update(sha256="0" * 64)


def test_calculating_a_pack_under_every_rule_set(editor: Actor) -> None:
    rows = calculated(editor, pack_inventory(editor))
    assert [row.ruleset_id for row in rows] == ["cn-miit-551", "eu-cfb-ev", "iso-14067-gate"]
    assert {row.state for row in rows} == {"done"}
    miit = rows[0]
    assert miit.per_piece == pytest.approx(miit.ledger["total"])
    assert miit.per_functional_unit == pytest.approx(miit.ledger["total"] / 135000)
    assert miit.ledger_sha256 == calculations.ledger_digest(Calculation.objects.get(pk=miit.pk).ledger)
    assert list(verify()) == []
    job = Job.objects.get()
    assert job.state == JobState.SUCCEEDED and job.steps == 3


def test_same_input_is_the_same_calculation(editor: Actor) -> None:
    inventory = pack_inventory(editor)
    first = calculated(editor, inventory)
    second = calculations.request_calculation(actor=editor, inventory=inventory)
    assert [row.pk for row in first] == [row.pk for row in second]
    assert Job.objects.count() == 1
    run_job(Job.objects.get().pk)
    assert Calculation.objects.count() == 3


def test_double_click_before_the_job_ran_is_one_job(editor: Actor) -> None:
    inventory = pack_inventory(editor)
    for _ in range(2):
        calculations.request_calculation(actor=editor, inventory=inventory)
    assert Job.objects.count() == 1 and Calculation.objects.count() == 3


def test_failure_names_process_and_line_and_can_be_tried_again(editor: Actor) -> None:
    inventory = pack_inventory(editor)
    line = Exchange.objects.get(code="cell.m1")
    line.link = {"factor": "cam.lfp.gone"}
    line.save()
    rows = calculated(editor, inventory, ["cn-miit-551"])
    assert rows[0].state == "failed"
    job = Job.objects.get()
    assert job.state == JobState.FAILED
    found = job.problems[0]
    assert found["code"] == "link.factor_unknown"
    assert "电芯制造 › 磷酸铁锂正极 (cell.m1)" in found["where"] and "cn-miit-551" in found["where"]
    again = calculations.request_calculation(actor=editor, inventory=inventory, ruleset_ids=["cn-miit-551"])
    assert again[0].pk == rows[0].pk and again[0].state == "pending"
    assert Job.objects.count() == 2


def test_cancelled_job_leaves_no_calculation_pending(editor: Actor) -> None:
    from carbonfoot.jobs.services import cancel

    inventory = pack_inventory(editor)
    rows = calculations.request_calculation(actor=editor, inventory=inventory)
    cancel(actor=editor, job=Job.objects.get())
    assert {Calculation.objects.get(pk=row.pk).state for row in rows} == {"failed"}


def test_done_calculation_is_refused_any_change(editor: Actor) -> None:
    row = calculated(editor, pack_inventory(editor), ["cn-miit-551"])[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Calculation.objects.filter(pk=row.pk).update(per_piece=1.0)
    assert calculations.run_calculation(actor=editor, calculation=row).pk == row.pk


def test_module_is_counted_per_declared_unit(editor: Actor) -> None:
    supplier = factories.person(factories.organisation("supplier"))
    rows = calculated(supplier, module_inventory(supplier))
    assert {row.state for row in rows} == {"done"}
    expected = (250.5 * 9.44555 + 5200 * 0.5777) / 1000
    assert rows[0].per_piece == pytest.approx(expected)
    assert rows[0].per_functional_unit is None


def test_only_the_owner_with_the_right_role_writes(editor: Actor) -> None:
    inventory = pack_inventory(editor)
    rival = factories.person(factories.organisation("maker"))
    viewer = factories.person(editor.organisation, Role.VIEWER)  # type: ignore[arg-type]
    for other in (rival, viewer):
        with pytest.raises(AccessDenied):
            inventories.update_product(actor=other, inventory=inventory, name_zh="别人的")
        with pytest.raises(AccessDenied):
            calculations.request_calculation(actor=other, inventory=inventory)
    assert not selectors.inventories_for(rival).exists()
    assert selectors.inventories_for(viewer).count() == 1


def test_audit_never_holds_the_recipe(editor: Actor) -> None:
    inventory = pack_inventory(editor)
    process = inventory.processes.get(code="cell")
    inventories.save_exchange(
        actor=editor, process=process, code="canary",
        kind="material", name_zh="金丝雀配方", amount=Decimal("424242.4242"),
        unit="kg", factor_key="cam.lfp.greet2022",
    )  # fmt: skip
    calculated(editor, inventory)
    written = json.dumps(
        [[event.data, event.object_label, event.verb] for event in AuditEvent.objects.all()],
        ensure_ascii=False,
    )
    assert "金丝雀" not in written and "424242" not in written and "canary" not in written


def test_document_in_few_queries(editor: Actor, count_queries: Any) -> None:
    inventory = pack_inventory(editor)
    with count_queries(connection) as queries:
        to_document(Inventory.objects.get(pk=inventory.pk))
    assert len(queries) <= 3


def test_period_must_run_forward(editor: Actor) -> None:
    with pytest.raises(Problems) as caught:
        inventories.create_inventory(
            actor=editor, kind="module", name_zh="x", period_from=dt.date(2025, 1, 1), period_to=dt.date(2025, 1, 1),
            reference_process="p", reference_product="p",
        )  # fmt: skip
    assert codes(caught) == {"PERIOD-ORDER"}

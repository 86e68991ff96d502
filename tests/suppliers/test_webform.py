"""The form of an answer: one schema and one set of rules with the workbook, nobody's work lost, nothing given away."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from carbonfoot.accounts.access import AccessDenied
from carbonfoot.audit.models import AuditEvent
from carbonfoot.problems import Problems
from lca.module_references import references_of
from suppliers import intake
from suppliers.models import AnswerDraft, DataRequest, Upload, UploadState
from suppliers.selectors import draft_of
from suppliers.services.answers import build_document
from suppliers.services.uploads import accept_upload
from suppliers.webform import drafts
from suppliers.webform.checking import check_draft
from suppliers.webform.cost import costs
from suppliers.webform.gaps import Gap
from suppliers.webform.steps import STEPS, Rows, step_named
from suppliers.workbook.examine import examine
from tests.suppliers.conftest import World, browser
from tests.suppliers.test_answer_again import stated
from tests.suppliers.test_flow import upload
from tests.suppliers.test_pages import url
from tests.support.workbooks import CANARIES, COVER, filled, recipe, run_jobs

pytestmark = pytest.mark.django_db
NINE = ("cathode", "anode", "electrolyte", "separator", "foil", "cell", "casing", "bms", "housing")


def save(
    world: World, request: DataRequest, step: str, rows: list[Any], cover: Any = None, **more: Any
) -> AnswerDraft:
    """Save a step as a page that was opened just now would."""
    here = step_named(step)
    assert here is not None
    draft = draft_of(world.supplier, request)
    version = draft.versions.get(step, {"number": 0})["number"] if draft else 0
    facts = {"version": version, "page": "p", "cover": cover or {}, "rows": rows} | more
    return drafts.save_step(actor=world.supplier, request=request, step=here, **facts)


def fill_form(
    world: World, request: DataRequest, rows: Mapping[str, Any], cover: Mapping[str, str]
) -> AnswerDraft:
    """Every step of the form, saved in turn."""
    for step in STEPS:
        table = [row for row in rows.get(step.table, ()) if not step.kind or row["kind"] == step.kind]
        draft = save(world, request, step.key, table, {key: cover.get(key, "") for key in step.cover})
    return draft


def example_rows(module_type: str) -> Rows:
    """A year of a plant that makes 1,000 t after the worked example, with a co-product."""
    measured = {"data_kind": "measured", "company_specific": "yes"}
    rows: Rows = {
        "production": [
            {"kind": "reference", "name": "产品", "amount": "1000", "unit": "t", "data_kind": "measured"}
            | {"allocation": "mass", "allocation_reason": "同一工序"},
            {"kind": "co_product", "name": "副产品", "amount": "12.5", "unit": "t", "data_kind": "measured"}
            | {"allocation": "mass", "allocation_reason": "同一工序"},
        ]
    }
    for line in references_of(module_type)[0].lines:
        amount = "unknown" if line.amount is None else format((line.amount * 1_000_000).normalize(), "f")
        row = {**line.values, "amount": amount, **measured}
        row |= {"treatment": "landfill"} if line.table == "wastes" else {}
        row |= {"unit": "kg", "distance_km": "350"} if line.unit == "tkm" else {"unit": line.unit}
        row |= {"source": line.name["zh"]} if line.table == "emissions" else {}
        row |= {"name": line.name["zh"]} if line.table in ("materials", "transport", "wastes") else {}
        row |= {"factor": line.factor} if line.factor else {}
        row |= {"region": "CN-32"} if row.get("carrier") == "electricity" else {}
        if line.table == "transport":
            row.pop("company_specific")
        rows.setdefault(line.table, []).append(row)
    return rows


def read_workbook(request: DataRequest, content: bytes, folder: Path) -> dict[str, Any]:
    """What is read from a workbook, by the code that the child process runs."""
    path = folder / "answer.xlsx"
    path.write_bytes(content)
    return examine(path, "answer.xlsx", intake.expectation(request))


def document(request: DataRequest, read: dict[str, Any]) -> dict[str, Any]:
    """The inventory document that accepting what was read makes, less which upload it came from."""
    assert [item for item in read["findings"] if item["severity"] == "error"] == []
    made = deepcopy(build_document(request, Upload(request=request, filename="answer.xlsx", reading=read)))
    for line in made["processes"][0]["exchanges"]:
        assert line["provenance"].pop("upload")
    return made


@pytest.mark.parametrize("module_type", NINE)
def test_form_and_workbook_make_the_identical_document(
    world: World, module_type: str, tmp_path: Path
) -> None:
    request = world.ask(module_type=module_type)
    rows = example_rows(module_type)
    cover = {"level": "tables", "plant": "一号厂", "plant_region": "CN-32", "remark": "示例"}
    cover |= {
        f"{key}_answer": "data" if rows.get(key) else "not_applicable"
        for key in ("transport", "emissions", "wastes")
    }
    draft = fill_form(world, request, rows, cover)
    by_form = document(request, check_draft(request, draft.rows, draft.cover).inspection.to_dict())
    by_workbook = document(request, read_workbook(request, filled(request, rows, cover), tmp_path))
    assert by_form == by_workbook
    lines = by_form["processes"][0]["exchanges"]
    assert len(lines) == sum(len(given) for key, given in rows.items() if key != "production")


def post(client: Client, request: DataRequest, step: str, rows: list[dict[str, str]], **more: str) -> Any:
    """Post a step as the page does; the number of a stated field is its first part."""
    page = client.get(url("form_step", request.number, step))
    data = {
        "version": str(page.context["version"]),
        "page": page.context["page_key"],
        "count": str(len(rows)),
    }
    for number, row in enumerate(rows):
        for key, text in row.items():
            bound = page.context["rows"][0].form[key]
            stated_field = hasattr(bound.field, "compress")
            data |= {f"row-{number}-{key}{'_0' if stated_field else ''}": text}
            data |= {f"row-{number}-{key}_1": "known"} if stated_field else {}
    return client.post(url("form_step", request.number, step), data | more)


def test_the_way_through_the_form_ends_in_an_inventory(world: World) -> None:
    request, rows = world.ask(), recipe()
    client = browser(world.supplier)
    assert url("form", request.number) in client.get(url("request_detail", request.number)).content.decode()
    assert client.get(url("form", request.number)).headers["Location"] == url(
        "form_step", request.number, "product"
    )
    for step in STEPS:
        table = [dict(row) for row in rows.get(step.table, ()) if not step.kind or row["kind"] == step.kind]
        given = [{key: text for key, text in row.items() if key != "kind" or not step.kind} for row in table]
        cover = {f"cover-{key}": COVER.get(key, "") for key in step.cover}
        answer = post(client, request, step.key, given, go="1", **cover)
        assert answer.status_code == 302 and step.key not in answer.headers["Location"], step.key
    page = client.get(url("form_check", request.number))
    assert page.context["errors"] == 0 and page.context["outcome"].total > 0
    answer = client.post(url("form_hand_in", request.number))
    made = Upload.objects.get(request=request)
    assert answer.headers["Location"] == url("upload_detail", made.pk)
    again = client.post(url("form_hand_in", request.number))
    assert again.headers["Location"] == answer.headers["Location"], "handing in twice makes one upload"
    assert run_jobs("suppliers.check_upload") == ["succeeded"]
    made.refresh_from_db()
    assert made.reading["tables"] == page.context["checked"].inspection.tables
    accept_upload(actor=world.supplier, upload=made)
    lines = stated(request)["processes"][0]["exchanges"]
    assert len(lines) == 5 and all(line["provenance"]["cell"] for line in lines)


def test_errors_stand_at_their_fields_all_at_once(world: World) -> None:
    request = world.ask()
    client = browser(world.supplier, "en")
    page = client.get(url("form_step", request.number, "materials"))
    assert not page.context["rows"][0].form.errors, "nobody is told off before having saved"
    bad = {"name": "EC", "group": "raw", "amount": "a lot", "unit": "kg", "data_kind": ""}
    answer = post(
        client, request, "materials", [bad, bad | {"name": "DMC", "amount": "5", "unit": "斤"}], go="1"
    )
    assert answer.headers["Location"] == url("form_step", request.number, "materials")
    page = client.get(answer.headers["Location"])
    first, second = (row.form.errors for row in page.context["rows"])
    assert set(first) == {"amount", "data_kind"} and set(second) == {"unit", "data_kind"}
    assert 'aria-invalid="true"' in page.content.decode() and "a lot" in page.content.decode()
    assert page.context["rows"][1].convertible
    post(client, request, "materials", [bad, bad | {"name": "DMC", "amount": "5", "unit": "斤"}], convert="1")
    draft = draft_of(world.supplier, request)
    assert draft is not None and (
        draft.rows["materials"][1]["amount"],
        draft.rows["materials"][1]["unit"],
    ) == ("2.5", "kg")


def test_unknown_not_applicable_and_zero_stay_three_things(world: World) -> None:
    request = world.ask()
    client = browser(world.supplier)
    base = {"name": "EC", "group": "raw", "unit": "kg", "data_kind": "measured"}
    post(
        client,
        request,
        "materials",
        [base | {"amount": "7"}, base | {"amount": ""}, base | {"amount": "0"}],
        **{"row-0-amount_1": "unknown", "row-1-amount_1": "not_applicable"},
    )
    draft = draft_of(world.supplier, request)
    assert draft is not None
    assert [row["amount"] for row in draft.rows["materials"]] == ["unknown", "n.a.", "0"]
    read = check_draft(request, draft.rows, draft.cover).inspection.tables["materials"]
    assert [row["values"]["amount"]["state"] for row in read] == ["unknown", "not_applicable", "known"]
    page = client.get(url("form_step", request.number, "materials")).content.decode()
    assert page.count('<option value="unknown" selected>') >= 1
    assert page.count('<option value="not_applicable" selected>') >= 1


def test_two_people_at_one_step_do_not_overwrite_each_other(world: World) -> None:
    request = world.ask()
    row = {"name": "EC", "group": "raw", "amount": "1", "unit": "kg", "data_kind": "measured"}
    save(world, request, "materials", [row], version=0, page="anna")
    save(world, request, "materials", [row | {"amount": "2"}], version=0, page="anna", quiet=True)
    with pytest.raises(Problems) as refused:
        save(world, request, "materials", [row | {"amount": "3"}], version=0, page="boris")
    assert refused.value.items[0].code == "FORM-STALE"
    save(world, request, "energy", [], version=0, page="boris")
    draft = draft_of(world.supplier, request)
    assert draft is not None and draft.rows["materials"][0]["amount"] == "2"
    client = browser(world.supplier, "en")
    data = {
        "version": "0",
        "page": "boris",
        "count": "1",
        "row-0-name": "Boris's own words",
        "row-0-amount_0": "3",
    }
    answer = client.post(url("form_step", request.number, "materials"), data)
    assert answer.status_code == 409 and "Boris&#x27;s own words" in answer.content.decode()
    assert client.post(url("form_save", request.number, "materials"), data).status_code == 409
    data |= {"version": str(answer.context["version"]), "page": answer.context["page_key"]}
    assert client.post(url("form_step", request.number, "materials"), data).status_code == 302


@pytest.mark.parametrize("module_type", NINE)
def test_an_example_gives_names_and_no_amount(world: World, module_type: str) -> None:
    request = world.ask(module_type=module_type)
    key = references_of(module_type)[0].key
    drafts.begin_with_example(actor=world.supplier, request=request, key=key)
    draft = drafts.begin_with_example(actor=world.supplier, request=request, key=key)
    rows = [row for table in draft.rows.values() for row in table]
    assert len(rows) == 1 + len(references_of(module_type)[0].lines), "a second press adds nothing"
    for row in rows:
        assert not {"amount", "distance_km", "data_kind", "company_specific", "reference"} & row.keys()
    with pytest.raises(Problems):
        drafts.begin_with_example(actor=world.supplier, request=world.ask(module_type="thermal"), key=key)


def test_a_filled_gap_is_secondary_data_for_everybody_to_see(world: World) -> None:
    request = world.ask()
    rows: Any = deepcopy(dict(recipe()))
    rows["energy"][0] |= {"amount": "unknown"}
    draft = fill_form(world, request, rows, COVER)
    found = Gap.find(request, draft.rows, "energy", 0)
    (cost,) = costs(request, draft.rows, draft.cover, found)
    assert cost.option.amount == Decimal("0.416") * 12_400_000
    assert cost.before.total is not None and cost.after.total is not None
    assert cost.after.total - cost.before.total == pytest.approx(0.416 * 0.5777, rel=0.2)
    assert cost.before.activity == pytest.approx(1) and 0 < (cost.after.activity or 0) < 1
    assert cost.before.estimated == 0 and cost.after.estimated == pytest.approx(
        1 - (cost.after.activity or 0)
    )
    page = browser(world.supplier, "en").get(url("form_gap", request.number, "energy", 0)).content.decode()
    assert "5,158,400" in page and "premise" in page
    drafts.fill_gap(actor=world.supplier, request=request, table="energy", index=0, choice=cost.option.choice)
    made = drafts.hand_in(actor=world.supplier, request=request, language="zh")
    run_jobs("suppliers.check_upload")
    made.refresh_from_db()
    accept_upload(actor=world.supplier, upload=made)
    line = next(line for line in stated(request)["processes"][0]["exchanges"] if line["kind"] == "energy")
    assert line["provenance"]["reference"] == "electrolyte.carbonate.premise"
    assert "参考数据补缺" in line["provenance"]["note"] and "reference data" in line["provenance"]["note"]
    assert (line["data_kind"], line.get("primary", False)) == ("estimated", False)
    with pytest.raises(Problems):
        drafts.fill_gap(
            actor=world.supplier, request=request, table="energy", index=0, choice=cost.option.choice
        )


def test_a_filled_line_cannot_be_passed_off_as_own(world: World) -> None:
    request = world.ask()
    rows: Any = deepcopy(dict(recipe()))
    rows["energy"][0] |= {"reference": "electrolyte.carbonate.premise"}
    draft = fill_form(world, request, rows, COVER)
    checked = check_draft(request, draft.rows, draft.cover)
    assert {finding.code for _, finding in checked.of("energy")} >= {"WB-314"}
    with pytest.raises(Problems):
        drafts.hand_in(actor=world.supplier, request=request, language="zh")
    assert not Upload.objects.exists()


def test_a_workbook_goes_on_in_the_form_and_back(world: World, tmp_path: Path) -> None:
    request = world.ask()
    made = upload(world, request, filled(request, part_name_en=request.part_en))
    assert made.state == UploadState.READY
    client = browser(world.supplier, "en")
    answer = client.post(url("form_take", request.number), {"upload": str(made.pk)})
    assert answer.headers["Location"] == url("form_check", request.number)
    content = b"".join(client.post(url("form_workbook", request.number)))
    there, back = (read_workbook(request, data, tmp_path) for data in (made.file.open().read(), content))
    assert document(request, there) == document(request, back)
    assert client.post(url("form_take", request.number), {"upload": "nonsense"}).status_code == 404


def test_nobody_but_the_answering_side_comes_near_a_draft(world: World) -> None:
    request = world.ask()
    fill_form(world, request, recipe(), COVER)
    places = [
        ("get", "form", ()),
        ("get", "form_check", ()),
        ("get", "form_step", ("materials",)),
        ("post", "form_step", ("materials",)),
        ("post", "form_save", ("materials",)),
        ("get", "form_gap", ("energy", 0)),
        ("post", "form_example", ()),
        ("post", "form_take", ()),
        ("post", "form_workbook", ()),
        ("post", "form_hand_in", ()),
    ]
    for actor, status in (
        (world.buyer, 403),
        (world.viewer, 403),
        (world.rival, 404),
        (world.rival_supplier, 404),
    ):
        assert draft_of(actor, request) is None
        client = browser(actor, "en")
        for method, name, more in places:
            answer = getattr(client, method)(url(name, request.number, *more))
            assert answer.status_code in {status, 403}, (actor.role, name)
            assert not any(canary in answer.content.decode() for canary in CANARIES)
    with pytest.raises(AccessDenied):
        drafts.give_draft(actor=world.buyer, request=request, language="zh")
    said = " ".join(f"{event.data} {event.object_label}" for event in AuditEvent.objects.all())
    assert not any(canary in said for canary in CANARIES)


def test_a_long_step_asks_no_more_questions_than_a_short_one(world: World) -> None:
    request = world.ask()
    client = browser(world.supplier)
    row = {"name": "EC", "group": "raw", "amount": "1", "unit": "kg", "data_kind": "measured"}
    counts = []
    for number in (1, 40):
        save(world, request, "materials", [row | {"name": f"EC {i}"} for i in range(number)])
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(url("form_step", request.number, "materials")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 25

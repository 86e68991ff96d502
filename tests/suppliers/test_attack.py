"""Attacks: wrong files, wrong people, pressed twice, and a recipe that must never come out."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from carbonfoot import clock
from carbonfoot.accounts.access import ACTIONS, AccessDenied
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.services import verify
from carbonfoot.jobs.models import Job
from carbonfoot.problems import Problems
from lca.models import PublishedResult
from suppliers import workflow
from suppliers.models import DataRequest, RequestNote, RequestState, Upload, UploadState
from suppliers.services import requests as asking
from suppliers.services.links import add_supplier
from suppliers.services.publishing import calculate_answer, publish_answer
from suppliers.services.uploads import accept_upload, receive_upload
from suppliers.workflow import REQUEST, UPLOAD
from tests.suppliers.conftest import World, browser
from tests.suppliers.test_flow import answered, codes, upload
from tests.support.factories import organisation, person
from tests.support.workbooks import CANARIES, as_file, edited, filled, run_jobs

pytestmark = pytest.mark.django_db


# ---------- wrong files ----------


def test_workbook_of_another_request(world: World) -> None:
    other, request = world.ask(), world.ask()
    made = upload(world, request, filled(other))
    assert made.state == UploadState.FINDINGS
    wrong = made.findings.get(code="WB-101")
    assert wrong.value == other.number and "Cover" in wrong.sheet and wrong.cell


def test_text_named_xlsx(world: World) -> None:
    request = world.ask()
    made = upload(world, request, "物料,用量\n石墨,12\n".encode(), "data.xlsx")
    assert (made.state, made.level, codes(made)) == (UploadState.REFUSED, "", {"WB-003"})
    with pytest.raises(AccessDenied):
        accept_upload(actor=world.supplier, upload=made)


def test_template_of_last_year(world: World) -> None:
    request = world.ask()
    book = edited(filled(request), {("封面", "C4"): "carbonfoot-workbook/2025.1"})
    made = upload(world, request, book)
    assert made.state == UploadState.FINDINGS
    assert made.findings.filter(severity="error", cell="C4").exists()


def test_other_year_and_empty_tables(world: World) -> None:
    request = world.ask()
    made = upload(world, request, filled(request, period_year=request.year - 1))
    assert made.state == UploadState.FINDINGS
    empty = upload(world, request, filled(request, rows={}))
    assert empty.state == UploadState.FINDINGS and empty.errors


def test_too_large_and_empty_are_refused_at_once(world: World) -> None:
    request = world.ask()
    for content in (b"", b"x" * 10_000_001):
        with pytest.raises(Problems):
            receive_upload(actor=world.supplier, request=request, file=as_file(content), filename="a.xlsx")
    assert not Upload.objects.exists()


def test_file_names_are_data_and_never_a_path(world: World) -> None:
    request = world.ask()
    made = upload(world, request, b"x", "../../etc/pass\nwd\x00\u202e" + "长" * 300 + ".xlsx")
    assert "/" not in made.filename and "\n" not in made.filename and len(made.filename) <= 200
    assert made.filename.endswith(".xlsx")
    assert made.file.name.endswith(f"{made.pk}.upload")


def test_a_crash_of_the_check_ends_the_wait(world: World) -> None:
    request = world.ask()
    made = receive_upload(
        actor=world.supplier, request=request, file=as_file(filled(request)), filename="a.xlsx"
    )
    made.file.storage.delete(made.file.name)
    for _attempt in range(3):
        run_jobs("suppliers.check_upload")
    made.refresh_from_db()
    assert made.state == UploadState.FAILED
    assert any(fault.what == "missing" for fault in verify())


# ---------- twice ----------


def in_threads(function: Any, count: int = 6) -> list[Any]:
    """Call ``function`` in several threads at once, each with a connection of its own."""

    def call(_number: int) -> Any:
        try:
            return function()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(call, range(count)))


@pytest.mark.django_db(transaction=True)
def test_publishing_six_times_at_once_is_one_result(world: World) -> None:
    request = world.ask()
    accept_upload(actor=world.supplier, upload=upload(world, request, filled(request)))
    calculate_answer(actor=world.supplier, request=request)
    run_jobs("lca.calculate")
    got = in_threads(lambda: publish_answer(actor=world.supplier, request=request).pk)
    assert len(set(got)) == 1, got
    assert PublishedResult.objects.count() == 1
    assert AuditEvent.objects.filter(verb="request.published").count() == 1
    assert not list(verify())


@pytest.mark.django_db(transaction=True)
def test_uploading_and_accepting_six_times_at_once_is_one(world: World) -> None:
    request = world.ask()
    content = filled(request)
    got = in_threads(
        lambda: (
            receive_upload(actor=world.supplier, request=request, file=as_file(content), filename="a.xlsx").pk
        )
    )
    assert len(set(got)) == 1, got
    run_jobs("suppliers.check_upload")
    made = Upload.objects.get()
    got = in_threads(lambda: accept_upload(actor=world.supplier, upload=made).state)
    assert set(got) == {UploadState.ACCEPTED}, got
    request.refresh_from_db()
    assert request.inventory is not None and request.inventory.processes.count() == 1
    assert AuditEvent.objects.filter(verb="upload.accepted").count() == 1


# ---------- wrong people ----------


def pages_of(request: DataRequest, made: Upload) -> list[str]:
    """Every address that shows or does something with an answer."""
    number = [request.number]
    names = ("template", "preview", "publish", "calculate", "upload", "decline", "revise")
    paths = [reverse(f"suppliers:request_{name}", args=number) for name in names]
    kinds = ("detail", "file", "annotated", "accept", "discard")
    paths += [reverse(f"suppliers:upload_{kind}", args=[made.pk]) for kind in kinds]
    paths.append(reverse("suppliers:upload_cell", args=[made.pk]) + "?sheet=物料 Materials&cell=C6")
    return paths


POSTED = ("publish", "calculate", "upload/", "revise", "accept", "discard")


def fetch(client: Client, path: str) -> Any:
    """GET, or POST where only that is taken."""
    posts = any(path.rstrip("/").endswith(word.rstrip("/")) for word in POSTED)
    return client.post(path) if posts else client.get(path)


def test_nobody_else_reaches_an_answer(world: World) -> None:
    request, result = answered(world)
    made = Upload.objects.get(state=UploadState.ACCEPTED)
    assert request.inventory is not None
    for stranger in (world.rival, world.rival_supplier):
        client = browser(stranger)
        for path in [
            *pages_of(request, made),
            reverse("suppliers:request_detail", args=[request.number]),
            reverse("suppliers:result_detail", args=[result.pk]),
        ]:
            assert fetch(client, path).status_code in (403, 404), path
            if "/uploads/" in path or "detail" in path:
                assert fetch(client, path).status_code == 404, path
    for buyer in (world.buyer, world.viewer):
        client = browser(buyer)
        for path in pages_of(request, made):
            expected = (404,) if "/uploads/" in path and buyer is world.buyer else (403, 404)
            assert fetch(client, path).status_code in expected, path
        assert client.get(reverse("suppliers:result_detail", args=[result.pk])).status_code == 200
    made.refresh_from_db()
    assert made.state == UploadState.ACCEPTED and PublishedResult.objects.count() == 1


def test_the_roles_of_a_request(world: World) -> None:
    request = world.ask()
    with pytest.raises(DataRequest.DoesNotExist):
        asking.comment(actor=world.rival, request=request, text="?")
    with pytest.raises(AccessDenied):
        asking.comment(actor=world.viewer, request=request, text="?")
    with pytest.raises(AccessDenied):
        asking.decline(actor=world.buyer, request=request, text="?")
    with pytest.raises(AccessDenied):
        asking.withdraw(actor=world.supplier, request=request)
    with pytest.raises(AccessDenied):
        asking.accept(actor=world.buyer, request=request)
    with pytest.raises(AccessDenied):
        receive_upload(actor=world.buyer, request=request, file=as_file(b"x"), filename="a.xlsx")
    with pytest.raises(Problems):
        world.ask(supplier=world.rival_supplier.organisation)


def test_the_buyer_of_a_managed_supplier_answers_and_nobody_else(world: World) -> None:
    request = world.managed()
    assert request.managed
    with pytest.raises(DataRequest.DoesNotExist):
        receive_upload(actor=world.supplier, request=request, file=as_file(b"x"), filename="a.xlsx")
    late = person(request.supplier)  # the company gets an account later: this request stays the buyer's
    with pytest.raises(DataRequest.DoesNotExist):
        asking.comment(actor=late, request=request, text="?")
    made = upload(world, request, filled(request))
    assert made.organisation == world.buyer.organisation
    assert browser(late).get(reverse("suppliers:upload_detail", args=[made.pk])).status_code == 404


def test_linked_and_managed_are_not_mixed_up(world: World) -> None:
    empty = organisation("supplier")
    with pytest.raises(Problems) as refused:
        add_supplier(actor=world.buyer, mode="linked", code=empty.code)
    assert refused.value.items[0].code == "SUP-ACCOUNT"
    with pytest.raises(Problems):
        add_supplier(actor=world.buyer, mode="managed", code=world.rival_supplier.organisation.code)  # type: ignore[union-attr]
    with pytest.raises(Problems):
        add_supplier(actor=world.buyer, mode="linked", code="no-such-code")
    with pytest.raises(Problems):
        add_supplier(actor=world.buyer, mode="managed")
    with pytest.raises(AccessDenied):
        add_supplier(actor=world.viewer, mode="managed", name_zh="示例")
    first = add_supplier(actor=world.buyer, mode="managed", code=empty.code)
    assert add_supplier(actor=world.buyer, mode="managed", code=empty.code) == first


# ---------- what the request itself must say ----------


def test_everything_wrong_with_a_request_is_said_at_once(world: World) -> None:
    with pytest.raises(Problems) as refused:
        world.ask(
            part_zh=" ",
            module_type="x",
            declared_unit="x",
            year=1999,
            due_on=clock.today().replace(year=2020),
        )
    assert {item.code for item in refused.value.items} == {
        "REQ-PART",
        "REQ-TYPE",
        "REQ-UNIT",
        "REQ-YEAR",
        "REQ-DUE",
    }


def test_reminders_go_out_once_a_day_and_are_on_record(world: World) -> None:
    request = world.ask(part_zh="电解液\nBcc: victim@example.org")
    asking.remind(actor=world.buyer, request=request)
    with pytest.raises(Problems):
        asking.remind(actor=world.buyer, request=request)
    run_jobs("suppliers.mail")
    assert len(mail.outbox) == 2
    assert world.supplier.user is not None
    assert mail.outbox[1].to == [world.supplier.user.email] and request.number in mail.outbox[1].subject
    assert not any("victim" in address for message in mail.outbox for address in message.recipients())
    assert request.notes.filter(kind="reminder").count() == 1
    assert "BUYER-ONLY-REFERENCE" not in str([message.message() for message in mail.outbox])


# ---------- the database itself ----------


@pytest.mark.parametrize(
    ("model", "statement"),
    [
        (Upload, "update suppliers_upload set sha256 = 'x'"),
        (Upload, "update suppliers_upload set filename = 'x'"),
        (Upload, "delete from suppliers_upload"),
        (DataRequest, "update suppliers_datarequest set number = 'x'"),
        (DataRequest, "update suppliers_datarequest set managed = true"),
        (RequestNote, "update suppliers_requestnote set text = 'x'"),
        (RequestNote, "delete from suppliers_requestnote"),
    ],
)
def test_what_the_database_refuses(world: World, model: type[Model], statement: str) -> None:
    request = world.ask()
    asking.comment(actor=world.buyer, request=request, text="示例")
    receive_upload(actor=world.supplier, request=request, file=as_file(b"x"), filename="a.xlsx")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert model._default_manager.exists()


def test_state_tables_agree_with_the_access_table() -> None:
    for table, states in ((REQUEST, set(RequestState.values)), (UPLOAD, set(UploadState.values))):
        for arrow in table:
            assert set(arrow.sources) | {arrow.target} <= states
            if arrow.action:
                allowed: set[str] = set()
                for row in ACTIONS[arrow.action]:
                    allowed |= set(row.states or states)
                assert set(arrow.sources) <= allowed, arrow
    verbs = [
        (table, arrow.verb) for table in ("request", "upload") for arrow in getattr(workflow, table.upper())
    ]
    assert len(verbs) == len(set(verbs))


# ---------- the recipe ----------


def texts_of(model: type[Model]) -> str:
    """Every column of every row of a table."""
    return json.dumps(list(model._default_manager.values()), default=str, ensure_ascii=False)


def test_canaries_never_reach_the_buyer(world: World) -> None:
    request = world.ask()
    bad = edited(filled(request), {("物料", "D6"): "CANARY-SOLVENT/年", ("物料", "C7"): "7310459 左右"})
    upload(world, request, bad, "CANARY-VENDOR 金丝雀供货商.xlsx")
    request, result = answered(world, request)
    asking.return_(actor=world.buyer, request=request, text="请核对")
    for language in ("zh-hans", "en"):
        for actor in (world.buyer, world.viewer):
            client = browser(actor, language)
            seen = ""
            for path in (
                reverse("suppliers:request_list"),
                reverse("suppliers:request_list") + "?box=in&q=CANARY",
                reverse("suppliers:request_detail", args=[request.number]),
                reverse("suppliers:result_list"),
                reverse("suppliers:result_detail", args=[result.pk]),
                reverse("suppliers:supplier_list"),
                reverse("audit:list"),
                reverse("suppliers:request_preview", args=[request.number]),
            ):
                response = client.get(path)
                seen += response.content.decode()
            found = [word for word in CANARIES if word in seen.replace("q=CANARY", "")]
            assert not found
    stored = texts_of(AuditEvent) + texts_of(Job) + texts_of(PublishedResult)
    stored += "".join(str(message.message()) for message in mail.outbox)
    assert not [word for word in CANARIES if word in stored]


def test_the_suppliers_own_pages_do_show_it(world: World) -> None:
    """The canaries would be found if they were there: the test above is not blind."""
    request, _result = answered(world)
    made = Upload.objects.get(state=UploadState.ACCEPTED)
    path = reverse("suppliers:upload_cell", args=[made.pk])
    shown = browser(world.supplier).get(path, {"sheet": "物料 Materials", "cell": "C6"}).content.decode()
    assert "7310459" in shown and "CANARY-SOLVENT" in shown
    assert request.number in shown

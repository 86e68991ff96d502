"""The whole way of an answer through the services: request, workbook, upload, findings, answer, result."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from carbonfoot.accounts.access import AccessDenied
from carbonfoot.problems import Problems
from lca.models import Exchange, PublishedResult
from lca.selectors import newer_result, results_for
from suppliers.models import DataRequest, Upload, UploadState
from suppliers.services import requests as asking
from suppliers.services.publishing import calculate_answer, preview_answer, progress_of, publish_answer
from suppliers.services.uploads import accept_upload, discard_upload, receive_upload
from tests.lca.test_pages import client_of
from tests.suppliers.conftest import World
from tests.support.workbooks import VERIFIED, as_file, edited, filled, recipe, run_jobs, verified

pytestmark = pytest.mark.django_db


def upload(world: World, request: DataRequest, content: bytes, name: str = "answer.xlsx") -> Upload:
    """Upload as the side that answers, check, and give back the result of the check."""
    actor = world.buyer if request.managed else world.supplier
    made = receive_upload(actor=actor, request=request, file=as_file(content, name), filename=name)
    run_jobs("suppliers.check_upload")
    made.refresh_from_db()
    return made


def answered(world: World, request: DataRequest | None = None) -> tuple[DataRequest, PublishedResult]:
    """A request with its published result."""
    request = request or world.ask()
    actor = world.buyer if request.managed else world.supplier
    accept_upload(actor=actor, upload=upload(world, request, filled(request)))
    calculate_answer(actor=actor, request=request)
    assert run_jobs("lca.calculate") == ["succeeded"]
    result = publish_answer(actor=actor, request=request)
    request.refresh_from_db()
    return request, result


def codes(of: Upload) -> set[str]:
    return set(of.findings.values_list("code", flat=True))


def test_the_whole_way(world: World) -> None:
    request = world.ask()
    asking.open_request(actor=world.supplier, request=request)
    request.refresh_from_db()
    assert request.state == "opened"
    made = upload(world, request, filled(request))
    assert (made.state, made.errors) == (UploadState.READY, 0), [
        (f.code, f.sheet, f.cell, f.value) for f in made.findings.all()
    ]
    accept_upload(actor=world.supplier, upload=made)
    request.refresh_from_db()
    assert request.state == "in_progress"
    inventory = request.inventory
    assert inventory is not None and inventory.organisation == world.supplier.organisation
    line = Exchange.objects.get(process__inventory=inventory, name_zh="金丝雀溶剂 CANARY-SOLVENT")
    assert line.amount == Decimal("7310459") and line.primary
    assert line.link == {"factor": "elyte.ec.greet2022"}
    origin = line.provenance
    assert (origin["kind"], origin["upload"]) == ("upload", str(made.pk))
    assert "物料" in origin["sheet"] and origin["cell"] == "C6"

    rows = calculate_answer(actor=world.supplier, request=request)
    assert {row.ruleset_id for row in rows} == {"cn-miit-551", "eu-cfb-ev", "iso-14067-gate"}
    assert run_jobs("lca.calculate") == ["succeeded"]
    shown = preview_answer(actor=world.supplier, request=request)
    assert PublishedResult.objects.count() == 0 and shown.version == 1

    result = publish_answer(actor=world.supplier, request=request)
    request.refresh_from_db()
    assert request.state == "published" and request.result == result
    assert result.scores == shown.scores and set(result.scores) == {
        "cn-miit-551",
        "eu-cfb-ev",
        "iso-14067-gate",
    }
    assert results_for(world.buyer).get() == result
    assert not results_for(world.rival).exists() and not results_for(world.rival_supplier).exists()
    asking.accept(actor=world.buyer, request=request)
    request.refresh_from_db()
    assert request.state == "accepted"


def test_return_gives_a_newer_version_and_the_old_one_stays(world: World) -> None:
    request, first = answered(world)
    with pytest.raises(Problems):
        asking.return_(actor=world.buyer, request=request, text="  ")
    asking.return_(actor=world.buyer, request=request, text="请补充电力来源")
    changed = recipe()
    changed["energy"] = [{**changed["energy"][0], "amount": "5000000"}]
    again = upload(world, request, filled(request, rows=changed))
    accept_upload(actor=world.supplier, upload=again)
    with pytest.raises(Problems):  # calculated before, but not as it stands now
        publish_answer(actor=world.supplier, request=request)
    calculate_answer(actor=world.supplier, request=request)
    run_jobs("lca.calculate")
    shown = client_of(world.supplier, "en").get(reverse("suppliers:request_preview", args=[request.number]))
    assert "Your customer has version 1 and can subtract." in shown.content.decode()
    (table,) = (row for row in shown.context["tables"] if row["ruleset"] == "cn-miit-551")
    assert table["total"]["difference"] and table["total"]["values"][0]
    second = publish_answer(actor=world.supplier, request=request)
    assert (second.version, second.series, second.supersedes) == (2, first.series, first)
    assert newer_result(world.buyer, first) == second
    assert (
        Upload.objects.filter(request=request)
        .values_list("state", flat=True)
        .order_by("state")
        .distinct()
        .count()
        == 2
    )
    assert set(results_for(world.buyer)) == {first, second}


def test_revision_by_the_supplier(world: World) -> None:
    request, first = answered(world)
    asking.accept(actor=world.buyer, request=request)
    asking.revise(actor=world.supplier, request=request)
    request.refresh_from_db()
    assert (request.state, request.result) == ("in_progress", first)
    assert publish_answer(actor=world.supplier, request=request) == first  # nothing changed, nothing new


def test_lines_without_a_factor_keep_the_answer_from_being_calculated(world: World) -> None:
    request = world.ask()
    made = upload(world, request, filled(request, rows=recipe(linked=False)))
    assert made.state == UploadState.READY
    accept_upload(actor=world.supplier, upload=made)
    request.refresh_from_db()
    assert len(progress_of(world.supplier, request).missing) == 3
    with pytest.raises(Problems) as refused:
        calculate_answer(actor=world.supplier, request=request)
    assert {item.code for item in refused.value.items} == {"LINE-UNLINKED"}


def test_choices_of_factors_survive_a_new_upload(world: World) -> None:
    from lca.services.inventories import link_exchange

    request = world.ask()
    rows = recipe(linked=False)
    accept_upload(actor=world.supplier, upload=upload(world, request, filled(request, rows=rows)))
    request.refresh_from_db()
    line = Exchange.objects.get(process__inventory=request.inventory, name_zh="六氟磷酸锂")
    link_exchange(actor=world.supplier, exchange=line, factor_key="elyte.lipf6.greet2022")
    rows["materials"] = list(reversed(rows["materials"]))
    accept_upload(actor=world.supplier, upload=upload(world, request, filled(request, rows=rows)))
    line = Exchange.objects.get(process__inventory=request.inventory, name_zh="六氟磷酸锂")
    other = Exchange.objects.get(process__inventory=request.inventory, name_zh="碳酸二甲酯")
    assert line.link == {"factor": "elyte.lipf6.greet2022"} and other.link == {}


def test_verified_footprint(world: World) -> None:
    request = world.ask()
    made = upload(world, request, verified(request))
    assert (made.state, made.level) == (UploadState.READY, "verified"), list(made.findings.values())
    accept_upload(actor=world.supplier, upload=made)
    request.refresh_from_db()
    assert request.inventory is None
    with pytest.raises(Problems):
        calculate_answer(actor=world.supplier, request=request)
    result = publish_answer(actor=world.supplier, request=request)
    assert (result.level, result.verified_share, result.primary_share) == (0, 1, Decimal("0.58"))
    assert set(result.scores) == {"cn-miit-551", "iso-14067-gate"}
    assert Decimal(result.scores["cn-miit-551"]["materials"]) == Decimal("2.871")
    assert Decimal(result.scores["cn-miit-551"]["recycling"]) == 0
    assert result.quality["verified"]["report"] == VERIFIED["report_number"]


def test_verified_footprint_with_a_stage_not_given_apart(world: World) -> None:
    request = world.ask()
    made = upload(world, request, verified(request, cf_distribution="未知", cf_recycling="未知"))
    accept_upload(actor=world.supplier, upload=made)
    result = publish_answer(actor=world.supplier, request=request)
    scores = {key: Decimal(value) for key, value in result.scores["cn-miit-551"].items()}
    assert scores == {
        "materials": Decimal("2.871"),
        "manufacturing": Decimal("0.517"),
        "distribution": Decimal("0.074"),
    }


def test_managed_supplier_is_marked(world: World) -> None:
    request = world.managed()
    request, result = answered(world, request)
    assert result.entered_by == world.buyer.organisation
    assert result.organisation == request.supplier
    assert request.inventory is not None and request.inventory.organisation == world.buyer.organisation
    assert results_for(world.buyer).get() == result


def test_same_bytes_are_one_upload(world: World) -> None:
    request = world.ask()
    content = filled(request)
    first = upload(world, request, content)
    assert upload(world, request, content, "another name.xlsx") == first
    assert Upload.objects.count() == 1
    discard_upload(actor=world.supplier, upload=first)
    assert upload(world, request, content) != first


def test_what_ran_out_of_time_is_tried_again(world: World) -> None:
    request = world.ask()
    first = upload(world, request, b"no workbook")
    assert upload(world, request, b"no workbook") == first
    first.findings.update(code="WB-021")
    second = upload(world, request, b"no workbook")
    first.refresh_from_db()
    assert second != first and first.state == UploadState.DISCARDED


def test_csv_replaces_one_table(world: World) -> None:
    request = world.ask()
    accept_upload(actor=world.supplier, upload=upload(world, request, filled(request)))
    text = "载体,供电方式,地区,年用量,单位,数据类型\n"
    header = "carrier,supply,region,amount,unit,data_kind\n电力,电网供电,CN,6000000,kWh,实测\n"
    made = upload(world, request, header.encode(), "energy.csv")
    assert made.state == UploadState.READY, (text, list(made.findings.values("code", "cell", "value")))
    accept_upload(actor=world.supplier, upload=made)
    lines = Exchange.objects.filter(process__inventory__answers=request)
    power = lines.get(kind="energy")
    assert power.amount == 6000000 and power.provenance["file"] == "energy.csv"
    solvent = lines.get(name_zh="六氟磷酸锂")
    assert solvent.provenance["file"] == "answer.xlsx"


def test_csv_alone_is_no_answer(world: World) -> None:
    request = world.ask()
    header = "carrier,supply,region,amount,unit,data_kind\n电力,电网供电,CN,6000000,kWh,实测\n"
    made = upload(world, request, header.encode(), "energy.csv")
    with pytest.raises(Problems) as refused:
        accept_upload(actor=world.supplier, upload=made)
    assert refused.value.items[0].code == "UPL-CSV-ALONE"
    made.refresh_from_db()
    request.refresh_from_db()
    assert made.state == UploadState.READY and request.inventory is None


def test_closed_requests_take_nothing(world: World) -> None:
    request = world.ask()
    made = upload(world, request, filled(request))
    asking.decline(actor=world.supplier, request=request, text="不再生产")
    with pytest.raises(AccessDenied):
        accept_upload(actor=world.supplier, upload=made)
    with pytest.raises(AccessDenied):
        receive_upload(actor=world.supplier, request=request, file=as_file(b"x"), filename="x.xlsx")


def test_edited_cells_are_found(world: World) -> None:
    request = world.ask()
    bad = edited(filled(request), {("物料", "C6"): "很多", ("物料", "D7"): "kWh", ("物料", "C8"): -3})
    made = upload(world, request, bad)
    assert made.state == UploadState.FINDINGS and made.errors >= 3
    assert {"C6", "D7", "C8"} <= set(made.findings.filter(severity="error").values_list("cell", flat=True))
    with pytest.raises(AccessDenied):
        accept_upload(actor=world.supplier, upload=made)
    request.refresh_from_db()
    assert request.inventory is None and request.state == "sent"

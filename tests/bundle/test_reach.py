"""Who gets which bundle, and that a recipe is only in the one of whoever may read it."""

from __future__ import annotations

import io
import json
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.urls import reverse

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.services import verify
from carbonfoot.jobs.services import run_job
from carbonfoot.problems import Problems
from declarations.bundle import selectors, services
from declarations.bundle.checker import archive, run
from declarations.models import Bundle, Declaration, Pack, RegisterEntry
from declarations.selectors.register_digests import match
from declarations.services import declarations, parts
from lca.models import Exchange, PublishedResult
from lca.services import results
from tests.declarations import build
from tests.support import factories
from tests.support.inventories import calculated, module_inventory

pytestmark = pytest.mark.django_db
SUMMER = "2026-06-01T09:00+08:00"
CANARY = "金丝雀配方4417"


def client_of(actor: Actor) -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    client.cookies["language"] = "en"
    return client


def written(actor: Actor, declaration: Declaration) -> tuple[Bundle, dict[str, bytes]]:
    """The actor's bundle of the present state, by the job, with its files."""
    row = services.request_bundle(actor=actor, declaration=declaration)
    if row.job is not None and row.done_at is None:
        run_job(row.job.pk)
        row.job.refresh_from_db()
        assert row.job.state == "succeeded", [item["message"] for item in row.job.problems] or row.job.crash
        row.refresh_from_db()
    data = services.hand_out(actor=actor, bundle=row).getvalue()
    return row, dict(archive.unpack(data).files)


@pytest.fixture
def scene() -> dict[str, Any]:
    """A pack on a supplier's published result, frozen, verified and submitted; the supplier's recipe holds a canary."""
    with clock.at(SUMMER):
        of = build.maker()
        phase = build.trial()
        supplier = factories.person(factories.organisation("supplier"))
        recipe = module_inventory(supplier)
        line = Exchange.objects.filter(process__inventory=recipe).earliest("pk")
        line.name_zh = line.name_en = CANARY
        line.save()
        result = results.publish_result(
            actor=supplier,
            organisation=supplier.organisation,
            calculations=calculated(supplier, recipe),
            product_zh="正极材料",
            module_type="cathode",
            declared_unit="kg",
            valid_until=clock.today().replace(year=2028),
            buyers=[of.organisation],
        )
        made = build.pack(of)
        _use(of, made, result)
        build.calculated(of, made)
        build.plan(of)
        declaration = declarations.create_declaration(actor=of.editor, pack=made, phase=phase)
        declarations.freeze_declaration(actor=of.editor, declaration=declaration)
        body = build.body()
        declarations.send_to_verification(actor=of.approver, declaration=declaration, body=body.organisation)
        build.signed(body, declaration)
        declarations.submit(actor=of.approver, declaration=declaration)
        declaration.refresh_from_db()
        authority = factories.person(factories.organisation("authority"))
        yield {
            "maker": of,
            "body": body,
            "supplier": supplier,
            "authority": authority,
            "declaration": declaration,
            "result": result,
        }


def _use(of: build.Maker, made: Pack, result: PublishedResult) -> None:
    part = parts.add_part(
        actor=of.editor,
        pack=made,
        module_type="cathode",
        name_zh="正极材料",
        amount=Decimal("180"),
        unit="kg",
    )
    parts.use_result(actor=of.editor, part=part, result=result)


def test_a_recipe_is_in_the_bundle_of_the_body_alone(scene: dict[str, Any]) -> None:
    """The maker's holds its own inventory and the published figures; the authority's neither; the body's everything."""
    files = {
        name: written(actor, scene["declaration"])[1]
        for name, actor in (
            ("maker", scene["maker"].viewer),
            ("body", scene["body"]),
            ("authority", scene["authority"]),
        )
    }
    recipe = f"recipes/{scene['result'].pk}.json"
    assert recipe in files["body"] and CANARY in files["body"][recipe].decode()
    for name in ("maker", "authority"):
        assert not [file for file in files[name] if file.startswith("recipes/")]
        assert CANARY not in b"".join(files[name].values()).decode()
    assert str(scene["result"].pk) in files["maker"]["inventory.json"].decode()
    assert "inventory.json" in files["body"] and "inventory.json" not in files["authority"]
    reports = {name: run.check(archive.Package(found, "")) for name, found in files.items()}
    assert [reports[name].verdict[0] for name in ("maker", "body", "authority")] == [
        "reproduced",
        "reproduced",
        "added_up",
    ]
    assert "recipes_ok" in {item[0] for item in reports["body"].said}


def test_a_changed_recipe_is_named(scene: dict[str, Any]) -> None:
    """A published figure that does not follow from the recipe is the first difference."""
    _row, files = written(scene["body"], scene["declaration"])
    name = f"recipes/{scene['result'].pk}.json"
    recipe = json.loads(files[name])
    scores = recipe["result"]["scores"]["cn-miit-551"]
    scores["materials"] = str(float(scores["materials"]) * 0.99)
    manifest = json.loads(files[archive.MANIFEST])
    facts = {key: value for key, value in manifest.items() if key not in ("files", "format")}
    plain = {key: data for key, data in files.items() if key not in (archive.MANIFEST, archive.SEAL)}
    sealed = archive.seal({**plain, name: json.dumps(recipe).encode()}, facts)
    report = run.check(archive.Package(sealed, ""))
    assert (report.code, report.verdict[0]) == (1, "differs")
    assert report.verdict[1].endswith("正极材料.materials")


def test_each_download_of_recipes_is_a_look(scene: dict[str, Any]) -> None:
    """The owner of the recipe reads in the log that the body took it; the maker's bundle is no look at anything."""
    looks = AuditEvent.objects.filter(verb="calculation.viewed")
    written(scene["maker"].viewer, scene["declaration"])
    assert looks.count() == 0
    row, _files = written(scene["body"], scene["declaration"])
    assert looks.filter(auditreader__organisation=scene["supplier"].organisation).count() == 1
    assert (
        client_of(scene["body"]).get(reverse("declarations:bundle_download", args=[row.pk])).status_code
        == 200
    )
    assert looks.filter(auditreader__organisation=scene["supplier"].organisation).count() == 2


def test_events_that_a_reader_may_not_read_are_links_alone(scene: dict[str, Any]) -> None:
    """The body's history leaves out nothing and tells only what the body reads on the site."""
    _row, files = written(scene["body"], scene["declaration"])
    events = json.loads(files["events.json"])
    rows = AuditEvent.objects.filter(object_type="declarations.declaration", seq__lte=events[-1]["seq"])
    assert [event["seq"] for event in events] == sorted(rows.values_list("seq", flat=True))
    assert {event["told"]["verb"] for event in events if "told" in event} >= {"declaration.sent"}
    silent = [event for event in events if "told" not in event]
    assert silent and all(
        set(event) == {"seq", "content", "object_previous", "previous", "hash"} for event in silent
    )


def test_out_of_reach(scene: dict[str, Any]) -> None:
    """Nobody takes another's bundle; the body's closes when the maker opens the declaration again; the
    supplier has none."""
    row, _files = written(scene["body"], scene["declaration"])
    mine, _files = written(scene["maker"].viewer, scene["declaration"])
    page = reverse("declarations:bundle", args=[scene["declaration"].pk])
    rival, other_body = build.maker().editor, build.body()
    for actor in (rival, other_body, scene["supplier"]):
        client = client_of(actor)
        assert client.get(page).status_code in (403, 404)
        for taken in (row, mine):
            answer = client.get(reverse("declarations:bundle_download", args=[taken.pk]))
            assert answer.status_code in (403, 404)
        assert not selectors.bundles_for(actor).exists()
    for actor, others in (
        (scene["authority"], (row, mine)),
        (scene["maker"].editor, (row,)),
        (scene["body"], (mine,)),
    ):
        for taken in others:
            answer = client_of(actor).get(reverse("declarations:bundle_download", args=[taken.pk]))
            assert answer.status_code == 404
    with pytest.raises(AccessDenied):
        services.request_bundle(actor=rival, declaration=scene["declaration"])
    with clock.at(SUMMER):
        of, body, second = build.verified(build.maker())
        closing, _files = written(body, second)
        declarations.reopen(actor=of.editor, declaration=second)
    assert client_of(body).get(reverse("declarations:bundle_download", args=[closing.pk])).status_code == 404


def test_once_and_never_changed(scene: dict[str, Any]) -> None:
    """Asked for again it is the one there is; after a further event it is another; a written one cannot be changed."""
    declaration, viewer = scene["declaration"], scene["maker"].viewer
    row, files = written(viewer, declaration)
    assert services.request_bundle(actor=scene["maker"].editor, declaration=declaration).pk == row.pk
    assert services.keep(actor=viewer, bundle=row, data=b"other").sha256 == row.sha256
    again = services.write(row, viewer)
    assert archive.sha256(again) == row.sha256
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Bundle.objects.filter(pk=row.pk).update(sha256="0" * 64)
    declarations.withdraw(actor=scene["maker"].approver, declaration=declaration, reason="数据有误")
    later, others = written(viewer, declaration)
    assert later.pk != row.pk
    assert len(json.loads(others["events.json"])) > len(json.loads(files["events.json"]))
    assert list(verify()) == []


def test_digest_on_the_register(scene: dict[str, Any]) -> None:
    """Of an accepted declaration the register says that a digest is one of its bundles; of another digest, nothing."""
    row, _files = written(scene["maker"].viewer, scene["declaration"])
    viewer, declaration = scene["maker"].viewer, scene["declaration"]
    RegisterEntry.objects.create(
        declaration=declaration,
        number=declaration.number,
        version=declaration.version,
        maker_code="example",
        model="X",
        chemistry="LFP",
        rated_energy_kwh=1,
        ruleset_id="cn-miit-551",
        per_functional_unit=1,
        per_kwh_capacity=1,
        content="{}",
        sha256="e" * 64,
        snapshot_sha256=row.snapshot.sha256,
    )
    for digest in (row.sha256, row.manifest_sha256):
        found = match(viewer, digest)
        assert found is not None and found.kind == "bundle"
    assert match(viewer, "0" * 64) is None


def test_changed_in_the_storage(scene: dict[str, Any]) -> None:
    """A stored file that is not the one that was written is not given out, and the log's check names it."""
    row, _files = written(scene["maker"].viewer, scene["declaration"])
    storage, name = row.file.storage, row.file.name
    storage.delete(name)
    with pytest.raises(Problems) as caught:
        services.hand_out(actor=scene["maker"].viewer, bundle=Bundle.objects.get(pk=row.pk))
    assert caught.value.items[0].code == "BUNDLE-GONE"
    assert storage.save(name, ContentFile(b"PK other")) == name
    with pytest.raises(Problems) as caught:
        services.hand_out(actor=scene["maker"].viewer, bundle=Bundle.objects.get(pk=row.pk))
    assert caught.value.items[0].code == "BUNDLE-CHANGED"
    assert [fault.what for fault in verify()] == ["changed"]


def test_page_and_api(scene: dict[str, Any], count_queries: Any) -> None:
    """The page says what is in one's own, a click writes it, and the file is an attachment with its digest."""
    declaration = scene["declaration"]
    page = reverse("declarations:bundle", args=[declaration.pk])
    for actor, words in (
        (scene["maker"].viewer, "no recipe"),
        (scene["body"], "logged for the owners"),
        (scene["authority"], "added up"),
    ):
        client = client_of(actor)
        assert words in client.get(page).content.decode()
        started = client.post(reverse("declarations:bundle_request", args=[declaration.pk]))
        assert started.status_code == 302
        row = Bundle.objects.get(organisation=actor.organisation)
        assert row.job is not None and run_job(row.job.pk) == "succeeded"
        row.refresh_from_db()
        shown = client.get(page).content.decode()
        assert row.sha256 in shown and f"--expect {row.sha256}" in shown
        with count_queries(connection) as few:
            client.get(page)
        assert len(few) < 30
        answer = client.get(reverse("declarations:bundle_download", args=[row.pk]))
        data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert answer["Digest"] == f"sha-256={archive.sha256(data)}" == f"sha-256={row.sha256}"
        assert zipfile.is_zipfile(io.BytesIO(data)) and "attachment" in answer["Content-Disposition"]


def test_a_draft_has_none() -> None:
    """Before the first freeze there is nothing to put into a bundle, and the page says so."""
    with clock.at(SUMMER):
        of, declaration = build.draft()
        with pytest.raises(Problems) as caught:
            services.request_bundle(actor=of.editor, declaration=declaration)
        assert caught.value.items[0].code == "BUNDLE-NOT-FROZEN"
        page = client_of(of.editor).get(reverse("declarations:bundle", args=[declaration.pk]))
        assert "Nothing is frozen yet" in page.content.decode()
        assert of.editor.role == Role.EDITOR

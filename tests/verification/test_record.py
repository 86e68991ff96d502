"""The verification on record: the body's answer, samples, reasons of changes, and the report without recipes."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.canonical import digest
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.services import verify
from carbonfoot.problems import Problems
from declarations import sampling
from declarations.models import Declaration, Engagement, Sample, VerificationReport
from declarations.reports import verification_services as reports
from declarations.reports import verified
from declarations.selectors import checking as selectors
from declarations.selectors.declarations import readable_declarations
from declarations.services import checking, engagements, verification
from declarations.services.checking import Checked
from lca.models import Calculation
from lca.selectors import calculations_for
from tests.support import factories as make
from tests.support.database import by_hand

CANARY = "金丝雀配方7731"
REFUSED = (IntegrityError, InternalError)


def codes(error: pytest.ExceptionInfo[Problems]) -> set[str]:
    return {item.code for item in error.value.items}


@pytest.fixture
def scene() -> dict[str, Any]:
    """A declaration in verification that rests on a supplier's recipe with a canary in it."""
    maker, body, supplier = (make.organisation(kind) for kind in ("maker", "verifier", "supplier"))
    recipe = make.ledger()
    recipe["lines"][0]["name"] = {"zh": CANARY, "en": CANARY}
    recipe["lines"][0]["amount"] = recipe["lines"][0]["converted_amount"] = 7731.25
    cell = make.calculation(supplier, recipe)
    result = make.result(supplier, maker, calculations=[cell])
    own = make.calculation(maker, results=[result])
    declaration = make.declaration("in_verification", maker=maker, body=body, calculation=own)
    return {
        "maker": maker,
        "body": body,
        "declaration": declaration,
        "own": own,
        "cell": cell,
        "editor": make.person(maker),
        "verifier": make.person(body),
        "regulator": make.person(make.organisation("authority")),
    }


def sign(scene: dict[str, Any]) -> Any:
    row = Declaration.objects.get(pk=scene["declaration"].pk)
    assert row.snapshot is not None
    return verification.sign_statement(
        actor=scene["verifier"],
        declaration=row,
        snapshot_sha256=row.snapshot.sha256,
        report_number="HC-2026-9",
        opinion="unqualified",
    )


def drawn(scene: dict[str, Any], calculation: Calculation, size: int = 3, seed: str = "一") -> Sample:
    return checking.draw_sample(
        actor=scene["verifier"],
        declaration=scene["declaration"],
        calculation=calculation,
        size=size,
        seed=seed,
    )


def check_all(scene: dict[str, Any], sample: Sample, note: str = "") -> None:
    checking.record_checks(
        actor=scene["verifier"],
        declaration=scene["declaration"],
        sample=sample,
        checked={line["id"]: Checked("matches", note) for line in sample.content["lines"]},
    )


# -- engagement -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_nothing_opens_before_the_body_takes_it_on() -> None:
    """Asked, it sees that it is asked; with the declaration of independence the basis opens; both are in the log."""
    maker, body = make.organisation("maker"), make.organisation("verifier")
    row = make.declaration("frozen", maker=maker)
    make.engage(row, body, accepted=False)
    row.state = "in_verification"
    row.save()
    verifier = make.person(body)
    assert row.calculation not in calculations_for(verifier)
    assert not readable_declarations(verifier).exists()
    client = client_of(verifier)
    page = client.get(f"/verification/{row.pk}/").content.decode()
    assert row.snapshot is not None and row.snapshot.sha256 not in page
    with pytest.raises(AccessDenied):
        verification.raise_finding(actor=verifier, declaration=row, kind="major", title="x", text="x")
    with pytest.raises(AccessDenied):
        sign({"verifier": verifier, "declaration": row})
    with pytest.raises(REFUSED), transaction.atomic():
        make.statement(row)
    with pytest.raises(Problems) as error:
        engagements.take_on(actor=verifier, declaration=row, independent=False)
    assert codes(error) == {"ENGAGEMENT-INDEPENDENCE"}
    with pytest.raises(AccessDenied):
        engagements.take_on(
            actor=make.person(make.organisation("verifier")), declaration=row, independent=True
        )
    client.post(f"/verification/{row.pk}/take-on/", {"independent": "on", "note": "无业务往来"})
    assert Engagement.objects.get(declaration=row).state == "accepted"
    assert row.calculation in calculations_for(verifier)
    assert AuditEvent.objects.filter(verb="verification.taken_on").count() == 1


@pytest.mark.django_db
def test_refused_goes_back_with_its_reason() -> None:
    """The declaration is frozen again; the body stands in no relation to it; the answer never changes."""
    body = make.organisation("verifier")
    row = make.declaration("frozen")
    make.engage(row, body, accepted=False)
    row.state = "in_verification"
    row.save()
    verifier = make.person(body)
    with pytest.raises(Problems) as error:
        engagements.refuse(actor=verifier, declaration=row, reason=" ")
    assert codes(error) == {"ENGAGEMENT-REASON"}
    engagements.refuse(actor=verifier, declaration=row, reason="与企业有咨询关系。")
    row = Declaration.objects.get(pk=row.pk)
    assert (row.state, row.engagement.state) == ("frozen", "refused")
    with pytest.raises(AccessDenied):
        engagements.take_on(actor=verifier, declaration=row, independent=True)
    with pytest.raises(REFUSED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update declarations_engagementanswer set accepted = true")


# -- samples ----------------------------------------------------------------------------------------------------------
LINES = st.lists(
    st.tuples(
        st.floats(-1e6, 1e6, allow_nan=False),
        st.sampled_from(["measured", "calculated", "estimated", "", None]),
    ),
    min_size=1,
    max_size=60,
).map(
    lambda rows: [
        {"id": f"l{number}", "kgco2e": burden, "data_kind": kind}
        for number, (burden, kind) in enumerate(rows)
    ]
)


@settings(max_examples=60, deadline=None)
@given(lines=LINES, size=st.integers(1, 70), seed=st.text(max_size=20))
def test_a_sample_can_be_drawn_again(lines: list[dict[str, Any]], size: int, seed: str) -> None:
    """The order of the lines does not matter; as many as asked, each once; what outweighs the interval is in it."""
    found = sampling.weights(lines)
    sample = sampling.draw(found, size, seed)
    assert sample == sampling.draw(sampling.weights(list(reversed(lines))), size, seed)
    assert len({line.id for line in sample}) == len(sample) == min(size, len(lines))
    assert sum(found.values()) == pytest.approx(1)
    heavy = {key for key, weight in found.items() if weight * size >= 1 + 1e-9}
    assert heavy <= {line.id for line in sample}
    assert sampling.population_digest(found) == sampling.population_digest(dict(reversed(found.items())))


def test_chance_goes_by_weight() -> None:
    """Over many seeds a line of five times the weight is drawn about five times as often; estimates weigh double."""
    found = sampling.weights(
        [{"id": "small", "kgco2e": 1.0, "data_kind": "measured"}]
        + [{"id": f"o{number}", "kgco2e": 10.0, "data_kind": "measured"} for number in range(10)]
        + [{"id": "large", "kgco2e": 5.0, "data_kind": "measured"}]
    )
    first = [sampling.draw(found, 1, str(seed))[0].id for seed in range(4000)]
    assert first.count("large") / 4000 == pytest.approx(found["large"], rel=0.25)
    assert first.count("small") < first.count("large")
    same = sampling.weights(
        [{"id": kind, "kgco2e": 1.0, "data_kind": kind} for kind in ("measured", "estimated")]
    )
    assert same["estimated"] == pytest.approx(2 * same["measured"])


@pytest.mark.django_db
def test_samples_stay_and_must_be_checked(scene: dict[str, Any]) -> None:
    """The same draw is kept once, another beside it; unchecked lines stop the statement, which then seals all."""
    sample = drawn(scene, scene["own"])
    assert drawn(scene, scene["own"]) == sample
    assert sample.sha256 == digest(sample.content)
    again = drawn(scene, scene["own"], seed="")
    assert (again.number, len(again.seed)) == (2, 16)
    with pytest.raises(Problems) as error:
        sign(scene)
    assert codes(error) == {"STATEMENT-SAMPLE-OPEN"}
    with pytest.raises(Problems) as error:
        checking.record_checks(
            actor=scene["verifier"],
            declaration=scene["declaration"],
            sample=sample,
            checked={sample.content["lines"][0]["id"]: Checked("differs"), "other": Checked("x")},
        )
    assert codes(error) == {"CHECK-NOTE", "CHECK-ITEM", "CHECK-RESULT"}
    for row in (sample, again):
        check_all(scene, row)
    statement = sign(scene)
    assert statement.content["samples"][0]["results"] == {"matches": 3}
    with pytest.raises(AccessDenied):
        drawn(scene, scene["own"], seed="二")
    with pytest.raises(REFUSED), transaction.atomic():
        Sample.objects.create(
            declaration=scene["declaration"],
            snapshot=sample.snapshot,
            calculation=scene["own"],
            number=9,
            seed="x",
            method="x",
            population=1,
            content={},
            sha256="0" * 64,
        )


@pytest.mark.django_db
def test_only_the_engaged_body_samples(scene: dict[str, Any]) -> None:
    """The maker neither draws nor sees the lines; nothing outside the declaration is drawn from."""
    with pytest.raises(AccessDenied):
        drawn({**scene, "verifier": scene["editor"]}, scene["own"])
    with pytest.raises(Calculation.DoesNotExist):
        drawn(scene, make.calculation(make.organisation("supplier")))
    sample = drawn(scene, scene["cell"])
    own, theirs = client_of(scene["editor"]), client_of(scene["verifier"])
    url = f"/verification/{scene['declaration'].pk}/"
    assert CANARY in theirs.get(f"{url}samples/{sample.number}/").content.decode()
    assert own.get(f"{url}samples/{sample.number}/").status_code in (403, 404)
    page = own.get(url).content.decode()
    assert "S-01" in page and CANARY not in page


# -- initial and final figures ----------------------------------------------------------------------------------------
def frozen_anew(scene: dict[str, Any], per_kwh: float = 80) -> Declaration:
    row: Declaration = scene["declaration"]
    row.state = "draft"
    row.save()
    row.calculation = make.calculation(scene["maker"], make.ledger(per_kwh))
    return make.go_on(row, "in_verification")


@pytest.mark.django_db
def test_each_change_needs_its_reason(scene: dict[str, Any]) -> None:
    """One without stops the statement; a figure that changes again needs another; all stand in what is signed."""
    row = frozen_anew(scene)
    found = [change.key for change, _reason in selectors.changes_of(row)]
    assert "figure.per_functional_unit" in found and "figure.materials" in found
    explain = {"actor": scene["verifier"], "declaration": row}
    checking.explain_changes(**explain, keys=found[1:], reason="更正用电量。")
    with pytest.raises(Problems) as error:
        sign(scene)
    assert codes(error) == {"STATEMENT-UNEXPLAINED"}
    with pytest.raises(Problems) as error:
        checking.explain_changes(**explain, keys=["pack.model"], reason="x")
    assert codes(error) == {"CHANGE-GONE"}
    row = frozen_anew(scene, 85)
    assert all(
        reason is None for change, reason in selectors.changes_of(row) if change.key == "figure.materials"
    )
    keys = [change.key for change, _reason in selectors.changes_of(row)]
    page = client_of(scene["verifier"]).post(
        f"/verification/{row.pk}/changes/", {"keys": keys, "reason": "改用供应商第 2 版结果。"}
    )
    assert page.status_code == 302
    content = sign(scene).content
    assert {item["key"] for item in content["changes"]} == set(keys)
    assert all(item["reason"] for item in content["changes"])
    assert content["initial"]["snapshot"]["number"] == 1
    assert float(content["initial"]["figures"]["per_kwh_capacity"]) == 75.0
    assert float(content["figures"]["per_kwh_capacity"]) == 85.0


# -- the report -------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_recipes_are_in_the_copy_of_the_clean_room_alone(scene: dict[str, Any], media: Any) -> None:
    """Neither data nor PDF of the open copy has a supplier's line, amount or note; the maker cannot have the other."""
    sample = drawn(scene, scene["cell"])
    check_all(scene, sample, note=f"见 {CANARY} 台账")
    check_all(scene, drawn(scene, scene["own"]))
    statement = sign(scene)
    inside = json.dumps(verified.build(statement, "clean_room"), ensure_ascii=False)
    assert CANARY in inside and "7731.25" in inside
    outside = json.dumps(verified.build(statement, "open"), ensure_ascii=False)
    assert CANARY not in outside and "7731.25" not in outside
    (theirs,) = [row for row in verified.build(statement, "open")["samples"] if row["of"] == "supplier"]
    assert "lines" not in theirs and "population" not in theirs
    with pytest.raises(AccessDenied):
        reports.request_report(
            actor=scene["editor"], statement=statement, kind="pdf", language="zh", audience="clean_room"
        )
    report = reports.request_report(actor=scene["editor"], statement=statement, kind="pdf", language="zh")
    kept = reports.keep(actor=scene["editor"], report=report, data=reports.render(report))
    reader = PdfReader(io.BytesIO(kept.file.read()))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "HC-2026-9" in text and CANARY not in text and "7,731" not in text
    (attached,) = reader.attachments.values()
    assert CANARY not in attached[0].decode() and json.loads(attached[0])["audience"] == "open"
    again = reports.request_report(actor=scene["editor"], statement=statement, kind="pdf", language="zh")
    assert (again.pk, again.sha256) == (kept.pk, kept.sha256)
    with pytest.raises(REFUSED), transaction.atomic():
        VerificationReport.objects.filter(pk=kept.pk).update(sha256="0" * 64)


@pytest.mark.django_db
def test_the_body_uploads_its_own(scene: dict[str, Any], media: Any) -> None:
    """A PDF with the body's word that it holds no recipe, once; maker and, after the submission, authority read it."""
    statement = sign(scene)
    body = {"actor": scene["verifier"], "statement": statement}

    def pdf(name: str = "核查报告.pdf", content: bytes = b"%PDF-1.7 report") -> ContentFile[bytes]:
        return ContentFile(content, name=name)

    for file, free, code in (
        (pdf("run.exe"), True, "REPORT-UPLOAD-TYPE"),
        (pdf(content=b"MZ"), True, "REPORT-UPLOAD-KIND"),
        (pdf(), False, "REPORT-UPLOAD-RECIPES"),
    ):
        with pytest.raises(Problems) as error:
            reports.upload_report(**body, file=file, free_of_recipes=free)
        assert codes(error) == {code}
    with pytest.raises(AccessDenied):
        reports.upload_report(actor=scene["editor"], statement=statement, file=pdf(), free_of_recipes=True)
    kept = reports.upload_report(**body, file=pdf(), free_of_recipes=True)
    assert reports.upload_report(**body, file=pdf(), free_of_recipes=True).pk == kept.pk
    url = f"/verification-reports/{kept.pk}/"
    assert client_of(scene["editor"]).get(url)["Digest"] == f"sha-256={kept.sha256}"
    assert kept.sha256 in client_of(scene["editor"]).get(f"/statements/{statement.pk}/").content.decode()
    assert client_of(scene["regulator"]).get(url).status_code == 404
    row = make.go_on(Declaration.objects.get(pk=scene["declaration"].pk), "submitted")
    assert row.state == "submitted"
    assert client_of(scene["regulator"]).get(url).status_code == 200
    for kind in ("maker", "verifier"):
        assert client_of(make.person(make.organisation(kind))).get(url).status_code == 404


def client_of(actor: Actor) -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    client.cookies["language"] = "en"
    return client


@pytest.mark.django_db
def test_a_changed_sample_is_found(scene: dict[str, Any]) -> None:
    """Whoever changes what was drawn, by hand in the database, is found; so is a draw left out."""
    drawn(scene, scene["own"])
    found = {fault.detail for fault in verify() if "sample" in fault.detail}
    assert not found
    by_hand("update declarations_sample set content = jsonb_set(content, '{lines}', '[]')")
    assert any("is not what was drawn" in fault.detail for fault in verify())
    by_hand("delete from declarations_sample")
    assert any("that the log records is not there" in fault.detail for fault in verify())

"""Exports for other markets: every field from the frozen declaration or empty with a reason, checked before it
leaves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.actor import Actor
from carbonfoot.problems import Problems
from declarations.models import Declaration
from declarations.passport import batterypass, catenax, fields, services
from declarations.passport.fields import Field, Value
from declarations.passport.sources import Source
from lca.models import Calculation
from tests.declarations import build

SUMMER = "2026-06-01T09:00+08:00"
SAID = {
    "batterypass": {"performance_class": "A", "study": "https://example.org/study"},
    "catenax": {
        "bpnl": "BPNL00000000DEMO",
        "product_id": "urn:gtin:4712345060507",
        "ccs": "false",
        "exempted": "1.5",
        "valid_until": "2027-06-01",
        "mass_balance": "false",
        "incineration": "polluter pays principle",
        "no_biogenic": "true",
        "packaging": "false",
    },
}
ALL = [*batterypass.FIELDS, *catenax.FIELDS]


def client_of(actor: Actor) -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def scene(db: None) -> tuple[build.Maker, Declaration]:
    with clock.at(SUMMER):
        of, declaration = build.frozen()
    declaration.refresh_from_db()
    return of, declaration


def export(
    scene: tuple[build.Maker, Declaration], key: str, said: dict[str, str] | None = None
) -> services.Export:
    of, declaration = scene
    return services.export(actor=of.viewer, declaration=declaration, key=key, given=said or {})


def european(declaration: Declaration) -> Calculation:
    assert declaration.calculation is not None
    return Calculation.objects.get(revision=declaration.calculation.revision, ruleset_id="eu-cfb-ev")


def test_figures_are_those_of_the_european_result(scene: tuple[build.Maker, Declaration]) -> None:
    """Not one figure of the declaration under the Chinese rules is in the documents."""
    _of, declaration = scene
    ledger = european(declaration).ledger
    document = export(scene, "batterypass", SAID["batterypass"]).document
    assert document["batteryCarbonFootprint"] == ledger["totals"]["per_functional_unit"]
    assert document["absoluteCarbonFootprint"] == ledger["totals"]["per_piece"]
    stages = document["carbonFootprintPerLifecycleStage"]
    assert [entry["lifecycleStage"] for entry in stages] == [name for name, _stage in batterypass.STAGES]
    assert sum(entry["carbonFootprint"] for entry in stages) == pytest.approx(
        document["batteryCarbonFootprint"]
    )
    pcf = export(scene, "catenax", SAID["catenax"]).document
    emissions = pcf["productLifeCycleStagesAndEmissions"][0]
    production = emissions["productionStage"][0]
    parts = [ledger["stages"][name]["per_piece"] for name in ("materials", "manufacturing")]
    assert production["pcfExcludingBiogenicUptake"] == pytest.approx(sum(parts))
    assert production["pcfIncludingBiogenicUptake"] == production["pcfExcludingBiogenicUptake"]
    assert pcf["pcfAssessmentAndMethodology"][0]["pcfAssessmentInformation"][0]["geography"][0] == {
        "geographyRegionOrSubregion": "Eastern Asia",
        "geographyCountrySubdivision": "CN-JS",
        "geographyCountry": "CN",
    }
    assert declaration.calculation is not None
    chinese = declaration.calculation.ledger
    told = {
        value for _path, value in [*fields.leaves(document), *fields.leaves(pcf)] if isinstance(value, float)
    }
    home = chinese["totals"]["per_functional_unit"]
    assert home != ledger["totals"]["per_functional_unit"] and home not in told
    assert "eu-cfb-ev 2024.04" in pcf["general"][0]["comment"]


def test_no_european_result_no_figure(scene: tuple[build.Maker, Declaration]) -> None:
    """Where the frozen inventory has no result under these rules, the figures are missing, with the reason."""
    source = export(scene, "batterypass").source
    bare = services.MODELS["batterypass"].values(
        Source(source.declaration, source.frozen, None, source.statement, {})
    )
    assert all(value.value is None for value in bare.values())
    assert "eu-cfb-ev" in str(bare["batteryCarbonFootprint"].source)
    other = services.MODELS["catenax"].values(
        Source(source.declaration, source.frozen, None, source.statement, SAID["catenax"])
    )
    figures = [path for path in other if "Uptake" in path or "DQR" in path or "Share" in path]
    assert figures and all(other[path].value is None for path in figures)


@pytest.mark.parametrize("key", ["batterypass", "catenax"])
def test_complete_with_what_a_person_says(scene: tuple[build.Maker, Declaration], key: str) -> None:
    """Without a person's word mandatory fields are missing and told with the reason; with it the document is valid."""
    found = export(scene, key)
    assert not found.wrong and found.filename.endswith("-incomplete.json")
    asked = {item.ask for item in services.MODELS[key].FIELDS if item.ask}
    assert asked == set(SAID[key])
    missing = {fault.path for fault in found.missing}
    assert {item.path for item in services.MODELS[key].FIELDS if item.ask} <= missing
    assert all(str(row.found.source) for row in found.rows)
    whole = export(scene, key, SAID[key])
    assert whole.faults == [], whole.faults
    assert not whole.filename.endswith("-incomplete.json")
    for name in SAID[key]:
        less = {other: value for other, value in SAID[key].items() if other != name}
        assert export(scene, key, less).missing, name


@pytest.mark.parametrize(
    ("key", "name", "value", "path"),
    [
        ("batterypass", "study", "not an address", "carbonFootprintStudy"),
        ("catenax", "exempted", "11", "exemptedEmissionsPercent"),
        ("catenax", "incineration", "by magic", "allocationWasteIncineration"),
        ("catenax", "product_id", "no uri", "productIds"),
    ],
)
def test_what_the_model_does_not_take(
    scene: tuple[build.Maker, Declaration], key: str, name: str, value: str, path: str
) -> None:
    """A value of the wrong form is named at its field, and there is no file."""
    found = export(scene, key, {**SAID[key], name: value})
    assert [fault.path.rpartition(".")[2] for fault in found.wrong] == [path]


def test_pages_files_and_api(scene: tuple[build.Maker, Declaration]) -> None:
    """Page, file and API give the same document; nobody else has either."""
    of, declaration = scene
    client = client_of(of.viewer)
    assert client.get(reverse("declarations:passport", args=[declaration.pk])).status_code == 302
    for key in services.MODELS:
        page = reverse("declarations:passport_model", args=[declaration.pk, key])
        shown = client.get(page, SAID[key]).content.decode()
        assert "Every mandatory field has a value" in shown
        assert "mandatory fields have no value" in client.get(page).content.decode()
        file = reverse("declarations:passport_file", args=[declaration.pk, key])
        answer = client.get(file, SAID[key])
        assert json.loads(answer.content) == export(scene, key, SAID[key]).document
        assert "attachment" in answer["Content-Disposition"]
        for other in (build.maker().editor, build.body()):
            assert client_of(other).get(page).status_code in (403, 404)
            assert client_of(other).get(file).status_code in (403, 404)
    assert (
        client.get(reverse("declarations:passport_model", args=[declaration.pk, "other"])).status_code == 404
    )
    with pytest.raises(AccessDenied):
        services.export(actor=build.body(), declaration=declaration, key="catenax", given={})


@pytest.mark.django_db
def test_a_draft_has_none() -> None:
    """Before the first freeze there is nothing to export."""
    with clock.at(SUMMER):
        of, declaration = build.draft()
    with pytest.raises(Problems):
        services.export(actor=of.viewer, declaration=declaration, key="catenax", given={})
    page = reverse("declarations:passport_model", args=[declaration.pk, "catenax"])
    assert "Nothing is frozen yet" in client_of(of.viewer).get(page).content.decode()


def good(item: Field) -> Any:
    """A value that a field takes."""
    if item.kind == fields.NUMBER:
        return (item.low or 0) + 1
    plain = {
        fields.TEXT: "3f2504e0-4f89-41d3-9a0c-0305e82c3301" if "uuid" in item.pattern else "CN",
        fields.URI: "https://example.org",
        fields.ENUM: next(iter(item.options), ""),
        fields.BOOLEAN: False,
        fields.TIME: "2026-01-01T00:00:00Z",
        fields.TEXTS: ["x"],
        fields.URIS: ["urn:x:1"],
        fields.OBJECT: {},
    }
    return "CN-JS" if item.pattern.startswith("[A-Z]{2}-") else plain[item.kind]


@given(data=st.data())
def test_checks_of_the_tables(data: st.DataObject) -> None:
    """A document that is good everywhere has no fault; one field taken out, of another type or unknown has
    exactly one."""
    table: Sequence[Field] = data.draw(st.sampled_from([batterypass.FIELDS, catenax.FIELDS]))
    values = {item.path: Value(good(item), "") for item in table}
    assert fields.check(fields.build(values), table) == []
    item = data.draw(st.sampled_from(table))
    less = {path: value for path, value in values.items() if path != item.path}
    faults = fields.check(fields.build(less), table)
    assert [(fault.path, fault.what) for fault in faults] == (
        [(item.path, "missing")] if item.required else []
    )
    if item.kind != fields.OBJECT:
        wrong = {
            **values,
            item.path: Value(data.draw(st.sampled_from([[["x"]], 10**9, "\0 no", {"a": 1}, ["x", "x"]])), ""),
        }
        if item.kind == fields.NUMBER and item.high is None and wrong[item.path].value == 10**9:
            return
        if item.kind == fields.TEXT and not item.pattern and isinstance(wrong[item.path].value, str):
            return
        assert {fault.what for fault in fields.check(fields.build(wrong), table)} >= {"wrong"}


def test_tables_name_each_field_once() -> None:
    """No field twice, and what is a list has its values."""
    for table in (batterypass.FIELDS, catenax.FIELDS):
        paths = [item.path for item in table]
        assert len(set(paths)) == len(paths)
    assert all(item.options for item in ALL if item.kind == fields.ENUM)


def test_tables_are_in_the_documentation() -> None:
    """docs/exchange.md names every field, and which of them are mandatory."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "exchange.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| `")]
    told = {row[0].strip("| `"): row[2] for row in rows if len(row) == 4}
    assert {item.path: "mandatory" if item.required else "optional" for item in ALL} == told

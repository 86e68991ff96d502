"""The form of a product's end of life: all problems at once, defaults as placeholders, terms by name on the result."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from carbonfoot.accounts.actor import Actor
from carbonfoot.problems import Problems
from lca.data import load_release
from lca.models import Inventory
from lca.presentation.end_of_life import result_view
from lca.services.end_of_life import set_end_of_life
from tests.lca.test_pages import client_of, text_of
from tests.support import factories
from tests.support.inventories import calculated

pytestmark = pytest.mark.django_db

COPPER = {
    "id": "cu",
    "name": {"zh": "铜", "en": "Copper"},
    "mass_kg": "40",
    "kind": "metal",
    "material": "cu",
    "ev": {"factor": "metal.copper.greet2022"},
    "ed": "0.1",
}


def fields(version: int, *rows: dict[str, Any], **form: Any) -> dict[str, Any]:
    """What the browser sends: the form and the rows of materials."""
    data = {"version": version, "materials-TOTAL_FORMS": len(rows), "materials-INITIAL_FORMS": 0, **form}
    for number, row in enumerate(rows):
        data |= {f"materials-{number}-{name}": value for name, value in row.items()}
    return data


def test_what_is_typed_is_stored_as_the_document_has_it(editor: Actor, pack: Inventory) -> None:
    client = client_of(editor, "en")
    url = reverse("lca:end_of_life", args=[pack.pk])
    row = {
        "name_zh": "铜", "name_en": "Copper", "id": "cu", "mass_kg": "40", "kind": "metal", "material": "cu",
        "ev": "metal.copper.greet2022", "ed": "0.1", "r1": "0.2", "r1_source": "GRS 123", "e_recycled": "1.5",
    }  # fmt: skip
    sent = fields(pack.version, row, {"kind": "other"}, route="hydro", collection_rate="0.9")
    answer = client.post(url, sent)
    assert answer.status_code == 302 and answer["Location"].endswith("#end-of-life")
    pack.refresh_from_db()
    assert pack.end_of_life == {
        "route": "hydro",
        "collection_rate": "0.9",
        "materials": [
            {**COPPER, "r1": "0.2", "r1_source": "GRS 123", "e_recycled": "1.5"},
        ],
    }
    page = client.get(url).content.decode()
    # What is left empty shows what it comes to: A of metals, and collection times the recovery rate of the route.
    assert 'placeholder="0.2"' in page and 'placeholder="0.81"' in page and 'value="GRS 123"' in page
    detail = text_of(client, "lca:inventory_detail", pack.pk)
    assert "Hydrometallurgy" in detail and "40 kg" in detail
    stale = client.post(url, sent)
    assert stale.status_code == 422 and "in the meantime" in stale.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_problem_of_every_material_at_once(editor: Actor, pack: Inventory, language: str) -> None:
    client = client_of(editor, language)
    rows = [
        {"name_zh": "铜", "r1": "0.2", "r2": "0.8", "r3": "0.5"},
        {"mass_kg": "3", "ev": "no.such.factor"},
        {"name_zh": "铝", "id": "x", "mass_kg": "1", "ev": "elec.cn.footprint.2024", "a": "1.5"},
        {"name_zh": "钢", "id": "x", "mass_kg": "1", "ev": "2", "ed": "1e400"},
    ]
    answer = client.post(
        reverse("lca:end_of_life", args=[pack.pk]), fields(pack.version, *rows, collection_rate="2")
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    wanted = {
        "en": [
            "Enter the mass", "needs the burden of virgin", "where it can be traced", "burden of the recycled material",
            "Energy recovery needs", "add up to 1.3", "Enter a name", "no factor no.such.factor", "must be per kg",
            "at most 1", "has this code", "At most 15 digits",
        ],
        "zh-hans": [
            "每基准流的质量", "原生料的负荷", "可追溯", "再生料的负荷", "能量回收", "1.3",
            "清空", "no.such.factor", "须按 kg",
            "已用此代码", "最多各保存15位",
        ],
    }[language]  # fmt: skip
    assert [text for text in wanted if text not in page] == []
    pack.refresh_from_db()
    assert pack.end_of_life == {}


def test_the_service_refuses_recycled_content_without_evidence(editor: Actor, pack: Inventory) -> None:
    content = {"route": "sideways", "materials": [{**COPPER, "r1": "0.5"}, {**COPPER, "id": "b", "a": "7"}]}
    with pytest.raises(Problems) as caught, transaction.atomic():
        set_end_of_life(actor=editor, inventory=pack, end_of_life=content)
    assert sorted(item.code for item in caught.value.items) == [
        "EOL-R1-SOURCE",
        "field.choice",
        "field.range",
    ]
    rival = factories.person(factories.organisation("maker"))
    assert client_of(rival).get(reverse("lca:end_of_life", args=[pack.pk])).status_code == 404


def test_more_materials_than_are_taken_are_refused_in_words(editor: Actor, pack: Inventory) -> None:
    sent = fields(pack.version) | {"materials-TOTAL_FORMS": 100_000}
    answer = client_of(editor, "en").post(reverse("lca:end_of_life", args=[pack.pk]), sent)
    assert answer.status_code == 422 and answer.context["form"].non_field_errors()


def test_factors_to_choose_from_are_named_in_the_readers_language(editor: Actor, pack: Inventory) -> None:
    factor = load_release().factors["metal.copper.greet2022"]
    for language, name in (("en", factor.name_en), ("zh-hans", factor.name_zh)):
        answer = client_of(editor, language).get(reverse("lca:end_of_life", args=[pack.pk]))
        assert dict(answer.context["factors"])[factor.key] == name


def test_materials_of_the_result_are_suggested_with_their_mass(editor: Actor, pack: Inventory) -> None:
    client = client_of(editor, "en")
    assert "Add the chosen materials" not in text_of(client, "lca:end_of_life", pack.pk)
    calculated(editor, pack, ["cn-miit-551"])
    page = text_of(client, "lca:end_of_life", pack.pk)
    # 105 t and 55 t for 500 packs.
    assert "cam.lfp.greet2022" in page and "210" in page and "110" in page
    chosen = text_of(client, "lca:end_of_life", pack.pk, query="?add=anode.graphite.greet2022")
    assert 'value="anode.graphite.greet2022"' in chosen and 'value="110"' in chosen


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_three_models_and_their_terms_stand_on_the_result(
    editor: Actor, pack: Inventory, language: str
) -> None:
    set_end_of_life(
        actor=editor,
        inventory=pack,
        end_of_life={
            "route": "hydro",
            "materials": [{**COPPER, "r1": "0.2", "r1_source": "GRS", "e_recycled": "1"}],
        },
    )
    (row,) = calculated(editor, pack, ["eu-cfb-ev"])
    page = text_of(client_of(editor, language), "lca:result", row.pk)
    assert "ErecyclingEoL" in page and "(1 − R1) Ev" in page
    assert (
        "循环足迹公式各项" if language == "zh-hans" else "Terms of the Circular Footprint Formula"
    ) in page
    shown = result_view(row.ledger)
    assert shown is not None and len(shown["models"]) == 3
    (copper,) = shown["rows"]
    cff = next(model for model in shown["models"] if model["model"] == "cff")
    terms = [term or 0.0 for term in copper.terms]
    assert sum(terms[2:]) == pytest.approx(cff["recycling"])
    virgin = next(value for label, value, _filled in copper.parameters if label == "Ev")
    assert sum(terms[:2]) - virgin * 40 == pytest.approx(cff["materials"])


def test_an_older_result_without_terms_still_opens() -> None:
    ledger = {
        "end_of_life": {
            "alternatives": [{"model": "cut_off", "declared": True, "available": True, "materials": 0, "recycling": 0}],
            "materials": [
                {
                    "id": "cu", "name": {"zh": "铜"}, "mass_kg": 1.0, "missing": [],
                    "parameters": dict.fromkeys(
                        ("a", "b", "r1", "r2", "ev", "e_recycled", "e_recycling_eol", "e_star_v", "ed"), 0.0
                    ),
                    "effects": {"cut_off": {"materials": 0.0, "recycling": 0.0}},
                }
            ],
        }
    }  # fmt: skip
    shown = result_view(ledger)
    assert shown is not None and shown["terms"] == [] and shown["rows"][0].terms == [None] * 5
    assert result_view({}) is None

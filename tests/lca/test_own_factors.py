"""Own factors: entered with evidence, corrected by new versions, taken into inventories, seen by nobody else."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.services import verify
from carbonfoot.problems import Problems
from lca.models import Exchange, Factor, Inventory, OwnFactor, OwnFactorVersion
from lca.presentation.traps import traps_of
from lca.selectors import uses
from lca.services import inventories
from lca.services import own_factors as services
from lca.services.documents import to_document
from tests.lca.test_pages import client_of, text_of
from tests.support import factories
from tests.support.inventories import calculated, pack_inventory

pytestmark = pytest.mark.django_db
CANARY = "CANARY7731"
FIELDS: dict[str, Any] = {
    "name_zh": f"磷酸铁锂{CANARY}",
    "name_en": f"Own LFP {CANARY}",
    "category": "cathode",
    "value": Decimal("4.125"),
    "unit": "kg CO2e/kg",
    "region": "CN",
    "year": 2025,
    "boundary": "cradle_to_gate",
    "basis": "",
    "family": "other",
    "source": f"Report {CANARY}",
    "note": "",
    "primary": True,
    "valid_from": dt.date(2025, 1, 1),
    "valid_until": dt.date(2099, 1, 1),
}


def evidence(text: str = "measured") -> dict[str, Any]:
    return {"file": ContentFile(pdf(text)), "filename": "../../report.pdf"}


def pdf(text: str) -> bytes:
    """Bytes that begin as a PDF does; no bytes for no text."""
    return f"%PDF-1.7\n{text}".encode() if text else b""


@pytest.fixture
def rival() -> Actor:
    return factories.person(factories.organisation("maker"))


@pytest.fixture
def own(editor: Actor) -> OwnFactor:
    return services.create_own_factor(actor=editor, slug="lfp-a", **evidence(), **FIELDS)


def line_of(pack: Inventory) -> Exchange:
    return Exchange.objects.get(process__inventory=pack, code="cell.m1")


def codes(caught: pytest.ExceptionInfo[Problems]) -> set[str]:
    return {item.code for item in caught.value.items}


def test_everything_that_is_wrong_at_once(editor: Actor, own: OwnFactor) -> None:
    wrong = FIELDS | {
        "name_zh": " ",
        "value": Decimal("-1"),
        "unit": "kg",
        "year": 1800,
        "source": "",
        "category": "gwp",
        "boundary": "all of it",
        "valid_until": dt.date(2024, 1, 1),
    }
    with pytest.raises(Problems) as caught:
        services.create_own_factor(actor=editor, slug="LFP A", file=None, **wrong)
    assert codes(caught) == {
        "OWN-SLUG",
        "OWN-NAME",
        "OWN-VALUE-NEGATIVE",
        "OWN-UNIT",
        "OWN-YEAR",
        "OWN-SOURCE",
        "OWN-CATEGORY",
        "OWN-BOUNDARY",
        "OWN-VALIDITY-ORDER",
        "OWN-EVIDENCE",
    }
    with pytest.raises(Problems) as caught:
        services.create_own_factor(actor=editor, slug="lfp-a", **evidence(""), **FIELDS)
    assert codes(caught) == {"OWN-TAKEN", "OWN-EVIDENCE-EMPTY", "OWN-EVIDENCE"}
    for name, content in (("r.pdf", b"<script>"), ("r.png", pdf("x")), ("r.csv", b"a\x00"), ("r.exe", b"MZ")):
        with pytest.raises(Problems) as caught:
            services.create_own_factor(
                actor=editor, slug="lfp-b", file=ContentFile(content), filename=name, **FIELDS
            )
        assert "OWN-EVIDENCE-KIND" in codes(caught), name
    mixed = FIELDS | {"family": "electricity_footprint", "unit": "kg CO2/kWh", "category": "electricity"}
    with pytest.raises(Problems) as caught:
        services.create_own_factor(actor=editor, slug="grid", **evidence(), **mixed)
    assert codes(caught) == {"OWN-FAMILY-UNIT"}


def test_two_organisations_may_use_one_name(own: OwnFactor, rival: Actor) -> None:
    assert services.create_own_factor(actor=rival, slug="lfp-a", **evidence(), **FIELDS).key == own.key


def test_a_line_takes_the_version_and_the_engine_counts_with_it(
    editor: Actor, own: OwnFactor, pack: Inventory
) -> None:
    inventories.link_exchange(actor=editor, exchange=line_of(pack), factor_key=own.key)
    document = to_document(Inventory.objects.get(pk=pack.pk))
    (entry,) = document["factors"]
    assert entry["key"] == own.key and entry["value"] == "4.125"
    assert own.versions.get().file_sha256 in entry["source_ref"]
    done = calculated(editor, Inventory.objects.get(pk=pack.pk))[0]
    line = next(item for item in done.ledger["lines"] if item["exchange"] == "cell.m1")
    assert line["factor"]["own"] and line["kgco2e"] == pytest.approx(line["converted_amount"] * 4.125)
    assert done.uses.filter(key=own.key).exists()


def test_a_used_version_never_changes_and_a_correction_is_a_new_one(
    editor: Actor, own: OwnFactor, pack: Inventory
) -> None:
    first = services.change_own_factor(actor=editor, factor=own, **(FIELDS | {"value": Decimal("4.5")}))
    assert first.number == 1 and first.used_at is None
    inventories.link_exchange(actor=editor, exchange=line_of(pack), factor_key=own.key)
    pack.refresh_from_db()
    before = calculated(editor, pack)[0]
    first.refresh_from_db()
    assert first.used_at is not None
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update lca_ownfactorversion set value = 9 where id = %s", [first.pk])
    with pytest.raises(DatabaseError), transaction.atomic():
        first.delete()
    second = services.change_own_factor(
        actor=editor, factor=own, **evidence("again"), **(FIELDS | {"value": Decimal(5)})
    )
    assert second.number == 2 and second.file_sha256 != first.file_sha256
    assert services.change_own_factor(actor=editor, factor=own, **(FIELDS | {"value": Decimal(5)})) == second
    pack.refresh_from_db()
    assert pack.own_factors[0]["value"] == "4.5"
    assert calculated(editor, pack)[0] == before
    services.take_newest(actor=editor, factor=own, inventory=pack)
    pack.refresh_from_db()
    assert pack.own_factors[0]["value"] == "5" and calculated(editor, pack)[0] != before
    grams = FIELDS | {"unit": "kg CO2e/kWh"}
    services.change_own_factor(actor=editor, factor=own, **grams)
    with pytest.raises(Problems) as caught:
        services.take_newest(actor=editor, factor=own, inventory=pack)
    assert codes(caught) == {"LINK-UNIT"}
    assert not list(verify())


def test_a_retired_factor_is_offered_no_longer_and_stays_where_it_is(
    editor: Actor, own: OwnFactor, pack: Inventory
) -> None:
    services.retire_own_factor(actor=editor, factor=own)
    with pytest.raises(Problems) as caught:
        inventories.link_exchange(actor=editor, exchange=line_of(pack), factor_key=own.key)
    assert codes(caught) == {"LINK-FACTOR"}
    services.retire_own_factor(actor=editor, factor=own, retired=False)
    inventories.link_exchange(actor=editor, exchange=line_of(pack), factor_key=own.key)
    services.retire_own_factor(actor=editor, factor=own)
    assert calculated(editor, Inventory.objects.get(pk=pack.pk))[0].state == "done"


def test_the_evidence_that_was_altered_is_found(own: OwnFactor) -> None:
    version = own.versions.get()
    assert not list(verify())
    with open(version.file.path, "wb") as stream:
        stream.write(b"other")
    assert [fault.what for fault in verify()] == ["changed"]


def test_invariants_are_in_the_database(own: OwnFactor) -> None:
    for change in (
        "value = -1",
        "valid_until = valid_from",
        "file_sha256 = ''",
        "family = 'x'",
        "number = 0",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"update lca_ownfactorversion set {change}")
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnFactor.objects.filter(pk=own.pk).update(key="elec.cn.mine")


# -- who sees what ------------------------------------------------------------------------------------------------


def test_a_rival_finds_nothing_anywhere(editor: Actor, rival: Actor, own: OwnFactor, pack: Inventory) -> None:
    inventories.link_exchange(actor=editor, exchange=line_of(pack), factor_key=own.key)
    calculated(editor, Inventory.objects.get(pk=pack.pk))
    client = client_of(rival, "en")
    for name, arguments in (
        ("lca:own_factor", [own.pk]),
        ("lca:own_factor_edit", [own.pk]),
        ("lca:own_factor_evidence", [own.pk, 1]),
    ):
        assert CANARY not in text_of(client, name, *arguments, status=404)
    assert client.post(reverse("lca:own_factor_retire", args=[own.pk])).status_code == 404
    assert client.post(reverse("lca:own_factor_take", args=[own.pk, pack.pk])).status_code == 404
    other = pack_inventory(rival)
    pages = [
        text_of(client, "lca:own_factors"),
        text_of(client, "lca:own_factors", query="?q=lfp"),
        text_of(client, "lca:line_link", line_of(other).pk, query="?q=lfp"),
        text_of(client, "lca:reference", query="?q=lfp"),
        text_of(client, "lca:factor", "CN-2026.1", "cam.lfp.greet2022"),
        text_of(client, "audit:list"),
    ]
    assert not any(CANARY in page or own.key in page for page in pages)
    answer = client.post(reverse("lca:line_link", args=[line_of(other).pk]), {"factor_key": own.key})
    assert answer.status_code == 422 and CANARY not in answer.content.decode()
    with pytest.raises(AccessDenied):
        services.change_own_factor(actor=rival, factor=own, **FIELDS)
    with pytest.raises(AccessDenied):
        services.retire_own_factor(actor=rival, factor=own)
    assert not uses.calculations_using(rival, own.key).exists()
    events = AuditEvent.objects.filter(verb__startswith="own_factor.")
    assert events.exists() and CANARY not in str([event.data for event in events])


def test_a_viewer_reads_and_does_not_write(editor: Actor, own: OwnFactor) -> None:
    assert editor.organisation is not None
    viewer = factories.person(editor.organisation, Role.VIEWER)
    client = client_of(viewer, "en")
    assert CANARY in text_of(client, "lca:own_factor", own.pk)
    assert client.get(reverse("lca:own_factor_edit", args=[own.pk])).status_code == 403
    with pytest.raises(AccessDenied):
        services.create_own_factor(actor=viewer, slug="x1", **evidence(), **FIELDS)


def test_the_verifier_reaches_the_evidence_through_the_calculation_only(
    editor: Actor, own: OwnFactor, pack: Inventory
) -> None:
    inventories.link_exchange(actor=editor, exchange=line_of(pack), factor_key=own.key)
    done = calculated(editor, Inventory.objects.get(pk=pack.pk))[0]
    body = factories.organisation("verifier")
    verifier = factories.person(body)
    address = reverse("lca:calculation_evidence", args=[done.pk, own.key])
    assert client_of(verifier).get(address).status_code == 404
    factories.declaration("in_verification", maker=editor.organisation, body=body, calculation=done)
    client = client_of(verifier)
    answer = client.get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == pdf("measured")  # type: ignore[attr-defined]
    assert "report.pdf" in answer["Content-Disposition"] and "attachment" in answer["Content-Disposition"]
    assert client.get(reverse("lca:own_factor", args=[own.pk])).status_code == 403
    index = next(n for n, item in enumerate(done.ledger["lines"]) if item["exchange"] == "cell.m1")
    assert address in text_of(client_of(editor), "lca:trace", done.pk, index)


# -- pages --------------------------------------------------------------------------------------------------------


def test_the_way_of_an_own_factor_by_its_pages(editor: Actor, pack: Inventory, count_queries: Any) -> None:
    client = client_of(editor)
    text_of(client, "lca:own_factors")
    form = {**FIELDS, "slug": "lfp-a", "primary": "on", "value": "4.125"}
    assert client.post(reverse("lca:own_factor_new"), form).status_code == 422
    answer = client.post(reverse("lca:own_factor_new"), {**form, "file": ContentFile(pdf("x"), name="r.pdf")})
    own = OwnFactor.objects.get()
    assert answer.status_code == 302, answer.content.decode()
    page = text_of(client, "lca:line_link", line_of(pack).pk, query="?q=nothing-like-it")
    assert page.index(own.key) < page.index('id="factors"')
    client.post(reverse("lca:line_link", args=[line_of(pack).pk]), {"factor_key": own.key})
    pack.refresh_from_db()
    calculated(editor, pack)
    assert client.get(reverse("lca:own_factor_edit", args=[own.pk])).status_code == 200
    client.post(reverse("lca:own_factor_edit", args=[own.pk]), {**form, "value": "5", "file": ""})
    assert OwnFactorVersion.objects.count() == 2
    page = text_of(client, "lca:own_factor", own.pk)
    assert reverse("lca:inventory_detail", args=[pack.pk]) in page
    assert reverse("lca:own_factor_take", args=[own.pk, pack.pk]) in page
    client.post(reverse("lca:own_factor_take", args=[own.pk, pack.pk]))
    assert reverse("lca:own_factor_take", args=[own.pk, pack.pk]) not in text_of(
        client, "lca:own_factor", own.pk
    )
    english = client_of(editor, "en")
    for name, arguments, words in (
        ("lca:own_factors", [], "Nobody else sees them"),
        ("lca:own_factor", [own.pk], "never changes"),
        ("lca:own_factor_edit", [own.pk], "Evidence"),
        ("lca:line_link", [line_of(pack).pk], "Own factors"),
    ):
        assert words in text_of(english, name, *arguments) and words not in text_of(client, name, *arguments)
    for number in range(6):
        services.create_own_factor(actor=editor, slug=f"more-{number}", **evidence(), **FIELDS)
    with count_queries(connection) as found:
        text_of(client, "lca:own_factors")
    assert len(found) < 25


def test_traps_are_said_in_plain_words(editor: Actor) -> None:
    from lca.selectors import current_release

    release = current_release()

    def traps(key: str) -> str:
        return " ".join(traps_of(Factor.objects.get(release=release, key=key)))

    from django.utils import translation

    with translation.override("en"):
        assert "0.589" in traps("pre.niso4.greet2022") and "hexahydrate" in traps("pre.niso4.greet2022")
        assert "organisations" in traps("elec.cn.co2.prov.HB.2023")
        assert "tank to wheel" in traps("trans.road.cn.heavy_diesel.cpcd")
        assert "carbon dioxide only" in traps("fuel.diesel.combustion.ipcc2006")
        assert "supply of the fuel" in traps("fuel.ng.comb_m3.cpcd")
        assert "losses of the grid" in traps("elec.cn.gen.wind.2024")
        assert not traps("cam.lfp.cpcd2025")


def test_a_part_of_a_pack_takes_an_own_factor() -> None:
    from tests.declarations import build

    of = build.maker()
    pack = build.pack(of)
    own = services.create_own_factor(actor=of.editor, slug="lfp-a", **evidence(), **FIELDS)
    part = pack.parts.select_related("exchange").first()
    client = client_of(of.editor, "en")
    page = text_of(client, "declarations:part_factor", pack.pk, part.pk)
    assert own.key in page and 'name="factor"' in page
    client.post(reverse("declarations:part_factor", args=[pack.pk, part.pk]), {"factor": own.key})
    assert Exchange.objects.get(pk=part.exchange_id).link == {"factor": own.key}
    assert Inventory.objects.get(pk=pack.inventory_id).own_factors[0]["key"] == own.key
    assert "Own factor" in text_of(client, "declarations:pack", pack.pk)


def test_the_list_asks_a_fixed_number_of_questions(editor: Actor, own: OwnFactor, count_queries: Any) -> None:
    """One factor or nine: the same number of queries."""
    client, page = client_of(editor, "en"), reverse("lca:own_factors")

    def queries() -> int:
        with count_queries(connection) as caught:
            client.get(page)
        return len(caught)

    queries()  # the first page of a process reads what stays in memory
    few = queries()
    for number in range(8):
        services.create_own_factor(actor=editor, slug=f"more-{number}", **evidence(str(number)), **FIELDS)
    assert "more-7" in text_of(client, "lca:own_factors")
    assert queries() == few

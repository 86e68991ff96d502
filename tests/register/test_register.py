"""The public register: what everyone reads, and what nobody must."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.audit.services import verify
from declarations.models import RegisterEntry, Statement
from declarations.selectors import register as selectors
from declarations.selectors import register_digests as digests
from declarations.selectors import register_statistics as statistics
from declarations.services import review as services
from tests.register.made import accepted, visitor
from tests.support import factories as make
from tests.support.database import by_hand

pytestmark = pytest.mark.django_db
CANARY = "canary-6140"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everyone_reads_the_register(language: str) -> None:
    """List, entry and downloads, without signing in."""
    declaration = accepted()
    client = visitor(language)
    listed = client.get(reverse("register:list")).content.decode()
    assert declaration.number in listed and declaration.pack.model in listed
    page = client.get(reverse("register:detail", args=[declaration.number])).content.decode()
    assert "0.0556" in page and declaration.snapshot.sha256 in page


def test_empty_register_says_so() -> None:
    """And so does a search that finds nothing."""
    assert "register is empty" in visitor().get(reverse("register:list")).content.decode()
    accepted()
    assert "Nothing found" in visitor().get(reverse("register:list"), {"q": "zzz"}).content.decode()


def test_nothing_but_public_fields() -> None:
    """Canaries in lines, factors, suppliers, plants, notes, reasons and remarks reach no public answer."""
    maker, supplier = (
        make.organisation("maker"),
        make.organisation("supplier", name_en=f"{CANARY} supplier", name_zh=CANARY),
    )
    content = make.ledger()
    content["lines"][0]["name"] = {"zh": CANARY, "en": CANARY}
    content["lines"][0]["factor"] = {
        "key": CANARY,
        "name": {"zh": CANARY, "en": CANARY},
        "value": 1.0,
        "unit": "x",
    }
    content["processes"][0]["name"] = {"zh": CANARY, "en": CANARY}
    result = make.result(supplier, maker, product_zh=CANARY, product_en=CANARY)
    pack = make.pack(maker, test_report=CANARY, chemistry_detail=CANARY)
    pack.plants.add(maker.plants.create(name=CANARY, province="320000", address=CANARY))
    declaration = make.declaration(
        "in_verification",
        maker=maker,
        pack=pack,
        calculation=make.calculation(maker, content, results=[result]),
        revision_reason=CANARY,
    )
    make.statement(declaration, remarks=CANARY, opinion="qualified")
    declaration.state = "verified"
    declaration.save()
    make.go_on(declaration, "submitted")
    regulator = make.person(make.organisation("authority", name_zh=CANARY, name_en=CANARY))
    services.take_up(actor=regulator, declaration=declaration)
    services.add_note(actor=regulator, declaration=declaration, section="energy", text=CANARY)
    services.accept(actor=regulator, declaration=declaration)
    assert CANARY in declaration.snapshot.content
    client = visitor()
    answers = [client.get(reverse("register:list"))]
    answers.append(client.get(reverse("register:detail", args=[declaration.number])))
    answers.append(client.get(reverse("register:detail_json", args=[declaration.number])))
    for response in answers:
        assert response.status_code == 200
        assert CANARY not in response.content.decode()
    assert "Nothing found" in client.get(reverse("register:list"), {"q": CANARY}).content.decode()
    for name in ("register:csv", "register:json"):
        assert CANARY not in b"".join(client.get(reverse(name)).streaming_content).decode()  # type: ignore[attr-defined]
    entry = RegisterEntry.objects.get()
    assert CANARY not in entry.content + entry.search


def test_entry_has_exactly_the_listed_fields() -> None:
    """A new field of the snapshot does not become public by itself."""
    accepted()
    content = json.loads(RegisterEntry.objects.get().content)
    assert set(content) == {
        "format",
        "rule_version",
        "number",
        "version",
        "supersedes_version",
        "phase",
        "maker",
        "product",
        "figures",
        "ruleset",
        "factor_release",
        "verification",
        "snapshot_sha256",
    }
    assert set(content["maker"]) == {"name", "uscc", "province", "is_demo"}
    assert set(content["product"]) == {
        "model",
        "gbt34014",
        "chemistry",
        "cell_format",
        "rated_energy_kwh",
        "mass_kg",
        "vehicle_category",
        "cycle_life_standard",
    }
    assert set(content["verification"]) == {"body", "report_number", "opinion", "sha256"}


@pytest.mark.parametrize(
    "state", ["draft", "frozen", "in_verification", "verified", "submitted", "in_review"]
)
def test_what_is_not_accepted_is_not_found(state: str) -> None:
    """Neither page nor JSON nor list."""
    declaration = make.declaration(state)
    client = visitor()
    for name in ("detail", "detail_json"):
        assert client.get(reverse(f"register:{name}", args=[declaration.number])).status_code == 404
    assert declaration.number not in client.get(reverse("register:list")).content.decode()


def test_digest_check() -> None:
    """Of the content, the statement and the entry; anything else is said not to match."""
    declaration = accepted()
    url = reverse("register:detail", args=[declaration.number])
    statement = Statement.objects.get(declaration=declaration)
    entry = RegisterEntry.objects.get()
    client = visitor()
    for digest in (
        declaration.snapshot.sha256,
        statement.sha256,
        entry.sha256,
        f" SHA256:{entry.sha256.upper()} ",
    ):
        assert "The digest matches." in client.get(url, {"sha256": digest}).content.decode()
    assert "does not match" in client.get(url, {"sha256": "0" * 64}).content.decode()
    assert "not a SHA-256" in client.get(url, {"sha256": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in client.get(url, {"sha256": "<script>alert(1)</script>"}).content.decode()
    other = accepted()
    assert "The digest does not match." in client.get(url, {"sha256": other.snapshot.sha256}).content.decode()


def test_tampering_shows() -> None:
    """What somebody changes in the database past the triggers is seen on the public page."""
    declaration = accepted()
    url = reverse("register:detail", args=[declaration.number])
    assert visitor().get(url).content.decode().count("recomputed, matches") == 2
    by_hand("update declarations_registerentry set content = replace(content, 'LFP', 'NMC')")
    assert visitor().get(url).content.decode().count("recomputed, matches") == 1
    assert not digests.integrity(RegisterEntry.objects.get()).entry
    entry = RegisterEntry.objects.get()
    assert f"register entry {entry.pk} is not what was accepted" in [fault.detail for fault in verify()]
    by_hand("delete from declarations_registerentry")
    assert "missing" in {fault.what for fault in verify() if fault.seq is not None}


def test_superseded_version_stays_readable() -> None:
    """The older version says that it is superseded; its digest is recognised as such."""
    first = accepted()
    second = accepted(
        make.ledger(70),
        maker=first.organisation,
        pack=first.pack,
        number=first.number,
        version=2,
        supersedes=first,
    )
    url = reverse("register:detail", args=[first.number])
    client = visitor()
    page = client.get(url).content.decode()
    assert second.snapshot.sha256 in page and "This version was superseded" not in page
    assert "superseded by version 2" in client.get(url, {"version": "1"}).content.decode()
    assert client.get(url, {"version": "9"}).status_code == 404
    assert "superseded version" in client.get(url, {"sha256": first.snapshot.sha256}).content.decode()
    states = [
        item["state"]
        for item in client.get(reverse("register:detail_json", args=[first.number])).json()["versions"]
    ]
    assert states == ["current", "superseded"]
    assert client.get(reverse("register:list")).content.decode().count(f">{first.number}<") == 1


def test_later_edit_of_the_pack_does_not_reach_the_register() -> None:
    """What was accepted stands, whatever the maker does to its pack."""
    declaration = accepted()
    model = declaration.pack.model
    declaration.pack.model = "OTHER-NAME"
    declaration.pack.save()
    page = visitor().get(reverse("register:list")).content.decode()
    assert model in page and "OTHER-NAME" not in page


def test_downloads_are_safe_and_true() -> None:
    """CSV: no cell is a formula, figures as computed; JSON: every entry can be checked against its digest."""
    maker = make.organisation("maker", name_zh="=HYPERLINK(1)", name_en="+evil")
    declaration = accepted(maker=maker, pack=make.pack(maker, "@model"))
    client = visitor()
    raw = b"".join(client.get(reverse("register:csv")).streaming_content)  # type: ignore[attr-defined]
    assert raw.startswith(b"\xef\xbb\xbf")
    row = next(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert (row["maker_zh"], row["maker_en"], row["model"]) == ("'=HYPERLINK(1)", "'+evil", "'@model")
    assert float(row["kg_co2e_per_kwh_rated"]) == 75.0
    assert row["snapshot_sha256"] == declaration.snapshot.sha256
    data = json.loads(b"".join(client.get(reverse("register:json")).streaming_content))  # type: ignore[attr-defined]
    entry = data["entries"][0]
    stored = RegisterEntry.objects.get()
    assert entry["sha256"] == sha256_hex(stored.content.encode())
    assert entry["figures"]["per_kwh_capacity"] == "75.0"


def test_filters_and_statistics() -> None:
    """By chemistry, maker, province, year and words; few packs of a chemistry have no quartiles."""
    south = make.organisation("maker", province="440000")
    for value in range(11):
        accepted(make.ledger(70 + value), maker=south)
    lone = accepted(pack=make.pack(maker := make.organisation("maker"), chemistry="NMC"), maker=maker)
    rows = selectors.entries_for(make.person(maker))
    found = statistics.statistics(rows, "cn-miit-551")
    spreads = {item.chemistry: item.quartiles is not None for item in found.by_chemistry}
    assert spreads == {"LFP": True, "NMC": False}
    assert (found.count, found.makers) == (12, 2)
    assert [group.count for group in found.by_maker] == [11, 1]
    client, url = visitor(), reverse("register:list")
    assert lone.number not in client.get(url, {"province": "440000"}).content.decode()
    assert lone.number in client.get(url, {"chemistry": "NMC", "q": lone.pack.model.lower()}).content.decode()
    for sort in ("number", "-delivered", "rated", "maker", "day", "nonsense"):
        assert client.get(url, {"sort": sort, "page": "99"}).status_code == 200
    assert client.get(url, {"year": "abcd", "ruleset": "nowhere"}).status_code == 200


def test_list_needs_few_queries(count_queries: Any) -> None:
    """The number of queries does not grow with the register."""
    accepted()
    client, url = visitor(), reverse("register:list")
    client.get(url)
    with count_queries(connection) as one:
        client.get(url)
    for _number in range(4):
        accepted()
    with count_queries(connection) as five:
        client.get(url)
    assert len(five) == len(one)

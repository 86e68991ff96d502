"""A supplier's recipe, marked by words and amounts that occur nowhere else, looked for by everybody else everywhere.

Each person opens every page that can be reached from any page, by every link; then what the site has stored and sent.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.apps import apps
from django.core import mail
from django.core.files.storage import default_storage
from django.db.models import FileField, Model
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from pypdf import PdfReader

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.jobs.models import Job
from declarations.bundle.services import request_bundle
from declarations.models import Bundle, Declaration
from declarations.reports.services import request_report
from declarations.services import declarations, packs, parts, review
from declarations.services.summaries import request_summary
from lca.models import PublishedResult
from suppliers.activity import receiving
from suppliers.activity import services as activity
from suppliers.models import DataRequest
from suppliers.services import links, publishing, requests, uploads
from suppliers.webform.drafts import take_upload
from tests.declarations import build
from tests.suppliers.conftest import browser
from tests.support import factories
from tests.support.workbooks import CANARIES, as_file, edited, filled, run_jobs

pytestmark = pytest.mark.django_db

# Amounts that a page would group, and what a formula injection would carry along.
WORDS = (*CANARIES, "7,310,459", "4,829,130", "CANARY-METER", "CANARY-FILE")
# Whoever may not see a recipe may still ask; the word asked for is on the page of the answer.
ASKED = "?q=CANARY-SOLVENT"
# What a person is meant to look at only by pressing: leaving, and files that are one and the same everywhere.
NOT_FOLLOWED = re.compile(r"^/(static|signout|language|jsi18n)|^/ui-kit|format=|\.ics$")
# Pages of one kind differ in their numbers only.
PER_ROUTE = 2


@dataclass
class Scene:
    """A supplier's answer on its way into the register."""

    of: build.Maker
    supplier: Actor
    verifier: Actor
    regulator: Actor
    request: DataRequest
    result: PublishedResult
    declaration: Declaration


def answered(of: build.Maker, supplier: Actor, request: DataRequest) -> PublishedResult:
    """First with mistakes, so that findings hold the words too; then by a clean workbook, calculated and published."""
    request = requests.open_request(actor=supplier, request=request)
    clean = filled(request)
    wrong = edited(clean, {("物料", "D6"): "CANARY-SOLVENT/年", ("物料", "C7"): "7310459 左右"})
    for content in (wrong, clean):
        made = uploads.receive_upload(
            actor=supplier, request=request, file=as_file(content), filename="CANARY-FILE 金丝雀供货商.xlsx"
        )
        run_jobs("suppliers.check_upload")
        made.refresh_from_db()
        if content is wrong:
            take_upload(actor=supplier, request=request, upload=made)
    uploads.accept_upload(actor=supplier, upload=made)
    publishing.calculate_answer(actor=supplier, request=request)
    run_jobs("lca.calculate")
    request.refresh_from_db()
    return publishing.publish_answer(actor=supplier, request=request)


@pytest.fixture
def scene(caplog: pytest.LogCaptureFixture) -> Iterator[Scene]:
    """The whole way, by services, with everything kept that is logged on it."""
    caplog.set_level(logging.DEBUG)
    with clock.at("2026-11-20"):
        yield the_way()


def the_way() -> Scene:
    """From the request to the register."""
    build.trial()
    of = build.maker()
    supplier = factories.person(factories.organisation("supplier"))
    regulator = factories.person(factories.organisation("authority"))
    assert supplier.organisation is not None
    links.add_supplier(actor=of.editor, mode=links.LINKED, code=supplier.organisation.code)
    source = activity.create_source(actor=supplier, code="canary", name="CANARY-METER", kind="meter")
    row = {
        "key": "CANARY-METER/1",
        "item": "CANARY-METER",
        "from": "2025-01",
        "amount": "7310459",
        "unit": "kWh",
    }
    receiving.receive_rows(actor=supplier, source=source, rows=[row], key="1")
    pack = build.pack(of, registered=False)
    part = parts.add_part(
        actor=of.editor,
        pack=pack,
        module_type="electrolyte",
        name_zh="电解液",
        amount=Decimal("90"),
        unit="kg",
    )
    request = parts.ask_supplier(
        actor=of.editor,
        part=part,
        supplier=supplier.organisation,
        year=2025,
        due_on=clock.today() + dt.timedelta(days=9),
    )
    result = answered(of, supplier, request)
    requests.accept(actor=of.editor, request=request)
    parts.use_result(actor=of.editor, part=part, result=result)
    packs.register_pack(actor=of.editor, pack=pack)
    build.calculated(of, pack)
    build.plan(of)
    declaration = declarations.create_declaration(actor=of.editor, pack=pack, phase=build.trial())
    declarations.freeze_declaration(actor=of.editor, declaration=declaration)
    verifier = build.body()
    assert verifier.organisation is not None
    declarations.send_to_verification(actor=of.approver, declaration=declaration, body=verifier.organisation)
    build.signed(verifier, declaration)
    declarations.submit(actor=of.approver, declaration=declaration)
    review.take_up(actor=regulator, declaration=declaration)
    declaration.refresh_from_db()
    assert declaration.snapshot is not None
    review.accept(actor=regulator, declaration=declaration)
    for kind in ("pdf", "xlsx", "json"):
        request_report(actor=of.editor, declaration=declaration, kind=kind, language="zh")
    request_bundle(actor=of.editor, declaration=declaration)
    request_bundle(actor=regulator, declaration=declaration)
    request_summary(actor=of.approver, phase=declaration.phase)
    run_jobs()
    declaration.refresh_from_db()
    return Scene(of, supplier, verifier, regulator, request, result, declaration)


# ---------- looking ----------


def text_of(content: bytes) -> str:
    """Everything that can be read in an answer: text, and the parts of what is a zip (workbooks, bundles)."""
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return "".join(text_of(packed.read(name)) for name in packed.namelist())
    if content[:5] == b"%PDF-":
        pdf = PdfReader(io.BytesIO(content))
        inside = [part for parts in pdf.attachments.values() for part in parts]
        return "".join((*(page.extract_text() for page in pdf.pages), *(text_of(part) for part in inside)))
    return html.unescape(content.decode("utf-8", "replace"))


def found_in(text: str) -> list[str]:
    """The words of the recipe that stand in a text."""
    return [word for word in WORDS if word in text]


LINK = re.compile(r'(?:href|src|hx-get|action|data-url)="([^"#]+)')


@dataclass
class Walk:
    """One person opening whatever can be reached."""

    client: Client
    seen: dict[str, int] = field(default_factory=dict)
    leaks: dict[str, list[str]] = field(default_factory=dict)
    routes: dict[str, int] = field(default_factory=dict)

    def known(self, path: str) -> bool:
        """Whether enough pages of this kind were opened; counts this one."""
        try:
            name = resolve(path.partition("?")[0]).view_name
        except Resolver404:
            name = path
        self.routes[name] = self.routes.get(name, 0) + 1
        return self.routes[name] > PER_ROUTE

    def go(self, *starts: str) -> Walk:
        """Open these, and every page that they lead to. Addresses that take a POST are opened too, and say 405."""
        waiting = list(starts)
        while waiting:
            path = waiting.pop(0)
            if path in self.seen or NOT_FOLLOWED.search(path) or self.known(path):
                continue
            response = self.client.get(path)
            self.seen[path] = response.status_code
            streamed = getattr(response, "streaming_content", None)
            content = b"".join(streamed) if streamed is not None else response.content
            text = text_of(content)
            asked = text.replace("CANARY-SOLVENT", "") if "q=CANARY" in path else text
            if words := found_in(asked):
                self.leaks[path] = words
            if response.status_code in (301, 302):
                waiting.append(local(path, response.headers["Location"]))
            elif "html" in response.headers.get("Content-Type", ""):
                waiting += [local(path, link) for link in LINK.findall(html.unescape(content.decode()))]
            waiting = [one for one in waiting if one]
        return self


def local(base: str, link: str) -> str:
    """The address on this site that a link means; empty for any other. Sorting and paging are the same page again."""
    parts = urlsplit(urldefrag(urljoin(f"http://testserver{base}", link)).url)
    if parts.netloc != "testserver":
        return ""
    kept = (
        parts.query if re.fullmatch(r"(q|box|tab|year|language|rules?|view|a|b)=[^&]*", parts.query) else ""
    )
    return f"{parts.path}?{kept}" if kept else parts.path


def supplier_addresses(scene: Scene) -> list[str]:
    """Where the recipe stands: every page that the supplier itself can reach, to be tried by everybody else."""
    walk = Walk(browser(scene.supplier)).go("/")
    assert walk.leaks, "the supplier itself sees its recipe"
    assert {word for words in walk.leaks.values() for word in words} >= {"CANARY-SOLVENT", "CANARY-METER"}
    return list(walk.seen)


def stored_for_others(scene: Scene) -> dict[str, str]:
    """Every row and every file that is not the supplier's own, by table."""
    own = {"lca", "suppliers", "sessions", "contenttypes"}
    found: dict[str, str] = {}
    for model in apps.get_models():
        if model._meta.app_label in own or model is Bundle:
            continue
        found[model._meta.label] = json.dumps(
            list(model._default_manager.values()), default=str, ensure_ascii=False
        )
        found[f"files of {model._meta.label}"] = "".join(files_of(model))
    found["bundles"] = "".join(
        text_of(row.file.read()) for row in Bundle.objects.exclude(variant=Bundle.Variant.BODY) if row.file
    )
    found["published results"] = json.dumps(
        list(PublishedResult.objects.values()), default=str, ensure_ascii=False
    )
    found["mail"] = "".join(str(message.message()) for message in mail.outbox)
    found["jobs"] = json.dumps(list(Job.objects.values()), default=str, ensure_ascii=False)
    assert found["jobs"] != "[]"
    assert scene.declaration.state == "accepted"
    return found


def files_of(model: type[Model]) -> Iterator[str]:
    """The text of every file that rows of a table name."""
    fields = [item.name for item in model._meta.get_fields() if isinstance(item, FileField)]
    for row in model._default_manager.all() if fields else ():
        for name in fields:
            if (kept := getattr(row, name).name) and default_storage.exists(kept):
                with default_storage.open(kept) as file:
                    yield text_of(file.read())


def test_nobody_else_sees_a_word_of_the_recipe(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    addresses = supplier_addresses(scene)
    others = {
        "buyer": browser(scene.of.editor),
        "authority": browser(scene.regulator, "en"),
        "rival supplier": browser(factories.person(factories.organisation("supplier"))),
        "another verifier": browser(build.body()),
        "operator": browser(factories.person(factories.organisation("operator"))),
        "visitor": Client(),
    }
    public = [
        reverse("register:list"),
        reverse("suppliers:request_list") + ASKED,
        reverse("audit:list") + ASKED,
    ]
    opened: dict[str, set[str]] = {}
    for who, client in others.items():
        walk = Walk(client).go("/", *public, *addresses)
        assert not walk.leaks, (who, walk.leaks)
        assert not {path: code for path, code in walk.seen.items() if code >= 500}, who
        opened[who] = {path for path, code in walk.seen.items() if code == 200}
    # The walks went somewhere.
    assert len(opened["buyer"]) > 60, sorted(opened["buyer"])
    assert len(opened["authority"]) > 25, sorted(opened["authority"])
    assert all(len(pages) > 5 for pages in opened.values()), {
        who: len(pages) for who, pages in opened.items()
    }
    for what, text in stored_for_others(scene).items():
        assert not found_in(text), (what, found_in(text))
    assert not found_in(caplog.text)
    # The engaged verifier does see the recipe, by the same walk: the looking is not blind.
    walk = Walk(browser(scene.verifier)).go(reverse("declarations:verification", args=[scene.declaration.pk]))
    assert "CANARY-SOLVENT" in {word for words in walk.leaks.values() for word in words}

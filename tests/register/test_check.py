"""Is the document that somebody holds what was accepted: by digest, by file, by the code on the product."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from carbonfoot import clock
from declarations.models import Bundle, Declaration, RegisterEntry, ReportFile, Statement
from declarations.selectors.register_digests import clean_digest
from declarations.views import register_check, register_files
from tests.register.made import accepted, visitor
from tests.support import factories as make

pytestmark = pytest.mark.django_db
CHECK = "register:check"


def written(declaration: Declaration, content: bytes, **fields: Any) -> ReportFile:
    """A report of the frozen content that was written here."""
    return ReportFile.objects.create(
        snapshot=declaration.snapshot,
        kind="pdf",
        language="en",
        sha256=hashlib.sha256(content).hexdigest(),
        **{"done_at": clock.now(), **fields},
    )


def bundled(declaration: Declaration) -> Bundle:
    return Bundle.objects.create(
        snapshot=declaration.snapshot,
        organisation=declaration.organisation,
        variant="maker",
        until_seq=1,
        sha256="b" * 64,
        manifest_sha256="d" * 64,
        done_at=clock.now(),
    )


def posted(client: Client, content: bytes) -> Any:
    return client.post(reverse(CHECK), {"file": SimpleUploadedFile("report.pdf", content)})


def test_each_digest_leads_to_its_entry() -> None:
    """Of content, statement, entry, report and bundle, in the whole register; the page says what it is one of."""
    accepted()
    declaration = accepted()
    entry = RegisterEntry.objects.get(declaration=declaration)
    bundle, report = bundled(declaration), written(declaration, b"%PDF the report")
    statement = Statement.objects.get(declaration=declaration)
    for digest, words in (
        (entry.snapshot_sha256, "the declared content (snapshot)"),
        (statement.sha256, "the verification statement"),
        (entry.sha256, "this register entry"),
        (report.sha256, "a report file generated here"),
        (bundle.sha256, "a verification bundle written here"),
        (bundle.manifest_sha256, "a verification bundle written here"),
    ):
        answer = visitor().get(reverse(CHECK), {"sha256": digest}, follow=True)
        assert answer.redirect_chain[0][0].startswith(reverse("register:detail", args=[declaration.number]))
        page = answer.content.decode()
        assert "The digest matches." in page and f"It is that of {words}, version 1" in page


@pytest.mark.parametrize(
    ("language", "unknown", "wrong"),
    [
        ("en", "Nothing in the register has this digest.", "This is not a SHA-256 digest."),
        ("zh-hans", "登记中没有这个摘要。", "这不是 SHA-256 摘要。"),
    ],
)
def test_what_matches_nothing_says_so(language: str, unknown: str, wrong: str) -> None:
    """An unknown digest, and what is no digest, in both languages; what was typed is shown as text."""
    client, url = visitor(language), reverse(CHECK)
    assert unknown in client.get(url, {"sha256": "0" * 64}).content.decode()
    page = client.get(url, {"sha256": "<b>1"}).content.decode()
    assert wrong in page and "<b>1" not in page


@pytest.mark.parametrize("state", ["verified", "submitted", "in_review"])
def test_nothing_is_said_of_what_was_not_accepted(state: str) -> None:
    """Neither of its content nor of its statement nor of a report of it; nor of a report that is not finished."""
    declaration = make.declaration(state)
    report = written(declaration, b"early")
    unfinished = written(accepted(), b"half", done_at=None)
    statement = Statement.objects.get(declaration=declaration)
    assert declaration.snapshot is not None
    for digest in (declaration.snapshot.sha256, statement.sha256, report.sha256, unfinished.sha256):
        page = visitor().get(reverse(CHECK), {"sha256": digest}).content.decode()
        assert "Nothing in the register has this digest." in page


def test_by_file() -> None:
    """The file goes up, its digest leads to the entry; one changed byte does not; nothing of it is kept."""
    declaration = accepted()
    content = b"%PDF-1.7 " + bytes(range(256)) * 400  # more than one chunk in memory
    written(declaration, content)
    client = visitor()
    answer = posted(client, content)
    digest = hashlib.sha256(content).hexdigest()
    assert answer["Location"] == f"{reverse(CHECK)}?sha256={digest}&file=1"
    assert "a report file generated here" in client.get(answer["Location"], follow=True).content.decode()
    page = client.get(posted(client, content[:-1] + b"!")["Location"]).content.decode()
    assert "The file was changed, was printed or saved anew, or was never accepted." in page
    assert client.post(reverse(CHECK), {}).status_code == 422
    assert ReportFile.objects.count() == 1


@pytest.mark.parametrize(
    ("pasted", "wanted"),
    [
        ("A" * 64, "a" * 64),
        (f"  sha256:{'b' * 64}\n", "b" * 64),
        (f"SHA-256 {'c' * 64}", "c" * 64),
        (" ".join(["d" * 8] * 8), "d" * 64),
        ("a" * 63, ""),
        ("g" * 64, ""),
        ("", ""),
    ],
)
def test_digests_as_people_paste_them(pasted: str, wanted: str) -> None:
    """Upper case, spaces and a name before it are taken off; the rest is no digest."""
    assert clean_digest(pasted) == wanted


def modules(drawing: str) -> list[list[int]]:
    """The dark squares of a QR code that was drawn as one path of horizontal strokes, without its quiet zone."""
    path = re.findall(r'<path[^>]* d="([^"]+)"', drawing)[-1]
    x = y = 0.0
    dark: set[tuple[int, int]] = set()
    for command, numbers in re.findall(r"([Mmh])([^Mmh]+)", path):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            dark |= {(int(y), int(x) + step) for step in range(int(values[0]))}
            x += values[0]
    top, left = min(row for row, _ in dark), min(column for _, column in dark)
    size = max(row for row, _ in dark) - top + 1
    return [[int((top + row, left + column) in dark) for column in range(size)] for row in range(size)]


def test_the_code_holds_the_address(settings: Any) -> None:
    """On the page and as a drawing: module by module the code of the public address with the digest of this version.
    The address answers that it stands, and after a correction that it was superseded."""
    settings.PUBLIC_URL = "https://register.example"
    first = accepted()
    url = reverse("register:detail", args=[first.number])
    address = f"https://register.example{url}?sha256={first.snapshot.sha256}"
    wanted = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
    client = visitor()
    page, drawing = client.get(url).content.decode(), client.get(reverse("register:qr", args=[first.number]))
    assert address in page
    assert modules(page[page.index('class="qr"') - 200 :].split("</svg>")[0]) == wanted
    assert modules(drawing.content.decode()) == wanted
    assert drawing["Content-Type"] == "image/svg+xml"
    assert "which stands in the register" in client.get(address).content.decode()
    second = accepted(
        make.ledger(70),
        maker=first.organisation,
        pack=first.pack,
        number=first.number,
        version=2,
        supersedes=first,
    )
    assert "superseded by version 2 on" in client.get(address).content.decode()
    later = modules(client.get(reverse("register:qr", args=[first.number])).content.decode())
    other = segno.make(address.replace(first.snapshot.sha256, second.snapshot.sha256), error="m", micro=False)
    assert later == [list(row) for row in other.matrix] != wanted


def test_the_entry_byte_by_byte() -> None:
    """What is downloaded has the digest that the page shows."""
    declaration = accepted()
    answer = visitor().get(reverse("register:content", args=[declaration.number]))
    assert hashlib.sha256(answer.content).hexdigest() == RegisterEntry.objects.get().sha256


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_downloads_are_limited(language: str) -> None:
    """So many a minute from one address, both kinds together; others and the pages are not touched."""
    client, url = visitor(language), reverse("register:csv")
    for _number in range(register_files.DOWNLOADS_A_MINUTE - 1):
        assert client.get(url).status_code == 200
    assert client.get(reverse("register:json")).status_code == 200
    answer = client.get(url)
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert {"en": "10 times a minute", "zh-hans": "每分钟最多可请求10次"}[language] in answer.content.decode()
    assert client.get(url, REMOTE_ADDR="192.0.2.7").status_code == 200
    assert client.get(reverse("register:list")).status_code == 200


def test_files_are_limited_and_digests_are_not() -> None:
    """A file costs reading it; a digest that is pasted does not."""
    client = visitor()
    for _number in range(register_check.FILES_A_MINUTE):
        assert posted(client, b"x").status_code == 302
    assert posted(client, b"x").status_code == 429
    assert client.get(reverse(CHECK), {"sha256": "0" * 64}).status_code == 200

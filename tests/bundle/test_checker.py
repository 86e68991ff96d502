"""The bundle in a stranger's hands: recalculated without a database, and every change of it found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carbonfoot import clock
from carbonfoot.audit.canonical import canonical_json, digest
from carbonfoot.jobs.services import run_job
from declarations.bundle import services
from declarations.bundle.checker import archive, run
from declarations.models import Bundle
from declarations.services import declarations
from tests.declarations import build

# The checker needs no database; the mark is what has one made for the fixture.
pytestmark = pytest.mark.django_db
SUMMER = "2026-06-01T09:00+08:00"
ONCE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


@dataclass
class Written:
    """A maker's bundle of a submitted declaration, as bytes and as files."""

    data: bytes
    files: dict[str, bytes]
    row: Bundle


@pytest.fixture(scope="module")
def written(django_db_setup: None, django_db_blocker: Any) -> Iterator[Written]:
    """Written once for all tests of this file; the rows are taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.at(SUMMER):
            of, _verifier, declaration = build.verified()
            declarations.submit(actor=of.approver, declaration=declaration)
            row = services.request_bundle(actor=of.viewer, declaration=declaration)
            assert row.job is not None
            assert run_job(row.job.pk) == "succeeded", row.job.problems
            row.refresh_from_db()
            data = services.hand_out(actor=of.viewer, bundle=row).getvalue()
        yield Written(data, dict(archive.unpack(data).files), row)
        transaction.set_rollback(True)


def resealed(files: dict[str, bytes], **facts: Any) -> archive.Package:
    """The files with a manifest that fits them again: what somebody would do who exchanges more than a byte."""
    manifest = json.loads(files[archive.MANIFEST])
    kept = {name: value for name, value in manifest.items() if name not in ("files", "format")} | facts
    plain = {name: data for name, data in files.items() if name not in (archive.MANIFEST, archive.SEAL)}
    return archive.unpack(archive.pack(archive.seal(plain, kept)))


def said(report: run.Report) -> tuple[int, str]:
    """Exit code, and the code of the last sentence or of what was altered."""
    last = report.verdict
    return report.code, last[1][0] if last[0] == "altered" else last[0]


def test_reproduced_with_every_figure(written: Written) -> None:
    """The whole ledger comes out again; the digests are those of the row."""
    package = archive.unpack(written.data)
    assert (package.sha256, package.seal) == (written.row.sha256, written.row.manifest_sha256)
    report = run.check(package, written.row.sha256)
    assert said(report) == (0, "reproduced")
    figures = next(item[1] for item in report.said if item[0] == "ledger_ok")
    assert figures > 100
    assert {"snapshot_ok", "statement_ok", "receipt_ok", "signature_ok", "events_ok", "sums_ok"} <= {
        item[0] for item in report.said
    }
    assert not {"no_expect", "events_unproven"} & {item[0] for item in report.said}
    assert said(run.check(package)) == (0, "reproduced")
    assert "no_expect" in {item[0] for item in run.check(package).said}
    assert said(run.check(package, "0" * 64)) == (3, "expect")


def test_same_bytes_again(written: Written) -> None:
    """A bundle is a function of what is frozen: zip and folder hold the same files in one form."""
    assert archive.pack(written.files) == written.data
    assert archive.pack(dict(reversed(list(written.files.items())))) == written.data


def test_one_command_without_a_database(written: Written, tmp_path: Path) -> None:
    """``python BUNDLE.zip`` in an empty folder, with nothing of the site on the path; in both languages;
    unpacked, too."""
    file = tmp_path / "bundle.zip"
    file.write_bytes(written.data)
    clean = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("DJANGO", "DATABASE", "PYTHON"))
    }
    done = subprocess.run(
        [sys.executable, "-I", str(file), "--expect", written.row.manifest_sha256],
        cwd=tmp_path, env=clean, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "REPRODUCED · 已复现" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["bundle.zip"]


def test_command_of_the_site(written: Written, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The site's own program gives the same answer, from a zip or a folder, and the exit code when it fails."""
    folder = tmp_path / "folder"
    for name, data in written.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    call_command("bundle_verify", str(folder), "--expect", written.row.manifest_sha256)
    assert "REPRODUCED" in capsys.readouterr().out
    (folder / "snapshot.json").write_bytes(written.files["snapshot.json"] + b" ")
    with pytest.raises(CommandError) as caught:
        call_command("bundle_verify", str(folder))
    assert caught.value.returncode == 3


@given(data=st.data())
@ONCE
def test_any_byte_of_the_zip(written: Written, data: st.DataObject) -> None:
    """One bit of any byte, in a file or between files, makes it altered."""
    place = data.draw(st.integers(0, len(written.data) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    changed = bytearray(written.data)
    changed[place] ^= bit
    with pytest.raises(archive.Altered):
        archive.check_files(archive.unpack(bytes(changed)))


@given(data=st.data())
@ONCE
def test_any_byte_of_a_file_and_any_file(written: Written, data: st.DataObject) -> None:
    """In an unpacked bundle: a byte of a file, a file less, a file more, two files exchanged."""
    names = sorted(written.files)
    name = data.draw(st.sampled_from(names))
    files = dict(written.files)
    kind = data.draw(st.sampled_from(("byte", "less", "more", "exchanged")))
    if kind == "byte":
        content = bytearray(files[name])
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1
        files[name] = bytes(content)
    elif kind == "less":
        del files[name]
    elif kind == "more":
        files[name + ".new"] = b""
    else:
        other = data.draw(st.sampled_from(names))
        if files[other] == files[name]:
            return
        files[name], files[other] = files[other], files[name]
    report = run.check(archive.Package(files, ""))
    assert report.code == run.ALTERED, report.said


def test_bytes_between_files(written: Written) -> None:
    """A zip that holds the same files in another order, compressed, or with something behind them is not the one."""
    for changed in (written.data + b"\0", b"#!/usr/bin/python\n" + written.data, b"", b"PK"):
        with pytest.raises(archive.Altered):
            archive.unpack(changed)


def test_exchanged_figures_are_named(written: Written) -> None:
    """Whoever writes a manifest that fits again is still found: by the figure, or by the log and the signature."""
    frozen = json.loads(written.files["snapshot.json"])
    ledger = frozen["calculation"]["ledger"]
    ledger["lines"][0]["kgco2e"] = repr(float(ledger["lines"][0]["kgco2e"]) * 0.9)
    snapshot = canonical_json(frozen)
    files = {**written.files, "snapshot.json": snapshot}
    facts = {"number": 1, "sha256": archive.sha256(snapshot)}
    assert said(run.check(resealed(files, snapshot=facts))) == (3, "statement")
    for name in ("statement.json", "receipt.json"):
        del files[name]
    assert said(run.check(resealed(files, snapshot=facts))) == (3, "not_frozen")


def test_first_difference(written: Written) -> None:
    """With a history that fits as well, the first figure that does not come out is named with both values."""
    frozen = json.loads(written.files["snapshot.json"])
    ledger = frozen["calculation"]["ledger"]
    first = ledger["lines"][0]
    for line in ledger["lines"][:1]:
        line["amount"] = repr(float(line["amount"]) * 2)
    files = forged(written, frozen)
    report = run.check(resealed(files, **facts_of(files)))
    assert said(report) == (1, "differs")
    assert report.verdict[1:3] == (f"lines[{first['id']}].amount", first["amount"])
    total = frozen["calculation"]["ledger"]["total"]
    frozen["calculation"]["ledger"]["total"] = repr(float(total) * (1 + 1e-8))
    files = forged(written, frozen)
    assert run.check(resealed(files, **facts_of(files))).verdict[:2] == ("differs", "total")
    frozen["calculation"]["ledger"]["total"] = repr(float(total) * (1 + 1e-11))
    files = forged(written, frozen)
    assert run.check(resealed(files, **facts_of(files))).verdict[1] == f"lines[{first['id']}].amount"


def forged(written: Written, frozen: dict[str, Any]) -> dict[str, bytes]:
    """Another frozen content with a history made up for it, without statement and receipt."""
    snapshot = canonical_json(frozen)
    event = json.loads(written.files["events.json"])[0]
    event["told"]["data"] = {"sha256": archive.sha256(snapshot)}
    event["content"] = digest(event["told"])
    event["hash"] = digest({key: event[key] for key in ("seq", "content", "object_previous", "previous")})
    kept = {
        name: data for name, data in written.files.items() if name not in ("statement.json", "receipt.json")
    }
    return {**kept, "snapshot.json": snapshot, "events.json": canonical_json([event])}


def facts_of(files: dict[str, bytes]) -> dict[str, Any]:
    event = json.loads(files["events.json"])[-1]
    return {
        "snapshot": {"number": 1, "sha256": archive.sha256(files["snapshot.json"])},
        "last_event": {"seq": event["seq"], "hash": event["hash"]},
    }


def test_history_without_one_event(written: Written) -> None:
    """Each event left out, altered or put elsewhere is found, also under a manifest that fits."""
    events = json.loads(written.files["events.json"])
    assert len(events) >= 5
    for position in range(len(events)):
        fewer = [*events[:position], *events[position + 1 :]]
        report = run.check(resealed({**written.files, "events.json": canonical_json(fewer)}))
        assert said(report) == (3, "event_missing"), position
        edited = json.loads(json.dumps(events))
        edited[position]["told"]["actor"][4] = "x"
        report = run.check(resealed({**written.files, "events.json": canonical_json(edited)}))
        assert said(report) == (3, "event_changed"), position
    wordless = [{key: value for key, value in event.items() if key != "told"} for event in events[:2]]
    report = run.check(resealed({**written.files, "events.json": canonical_json([*wordless, *events[2:]])}))
    assert report.code == 0 and ("events_ok", len(events), 2) in report.said


@pytest.mark.parametrize(
    ("name", "what"), [("rules/cn-miit-551@2025.12.toml", "ruleset"), ("inventory.json", "inventory")]
)
def test_exchanged_inputs(written: Written, name: str, what: str) -> None:
    """Rules or inventory other than those that the frozen content names are not calculated with."""
    report = run.check(resealed({**written.files, name: written.files[name] + b"\n "}))
    if name == "inventory.json":  # white space is not content
        assert report.code == 0
        document = json.loads(written.files[name])
        document["processes"][0]["exchanges"][0]["amount"] = "77"
        report = run.check(resealed({**written.files, name: canonical_json(document)}))
    assert said(report) == (3, what)


def test_signature(written: Written) -> None:
    """A receipt that says something else than was signed, or bears another signature, is found."""
    receipt = json.loads(written.files["receipt.json"])
    receipt["signed"]["content"]["submitted"]["by"] = "somebody else"
    files = {**written.files, "receipt.json": canonical_json(receipt)}
    assert said(run.check(resealed(files))) == (3, "signature")
    receipt["number"] = "RC-2026-999999"
    files = {**written.files, "receipt.json": canonical_json(receipt)}
    assert said(run.check(resealed(files))) == (3, "receipt")


def test_shapeless_content_is_no_crash(written: Written) -> None:
    """Files that fit their digests and are something else entirely are altered, not a traceback."""
    for content in (b"[]", b"{}", b"null", b"\xff", b'{"a":1}', b"[[]]"):
        for name in ("snapshot.json", "events.json", "statement.json", "receipt.json", "inventory.json"):
            files = {**written.files, name: content}
            facts = {"snapshot": {"number": 1, "sha256": archive.sha256(files["snapshot.json"])}}
            assert run.check(resealed(files, **facts)).code == run.ALTERED, (name, content)

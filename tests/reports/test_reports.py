"""Reports: written once from the snapshot, complete, with fonts that print Chinese, and read by those who may."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, InternalError, transaction
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook
from pypdf import PdfReader

from carbonfoot.accounts.roles import Role
from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.audit.services import verify
from carbonfoot.jobs.services import run_job
from carbonfoot.problems import Problems
from declarations.models import Declaration, ReportFile
from declarations.reports import services
from declarations.reports.content import ReportContent
from declarations.services import declarations, packs, parts
from lca.engine.factors import TIERS as factor_tiers
from tests.declarations import build
from tests.support import factories


def _written(of: build.Maker, declaration: Declaration, kind: str, language: str = "zh") -> ReportFile:
    report = services.request_report(actor=of.editor, declaration=declaration, kind=kind, language=language)
    if report.job_id is not None:
        run_job(report.job_id)
    report.refresh_from_db()
    return report


def _bytes(report: ReportFile) -> bytes:
    return services.read(report).read()


def _cells(data: bytes) -> dict[str, list[list[Any]]]:
    book = load_workbook(io.BytesIO(data))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("动力电池包碳足迹报告", "清单与因子", "假定", "数据质量控制方案", "尚未核查")),
        ("en", ("Traction battery pack carbon footprint report", "Assumptions", "Not yet verified")),
    ],
)
def test_pdf(language: str, words: tuple[str, ...], tmp_path: Path) -> None:
    """Text can be selected, fonts are embedded with the Chinese one among them, and the frozen JSON is attached."""
    of, declaration = build.frozen()
    report = _written(of, declaration, "pdf", language)
    data = _bytes(report)
    reader = PdfReader(io.BytesIO(data))
    text = "".join(page.extract_text() for page in reader.pages)
    for word in words:
        assert word in text
    assert declaration.number in text
    assert declaration.snapshot is not None
    content = reader.attachments[f"{declaration.number}.json"][0]
    assert sha256_hex(content) == declaration.snapshot.sha256
    path = tmp_path / "report.pdf"
    path.write_bytes(data)
    fonts = subprocess.run(
        ["pdffonts", str(path)], capture_output=True, text=True, check=True
    ).stdout.splitlines()[2:]
    assert any("CJK" in line or "Han" in line or "WenQuan" in line for line in fonts)
    assert all(line.split()[-5] == "yes" for line in fonts), "a font is not embedded"


@pytest.mark.django_db
def test_xlsx_sums_are_live_and_true() -> None:
    """The ledger is whole; each stage is a formula over its lines, and the lines add up to what was declared."""
    of, declaration = build.frozen()
    sheets = _cells(_bytes(_written(of, declaration, "xlsx", "en")))
    rows = sheets["Ledger"][1:]
    assert declaration.snapshot is not None
    content = ReportContent(declaration.snapshot, None, "en")
    assert len(rows) == len(content.lines)
    assert sum(row[6] for row in rows) == pytest.approx(float(content.totals["per_piece"] or 0), rel=1e-9)
    formulas = [
        value
        for row in sheets["Summary"]
        for value in row
        if isinstance(value, str) and value.startswith("=SUM('")
    ]
    assert len(formulas) >= len([stage for stage in content.stages if stage.lines])
    for row in rows:
        if row[3] is not None and row[5] is not None:
            assert row[3] * row[5] == pytest.approx(row[6], rel=1e-9, abs=1e-12)


@pytest.mark.django_db
def test_formulas_carry_the_values_that_they_give(tmp_path: Path) -> None:
    """Read without calculating, every formula has its value; a spreadsheet program that calculates anew agrees."""
    of, declaration = build.frozen()
    data = _bytes(_written(of, declaration, "xlsx", "en"))
    formulas, cached = load_workbook(io.BytesIO(data)), load_workbook(io.BytesIO(data), data_only=True)
    cells = [
        (sheet.title, cell.coordinate)
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(cells) > 20
    values = {place: cached[place[0]][place[1]].value for place in cells}
    assert all(isinstance(value, float | int) for value in values.values())
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice on this machine")
    (tmp_path / "report.xlsx").write_bytes(data)
    command = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out")]
    subprocess.run([*command, str(tmp_path / "report.xlsx")], check=True, capture_output=True, timeout=120)
    anew = load_workbook(tmp_path / "out" / "report.xlsx", data_only=True)
    for (sheet, place), value in values.items():
        assert anew[sheet][place].value == pytest.approx(value, rel=1e-12, abs=1e-9), (sheet, place)


@pytest.mark.django_db
def test_suppliers_are_named_in_the_language_of_the_report() -> None:
    """The ledger knows suppliers' Chinese names only; the report takes both from the frozen inventory."""
    phase, of = build.trial(), build.maker()
    made = build.pack(of, registered=False)
    supplier = factories.organisation("supplier", name_zh="示例供应商", name_en="Example supplier (demo)")
    result = factories.result(supplier, of.organisation)
    parts.use_result(actor=of.editor, part=made.parts.get(), result=result)
    packs.register_pack(actor=of.editor, pack=made)
    build.calculated(of, made)
    build.plan(of)
    draft = declarations.create_declaration(actor=of.editor, pack=made, phase=phase)
    declaration = declarations.freeze_declaration(actor=of.editor, declaration=draft)
    assert declaration.snapshot is not None
    assert declaration.calculation is not None
    used = declaration.calculation.revision.document["results"]
    assert used
    for language in ("zh", "en"):
        content = ReportContent(declaration.snapshot, None, language)
        assert {row["supplier"] for row in content.results()} == {row["supplier"][language] for row in used}
        assert {row["product"] for row in content.results()} == {row["product"][language] for row in used}


def test_every_tier_of_the_engine_has_a_word() -> None:
    """Codes of factor tiers, and of lines that have no factor, never reach a page or a report."""
    codes = {*factor_tiers, "supplier", "direct", "burden_free"}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert not {code for code in codes if ReportContent.tier_name(code) == code}


@pytest.mark.django_db
def test_names_never_become_formulas() -> None:
    """A pack called like a formula stays text."""
    of, declaration = build.frozen(model="=HYPERLINK(1)")
    book = load_workbook(io.BytesIO(_bytes(_written(of, declaration, "xlsx"))))
    found = [
        cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == "=HYPERLINK(1)"
    ]
    assert found
    assert all(cell.data_type == "s" for cell in found)


@pytest.mark.django_db
def test_json_is_the_snapshot_itself() -> None:
    """Byte for byte what was hashed."""
    of, declaration = build.frozen()
    assert declaration.snapshot is not None
    assert sha256_hex(_bytes(_written(of, declaration, "json"))) == declaration.snapshot.sha256


@pytest.mark.django_db
def test_written_once_and_never_changed() -> None:
    """Asking again gives the report there is; the database refuses to change it; a changed file is noticed."""
    of, declaration = build.frozen()
    report = _written(of, declaration, "json")
    again = _written(of, declaration, "json")
    assert again.pk == report.pk
    assert ReportFile.objects.count() == 1
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        ReportFile.objects.filter(pk=report.pk).update(sha256="0" * 64)
    with default_storage.open(report.file.name, "wb") as file:
        file.write(b"something else")
    with pytest.raises(Problems, match="REPORT-CHANGED"):
        services.read(report)


@pytest.mark.django_db
def test_a_further_report_after_the_statement() -> None:
    """Once verified, there is a report that names the body; the earlier one stays."""
    of, _verifier, declaration = build.verified()
    report = _written(of, declaration, "xlsx")
    assert report.statement is not None
    assert "verified" in report.filename


@pytest.mark.django_db
def test_nothing_frozen_nothing_written() -> None:
    """A draft has no report; what else is wrong with the request is said along with it."""
    of, declaration = build.draft()
    with pytest.raises(Problems) as refused:
        services.request_report(actor=of.editor, declaration=declaration, kind="doc", language="fr")
    assert {item.code for item in refused.value.items} == {
        "REPORT-NOT-FROZEN",
        "REPORT-KIND",
        "REPORT-LANGUAGE",
    }


@pytest.mark.django_db
def test_reach() -> None:
    """The maker downloads it; a rival, a supplier and a regulator before submission do not find it."""
    of, declaration = build.frozen()
    report = _written(of, declaration, "json")
    own = Client()
    own.force_login(of.editor.user)  # type: ignore[arg-type]
    answer = own.get(f"/reports/{report.pk}/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    others = [
        ("maker", Role.EDITOR, 404),
        ("authority", Role.REGULATOR, 404),
        ("verifier", Role.VERIFIER, 404),
    ]
    others.append(("supplier", Role.SUPPLIER, 403))
    for kind, role, expected in others:
        client = Client()
        client.force_login(factories.person(factories.organisation(kind), role).user)  # type: ignore[arg-type]
        assert client.get(f"/reports/{report.pk}/").status_code == expected, kind


@pytest.mark.django_db
def test_audit_holds() -> None:
    """Requests and files are in the log, and the log holds."""
    of, declaration = build.frozen()
    _written(of, declaration, "json")
    assert list(verify()) == []

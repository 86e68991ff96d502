"""Factor releases that an administrator imports: the file, the draft, what it would change, the decision."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import InternalError, connection, transaction
from django.db.utils import IntegrityError
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.models import AuditEvent
from carbonfoot.jobs.models import JobState
from carbonfoot.jobs.services import run_job
from carbonfoot.problems import Problems
from lca import data, reference, selectors
from lca.data import load_release
from lca.engine.exposure import changed_keys, estimate
from lca.engine.factors import FactorRelease
from lca.models import Calculation, DraftImpact, FactorDraft, FactorUse
from lca.models import FactorRelease as ReleaseRow
from lca.releases.check import FILE_PROBLEMS, read_factors
from lca.releases.columns import COLUMNS
from lca.releases.differences import differences
from lca.releases.template import as_csv, as_xlsx, texts
from lca.selectors import impact
from lca.services import releases
from lca.services.impact import request_impact
from tests.lca.test_pages import client_of, text_of
from tests.support import factories
from tests.support.inventories import calculated, pack_inventory

GRID = "elec.cn.footprint.2024"
LFP = "cam.lfp.greet2022"
Change = Callable[[dict[str, str]], dict[str, str] | None]


def edited(changes: dict[str, dict[str, str] | None]) -> bytes:
    """The release in force as CSV with cells of some keys changed; None takes the row out."""
    lines = [COLUMNS]
    for factor in load_release().factors.values():
        change = changes.get(factor.key, {})
        if change is not None:
            row = dict(zip(COLUMNS, texts(factor), strict=True)) | change
            lines.append(tuple(row[name] for name in COLUMNS))
    return csv_of(lines)


def csv_of(lines: list[tuple[str, ...]]) -> bytes:
    import csv

    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(lines)
    return stream.getvalue().encode()


def problems_of(content: bytes, filename: str = "r.csv") -> list[tuple[str, str]]:
    with pytest.raises(Problems) as caught:
        read_factors(content, filename)
    return [(item.code, item.where) for item in caught.value.items]


# -- the file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("write", "name"), [(as_csv, "a.csv"), (as_xlsx, "a.xlsx")])
def test_a_release_written_and_read_again_has_its_digest(write: Any, name: str) -> None:
    release = load_release()
    factors = read_factors(write(release.factors.values()), name)
    assert FactorRelease.build(release.code, factors).sha256 == release.sha256


def test_a_number_calculated_in_a_sheet_is_read_without_its_binary_noise() -> None:
    book = load_workbook(io.BytesIO(as_xlsx(load_release().factors.values())))
    column = list(COLUMNS).index("value") + 1
    row = next(row for row in book.active.iter_rows(min_row=2) if row[0].value == GRID)
    book.active.cell(row[0].row, column, 0.5777 * 1.1)  # 0.6354700000000001
    stream = io.BytesIO()
    book.save(stream)
    factors = {factor.key: factor for factor in read_factors(stream.getvalue(), "a.xlsx")}
    assert factors[GRID].value == Decimal("0.63547")


def test_every_problem_at_once_by_row_and_column(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"
    first = next(iter(load_release().factors))
    content = edited(
        {
            first: {"value": "=1+1"},
            LFP: {"value": "-9", "unit": "kg", "year": "20022", "tier": "best", "name_en": ""},
            GRID: {"family": "electricity_co2"},
            "cam.nca.greet2022": {"key": LFP},
            "chem.hcl.greet2022": {"key": "own.mine", "category": "acid"},
            "chem.lime.greet2022": {"value": "0.0000000000000001", "boundary": "cradle", "reuse": ""},
        }
    )
    codes = [code for code, _where in problems_of(content)]
    for code in (
        "REL-FORMULA",
        "REL-VALUE",
        "REL-VALUE-NEGATIVE",
        "REL-UNIT",
        "REL-YEAR",
        "REL-WORD",
        "REL-MISSING",
        "REL-FAMILY-UNIT",
        "REL-KEY-TWICE",
        "REL-KEY-OWN",
        "REL-VALUE-DIGITS",
    ):
        assert code in codes
    places = dict(problems_of(content))
    row = list(load_release().factors).index(LFP) + 2
    assert str(row) in places["REL-YEAR"] and "year" in places["REL-YEAR"]


def test_a_release_keeps_what_rule_sets_name() -> None:
    assert problems_of(edited({GRID: None}))[0][0] == "REL-RULESET"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "EMPTY"),
        (b"key\n", "a.ods", "ENDING"),
        (b"\x00\x01", "a.csv", "BINARY"),
        (b'key,"a', "a.csv", "CSV"),
        (b"not a workbook", "a.xlsx", "WORKBOOK"),
        (b"PK\x03\x04 and nonsense", "a.xlsx", "WORKBOOK"),
        (b"x" * 5_000_001, "a.csv", "SIZE"),
        (b"key\n" + b"a\n" * 20_001, "a.csv", "ROWS"),
    ],
)
def test_files_that_are_no_release_are_refused(content: bytes, name: str, code: str) -> None:
    assert problems_of(content, name)[0][0] == f"REL-FILE-{code}"
    assert code.lower() in FILE_PROBLEMS


def test_a_workbook_with_a_far_cell_or_a_document_type_does_no_harm() -> None:
    import zipfile

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(COLUMNS))
    sheet.cell(row=1_048_576, column=16_384, value="far")
    stream = io.BytesIO()
    book.save(stream)
    assert problems_of(stream.getvalue(), "far.xlsx")[0][0] in ("REL-NO-ROWS", "REL-FILE-LIMITS")
    hostile = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(stream.getvalue())) as source, zipfile.ZipFile(hostile, "w") as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename.endswith("sheet1.xml"):
                content = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + content
            target.writestr(member.filename, content)
    assert problems_of(hostile.getvalue(), "dtd.xlsx")[0][0] == "REL-FILE-DTD"


def test_columns_that_are_missing_or_unknown_are_named() -> None:
    content = csv_of([("key", "names", "key"), ("a", "b", "c")])
    codes = [code for code, _where in problems_of(content)]
    assert "REL-COLUMN-UNKNOWN" in codes and "REL-COLUMN-TWICE" in codes
    assert codes.count("REL-COLUMN-MISSING") == len(COLUMNS) - 1


# -- differences ---------------------------------------------------------------------------------------------


def test_differences_say_what_became_of_every_key() -> None:
    old = load_release().factors
    changes: dict[str, dict[str, str] | None] = {
        LFP: {"value": "10"},
        "cam.nca.greet2022": {"unit": "kg CO2/kg"},
        "chem.hcl.greet2022": {"note": "checked"},
        "chem.lime.greet2022": None,
        "chem.sand.greet2022": {"key": "chem.sand.new"},
        "chem.nh3.greet2022": {"value": "2842.93"},
    }
    rows = {row.key: row for row in differences(old, read_factors(edited(changes), "a.csv"))}
    kinds = {key: row.kind for key, row in rows.items() if row.kind != "same"}
    assert kinds == {
        LFP: "value",
        "cam.nca.greet2022": "value",
        "chem.hcl.greet2022": "facts",
        "chem.lime.greet2022": "gone",
        "chem.sand.greet2022": "gone",
        "chem.sand.new": "new",
        "chem.nh3.greet2022": "value",
    }
    assert rows[LFP].relative == (Decimal("10") - old[LFP].value) / old[LFP].value and not rows[LFP].suspect
    assert rows["chem.nh3.greet2022"].suspect and rows["cam.nca.greet2022"].suspect
    assert rows["cam.nca.greet2022"].relative is None
    assert rows["chem.hcl.greet2022"].facts == ("note",)


# -- the estimate --------------------------------------------------------------------------------------------

VALUES = st.dictionaries(
    st.sampled_from("abcdefgh"), st.decimals("0", "1000", allow_nan=False, places=4), max_size=8
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-1e3, 1e3), max_size=8), VALUES, VALUES)
def test_the_estimate_is_the_difference_of_two_linear_results(
    amounts: dict[str, float], old: dict[str, Decimal], new: dict[str, Decimal]
) -> None:
    found = estimate(amounts, old, new)
    common = [key for key in amounts if key in old and key in new]
    before = sum(amounts[key] * float(old[key]) for key in common)
    after = sum(amounts[key] * float(new[key]) for key in common)
    assert found.kgco2e == pytest.approx(after - before, rel=1e-9, abs=1e-6)
    assert set(found.gone) == {key for key in amounts if key in old and key not in new}
    assert {effect.key for effect in found.effects} | set(found.gone) <= changed_keys(old, new)


# -- drafts in the database ----------------------------------------------------------------------------------


@pytest.fixture
def operator() -> Actor:
    return factories.person(factories.organisation("operator"))


def draft_of(
    operator: Actor, changes: dict[str, dict[str, str] | None], code: str = "CN-2026.2"
) -> FactorDraft:
    content = edited(changes)
    return releases.import_draft(
        actor=operator,
        file=ContentFile(content),
        filename="../../etc/factors.csv",
        code=code,
        title_zh="第二版",
        title_en="Second",
    )


CHANGES: dict[str, dict[str, str] | None] = {LFP: {"value": "10"}, GRID: {"value": "0.5"}}


@pytest.mark.django_db
def test_a_release_of_the_files_has_one_digest_from_its_rows() -> None:
    row = selectors.current_release()
    assert reference.engine_release(row).sha256 == load_release().sha256 == row.sha256
    assert reference.engine_release(row).factors == load_release().factors


@pytest.mark.django_db
def test_only_the_operator_imports_and_publishes(operator: Actor, editor: Actor) -> None:
    with pytest.raises(AccessDenied):
        draft_of(editor, CHANGES)
    draft = draft_of(operator, CHANGES)
    for act in (releases.announce_draft, releases.publish_draft, releases.discard_draft):
        with pytest.raises(AccessDenied):
            act(actor=editor, draft=draft)
    assert not impact.drafts_for(editor).exists()
    releases.announce_draft(actor=operator, draft=draft)
    assert impact.drafts_for(editor).get() == draft


@pytest.mark.django_db
def test_publishing_makes_the_release_in_force_and_changes_nothing_else(
    operator: Actor, editor: Actor
) -> None:
    done = calculated(editor, pack_inventory(editor))
    before = [(row.pk, row.ledger_sha256) for row in done]
    draft = draft_of(operator, CHANGES)
    assert selectors.current_release().code == "CN-2026.1"
    release = releases.publish_draft(actor=operator, draft=draft)
    assert selectors.current_release() == release and release.sha256 == draft.sha256
    assert reference.engine_release(release).get(LFP) is not None
    assert reference.current_factors().factors[LFP].value == Decimal(10)
    rows = Calculation.objects.order_by("pk").values_list("pk", "ledger_sha256")
    assert list(rows) == sorted(before)
    again = calculated(editor, done[0].revision.inventory)
    assert {row.release_id for row in again} == {release.pk}
    assert again[0].ledger["factor_release"]["sha256"] == release.sha256
    with pytest.raises(AccessDenied):
        releases.publish_draft(actor=operator, draft=draft)
    verbs = list(AuditEvent.objects.filter(verb__startswith="release.").values_list("verb", flat=True))
    assert sorted(verbs) == ["release.imported", "release.published"]


@pytest.mark.django_db
def test_the_order_of_publication_decides_whatever_the_clock_says(
    operator: Actor,
) -> None:
    first = releases.publish_draft(actor=operator, draft=draft_of(operator, CHANGES))
    second = releases.publish_draft(
        actor=operator, draft=draft_of(operator, {LFP: {"value": "11"}}, "CN-2026.3")
    )
    assert first.published == second.published == clock.today()
    assert selectors.current_release() == second
    ReleaseRow.objects.create(
        code="OLD-1", sha256="b" * 64, title_zh="旧", title_en="old", published=dt.date(2020, 1, 1)
    )
    assert selectors.current_release() == second


@pytest.mark.django_db
def test_a_code_is_used_once(operator: Actor) -> None:
    draft = draft_of(operator, CHANGES)
    for code, expected in (
        ("CN-2026.2", "REL-CODE-DRAFT"),
        ("CN-2026.1", "REL-CODE-TAKEN"),
        ("a b", "REL-CODE"),
    ):
        with pytest.raises(Problems) as caught:
            draft_of(operator, CHANGES, code)
        assert [item.code for item in caught.value.items] == [expected]
    releases.discard_draft(actor=operator, draft=draft)
    assert draft_of(operator, CHANGES).filename == "factors.csv"


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["sha256 = repeat('0', 64)", "factors = '[]'", "code = 'X-1'"])
def test_what_a_draft_holds_never_changes(operator: Actor, column: str) -> None:
    draft = draft_of(operator, CHANGES)
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update lca_factordraft set {column} where id = %s", [draft.pk])


@pytest.mark.django_db
def test_a_decided_draft_and_its_release_are_fixed(operator: Actor) -> None:
    draft = draft_of(operator, CHANGES)
    release = releases.publish_draft(actor=operator, draft=draft)
    for table, key in (("lca_factordraft", draft.pk), ("lca_factorrelease", release.pk)):
        with (
            pytest.raises((InternalError, IntegrityError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"delete from {table} where id = %s", [key])
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update lca_factor set value = 1 where release_id = %s", [release.pk])


@pytest.mark.django_db
def test_rows_changed_by_hand_are_found_before_anything_is_calculated(operator: Actor) -> None:
    from tests.support.database import by_hand

    release = releases.publish_draft(actor=operator, draft=draft_of(operator, CHANGES))
    by_hand(f"update lca_factor set value = value + 1 where release_id = {release.pk} and key = '{LFP}'")
    reference._engine_release.cache_clear()
    with pytest.raises(data.ReleaseError):
        reference.engine_release(release)


# -- impact --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_estimate_and_full_calculation_of_every_result(operator: Actor, editor: Actor) -> None:
    done = calculated(editor, pack_inventory(editor))
    assert FactorUse.objects.filter(calculation=done[0], key=LFP).exists()
    draft = releases.announce_draft(actor=operator, draft=draft_of(operator, CHANGES))
    rows = impact.draft_impacts(editor, draft)
    assert {row.calculation.pk for row in rows} == {row.pk for row in done}
    assert all(row.touched and row.exact is None for row in rows)
    job = request_impact(actor=editor, draft=draft)
    assert request_impact(actor=editor, draft=draft) == job
    assert run_job(job.pk) == JobState.SUCCEEDED
    assert DraftImpact.objects.count() == len(done)
    for row in impact.draft_impacts(editor, draft):
        assert row.exact_change and row.estimated_change == pytest.approx(row.exact_change, rel=1e-9)
        assert {effect.key for effect in row.effects} <= {LFP, GRID}
    assert impact.agreement(impact.draft_impacts(editor, draft)).gap < 1e-9
    assert run_job(request_impact(actor=editor, draft=draft).pk) == JobState.SUCCEEDED
    assert DraftImpact.objects.count() == len(done)
    assert [row.per_piece for row in Calculation.objects.order_by("pk")] == [row.per_piece for row in done]


@pytest.mark.django_db
def test_calculations_of_before_get_their_factors_entered(editor: Actor) -> None:
    from importlib import import_module

    from django.apps import apps

    from tests.support.database import by_hand

    calculated(editor, pack_inventory(editor))
    before = set(FactorUse.objects.values_list("calculation_id", "key", "amount"))
    by_hand("delete from lca_factoruse")
    import_module("lca.migrations.0005_reference").read_uses(apps, None)
    assert before and set(FactorUse.objects.values_list("calculation_id", "key", "amount")) == before


@pytest.mark.django_db
def test_a_factor_that_is_gone_is_said_before_and_after(operator: Actor, editor: Actor) -> None:
    done = calculated(editor, pack_inventory(editor))
    draft = releases.announce_draft(actor=operator, draft=draft_of(operator, {LFP: None}))
    assert all(row.impossible and row.new is None for row in impact.draft_impacts(editor, draft))
    assert run_job(request_impact(actor=editor, draft=draft).pk) == JobState.SUCCEEDED
    for row in impact.draft_impacts(editor, draft):
        assert row.impossible and row.exact is not None
        assert row.exact.problems[0]["code"] == "link.factor_unknown"
    page = text_of(client_of(editor, "en"), "lca:draft_impact", draft.pk)
    assert "not possible" in page and "is no longer there" in page
    releases.publish_draft(actor=operator, draft=draft)
    note = text_of(client_of(editor, "en"), "lca:result", done[0].pk)
    assert "could not be calculated" in note and "No longer there" in note
    assert load_release().factors[LFP].name_en in note.split("No longer there")[1][:300]


@pytest.mark.django_db
def test_each_sees_its_own_and_the_operator_only_counts(operator: Actor, editor: Actor) -> None:
    inventory = pack_inventory(editor)
    inventory.name_zh = inventory.name_en = "CANARY-PACK"
    inventory.save()
    done = calculated(editor, inventory)
    rival = factories.person(factories.organisation("maker"))
    draft = draft_of(operator, CHANGES)
    operators = client_of(operator, "en")
    for name in ("lca:draft", "lca:draft_impact", "lca:draft_publish"):
        page = text_of(operators, name, draft.pk)
        assert "CANARY-PACK" not in page and str(done[0].per_piece) not in page
    page = text_of(operators, "lca:draft_impact", draft.pk)
    assert editor.organisation is not None and editor.organisation.code in page
    text_of(client_of(editor), "lca:draft_impact", draft.pk, status=404)
    releases.announce_draft(actor=operator, draft=draft)
    assert "CANARY-PACK" in text_of(client_of(editor, "en"), "lca:draft_impact", draft.pk)
    assert "CANARY-PACK" not in text_of(client_of(rival, "en"), "lca:draft_impact", draft.pk)
    assert run_job(request_impact(actor=rival, draft=draft).pk) == JobState.SUCCEEDED
    assert not DraftImpact.objects.exists()
    verifier = factories.person(factories.organisation("verifier"))
    text_of(client_of(verifier), "lca:draft_impact", draft.pk, status=403)
    organisations, _agreement = impact.by_organisation(draft)
    entry = next(item for item in organisations if item.code == editor.organisation.code)
    assert entry.total == entry.touched == len(done) == sum(entry.classes)


@pytest.mark.django_db
def test_a_declaration_keeps_its_older_calculation_in_the_list(operator: Actor, editor: Actor) -> None:
    inventory = pack_inventory(editor)
    older = calculated(editor, inventory)[0]
    line = inventory.processes.get(code="cell").exchanges.get(code="cell.m1")
    line.amount = (line.amount or Decimal(0)) * 2
    line.save()
    calculated(editor, inventory)
    assert older not in impact.own_standing(editor)
    assert editor.organisation is not None
    declaration = factories.declaration(maker=editor.organisation, calculation=older)
    assert older in impact.own_standing(editor)
    draft = releases.announce_draft(actor=operator, draft=draft_of(operator, CHANGES))
    rows = impact.with_dependants(editor, impact.draft_impacts(editor, draft))
    row = next(item for item in rows if item.calculation == older)
    assert [item.title for item in row.dependants] == [str(declaration)]


@pytest.mark.django_db
def test_a_result_says_what_a_newer_release_would_make_of_it(operator: Actor, editor: Actor) -> None:
    done = calculated(editor, pack_inventory(editor))
    assert "would change by" not in text_of(client_of(editor, "en"), "lca:result", done[0].pk)
    releases.publish_draft(actor=operator, draft=draft_of(operator, CHANGES))
    news = impact.release_news(done[0])
    assert news is not None and news.impact.change and news.impact.exact_change is None
    for language, words in (("en", "would change by about"), ("zh-hans", "将变化约")):
        page = text_of(client_of(editor, language), "lca:result", done[0].pk)
        assert "CN-2026.2" in page and words in page


# -- pages ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_way_of_a_release_by_its_pages(operator: Actor, editor: Actor, count_queries: Any) -> None:
    calculated(editor, pack_inventory(editor))
    client = client_of(operator)
    template = client.get(reverse("lca:release_xlsx", args=["CN-2026.1"]))
    assert load_workbook(io.BytesIO(template.content)).active is not None
    assert client.get(reverse("lca:release_csv", args=["CN-2026.1"])).content == as_csv(
        load_release().factors.values()
    )
    fields = {"code": "CN-2026.2", "title_zh": "第二版", "title_en": "Second", "source": "news"}
    bad = ContentFile(edited({LFP: {"value": "many", "year": "x"}}), name="r.csv")
    answer = client.post(reverse("lca:draft_new"), {**fields, "file": bad})
    assert answer.status_code == 422 and "REL-VALUE" in answer.content.decode()
    assert "REL-YEAR" in answer.content.decode() and not FactorDraft.objects.exists()
    good = ContentFile(edited({**CHANGES, "chem.nh3.greet2022": {"value": "2842"}}), name="r.csv")
    answer = client.post(reverse("lca:draft_new"), {**fields, "file": good})
    draft = FactorDraft.objects.get()
    assert answer.status_code == 302
    page = text_of(client, "lca:draft", draft.pk)
    assert LFP in page and "9.44555" in page and "chem.hcl.greet2022" not in page
    assert "chem.nh3.greet2022" in text_of(client, "lca:draft", draft.pk, query="?suspect=on")
    assert LFP not in text_of(client, "lca:draft", draft.pk, query="?suspect=on")
    assert "chem.hcl.greet2022" in text_of(client, "lca:draft", draft.pk, query="?kind=same&q=hydrochloric")
    client.post(reverse("lca:draft_announce", args=[draft.pk]))
    owner = client_of(editor)
    assert "CN-2026.2" in text_of(owner, "lca:draft_list")
    owner.post(reverse("lca:draft_assess", args=[draft.pk]))
    with count_queries(connection) as found:
        text_of(owner, "lca:draft_impact", draft.pk)
    assert len(found) < 40
    assert owner.post(reverse("lca:draft_publish", args=[draft.pk])).status_code == 403
    client.post(reverse("lca:draft_publish", args=[draft.pk]))
    assert ReleaseRow.objects.get(code="CN-2026.2").draft == draft
    english = client_of(operator, "en")
    for name, words in (("lca:draft", "Value changed"), ("lca:draft_impact", "Calculated in full")):
        assert words in text_of(english, name, draft.pk) and words not in text_of(client, name, draft.pk)
    assert "CN-2026.2" in text_of(client, "lca:releases")

"""Writing a draft: step by step, by several people, until it is handed in as a workbook.

The audit log holds that a draft was begun, saved, filled from a reference and handed in, and nothing of what stands in
it: that is the supplier's recipe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import record
from carbonfoot.problems import Problems, problem
from carbonfoot.ui.dates import format_moment
from lca.module_references import references_of
from suppliers.models import AnswerDraft, DataRequest, Upload
from suppliers.services.requests import lock
from suppliers.services.templates import refilled, template_bytes
from suppliers.services.uploads import receive_upload
from suppliers.webform.checking import check_draft, in_words
from suppliers.webform.gaps import Gap, fill
from suppliers.webform.steps import REFERENCE, Rows, Step, Values, begun, filled, replaced
from suppliers.workbook.choices import find_choice
from suppliers.workbook.layout import BY_KEY

# A module with more lines than this is easier in the workbook; the form says so.
ROWS_MAX = 100
TEXT_MAX = 2000


def stale(who: str, when: str) -> Problems:
    """Somebody else has saved the step since it was opened."""
    return problem(
        "FORM-STALE",
        _("%(who)s saved this step at %(when)s, after you had opened it.") % {"who": who, "when": when},
        mend=_("Compare with what stands there now; saving again replaces it by what you see here."),
    )


def _locked(actor: Actor, request: DataRequest) -> tuple[DataRequest, AnswerDraft]:
    """The request and its draft as they are now; the first writer begins it. The request's lock guards both."""
    request = lock(actor, request)
    require(actor, "request.fill", request)
    draft = AnswerDraft.objects.filter(request=request).first()
    if draft is None:
        rows, cover = begun(request)
        draft = AnswerDraft.objects.create(request=request, rows=rows, cover=cover, changed_by=actor.user)
        record(actor=actor, verb="draft.begun", obj=draft, data={"request": request.number})
    return request, draft


def _save(actor: Actor, draft: AnswerDraft, *fields: str) -> None:
    draft.changed_at, draft.changed_by = clock.now(), actor.user
    draft.save(update_fields=[*fields, "changed_at", "changed_by"])


def clean(table: str, values: Mapping[str, Any]) -> Values:
    """Texts as they are kept: known columns, one line of printable characters each, blank ones left out."""
    found: Values = {}
    for column in BY_KEY[table].columns:
        text = "".join(char if char.isprintable() else " " for char in str(values.get(column.key) or ""))
        text = " ".join(text.split())[:TEXT_MAX]
        if text:
            found[column.key] = text
    return found


@transaction.atomic
def save_step(
    *,
    actor: Actor,
    request: DataRequest,
    step: Step,
    version: int,
    page: str,
    cover: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    quiet: bool = False,
) -> AnswerDraft:
    """Keep what stands on one step, right or wrong: checks come later, and nothing that was typed is lost.

    ``version`` is what the page was opened with, ``page`` names the opened page: a page that saves itself again and
    again meets only others. ``quiet`` saves leave no event. Raises Problems when somebody else saved in between or
    there are too many rows, AccessDenied in another state.
    """
    request, draft = _locked(actor, request)
    if len(rows) > ROWS_MAX:
        raise problem(
            "FORM-ROWS",
            _("The form takes at most %(count)d lines of a kind.") % {"count": ROWS_MAX},
            mend=_("Download the form as a workbook and go on there."),
        )
    last = draft.versions.get(step.key, {"number": 0, "page": ""})
    if last["number"] != version and last["page"] != page:
        who = draft.changed_by.name if draft.changed_by else "API"
        raise stale(who, format_moment(draft.changed_at))
    texts = [clean(step.table, row) for row in rows]
    draft.rows = replaced(step, draft.rows, texts)
    asked = {key: str(cover.get(key) or "") for key in step.cover}
    draft.cover = {**draft.cover, **clean("cover", asked)}
    for key in step.cover:
        if not asked[key].strip():
            draft.cover.pop(key, None)
    draft.versions = {
        **draft.versions,
        step.key: {"number": int(last["number"]) + 1, "page": page, "saved": True},
    }
    _save(actor, draft, "rows", "cover", "versions")
    if not quiet:
        record(actor=actor, verb="draft.saved", obj=draft, data={"step": step.key, "lines": len(texts)})
    return draft


@transaction.atomic
def begin_with_example(*, actor: Actor, request: DataRequest, key: str, language: str = "zh") -> AnswerDraft:
    """Take the names of a reference's lines into the draft, without any amount: nobody declares our figures as theirs.

    Lines of a name that stands there already are left out. Raises Problems for a reference of another type of part.
    """
    request, draft = _locked(actor, request)
    reference = next((item for item in references_of(request.module_type) if item.key == key), None)
    if reference is None:
        raise problem("FORM-REFERENCE", _("There is no such example for this type of part."), value=key)
    rows: Rows = {table: list(given) for table, given in draft.rows.items()}
    added = 0
    for line in reference.lines:
        table = rows.setdefault(line.table, [])
        row = dict(line.values) | {"unit": "kg" if line.unit == "tkm" else line.unit}
        columns = {column.key for column in BY_KEY[line.table].columns}
        for column in ("name", "source"):
            if column in columns:
                row[column] = line.name[language]
        known = {(old.get("name"), old.get("carrier"), old.get("gas")) for old in table}
        if (row.get("name"), row.get("carrier"), row.get("gas")) in known or len(table) >= ROWS_MAX:
            continue
        if line.factor:
            row["factor"] = line.factor
        table.append(row)
        added += 1
        if f"{line.table}_answer" in {column.key for column in BY_KEY["cover"].columns}:
            draft.cover = {**draft.cover, f"{line.table}_answer": "data"}
    draft.rows, draft.versions = rows, _all_newer(draft)
    _save(actor, draft, "rows", "cover", "versions")
    record(actor=actor, verb="draft.example", obj=draft, data={"reference": key, "lines": added})
    return draft


def _all_newer(draft: AnswerDraft) -> dict[str, Any]:
    """Versions after a change of many steps: whoever has one of them open meets it when saving."""
    keys = {
        *draft.versions,
        "product",
        "materials",
        "energy",
        "transport",
        "emissions",
        "wastes",
        "coproducts",
    }
    found = {}
    for key in keys:
        before = draft.versions.get(key, {"number": 0})
        found[key] = {**before, "number": int(before["number"]) + 1, "page": ""}
    return found


@transaction.atomic
def take_upload(*, actor: Actor, request: DataRequest, upload: Upload) -> AnswerDraft:
    """Go on in the form with what an uploaded workbook of this request holds; it replaces what stood in the form."""
    request, draft = _locked(actor, request)
    if upload.request_id != request.pk or not upload.reading.get("cover"):
        raise problem("FORM-UPLOAD", _("Nothing that the form could take was read from this file."))
    tables, cover = refilled(upload, "en")
    rows: Rows = {}
    for table, given in tables.items():
        kept = [clean(table, _keys(table, row)) for row in given if filled(row)]
        if len(kept) > ROWS_MAX:
            raise problem(
                "FORM-ROWS",
                _("The form takes at most %(count)d lines of a kind.") % {"count": ROWS_MAX},
                mend=_("Mend the workbook itself and upload it again."),
            )
        rows[table] = kept
    if not any(row.get("kind") == REFERENCE for row in rows.get("production", [])):
        rows["production"] = begun(request)[0]["production"] + rows.get("production", [])
    rows["production"].sort(key=lambda row: row.get("kind") != REFERENCE)
    draft.rows, draft.cover = rows, clean("cover", _keys("cover", cover))
    draft.versions = _all_newer(draft)
    _save(actor, draft, "rows", "cover", "versions")
    record(actor=actor, verb="draft.taken", obj=draft, data={"sha256": upload.sha256})
    return draft


def _keys(table: str, row: Mapping[str, str]) -> Values:
    """Values of lists as keys, whatever word stood in the file."""
    found = dict(row)
    for column in BY_KEY[table].columns:
        choice = (
            find_choice(column.choices, row[column.key]) if column.choices and row.get(column.key) else None
        )
        if choice is not None:
            found[column.key] = choice.key
    return found


@transaction.atomic
def fill_gap(*, actor: Actor, request: DataRequest, table: str, index: int, choice: str) -> AnswerDraft:
    """Fill an unknown amount from a published inventory, marked as such in the row; see :func:`suppliers.webform.gaps`.

    Raises Problems when the line is not unknown, the reference has no such line, or the product's mass is not known.
    """
    request, draft = _locked(actor, request)
    rows: Rows = draft.rows
    gap = Gap.find(request, rows, table, index)
    rows[table][index] = fill(gap, choice, rows[table][index], draft.cover)
    draft.rows, draft.versions = rows, _all_newer(draft)
    _save(actor, draft, "rows", "versions")
    record(
        actor=actor, verb="draft.filled", obj=draft, data={"table": table, "reference": choice.split("#")[0]}
    )
    return draft


@transaction.atomic
def change_rows(
    *,
    actor: Actor,
    request: DataRequest,
    change: Callable[[Rows, Values], tuple[Rows, Values]],
    verb: str,
    data: Mapping[str, Any],
) -> AnswerDraft:
    """Let ``change`` make new rows and cover of those that stand there; ``data`` is what the log holds of it.

    Raises Problems when a table would get too many lines, AccessDenied in another state.
    """
    request, draft = _locked(actor, request)
    rows, cover = change(draft.rows, draft.cover)
    if any(len(given) > ROWS_MAX for given in rows.values()):
        raise problem(
            "FORM-ROWS", _("The form takes at most %(count)d lines of a kind.") % {"count": ROWS_MAX}
        )
    draft.rows = {table: [clean(table, row) for row in given] for table, given in rows.items()}
    draft.cover, draft.versions = clean("cover", cover), _all_newer(draft)
    _save(actor, draft, "rows", "cover", "versions")
    record(actor=actor, verb=verb, obj=draft, data={"request": request.number, **data})
    return draft


def draft_workbook(request: DataRequest, draft: AnswerDraft, language: str) -> bytes:
    """The request's workbook with the draft filled in."""
    rows, cover = in_words(draft.rows, draft.cover, language)
    return template_bytes(request, language, rows=rows, cover=cover)


@transaction.atomic
def give_draft(*, actor: Actor, request: DataRequest, language: str) -> bytes:
    """The draft as a filled workbook, to go on in a file. Raises AccessDenied."""
    request, draft = _locked(actor, request)
    content = draft_workbook(request, draft, language)
    record(actor=actor, verb="draft.workbook", obj=draft, data={"bytes": len(content)})
    return content


@transaction.atomic
def hand_in(*, actor: Actor, request: DataRequest, language: str) -> Upload:
    """Make the workbook of the draft and upload it: from here on it is an upload like any other.

    Handing the same draft in twice gives one upload. Raises Problems while there are errors, AccessDenied.
    """
    request, draft = _locked(actor, request)
    if check_draft(request, draft.rows, draft.cover, language).errors:
        raise problem("FORM-ERRORS", _("Mend what is marked as an error first."))
    known = draft.upload
    if (
        known is not None
        and known.state in ("quarantined", "checking", "ready")
        and known.uploaded_at > draft.changed_at
    ):
        return known
    content = draft_workbook(request, draft, language)
    name = f"{request.number}_{request.year}_form.xlsx"
    upload = receive_upload(actor=actor, request=request, file=ContentFile(content, name=name), filename=name)
    draft.upload = upload
    draft.save(update_fields=["upload"])
    record(actor=actor, verb="draft.handed_in", obj=draft, data={"sha256": upload.sha256})
    return upload

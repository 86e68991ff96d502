"""Small things corrected on the page: a cell's value, with who and when. The file stays as it came.

The whole upload is read and checked again with the corrected values in place of the file's own, by the same rules: a
correction can mend one finding and cause another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import record
from carbonfoot.jobs.services import enqueue
from carbonfoot.problems import Problem, Problems, problem
from suppliers.intake import newest_corrections
from suppliers.models import Upload, UploadCorrection, UploadFinding
from suppliers.services.requests import lock
from suppliers.services.uploads import lock_upload
from suppliers.workbook.schema_cover import PREFILLED_KEYS
from suppliers.workflow import transition

LENGTH_MAX = 200
# Whoever has more to correct than this mends the workbook, where it is seen as a whole.
CELLS_MAX = 100


@dataclass(frozen=True)
class CellValue:
    """The value that is right for a cell, by the sheet's title in the file and the cell's address."""

    sheet: str
    cell: str
    value: str

    @property
    def where(self) -> str:
        """The cell as a person writes it."""
        return f"{self.sheet}!{self.cell}"


def correctable(row: UploadFinding) -> bool:
    """Whether a finding is about one cell that may be corrected on the page.

    What the request filled in beforehand says for whom and which year the file is: with another value it would be
    another file.
    """
    fixed = row.table == "cover" and row.column in PREFILLED_KEYS
    return bool(row.sheet and row.cell and row.table and row.column) and not fixed


@transaction.atomic
def correct_upload(*, actor: Actor, upload: Upload, values: Mapping[int, str]) -> Upload:
    """Correct cells by their findings, ``{position of the finding: new value}``, and have all of it checked again.

    Raises AccessDenied in another state, Problems naming every value that cannot be taken; then nothing is stored.
    """
    request = lock(actor, upload.request)
    upload = lock_upload(actor, upload)
    require(actor, "upload.correct", upload)
    require(actor, "request.fill", request)
    rows = {row.position: row for row in upload.findings.filter(position__in=values)}
    made: dict[tuple[str, str], UploadCorrection] = {}
    faults: list[Problem] = []
    for position, given in values.items():
        text = " ".join(given.split())
        row = rows.get(position)
        field = f"value-{position}"
        where = f"{row.sheet}!{row.cell}" if row is not None else ""
        if row is None or not correctable(row):
            faults.append(
                Problem(
                    "UPL-CORRECT-CELL",
                    _("This finding cannot be corrected on the page."),
                    field=field,
                    where=where,
                )
            )
        elif not text or not text.isprintable():
            faults.append(
                Problem("UPL-CORRECT-EMPTY", _("Enter the value that is right."), field=field, where=where)
            )
        elif len(text) > LENGTH_MAX:
            faults.append(
                Problem(
                    "UPL-CORRECT-LONG",
                    _("A value has at most %(count)d characters.") % {"count": LENGTH_MAX},
                    field=field,
                    where=where,
                )
            )
        else:
            made[row.sheet, row.cell] = UploadCorrection(
                upload=upload,
                sheet=row.sheet,
                cell=row.cell,
                table=row.table,
                column=row.column,
                before=row.value,
                after=text,
                made_by=actor.user,
            )
    if faults:
        raise Problems(faults)
    if not made:
        raise problem("UPL-CORRECT-NONE", _("No value was changed."))
    known = {(row.sheet, row.cell) for row in newest_corrections(upload)}
    if len(known | made.keys()) > CELLS_MAX:
        raise problem(
            "UPL-CORRECT-MANY",
            _("At most %(count)d cells can be corrected on the page.") % {"count": CELLS_MAX},
            mend=_("Mend the workbook itself and upload it again."),
        )
    UploadCorrection.objects.bulk_create(made.values())
    return _check_again(actor, upload, "upload.corrected", len(made))


@transaction.atomic
def correct_cells(
    *, actor: Actor, upload: Upload, cells: Sequence[CellValue]
) -> list[tuple[CellValue, bool]]:
    """Correct cells by their addresses; returns each with whether it changed, in the order given.

    A cell that was corrected to this value before is left alone, so that the same call twice has the effect of one.
    Raises as :func:`correct_upload` does, with all that is wrong at once, each problem naming its cell.
    """
    lock(actor, upload.request)
    upload = lock_upload(actor, upload)
    there = {(row.sheet, row.cell): row.after for row in newest_corrections(upload)}
    places = {(row.sheet, row.cell): row.position for row in upload.findings.all() if correctable(row)}
    values: dict[int, str] = {}
    faults: list[Problem] = []
    outcome = []
    for item in cells:
        key = item.sheet, item.cell
        position = places.get(key)
        changed = there.get(key) != " ".join(item.value.split())
        outcome.append((item, changed))
        if not changed:
            continue
        if position is None:
            faults.append(
                Problem(
                    "UPL-CORRECT-CELL",
                    _("No finding of this cell can be corrected."),
                    field="cells",
                    where=item.where,
                )
            )
        elif position in values:
            faults.append(
                Problem("UPL-CORRECT-TWICE", _("This cell is given twice."), field="cells", where=item.where)
            )
        else:
            values[position] = item.value
    if values:
        try:
            correct_upload(actor=actor, upload=upload, values=values)
        except Problems as problems:
            faults += problems.items
    if faults:
        raise Problems(faults)
    return outcome


@transaction.atomic
def restore_cell(*, actor: Actor, upload: Upload, correction: UploadCorrection) -> Upload:
    """Let the file's own value of a corrected cell count again. Taking back twice changes nothing.

    Raises AccessDenied in another state.
    """
    request = lock(actor, upload.request)
    upload = lock_upload(actor, upload)
    newest = {row.pk: row for row in newest_corrections(upload)}
    row = newest.get(correction.pk)
    if row is None:
        return upload
    require(actor, "upload.correct", upload)
    require(actor, "request.fill", request)
    UploadCorrection.objects.create(
        upload=upload,
        sheet=row.sheet,
        cell=row.cell,
        table=row.table,
        column=row.column,
        before=row.after,
        restored=True,
        made_by=actor.user,
    )
    return _check_again(actor, upload, "upload.restored", 1)


def _check_again(actor: Actor, upload: Upload, verb: str, cells: int) -> Upload:
    upload.job = enqueue(
        actor=actor,
        kind="suppliers.check_upload",
        args={"upload": str(upload.pk)},
        key=f"suppliers.check_upload:{upload.pk}:{upload.corrections.count()}",
    )
    transition(upload, "correct", actor, save=["job"])
    # How many, and never which values: the log is read by more people than the recipe.
    record(actor=actor, verb=verb, obj=upload, data={"cells": cells})
    return upload

"""Sums of a year as lines of an answer: each says which records it is the sum of, and which share of them is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.problems import Collector
from suppliers.activity.rows import exact
from suppliers.activity.selectors import sources_for
from suppliers.activity.totals import Total, totals_of
from suppliers.models import AnswerDraft, DataRequest
from suppliers.webform.drafts import change_rows
from suppliers.webform.steps import REFERENCE, Rows, Values
from suppliers.workbook.layout import BY_KEY
from suppliers.workbook.numbers import parse_number, plain


@dataclass(frozen=True)
class Part:
    """An item of which ``share`` (0 to 1, as text in percent it was typed) belongs to the part asked for, and why."""

    total: Total
    share: Decimal
    reason: str


def offered(actor: Actor, request: DataRequest) -> list[Total]:
    """The mapped items of all the organisation's systems with the request's year, those with records first."""
    found = [
        total
        for source in sources_for(actor)
        for total in totals_of(source, request.year)
        if total.item.table
    ]
    return sorted(found, key=lambda total: (not total.records, total.item.source.name, total.item.code))


def chosen(totals: Sequence[Total], asked: Mapping[int, tuple[str, str]]) -> list[Part]:
    """What was ticked, with its share in percent and the reason. Raises Problems with all that is wrong."""
    found = Collector()
    parts = []
    for total in totals:
        if total.item.pk not in asked:
            continue
        text, reason = asked[total.item.pk]
        number = parse_number(text or "100")
        share = number.value / 100 if number else Decimal(0)
        if number is None or not 0 < share <= 1:
            found.add(
                "ACT-SHARE",
                _("The share is more than 0 and at most 100 percent."),
                field=f"share_{total.item.pk}",
                value=text,
            )
        elif share < 1 and not reason.strip():
            found.add(
                "ACT-SHARE-REASON",
                _("Say why this share belongs to the part."),
                field=f"reason_{total.item.pk}",
                mend=_("By hours, mass or pieces, for instance; the verifier asks for it."),
            )
        if not total.usable:
            found.add("ACT-UNUSABLE", _("This sum cannot be taken over."), value=str(total.item))
        parts.append(Part(total, share, reason.strip()))
    if not parts:
        found.add("ACT-NOTHING", _("Nothing is chosen."))
    found.done()
    return parts


def take_over(*, actor: Actor, request: DataRequest, parts: Sequence[Part], language: str) -> AnswerDraft:
    """Write the sums into the draft of the answer. A line that came from the same item before is replaced.

    Raises AccessDenied where the request cannot be filled in (any more).
    """

    def change(rows: Rows, cover: Values) -> tuple[Rows, Values]:
        rows = {table: [dict(row) for row in given] for table, given in rows.items()}
        cover = dict(cover)
        for part in parts:
            _place(rows, part, language)
            answer = f"{part.total.item.table}_answer"
            if answer in {column.key for column in BY_KEY["cover"].columns}:
                cover[answer] = "data"
        return rows, cover

    counts = {"items": len(parts), "records": sum(part.total.records for part in parts)}
    return change_rows(actor=actor, request=request, change=change, verb="activity.taken_over", data=counts)


def _place(rows: Rows, part: Part, language: str) -> None:
    item = part.total.item
    table = rows.setdefault(item.table, [])
    columns = {column.key for column in BY_KEY[item.table].columns}
    made = _line(part, language, columns)
    own = f"{item.source.code}/{item.code}:"
    for index, row in enumerate(table):
        declared = item.table == "production" and item.values.get("kind") == row.get("kind") == REFERENCE
        if declared or row.get("evidence", "").startswith(own):
            table[index] = {**row, **made}
            return
    table.append(made)


def _line(part: Part, language: str, columns: set[str]) -> Values:
    total, item = part.total, part.total.item
    with localcontext(prec=60):
        amount = exact((total.amount or Decimal(0)) * part.share)
    line = dict(item.values)
    if "name" in columns:
        line.setdefault("name", item.name or item.code)
    line |= {"amount": plain(amount), "unit": total.unit}
    if "data_kind" in columns:
        line.setdefault("data_kind", "measured")
    if "evidence" in columns:
        line["evidence"] = total.evidence
    if part.share < 1 and "note" in columns:
        share = plain(exact(part.share * 100))
        line["note"] = f"{share} %: {part.reason}"
    return {key: value for key, value in line.items() if key in columns and value}

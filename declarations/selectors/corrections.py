"""What a correction changes against the version that it supersedes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.ui.dates import format_day
from declarations import snapshots
from declarations.changes import Change, LineChange, compare, compare_lines
from declarations.figures import Frozen
from declarations.models import Declaration, Snapshot, Statement

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def _tidy(text: str) -> str:
    """A number without the zeros that its column adds; any other text as it is."""
    if not _NUMBER.fullmatch(text) or "." not in text:
        return text
    return text.rstrip("0").rstrip(".")


def facts_that_differ(first: Frozen, last: Frozen) -> list[Change]:
    """What differs between two contents; 100 and 100.0000 are one number, written by columns of another scale."""
    tidy = (
        replace(item, before=_tidy(item.before), after=_tidy(item.after)) for item in compare(first, last)
    )
    return [item for item in tidy if item.before != item.after]


@dataclass(frozen=True)
class Difference:
    """A version beside the one before; ``is_frozen`` False while the newer one is a draft and may still change."""

    before: Declaration
    is_frozen: bool
    changes: list[Change]
    lines: list[LineChange]
    statements: list[tuple[str | Promise, str, str]]

    @property
    def figures(self) -> list[Change]:
        """Declared figures that differ."""
        return [item for item in self.changes if item.is_figure]

    @property
    def facts(self) -> list[Change]:
        """Facts and versions that differ."""
        return [item for item in self.changes if not item.is_figure]


def version_before(declaration: Declaration) -> Declaration | None:
    """The version that a correction is compared with: the last one that was ever frozen."""
    before = declaration.supersedes
    while before is not None and before.snapshot_id is None:
        before = before.supersedes
    return before


def content_of(declaration: Declaration, actor: Actor) -> Frozen | None:
    """The frozen content, or what would be frozen now; None while plan or calculation is missing."""
    if declaration.state != "draft" and declaration.snapshot is not None:
        return Frozen(declaration.snapshot)
    if declaration.plan is None or declaration.calculation is None or declaration.calculation.state != "done":
        return None
    content = snapshots.build(declaration, actor=actor, checks=[])
    return Frozen(Snapshot(declaration=declaration, content=content.decode()))


def _statement(snapshot: Snapshot | None) -> Statement | None:
    rows = Statement.objects.select_related("organisation").filter(snapshot=snapshot)
    return rows.first() if snapshot is not None else None


def _statements(before: Declaration, now: Declaration) -> list[tuple[str | Promise, str, str]]:
    first = _statement(before.snapshot)
    last = None if now.state == "draft" else _statement(now.snapshot)

    def row(label: Any, value: Any) -> tuple[str | Promise, str, str]:
        return label, value(first) if first else "", value(last) if last else ""

    return [
        row(_("Report number"), lambda item: item.report_number),
        row(_("Verification body"), lambda item: item.organisation.name),
        row(_("Opinion"), lambda item: str(item.get_opinion_display())),
        row(_("Signed on"), lambda item: format_day(item.signed_at) or ""),
    ]


def difference_to_before(actor: Actor, declaration: Declaration) -> Difference | None:
    """Facts, figures, lines and statement against the version before; None for a first version, or while the draft has
    nothing to compare yet. For the maker, whose declaration it is."""
    before = version_before(declaration)
    if before is None or before.snapshot is None:
        return None
    now = content_of(declaration, actor)
    if now is None:
        return None
    then = Frozen(before.snapshot)
    return Difference(
        before=before,
        is_frozen=declaration.state != "draft",
        changes=facts_that_differ(then, now),
        lines=compare_lines(then, now),
        statements=_statements(before, declaration),
    )

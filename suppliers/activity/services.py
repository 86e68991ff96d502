"""Writes: the systems that send activity data, and what their columns and items mean."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector
from suppliers.activity import columns as titles
from suppliers.models import ActivityItem, ActivitySource
from suppliers.models.activity import SOURCE_CODE
from suppliers.workbook.layout import BY_KEY

# Tables of the workbook that hold a year's totals of activity.
TABLES = ("production", "materials", "energy", "transport", "emissions", "wastes")
# Columns that the records give, or that are of one year: nobody can say them once for all.
SUMMED = ("amount", "unit", "mass_kg", "evidence", "last_period", "certificates", "reference")


@transaction.atomic
def create_source(*, actor: Actor, code: str, name: str, kind: str) -> ActivitySource:
    """A system of the actor's organisation. The same code again is refused. Raises Problems, AccessDenied."""
    require(actor, "activity.create")
    found = Collector()
    source = ActivitySource(
        organisation=actor.organisation,
        code=code.strip(),
        name=name.strip(),
        kind=kind,
        created_by=actor.user,
    )
    if not source.name:
        found.add("NAME-MISSING", _("Enter a name."), field="name")
    if kind not in ActivitySource.Kind.values:
        found.add("ACT-KIND", _("Say what kind of system it is."), field="kind", value=kind)
    if not re.match(SOURCE_CODE, source.code) or len(source.code) > 40:
        found.add(
            "ACT-CODE",
            _("The code has small letters, digits and hyphens, 40 at most."),
            field="code",
            value=source.code,
        )
    elif ActivitySource.objects.filter(organisation=actor.organisation, code=source.code).exists():
        found.add("ACT-CODE-TAKEN", _("There is a system with this code already."), field="code", value=code)
    found.done()
    source.save()
    record(actor=actor, verb="activity.source_added", obj=source, data={"code": source.code, "kind": kind})
    return source


def lock(actor: Actor, source: ActivitySource) -> ActivitySource:
    """The source as it is now; who sends or maps at the same time waits here."""
    row = ActivitySource.objects.select_for_update(no_key=True).get(pk=source.pk)
    require(actor, "activity.send", row)
    return row


@transaction.atomic
def keep_columns(*, actor: Actor, source: ActivitySource, columns: Mapping[str, str]) -> ActivitySource:
    """Say which column holds which field, for this and every later file.

    Files that wait for it are read by `receiving.name_columns`.

    Raises Problems for a mandatory field without a column and for one column given twice.
    """
    source = lock(actor, source)
    chosen = {key: title for key, title in columns.items() if key in titles.BY_KEY and title}
    found = Collector()
    for field in titles.lacking(chosen):
        found.add("ACT-COLUMN-MISSING", _("Choose the column that holds this."), field=field.key)
    for key, title in chosen.items():
        if list(chosen.values()).count(title) > 1:
            found.add("ACT-COLUMN-TWICE", _("This column is chosen twice."), field=key, value=title)
    found.done()
    if source.columns != chosen:
        source.columns = chosen
        source.save(update_fields=["columns"])
        record(actor=actor, verb="activity.columns_named", obj=source, data={"fields": sorted(chosen)})
    return source


@transaction.atomic
def map_item(
    *, actor: Actor, item: ActivityItem, table: str, values: Mapping[str, str], name: str = ""
) -> ActivityItem:
    """Say which line of an answer an item is; empty ``table``: none of them (any more). Raises Problems."""
    lock(actor, item.source)
    item = ActivityItem.objects.select_related("source").get(pk=item.pk)
    found = Collector()
    if table and table not in TABLES:
        found.add("ACT-TABLE", _("There is no such table."), field="table", value=table)
    found.done()
    known = {column.key for column in BY_KEY[table].columns} - set(SUMMED) if table else set()
    item.table = table
    item.values = {key: text.strip() for key, text in values.items() if key in known and text.strip()}
    item.name = name.strip()[:160] or item.name
    item.changed_by, item.changed_at = actor.user, clock.now()
    item.save()
    record(actor=actor, verb="activity.item_mapped", obj=item.source, data={"table": table})
    return item

"""Deliveries: a call's rows or a file, each row of which is taken or refused by itself, once whatever is repeated."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import record
from carbonfoot.files import TooLarge, clean_name, read_limited
from carbonfoot.jobs.models import Job
from carbonfoot.jobs.registry import JobContext
from carbonfoot.jobs.services import enqueue
from carbonfoot.problems import Collector, problem
from suppliers.activity import files
from suppliers.activity.rows import Fault, Row, read_row
from suppliers.activity.services import keep_columns, lock
from suppliers.models import ActivityBatch, ActivityItem, ActivityRecord, ActivitySource
from suppliers.workbook.limits import DEFAULT_LIMITS

ROWS_PER_CALL = 5_000
RESULTS_KEPT = 2_000
OUTCOMES = ("stored", "changed", "unchanged", "refused")
_CHUNK = 2_000


@transaction.atomic
def receive_rows(
    *, actor: Actor, source: ActivitySource, rows: Sequence[Mapping[str, Any]], key: str
) -> ActivityBatch:
    """Take a call's rows, each by itself; what became of each is in ``results``, in the order in which they came.

    ``key`` is the sender's idempotency key: the same call again gives the delivery of then and changes nothing. Raises
    Problems for no rows, too many, a key that is missing, or that came before with other rows.
    """
    source = lock(actor, source)
    found = Collector()
    if not rows or len(rows) > ROWS_PER_CALL:
        found.add("ACT-ROWS", _("Send 1 to 5,000 records in a call."), field="records", value=str(len(rows)))
    if not key or len(key) > 100:
        found.add(
            "ACT-IDEMPOTENCY",
            _("Name the call with an idempotency key of at most 100 characters."),
            field="Idempotency-Key",
            mend=_("A key of your own, the same when you repeat the call because no answer came."),
        )
    found.done()
    sha256 = hashlib.sha256(
        repr([sorted((k, str(v)) for k, v in row.items()) for row in rows]).encode()
    ).hexdigest()
    known = source.batches.filter(channel=ActivityBatch.Channel.API, key=key).first()
    if known is not None:
        if known.sha256 != sha256:
            raise problem(
                "ACT-IDEMPOTENCY-OTHER",
                _("This idempotency key came before, with other records."),
                field="Idempotency-Key",
                value=key,
            )
        return known
    batch = ActivityBatch.objects.create(
        source=source,
        channel=ActivityBatch.Channel.API,
        state=ActivityBatch.State.WAITING,
        key=key,
        sha256=sha256,
        received_by=actor.user,
    )
    today = clock.today()
    read = [read_row(row, number, today) for number, row in enumerate(rows, start=1)]
    _keep(actor, batch, read, every=True)
    return batch


@transaction.atomic
def receive_file(*, actor: Actor, source: ActivitySource, file: File[Any], filename: str) -> ActivityBatch:
    """Keep a CSV and have it read by a worker; it waits if its columns are not known. The same bytes again give the
    delivery of then. Raises Problems for an empty file, one over 10 MB, and what is no table of text."""
    try:
        content = read_limited(file, DEFAULT_LIMITS.file_bytes)
    except TooLarge as error:
        raise problem("UPL-LARGE", _("The file is larger than 10 MB."), field="file") from error
    if not content:
        raise problem("UPL-EMPTY", _("The file is empty."), field="file")
    source = lock(actor, source)
    sha256 = hashlib.sha256(content).hexdigest()
    batch = source.batches.filter(channel=ActivityBatch.Channel.FILE, key=sha256).first()
    if batch is not None and batch.state != ActivityBatch.State.REFUSED:
        return batch
    header = files.header_of(content)
    if batch is None:
        batch = ActivityBatch(
            source=source,
            channel=ActivityBatch.Channel.FILE,
            key=sha256,
            sha256=sha256,
            filename=clean_name(filename),
            received_by=actor.user,
        )
        batch.file.save(f"{sha256[:32]}.upload", ContentFile(content), save=False)
    batch.state = ActivityBatch.State.COLUMNS
    batch.save()
    # Only what a person has said once is used unseen; guesses are offered on the page.
    if source.columns and set(source.columns.values()) <= set(header):
        _read_later(actor, batch)
    return batch


@transaction.atomic
def name_columns(*, actor: Actor, source: ActivitySource, columns: Mapping[str, str]) -> ActivitySource:
    """Say which column holds which field, and have the files read that waited for it. Raises Problems."""
    source = keep_columns(actor=actor, source=source, columns=columns)
    for batch in source.batches.filter(state=ActivityBatch.State.COLUMNS):
        _read_later(actor, batch)
    return source


def _read_later(actor: Actor, batch: ActivityBatch) -> None:
    batch.state = ActivityBatch.State.WAITING
    batch.job = enqueue(
        actor=actor,
        kind="suppliers.read_activity",
        args={"batch": batch.pk},
        key=f"activity:{batch.pk}",
        label=str(batch.source),
    )
    batch.save(update_fields=["state", "job"])


def read_batch(ctx: JobContext) -> dict[str, int]:
    """Read a file that was kept. A second worker, or the same again after a crash, finds it read."""
    batch = ActivityBatch.objects.select_related("source").get(pk=ctx.args["batch"])
    ctx.progress(0, 2, "suppliers.reading")
    with batch.file.open("rb") as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != batch.sha256:
        raise problem("ACT-CHANGED", _("The stored file is not the one that was sent: its digest differs."))
    rows = files.rows_of(content, batch.source.columns)
    today = clock.today()
    read = [read_row(values, number, today) for number, values in rows]
    ctx.progress(1, 2, "suppliers.storing_records")
    with transaction.atomic():
        lock(ctx.actor, batch.source)
        batch = (
            ActivityBatch.objects.select_for_update(of=("self",)).select_related("source").get(pk=batch.pk)
        )
        if batch.state == ActivityBatch.State.WAITING:
            _keep(ctx.actor, batch, read, every=False)
    return {"stored": batch.stored, "refused": batch.refused}


def batch_ended(job: Job) -> None:
    """A file that could not be read is refused as a whole; the job says why."""
    ActivityBatch.objects.filter(pk=job.args["batch"], state=ActivityBatch.State.WAITING).update(
        state=ActivityBatch.State.REFUSED
    )


def _keep(actor: Actor, batch: ActivityBatch, read: Sequence[Row], *, every: bool) -> None:
    """Store what is right and new, and say of each row what became of it. The source is locked."""
    items = _items(batch.source, read)
    standing = _standing(batch.source, {row.key for row in read})
    first: dict[str, Row] = {}
    fresh: list[ActivityRecord] = []
    outcomes: list[tuple[Row, str]] = []
    for row in read:
        before = standing.get(row.key)
        twin = first.setdefault(row.key, row)
        if twin is not row and twin.content() != row.content():
            row.faults.append(Fault("ACT-TWICE", "key", row.key))
        if before is not None and before.item.code != row.item:
            row.faults.append(Fault("ACT-OTHER-ITEM", "item", row.item))
        if row.faults or row.amount is None or row.period_from is None or row.period_to is None:
            outcomes.append((row, "refused"))
        elif twin is not row or (before is not None and _content(before) == row.content()):
            outcomes.append((row, "unchanged"))
        else:
            outcomes.append((row, "changed" if before is not None else "stored"))
            fresh.append(
                ActivityRecord(
                    source=batch.source,
                    item=items[row.item],
                    batch=batch,
                    key=row.key,
                    version=before.version + 1 if before is not None else 1,
                    replaces=before,
                    period_from=row.period_from,
                    period_to=row.period_to,
                    amount=row.amount,
                    unit=row.unit,
                )
            )
    ActivityRecord.objects.bulk_create(fresh, batch_size=_CHUNK)
    counts = {name: sum(1 for _row, said in outcomes if said == name) for name in OUTCOMES}
    shown = [pair for pair in outcomes if every or pair[1] in ("refused", "changed")]
    batch.results = [
        {
            "row": row.number,
            "key": row.key,
            "outcome": said,
            "problems": [fault.stored() for fault in row.faults],
        }
        for row, said in (shown if every else shown[:RESULTS_KEPT])
    ]
    for name, count in counts.items():
        setattr(batch, name, count)
    batch.rows = len(outcomes)
    batch.state = ActivityBatch.State.DONE
    batch.save()
    record(
        actor=actor,
        verb="activity.received",
        obj=batch.source,
        data={"batch": batch.pk, "channel": batch.channel, "sha256": batch.sha256, **counts},
    )


def _content(row: ActivityRecord) -> tuple[Any, ...]:
    return (row.item.code, row.period_from, row.period_to, row.amount, row.unit)


def _items(source: ActivitySource, read: Sequence[Row]) -> dict[str, ActivityItem]:
    """The items of sound rows by code, made where they are new."""
    names = {row.item: row.name for row in read if not row.faults}
    known = {item.code: item for item in source.items.filter(code__in=names)}
    ActivityItem.objects.bulk_create(
        [
            ActivityItem(source=source, code=code, name=name)
            for code, name in names.items()
            if code not in known
        ]
    )
    return {item.code: item for item in source.items.filter(code__in=names)}


def _standing(source: ActivitySource, keys: set[str]) -> dict[str, ActivityRecord]:
    """The version in force of each key that is known."""
    found: dict[str, ActivityRecord] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), _CHUNK):
        rows = source.records.filter(key__in=wanted[start : start + _CHUNK], replaced_by__isnull=True)
        found |= {row.key: row for row in rows.select_related("item")}
    return found

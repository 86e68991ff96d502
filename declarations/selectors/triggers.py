"""Which accepted declarations there is reason to make anew, in a fixed number of queries, however many there are."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import JSONField
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.canonical import canonical_json
from carbonfoot.ui.dates import as_day
from declarations import triggers
from declarations.figures import Frozen
from declarations.models import Declaration, Phase, Snapshot, Statement, TriggerDismissal
from declarations.models.declarations import LIVE_STATES
from declarations.selectors.corrections import facts_that_differ
from declarations.selectors.declarations import MAKER_ROLES, readable_declarations
from declarations.selectors.phases import current_phase
from declarations.snapshots import pack_content
from declarations.triggers import Trigger
from lca.models import Calculation, FactorRelease, PublishedResult, ResultGrant
from lca.reference import current_release
from lca.rulesets.declaring import redeclare_rule


def _key(text: Any) -> uuid.UUID | None:
    """The id of a published result; None for one that a document from elsewhere gave."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


class _Known:
    """Everything that the triggers of some declarations need, read at once."""

    def __init__(self, rows: Sequence[Declaration]) -> None:
        self.today = clock.today()
        self.release: FactorRelease = current_release()
        self.phase: Phase | None = current_phase()
        self.frozen = self._frozen_packs(rows)
        self.statements = {
            row.snapshot_id: row
            for row in Statement.objects.defer("content").filter(
                snapshot__in=[row.snapshot_id for row in rows]
            )
        }
        self.used = self._results(rows)
        self.versions = self._versions(rows)
        self.newest = self._newest(rows)
        in_force = Declaration.objects.filter(
            phase=self.phase, state__in=(*LIVE_STATES, "returned", "accepted")
        )
        self.declared_now = set(
            in_force.filter(pack__in=[row.pack_id for row in rows]).values_list("pack_id", flat=True)
        )

    @staticmethod
    def _frozen_packs(rows: Sequence[Declaration]) -> dict[int, Any]:
        """Facts of the packs as frozen; the rest of the snapshots stays in the database."""
        chosen = Snapshot.objects.filter(pk__in=[row.snapshot_id for row in rows])
        parts = chosen.annotate(pack=KeyTransform("pack", Cast("content", JSONField())))
        return dict(parts.values_list("pk", "pack"))

    @staticmethod
    def _results(rows: Sequence[Declaration]) -> dict[int, list[dict[str, Any]]]:
        """Suppliers' results in the frozen inventories, by calculation."""
        chosen = Calculation.objects.filter(pk__in=[row.calculation_id for row in rows])
        parts = chosen.annotate(results=KeyTransform("results", "revision__document"))
        return {key: list(value or ()) for key, value in parts.values_list("pk", "results")}

    def _versions(self, rows: Sequence[Declaration]) -> dict[tuple[int, str], PublishedResult]:
        """(maker, id of a result in use) -> the next version, where it was granted to that maker."""
        ids = [key for used in self.used.values() for item in used if (key := _key(item["id"])) is not None]
        makers = {row.organisation_id for row in rows}
        later = PublishedResult.objects.filter(supersedes__in=ids)
        grants = ResultGrant.objects.select_related("result").filter(result__in=later, buyer__in=makers)
        return {(grant.buyer_id, str(grant.result.supersedes_id)): grant.result for grant in grants}

    @staticmethod
    def _newest(rows: Sequence[Declaration]) -> dict[tuple[int, str], Calculation]:
        """The newest finished calculation by inventory and rule set, without its ledger."""
        done = Calculation.objects.filter(
            revision__inventory__in=[row.pack.inventory_id for row in rows], state="done"
        )
        newest = (
            done.order_by("revision__inventory_id", "ruleset_id", "-done_at", "-pk")
            .distinct("revision__inventory_id", "ruleset_id")
            .select_related("revision", "release")
            .defer("ledger", "revision__document")
        )
        return {(row.revision.inventory_id, row.ruleset_id): row for row in newest}


def triggers_of(rows: Sequence[Declaration], *, kinds: Sequence[str] | None = None) -> list[Trigger]:
    """Triggers of accepted declarations, by the caller's order; those put aside carry their dismissal.

    A declaration of which a correction is under way has none: it is being made anew already.
    """
    under_way = set(
        Declaration.objects.filter(
            number__in=[row.number for row in rows], state__in=(*LIVE_STATES, "returned")
        ).values_list("number", flat=True)
    )
    rows = [row for row in rows if row.state == "accepted" and row.number not in under_way]
    if not rows:
        return []
    known = _Known(rows)
    put_aside = {
        (item.declaration_id, item.trigger, item.evidence_sha256): item
        for item in TriggerDismissal.objects.select_related("dismissed_by").filter(declaration__in=rows)
    }
    found = []
    for row in rows:
        for kind, since, evidence in _each(row, known):
            if kinds is None or kind in kinds:
                key = (row.pk, kind, triggers.evidence_digest(kind, evidence))
                found.append(Trigger(row, kind, since, evidence, put_aside.get(key)))
    return found


Found = tuple[str, dt.date, dict[str, Any]]


def _each(row: Declaration, known: _Known) -> Iterator[Found]:
    calculation = row.calculation
    if calculation is None or row.snapshot_id is None:
        return
    rule = redeclare_rule(calculation.ruleset_id, calculation.ruleset_version)
    statement = known.statements.get(row.snapshot_id)
    if statement is not None:
        yield from _statement(statement, rule.statement_months, known.today)
    yield from _suppliers(row, known)
    newest = known.newest.get((row.pack.inventory_id or 0, calculation.ruleset_id))
    yield from _result(calculation, newest, float(rule.change))
    if calculation.release_id != known.release.pk:
        since = known.release.published or as_day(known.release.imported_at)
        yield triggers.RELEASE, since, {"old": calculation.release.code, "new": known.release.code}
    yield from _facts(row, known)
    yield from _phase(row, known)


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last day of that month where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month, min(day.day, last))


def _statement(statement: Statement, months: int, today: dt.date) -> Iterator[Found]:
    signed = as_day(statement.signed_at)
    until = months_after(signed, months)
    if today > until:
        evidence = {
            "report": statement.report_number,
            "signed": signed.isoformat(),
            "until": until.isoformat(),
            "months": months,
        }
        yield triggers.STATEMENT, until + dt.timedelta(days=1), evidence


def _named(item: Mapping[str, Any]) -> dict[str, Any]:
    def text(pair: Any) -> str:
        return str(pair.get("zh") or pair.get("en") or "") if isinstance(pair, Mapping) else str(pair or "")

    return {
        "id": str(item["id"]),
        "supplier": text(item.get("supplier")),
        "product": text(item.get("product")),
        "version": str(item.get("version", "")),
        "valid_until": str(item.get("valid_until", "")),
    }


def _suppliers(row: Declaration, known: _Known) -> Iterator[Found]:
    expired, newer, since = [], [], []
    for item in known.used.get(row.calculation_id or 0, ()):
        until = str(item.get("valid_until") or "")
        if until and dt.date.fromisoformat(until) < known.today:
            expired.append(_named(item))
        later = known.versions.get((row.organisation_id, str(item["id"])))
        if later is not None:
            newer.append({**_named(item), "newer": str(later.version)})
            since.append(as_day(later.published_at))
    if expired:
        first = min(dt.date.fromisoformat(item["valid_until"]) for item in expired)
        yield triggers.EXPIRED, first + dt.timedelta(days=1), {"results": expired}
    if newer:
        yield triggers.NEWER, min(since), {"results": newer}


def _result(accepted: Calculation, newest: Calculation | None, change: float) -> Iterator[Found]:
    if newest is None or newest.pk == accepted.pk:
        return
    old, new = accepted.per_functional_unit, newest.per_functional_unit
    if not old or new is None or abs(new / old - 1) <= change:
        return
    evidence = {
        "old": {"calculation": accepted.pk, "figure": repr(old), "release": accepted.release.code},
        "new": {"calculation": newest.pk, "figure": repr(new), "release": newest.release.code},
        "threshold": repr(change),
    }
    yield triggers.RESULT, as_day(newest.done_at or newest.created_at), evidence


def _frozen(pack: Any) -> Frozen:
    return Frozen(Snapshot(content=canonical_json({"pack": pack}).decode()))


def _facts(row: Declaration, known: _Known) -> Iterator[Found]:
    changes = facts_that_differ(_frozen(known.frozen[row.snapshot_id or 0]), _frozen(pack_content(row.pack)))
    rows = [
        {"key": item.key, "old": item.before, "new": item.after}
        for item in changes
        if item.key.startswith("pack.")
    ]
    if rows:
        yield triggers.FACTS, as_day(row.pack.changed_at), {"changes": rows}


def _phase(row: Declaration, known: _Known) -> Iterator[Found]:
    old, new = row.phase, known.phase
    over = old.ends_on is not None and old.ends_on < known.today
    if not over or new is None or new.pk == old.pk or row.pack_id in known.declared_now:
        return
    evidence = {
        "old": {"code": old.code, "zh": old.name_zh, "en": old.name_en},
        "new": {"code": new.code, "zh": new.name_zh, "en": new.name_en},
    }
    yield triggers.PHASE, new.starts_on, evidence


def _whole(rows: Any) -> list[Declaration]:
    """Accepted declarations with what the triggers look at and nothing that is large."""
    chosen = rows.filter(state="accepted").select_related(
        "organisation", "pack", "phase", "calculation__release"
    )
    light = chosen.defer("calculation__ledger", "calculation__problems").prefetch_related("pack__plants")
    return list(light.order_by("number"))


def triggers_for(actor: Actor, declaration: Declaration | None = None) -> list[Trigger]:
    """Triggers of the actor's accepted declarations, or of one of them. A maker sees all of its own; the authority
    those that rest on public facts alone; nobody else any."""
    if actor.role in MAKER_ROLES:
        rows, kinds = Declaration.objects.filter(organisation_id=actor.organisation_id or 0), None
    elif actor.role == Role.REGULATOR:
        reach = readable_declarations(actor).order_by().values("pk")
        rows, kinds = Declaration.objects.filter(pk__in=reach), triggers.PUBLIC
    else:
        return []
    if declaration is not None:
        rows = rows.filter(pk=declaration.pk)
    return triggers_of(_whole(rows), kinds=kinds)


def open_triggers(actor: Actor) -> dict[Declaration, list[Trigger]]:
    """Triggers that nobody has put aside, by declaration."""
    found: dict[Declaration, list[Trigger]] = defaultdict(list)
    for item in triggers_for(actor):
        if item.dismissal is None:
            found[item.declaration].append(item)
    return dict(found)

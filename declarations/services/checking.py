"""The verifier's work on record: samples, what was found at each line and section, reasons for changed figures."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.canonical import digest, number_text
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, problem
from declarations import sampling, workflow
from declarations.models import ChangeReason, Declaration, Finding, Sample, Snapshot, VerificationCheck
from declarations.plans import KEYS
from declarations.selectors import verification as selectors
from declarations.selectors.checking import changes_of, last_checks
from lca.models import Calculation

SAMPLE_FORMAT = "carbonfoot-sample/1"
SIZE_MAX = 200
SEED_MAX = 64
TEXT_MAX = 2000


@dataclass(frozen=True)
class Checked:
    """What a verifier writes on one item."""

    result: str
    note: str = ""


def _at_work(actor: Actor, declaration: Declaration) -> tuple[Declaration, Snapshot]:
    """The declaration, locked, while its content is being verified by the actor's body."""
    declaration = workflow.lock(declaration)
    require(actor, "verification.check", declaration)
    if declaration.snapshot is None:
        raise problem("STATEMENT-NO-SNAPSHOT", _("Nothing is frozen."))
    return declaration, declaration.snapshot


@transaction.atomic
def draw_sample(
    *, actor: Actor, declaration: Declaration, calculation: Calculation, size: int, seed: str = ""
) -> Sample:
    """Draw lines of a calculation behind the declaration, and keep what was drawn and how.

    Without a seed one is made that nobody could know before. The same seed and size on the same content give the sample
    that is there. Every draw is kept: drawing again until the lines please would be seen.
    Raises Problems, AccessDenied; Calculation.DoesNotExist for one that is not behind the declaration.
    """
    declaration, snapshot = _at_work(actor, declaration)
    calculation = selectors.calculations_behind(actor, declaration).get(pk=calculation.pk)
    seed = seed.strip() or secrets.token_hex(8)
    found = Collector()
    if not 1 <= size <= SIZE_MAX:
        found.add(
            "SAMPLE-SIZE", _("Draw 1 to %(most)s lines.") % {"most": SIZE_MAX}, field="size", value=str(size)
        )
    if len(seed) > SEED_MAX:
        found.add("SAMPLE-SEED", _("At most %(limit)s characters.") % {"limit": SEED_MAX}, field="seed")
    weights = sampling.weights(calculation.ledger.get("lines") or ())
    if not weights:
        found.add("SAMPLE-EMPTY", _("This calculation has no lines."))
    found.done()
    drawn = sampling.draw(weights, size, seed)
    content: dict[str, Any] = {
        "format": SAMPLE_FORMAT,
        "method": sampling.METHOD,
        "seed": seed,
        "size": size,
        "snapshot": snapshot.sha256,
        "ledger": calculation.ledger_sha256,
        "population": {"lines": len(weights), "sha256": sampling.population_digest(weights)},
        "lines": [
            {"id": line.id, "weight": number_text(line.weight), "certain": line.certain} for line in drawn
        ],
    }
    sha256 = digest(content)
    present = Sample.objects.filter(snapshot=snapshot, sha256=sha256).first()
    if present is not None:
        return present
    last = declaration.samples.order_by("-number").first()
    sample = Sample.objects.create(
        declaration=declaration,
        snapshot=snapshot,
        calculation=calculation,
        number=last.number + 1 if last else 1,
        seed=seed,
        method=sampling.METHOD,
        population=len(weights),
        content=content,
        sha256=sha256,
        drawn_by=actor.user,
    )
    data = {"sample": sample.number, "sha256": sha256, "lines": len(drawn)}
    record(actor=actor, verb="verification.sampled", obj=declaration, data=data)
    return sample


@transaction.atomic
def record_checks(
    *,
    actor: Actor,
    declaration: Declaration,
    checked: Mapping[str, Checked],
    sample: Sample | None = None,
) -> list[VerificationCheck]:
    """Write what was found at drawn lines, or without a sample at sections of the control plan.

    What is as it was written before is not written again. Raises Problems, AccessDenied.
    """
    declaration, snapshot = _at_work(actor, declaration)
    if sample is not None and (sample.declaration_id, sample.snapshot_id) != (declaration.pk, snapshot.pk):
        raise problem("CHECK-SAMPLE", _("This sample was drawn from another content."))
    known = {line["id"] for line in sample.content["lines"]} if sample is not None else set(KEYS)
    found = Collector()
    for item, check in checked.items():
        if item not in known:
            found.add("CHECK-ITEM", _("This was not drawn."), value=item[:80])
        if check.result not in VerificationCheck.Result.values:
            found.add("CHECK-RESULT", _("Say what was found."), field=item, value=check.result)
        elif check.result == VerificationCheck.Result.DIFFERS and not check.note.strip():
            found.add("CHECK-NOTE", _("Say how it differs."), field=item, where=item)
        if len(check.note) > TEXT_MAX:
            found.add("CHECK-LONG", _("At most %(limit)s characters.") % {"limit": TEXT_MAX}, field=item)
    found.done()
    before = last_checks(snapshot, sample)
    rows = [
        VerificationCheck(
            declaration=declaration,
            snapshot=snapshot,
            sample=sample,
            item=item,
            result=check.result,
            note=check.note.strip(),
            checked_by=actor.user,
        )
        for item, check in checked.items()
        if item not in before
        or (before[item].result, before[item].note) != (check.result, check.note.strip())
    ]
    VerificationCheck.objects.bulk_create(rows)
    if rows:
        data: dict[str, Any] = {"sample": sample.number if sample else None, "items": len(rows)}
        record(actor=actor, verb="verification.checked", obj=declaration, data=data)
    return rows


@transaction.atomic
def explain_changes(
    *,
    actor: Actor,
    declaration: Declaration,
    keys: list[str],
    reason: str,
    finding: Finding | None = None,
) -> list[ChangeReason]:
    """Give the reason of one or several changes between the content first sent and the present one.

    Raises Problems, AccessDenied.
    """
    declaration, _snapshot = _at_work(actor, declaration)
    present = {change.key: change for change, _reason in changes_of(declaration)}
    found = Collector()
    reason = reason.strip()
    if not keys:
        found.add("CHANGE-NONE", _("Choose what the reason is for."), field="keys")
    if not reason:
        found.add("CHANGE-REASON", _("Say why it changed."), field="reason")
    elif len(reason) > TEXT_MAX:
        found.add("CHANGE-LONG", _("At most %(limit)s characters.") % {"limit": TEXT_MAX}, field="reason")
    for key in keys:
        if key not in present:
            found.add("CHANGE-GONE", _("This has not changed."), field="keys", value=key[:80])
    if finding is not None and finding.declaration_id != declaration.pk:
        found.add("CHANGE-FINDING", _("This finding belongs to another declaration."), field="finding")
    found.done()
    rows = ChangeReason.objects.bulk_create(
        ChangeReason(
            declaration=declaration,
            key=key,
            before=present[key].before,
            after=present[key].after,
            reason=reason,
            finding=finding,
            written_by=actor.user,
        )
        for key in keys
    )
    record(
        actor=actor,
        verb="verification.explained",
        obj=declaration,
        data={"keys": keys, "finding": finding.number if finding else None},
        readers=[declaration.organisation],
    )
    return rows

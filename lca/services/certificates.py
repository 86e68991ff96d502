"""Spending green certificates: once each, whoever publishes or declares, in whatever product and year.

A claim belongs to an inventory and is kept by what rests on it: published results and frozen declarations, and further
results and declarations that rest on such a result. It is released with the last of them. The database refuses a second
open claim on a number; two that come at the same time wait for each other here.

Call :func:`hold` and :func:`release` before the caller's own ``record``: rows are locked before the log's head is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, Problem
from carbonfoot.ui.dates import format_day
from lca.engine.certificates import spent
from lca.models import CertificateClaim, CertificateHold, InventoryRevision, PublishedResult
from lca.selectors.certificates import Conflict, as_conflict, results_used

# A claim that is released between our insert and our look is asked for again; more than this never happens.
_TRIES = 3


def conflict_problem(conflict: Conflict, severity: str = "error") -> Problem:
    """A certificate that is spent already, in words: since when, and by which product only if it is one's own."""
    if conflict.since is None:
        message = _("Green certificate %(number)s is stated in the working inventory of %(product)s too.") % {
            "number": conflict.number,
            "product": conflict.inventory.name if conflict.inventory else "",
        }
    elif conflict.inventory is not None:
        message = _("Green certificate %(number)s is used already, since %(day)s, by %(product)s.") % {
            "number": conflict.number,
            "day": format_day(conflict.since),
            "product": conflict.inventory.name,
        }
    else:
        message = _("Green certificate %(number)s is used already, since %(day)s.") % {
            "number": conflict.number,
            "day": format_day(conflict.since),
        }
    return Problem(
        "CERTIFICATE-SPENT",
        message,
        severity=severity,
        value=conflict.number,
        where="electricity",
        mend=_(
            "A certificate counts once, in one product and one year. Take the number out, or state another one."
        ),
    )


def _period(document: Mapping[str, Any]) -> tuple[dt.date, dt.date]:
    period = document["period"]
    return dt.date.fromisoformat(period["from"]), dt.date.fromisoformat(period["to"])


def _own_claims(actor: Actor, revision: InventoryRevision) -> list[CertificateClaim]:
    """What the revision itself spends, as claims that are not stored yet."""
    items = spent(revision.document)
    if not items:
        return []
    start, end = _period(revision.document)
    inventory = revision.inventory
    return [
        CertificateClaim(
            number=item.number,
            organisation_id=inventory.organisation_id,
            inventory=inventory,
            revision=revision,
            kwh=item.kwh,
            period_from=start,
            period_to=end,
            claimed_by=actor.user,
        )
        for item in items
    ]


def _claims_behind(result: PublishedResult) -> list[CertificateClaim]:
    """What a published result rests on, also where it was released since: as claims that may be stored again."""
    rows = CertificateClaim.objects.filter(holds__kind="result", holds__key=str(result.pk)).distinct()
    return [
        CertificateClaim(
            number=row.number,
            organisation_id=row.organisation_id,
            inventory_id=row.inventory_id,
            revision_id=row.revision_id,
            kwh=row.kwh,
            period_from=row.period_from,
            period_to=row.period_to,
            claimed_by_id=row.claimed_by_id,
        )
        for row in rows
    ]


def _locked(wanted: Iterable[CertificateClaim]) -> dict[str, CertificateClaim]:
    """The open claim on every wanted number, new or there already, locked until the transaction ends."""
    rows = {row.number: row for row in wanted}
    found: dict[str, CertificateClaim] = {}
    for _attempt in range(_TRIES):
        # In order of number, so that two transactions wait for each other and never in a circle.
        missing = [rows[number] for number in sorted(rows.keys() - found.keys())]
        if not missing:
            break
        CertificateClaim.objects.bulk_create(missing, ignore_conflicts=True, batch_size=1000)
        present = CertificateClaim.objects.filter(number__in=list(rows), released_at__isnull=True)
        # Bare rows: what a claim points to is not locked with it.
        found = {row.number: row for row in present.order_by("number").select_for_update(no_key=True)}
    return found


@transaction.atomic
def hold(*, actor: Actor, revision: InventoryRevision, kind: str, key: str) -> int:
    """Spend the certificates behind a revision for a result or declaration; returns how many are held.

    Holding again for the same ``kind`` and ``key`` brings what is held in line with the revision. The caller has
    checked access. Raises Problems that name every certificate which is spent already; nothing is held then.
    """
    behind = {result: _claims_behind(result) for result in results_used(revision.document)}
    own = _own_claims(actor, revision)
    claims = _locked([row for rows in behind.values() for row in rows] + own)
    found = Collector()
    for row in own:
        if claims[row.number].inventory_id != row.inventory_id:
            found.items.append(
                conflict_problem(as_conflict(claims[row.number], revision.inventory.organisation_id))
            )
    for result, rows in behind.items():
        if any(claims[row.number].inventory_id != row.inventory_id for row in rows):
            # What the supplier's recipe holds is not said.
            found.add(
                "CERTIFICATE-RESULT",
                _(
                    "A proof behind the published result of %(supplier)s has been used elsewhere since it was replaced."
                )
                % {"supplier": result.organisation.name},
                where="electricity",
                mend=_("Use the supplier's newest version."),
            )
    found.done()
    held = set(
        CertificateHold.objects.filter(kind=kind, key=key, released_at__isnull=True).values_list(
            "claim_id", flat=True
        )
    )
    wanted = {row.pk for row in claims.values()}
    fresh = sorted(wanted - held)
    CertificateHold.objects.bulk_create(
        [CertificateHold(claim_id=claim, kind=kind, key=key) for claim in fresh], batch_size=1000
    )
    gone = _let_go(kind, key, only=held - wanted)
    if fresh or gone:
        data = {"holder": kind, "held": len(wanted), "released": gone}
        record(actor=actor, verb="certificates.held", obj=revision.inventory, data=data)
    return len(wanted)


def _let_go(kind: str, key: str, only: Iterable[int] | None = None) -> int:
    """End the holds of a result or declaration (on these claims only), and the claims that nothing else holds."""
    holds = CertificateHold.objects.filter(kind=kind, key=key, released_at__isnull=True)
    if only is not None:
        holds = holds.filter(claim_id__in=list(only))
    claims = CertificateClaim.objects.filter(pk__in=holds.values("claim_id"), released_at__isnull=True)
    locked = [row.pk for row in claims.order_by("number").select_for_update(no_key=True)]
    if not locked:
        return 0
    moment = clock.now()
    CertificateHold.objects.filter(kind=kind, key=key, claim_id__in=locked, released_at__isnull=True).update(
        released_at=moment
    )
    others = CertificateHold.objects.filter(claim=OuterRef("pk"), released_at__isnull=True)
    return CertificateClaim.objects.filter(~Exists(others), pk__in=locked).update(released_at=moment)


@transaction.atomic
def release(*, actor: Actor, revision: InventoryRevision, kind: str, key: str) -> int:
    """End what a result or declaration held; returns how many certificates are free again. Twice changes nothing."""
    gone = _let_go(kind, key)
    if gone:
        data = {"holder": kind, "released": gone}
        record(actor=actor, verb="certificates.released", obj=revision.inventory, data=data)
    return gone

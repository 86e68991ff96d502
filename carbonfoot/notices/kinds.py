"""The one table of notices: what is told, to whom, where it leads, and whether a mail goes by default.

A kind whose code is a verb of the audit log is told whenever that verb is recorded, in the same transaction; the
others are told by :func:`carbonfoot.notices.services.notify`. docs/notices.md is written from this table, and a test
holds its verbs, addresses and actions to what the site has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.roles import OrganisationKind, Role
from carbonfoot.notices.models import Delivery

EDITOR, APPROVER = Role.EDITOR, Role.APPROVER
WRITERS = frozenset({EDITOR, Role.SUPPLIER})
DECLARERS = frozenset({EDITOR, APPROVER})

# Whom a row can mean besides a key of the object's ``parties()``.
ACTOR = "actor"  # the person who did it, for what was long in the making
PEOPLE = "people"  # those whom the caller of notify() names
EVERY = "every"  # every organisation of the row's kinds

TOPICS: Mapping[str, Any] = {
    "requests": _("Data requests"),
    "declarations": _("Declarations"),
    "verification": _("Verification"),
    "review": _("Review"),
    "deadlines": _("Deadlines"),
    "work": _("Reports and long work"),
    "rules": _("Rules and factors"),
}


@dataclass(frozen=True)
class To:
    """One row of readers: these roles of the organisation that stands in ``relation`` to the object.

    ``action`` is the row of the access table that must let the reader at the object; ``page`` is the address that the
    notice leads to, with the object's attributes ``key`` in it.
    """

    relation: str
    roles: frozenset[str]
    action: str
    page: str
    key: tuple[str, ...] = ("pk",)
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of notice. ``text`` may name %(label)s, %(by)s (the organisation that acted) and its ``params``."""

    code: str
    topic: str
    text: Any
    to: tuple[To, ...]
    delivery: str = Delivery.DIGEST
    params: tuple[str, ...] = ()
    # The room has a mail of its own for it, with its own log: then no second one goes.
    mailed_elsewhere: bool = False


def _own(action: str, page: str, *key: str, roles: Iterable[str] = DECLARERS) -> To:
    return To("own", frozenset(roles), action, page, key)


AUTHORITIES = (OrganisationKind.AUTHORITY,)
MAKER_READS = _own("declaration.view", "declarations:detail", "pk")
# The body that was asked, whether it has taken the engagement on or not yet.
BODY_READS = To("asked", frozenset({Role.VERIFIER}), "verification.view", "declarations:verification")
AUTHORITY_READS = To(
    EVERY,
    frozenset({Role.REGULATOR}),
    "review.view",
    "declarations:review",
    ("pk",),
    (OrganisationKind.AUTHORITY,),
)
BUYER_READS = To("buyer", WRITERS, "request.view", "suppliers:request_detail", ("number",))
SUPPLIER_READS = To("supplier", WRITERS, "request.view", "suppliers:request_detail", ("number",))
FINDING_MAKER = _own("verification.view", "declarations:finding", "pk")
FINDING_BODY = To(
    "verifier", frozenset({Role.VERIFIER}), "verification.view", "declarations:finding", ("pk",)
)
MATTER_MAKER = _own("matter.view", "declarations:detail", "declaration_id")
MATTER_AUTHORITY = replace(AUTHORITY_READS, action="matter.view", key=("declaration_id",))
RELIEF_MAKER = _own("relief.view", "declarations:phase", roles=DECLARERS)
RELIEF_AUTHORITY = replace(AUTHORITY_READS, action="relief.view", page="declarations:coverage", key=())
RELEASE_READERS = To(
    EVERY,
    frozenset({EDITOR, Role.SUPPLIER}),
    "release.view",
    "lca:draft",
    ("pk",),
    (OrganisationKind.MAKER, OrganisationKind.SUPPLIER),
)

TABLE: tuple[Kind, ...] = (
    # -- data requests: their mails are the request's own, which both sides can prove ------------------------------
    Kind(
        "request.created",
        "requests",
        _("%(by)s asks for footprint data: %(label)s"),
        (SUPPLIER_READS,),
        mailed_elsewhere=True,
    ),
    Kind(
        "request.reminded",
        "requests",
        _("%(by)s reminds you of %(label)s"),
        (SUPPLIER_READS,),
        mailed_elsewhere=True,
    ),
    Kind(
        "request.commented",
        "requests",
        _("%(by)s wrote on %(label)s"),
        (BUYER_READS, SUPPLIER_READS),
        delivery=Delivery.IMMEDIATE,
    ),
    Kind(
        "request.declined", "requests", _("%(by)s declined %(label)s"), (BUYER_READS,), mailed_elsewhere=True
    ),
    Kind(
        "request.published",
        "requests",
        _("%(by)s published a result for %(label)s"),
        (BUYER_READS,),
        mailed_elsewhere=True,
    ),
    Kind(
        "request.accepted",
        "requests",
        _("%(by)s accepted your answer to %(label)s"),
        (SUPPLIER_READS,),
        mailed_elsewhere=True,
    ),
    Kind(
        "request.returned",
        "requests",
        _("%(by)s returned your answer to %(label)s"),
        (SUPPLIER_READS,),
        mailed_elsewhere=True,
    ),
    Kind(
        "request.due_changed",
        "requests",
        _("%(by)s changed the due date of %(label)s"),
        (SUPPLIER_READS,),
        mailed_elsewhere=True,
    ),
    Kind(
        "request.withdrawn",
        "requests",
        _("%(by)s withdrew %(label)s"),
        (SUPPLIER_READS,),
        mailed_elsewhere=True,
    ),
    Kind(
        "request.revised",
        "requests",
        _("%(by)s corrects its answer to %(label)s: a newer version will follow"),
        (BUYER_READS,),
    ),
    # -- declarations ----------------------------------------------------------------------------------------------
    Kind(
        "declaration.frozen",
        "declarations",
        _("%(label)s is frozen and waits to be sent to verification"),
        (_own("declaration.view", "declarations:detail", "pk", roles={APPROVER}),),
    ),
    Kind("declaration.reopened", "verification", _("%(by)s changes %(label)s again"), (BODY_READS,)),
    Kind(
        "declaration.sent",
        "verification",
        _("%(by)s sent %(label)s to verification"),
        (BODY_READS,),
        delivery=Delivery.IMMEDIATE,
    ),
    Kind(
        "declaration.submitted",
        "declarations",
        _("%(label)s was submitted by %(by)s"),
        (MAKER_READS, BODY_READS, AUTHORITY_READS),
    ),
    Kind(
        "declaration.withdrawn",
        "declarations",
        _("%(label)s was withdrawn by %(by)s"),
        (MAKER_READS, BODY_READS, AUTHORITY_READS),
    ),
    Kind(
        "declaration.revised",
        "declarations",
        _("The correction %(label)s was begun"),
        (_own("declaration.view", "declarations:detail", "pk", roles={APPROVER}),),
    ),
    # -- verification ----------------------------------------------------------------------------------------------
    Kind(
        "finding.raised",
        "verification",
        _("%(by)s raised %(label)s on %(declaration)s"),
        (FINDING_MAKER,),
        delivery=Delivery.IMMEDIATE,
        params=("declaration",),
    ),
    Kind(
        "finding.replied",
        "verification",
        _("%(by)s answered %(label)s on %(declaration)s"),
        (FINDING_BODY,),
        delivery=Delivery.IMMEDIATE,
        params=("declaration",),
    ),
    Kind(
        "finding.asked_again",
        "verification",
        _("%(by)s asks again about %(label)s on %(declaration)s"),
        (FINDING_MAKER,),
        delivery=Delivery.IMMEDIATE,
        params=("declaration",),
    ),
    Kind(
        "finding.closed",
        "verification",
        _("%(by)s closed %(label)s on %(declaration)s"),
        (FINDING_MAKER,),
        params=("declaration",),
    ),
    Kind(
        "verification.signed",
        "verification",
        _("%(by)s signed the verification statement of %(label)s: it can be submitted"),
        (MAKER_READS,),
        delivery=Delivery.IMMEDIATE,
    ),
    Kind(
        "verification.taken_on",
        "verification",
        _("%(by)s takes on the verification of %(label)s"),
        (MAKER_READS,),
    ),
    Kind(
        "verification.refused",
        "verification",
        _("%(by)s refuses the verification of %(label)s"),
        (MAKER_READS,),
        delivery=Delivery.IMMEDIATE,
    ),
    # -- review ----------------------------------------------------------------------------------------------------
    Kind("review.taken_up", "review", _("%(by)s began to review %(label)s"), (MAKER_READS,)),
    Kind(
        "review.returned",
        "review",
        _("%(by)s returned %(label)s with reasons"),
        (MAKER_READS, BODY_READS),
        delivery=Delivery.IMMEDIATE,
    ),
    Kind(
        "review.accepted",
        "review",
        _("%(by)s accepted %(label)s: it is in the public register"),
        (MAKER_READS, BODY_READS),
        delivery=Delivery.IMMEDIATE,
    ),
    Kind(
        "relief.asked",
        "review",
        _("%(by)s asks for an extension or a waiver: %(label)s"),
        (To(EVERY, frozenset({Role.REGULATOR}), "relief.view", "declarations:relief", ("pk",), AUTHORITIES),),
    ),
    Kind(
        "relief.granted",
        "review",
        _("%(by)s granted %(label)s"),
        (_own("relief.view", "declarations:relief", "pk"),),
        delivery=Delivery.IMMEDIATE,
    ),
    Kind(
        "relief.refused",
        "review",
        _("%(by)s refused %(label)s"),
        (_own("relief.view", "declarations:relief", "pk"),),
        delivery=Delivery.IMMEDIATE,
    ),
    Kind(
        "summary.handed_in",
        "review",
        _("%(by)s handed in the summary %(label)s"),
        (
            To(
                EVERY,
                frozenset({Role.REGULATOR}),
                "summary.view",
                "declarations:summary",
                ("pk",),
                AUTHORITIES,
            ),
        ),
    ),
    Kind(
        "matter.asked",
        "review",
        _("%(by)s asks about %(declaration)s: %(label)s"),
        (MATTER_MAKER,),
        delivery=Delivery.IMMEDIATE,
        params=("declaration",),
    ),
    Kind(
        "matter.answered",
        "review",
        _("%(by)s answered %(label)s on %(declaration)s"),
        (MATTER_AUTHORITY,),
        params=("declaration",),
    ),
    Kind(
        "matter.asked_again",
        "review",
        _("%(by)s asks again about %(label)s on %(declaration)s"),
        (MATTER_MAKER,),
        delivery=Delivery.IMMEDIATE,
        params=("declaration",),
    ),
    Kind(
        "matter.settled",
        "review",
        _("%(by)s settled %(label)s on %(declaration)s"),
        (MATTER_MAKER,),
        params=("declaration",),
    ),
    Kind(
        "relief.asked", "review", _("%(by)s asks for an extension or waiver: %(label)s"), (RELIEF_AUTHORITY,)
    ),
    Kind(
        "relief.granted",
        "review",
        _("%(by)s granted the extension or waiver %(label)s"),
        (RELIEF_MAKER,),
        delivery=Delivery.IMMEDIATE,
    ),
    Kind(
        "relief.refused",
        "review",
        _("%(by)s refused the extension or waiver %(label)s"),
        (RELIEF_MAKER,),
        delivery=Delivery.IMMEDIATE,
    ),
    # -- long work -------------------------------------------------------------------------------------------------
    Kind(
        "report.written",
        "work",
        _("A report of %(label)s is ready"),
        (To(ACTOR, frozenset(Role.values), "declaration.report", "declarations:detail"),),
        delivery=Delivery.NONE,
    ),
    Kind(
        "job.failed",
        "work",
        _("Work did not succeed: %(label)s"),
        (To(PEOPLE, frozenset(Role.values), "job.view", "jobs:detail"),),
    ),
    # -- rules and factors -----------------------------------------------------------------------------------------
    Kind(
        "release.announced",
        "rules",
        _("A new factor release is announced: %(label)s. See what it would change of yours."),
        (RELEASE_READERS,),
    ),
    # -- deadlines: looked through once a day (carbonfoot.notices.deadlines) ----------------------------------------
    Kind(
        "deadline.near",
        "deadlines",
        _("%(what)s: %(label)s, due %(day)s"),
        (To(PEOPLE, frozenset(Role.values), "site.work", ""),),
        params=("what", "day"),
    ),
    Kind(
        "declaration.proposed",
        "declarations",
        _("A new declaration is proposed for %(label)s: see why"),
        (_own("declaration.view", "declarations:detail", "pk"),),
    ),
)

KINDS: Mapping[str, Kind] = {kind.code: kind for kind in TABLE}

"""Reading declarations, narrowed to what the actor may see."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.selectors import events_of
from declarations.models import Declaration, QualityPlan, Receipt
from lca.models import Calculation

MAKER_ROLES = (Role.EDITOR, Role.APPROVER, Role.VIEWER)
# What an authority sees begins with the submission; a draft is nobody's business but the maker's.
PUBLIC_TO_AUTHORITY = ("submitted", "in_review", "returned", "accepted", "superseded", "withdrawn")
OPEN_TO_BODY = ("in_verification", "verified", "submitted", "in_review", "returned", "accepted", "superseded")


def _rows() -> QuerySet[Declaration]:
    return Declaration.objects.select_related(
        "organisation",
        "pack",
        "phase",
        "plan",
        "calculation",
        "snapshot",
        "supersedes",
        "engagement__organisation",
    )


# What only the page of one declaration reads, and what is large.
LARGE = ("calculation__ledger", "calculation__problems", "snapshot__content", "plan__sections")


def listed(rows: QuerySet[Declaration]) -> QuerySet[Declaration]:
    """The same declarations for a list: ledgers, frozen contents and plans stay in the database."""
    return rows.defer(*LARGE)


def keys_first(rows: QuerySet[Declaration], start: int, end: int) -> list[Declaration]:
    """The same as ``rows[start:end]`` in two queries: the database sorts keys, and joins only what is shown."""
    keys = list(rows.values_list("pk", flat=True)[start:end])
    found = rows.order_by().in_bulk(keys)
    return [found[key] for key in keys if key in found]


def declarations_for(actor: Actor) -> QuerySet[Declaration]:
    """The maker's own declarations, in every state."""
    if actor.organisation_id is None or actor.role not in MAKER_ROLES:
        return Declaration.objects.none()
    return _rows().filter(organisation_id=actor.organisation_id)


def readable_declarations(actor: Actor) -> QuerySet[Declaration]:
    """Declarations whose frozen content the actor may read: the maker's own, those that a body is engaged for while
    they are open to it, and for an authority those that were submitted (a receipt proves it)."""
    if actor.organisation_id is None:
        return Declaration.objects.none()
    if actor.role in MAKER_ROLES:
        return declarations_for(actor)
    if actor.role == Role.VERIFIER:
        return _rows().filter(
            engagement__organisation_id=actor.organisation_id,
            engagement__state="accepted",
            state__in=OPEN_TO_BODY,
        )
    if actor.role == Role.REGULATOR:
        return _rows().filter(state__in=PUBLIC_TO_AUTHORITY, receipt__isnull=False)
    return Declaration.objects.none()


def declarations_by_ruleset(actor: Actor) -> dict[tuple[str, str], int]:
    """How many declarations that the actor may read rest on each version of each rule set."""
    rows = readable_declarations(actor).filter(calculation__isnull=False).order_by()
    counted = rows.values("calculation__ruleset_id", "calculation__ruleset_version").annotate(
        count=Count("pk")
    )
    return {
        (row["calculation__ruleset_id"], row["calculation__ruleset_version"]): row["count"] for row in counted
    }


def receipts_for(actor: Actor) -> QuerySet[Receipt]:
    """Receipts of the maker's own declarations."""
    rows = Receipt.objects.select_related(
        "declaration__pack", "declaration__phase", "snapshot", "submitted_by"
    )
    return rows.filter(declaration__in=declarations_for(actor).order_by().values("pk"))


def filtered(
    rows: QuerySet[Declaration], *, q: str = "", state: str = "", phase: str = "", chemistry: str = ""
) -> QuerySet[Declaration]:
    """A list narrowed by what a person typed and chose."""
    if q:
        rows = rows.filter(
            Q(number__icontains=q) | Q(pack__model__icontains=q) | Q(pack__gbt34014__icontains=q)
        )
    if state:
        rows = rows.filter(state=state)
    if phase:
        rows = rows.filter(phase__code=phase)
    if chemistry:
        rows = rows.filter(pack__chemistry=chemistry)
    return rows


def versions_of(actor: Actor, declaration: Declaration) -> list[Declaration]:
    """All versions under a declaration's number, newest first."""
    return list(declarations_for(actor).filter(number=declaration.number).order_by("-version"))


def history_of(actor: Actor, declaration: Declaration) -> QuerySet[AuditEvent]:
    """What happened to a declaration, newest first, from the log."""
    return events_of(actor, declaration)


def plans_to_choose(actor: Actor) -> QuerySet[QualityPlan]:
    """Adopted plans of the maker, newest first."""
    return QualityPlan.objects.filter(organisation_id=actor.organisation_id or 0, state="adopted").order_by(
        "-version"
    )


def calculations_to_choose(declaration: Declaration) -> QuerySet[Calculation]:
    """Finished calculations of the pack under the phase's rule set, newest first."""
    rows = Calculation.objects.filter(
        organisation=declaration.organisation,
        revision__inventory__pack=declaration.pack_id,
        ruleset_id=declaration.phase.ruleset_id,
        state="done",
    )
    return rows.select_related("revision", "release").order_by("-done_at", "-pk")

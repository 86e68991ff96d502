"""Questions and conditions, for the maker that they are put to and for the authority; nobody else."""

from __future__ import annotations

from django.db.models import QuerySet

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from declarations.models import Declaration, MatterEntry, ReviewMatter
from declarations.selectors.declarations import MAKER_ROLES
from declarations.services.matters import ANSWERABLE


def matters_for(actor: Actor) -> QuerySet[ReviewMatter]:
    """The maker's own, or all for the authority. A verification body is no party to them."""
    rows = ReviewMatter.objects.select_related(
        "declaration__organisation", "declaration__pack", "declaration__reviewer", "organisation", "decision"
    )
    if actor.organisation_id is None:
        return rows.none()
    if actor.role in MAKER_ROLES:
        return rows.filter(declaration__organisation_id=actor.organisation_id)
    return rows if actor.role == Role.REGULATOR else rows.none()


def matters_of(actor: Actor, declaration: Declaration) -> list[ReviewMatter]:
    """Questions and conditions of one declaration, conditions first, each in order."""
    return list(matters_for(actor).filter(declaration=declaration).order_by("kind", "number"))


def entries_for(actor: Actor) -> QuerySet[MatterEntry]:
    """What was written on matters within reach."""
    return MatterEntry.objects.select_related("organisation", "user", "matter").filter(
        matter__in=matters_for(actor).order_by().values("pk")
    )


def to_answer(actor: Actor) -> QuerySet[ReviewMatter]:
    """What the maker has to answer now: questions during the review, conditions after the acceptance."""
    rows = matters_for(actor).filter(state="open")
    asked = rows.filter(kind="question", declaration__state__in=ANSWERABLE[ReviewMatter.Kind.QUESTION])
    conditions = rows.filter(kind="condition", declaration__state__in=ANSWERABLE[ReviewMatter.Kind.CONDITION])
    return (asked | conditions).order_by("due_on", "pk")

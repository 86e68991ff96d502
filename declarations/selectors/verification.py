"""What a verification body sees of the declarations it is engaged for, and what the maker sees of its verification."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from declarations.models import Declaration, Finding, FindingEntry
from lca.models import Calculation, PublishedResult
from lca.selectors import register_calculation_scope
from suppliers.models import Upload

MAKER_ROLES = (Role.EDITOR, Role.APPROVER, Role.VIEWER)
# The clean room is open from the moment the body takes the engagement on. While the maker works on it again, or has
# withdrawn it, the body sees that, and nothing of what it rests on.
OPEN_STATES = ("in_verification", "verified", "submitted", "in_review", "returned", "accepted", "superseded")


def verifications_for(actor: Actor) -> QuerySet[Declaration]:
    """Declarations with an engagement: the body's own, or the maker's own. Nobody else's."""
    rows = Declaration.objects.select_related(
        "organisation", "pack", "phase", "snapshot", "engagement__organisation", "calculation"
    ).filter(engagement__isnull=False)
    if actor.organisation_id is None:
        return rows.none()
    if actor.role == Role.VERIFIER:
        return rows.filter(engagement__organisation_id=actor.organisation_id)
    if actor.role in MAKER_ROLES:
        return rows.filter(organisation_id=actor.organisation_id)
    return rows.none()


def to_verify(actor: Actor) -> QuerySet[Declaration]:
    """What waits at a body, by date: engagements to be answered, and declarations that it verifies."""
    rows = verifications_for(actor).filter(state="in_verification").exclude(engagement__state="refused")
    return rows.order_by("engagement__due_on", "pk")


def with_finding_counts(rows: QuerySet[Declaration]) -> QuerySet[Declaration]:
    """Adds ``findings_open`` (to be answered), ``findings_replied`` (to be looked at) and ``findings_all``."""
    return rows.annotate(
        findings_open=Count("findings", filter=Q(findings__state="open")),
        findings_replied=Count("findings", filter=Q(findings__state="replied")),
        findings_all=Count("findings"),
    )


def matches(q: str) -> Q:
    """Declarations whose number, pack or maker contains the text."""
    return (
        Q(number__icontains=q)
        | Q(pack__model__icontains=q)
        | Q(organisation__name_zh__icontains=q)
        | Q(organisation__name_en__icontains=q)
        | Q(organisation__uscc__iexact=q)
    )


def findings_for(actor: Actor) -> QuerySet[Finding]:
    """Findings on the declarations in reach; to a body only when it has taken the engagement on, for the one before it
    may have raised some."""
    rows = Finding.objects.select_related(
        "declaration__organisation", "declaration__engagement", "raised_by", "closed_by"
    )
    if actor.role == Role.VERIFIER:
        rows = rows.filter(declaration__engagement__state="accepted")
    return rows.filter(declaration__in=verifications_for(actor).order_by().values("pk"))


def entries_for(actor: Actor) -> QuerySet[FindingEntry]:
    """The correspondence on findings in reach."""
    rows = FindingEntry.objects.select_related("organisation", "user", "finding")
    return rows.filter(finding__in=findings_for(actor).order_by().values("pk"))


def clean_room_for(actor: Actor) -> QuerySet[Declaration]:
    """Declarations whose basis the body may see now."""
    if actor.role != Role.VERIFIER or actor.organisation_id is None:
        return Declaration.objects.none()
    return Declaration.objects.filter(
        engagement__organisation_id=actor.organisation_id,
        engagement__state="accepted",
        state__in=OPEN_STATES,
    )


def _results_of(calculations: Iterable[int]) -> set[UUID]:
    """Published results that the frozen revisions of these calculations use."""
    documents = Calculation.objects.filter(pk__in=list(calculations)).values_list(
        "revision__document__results", flat=True
    )
    return {UUID(item["id"]) for results in documents for item in results or [] if _is_uuid(item.get("id"))}


def _is_uuid(text: Any) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


def reachable_calculations(starts: Iterable[int]) -> set[int]:
    """These calculations and, through the results they use, those of all suppliers behind them, tier after tier."""
    reached: set[int] = set()
    fresh = set(starts)
    while fresh:
        reached |= fresh
        through = PublishedResult.calculations.through.objects.filter(
            publishedresult_id__in=_results_of(fresh)
        )
        fresh = set(through.values_list("calculation_id", flat=True)) - reached
    return reached


@register_calculation_scope
def calculations_in_clean_room(actor: Actor) -> QuerySet[Calculation]:
    """Calculations open to a verifier through any engagement; none for everybody else."""
    if actor.role != Role.VERIFIER:
        return Calculation.objects.none()
    starts = clean_room_for(actor).filter(calculation__isnull=False).values_list("calculation_id", flat=True)
    return Calculation.objects.filter(pk__in=reachable_calculations(pk for pk in starts if pk is not None))


def calculations_behind(actor: Actor, declaration: Declaration) -> QuerySet[Calculation]:
    """Calculations open to the verifier through this one declaration."""
    if declaration.calculation_id is None or not clean_room_for(actor).filter(pk=declaration.pk).exists():
        return Calculation.objects.none()
    rows = Calculation.objects.select_related("organisation", "revision", "release")
    return rows.filter(pk__in=reachable_calculations([declaration.calculation_id]))


@dataclass
class Supply:
    """A published result in the supply tree, the recipe behind it under one rule set, and what that rests on."""

    result: PublishedResult
    calculation: Calculation | None
    depth: int
    children: list[Supply] = field(default_factory=list)

    def walk(self) -> Iterator[Supply]:
        """This result and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def supply_tree(actor: Actor, declaration: Declaration) -> list[Supply]:
    """Supplier results behind a declaration, tier by tier, with the calculation under the declaration's rule set.

    Empty for anybody but the engaged verifier.
    """
    start = declaration.calculation
    if start is None or not clean_room_for(actor).filter(pk=declaration.pk).exists():
        return []
    return _supplies(start, 1, set())


def _supplies(calculation: Calculation, depth: int, seen: set[UUID]) -> list[Supply]:
    ids = _results_of([calculation.pk]) - seen
    rows = PublishedResult.objects.filter(pk__in=ids).select_related("organisation", "entered_by")
    found = []
    for result in rows.prefetch_related("calculations").order_by("product_zh", "pk"):
        same = [item for item in result.calculations.all() if item.ruleset_id == calculation.ruleset_id]
        own = same[0] if same else None
        supply = Supply(result, own, depth)
        if own is not None:
            supply.children = _supplies(own, depth + 1, seen | ids)
        found.append(supply)
    return found


def _uploads_named(value: Any) -> Iterator[UUID]:
    if isinstance(value, dict):
        if value.get("kind") == "upload" and _is_uuid(value.get("upload")):
            yield UUID(value["upload"])
        for item in value.values():
            yield from _uploads_named(item)
    elif isinstance(value, list):
        for item in value:
            yield from _uploads_named(item)


def uploads_behind(actor: Actor, declaration: Declaration) -> QuerySet[Upload]:
    """Uploaded files that lines of the reachable recipes come from.

    A document may name any upload as its source: only files of the organisation whose recipe it is are opened.
    """
    documents = calculations_behind(actor, declaration).values_list(
        "organisation_id", "revision__document__processes"
    )
    named: dict[int, set[UUID]] = {}
    for owner, document in documents:
        named.setdefault(owner, set()).update(_uploads_named(document))
    reach = Q(pk__in=[])
    for owner, ids in named.items():
        reach |= Q(organisation_id=owner, pk__in=ids)
    return Upload.objects.select_related("organisation").filter(reach)


def upload_named(actor: Actor, declaration: Declaration, name: Any) -> Upload | None:
    """The upload that a line names as its source, if it is within reach; a name is free text until it is looked up."""
    return uploads_behind(actor, declaration).filter(pk=UUID(str(name))).first() if _is_uuid(name) else None

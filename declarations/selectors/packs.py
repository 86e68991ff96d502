"""Reading packs, plants and bills of materials of the actor's own organisation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from carbonfoot.accounts.actor import Actor
from declarations.models import Declaration, Pack, PackPart, Plant
from declarations.selectors.declarations import MAKER_ROLES
from lca.models import Calculation, Exchange, Stage, UnitProcess
from lca.services.documents import plain

# A line that nothing says the emissions of; such a line is an error, never zero. Electricity follows the rule set.
OPEN_LINE = Q(state="known", link={}, result__isnull=True, electricity={}) | Q(state="unknown")


def packs_for(actor: Actor) -> QuerySet[Pack]:
    """Packs of the maker."""
    if actor.organisation_id is None or actor.role not in MAKER_ROLES:
        return Pack.objects.none()
    return Pack.objects.select_related("organisation", "inventory").filter(
        organisation_id=actor.organisation_id
    )


def with_progress(packs: QuerySet[Pack]) -> QuerySet[Pack]:
    """Adds ``parts_all``, ``footprint`` (kg CO2e per kWh delivered of the newest calculation of the notice's rule set),
    ``declared_state`` and ``declared_pk`` of the newest declaration."""
    newest = Calculation.objects.filter(
        revision__inventory=OuterRef("inventory"), state="done", ruleset_id="cn-miit-551"
    ).order_by("-done_at", "-pk")
    declared = (
        Declaration.objects.filter(pack=OuterRef("pk"))
        .exclude(state="withdrawn")
        .order_by("-created_at", "-pk")
    )
    return packs.annotate(
        parts_all=Count("parts", distinct=True),
        footprint=Subquery(newest.values("per_functional_unit")[:1]),
        declared_state=Subquery(declared.values("state")[:1]),
        declared_pk=Subquery(declared.values("pk")[:1]),
    )


def filtered(rows: QuerySet[Pack], *, q: str = "", chemistry: str = "", state: str = "") -> QuerySet[Pack]:
    """A list narrowed by what a person typed and chose."""
    if q:
        rows = rows.filter(
            Q(model__icontains=q) | Q(gbt34014__icontains=q) | Q(chemistry_detail__icontains=q)
        )
    if chemistry:
        rows = rows.filter(chemistry=chemistry)
    if state:
        rows = rows.filter(state=state)
    return rows


def plants_for(actor: Actor) -> QuerySet[Plant]:
    """Plants of the maker."""
    return Plant.objects.filter(organisation_id=actor.organisation_id or 0)


def parts_for(actor: Actor) -> QuerySet[PackPart]:
    """Lines of the bills of materials of the maker's packs, with what they are linked to."""
    return PackPart.objects.select_related(
        "pack", "exchange__process", "exchange__result__organisation", "request__supplier"
    ).filter(pack__in=packs_for(actor).order_by().values("pk"))


@dataclass(frozen=True)
class LineRow:
    """A line of a unit process as the page shows it; ``part`` when it is a bought part. ``amount`` without the zeros
    that the column's scale adds."""

    exchange: Exchange
    part: PackPart | None
    amount: Decimal | None


@dataclass(frozen=True)
class ProcessLines:
    """A unit process of a pack with its bought parts first, then its other lines."""

    process: UnitProcess
    rows: list[LineRow]

    @property
    def stage_note(self) -> str:
        """The stage, where the name of the process does not say it already."""
        label = str(self.process.get_stage_display())
        return "" if label == self.process.name or self.process.stage != Stage.MANUFACTURING else label


def tidy(value: Decimal | None) -> Decimal | None:
    """An exact amount without the zeros that the column's scale adds: 12.500 is 12.5."""
    text = plain(value)
    return None if text is None else Decimal(text)


def processes_of(actor: Actor, pack: Pack) -> list[ProcessLines]:
    """The unit processes of a pack's inventory with their lines, in a fixed number of queries.

    Lines that only join one process of the pack to another are left out: the page shows the processes themselves.
    """
    if pack.inventory is None:
        return []
    parts = {part.exchange_id: part for part in parts_for(actor).filter(pack=pack)}
    rows = list(UnitProcess.objects.filter(inventory=pack.inventory))
    codes = {row.code for row in rows}
    lines = (
        Exchange.objects.filter(process__in=rows)
        .select_related("result__organisation")
        .order_by("position", "pk")
    )
    found: dict[int, list[LineRow]] = {row.pk: [] for row in rows}
    for line in lines:
        joins = line.link.get("process") in codes and line.state == "known"
        if line.pk in parts or not joins:
            found[line.process_id].append(LineRow(line, parts.get(line.pk), tidy(line.amount)))
    return [ProcessLines(row, sorted(found[row.pk], key=lambda item: item.part is None)) for row in rows]


def open_lines(pack: Pack) -> int:
    """How many lines of the pack's inventory are unknown or linked to nothing."""
    return Exchange.objects.filter(OPEN_LINE, process__inventory__pack=pack).count()


def open_lines_by_pack(packs: Iterable[Pack]) -> dict[int, int]:
    """The same for many packs at once."""
    rows = Exchange.objects.filter(OPEN_LINE, process__inventory__pack__in=list(packs))
    counts = rows.values("process__inventory__pack").annotate(count=Count("pk")).order_by()
    return {row["process__inventory__pack"]: row["count"] for row in counts}


def lines_by_pack(packs: Iterable[Pack]) -> dict[int, int]:
    """How many lines the inventories of packs have, besides those that only join their own processes."""
    rows = Exchange.objects.filter(process__inventory__pack__in=list(packs)).exclude(link__has_key="process")
    counts = rows.values("process__inventory__pack").annotate(count=Count("pk")).order_by()
    return {row["process__inventory__pack"]: row["count"] for row in counts}


def newest_calculation(pack: Pack, ruleset: str) -> Calculation | None:
    """The newest calculation of a pack under a rule set, whether done, under way or failed."""
    rows = Calculation.objects.select_related("revision", "release", "job").filter(
        revision__inventory__pack=pack, ruleset_id=ruleset
    )
    return rows.order_by("-created_at", "-pk").first()

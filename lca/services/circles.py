"""Results that would rest on themselves: found over the whole chain of published results, told without naming anybody.

A result rests on the results that its calculations used, and on what those rest on, through however many organisations.
Each is fixed when it is published, so the chain itself never closes; what could close is a *product*: its next version
resting on a part that rests on its version before. That is refused where a line is linked and where a result is
published.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Collector
from lca.models import Calculation, Inventory, PublishedResult

# From results to the results named in the frozen documents of their calculations, until nothing new comes.
_CHAIN = """
    with recursive chain(id) as (
        select unnest(%s::uuid[])
        union
        select (used.item ->> 'id')::uuid
        from chain
        join lca_publishedresult_calculations link on link.publishedresult_id = chain.id
        join lca_calculation calculation on calculation.id = link.calculation_id
        join lca_inventoryrevision revision on revision.id = calculation.revision_id
        cross join lateral jsonb_array_elements(
            case jsonb_typeof(revision.document -> 'results')
                when 'array' then revision.document -> 'results' else '[]'::jsonb end
        ) as used(item)
    )
    select id from chain
"""


def ancestors(starts: Iterable[uuid.UUID], uses: Mapping[uuid.UUID, Iterable[uuid.UUID]]) -> set[uuid.UUID]:
    """What can be reached from ``starts`` along ``uses``, the starts included. The rule that the query follows."""
    found: set[uuid.UUID] = set()
    waiting = list(starts)
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += uses.get(here, ())
    return found


def chain_of(results: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """The results themselves and everything that they rest on, whoever's it is. For a yes or no, never for a page."""
    keys = [str(key) for key in results]
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, [keys])
        return {row[0] for row in cursor.fetchall()}


def _same_product(of: PublishedResult) -> Q:
    """Versions of one product: one series, or, after its series was begun anew, one name in one organisation."""
    named = Q(
        organisation=of.organisation_id,
        entered_by=of.entered_by_id,
        module_type=of.module_type,
        product_zh=of.product_zh,
    )
    return Q(series=of.series) | named


def rests_on_inventory(results: Iterable[uuid.UUID], inventory: Inventory) -> bool:
    """Whether one of ``results`` rests on a product that was published from ``inventory``."""
    chain = chain_of(results)
    if not chain:
        return False
    calculations = Calculation.objects.filter(revision__inventory=inventory)
    own = PublishedResult.objects.filter(calculations__in=calculations).distinct()
    return any(PublishedResult.objects.filter(_same_product(row), pk__in=chain).exists() for row in own)


def rests_on_product(result: PublishedResult) -> bool:
    """Whether a result, just stored, rests on another version of its own product."""
    chain = chain_of([result.pk]) - {result.pk}
    return PublishedResult.objects.filter(_same_product(result), pk__in=chain).exists()


def refuse_circle(found: Collector, where: str = "", field: str = "result") -> None:
    """The sentence for a person. It names no organisation, no product and no number of steps: the chain is a secret."""
    found.add(
        "LINK-CIRCLE",
        _("This would go round in a circle: what is used here rests, further down, on the product itself."),
        field=field,
        mend=_("Use a result that does not contain this product, or a background factor."),
        where=where,
    )

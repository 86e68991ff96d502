"""Reads: what systems of the actor's own organisation have sent. Nobody else sees any of it."""

from __future__ import annotations

from django.db.models import Count, Max, Q, QuerySet

from carbonfoot.accounts.actor import Actor
from suppliers.models import ActivityBatch, ActivityItem, ActivityRecord, ActivitySource


def sources_for(actor: Actor) -> QuerySet[ActivitySource]:
    """The organisation's systems, with how many items are not mapped and when something last came."""
    return ActivitySource.objects.filter(organisation_id=actor.organisation_id or 0)


def sources_listed(actor: Actor) -> QuerySet[ActivitySource]:
    """The same with what a list shows."""
    return (
        sources_for(actor)
        .annotate(
            item_count=Count("items", distinct=True),
            unmapped=Count("items", filter=Q(items__table=""), distinct=True),
            last_at=Max("batches__received_at"),
        )
        .order_by("name", "id")
    )


def items_for(actor: Actor, source: ActivitySource) -> QuerySet[ActivityItem]:
    """The items of one of the organisation's systems."""
    return ActivityItem.objects.filter(source=source, source__organisation_id=actor.organisation_id or 0)


def batches_for(actor: Actor, source: ActivitySource) -> QuerySet[ActivityBatch]:
    """What this system sent, newest first."""
    return ActivityBatch.objects.filter(
        source=source, source__organisation_id=actor.organisation_id or 0
    ).select_related("job", "received_by", "source")


def records_for(actor: Actor, item: ActivityItem) -> QuerySet[ActivityRecord]:
    """The records of an item that are in force, oldest period first."""
    return ActivityRecord.objects.filter(
        item=item, item__source__organisation_id=actor.organisation_id or 0, replaced_by__isnull=True
    ).select_related("batch")


def years_of(source: ActivitySource) -> list[int]:
    """The years that records begin in, newest first."""
    found = source.records.filter(replaced_by__isnull=True).values_list("period_from__year", flat=True)
    return sorted(set(found.distinct()), reverse=True)

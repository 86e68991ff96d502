"""Numbers that people quote: D-2026-0001. Without gaps within a series, in the order of commits."""

from __future__ import annotations

from carbonfoot import clock
from carbonfoot.audit.models import NumberSeries


def next_number(prefix: str, *, digits: int = 4) -> str:
    """The next number of ``prefix`` in this year (China time). Must run in the transaction of what is numbered."""
    series = f"{prefix}-{clock.today().year}"
    NumberSeries.objects.bulk_create([NumberSeries(series=series)], ignore_conflicts=True)
    row = NumberSeries.objects.select_for_update().get(pk=series)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{series}-{row.last:0{digits}d}"

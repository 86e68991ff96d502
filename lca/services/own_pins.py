"""Versions of own factors inside inventories: how a document holds them, and which versions are fixed by that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carbonfoot import clock
from lca.models import Inventory, InventoryRevision, OwnFactorVersion
from lca.services.documents import plain

PREFIX = "own."


def factor_document(version: OwnFactorVersion) -> dict[str, Any]:
    """A version as inventories hold it; its version and the digest of its evidence stand in ``source_ref``."""
    entry = {
        "key": version.factor.key,
        "name": {"zh": version.name_zh, "en": version.name_en or version.name_zh},
        "value": plain(version.value),
        "unit": version.unit,
        "category": version.category,
        "region": version.region,
        "year": version.year,
        "family": version.family,
        "boundary": version.boundary,
        "basis": version.basis,
        "source": version.source,
        "source_ref": f"{version.factor.key} v{version.number}, SHA-256 {version.file_sha256}",
        "note": version.note,
        "primary": version.primary,
    }
    return {key: value for key, value in entry.items() if value not in ("", None)}


def offered_version(organisation_id: int, key: str) -> OwnFactorVersion | None:
    """What an inventory of the organisation gets when it is linked to the key now; None if nothing is offered."""
    rows = OwnFactorVersion.objects.filter(
        factor__organisation_id=organisation_id, factor__key=key, factor__retired_at__isnull=True
    )
    return rows.select_related("factor").order_by("-number").first()


def pin(inventory: Inventory, version: OwnFactorVersion) -> None:
    """Put a version into a locked inventory, in the place of another one of the key; the caller saves the inventory."""
    entry = factor_document(version)
    others = [item for item in inventory.own_factors if item.get("key") != entry["key"]]
    inventory.own_factors = [*others, entry]


def mark_used(revision: InventoryRevision, organisation_id: int) -> None:
    """Fix the versions that a frozen revision holds: from now on they never change."""
    moment = clock.now()
    for version in versions_in(revision.document, organisation_id):
        if version.used_at is None:
            OwnFactorVersion.objects.filter(pk=version.pk, used_at__isnull=True).update(used_at=moment)


def versions_in(document: Mapping[str, Any], organisation_id: int) -> list[OwnFactorVersion]:
    """The versions of own factors that a document holds, word for word."""
    entries = {str(item.get("key")): item for item in document.get("factors") or ()}
    keys = [key for key in entries if key.startswith(PREFIX)]
    if not keys:
        return []
    rows = OwnFactorVersion.objects.filter(factor__organisation_id=organisation_id, factor__key__in=keys)
    return [row for row in rows.select_related("factor") if factor_document(row) == entries[row.factor.key]]


def evidence_of(document: Mapping[str, Any], organisation_id: int, key: str) -> OwnFactorVersion | None:
    """The version behind an own factor of a document; None when the factor came with a document, without evidence."""
    versions = versions_in(document, organisation_id)
    return next((version for version in versions if version.factor.key == key), None)

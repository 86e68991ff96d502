"""Reference data: which release is in force, and every release as the engine takes it.

Releases that come with the software are entered as rows once; releases that an administrator imported are rows only.
Whatever calculates takes a release from here, loaded from its rows and checked against its digest, so that a release
is the same wherever it came from and on every server.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from carbonfoot.problems import problem
from lca import data
from lca.engine.factors import Factor as EngineFactor
from lca.engine.factors import FactorRelease as EngineRelease
from lca.models import Factor, FactorDraft, FactorRelease

# Advisory lock of everything that adds a release: two processes that start at once must not both insert one, and
# releases published at once still come one after the other.
_IMPORT_LOCK = 551_2026


def lock_releases() -> None:
    """Wait until nobody else adds a release; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])


def plain_value(value: Decimal) -> Decimal:
    """The same number as the shortest text says it: without exponent and without zeros at the end.

    The digest of a release is over texts, and a column of the database gives back zeros that nobody wrote.
    """
    text = format(value, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def engine_factor(row: Factor) -> EngineFactor:
    """The factor of a row as the engine takes it."""
    return EngineFactor(
        key=row.key,
        name_en=row.name_en,
        name_zh=row.name_zh,
        category=row.category,
        value=plain_value(row.value),
        unit=row.unit,
        region=row.region,
        year=row.year,
        tier=row.tier,
        family=row.family,
        source_title=row.source_title,
        source_ref=row.source_ref,
        licence=row.licence,
        note=row.note,
        basis=row.basis,
        boundary=row.boundary,
        reuse=row.reuse,
    )


def stored_factor(data: Mapping[str, Any]) -> EngineFactor:
    """The factor that ``Factor.to_dict`` of the engine wrote."""
    return EngineFactor(
        key=data["key"],
        name_en=data["name"]["en"],
        name_zh=data["name"]["zh"],
        category=data["category"],
        value=Decimal(data["value"]),
        unit=data["unit"],
        region=data["region"],
        year=data["year"],
        tier=data["tier"],
        family=data["family"],
        source_title=data["source"],
        source_ref=data["source_ref"],
        licence=data["licence"],
        note=data["note"],
        basis=data["basis"],
        boundary=data["boundary"],
        reuse=data["reuse"],
    )


def draft_release(draft: FactorDraft) -> EngineRelease:
    """What a draft would be as a release. Raises :class:`lca.data.ReleaseError` when its digest does not fit."""
    release = _draft_release(draft.pk)
    if release.sha256 != draft.sha256:
        raise data.ReleaseError(f"the factors of the draft {draft.code} are not those of its digest")
    return release


@lru_cache(maxsize=4)
def _draft_release(pk: uuid.UUID) -> EngineRelease:
    # What a draft holds never changes (trigger), so that its key stands for its content.
    row = FactorDraft.objects.get(pk=pk)
    return EngineRelease.build(row.code, map(stored_factor, row.factors))


def engine_release(row: FactorRelease) -> EngineRelease:
    """The release of a row as the engine takes it; kept in memory by code and digest.

    Raises :class:`lca.data.ReleaseError` when its factors are not those that its digest was made of.
    """
    return _engine_release(row.code, row.sha256)


@lru_cache(maxsize=8)
def _engine_release(code: str, sha256: str) -> EngineRelease:
    row = FactorRelease.objects.get(code=code)
    factors = (engine_factor(item) for item in Factor.objects.filter(release=row).order_by("pk"))
    published = row.published.isoformat() if row.published else ""
    release = EngineRelease.build(code, factors, {"zh": row.title_zh, "en": row.title_en}, published)
    if release.sha256 != sha256:
        raise data.ReleaseError(
            f"the factors of {code} in the database have the digest {release.sha256}, the release says {sha256}"
        )
    return release


def current_release() -> FactorRelease:
    """The release in force: the one published last; of one day, the one that was entered last.

    It is a fact of the database, so that every server gives the same answer. Releases that came with the software
    and are not in the database yet are entered first.
    """
    rows = list(FactorRelease.objects.order_by(F("published").desc(nulls_last=True), "-pk"))
    if not set(data.available()) <= {row.code for row in rows}:
        ensure_reference_data()
        rows = list(FactorRelease.objects.order_by(F("published").desc(nulls_last=True), "-pk"))
    if not rows:
        raise problem("RELEASE-NONE", "there is no factor release")
    return rows[0]


def current_factors() -> EngineRelease:
    """The release in force as the engine takes it."""
    return engine_release(current_release())


def _published(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def search_text(factor: EngineFactor) -> str:
    """What the trigram search looks in: key, names and category, in lower case."""
    return " ".join((factor.key, factor.name_zh, factor.name_en, factor.category, factor.region)).lower()


def factor_row(release: FactorRelease, factor: EngineFactor) -> Factor:
    """The row, not saved yet, of a factor in a release."""
    return Factor(
        release=release,
        key=factor.key,
        name_zh=factor.name_zh,
        name_en=factor.name_en,
        category=factor.category,
        value=factor.value,
        unit=factor.unit,
        region=factor.region,
        year=factor.year,
        tier=factor.tier,
        family=factor.family,
        source_title=factor.source_title,
        source_ref=factor.source_ref,
        licence=factor.licence,
        note=factor.note,
        basis=factor.basis,
        boundary=factor.boundary,
        reuse=factor.reuse,
        search=search_text(factor),
    )


@transaction.atomic
def import_release(code: str) -> tuple[FactorRelease, bool]:
    """The rows of release ``code``, and whether they are new.

    Raises :class:`lca.data.ReleaseError` when rows imported earlier differ from the files: a release never changes.
    """
    lock_releases()
    loaded = data.load_release(code)
    present = FactorRelease.objects.filter(code=code).first()
    if present is not None:
        if present.sha256 != loaded.sha256:
            raise data.ReleaseError(
                f"{code} in the database is {present.sha256}, its files are {loaded.sha256}"
            )
        return present, False
    manifest = data.read_manifest(code)
    release = FactorRelease.objects.create(
        code=code,
        sha256=loaded.sha256,
        title_zh=manifest.title["zh"],
        title_en=manifest.title["en"],
        published=_published(manifest.published),
        source=manifest.source,
    )
    Factor.objects.bulk_create([factor_row(release, factor) for factor in loaded.factors.values()])
    return release, True


def ensure_reference_data() -> list[str]:
    """Import every release on disk that the database does not hold. Returns the codes that were new; idempotent."""
    return [code for code in data.available() if import_release(code)[1]]

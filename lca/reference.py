"""Reference data in the database: the factor releases that come with the software, as rows for search and pages."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

from lca import data
from lca.engine.factors import Factor as EngineFactor
from lca.models import Factor, FactorRelease

# Advisory lock of the import: two processes that start at once must not both insert a release.
_IMPORT_LOCK = 551_2026


def _published(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def search_text(factor: EngineFactor) -> str:
    """What the trigram search looks in: key, names and category, in lower case."""
    return " ".join((factor.key, factor.name_zh, factor.name_en, factor.category, factor.region)).lower()


def _row(release: FactorRelease, factor: EngineFactor) -> Factor:
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
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])
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
    Factor.objects.bulk_create([_row(release, factor) for factor in loaded.factors.values()])
    return release, True


def ensure_reference_data() -> list[str]:
    """Import every release on disk that the database does not hold. Returns the codes that were new; idempotent."""
    return [code for code in data.available() if import_release(code)[1]]

"""Factor releases that an administrator imports: kept as drafts, announced, published or discarded."""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import record
from carbonfoot.files import TooLarge, clean_name, read_limited
from carbonfoot.problems import Collector, Problems
from lca import data
from lca.engine.factors import Factor as EngineFactor
from lca.engine.factors import FactorRelease as EngineRelease
from lca.models import Factor, FactorDraft, FactorRelease
from lca.reference import current_release, draft_release, factor_row, lock_releases
from lca.releases.check import FILE_PROBLEMS, read_factors
from lca.releases.columns import MAX_BYTES
from lca.workflow import transition

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{2,39}")


@transaction.atomic
def import_draft(
    *,
    actor: Actor,
    file: File[Any],
    filename: str,
    code: str,
    title_zh: str,
    title_en: str,
    source: str = "",
) -> FactorDraft:
    """Keep the factors of a file as a draft, compared with the release in force. Nothing is in force by that.

    Raises Problems with everything that is wrong with the file, by row and column, and with the names.
    """
    require(actor, "reference.manage")
    found = Collector()
    # Before the lock: nobody waits while a file is read.
    content, factors = _read(found, file, filename)
    lock_releases()
    _check_names(found, code, title_zh, title_en)
    found.done()
    release = EngineRelease.build(code, factors)
    key = uuid.uuid4()
    draft = FactorDraft(
        id=key,
        code=code,
        title_zh=title_zh.strip(),
        title_en=title_en.strip(),
        source=source.strip(),
        base=current_release(),
        sha256=release.sha256,
        factors=[factor.to_dict() for factor in factors],
        count=len(factors),
        filename=clean_name(filename),
        file_sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        uploaded_by=actor.user,
    )
    draft.file.save(f"{key}.upload", ContentFile(content), save=False)
    draft.save(force_insert=True)
    record(
        actor=actor,
        verb="release.imported",
        obj=draft,
        data={"sha256": draft.sha256, "file": draft.file_sha256, "factors": draft.count},
    )
    return draft


def _check_names(found: Collector, code: str, title_zh: str, title_en: str) -> None:
    if not _CODE.fullmatch(code):
        found.add(
            "REL-CODE",
            _("A code has 3 to 40 letters, digits, dots and hyphens, such as CN-2026.2."),
            field="code",
            value=code[:40],
        )
    elif FactorRelease.objects.filter(code=code).exists():
        found.add(
            "REL-CODE-TAKEN",
            _("There is a release of this code; it never changes."),
            field="code",
            value=code,
        )
    elif FactorDraft.objects.filter(code=code).exclude(state="discarded").exists():
        found.add(
            "REL-CODE-DRAFT",
            _("There is an open draft of this code."),
            field="code",
            value=code,
            mend=_("Discard it first, or choose another code."),
        )
    for name, text in (("title_zh", title_zh), ("title_en", title_en)):
        if not text.strip():
            found.add("REL-TITLE", _("Enter a title."), field=name)


def _read(found: Collector, file: File[Any], filename: str) -> tuple[bytes, list[EngineFactor]]:
    try:
        content = read_limited(file, MAX_BYTES)
        return content, read_factors(content, filename)
    except TooLarge:
        message, mend = FILE_PROBLEMS["size"]
        text = str(message) % {"limit": MAX_BYTES // 1_000_000}
        found.add("REL-FILE-SIZE", text, field="file", mend=mend)
    except Problems as problems:
        found.items += problems.items
    return b"", []


def _locked(draft: FactorDraft) -> FactorDraft:
    return FactorDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)


@transaction.atomic
def announce_draft(*, actor: Actor, draft: FactorDraft) -> FactorDraft:
    """Let makers and suppliers see the draft, each with what it would change of its own."""
    draft = _locked(draft)
    draft.announced_at = clock.now()
    transition(draft, "announce", actor, save=["announced_at"])
    record(actor=actor, verb="release.announced", obj=draft, data={"sha256": draft.sha256})
    return draft


@transaction.atomic
def discard_draft(*, actor: Actor, draft: FactorDraft) -> FactorDraft:
    """Decide against the draft. It stays with its file, and its code is free again."""
    draft = _locked(draft)
    draft.decided_at, draft.decided_by = clock.now(), actor.user
    transition(draft, "discard", actor, save=["decided_at", "decided_by"])
    record(actor=actor, verb="release.discarded", obj=draft, data={"sha256": draft.sha256})
    return draft


@transaction.atomic
def publish_draft(*, actor: Actor, draft: FactorDraft) -> FactorRelease:
    """Make the draft the release in force. No calculation changes; new ones take it.

    Raises Problems when a release of the code has come with the software meanwhile, ReleaseError when the rows are not
    those that were imported.
    """
    lock_releases()
    newest = current_release()
    draft = _locked(draft)
    require(actor, "release.publish", draft)
    found = Collector()
    if FactorRelease.objects.filter(code=draft.code).exists():
        found.add(
            "REL-CODE-TAKEN",
            _("There is a release of this code; it never changes."),
            value=draft.code,
            mend=_("Discard the draft and import the file under another code."),
        )
    found.done()
    loaded = draft_release(draft)
    # Never before the one in force, whatever a clock says: the order of publication decides which is in force.
    published = max(clock.today(), newest.published or clock.today())
    release = FactorRelease.objects.create(
        code=draft.code,
        sha256=loaded.sha256,
        title_zh=draft.title_zh,
        title_en=draft.title_en,
        published=published,
        source=draft.source,
    )
    Factor.objects.bulk_create(
        [factor_row(release, factor) for factor in loaded.factors.values()], batch_size=1000
    )
    if current_release().pk != release.pk:
        raise data.ReleaseError(f"{release.code} was published and is not the release in force")
    draft.release, draft.decided_at, draft.decided_by = release, clock.now(), actor.user
    transition(draft, "publish", actor, save=["release", "decided_at", "decided_by"])
    record(
        actor=actor,
        verb="release.published",
        obj=release,
        data={"code": release.code, "sha256": release.sha256, "factors": draft.count},
    )
    return release

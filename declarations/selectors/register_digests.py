"""Which accepted version a SHA-256 belongs to, and whether what the register vouches for is still what it was."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from django.db.models import Q

from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.canonical import sha256_hex
from declarations.models import Bundle, Declaration, RegisterEntry, ReportFile, Statement


@dataclass(frozen=True)
class DigestMatch:
    """What a digest belongs to: kind is snapshot, statement, report, bundle or entry."""

    kind: str
    entry: RegisterEntry


def clean_digest(text: str) -> str:
    """A digest as people paste it: spaces and a leading ``sha256:`` taken off, lower case; empty if it is none."""
    found = re.sub(r"^sha-?256[:= ]", "", text.strip().lower())
    found = re.sub(r"\s", "", found)
    return found if re.fullmatch(r"[0-9a-f]{64}", found) else ""


def match(actor: Actor, digest: str, number: str = "") -> DigestMatch | None:
    """The accepted version that a SHA-256 belongs to: of its snapshot, statement, report file, bundle or entry.

    ``number`` narrows it to the versions of one declaration. Nothing is said of what was never accepted.
    """
    rows = RegisterEntry.objects.select_related("declaration")
    if number:
        rows = rows.filter(number=number)
    found = rows.filter(Q(snapshot_sha256=digest) | Q(sha256=digest)).first()
    if found is not None:
        return DigestMatch("snapshot" if found.snapshot_sha256 == digest else "entry", found)
    statements = Statement.objects.filter(sha256=digest).values_list("snapshot__sha256", flat=True)
    reports = ReportFile.objects.filter(sha256=digest, done_at__isnull=False).values_list(
        "snapshot__sha256", flat=True
    )
    bundles = Bundle.objects.filter(
        Q(sha256=digest) | Q(manifest_sha256=digest), done_at__isnull=False
    ).values_list("snapshot__sha256", flat=True)
    for kind, owners in (
        ("statement", list(statements)),
        ("report", list(reports)),
        ("bundle", list(bundles)),
    ):
        found = rows.filter(snapshot_sha256__in=owners).first()
        if found is not None:
            return DigestMatch(kind, found)
    return None


@dataclass(frozen=True)
class Integrity:
    """What the site finds when it computes the stored digests again."""

    snapshot: bool
    entry: bool
    statement: bool | None


def integrity(entry: RegisterEntry) -> Integrity:
    """Recompute the digests of what an entry vouches for."""
    declaration = Declaration.objects.select_related("snapshot").get(pk=entry.declaration_id)
    snapshot = declaration.snapshot
    statement = Statement.objects.filter(snapshot=snapshot).first()
    stated = (json.loads(entry.content).get("verification") or {}).get("sha256")
    return Integrity(
        snapshot=snapshot is not None
        and snapshot.sha256 == entry.snapshot_sha256 == sha256_hex(snapshot.content.encode()),
        entry=entry.sha256 == sha256_hex(entry.content.encode()),
        statement=None if stated is None else statement is not None and statement.sha256 == stated,
    )

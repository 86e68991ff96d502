"""Verification: findings with their correspondence, and access to recipes. Signing is in :mod:`.signing`."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied, require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector
from declarations import workflow
from declarations.models import Declaration, Finding, FindingEntry
from declarations.services.evidence import read_evidence
from declarations.services.signing import open_findings, refusal, sign_statement, signing_problems
from lca.models import Calculation
from suppliers.models import Upload

TEXT_MAX = 5000

__all__ = [
    "ask_again",
    "close_finding",
    "note_calculation_viewed",
    "note_upload_downloaded",
    "open_findings",
    "raise_finding",
    "refusal",
    "reply_finding",
    "sign_statement",
    "signing_problems",
]


def _other_side(declaration: Declaration, actor: Actor) -> list[Organisation]:
    """Whom an event concerns besides the actor: the maker and the body engaged."""
    return [
        party
        for party in (declaration.organisation, declaration.engagement.organisation)
        if party.pk != actor.organisation_id
    ]


def _text(found: Collector, text: str, field: str, message: Any) -> str:
    clean = text.strip()
    if not clean:
        found.add("FINDING-TEXT", message, field=field)
    elif len(clean) > TEXT_MAX:
        found.add("FINDING-LONG", _("At most %(limit)s characters.") % {"limit": TEXT_MAX}, field=field)
    return clean


def _locked(finding: Finding) -> tuple[Declaration, Finding]:
    """Lock the declaration first, then the finding: signing locks in the same order."""
    declaration = workflow.lock(finding.declaration_id)
    return declaration, Finding.objects.select_for_update().get(pk=finding.pk, declaration=declaration)


def _write(
    actor: Actor, finding: Finding, text: str, evidence: File[bytes] | None = None, content: bytes = b""
) -> FindingEntry:
    """Add to the correspondence; ``content`` is what was read of the evidence."""
    if actor.organisation is None:
        raise AccessDenied(_("This belongs to another organisation."))
    entry = FindingEntry(finding=finding, organisation=actor.organisation, user=actor.user, text=text)
    if evidence is not None:
        entry.evidence_sha256 = sha256_hex(content)
        evidence.seek(0)
        name = get_valid_filename(PurePath(evidence.name or "evidence").name)[-80:]
        entry.evidence.save(name, evidence, save=False)
    entry.save()
    return entry


@transaction.atomic
def raise_finding(
    *,
    actor: Actor,
    declaration: Declaration,
    kind: str,
    title: str,
    text: str,
    place: str = "",
    evidence: File[bytes] | None = None,
) -> Finding:
    """A finding of the engaged body on a declaration in verification, with a file if there is one.

    The maker reads both. Raises Problems, AccessDenied.
    """
    declaration = workflow.lock(declaration)
    require(actor, "verification.raise", declaration)
    found = Collector()
    if kind not in Finding.Kind.values:
        found.add("FINDING-KIND", _("Say how serious the finding is."), field="kind", value=kind)
    title = title.strip()
    if not title:
        found.add("FINDING-TITLE", _("Give the finding a title."), field="title")
    elif len(title) > 160:
        found.add("FINDING-TITLE", _("At most %(limit)s characters.") % {"limit": 160}, field="title")
    text = _text(found, text, "text", _("Say what was found and what is expected."))
    if len(place) > 120:
        found.add(
            "FINDING-PLACE", _("This place is not in the declaration."), field="place", value=place[:40]
        )
    content = read_evidence(found, evidence) if evidence is not None else b""
    found.done()
    last = declaration.findings.order_by("-number").first()
    finding = Finding.objects.create(
        declaration=declaration,
        number=last.number + 1 if last else 1,
        kind=kind,
        title=title,
        place=place,
        raised_by=actor.user,
    )
    _write(actor, finding, text, evidence, content)
    data = {"declaration": str(declaration), "number": finding.number, "kind": kind}
    record(
        actor=actor, verb="finding.raised", obj=finding, data=data, readers=_other_side(declaration, actor)
    )
    return finding


@transaction.atomic
def reply_finding(
    *, actor: Actor, finding: Finding, text: str, evidence: File[bytes] | None = None
) -> FindingEntry:
    """The maker's answer, with a file as evidence if there is one. Raises Problems, AccessDenied."""
    declaration, finding = _locked(finding)
    require(actor, "verification.reply", finding)
    if finding.state == Finding.State.CLOSED:
        raise AccessDenied(_("The finding is closed."))
    found = Collector()
    text = _text(found, text, "text", _("Write how the finding is dealt with."))
    content = read_evidence(found, evidence) if evidence is not None else b""
    found.done()
    entry = _write(actor, finding, text, evidence, content)
    finding.state = Finding.State.REPLIED
    finding.save(update_fields=["state"])
    data = {"declaration": str(declaration), "number": finding.number, "evidence": entry.evidence_sha256}
    record(
        actor=actor, verb="finding.replied", obj=finding, data=data, readers=_other_side(declaration, actor)
    )
    return entry


@transaction.atomic
def ask_again(
    *, actor: Actor, finding: Finding, text: str, evidence: File[bytes] | None = None
) -> FindingEntry:
    """The verifier finds a reply insufficient: the finding is open again. Raises Problems, AccessDenied."""
    declaration, finding = _locked(finding)
    require(actor, "verification.close", finding)
    if finding.state == Finding.State.CLOSED:
        raise AccessDenied(_("The finding is closed."))
    found = Collector()
    text = _text(found, text, "text", _("Say what is still missing."))
    content = read_evidence(found, evidence) if evidence is not None else b""
    found.done()
    entry = _write(actor, finding, text, evidence, content)
    finding.state = Finding.State.OPEN
    finding.save(update_fields=["state"])
    data = {"declaration": str(declaration), "number": finding.number}
    record(
        actor=actor,
        verb="finding.asked_again",
        obj=finding,
        data=data,
        readers=_other_side(declaration, actor),
    )
    return entry


@transaction.atomic
def close_finding(*, actor: Actor, finding: Finding, reason: str) -> Finding:
    """Close a finding with a reason; closing twice changes nothing. Raises Problems, AccessDenied."""
    declaration, finding = _locked(finding)
    require(actor, "verification.close", finding)
    if finding.state == Finding.State.CLOSED:
        return finding
    found = Collector()
    reason = _text(found, reason, "reason", _("Say why the finding is closed."))
    found.done()
    _write(actor, finding, reason)
    finding.state = Finding.State.CLOSED
    finding.closed_by, finding.closed_at = actor.user, clock.now()
    finding.save(update_fields=["state", "closed_by", "closed_at"])
    data = {"declaration": str(declaration), "number": finding.number}
    record(
        actor=actor, verb="finding.closed", obj=finding, data=data, readers=_other_side(declaration, actor)
    )
    return finding


@transaction.atomic
def note_calculation_viewed(*, actor: Actor, declaration: Declaration, calculation: Calculation) -> None:
    """Log that a verifier opened a calculation in the clean room; whose recipe it is can read the event.

    The maker reads events on its own calculation only: whom its suppliers buy from is not its business.
    """
    require(actor, "verification.recipe", declaration)
    data = {"calculation": calculation.pk, "ruleset": calculation.ruleset_id}
    record(
        actor=actor,
        verb="verification.recipe_viewed",
        obj=calculation,
        data=data,
        readers=[calculation.organisation],
    )


@transaction.atomic
def note_upload_downloaded(*, actor: Actor, declaration: Declaration, upload: Upload) -> None:
    """Log that a verifier took a copy of the file that a recipe rests on."""
    require(actor, "verification.recipe", declaration)
    data = {"sha256": upload.sha256}
    record(
        actor=actor,
        verb="verification.upload_downloaded",
        obj=upload,
        data=data,
        readers=[upload.organisation],
    )

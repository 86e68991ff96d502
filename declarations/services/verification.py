"""Verification: findings with their correspondence, access to recipes, and the signed statement."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied, require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.canonical import canonical_json, number_text, sha256_hex
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, Problem, Problems, problem
from declarations import workflow
from declarations.figures import Figures, Frozen
from declarations.models import Declaration, Finding, FindingEntry, Statement
from lca.models import Calculation
from suppliers.models import Upload

EVIDENCE_MAX_BYTES = 20 * 1024 * 1024
EVIDENCE_TYPES = (".pdf", ".png", ".jpg", ".jpeg", ".xlsx", ".csv", ".txt", ".docx")
TEXT_MAX = 5000
STATEMENT_FORMAT = "carbonfoot-statement/1"


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


def _entry(actor: Actor, finding: Finding, text: str) -> FindingEntry:
    if actor.organisation is None:
        raise AccessDenied(_("This belongs to another organisation."))
    return FindingEntry(finding=finding, organisation=actor.organisation, user=actor.user, text=text)


@transaction.atomic
def raise_finding(
    *, actor: Actor, declaration: Declaration, kind: str, title: str, text: str, place: str = ""
) -> Finding:
    """A finding of the engaged body on a declaration in verification. Raises Problems, AccessDenied."""
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
    _entry(actor, finding, text).save()
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
    content = b""
    if evidence is not None:
        content = _read_evidence(found, evidence)
    found.done()
    entry = _entry(actor, finding, text)
    if evidence is not None:
        entry.evidence_sha256 = sha256_hex(content)
        evidence.seek(0)
        entry.evidence.save(
            get_valid_filename(PurePath(evidence.name or "evidence").name)[-80:], evidence, save=False
        )
    entry.save()
    finding.state = Finding.State.REPLIED
    finding.save(update_fields=["state"])
    data = {"declaration": str(declaration), "number": finding.number, "evidence": entry.evidence_sha256}
    record(
        actor=actor, verb="finding.replied", obj=finding, data=data, readers=_other_side(declaration, actor)
    )
    return entry


def _read_evidence(found: Collector, evidence: File[bytes]) -> bytes:
    name = PurePath(evidence.name or "").name
    if PurePath(name).suffix.lower() not in EVIDENCE_TYPES:
        kinds = ", ".join(EVIDENCE_TYPES)
        found.add(
            "EVIDENCE-TYPE",
            _("Files of these kinds are taken: %(kinds)s.") % {"kinds": kinds},
            field="evidence",
        )
    if (evidence.size or 0) > EVIDENCE_MAX_BYTES:
        found.add("EVIDENCE-SIZE", _("The file is larger than 20 MB."), field="evidence")
        return b""
    content = evidence.read()
    if not content:
        found.add("EVIDENCE-EMPTY", _("The file is empty."), field="evidence")
    return content


@transaction.atomic
def ask_again(*, actor: Actor, finding: Finding, text: str) -> FindingEntry:
    """The verifier finds a reply insufficient: the finding is open again. Raises Problems, AccessDenied."""
    declaration, finding = _locked(finding)
    require(actor, "verification.close", finding)
    if finding.state == Finding.State.CLOSED:
        raise AccessDenied(_("The finding is closed."))
    found = Collector()
    text = _text(found, text, "text", _("Say what is still missing."))
    found.done()
    entry = _entry(actor, finding, text)
    entry.save()
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
    _entry(actor, finding, reason).save()
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


def open_findings(declaration: Declaration) -> list[Finding]:
    """Findings that stand in the way of the statement; observations do not."""
    rows = declaration.findings.exclude(state=Finding.State.CLOSED).exclude(kind=Finding.Kind.OBSERVATION)
    return list(rows)


def signing_problems(declaration: Declaration) -> list[Problem]:
    """Why the statement cannot be signed now, besides role and state."""
    found = [
        Problem(
            "STATEMENT-FINDING-OPEN",
            _("Finding %(finding)s is open.") % {"finding": finding},
            mend=_("Close it first, with a reason."),
        )
        for finding in open_findings(declaration)
    ]
    if declaration.snapshot is None:
        found.append(Problem("STATEMENT-NO-SNAPSHOT", _("Nothing is frozen.")))
    elif not Frozen(declaration.snapshot).is_intact:
        found.append(Problem("STATEMENT-SNAPSHOT", _("The stored snapshot does not match its digest.")))
    return found


def _signed_figures(figures: Figures) -> dict[str, Any]:
    def text(value: float | None) -> str | None:
        return None if value is None else number_text(value)

    return {
        "per_functional_unit": text(figures.per_functional_unit),
        "per_kwh_capacity": text(figures.per_kwh_capacity),
        "per_piece": text(figures.per_piece),
        "delivered_energy_kwh": text(figures.delivered_energy_kwh),
        "stages": {key: number_text(value) for key, value in figures.stages.items()},
    }


@transaction.atomic
def sign_statement(
    *,
    actor: Actor,
    declaration: Declaration,
    snapshot_sha256: str,
    report_number: str,
    opinion: str,
    remarks: str = "",
) -> Statement:
    """Sign for exactly the snapshot whose digest the signer read.

    Refused while a finding is open, when the declaration was frozen anew since, or for another body's engagement.
    Signing the same snapshot again under the same report number gives the statement that is there.
    Raises Problems, AccessDenied.
    """
    declaration = workflow.lock(declaration)
    report_number, remarks = report_number.strip(), remarks.strip()
    done = Statement.objects.filter(
        declaration=declaration, snapshot__sha256=snapshot_sha256, report_number=report_number
    ).first()
    if done is not None and done.organisation_id == actor.organisation_id and actor.role == Role.VERIFIER:
        return done
    workflow.guard(declaration, "sign", actor)
    found = Collector()
    found.items.extend(signing_problems(declaration))
    if declaration.snapshot is not None and declaration.snapshot.sha256 != snapshot_sha256:
        found.add(
            "STATEMENT-OTHER-SNAPSHOT",
            _("The declaration was frozen anew since you opened this page."),
            mend=_("Read the present content, then sign."),
        )
    if not report_number or len(report_number) > 60:
        found.add(
            "STATEMENT-NUMBER", _("Give the number of your verification report."), field="report_number"
        )
    elif Statement.objects.filter(organisation=actor.organisation, report_number=report_number).exists():
        found.add("STATEMENT-NUMBER-TAKEN", _("This report number is used already."), field="report_number")
    if opinion not in Statement.Opinion.values:
        found.add("STATEMENT-OPINION", _("Choose the opinion."), field="opinion")
    elif opinion == Statement.Opinion.QUALIFIED and not remarks:
        found.add("STATEMENT-REMARKS", _("Say which remarks qualify the opinion."), field="remarks")
    snapshot, body = declaration.snapshot, actor.organisation
    if snapshot is None or body is None:
        raise Problems(found.items)
    found.done()
    content = {
        "format": STATEMENT_FORMAT,
        "declaration": {"number": declaration.number, "version": declaration.version},
        "snapshot": {"number": snapshot.number, "sha256": snapshot.sha256},
        "body": {"code": body.code, "name": {"zh": body.name_zh, "en": body.name_en}, "uscc": body.uscc},
        "report_number": report_number,
        "opinion": opinion,
        "remarks": remarks,
        "figures": _signed_figures(Frozen(snapshot).figures),
        "findings": [
            {"number": item.number, "kind": item.kind, "state": item.state}
            for item in declaration.findings.all()
        ],
        "signed": {"by": actor.label, "at": clock.now().isoformat()},
    }
    try:
        with transaction.atomic():
            statement = Statement.objects.create(
                declaration=declaration,
                snapshot=snapshot,
                organisation=body,
                report_number=report_number,
                opinion=opinion,
                remarks=remarks,
                content=content,
                sha256=sha256_hex(canonical_json(content)),
                signed_by=actor.user,
                signed_at=clock.now(),
            )
    except IntegrityError as error:
        raise problem(
            "STATEMENT-REFUSED", _("The statement was refused: something changed meanwhile.")
        ) from error
    workflow.transition(declaration, "sign", actor)
    data = {
        "report_number": report_number,
        "opinion": opinion,
        "snapshot": snapshot.sha256,
        "statement": statement.sha256,
    }
    record(
        actor=actor,
        verb="verification.signed",
        obj=declaration,
        data=data,
        readers=_other_side(declaration, actor),
    )
    return statement


def refusal(items: list[Problem]) -> str:
    """The problems as one sentence, for a button that is off."""
    return " ".join(f"{item.message} {item.mend}".strip() for item in items)

"""The verification statement: what stands in its way, and signing it for exactly one content."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.canonical import canonical_json, number_text, sha256_hex
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, Problem, Problems, problem
from declarations import workflow
from declarations.figures import Figures, Frozen
from declarations.models import Declaration, Finding, Statement
from declarations.selectors.checking import changes_of, initial_snapshot, last_checks, sample_states

# 2: engagement, initial figures with the reasons of changes, samples and the check of the control plan.
STATEMENT_FORMAT = "carbonfoot-statement/2"


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
    waiting = sum(1 for _change, reason in changes_of(declaration) if reason is None)
    if waiting:
        message = ngettext_lazy(
            "%(count)d change since the first sending has no reason.",
            "%(count)d changes since the first sending have no reason.",
            waiting,
        ) % {"count": waiting}
        found.append(
            Problem(
                "STATEMENT-UNEXPLAINED", message, mend=_("Give the reason of each changed figure and fact.")
            )
        )
    found.extend(
        Problem(
            "STATEMENT-SAMPLE-OPEN",
            _("Sample %(sample)s has lines that were not checked.") % {"sample": state.sample},
            mend=_("Write what was found at each line, be it that its evidence was not seen."),
        )
        for state in sample_states(declaration.snapshot)
        if state.open
    )
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


def _engagement(declaration: Declaration) -> dict[str, Any]:
    engagement = declaration.engagement
    answer = engagement.answer
    return {
        "assurance": engagement.assurance,
        "scope": engagement.scope,
        "independent": bool(answer and answer.accepted),
        "note": answer.text if answer else "",
        "taken_on_at": answer.answered_at.isoformat() if answer else None,
    }


def _initial(declaration: Declaration) -> dict[str, Any] | None:
    """The content first sent to verification, with its figures."""
    first = initial_snapshot(declaration)
    if first is None:
        return None
    return {
        "snapshot": {"number": first.number, "sha256": first.sha256},
        "figures": _signed_figures(Frozen(first).figures),
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

    Refused while a finding is open, a change has no reason or a drawn line is not checked; when the declaration was
    frozen anew since; for another body's engagement.
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
        "engagement": _engagement(declaration),
        "initial": _initial(declaration),
        "changes": [
            {
                "key": change.key,
                "before": change.before,
                "after": change.after,
                "reason": reason.reason if reason else "",
                "finding": reason.finding.number if reason and reason.finding else None,
            }
            for change, reason in changes_of(declaration)
        ],
        "findings": [
            {"number": item.number, "kind": item.kind, "state": item.state}
            for item in declaration.findings.all()
        ],
        # Which lines were drawn is in the samples that the digests name; a supplier's are for the clean room alone.
        "samples": [
            {
                "number": state.sample.number,
                "sha256": state.sample.sha256,
                "drawn": state.drawn,
                "results": dict(sorted(state.results.items())),
            }
            for state in sample_states(snapshot)
        ],
        "plan_checks": {
            key: {"result": row.result, "note": row.note}
            for key, row in sorted(last_checks(snapshot, None).items())
        },
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
        readers=[declaration.organisation],
    )
    return statement


def refusal(items: list[Problem]) -> str:
    """The problems as one sentence, for a button that is off."""
    return " ".join(f"{item.message} {item.mend}".strip() for item in items)

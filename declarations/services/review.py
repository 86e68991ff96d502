"""Review by the authority: note, return with reasons, accept into the register, with conditions or without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.audit.numbers import next_number
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, Problem, Problems
from declarations import workflow
from declarations.decisions import Condition, content_of
from declarations.figures import Frozen
from declarations.models import (
    Declaration,
    MatterState,
    RegisterEntry,
    ReviewDecision,
    ReviewMatter,
    ReviewNote,
    Section,
)
from declarations.register import write_entry
from declarations.services.declarations import predecessor, supersede_before
from declarations.services.reviewers import assign, authority, need_reviewer, take_over, take_up

__all__ = ["accept", "acceptance_problems", "add_note", "assign", "return_", "take_over", "take_up"]

REASON_MAX = 5000
CONDITIONS_MAX = 20


def _bounded(found: Collector, text: str, field: str) -> str:
    clean = text.strip()
    if len(clean) > REASON_MAX:
        found.add("REVIEW-LONG", _("At most %(limit)s characters.") % {"limit": REASON_MAX}, field=field)
    return clean


@transaction.atomic
def add_note(
    *, actor: Actor, declaration: Declaration, section: str, verdict: str = "", text: str = ""
) -> ReviewNote:
    """Note on a section whether it is in order, or a remark; stays within the authority.

    The same note again, as a second click sends it, is the note that is there. Raises Problems, AccessDenied.
    """
    declaration = workflow.lock(declaration)
    require(actor, "review.note", declaration)
    need_reviewer(declaration, actor)
    found = Collector()
    text = _bounded(found, text, "text")
    if section not in Section.values:
        found.add("REVIEW-SECTION", _("This section does not exist."), field="section", value=section)
    if verdict not in ReviewNote.Verdict.values:
        found.add("REVIEW-VERDICT", _("Choose a verdict."), field="verdict", value=verdict)
    if not text and verdict != ReviewNote.Verdict.OK:
        found.add("REVIEW-NOTE", _("Say what is in doubt."), field="text")
    found.done()
    last = declaration.review_notes.filter(section=section).last()
    same = last and (last.verdict, last.text, last.written_by) == (verdict, text, actor.user)
    if last is not None and same:
        return last
    note = ReviewNote.objects.create(
        declaration=declaration,
        organisation=authority(actor),
        section=section,
        verdict=verdict,
        text=text,
        written_by=actor.user,
    )
    record(actor=actor, verb="review.noted", obj=declaration, data={"section": section, "verdict": verdict})
    return note


def _decide(
    actor: Actor,
    declaration: Declaration,
    kind: str,
    *,
    number: str,
    reason: str,
    sections: Sequence[dict[str, str]] = (),
    conditions: Sequence[Condition] = (),
    entry: RegisterEntry | None = None,
) -> ReviewDecision:
    """Write a decision with its text, digest and event. The caller holds the lock and moves the state.

    ``number`` is taken by the caller before anything is written to the log: numbers are locked before the log is,
    everywhere.
    """
    at = clock.now()
    content = content_of(
        declaration,
        actor=actor,
        number=number,
        kind=kind,
        at=at,
        reason=reason,
        sections=sections,
        conditions=conditions,
        register_sha256=entry.sha256 if entry else None,
    )
    data: dict[str, Any] = {
        "decision": number,
        "sha256": sha256_hex(content),
        "sections": [item["section"] for item in sections],
        "conditions": len(conditions),
    }
    if entry is not None:
        data |= {"snapshot": entry.snapshot_sha256, "register": entry.sha256}
    event = record(
        actor=actor, verb=f"review.{kind}", obj=declaration, data=data, readers=[declaration.organisation]
    )
    return ReviewDecision.objects.create(
        declaration=declaration,
        organisation=authority(actor),
        kind=kind,
        reason=reason,
        sections=list(sections),
        decided_by=actor.user,
        decided_at=at,
        number=number,
        content=content.decode(),
        sha256=sha256_hex(content),
        audit_seq=event.seq,
    )


@transaction.atomic
def return_(
    *, actor: Actor, declaration: Declaration, reason: str, sections: Mapping[str, str] | None = None
) -> ReviewDecision:
    """Send a declaration back with a reason, and one for each section concerned.

    Questions that are not settled end with it: what is still wanted belongs into the reasons.
    Raises Problems, AccessDenied.
    """
    declaration = workflow.lock(declaration)
    workflow.guard(declaration, "return", actor)
    need_reviewer(declaration, actor)
    found = Collector()
    reason = _bounded(found, reason, "reason")
    given = {key: _bounded(found, text, "reason") for key, text in (sections or {}).items() if text.strip()}
    if not reason:
        found.add(
            "REVIEW-REASON",
            _("Say why the declaration is returned."),
            field="reason",
            mend=_("Name what must be changed and which evidence is needed."),
        )
    for key in given:
        if key not in Section.values:
            found.add("REVIEW-SECTION", _("This section does not exist."), field="reason", value=key)
    found.done()
    for question in unsettled_questions(declaration):
        question.closed_by, question.closed_at = actor.user, clock.now()
        workflow.move_matter(question, "lapse", actor, save=("closed_by", "closed_at"))
    decision = _decide(
        actor,
        declaration,
        ReviewDecision.Kind.RETURNED,
        number=next_number("RV"),
        reason=reason,
        sections=[{"section": key, "text": given[key]} for key in Section.values if key in given],
    )
    workflow.transition(declaration, "return", actor)
    return decision


def unsettled_questions(declaration: Declaration) -> list[ReviewMatter]:
    """Questions to the maker that the reviewer has not closed."""
    rows = declaration.matters.filter(kind=ReviewMatter.Kind.QUESTION)
    return list(rows.exclude(state=MatterState.CLOSED))


def acceptance_problems(declaration: Declaration) -> list[Problem]:
    """Why a declaration cannot be accepted now, besides role and state."""
    found = []
    snapshot = declaration.snapshot
    if snapshot is None or not Frozen(snapshot).is_intact:
        found.append(Problem("REVIEW-SNAPSHOT", _("The stored snapshot does not match its digest.")))
    elif not hasattr(declaration, "receipt") or declaration.receipt.sha256 != snapshot.sha256:
        found.append(Problem("REVIEW-RECEIPT", _("The receipt was given for another content.")))
    elif (
        Frozen(snapshot).figures.per_functional_unit is None
        or Frozen(snapshot).figures.per_kwh_capacity is None
    ):
        found.append(Problem("REVIEW-FIGURES", _("The declared figures are incomplete.")))
    found.extend(
        Problem(
            "REVIEW-QUESTION-OPEN",
            _("Question %(number)s to the maker is not settled.") % {"number": question},
            mend=_("Close it first."),
        )
        for question in unsettled_questions(declaration)
    )
    others = Declaration.objects.filter(
        pack=declaration.pack_id, phase=declaration.phase_id, state="accepted"
    )
    before = predecessor(declaration)
    if before is not None:
        others = others.exclude(pk=before.pk)
    if others.exists():
        found.append(
            Problem(
                "REVIEW-ACCEPTED-OTHER",
                _("Another declaration of this pack is accepted in this phase."),
                mend=_("Return this one; it must supersede the other."),
            )
        )
    return found


def _checked(conditions: Sequence[Condition]) -> list[Condition]:
    """Conditions that are whole. Raises Problems with the number of each that is not."""
    found, kept = Collector(), []
    if len(conditions) > CONDITIONS_MAX:
        found.add("REVIEW-CONDITIONS", _("At most %(limit)s conditions.") % {"limit": CONDITIONS_MAX})
    for nr, item in enumerate(conditions, 1):
        text = _bounded(found, item.text, f"condition_{nr}_text")
        if not text:
            found.add(
                "REVIEW-CONDITION-TEXT",
                _("Say what the maker has to do."),
                field=f"condition_{nr}_text",
            )
        if item.section not in Section.values:
            found.add("REVIEW-SECTION", _("This section does not exist."), field=f"condition_{nr}_section")
        if item.due_on <= clock.today():
            found.add(
                "REVIEW-CONDITION-DAY",
                _("A condition is due on a day to come."),
                field=f"condition_{nr}_due_on",
                value=str(item.due_on),
            )
        kept.append(Condition(item.section, text, item.due_on))
    found.done()
    return kept


@transaction.atomic
def accept(
    *, actor: Actor, declaration: Declaration, reason: str = "", conditions: Sequence[Condition] = ()
) -> RegisterEntry:
    """Accept a declaration and enter it into the public register; what it supersedes ends in the same transaction.

    Each condition has a day; the maker reports on it, and the authority closes it. The register does not name them.
    Accepting what is accepted already gives the entry that is there. Raises Problems, AccessDenied.
    """
    declaration = workflow.lock(declaration)
    require(actor, "review.view", declaration)
    if declaration.state == "accepted":
        return declaration.register_entry
    workflow.guard(declaration, "accept", actor)
    need_reviewer(declaration, actor)
    problems = acceptance_problems(declaration)
    if problems:
        raise Problems(problems)
    found = Collector()
    reason = _bounded(found, reason, "reason")
    found.done()
    conditions = _checked(conditions)
    before = predecessor(declaration)
    if before is not None:
        workflow.lock(before)
    number = next_number("RV")
    supersede_before(actor=actor, declaration=declaration, state="accepted")
    entry = write_entry(declaration)
    decision = _decide(
        actor,
        declaration,
        ReviewDecision.Kind.ACCEPTED,
        number=number,
        reason=reason,
        conditions=conditions,
        entry=entry,
    )
    ReviewMatter.objects.bulk_create(
        ReviewMatter(
            declaration=declaration,
            organisation=decision.organisation,
            kind=ReviewMatter.Kind.CONDITION,
            number=nr,
            section=item.section,
            text=item.text,
            due_on=item.due_on,
            decision=decision,
            raised_by=actor.user,
            raised_at=decision.decided_at,
        )
        for nr, item in enumerate(conditions, 1)
    )
    workflow.transition(declaration, "accept", actor)
    return entry

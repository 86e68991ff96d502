"""Questions of the authority and conditions of its acceptance: asked, answered by the maker, settled or asked again.

The authority's term runs on while a question is open: it is counted from the receipt, and no question moves it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied, require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.audit.services import record
from carbonfoot.files import clean_name
from carbonfoot.problems import Collector
from declarations import workflow
from declarations.models import Declaration, MatterEntry, MatterState, ReviewMatter, Section
from declarations.services.evidence import read_evidence
from declarations.services.reviewers import authority, need_reviewer
from declarations.tenancy import owner

TEXT_MAX = 5000
# In which states of the declaration a maker answers, by kind.
ANSWERABLE = {
    ReviewMatter.Kind.QUESTION: ("in_review",),
    ReviewMatter.Kind.CONDITION: ("accepted", "superseded"),
}


def _text(found: Collector, text: str, message: Any) -> str:
    clean = text.strip()
    if not clean:
        found.add("MATTER-TEXT", message, field="text")
    elif len(clean) > TEXT_MAX:
        found.add("MATTER-LONG", _("At most %(limit)s characters.") % {"limit": TEXT_MAX}, field="text")
    return clean


def _locked(matter: ReviewMatter) -> tuple[Declaration, ReviewMatter]:
    """Lock the declaration first, then the matter: decisions lock in the same order."""
    declaration = workflow.lock(matter.declaration_id)
    found = ReviewMatter.objects.select_for_update().get(pk=matter.pk, declaration=declaration)
    found.declaration = declaration
    return declaration, found


def _data(declaration: Declaration, matter: ReviewMatter, **more: Any) -> dict[str, Any]:
    return {"declaration": str(declaration), "kind": matter.kind, "number": matter.number, **more}


def _readers(declaration: Declaration, matter: ReviewMatter) -> list[Organisation]:
    return [declaration.organisation, matter.organisation]


@transaction.atomic
def ask(
    *, actor: Actor, declaration: Declaration, section: str, text: str, due_on: dt.date | None = None
) -> ReviewMatter:
    """Ask the maker about a section during the review, with the day until which an answer is wanted.

    The same question again, as a second click sends it, is the question that is there. Raises Problems, AccessDenied.
    """
    declaration = workflow.lock(declaration)
    require(actor, "review.ask", declaration)
    need_reviewer(declaration, actor)
    found = Collector()
    text = _text(found, text, _("Write what you want to know."))
    if section not in Section.values:
        found.add("REVIEW-SECTION", _("This section does not exist."), field="section", value=section)
    if due_on is not None and due_on < clock.today():
        found.add("MATTER-DAY", _("The date is in the past."), field="due_on", value=str(due_on))
    found.done()
    rows = declaration.matters.filter(kind=ReviewMatter.Kind.QUESTION)
    same = rows.filter(section=section, text=text, due_on=due_on).exclude(state=MatterState.CLOSED).first()
    if same is not None:
        return same
    last = rows.order_by("-number").first()
    matter = ReviewMatter.objects.create(
        declaration=declaration,
        organisation=authority(actor),
        kind=ReviewMatter.Kind.QUESTION,
        number=last.number + 1 if last else 1,
        section=section,
        text=text,
        due_on=due_on,
        raised_by=actor.user,
    )
    data = _data(declaration, matter, section=section)
    record(actor=actor, verb="matter.asked", obj=matter, data=data, readers=[declaration.organisation])
    return matter


def _write(actor: Actor, matter: ReviewMatter, kind: str, text: str) -> MatterEntry:
    return MatterEntry(matter=matter, kind=kind, organisation=owner(actor), user=actor.user, text=text)


def _is_second_click(actor: Actor, matter: ReviewMatter, kind: str, text: str) -> MatterEntry | None:
    last = matter.entries.last()
    same = last and (last.kind, last.text, last.user) == (kind, text, actor.user)
    return last if same else None


@transaction.atomic
def answer(
    *, actor: Actor, matter: ReviewMatter, text: str, evidence: File[bytes] | None = None
) -> MatterEntry:
    """The maker's answer to a question, or its report that a condition is met, with a file if there is one.

    It may be added to until the authority closes the matter. Raises Problems, AccessDenied.
    """
    declaration, matter = _locked(matter)
    require(actor, "matter.answer", matter)
    if declaration.state not in ANSWERABLE[ReviewMatter.Kind(matter.kind)]:
        raise AccessDenied(
            _("Not possible in the present state: %(state)s.") % {"state": declaration.get_state_display()}
        )
    found = Collector()
    text = _text(found, text, _("Write your answer."))
    content = read_evidence(found, evidence) if evidence is not None else b""
    found.done()
    digest = sha256_hex(content) if evidence is not None else ""
    there = _is_second_click(actor, matter, MatterEntry.Kind.ANSWER, text)
    if there is not None and there.evidence_sha256 == digest:
        return there
    entry = _write(actor, matter, MatterEntry.Kind.ANSWER, text)
    if evidence is not None:
        entry.evidence_name, entry.evidence_sha256 = clean_name(evidence.name or "evidence"), digest
        entry.evidence.save(f"{digest[:16]}.bin", ContentFile(content), save=False)
    entry.save()
    workflow.move_matter(matter, "answer", actor)
    data = _data(declaration, matter, evidence=digest)
    record(actor=actor, verb="matter.answered", obj=matter, data=data, readers=_readers(declaration, matter))
    return entry


@transaction.atomic
def ask_again(*, actor: Actor, matter: ReviewMatter, text: str) -> MatterEntry:
    """The reviewer says what is still missing: the question is open again, the condition is not met."""
    declaration, matter = _locked(matter)
    require(actor, "matter.ask_again", matter)
    need_reviewer(declaration, actor)
    found = Collector()
    text = _text(found, text, _("Say what is still missing."))
    found.done()
    entry = _write(actor, matter, MatterEntry.Kind.AGAIN, text)
    entry.save()
    workflow.move_matter(matter, "ask_again", actor)
    data = _data(declaration, matter)
    record(
        actor=actor, verb="matter.asked_again", obj=matter, data=data, readers=_readers(declaration, matter)
    )
    return entry


@transaction.atomic
def settle(*, actor: Actor, matter: ReviewMatter, text: str) -> ReviewMatter:
    """Close a question, or find a condition met, with the reason. Closing twice changes nothing."""
    declaration, matter = _locked(matter)
    if matter.state == MatterState.CLOSED:
        require(actor, "review.view", declaration)
        return matter
    require(actor, "matter.settle", matter)
    need_reviewer(declaration, actor)
    found = Collector()
    text = _text(found, text, _("Say why it is settled."))
    found.done()
    _write(actor, matter, MatterEntry.Kind.CLOSED, text).save()
    matter.closed_by, matter.closed_at = actor.user, clock.now()
    workflow.move_matter(matter, "settle", actor, save=("closed_by", "closed_at"))
    data = _data(declaration, matter)
    record(actor=actor, verb="matter.settled", obj=matter, data=data, readers=_readers(declaration, matter))
    return matter

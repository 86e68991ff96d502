"""What a decision of the authority says, as canonical text: the same bytes are hashed, exported and printed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.canonical import canonical_json, sha256_hex
from declarations.models import Declaration, ReviewDecision

# Raise the number with a line here when the content changes; decisions are never rewritten.
# 1: first form.
FORMAT = "carbonfoot-decision/1"


@dataclass(frozen=True)
class Condition:
    """One condition of an acceptance: the section that it concerns, what must be done, until which day in China."""

    section: str
    text: str
    due_on: dt.date


def content_of(
    declaration: Declaration,
    *,
    actor: Actor,
    number: str,
    kind: str,
    at: dt.datetime,
    reason: str,
    sections: Sequence[dict[str, str]] = (),
    conditions: Sequence[Condition] = (),
    register_sha256: str | None = None,
) -> bytes:
    """Canonical bytes of a decision: on what, by whom, when, why, with which conditions."""
    maker, snapshot, receipt = declaration.organisation, declaration.snapshot, declaration.receipt
    body = actor.organisation
    return canonical_json(
        {
            "format": FORMAT,
            "number": number,
            "kind": kind,
            "declaration": {
                "number": declaration.number,
                "version": declaration.version,
                "phase": declaration.phase.code,
                "model": declaration.pack.model,
                "snapshot_sha256": snapshot.sha256 if snapshot else None,
            },
            "receipt": {
                "number": receipt.number,
                "submitted_at": receipt.submitted_at,
                "sha256": receipt.sha256,
            },
            "maker": {
                "code": maker.code,
                "name": {"zh": maker.name_zh, "en": maker.name_en},
                "uscc": maker.uscc,
                "is_demo": maker.is_demo,
            },
            "authority": (
                {"code": body.code, "name": {"zh": body.name_zh, "en": body.name_en}} if body else None
            ),
            "decided": {"by": actor.label, "at": at},
            "reason": reason,
            "sections": list(sections),
            "conditions": [
                {"number": nr, "section": item.section, "text": item.text, "due_on": item.due_on}
                for nr, item in enumerate(conditions, 1)
            ],
            "register_entry_sha256": register_sha256,
        }
    )


def parsed(decision: ReviewDecision) -> dict[str, Any]:
    """The content of a numbered decision; empty for one that was made before decisions had a text."""
    found: dict[str, Any] = json.loads(decision.content) if decision.content else {}
    return found


def is_intact(decision: ReviewDecision) -> bool:
    """Whether the stored text still has its digest."""
    return sha256_hex(decision.content.encode()) == decision.sha256

"""What speaks for declaring a pack anew: each trigger with its evidence, in words. Nothing follows by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carbonfoot.audit.canonical import digest
from carbonfoot.languages import in_language
from carbonfoot.ui.dates import format_day
from carbonfoot.ui.numbers import format_number, format_percent
from declarations.changes import Change
from declarations.models import Declaration, TriggerDismissal

STATEMENT, EXPIRED, NEWER, RESULT = "statement", "supplier_expired", "supplier_newer", "result"
RELEASE, FACTS, PHASE = "release", "facts", "phase"
LABELS: dict[str, Any] = {
    STATEMENT: gettext_lazy("The verification statement is no longer recent"),
    EXPIRED: gettext_lazy("A supplier's result has expired"),
    NEWER: gettext_lazy("A supplier has published a newer version"),
    RESULT: gettext_lazy("A newer calculation gives another result"),
    RELEASE: gettext_lazy("The factor release has been replaced"),
    FACTS: gettext_lazy("Facts of the pack have changed"),
    PHASE: gettext_lazy("Another phase is in force"),
}
# What rests on nothing but public facts: the authority sees these. The others are the maker's affair until declared.
PUBLIC = (STATEMENT, RELEASE, PHASE)


@dataclass(frozen=True)
class Trigger:
    """One reason to declare anew. ``evidence`` are raw facts: their digest decides whether a dismissal still holds.

    ``since`` is the day in China from which it holds. ``dismissal`` is set where exactly this was put aside.
    """

    declaration: Declaration
    kind: str
    since: dt.date
    evidence: Mapping[str, Any]
    dismissal: TriggerDismissal | None = None

    @property
    def sha256(self) -> str:
        """Digest of kind and evidence."""
        return evidence_digest(self.kind, self.evidence)

    @property
    def label(self) -> Any:
        """What has happened, in words."""
        return LABELS[self.kind]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Old, new and difference, in words."""
        return _FACTS[self.kind](self.evidence)

    @property
    def todo(self) -> str:
        """What to do about it."""
        return {
            STATEMENT: _("Begin a correction and have it verified anew."),
            EXPIRED: _("Ask the supplier for a new result, calculate, and begin a correction."),
            NEWER: _("Compare the two versions; if it matters, take the newer one, calculate, and correct."),
            RESULT: _("Compare the two results, and begin a correction."),
            RELEASE: _("Calculate the pack with the release in force; the difference then shows here."),
            FACTS: _("Calculate the pack with the facts of today, and begin a correction."),
            PHASE: _("Declare the pack in the phase in force."),
        }[self.kind]

    @property
    def action(self) -> tuple[str, str]:
        """Address and word of the button that leads on."""
        pack = reverse("declarations:pack", args=[self.declaration.pack_id])
        if self.kind == PHASE:
            return reverse("declarations:new") + f"?pack={self.declaration.pack_id}", _("Begin a declaration")
        if self.kind == RESULT:
            pair = [self.declaration.calculation_id, self.evidence["new"]["calculation"]]
            return reverse("lca:compare", args=pair), _("Compare")
        if self.kind in (RELEASE, FACTS, NEWER, EXPIRED):
            return pack, _("To the pack")
        return reverse("declarations:revise", args=[self.declaration.pk]), _("Begin a correction")


def evidence_digest(kind: str, evidence: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a trigger's kind and evidence."""
    return digest({"trigger": kind, "evidence": dict(evidence)})


def _day(text: str) -> str:
    return format_day(dt.date.fromisoformat(text)) or text


def _statement(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    months = _("%(count)s months after the signature (assumed)") % {"count": evidence["months"]}
    return [
        (_("Statement"), f"{evidence['report']} · {_day(evidence['signed'])}"),
        (_("Proposed until"), f"{_day(evidence['until'])} · {months}"),
    ]


def _results(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = []
    for item in evidence["results"]:
        then = f"v{item['version']} · " + _("valid until %(day)s") % {"day": _day(item["valid_until"])}
        new = f" → v{item['newer']}" if item.get("newer") else ""
        found.append((f"{item['product']} · {item['supplier']}", then + new))
    return found


def _result(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    old, new = float(evidence["old"]["figure"]), float(evidence["new"]["figure"])
    threshold = _("proposed from %(share)s (assumed)") % {
        "share": format_percent(float(evidence["threshold"]), 0)
    }
    return [
        (_("Accepted"), f"{format_number(old, 4)} kg CO2e/kWh"),
        (_("Newest calculation"), f"{format_number(new, 4)} kg CO2e/kWh · {evidence['new']['release']}"),
        (_("Difference"), f"{format_percent(new / old - 1, 1, sign=True)} · {threshold}"),
    ]


def _release(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(_("Declared with"), evidence["old"]), (_("In force"), evidence["new"])]


def _changes(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = [Change(item["key"], item["old"], item["new"]) for item in evidence["changes"]]
    return [
        (row.label, f"{row.before_words or '–'} → {row.after_words or '–'} {row.unit}".strip())
        for row in rows
    ]


def _phase(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (_("Declared in"), in_language(evidence["old"]["zh"], evidence["old"]["en"])),
        (_("In force"), in_language(evidence["new"]["zh"], evidence["new"]["en"])),
    ]


_FACTS = {
    STATEMENT: _statement,
    EXPIRED: _results,
    NEWER: _results,
    RESULT: _result,
    RELEASE: _release,
    FACTS: _changes,
    PHASE: _phase,
}

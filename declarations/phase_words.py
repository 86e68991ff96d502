"""The rules of a phase in words: for pages, and for the summary that is handed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carbonfoot.ui.dates import format_day
from carbonfoot.ui.status import Status
from declarations.checks.pack_facts import SCOPE_REASON
from declarations.models import Chemistry, Phase

SHOWN = 10


def item_label(code: str, values: Mapping[str, Any]) -> str:
    """A rule of a phase as a statement that is met or not."""
    if code == "packs":
        need = int(values["need"])
        return ngettext(
            "At least %(count)d typical pack is declared",
            "At least %(count)d typical packs are declared",
            need,
        ) % {"count": need}
    return {
        "every_pack": _("Every registered pack is declared"),
        "chemistries": _("Every chemistry in use is declared"),
        "statements": _("Each with a verification statement"),
        "once": _("No pack counts twice"),
        "typical": _("Each choice of a typical pack is justified"),
        "days": _("Submitted within the phase"),
        "scope": _("Only packs above 2 kWh"),
    }[code]


def item_count(code: str, values: Mapping[str, Any]) -> str:
    """How far a rule is met, where it counts; the days of the phase where it has days."""
    if "need" in values and "have" in values:
        return _("%(have)s of %(need)s") % {"have": values["have"], "need": values["need"]}
    if code == "days":
        first = format_day(dt.date.fromisoformat(values["first"]))
        if not values["last"]:
            return _("since %(day)s") % {"day": first}
        return f"{first} – {format_day(dt.date.fromisoformat(values['last']))}"
    return ""


def _gap(code: str, gap: Mapping[str, Any]) -> str:
    if code == "packs":
        count = int(gap["count"])
        return ngettext(
            "%(count)d more pack must be declared.", "%(count)d more packs must be declared.", count
        ) % {"count": count}
    if code == "chemistries":
        return _("No pack with this chemistry is declared: %(name)s.") % {
            "name": Chemistry(gap["chemistry"]).label
        }
    words = {"model": gap.get("model") or _("a pack"), "day": gap.get("day", "")}
    return {
        "every_pack": _("%(model)s is not declared."),
        "statements": _("%(model)s has no verification statement and does not count."),
        "once": _("%(model)s has the type code of another declared pack; a type counts once."),
        "typical": _("%(model)s: nothing says why it is a typical product."),
        "days": _("%(model)s was submitted on %(day)s, which is outside, and does not count."),
    }[code] % words


def item_gaps(code: str, missing: Sequence[Mapping[str, Any]], *, shown: int | None = SHOWN) -> list[str]:
    """What exactly is missing for a rule, a sentence each; what is more than ``shown`` is counted."""
    found = [_gap(code, gap) for gap in missing[:shown]]
    more = len(missing) - len(found)
    if more > 0:
        found.append(ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more})
    return found


def item_note(code: str) -> str:
    """What is to be known of a rule that the site itself holds."""
    return str(SCOPE_REASON) if code == "scope" else ""


def item_status(met: bool | None) -> Status:
    """Met, not met, or nothing there yet."""
    if met is None:
        return Status("idle", _("nothing yet"))
    return Status("ok", _("met")) if met else Status("bad", _("not met"))


@dataclass(frozen=True)
class RuleRow:
    """One point in which phases may differ: (name of the phase, its value) in their order, and whether they do."""

    label: str
    values: list[tuple[str, str]]
    differs: bool


def _value(phase: Phase, name: str) -> str:
    value = getattr(phase, name)
    if name in ("starts_on", "ends_on"):
        return format_day(value) if value else _("without end")
    if name == "min_packs":
        if phase.every_pack:
            return _("every registered pack")
        return ngettext("at least %(count)d typical pack", "at least %(count)d typical packs", value) % {
            "count": value
        }
    if name == "review_days":
        return ngettext("%(count)d day", "%(count)d days", value) % {"count": value}
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def column_label(name: str) -> str:
    """What a column of a phase is called."""
    return {
        "name_zh": _("Name in Chinese"),
        "name_en": _("Name in English"),
        "starts_on": _("First day"),
        "ends_on": _("Last day"),
        "min_packs": _("Packs to be declared"),
        "every_pack": _("Every registered pack is declared"),
        "every_chemistry": _("Every chemistry in use is covered"),
        "verification_required": _("Each with a verification statement"),
        "ruleset_id": _("Rule set"),
        "review_days": _("Days in which the authority decides"),
        "source": _("Where this comes from"),
    }[name]


def column_value(phase: Phase, name: str) -> str:
    """The value of one column of a phase by itself, as a person reads it."""
    return str(phase.min_packs) if name == "min_packs" else _value(phase, name)


def phase_table(phases: Iterable[Phase]) -> list[RuleRow]:
    """What the phases ask, side by side, from their data alone."""
    rows, every = [], list(phases)
    names = (
        "starts_on", "ends_on", "min_packs", "every_chemistry", "verification_required", "ruleset_id", "review_days"
    )  # fmt: skip
    for name in names:
        values = [(phase.name, _value(phase, name)) for phase in every]
        rows.append(RuleRow(column_label(name), values, len({value for _phase, value in values}) > 1))
    return rows

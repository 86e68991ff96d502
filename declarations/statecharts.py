"""The tables of states and of access, written out for readers.

``docs/states.md`` and ``docs/access.md`` are these texts; a test holds them against the tables. Chinese words come from
the catalogues' files, so that the texts do not depend on whether they are compiled.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.db.models import TextChoices
from django.utils import translation

from carbonfoot.accounts.access import ACTIONS, EVERYONE, MEMBERS, ROUTES, Rule
from carbonfoot.accounts.roles import Role
from carbonfoot.notices import table as notices
from carbonfoot.ui import catalogues
from declarations import workflow as declaring
from declarations.models import (
    DeclarationState,
    EngagementState,
    MatterState,
    PackState,
    QualityPlan,
    ReliefState,
)
from lca import workflow as reference
from lca.models import DraftState
from suppliers import workflow as supplying
from suppliers.models import RequestState, UploadState

HEADER = """# State machines

Drawn by `python manage.py states` from the tables in `declarations/workflow.py`, `suppliers/workflow.py` and
`lca/workflow.py`, which are the only places where these states are set. Do not edit this page: a test holds it against
the tables. Who may go along an arrow is a row of the access table (`carbonfoot/accounts/access.py`); *the site* means
that the arrow follows from something else.
"""

ACCESS_HEADER = """# The access table

Written by `python manage.py states` from `carbonfoot/accounts/access.py`; do not edit this page. Whatever is not in
the table is denied. A rule holds for roles that stand in a relation to the object while it is in one of the states
named (no state named: any). Which objects are within reach at all is narrowed before, by the selectors: what is out of
reach is not found. [security.md](security.md) says how the table is used.
"""

# The relations of the access table in words.
RELATIONS = {
    "own": "of its organisation",
    "buyer": "of the buyer",
    "supplier": "of the supplier",
    "managed_by": "of the buyer that answers for a managed supplier",
    "asked": "of the body asked or engaged",
    "verifier": "of the body engaged",
}

FOOTER = """## States without a table of their own

| What | States | Where they are held |
|---|---|---|
| Job | queued, published, running, succeeded, failed, cancelled | `carbonfoot/jobs/services.py` |
| Calculation | pending, done, failed; a done one never changes | `lca/models/calculations.py` |
| Finding of a verifier | open, replied, closed | `declarations/services/verification.py` |
"""


class Arrow(Protocol):
    """What both workflow modules call a transition."""

    @property
    def sources(self) -> tuple[str, ...]:
        """States that the arrow leaves."""

    @property
    def verb(self) -> str:
        """What is done."""

    @property
    def target(self) -> str:
        """The state that it reaches."""

    @property
    def action(self) -> str:
        """The row of the access table, or nothing."""

    @property
    def guard(self) -> str:
        """What must hold besides, as a sentence."""


@dataclass(frozen=True)
class Machine:
    """One workflow: its title, where its table is, its states (the first is where a row begins), its arrows."""

    title: str
    source: str
    area: str
    states: type[TextChoices]
    arrows: tuple[Arrow, ...]


MACHINES: tuple[Machine, ...] = (
    Machine("Data request", "suppliers/workflow.py", "suppliers", RequestState, supplying.REQUEST),
    Machine("Upload", "suppliers/workflow.py", "suppliers", UploadState, supplying.UPLOAD),
    Machine("Draft of a factor release", "lca/workflow.py", "lca", DraftState, reference.DRAFT),
    Machine("Pack", "declarations/workflow.py", "declarations", PackState, declaring.PACK),
    Machine(
        "Data quality control plan",
        "declarations/workflow.py",
        "declarations",
        QualityPlan.State,
        declaring.PLAN,
    ),
    Machine(
        "Declaration", "declarations/workflow.py", "declarations", DeclarationState, declaring.DECLARATION
    ),
    Machine("Extension or waiver", "declarations/workflow.py", "declarations", ReliefState, declaring.RELIEF),
    Machine(
        "Engagement of a verification body",
        "declarations/workflow.py",
        "declarations",
        EngagementState,
        declaring.ENGAGEMENT,
    ),
    Machine(
        "Question or condition of the authority",
        "declarations/workflow.py",
        "declarations",
        MatterState,
        declaring.MATTER,
    ),
)


def final_states(machine: Machine) -> list[str]:
    """States that no arrow leaves."""
    left = {source for arrow in machine.arrows for source in arrow.sources}
    return [state for state in machine.states.values if state not in left]


def diagram(machine: Machine) -> str:
    """The machine as a Mermaid state diagram. Every arrow of the table is in it, once for each source."""
    lines = ["stateDiagram-v2", f"    [*] --> {machine.states.values[0]}"]
    for arrow in machine.arrows:
        lines += [f"    {source} --> {arrow.target}: {arrow.verb}" for source in arrow.sources]
    lines += [f"    {state} --> [*]" for state in final_states(machine)]
    return "\n".join(lines)


def _rule(rule: Rule) -> str:
    if rule.roles >= EVERYONE:
        return "everybody"
    roles = (
        "every member"
        if rule.roles == MEMBERS
        else ", ".join(str(Role(role).label).lower() for role in Role.values if role in rule.roles)
    )
    return " ".join(part for part in (roles, RELATIONS.get(rule.relation, "")) if part)


def _who(action: str) -> str:
    return "; ".join(_rule(rule) for rule in ACTIONS[action]) if action else "the site"


def _chinese(base: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for area, _prefixes in catalogues.AREAS:
        for entry in catalogues.read(base, area):
            if not entry.msgctxt and entry.msgstr:
                found.setdefault(entry.msgid, entry.msgstr)
    return found


def section(machine: Machine, chinese: dict[str, str]) -> str:
    """One machine: diagram, words of the states in both languages, arrows with who and what must hold."""
    lines = [
        f"## {machine.title}",
        "",
        f"Table: `{machine.source}`.",
        "",
        "```mermaid",
        diagram(machine),
        "```",
        "",
    ]
    lines += ["| State | On pages | 页面用词 |", "|---|---|---|"]
    lines += [
        f"| `{state.value}` | {state.label} | {chinese.get(str(state.label), '')} |"
        for state in machine.states
    ]
    lines += [
        "",
        "| From | Verb | To | Access row | Who | What must hold besides |",
        "|---|---|---|---|---|---|",
    ]
    for arrow in machine.arrows:
        sources = ", ".join(f"`{source}`" for source in arrow.sources)
        row = f"`{arrow.action}`" if arrow.action else ""
        lines.append(
            f"| {sources} | {arrow.verb} | `{arrow.target}` | {row} | {_who(arrow.action)} | {arrow.guard} |"
        )
    return "\n".join(lines) + "\n"


def document(base: Path) -> str:
    """The whole page. ``base`` is the repository's root, where the catalogues lie."""
    chinese = _chinese(base)
    with translation.override("en"):
        return "\n".join([HEADER, *(section(machine, chinese) for machine in MACHINES), FOOTER])


def access_document() -> str:
    """Every action of the access table with who, in which states, and the addresses that ask for it."""
    with translation.override("en"):
        lines = [ACCESS_HEADER, "| Action | Who | States | Addresses |", "|---|---|---|---|"]
        for action, rules in sorted(ACTIONS.items()):
            names = ", ".join(f"`{name}`" for name, asked in sorted(ROUTES.items()) if asked == action)
            for number, rule in enumerate(rules):
                first, last = ("", "") if number else (f"`{action}`", names)
                lines.append(f"| {first} | {_rule(rule)} | {', '.join(sorted(rule.states or ()))} | {last} |")
    return "\n".join(lines) + "\n"


def pages(base: Path) -> dict[Path, str]:
    """What each generated page must hold."""
    docs = base / "docs"
    return {
        docs / "states.md": document(base),
        docs / "access.md": access_document(),
        docs / "notices.md": notices.page(_chinese(base)),
    }

"""Parameters of rule sets with names, values in words, and their standing: from which kind of source, or assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from carbonfoot.ui.text import pick
from lca.presentation.parameters import GROUP_NAMES, parameter_name, parameter_value
from lca.presentation.words import STANDINGS, word
from lca.rulesets.compare import ParameterPair, assumption_of, flat, group_of, parameter_pairs
from lca.rulesets.model import RuleSet
from lca.rulesets.stated import standing_of


@dataclass(frozen=True)
class Stated:
    """A value of one rule set: in words, whether it is an assumption and of what, or how else it is known."""

    value: str
    known: bool
    assumption: str
    standing: str


@dataclass(frozen=True)
class Row:
    """One parameter: its name and dotted path, and what each rule set states."""

    path: str
    name: str
    a: Stated
    b: Stated
    differs: bool


@dataclass(frozen=True)
class Group:
    """Parameters of one group of rules; ``differing`` says how many of them the two rule sets disagree on."""

    code: str
    name: str
    rows: tuple[Row, ...]

    @property
    def differing(self) -> int:
        """How many parameters differ."""
        return sum(row.differs for row in self.rows)


def sources_of(ruleset: RuleSet) -> list[tuple[str, str, Any]]:
    """The texts that a rule set rests on: title, date, standing in words."""
    return [(item.title, item.date, word(STANDINGS, item.standing)) for item in ruleset.sources]


def _standing(ruleset: RuleSet, path: str) -> str:
    """How a value that is not assumed is known; that it was set here, where no text is known to state it."""
    known = standing_of(ruleset.id, ruleset.version, path)
    return str(word(STANDINGS, known)) if known else _("set by this site; no source is named for it")


def _stated(ruleset: RuleSet, path: str, value: Any, assumed: str) -> Stated:
    texts = {item.id: str(pick(item.text)) for item in ruleset.assumptions}
    return Stated(
        value=parameter_value(path, value),
        known=value is not None,
        assumption=texts.get(assumed, ""),
        standing="" if assumed or value is None else _standing(ruleset, path),
    )


def _named(pair: ParameterPair, a: RuleSet, b: RuleSet) -> Row:
    return Row(
        path=pair.path,
        name=parameter_name(pair.path),
        a=_stated(a, pair.path, pair.a, pair.assumed_a),
        b=_stated(b, pair.path, pair.b, pair.assumed_b),
        differs=pair.differs,
    )


def parameter_groups(a: RuleSet, b: RuleSet) -> list[Group]:
    """All parameters of two rule sets by group of rules, in the order in which a report of differences swaps them."""
    groups: dict[str, list[Row]] = {}
    for pair in parameter_pairs(a, b):
        if pair.path not in ("id", "version"):
            groups.setdefault(pair.group, []).append(_named(pair, a, b))
    return [Group(code, str(GROUP_NAMES[code]), tuple(rows)) for code, rows in groups.items()]


def parameter_rows(ruleset: RuleSet) -> list[tuple[str, list[tuple[str, str, Stated]]]]:
    """All parameters of one rule set by group: (group's name, [(dotted path, name, what is stated)])."""
    groups: dict[str, list[tuple[str, str, Stated]]] = {}
    for path, value in flat(ruleset.data).items():
        if path not in ("id", "version") and not path.startswith("plausibility."):
            stated = _stated(ruleset, path, value, assumption_of(ruleset, path))
            groups.setdefault(group_of(path), []).append((path, parameter_name(path), stated))
    return [(str(GROUP_NAMES[code]), groups[code]) for code in GROUP_NAMES if code in groups]

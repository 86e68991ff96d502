"""Rule sets: versioned TOML files, validated when they are loaded. A version never changes; a new text is
a new file."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from lca.rulesets.model import RuleSet
from lca.rulesets.reader import RuleSetError, read_ruleset

__all__ = ["RuleSet", "RuleSetError", "available", "load", "versions"]

ROOT = Path(__file__).resolve().parent


def _files() -> dict[tuple[str, str], Path]:
    found = {}
    for path in ROOT.glob("*@*.toml"):
        identifier, _, version = path.stem.partition("@")
        found[identifier, version] = path
    return found


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def versions(identifier: str) -> list[str]:
    """Return the versions of a rule set, oldest first; empty if there is none."""
    return sorted((version for name, version in _files() if name == identifier), key=_order)


@lru_cache(maxsize=32)
def load(identifier: str, version: str | None = None) -> RuleSet:
    """Return a rule set in `version`, or in its latest.

    Errors: RuleSetError if there is no such rule set or version, or the file does not hold what it must.
    """
    known = versions(identifier)
    if not known:
        names = ", ".join(sorted({name for name, _ in _files()}))
        raise RuleSetError(identifier, [f"no rule set {identifier!r}; there are: {names}"])
    chosen = version or known[-1]
    path = _files().get((identifier, chosen))
    if path is None:
        raise RuleSetError(identifier, [f"no version {chosen!r}; there are: {', '.join(known)}"])
    ruleset = read_ruleset(path.read_bytes(), path.name)
    if (ruleset.id, ruleset.version) != (identifier, chosen):
        raise RuleSetError(
            path.name, [f"the file says {ruleset.id}@{ruleset.version}, its name something else"]
        )
    return ruleset


def available() -> list[RuleSet]:
    """Return the latest version of every rule set, in order of id."""
    return [load(identifier) for identifier in sorted({name for name, _ in _files()})]

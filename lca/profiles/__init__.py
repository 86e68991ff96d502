"""Profiles of assumptions on the spread of inputs: versioned TOML files, validated when they are loaded.

A version never changes; another number is a new file, and stored runs keep the version and digest that they used.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lca.engine.factors import TIERS
from lca.engine.model import DATA_KINDS
from lca.engine.spreads import Profile

__all__ = ["ProfileError", "load", "read_profile", "versions"]

ROOT = Path(__file__).resolve().parent
FORMAT = "carbonfoot-uncertainty-profile/1"
DEFAULT = "default"


class ProfileError(ValueError):
    """A profile that does not exist, or a file that does not hold what it must; `problems` lists all of it."""

    def __init__(self, name: str, problems: list[str]) -> None:
        super().__init__(f"{name}: " + "; ".join(problems))
        self.problems = problems


def versions(identifier: str = DEFAULT) -> list[str]:
    """Return the versions of a profile, oldest first; empty if there is none."""
    found = [path.stem.partition("@")[2] for path in ROOT.glob(f"{identifier}@*.toml")]
    return sorted(found, key=lambda version: [int(part) for part in re.findall(r"\d+", version)])


@lru_cache(maxsize=8)
def load(identifier: str = DEFAULT, version: str | None = None) -> Profile:
    """Return a profile in `version`, or in its latest. Errors: ProfileError if there is none or its file is wrong."""
    known = versions(identifier)
    chosen = version or (known[-1] if known else "")
    if chosen not in known:
        raise ProfileError(identifier, [f"no version {chosen!r}; there are: {', '.join(known) or 'none'}"])
    name = f"{identifier}@{chosen}.toml"
    profile = read_profile((ROOT / name).read_bytes(), name)
    if profile.name != f"{identifier}@{chosen}":
        raise ProfileError(name, [f"the file says {profile.name}, its name something else"])
    return profile


class _Reader:
    """Looks values up by dotted path, and remembers every problem."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.problems: list[str] = []

    def get(self, path: str) -> Any:
        value: Any = self.data
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is None:
            self.problems.append(f"{path} is missing")
        return value

    def number(self, path: str, low: float, high: float) -> float:
        value = self.get(path)
        try:
            number = float(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
        except ValueError:
            number = None
        if number is None or not low <= number <= high:
            self.problems.append(f"{path} must be a number from {low:g} to {high:g}")
            return low
        return number

    def numbers(self, path: str, names: tuple[str, ...], low: float, high: float) -> Mapping[str, float]:
        table = self.get(path) or {}
        unknown = sorted(set(table) - set(names)) if names else []
        if unknown:
            self.problems.append(f"{path} holds unknown names: {', '.join(unknown)}")
        return MappingProxyType(
            {name: self.number(f"{path}.{name}", low, high) for name in (names or tuple(table))}
        )

    def bilingual(self, value: Any, path: str) -> Mapping[str, Any]:
        if not isinstance(value, Mapping) or not value.get("zh") or not value.get("en"):
            self.problems.append(f"{path} needs a Chinese and an English text")
            return MappingProxyType({"zh": "", "en": ""})
        return MappingProxyType(dict(value))


def read_profile(content: bytes, name: str) -> Profile:
    """Return the profile that a TOML file states. Errors: ProfileError with every problem of the file `name`."""
    try:
        data = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(name, [str(error)]) from error
    reader = _Reader(data)
    if data.get("format") != FORMAT:
        reader.problems.append(f"format must be {FORMAT}")
    profile = Profile(
        id=str(reader.get("id") or ""),
        version=str(reader.get("version") or ""),
        title=reader.bilingual(data.get("title"), "title"),
        reliability=reader.numbers("activity.reliability", (*DATA_KINDS, "not_stated"), 1, 5),
        completeness=reader.numbers("activity.completeness", ("primary", "other"), 1, 5),
        missing=reader.number("ratings.missing", 1, 5),
        tiers=reader.numbers("factors.tiers", TIERS, 1, 100),
        categories=reader.numbers("factors.categories", (), 1, 100),
        result_verified=reader.number("results.reliability_verified", 1, 5),
        result_unverified=reader.number("results.reliability_unverified", 1, 5),
        result_completeness=reader.number("results.completeness", 1, 5),
        result_basic=reader.number("results.basic", 0, 10),
        end_of_life=reader.number("end_of_life.gsd", 1, 100),
        sources=tuple(data.get("sources") or ()),
        assumptions=tuple(
            reader.bilingual(item, f"assumptions.{number}")
            for number, item in enumerate(data.get("assumptions") or ())
        ),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    for item in profile.assumptions:
        reader.get(str(item.get("parameter") or "assumptions.parameter"))
    if reader.problems:
        raise ProfileError(name, reader.problems)
    return profile

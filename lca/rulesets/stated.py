"""Which parameters of a rule set a text states: `stated.toml`, beside the rule sets, one table for each version."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).resolve().parent / "stated.toml"


@cache
def statements() -> Mapping[str, Mapping[str, str]]:
    """Return rule set and version (``id@version``) -> parameter -> official or reported."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def standing_of(identifier: str, version: str, path: str) -> str:
    """``official`` or ``reported`` for a parameter that a text states; "" where none is known to."""
    return statements().get(f"{identifier}@{version}", {}).get(path, "")

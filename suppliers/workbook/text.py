"""A sentence in both languages of the site, kept together as data.

Workbooks show Chinese and English side by side, so their words cannot go through a message
catalogue that knows one language at a time.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence or term in Simplified Chinese and in English."""

    zh: str
    en: str

    def pick(self, lang: str) -> str:
        """Return the English text for any `en*` language code, the Chinese text otherwise."""
        return self.en if lang.lower().startswith("en") else self.zh

    def format(self, lang: str, params: dict[str, Any]) -> str:
        """Fill `{name}` places; a parameter that is itself a {zh, en} pair is shown in the language."""
        shown = {key: show(value, lang) for key, value in params.items()}
        return self.pick(lang).format_map(_Lenient(shown))

    def as_dict(self) -> dict[str, str]:
        """Return {"zh": ..., "en": ...}."""
        return {"zh": self.zh, "en": self.en}

    def both(self, joint: str = " ") -> str:
        """Return both languages in one string, once if they are the same."""
        return self.zh if self.zh == self.en else f"{self.zh}{joint}{self.en}"


class _Lenient(dict[str, str]):
    """A missing parameter shows as its name, since a message must never fail while it is printed."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def show(value: Any, lang: str) -> str:
    """Return a parameter as text in the language; lists are joined as the language does."""
    if isinstance(value, Text):
        return value.pick(lang)
    if isinstance(value, dict) and "zh" in value and "en" in value:
        return str(value["en"] if lang.lower().startswith("en") else value["zh"])
    if isinstance(value, (list, tuple)):
        joint = ", " if lang.lower().startswith("en") else "、"
        return joint.join(show(item, lang) for item in value)
    return str(value)


@lru_cache(maxsize=20_000)
def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def fold(text: object) -> str:
    """Return text as it is compared: compatibility forms, case and all spaces taken off."""
    return _fold(str(text))


def clip(text: object, length: int = 80) -> str:
    """Return text cut to `length` characters with an ellipsis, on one line and printable."""
    line = " ".join(str(text).split())
    if not line.isprintable():
        line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    return line if len(line) <= length else line[: length - 1] + "…"

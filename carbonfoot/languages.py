"""The two languages of the site: which one the reader has, and the text that goes with it."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import get_language


def english(language: str | None = None) -> bool:
    """Whether text is wanted in English (else in Chinese): in ``language``, or in the active one."""
    return (language or get_language() or "zh-hans").startswith("en")


def language() -> Literal["en", "zh"]:
    """The active language as data names it."""
    return "en" if english() else "zh"


def in_language(zh: str, en: str) -> str:
    """The text of the active language; the other one when that is all there is."""
    return (en or zh) if english() else (zh or en)

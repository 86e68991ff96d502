"""Where other apps say how to go on from a number: to the upload behind a line, to the page of a published result."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from carbonfoot.accounts.actor import Actor


@dataclass(frozen=True)
class Source:
    """What stands behind an amount: a title, a remark, a link, and the cells of a worksheet around it if there are any.

    ``snippet`` is a :class:`carbonfoot.ui.sheets.Snippet`; ``cut`` says why nothing more is shown to this reader.
    """

    title: Any
    text: Any = ""
    url: str = ""
    snippet: Any = None
    cut: Any = ""
    facts: list[tuple[Any, Any]] = field(default_factory=list)


SourceFinder = Callable[[Actor, Mapping[str, Any]], Source | None]
ResultPage = Callable[[Actor, uuid.UUID], str]
_sources: dict[str, SourceFinder] = {}
_result_pages: list[ResultPage] = []


def register_source(kind: str, finder: SourceFinder) -> SourceFinder:
    """Say how provenance of a kind (``upload``) leads on; ``finder(actor, provenance)`` may give None."""
    _sources[kind] = finder
    return finder


def register_result_page(page: ResultPage) -> ResultPage:
    """Say where a published result is shown; ``page(actor, id)`` gives an address, or "" for "not in reach"."""
    _result_pages.append(page)
    return page


def find_source(actor: Actor, provenance: Mapping[str, Any]) -> Source | None:
    """The registered source behind a provenance, if some app knows it and the actor may see it."""
    finder = _sources.get(str(provenance.get("kind", "")))
    return finder(actor, provenance) if finder else None


def result_page(actor: Actor, identifier: str) -> str:
    """The address of a published result's page for this actor, or nothing."""
    try:
        key = uuid.UUID(str(identifier))
    except ValueError:
        return ""
    return next((url for url in (page(actor, key) for page in _result_pages) if url), "")

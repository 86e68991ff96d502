"""Findings of the engine as problems for people: in the reader's language, with process and line by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import lazystr

from carbonfoot.problems import Problem, Problems
from carbonfoot.ui.text import pick
from lca.engine.problems import EngineProblem

_PLACE = re.compile(r"processes\[(?P<process>[^\]]+)\](?:\.exchanges\[(?P<line>[^\]]+)\])?")


def _pick(name: Any, fallback: str) -> str:
    return str(pick(name) or fallback)


def names_of_place(place: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """What a place of a document is called: ``{"process": {id, name}, "line": {id, name}}``, or less."""
    match = _PLACE.search(place)
    if match is None:
        return {}
    found: dict[str, Any] = {}
    for process in document.get("processes") or ():
        if process.get("id") != match["process"]:
            continue
        found["process"] = {"id": process["id"], "name": process.get("name")}
        for exchange in process.get("exchanges") or ():
            if match["line"] and exchange.get("id") == match["line"]:
                found["line"] = {"id": exchange["id"], "name": exchange.get("name")}
    if not found:
        found["process"] = {"id": match["process"], "name": match["process"]}
    return found


def place_text(names: Mapping[str, Any], place: str = "") -> str:
    """``process › line (id)`` in the active language; the bare place when nothing has a name."""
    parts = [_pick(names[key].get("name"), names[key]["id"]) for key in ("process", "line") if key in names]
    if not parts:
        return place
    last = names.get("line") or names.get("process")
    return " › ".join(parts) + (f" ({last['id']})" if last else "")


def as_data(found: EngineProblem, document: Mapping[str, Any]) -> dict[str, Any]:
    """One finding as JSON data with both languages and the names of its place, for storing with a calculation."""
    return {**found.to_dict(), "names": names_of_place(found.place, document)}


def as_problem(item: Mapping[str, Any]) -> Problem:
    """One stored finding (:func:`as_data`) as a Problem; its texts follow the reader's language."""
    return Problem(
        code=str(item["code"]),
        message=_lazy_text(item["message"]),
        severity=str(item.get("severity", "error")),
        value=str(item.get("value", "")),
        where=place_text(item.get("names") or {}, str(item.get("place", ""))),
        field=str(item.get("place", "")),
    )


def _lazy_text(message: Any) -> Any:
    class _Text:
        def __str__(self) -> str:
            return _pick(message, "")

    return lazystr(_Text()) if isinstance(message, Mapping) else message


def raise_all(found: Iterable[EngineProblem], document: Mapping[str, Any]) -> None:
    """Raise :class:`Problems` with everything that the engine found."""
    raise Problems([as_problem(as_data(item, document)) for item in found])

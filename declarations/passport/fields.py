"""A published data model as a table of facts, and documents checked against it field by field.

The tables (:mod:`batterypass`, :mod:`catenax`) were written from the published models; neither their files nor
their texts
are here. A path is the way of names through the JSON document; ``name[0]`` is the object at that place of a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

NUMBER, TEXT, URI, ENUM, BOOLEAN, TIME, TEXTS, URIS, OBJECT = (
    "number",
    "text",
    "uri",
    "enum",
    "boolean",
    "timestamp",
    "texts",
    "uris",
    "object",
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
KINDS: dict[str, Any] = {
    NUMBER: _("numeric value"),
    TEXT: _("text"),
    URI: _("URI"),
    ENUM: _("one of a list"),
    BOOLEAN: _("true or false"),
    TIME: _("time"),
    TEXTS: _("list of texts"),
    URIS: _("list of URIs"),
    OBJECT: _("object"),
}


@dataclass(frozen=True)
class Field:
    """One field of a model: where it is, what it may hold, whether it must be there, and what it means to us.

    ``ask`` names what only a person can say: the field is filled from there, or stays empty.
    """

    path: str
    kind: str
    meaning: Any
    required: bool = True
    options: Sequence[str] = ()
    low: float | None = None
    high: float | None = None
    above: bool = False  # whether ``low`` itself is too low
    pattern: str = ""
    ask: str = ""

    @property
    def kind_text(self) -> str:
        """The type in words."""
        return str(KINDS[self.kind])


@dataclass(frozen=True)
class Value:
    """What a field is filled with and from where; or, with ``value`` None, why it is empty."""

    value: Any
    source: Any


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field of a document: ``missing``, or ``wrong`` with the reason."""

    path: str
    what: str
    reason: Any


def build(values: Mapping[str, Value]) -> dict[str, Any]:
    """The JSON document with every field that has a value."""
    document: dict[str, Any] = {}
    for path, found in values.items():
        if found.value is None:
            continue
        *way, last = path.split(".")
        place = document
        for step in way:
            place = _step(place, step)
        if last.endswith("]"):
            _step(place, last)
        else:
            place[last] = found.value
    return document


def _step(place: dict[str, Any], step: str) -> dict[str, Any]:
    name, _bracket, index = step.partition("[")
    if not index:
        found: dict[str, Any] = place.setdefault(name, {})
        return found
    items: list[dict[str, Any]] = place.setdefault(name, [])
    while len(items) <= int(index[:-1]):
        items.append({})
    return items[int(index[:-1])]


def leaves(document: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every path of a document with its value; lists of objects are entered, lists of texts are values."""
    if isinstance(document, dict) and document:
        for name, value in document.items():
            yield from leaves(value, f"{path}.{name}" if path else name)
    elif isinstance(document, list) and document and isinstance(document[0], dict):
        for index, item in enumerate(document):
            yield from leaves(item, f"{path}[{index}]")
    else:
        yield path, document


def check(document: Mapping[str, Any], fields: Sequence[Field]) -> list[Fault]:
    """Every fault of a document: mandatory fields without value, values that the model does not take, unknown names."""
    known = {field.path: field for field in fields}
    held = dict(leaves(dict(document)))
    found = [
        Fault(path, "wrong", _("The model has no such field.")) for path in held if path and path not in known
    ]
    for field in fields:
        if field.path not in held:
            if field.required and not (field.kind == OBJECT and _inside(field.path, held)):
                found.append(Fault(field.path, "missing", _("The model asks for it.")))
            continue
        reason = wrong(field, held[field.path])
        if reason:
            found.append(Fault(field.path, "wrong", reason))
    return found


def _inside(path: str, held: Mapping[str, Any]) -> bool:
    return any(name.startswith(f"{path}.") for name in held)


def wrong(field: Field, value: Any) -> Any:
    """Why a value does not fit its field; empty if it does."""
    kind = field.kind
    if kind == NUMBER:
        return _wrong_number(field, value)
    if kind == BOOLEAN:
        return "" if isinstance(value, bool) else _("It is not true or false.")
    if kind == OBJECT:
        return "" if isinstance(value, dict) else _("It is not an object.")
    if kind in (TEXTS, URIS):
        if not isinstance(value, list) or len(set(map(str, value))) < len(value):
            return _("It is not a list of different texts.")
        if any(not _is_text(URI if kind == URIS else TEXT, item) for item in value):
            return _("One of its entries is not of the right form.")
        return ""
    if not _is_text(kind, value):
        return _("It is not of the right form.")
    if field.options and value not in field.options:
        return _("It is none of the values that the model lists.")
    return (
        _("It is not of the right form.") if field.pattern and not re.fullmatch(field.pattern, value) else ""
    )


def _wrong_number(field: Field, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _("It is not a number.")
    if field.low is not None and (value < field.low or (field.above and value == field.low)):
        return _("It is smaller than the model takes.")
    return _("It is larger than the model takes.") if field.high is not None and value > field.high else ""


def _is_text(kind: str, value: Any) -> bool:
    if not isinstance(value, str) or not value:
        return False
    forms = {URI: _URI, TIME: _TIME}
    return kind not in forms or forms[kind].fullmatch(value) is not None

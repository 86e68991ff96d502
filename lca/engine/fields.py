"""Reading fields of a JSON document: typed values out, every problem remembered with its place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lca.engine.problems import ERROR, NOTE, EngineProblem
from lca.engine.units import UnitError, canonical_unit

_LARGEST_EXPONENT = 60
_TYPE_NAMES = {
    "object": ("对象", "an object"),
    "list": ("列表", "a list"),
    "text": ("文本", "a text"),
    "flag": ("true 或 false", "true or false"),
    "name": ("含 zh 和 en 的对象或文本", "a text, or an object with zh and en"),
}


class FieldReader:
    """Collects problems and notes while a document is read; getters return a harmless value after a problem."""

    def __init__(self) -> None:
        self.problems: list[EngineProblem] = []
        self.notes: list[EngineProblem] = []

    def problem(self, code: str, place: str, value: Any = "", **params: Any) -> None:
        """Remember an error at `place`."""
        self.problems.append(EngineProblem(code, place, _shown(value), params, ERROR))

    def wrong_type(self, place: str, field: str, expected: str, value: Any) -> None:
        """Remember that a field has the wrong JSON type."""
        zh, en = _TYPE_NAMES[expected]
        self.problem("field.type", place, value, field=field, expected_zh=zh, expected_en=en)

    def only(self, source: Mapping[str, Any], place: str, known: Collection[str]) -> None:
        """Note every field that is not known; names that begin with x_ are free for other software."""
        for field in source:
            if field not in known and not str(field).startswith("x_"):
                self.notes.append(EngineProblem("field.unknown", place, "", {"field": field}, NOTE))

    def mapping(
        self, source: Mapping[str, Any], field: str, place: str, *, required: bool = False
    ) -> Mapping[str, Any]:
        """Return an object, or an empty one if it is absent or null."""
        value = source.get(field)
        if value is None:
            if required:
                self.problem("field.missing", place, field=field)
            return {}
        if not isinstance(value, Mapping):
            self.wrong_type(place, field, "object", value)
            return {}
        return value

    def objects(self, source: Mapping[str, Any], field: str, place: str) -> list[Mapping[str, Any]]:
        """Return a list of objects; what is none is a problem and left out."""
        value = source.get(field)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong_type(place, field, "list", value)
            return []
        for position, item in enumerate(value):
            if not isinstance(item, Mapping):
                self.wrong_type(place, f"{field}[{position}]", "object", item)
        return [item for item in value if isinstance(item, Mapping)]

    def texts(self, source: Mapping[str, Any], field: str, place: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = source.get(field)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong_type(place, field, "list", value)
            return ()
        return tuple(value)

    def text(self, source: Mapping[str, Any], field: str, place: str, *, required: bool = False) -> str:
        """Return a text, "" if it is absent or null; a required one must not be blank."""
        value = source.get(field)
        if value is not None and not isinstance(value, str):
            self.wrong_type(place, field, "text", value)
            return ""
        if required and not (value or "").strip():
            self.problem("field.missing", place, field=field)
        return value or ""

    def name(self, source: Mapping[str, Any], field: str, place: str, fallback: str = "") -> dict[str, str]:
        """Return {zh, en}; one text stands for both languages, one missing language is filled from the other."""
        value = source.get(field)
        if value is None:
            return {"zh": fallback, "en": fallback}
        if isinstance(value, str):
            return {"zh": value, "en": value}
        if not isinstance(value, Mapping) or not all(isinstance(value.get(k, ""), str) for k in ("zh", "en")):
            self.wrong_type(place, field, "name", value)
            return {"zh": fallback, "en": fallback}
        zh, en = value.get("zh", ""), value.get("en", "")
        return {"zh": zh or en or fallback, "en": en or zh or fallback}

    def flag(self, source: Mapping[str, Any], field: str, place: str) -> bool:
        """Return true or false; absent or null is false."""
        value = source.get(field)
        if value is not None and not isinstance(value, bool):
            self.wrong_type(place, field, "flag", value)
        return value is True

    def choice(
        self, source: Mapping[str, Any], field: str, place: str, allowed: Collection[str], default: str = ""
    ) -> str:
        """Return one of `allowed`, or `default` if the field is absent or null."""
        value = source.get(field)
        if value is None or (value == "" and default == ""):
            return default
        if value not in allowed:
            self.problem("field.choice", place, value, field=field, allowed=", ".join(allowed))
            return default
        return str(value)

    def number(
        self,
        source: Mapping[str, Any],
        field: str,
        place: str,
        *,
        required: bool = False,
        low: str | None = None,
        high: str | None = None,
    ) -> Decimal | None:
        """Return an exact decimal, or None if it is absent or null. Floats are refused: their digits are lost."""
        value = source.get(field)
        if value is None:
            if required:
                self.problem("field.missing", place, field=field)
            return None
        if isinstance(value, float):
            self.problem("number.float", place, value, field=field)
            return None
        number = _decimal(value)
        if number is None:
            self.problem("number.invalid", place, value, field=field)
            return None
        # Beyond these bounds a float64 would overflow or vanish in the engine.
        if number != 0 and abs(number.adjusted()) > _LARGEST_EXPONENT:
            self.problem("number.size", place, value, field=field, exponent=_LARGEST_EXPONENT)
            return None
        if (low is not None and number < Decimal(low)) or (high is not None and number > Decimal(high)):
            self.problem("field.range", place, value, field=field, low=low or "-∞", high=high or "∞")
            return None
        return number

    def unit(self, source: Mapping[str, Any], field: str, place: str) -> str:
        """Return the canonical code of a required unit."""
        text = self.text(source, field, place, required=True)
        if not text.strip():
            return ""
        try:
            return canonical_unit(text)
        except UnitError:
            self.problem("unit.unknown", place, text)
            return ""

    def day(self, source: Mapping[str, Any], field: str, place: str) -> str:
        """Return a date as ISO text, "" if absent."""
        value = self.text(source, field, place)
        if value:
            # Python reads 20251231 and 2025-W52-3 as dates too, and such texts would not compare as dates do.
            try:
                written = date.fromisoformat(value).isoformat()
            except ValueError:
                written = ""
            if written != value:
                self.problem("field.date", place, value, field=field)
                return ""
        return value


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 120 else text[:117] + "..."


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        return None
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        return None
    # Decimal reads 1_000 and full-width digits as well; a document holds plain ones.
    plain = not isinstance(value, str) or (value.isascii() and "_" not in value)
    return number if plain and number.is_finite() else None

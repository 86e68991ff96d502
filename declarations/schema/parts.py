"""Words in which the schema is written."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WORD: Schema = {"type": "string", "minLength": 1}
WHOLE: Schema = {"type": "integer", "minimum": 0}
YES_NO: Schema = {"type": "boolean"}
DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
DAY: Schema = {"type": "string", "format": "date", "pattern": "^\\d{4}-\\d{2}-\\d{2}$"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
# A decimal as a person wrote it, and a float64 as its shortest text that reads back as the same.
DECIMAL: Schema = {"type": "string", "pattern": "^-?\\d+(\\.\\d+)?$"}
FIGURE: Schema = {"type": "string", "pattern": "^-?\\d+(\\.\\d+)?(e[-+]?\\d+)?$"}
ANY: Schema = {}


def said(schema: Schema, description: str) -> Schema:
    """The same with a sentence."""
    return {**schema, "description": description}


def or_null(schema: Schema) -> Schema:
    """The same, or null where it is unknown or does not apply."""
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(*values: str) -> Schema:
    """One of these words."""
    return {"enum": list(values)}


def listed(schema: Schema) -> Schema:
    """An array of such items."""
    return {"type": "array", "items": schema}


def by_name(schema: Schema) -> Schema:
    """An object whose names are data and whose values are all of one form."""
    return {"type": "object", "additionalProperties": schema}


def record(optional: dict[str, Schema] | None = None, /, **fields: Schema) -> Schema:
    """An object with exactly these fields; those of ``optional`` may be absent."""
    return {
        "type": "object",
        "properties": {**fields, **(optional or {})},
        "required": list(fields),
        "additionalProperties": False,
    }


PAIR: Schema = record(zh=TEXT, en=TEXT)

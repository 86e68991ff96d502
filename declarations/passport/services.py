"""An export as a document that was checked, and the table of its fields."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from django.utils.translation import gettext as _

from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.problems import Problem, Problems
from declarations.models import Declaration
from declarations.passport import batterypass, catenax
from declarations.passport.fields import Fault, Field, Value, build, check
from declarations.passport.sources import Source, source_of

MODELS: dict[str, ModuleType] = {module.KEY: module for module in (batterypass, catenax)}


@dataclass(frozen=True)
class Row:
    """A field of the model with what it is filled with, from where or why not, and what is wrong with it."""

    field: Field
    found: Value
    fault: Fault | None

    @property
    def shown(self) -> str:
        """The value as it stands in the file."""
        value = self.found.value
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True)
class Export:
    """A document with every field that has a value, its table, and what stands in the way of it being valid."""

    key: str
    source: Source
    document: dict[str, Any]
    rows: list[Row]
    faults: list[Fault] = field(default_factory=list)

    @property
    def wrong(self) -> list[Fault]:
        """Values that the model does not take."""
        return [fault for fault in self.faults if fault.what == "wrong"]

    @property
    def missing(self) -> list[Fault]:
        """Mandatory fields without a value."""
        return [fault for fault in self.faults if fault.what == "missing"]

    @property
    def filename(self) -> str:
        """Name of the file; an incomplete one says so."""
        declaration = self.source.declaration
        ending = "-incomplete" if self.missing else ""
        return (
            f"{declaration.number}-v{declaration.version}-{self.key}-{MODELS[self.key].VERSION}{ending}.json"
        )


def asked_of(key: str) -> list[str]:
    """Names of what only a person can say, in the order of the model."""
    fields: Sequence[Field] = MODELS[key].FIELDS
    return list(dict.fromkeys(item.ask for item in fields if item.ask))


def export(*, actor: Actor, declaration: Declaration, key: str, given: Mapping[str, str]) -> Export:
    """Fill the model ``key`` from the present snapshot and check it field by field. Nothing is stored.

    Raises Problems when nothing is frozen, AccessDenied, KeyError for an unknown model.
    """
    require(actor, "declaration.passport", declaration)
    module = MODELS[key]
    if declaration.snapshot is None:
        raise Problems(
            [Problem("PASSPORT-NOT-FROZEN", _("Nothing is frozen. Freeze the declaration first."))]
        )
    source = source_of(declaration, given)
    values: dict[str, Value] = module.values(source)
    document = build(values)
    faults = check(document, module.FIELDS)
    by_path = {fault.path: fault for fault in faults}
    rows = [Row(item, values[item.path], by_path.get(item.path)) for item in module.FIELDS]
    return Export(key, source, document, rows, faults)


def problems_of(found: Export) -> list[Problem]:
    """What stands in the way, as the API tells it."""
    values = {row.field.path: row.found for row in found.rows}
    return [
        Problem(
            "PASSPORT-MISSING" if fault.what == "missing" else "PASSPORT-WRONG",
            str(fault.reason),
            field=fault.path,
            mend=str(values[fault.path].source) if fault.path in values else "",
        )
        for fault in found.faults
    ]

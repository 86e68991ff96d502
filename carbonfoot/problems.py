"""What is wrong with an input, in one shape for forms, API, jobs and workbooks.

A service never stops at the first problem: it collects all of them and raises one :class:`Problems`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that must be mended (error), looked at (warning) or known (note).

    ``message`` and ``mend`` may be lazy translations; they are rendered in the reader's language at the edge.
    ``field`` names the form or API field; ``where`` names a place in a document (sheet and cell, process, line).
    """

    code: str
    message: Any
    field: str = ""
    severity: str = "error"
    value: str = ""
    mend: Any = ""
    where: str = ""

    def as_dict(self) -> dict[str, str]:
        """Plain text in the active language, for JSON."""
        return {
            "code": self.code,
            "message": str(self.message),
            "field": self.field,
            "severity": self.severity,
            "value": self.value,
            "mend": str(self.mend),
            "where": self.where,
        }


class Problems(Exception):
    """Raised by services with every problem found; nothing was stored."""

    def __init__(self, items: Iterable[Problem]) -> None:
        self.items = list(items)
        super().__init__("; ".join(str(item.code) for item in self.items))


def problem(code: str, message: Any, *, field: str = "", **more: Any) -> Problems:
    """A :class:`Problems` with a single item, for rules that stand alone."""
    return Problems([Problem(code=code, message=message, field=field, **more)])


class Collector:
    """Gathers problems of one input and raises them together.

    >>> found = Collector(); found.add("x", "text"); found.done()  # raises Problems
    """

    def __init__(self) -> None:
        self.items: list[Problem] = []

    def add(self, code: str, message: Any, *, field: str = "", **more: Any) -> None:
        """Note one problem."""
        self.items.append(Problem(code=code, message=message, field=field, **more))

    def done(self) -> None:
        """Raise :class:`Problems` if any item is an error."""
        if any(item.severity == "error" for item in self.items):
            raise Problems(self.items)

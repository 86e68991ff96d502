"""What can be wrong with an inventory or worth saying about a result: stable codes, places, and both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lca.engine.messages import MESSAGES

ERROR, WARNING, NOTE = "error", "warning", "note"


@dataclass(frozen=True, slots=True)
class EngineProblem:
    """One finding. `code` is stable, `place` names the part of the document, `params` fill the sentence.

    A param that is a name holds {zh, en}.
    """

    code: str
    place: str
    value: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    severity: str = ERROR

    def message(self, language: str = "zh") -> str:
        """Return the sentence in "zh" or "en"."""
        chosen = "zh" if language.startswith("zh") else "en"
        template = MESSAGES[self.code][0 if chosen == "zh" else 1]
        params = {
            key: item[chosen] if isinstance(item, Mapping) else item for key, item in self.params.items()
        }
        return template.format_map({"place": self.place, "value": self.value, **params})

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data, with the sentence in both languages."""
        return {
            "code": self.code,
            "severity": self.severity,
            "place": self.place,
            "value": self.value,
            "params": {
                key: dict(item) if isinstance(item, Mapping) else str(item)
                for key, item in self.params.items()
            },
            "message": {"zh": self.message("zh"), "en": self.message("en")},
        }


class InventoryError(ValueError):
    """An inventory that cannot be parsed or calculated; `problems` holds everything that is wrong with it."""

    def __init__(self, problems: Iterable[EngineProblem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{problem.place}: {problem.message('en')}" for problem in self.problems))

"""What an export is filled from: the frozen declaration, the result under the European rules, what a person adds.

A figure of the Chinese rules is never given as a European one: where there is no result of the same frozen
inventory under
``eu-cfb-ev``, the figures stay empty, and the page says so.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from declarations.figures import Figures, Frozen, figures_of, number
from declarations.models import Declaration, Statement
from declarations.passport.fields import Value
from lca import rulesets
from lca.models import Calculation
from lca.rulesets import RuleSet

EU_RULESET = "eu-cfb-ev"

# ISO 3166-2 by the first two digits of GB/T 2260.
SUBDIVISIONS = dict(
    zip(
        [
            "11",
            "12",
            "13",
            "14",
            "15",
            "21",
            "22",
            "23",
            "31",
            "32",
            "33",
            "34",
            "35",
            "36",
            "37",
            "41",
            "42",
            "43",
            "44",
            "45",
            "46",
            "50",
            "51",
            "52",
            "53",
            "54",
            "61",
            "62",
            "63",
            "64",
            "65",
            "71",
            "81",
            "82",
        ],
        [
            "BJ",
            "TJ",
            "HE",
            "SX",
            "NM",
            "LN",
            "JL",
            "HL",
            "SH",
            "JS",
            "ZJ",
            "AH",
            "FJ",
            "JX",
            "SD",
            "HA",
            "HB",
            "HN",
            "GD",
            "GX",
            "HI",
            "CQ",
            "SC",
            "GZ",
            "YN",
            "XZ",
            "SN",
            "GS",
            "QH",
            "NX",
            "XJ",
            "TW",
            "HK",
            "MO",
        ],
        strict=True,
    )
)


@dataclass(frozen=True)
class Source:
    """Everything that a field may be filled from. ``given`` is what a person says on the page or in the request."""

    declaration: Declaration
    frozen: Frozen
    european: Calculation | None
    statement: Statement | None
    given: Mapping[str, str]

    @cached_property
    def ruleset(self) -> RuleSet | None:
        """The European rule set in the version of the result."""
        found = self.european
        return rulesets.load(found.ruleset_id, found.ruleset_version) if found else None

    @cached_property
    def figures(self) -> Figures | None:
        """Figures of the European result, kg CO2e."""
        return figures_of(self.european.ledger) if self.european else None

    @property
    def rules(self) -> str:
        """Rule set and version, as a source is told."""
        found = self.european
        return f"{found.ruleset_id} {found.ruleset_version}" if found else ""

    def no_result(self) -> Value:
        """Why a figure is empty."""
        return Value(
            None,
            _("The frozen inventory has no result under %(rules)s; a figure of other rules is not given.")
            % {"rules": EU_RULESET},
        )

    def figure(self, value: float | None, what: str) -> Value:
        """A figure of the European result; ``what`` names it in the ledger."""
        if self.european is None:
            return self.no_result()
        if value is None:
            return Value(None, _("The result under %(rules)s does not have it.") % {"rules": self.rules})
        return Value(
            float(value), _("result under %(rules)s: %(what)s") % {"rules": self.rules, "what": what}
        )

    def per_piece(self, *stages: str) -> float | None:
        """kg CO2e per pack in these stages together; None where one of them is not declared."""
        if self.european is None:
            return None
        found = [
            number((self.european.ledger["stages"].get(stage) or {}).get("per_piece")) for stage in stages
        ]
        known = [value for value in found if value is not None]
        return sum(known) if len(known) == len(found) else None

    def fact(self, value: Any, where: str) -> Value:
        """A fact of the frozen declaration."""
        if value in (None, ""):
            return Value(None, _("The frozen declaration does not state it."))
        return Value(value, _("frozen declaration: %(where)s") % {"where": where})

    def asked(self, name: str, why: str) -> Value:
        """What only a person can say; ``why`` it does not follow from the declaration."""
        text = self.given.get(name, "").strip()
        return Value(text, _("given by you")) if text else Value(None, why)

    def truth(self, name: str, why: str) -> Value:
        """A yes or no that only a person can say."""
        found = self.asked(name, why)
        if found.value not in ("true", "false"):
            return Value(None, why)
        return Value(found.value == "true", found.source)

    @property
    def identifier(self) -> str:
        """A UUID of this frozen content under these rules: the same again for the same, another for another."""
        seed = f"{self.frozen.snapshot.sha256}{self.european.ledger_sha256 if self.european else ''}"
        return str(uuid.UUID(bytes=uuid.uuid5(uuid.NAMESPACE_OID, seed).bytes, version=4))

    @property
    def provinces(self) -> list[str]:
        """Codes of the provinces of the plants, each once."""
        return sorted(
            {plant["province"] for plant in self.frozen.pack.get("plants") or [] if plant["province"]}
        )


def source_of(declaration: Declaration, given: Mapping[str, str]) -> Source:
    """What the present snapshot of a declaration gives. The caller has checked that there is one.

    The European result is the newest of the very revision, and with the very factor release, that was frozen.
    """
    snapshot = declaration.snapshot
    if snapshot is None:
        raise ValueError(f"{declaration} is not frozen")
    frozen = Frozen(snapshot)
    start = Calculation.objects.get(pk=frozen.calculation["id"])
    rows = Calculation.objects.filter(
        revision_id=start.revision_id, release_id=start.release_id, ruleset_id=EU_RULESET, state="done"
    )
    statement = Statement.objects.select_related("organisation").filter(snapshot=snapshot).first()
    return Source(declaration, frozen, rows.order_by("-done_at", "-pk").first(), statement, given)


def moment(day: str | None) -> str | None:
    """The begin of a day in China as a time of ISO 8601; None where there is none."""
    try:
        return f"{dt.date.fromisoformat(day or '').isoformat()}T00:00:00+08:00"
    except ValueError:
        return None

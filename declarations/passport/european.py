"""What the European carbon footprint declaration asks for (Regulation (EU) 2023/1542, Article 7(1)), and what
is here of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from declarations.passport.sources import Source


@dataclass(frozen=True)
class Item:
    """One thing that is asked for: whether the declaration has it, and what or why not."""

    point: str
    label: Any
    has: bool
    text: str


def items(source: Source) -> list[Item]:
    """Points (a) to (g) of the first subparagraph, and what follows from them."""
    pack, declarant = source.frozen.pack, source.frozen.declarant
    plants = "; ".join(plant["name"] for plant in pack.get("plants") or [])
    figures = source.figures
    none = _("no result under %(rules)s") % {"rules": "eu-cfb-ev"}
    study = source.given.get("study", "")
    name = declarant.get("name") or {}
    return [
        Item("a", _("Manufacturer"), True, f"{name.get('zh')} · {name.get('en')} · {declarant.get('uscc')}"),
        Item("b", _("Battery model"), True, f"{pack.get('model')} · {pack.get('gbt34014')}"),
        Item("c", _("Place of the plant"), bool(plants), plants or _("not stated")),
        Item(
            "d",
            _("Footprint per kWh over the service life"),
            figures is not None,
            _("yes, under %(rules)s, a draft") % {"rules": source.rules} if figures else none,
        ),
        Item(
            "e",
            _("Footprint by life-cycle stage"),
            figures is not None,
            _("yes, four stages") if figures else none,
        ),
        Item(
            "f",
            _("Number of the EU declaration of conformity"),
            False,
            _("not part of a declaration in China"),
        ),
        Item("g", _("Web link to the public study"), bool(study), study or _("not given")),
        Item("7(2)", _("Performance class"), False, _("no act has set classes as far as this site knows")),
        Item(
            "7(3)",
            _("Maximum life-cycle threshold"),
            False,
            _("no act has set a threshold as far as this site knows"),
        ),
        Item(
            "8",
            _("Shares of recycled cobalt, lead, lithium and nickel"),
            False,
            _(
                "not part of the footprint; an inventory holds recycled shares for its end-of-life model alone"
            ),
        ),
    ]

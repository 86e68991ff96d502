"""Figures of a declaration set beside others: its statement, its calculation, its version before, a similar pack."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from carbonfoot.ui import charts
from carbonfoot.ui.numbers import format_number
from declarations.figures import STAGES, Frozen
from declarations.plausibility import PEER_FIGURES, PEERS_LEAST
from declarations.selectors.peers import Similar
from declarations.selectors.review import Comparison
from lca.presentation.words import TIERS, word

TOTALS = (("per_kwh_capacity", 2), ("per_piece", 1), ("delivered_energy_kwh", 0))


def _labels() -> dict[str, str]:
    return {
        "per_kwh_capacity": _("Per kWh of rated energy"),
        "per_piece": _("Per pack, kg CO2e"),
        "delivered_energy_kwh": _("Delivered energy, kWh"),
    }


def _change(now: float | None, other: float | None) -> str | None:
    """The change from the other figure to this one, in per cent."""
    return f"{format_number((now / other - 1) * 100, 1, sign=True)}%" if now is not None and other else None


def side_by_side(comparison: Comparison) -> list[dict[str, Any]]:
    """Total, stages and totals in other units: declared, signed, calculated here, version before."""
    now, then = comparison.frozen.figures, comparison.recalculated
    signed = (comparison.statement.content.get("figures") or {}) if comparison.statement else {}
    before = comparison.before.figures if comparison.before else None

    def row(label: Any, colour: str, decimals: int, name: str) -> dict[str, Any]:
        return _compared(
            label,
            colour,
            decimals,
            getattr(now, name),
            getattr(then, name) if then else None,
            getattr(before, name) if before else None,
            signed.get(name),
        )

    rows = [row(_("Total"), "tot", 4, "per_functional_unit")]
    for key in STAGES:
        colour, label = charts.STAGES[key]
        rows.append(
            _compared(
                label,
                colour,
                4,
                now.stages.get(key),
                then.stages.get(key) if then else None,
                before.stages.get(key) if before else None,
                (signed.get("stages") or {}).get(key),
            )
        )
    labels = _labels()
    return rows + [row(labels[name], "", decimals, name) for name, decimals in TOTALS]


def _compared(
    label: Any,
    colour: str,
    decimals: int,
    now: float | None,
    then: float | None,
    before: float | None,
    signed: Any,
) -> dict[str, Any]:
    stated = float(signed) if signed not in (None, "") else None
    others = [value for value in (then, stated) if value is not None]
    same = now is not None and all(abs(now - value) <= 1e-9 * max(abs(now), 1.0) for value in others)
    return {
        "label": label,
        "colour": colour,
        "decimals": decimals,
        "now": now,
        "then": then,
        "signed": stated,
        "before": before,
        "change": _change(now, before),
        "status": ("ok", _("agrees"))
        if same and others
        else ("bad", _("differs"))
        if others
        else ("idle", _("alone")),
    }


def position(comparison: Comparison) -> Any:
    """The figure on the published range, among accepted packs."""
    bounds = comparison.range
    return charts.position(
        comparison.frozen.figures.per_kwh_capacity,
        bounds.low if bounds else None,
        bounds.high if bounds else None,
        label=comparison.frozen.pack.get("model", ""),
        range_label=_("published range") if bounds else "",
        points=comparison.peers.points,
        unit="kg CO2e/kWh",
        decimals=1,
    )


def peer_rows(comparison: Comparison) -> list[dict[str, Any]]:
    """Each figure that is compared with peers: its value, their median and usual range, and how many they are."""
    rows = []
    for key, figure in PEER_FIGURES.items():
        spread = comparison.spreads.get(key)
        enough = spread is not None and spread.count >= PEERS_LEAST
        low, high = spread.fences if spread is not None and enough else (None, None)
        rows.append(
            {
                "name": figure.name,
                "unit": figure.unit,
                "value": figure.value(comparison.frozen.figures),
                "median": spread.median if spread is not None and enough else None,
                "low": low,
                "high": high,
                "count": spread.count if spread is not None else 0,
                "enough": enough,
            }
        )
    return rows


def similarity(item: Similar) -> list[str]:
    """Why a pack is near, in words."""
    found = [_("same chemistry"), _("same cell format") if item.same_format else _("another cell format")]
    for ratio, text in (
        (item.energy_ratio, _("rated energy %(change)s")),
        (item.density_ratio, _("energy density %(change)s")),
    ):
        if ratio is not None:
            found.append(text % {"change": f"{format_number((ratio - 1) * 100, 1, sign=True)}%"})
    return found


def stage_bar(frozen: Frozen) -> dict[str, Any]:
    """A pack's stages as one small bar with its name."""
    figures = frozen.figures
    stages = [charts.Stage(key, figures.stages[key]) for key in STAGES if key in figures.stages]
    return {
        "label": frozen.pack.get("model", ""),
        "bar": charts.stage_bar(stages, small=True) if stages else "",
    }


def _density(frozen: Frozen) -> float | None:
    energy, mass = frozen.pack.get("rated_energy_kwh"), frozen.pack.get("mass_kg")
    return float(energy) * 1000 / float(mass) if energy and mass and float(mass) else None


def _part(value: float | None, whole: float | None) -> float | None:
    return value / whole * 100 if value is not None and whole else None


def _percent(value: float | None) -> float | None:
    return value * 100 if value is not None else None


def beside(this: Frozen, other: Frozen) -> list[dict[str, Any]]:
    """Groups of rows that compare two frozen declarations: figures, stages, quality, product. Shares in per cent."""
    mine, theirs = this.figures, other.figures
    labels = _labels()
    figures: list[tuple[Any, ...]] = [
        (_("Per kWh delivered, kg CO2e"), mine.per_functional_unit, theirs.per_functional_unit, 4)
    ]
    figures += [(labels[name], getattr(mine, name), getattr(theirs, name), nr) for name, nr in TOTALS]
    stages = [
        (
            charts.STAGES[key][1],
            _part(mine.stages.get(key), mine.per_functional_unit),
            _part(theirs.stages.get(key), theirs.per_functional_unit),
            1,
        )
        for key in STAGES
    ]
    quality = [
        (_("Primary data share, %"), _percent(mine.primary_share), _percent(theirs.primary_share), 1),
        (_("Data quality rating"), mine.data_rating, theirs.data_rating, 2),
        (_("Verified share, %"), _percent(mine.verified_share), _percent(theirs.verified_share), 1),
        (_("Estimated share, %"), _percent(mine.estimated_share), _percent(theirs.estimated_share), 1),
        (_("Left out, %"), _percent(mine.omitted_share), _percent(theirs.omitted_share), 2),
    ]
    tiers = [
        (
            word(TIERS, tier),
            _percent(mine.tier_shares.get(tier, 0.0)),
            _percent(theirs.tier_shares.get(tier, 0.0)),
            1,
        )
        for tier in sorted({*mine.tier_shares, *theirs.tier_shares})
    ]
    pack, peer = this.pack, other.pack
    product = [
        (_("Rated energy, kWh"), _number(pack, "rated_energy_kwh"), _number(peer, "rated_energy_kwh"), 1),
        (_("Mass, kg"), _number(pack, "mass_kg"), _number(peer, "mass_kg"), 1),
        (_("Energy density, Wh/kg"), _density(this), _density(other), 1),
        (_("Tested cycles"), _life(pack, "cycles"), _life(peer, "cycles"), 0),
        (_("Warranty, years"), _number(pack, "warranty_years"), _number(peer, "warranty_years"), 1),
    ]
    groups = (
        (_("Figures"), figures),
        (_("Share of the stages, %"), stages),
        (_("Data quality"), quality),
        (_("Share of the result by kind of factor, %"), tiers),
        (_("Product"), product),
    )
    return [
        {
            "title": title,
            "rows": [
                {"label": label, "now": now, "other": then, "decimals": nr, "change": _change(now, then)}
                for label, now, then, nr in rows
            ],
        }
        for title, rows in groups
        if rows
    ]


def _number(pack: dict[str, Any], key: str) -> float | None:
    return float(pack[key]) if pack.get(key) not in (None, "") else None


def _life(pack: dict[str, Any], key: str) -> float | None:
    return _number(pack.get("cycle_life") or {}, key)

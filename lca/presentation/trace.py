"""Where a number comes from: from the total down to the cell of an upload, or to a supplier's published result."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.ui.charts import STAGES
from carbonfoot.ui.numbers import format_number, format_percent, format_significant
from carbonfoot.ui.text import pick
from lca import selectors
from lca.models import Calculation, Factor
from lca.presentation.hooks import Source, find_source, result_page
from lca.presentation.lines import process_names, supplier_names
from lca.presentation.result import functional_unit, headline, is_module, ruleset_of
from lca.presentation.words import DATA_KINDS, FAMILIES, SUPPLIES, TIERS, UNITS, per_unit, word
from lca.services.own_pins import evidence_of


@dataclass(frozen=True)
class Step:
    """One step of the trace: what it is, how it was reckoned, its number. ``source`` is set on the last one."""

    title: Any
    text: Any = ""
    value: Any = None
    unit: str = ""
    colour: str = ""
    url: str = ""
    source: Source | None = None
    decimals: int | None = None

    @property
    def shown(self) -> str:
        """The number in words of the page: as many decimals as asked for, else five significant digits."""
        if self.value is None:
            return ""
        if self.decimals is not None:
            return format_number(self.value, self.decimals) or ""
        if isinstance(self.value, Decimal):
            return format_number(self.value) or ""
        return format_significant(self.value, 5) or ""


def _exchange(
    document: Mapping[str, Any], process: str, identifier: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    for item in document.get("processes") or ():
        if item["id"] == process:
            found: dict[str, Any] = next(
                (row for row in item.get("exchanges") or () if row.get("id") == identifier), {}
            )
            return dict(item), dict(found)
    return {}, {}


def _number(value: Any, digits: int = 6) -> str:
    """To so many significant digits, without zeros at the end that only rounding put there."""
    text = format_significant(value, digits) or "?"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _total_step(calculation: Calculation) -> Step:
    ledger = calculation.ledger
    figure = headline(ledger, ruleset_of(calculation))
    totals = ledger["totals"]
    text = _("The sum of all stages per declared unit")
    if not is_module(ledger) and totals["per_functional_unit"] is not None:
        divisor = (
            ledger["delivered_energy_kwh"]
            if ledger["functional_unit"]["kind"] == "delivered_energy"
            else totals["per_piece"] / totals["per_kwh_capacity"]
        )
        text = _(
            "%(total)s kg CO2e ÷ %(energy)s kWh: the sum of the stages, divided by the functional unit"
        ) % {
            "total": format_number(totals["per_piece"], 1),
            "energy": format_number(divisor, 0),
        }
    return Step(figure.label, text, figure.value, str(functional_unit(ledger)), decimals=figure.decimals)


def _stage_step(ledger: Mapping[str, Any], stage: str, unit: str) -> Step:
    entry = ledger["stages"].get(stage)
    colour, usual = STAGES[stage]
    if entry is None:
        return Step(usual, _("This stage lies outside the rule set and does not count."), colour=colour)
    share = format_percent(entry["share"]) if entry.get("share") is not None else ""
    count = len({line["process"] for line in ledger["lines"] if line["stage"] == stage})
    text = _("%(share)s of the result, from %(count)d unit processes") % {"share": share, "count": count}
    return Step(pick(entry.get("title")) or usual, text, entry["per_unit"], unit, colour)


def _process_step(
    ledger: Mapping[str, Any], process: Mapping[str, Any], line: Mapping[str, Any], unit: str
) -> Step | None:
    identifier = line["process"]
    entry = next((row for row in ledger["processes"] if row["id"] == identifier), None)
    if entry is None:
        return None
    supplied = ", ".join(
        f"{_number(row['amount'])} {row['unit']}" for row in entry.get("supplied") or () if row["amount"]
    )
    outputs = ", ".join(f"{_exact(row['amount'])} {row['unit']}" for row in process.get("products") or ())
    text = _("Output over the period: %(outputs)s. This result takes %(supplied)s of it.") % {
        "outputs": outputs or "?",
        "supplied": supplied or "0",
    }
    title = _("Unit process: %(name)s") % {"name": pick(entry["name"])}
    part = sum(
        row["kgco2e"]
        for row in ledger["lines"]
        if (row["process"], row["stage"]) == (identifier, line["stage"])
    )
    return Step(title, text, part, unit)


def _exact(text: Any) -> str:
    return format_number(Decimal(str(text))) or "?"


def _line_step(line: Mapping[str, Any], exchange: Mapping[str, Any], unit: str) -> Step:
    parts = []
    if exchange.get("amount") is not None:
        parts.append(
            _("%(total)s %(unit)s over the period, of which %(amount)s %(unit)s for this result")
            % {
                "total": _exact(exchange["amount"]),
                "unit": word(UNITS, line["unit"]),
                "amount": _number(line["amount"]),
            }
        )
    converted = word(UNITS, line["converted_unit"])
    if line["converted_unit"] != line["unit"]:
        parts.append(f"= {_number(line['converted_amount'])} {converted}")
    if line["unit_burden"] is not None:
        parts.append(
            f"{_number(line['converted_amount'])} {converted} × {_number(line['unit_burden'])}"
            f" {per_unit(line['converted_unit'])}"
        )
    parts.append(
        _("activity data: %(kind)s, %(primary)s")
        % {
            "kind": word(DATA_KINDS, line["data_kind"]),
            "primary": _("company-specific") if line["primary"] else _("not company-specific"),
        }
    )
    return Step(
        _("Line: %(name)s") % {"name": pick(line["name"])}, "; ".join(map(str, parts)), line["kgco2e"], unit
    )


def _factor_step(calculation: Calculation, line: Mapping[str, Any]) -> Step:
    factor = line["factor"]
    release = factor.get("release")
    tier = word(TIERS, factor.get("tier", ""))
    parts = [
        _("Factor release %(release)s") % {"release": release}
        if release
        else _("Own factor of this inventory")
    ]
    parts.append(_("tier: %(tier)s") % {"tier": tier})
    if factor.get("family") in ("electricity_footprint", "electricity_co2"):
        parts.append(str(word(FAMILIES, factor["family"])))
    if line.get("electricity"):
        parts.append(_("supply: %(supply)s") % {"supply": word(SUPPLIES, line["electricity"]["supply"])})
    if factor.get("source"):
        parts.append(_("source: %(source)s") % {"source": factor["source"]})
    url = ""
    if release and Factor.objects.filter(release=calculation.release, key=factor["key"]).exists():
        url = reverse("lca:factor", args=[release, factor["key"]])
    elif evidence_of(calculation.revision.document, calculation.organisation_id, factor["key"]) is not None:
        parts.append(_("the link leads to the evidence"))
        url = reverse("lca:calculation_evidence", args=[calculation.pk, factor["key"]])
    title = _("Factor: %(name)s") % {"name": pick(factor["name"]) or factor["key"]}
    return Step(title, "; ".join(map(str, parts)), Decimal(str(factor["value"])), factor["unit"], url=url)


def _result_step(actor: Actor, line: Mapping[str, Any]) -> Step:
    result = line["result"]
    supplier = line["_suppliers"].get(str(result["id"])) or pick(result.get("supplier")) or _("Supplier")
    version = _("version %(number)s") % {"number": result.get("version") or "?"}
    calculation = (
        selectors.calculations_for(actor)
        .filter(published_as__pk=result["id"], ruleset_id=line.get("_ruleset", ""))
        .first()
        if _is_uuid(result["id"])
        else None
    )
    source = Source(
        title=_("Published result of %(supplier)s, %(version)s") % {"supplier": supplier, "version": version},
        text=_("Digest %(digest)s") % {"digest": str(result.get("digest", ""))[:16]}
        if result.get("digest")
        else "",
        url=reverse("lca:result", args=[calculation.pk]) if calculation else result_page(actor, result["id"]),
        cut=""
        if calculation
        else _(
            "The trace of a supplier's result ends here. Its recipe, amounts and energy are open to the supplier and"
            " to the verification body engaged, to nobody else."
        ),
    )
    return Step(
        source.title,
        _("Figures per %(unit)s by stage, as published")
        % {"unit": word(UNITS, result.get("declared_unit", ""))},
        line["unit_burden"],
        per_unit(line["converted_unit"]),
        url=source.url,
        source=source,
    )


def _is_uuid(text: Any) -> bool:
    try:
        uuid.UUID(str(text))
    except ValueError:
        return False
    return True


def source_of(actor: Actor, provenance: Mapping[str, Any] | None) -> Source:
    """What stands behind an amount, in words; the cell of an upload where another app opens it to the actor."""
    given = dict(provenance or {})
    known = find_source(actor, given) if given else None
    if known is not None:
        return known
    if given.get("kind") == "upload":
        place = f"{given.get('sheet', '?')}!{given.get('cell', '?')}"
        text = " · ".join(part for part in (given.get("file", ""), given.get("note", "")) if part)
        return Source(_("Workbook cell: %(place)s") % {"place": place}, text)
    if given.get("kind") == "reference":
        return Source(_("From reference data"), given.get("note", ""))
    replaced = given.get("replaces") or {}
    if replaced:
        place = f"{replaced.get('file', '')} {replaced.get('sheet', '?')}!{replaced.get('cell', '?')}".strip()
        return Source(_("Entered by hand"), _("It replaces the amount of %(place)s.") % {"place": place})
    return Source(_("Entered by hand"), given.get("note", ""))


def trace(calculation: Calculation, index: int, actor: Actor) -> list[Step]:
    """The steps from the headline to the source of line ``index``. IndexError when there is no such line."""
    ledger = calculation.ledger
    line = {
        **ledger["lines"][index],
        "_ruleset": calculation.ruleset_id,
        "_suppliers": supplier_names(calculation),
    }
    unit = "kg CO2e"
    process, exchange = _exchange(calculation.revision.document, line["process"], line["exchange"])
    steps = [_total_step(calculation), _stage_step(ledger, line["stage"], unit)]
    middle = _process_step(ledger, process, line, unit)
    if middle is not None:
        steps.append(middle)
    steps.append(_line_step(line, exchange, unit))
    if line.get("result"):
        steps.append(_result_step(actor, line))
    elif line.get("factor"):
        steps.append(_factor_step(calculation, line))
    elif line.get("gas"):
        gas = line["gas"]
        text = _("Warming potential over 100 years, %(set)s") % {
            "set": str(ledger["ruleset"].get("gwp_set", "")).upper()
        }
        steps.append(
            Step(_("Gas: %(gas)s") % {"gas": gas["gas"]}, text, Decimal(str(gas["gwp"])), "kg CO2e/kg")
        )
    elif line.get("tier") == "burden_free":
        steps.append(
            Step(_("Without burden"), (exchange.get("link") or {}).get("burden_free", ""), 0, "kg CO2e")
        )
    if line["kind"] == "end_of_life":
        steps.append(
            Step(
                _("End-of-life model of the rule set"),
                str((ledger.get("end_of_life") or {}).get("model", "")),
            )
        )
        return steps
    source = source_of(actor, line.get("provenance"))
    amount = exchange.get("amount")
    steps.append(
        Step(
            source.title,
            source.text,
            Decimal(amount) if amount else None,
            line["unit"],
            source=source,
            url=source.url,
        )
    )
    return steps


def line_title(calculation: Calculation, index: int) -> tuple[str, str]:
    """Name of a line and of its unit process. IndexError when there is no such line."""
    line = calculation.ledger["lines"][index]
    names = process_names(calculation.ledger)
    return str(pick(line["name"])), names.get(str(line["process"]), str(line["process"]))

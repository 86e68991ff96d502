"""From a reading to neutral rows, and from rows to an inventory document of a module.

Neutral rows are what the application stores: every value with its state and the cell it came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .checks.certificates import is_certificate, split
from .choices import find_choice
from .layout import BY_KEY
from .numbers import plain, tidy, to_decimals
from .reading import Cell, Reading, Row, Table
from .schema import Sheet
from .schema_cover import STAGE_KEYS
from .text import Text
from .units import BY_SYMBOL, ENERGY, MASS, find_unit, to_base

CORRECTED = Text("已在网页上更正", "corrected on the page")
FILLED = Text("用参考数据补缺：{name}", "filled from reference data: {name}")

# By table, a list of rows; each has "sheet", "row" and "values": by column, "value", "state" and "cell".
Rows = dict[str, list[dict[str, Any]]]


def cell_to_dict(cell: Cell) -> dict[str, Any]:
    """Return {"value": decimal string, key, ISO date or text, or None; "state"; "cell"}.

    "shown" is added where the content could not be read, "corrected" where the value was given on the page.
    """
    value = plain(cell.value) if isinstance(cell.value, Decimal) else cell.value
    data: dict[str, Any] = {"value": value, "state": cell.state, "cell": cell.address}
    if cell.state == "bad":
        data["shown"] = cell.shown
    if cell.corrected:
        data["corrected"] = True
    return data


def to_rows(reading: Reading) -> Rows:
    """Return the neutral rows of every data table. Blank cells are left out; bad cells keep what was shown.

    Empties the reading's tables as it goes, since fifty thousand rows are not to be held twice.
    """
    reading.index = None
    result: Rows = {}
    for table in reading.tables.values():
        if table.schema.form:
            continue
        rows = result[table.key] = []
        table.rows.reverse()
        while table.rows:
            rows.append(row_to_dict(table, table.rows.pop()))
    return result


def row_to_dict(table: Table, row: Row) -> dict[str, Any]:
    """Return one neutral row."""
    return {
        "sheet": table.title,
        "row": row.number,
        "values": {key: cell_to_dict(cell) for key, cell in row.cells.items() if cell.state != "blank"},
    }


def form_to_dict(reading: Reading, key: str) -> dict[str, Any]:
    """Return {"sheet", "values"} of a form sheet, empty where the file lacks it."""
    table = reading.tables.get(key)
    if table is None:
        return {}
    values = {name: cell_to_dict(cell) for name, cell in table.form.cells.items() if cell.state != "blank"}
    return {"sheet": table.title, "values": values}


@dataclass(frozen=True, slots=True)
class _Source:
    """What the provenance of every exchange says beside the cell."""

    upload: str
    file: str


def _value(row: dict[str, Any], key: str) -> str:
    entry = row["values"].get(key)
    return str(entry["value"]) if entry and entry["state"] == "known" and entry["value"] is not None else ""


def _state(row: dict[str, Any], key: str) -> str:
    entry = row["values"].get(key)
    return str(entry["state"]) if entry else "unknown"


def _provenance(row: dict[str, Any], table: str, key: str, source: _Source, note: str = "") -> dict[str, str]:
    entry = row["values"].get(key, {})
    reference = _value(row, "reference")
    filled = ""
    if reference:
        filled = FILLED.both(" / ").format(name=_choice(table, "reference", reference).both())
    return ({"reference": reference} if reference else {}) | {
        "kind": "upload",
        "upload": source.upload,
        "file": source.file,
        "sheet": row["sheet"],
        "cell": entry.get("cell", ""),
        "note": "; ".join(
            part for part in (note, filled, CORRECTED.both() if entry.get("corrected") else "") if part
        ),
    }


def _name(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def _choice(table: str, column: str, key: str) -> Text:
    choices = BY_KEY[table].column(column).choices
    choice = find_choice(choices, key)
    return choice.title if choice else Text(key, key)


# What making a part does in the life of the battery (a stage belongs to a process by what it does,
# not by who runs it): making a cell or module is battery manufacturing, making anything else is
# acquiring materials for one.
_BATTERY_MAKING = frozenset({"cell", "module"})
_KINDS = {
    "materials": "material",
    "energy": "energy",
    "transport": "transport",
    "emissions": "emission",
    "wastes": "waste",
}


def to_inventory_document(
    tables: Rows,
    cover: dict[str, Any],
    *,
    factors: dict[str, dict[str, str]] | None = None,
    upload: str = "",
    file: str = "",
    process_id: str = "module",
) -> dict[str, Any]:
    """Return a `carbonfoot-inventory/1` document of the module: one unit process of the year's totals.

    `tables` and `cover` are the neutral rows and the cover of an accepted inspection. An exchange is
    linked where its factor key is one of `factors` (every key that looks like one, if None); all
    others stay without a link for the supplier to choose. Nothing is filled in: an unknown amount
    keeps the state unknown and an amount of None.
    """
    source = _Source(upload, file)
    entry = {"values": cover.get("values", {}), "sheet": cover.get("sheet", "")}
    name = _value(entry, "part_name") or _value(entry, "part_number") or process_id
    year = _value(entry, "period_year")
    products = [_product(row, i, process_id) for i, row in enumerate(tables.get("production", []), start=1)]
    products.sort(key=lambda product: product["id"] != process_id)
    unit = products[0]["unit"] if products else _value(entry, "declared_unit")
    exchanges = [
        exchange
        for table in ("materials", "energy", "transport", "emissions", "wastes")
        for row in tables.get(table, [])
        if (exchange := _exchange(table, row, process_id, source, entry, factors)) is not None
    ]
    return {
        "format": "carbonfoot-inventory/1",
        "name": _name(name),
        "product": {"kind": "module", "module_type": _value(entry, "module_type")},
        "period": {"from": f"{year}-01-01", "to": f"{year}-12-31"} if year else {},
        "reference": {
            "process": process_id,
            "product": process_id,
            "amount": "1",
            "unit": _plain_unit("", _value(entry, "declared_unit") or unit)[1],
        },
        "factors": [],
        "results": [],
        "processes": [
            {
                "id": process_id,
                "name": _name(name),
                "stage": "manufacturing" if _value(entry, "module_type") in _BATTERY_MAKING else "materials",
                "group": _value(entry, "module_type") or "module",
                "products": products,
                "exchanges": exchanges,
            }
        ],
        "omitted": [],
    }


def _product(row: dict[str, Any], number: int, process_id: str) -> dict[str, Any]:
    is_reference = _value(row, "kind") == "reference"
    amount, unit = _plain_unit(_value(row, "amount"), _value(row, "unit"))
    product: dict[str, Any] = {
        "id": process_id if is_reference else f"{process_id}.p{number}",
        "name": _name(_value(row, "name")),
        "amount": amount or None,
        "unit": unit,
    }
    if _value(row, "mass_kg"):
        product["mass_kg"] = _value(row, "mass_kg")
    keys = (("allocation", "method"), ("allocation_reason", "reason"), ("price", "price"))
    allocation = {target: _value(row, key) for key, target in keys if _value(row, key)}
    if allocation:
        product["allocation"] = allocation
    return product


def _plain_unit(amount: str, unit: str) -> tuple[str, str]:
    """Return amount and unit with ten thousands multiplied out: the engine has no "10^4 kWh"."""
    if not unit.startswith("10^4 "):
        return amount, unit
    return (plain(tidy((Decimal(amount) * 10_000).normalize())) if amount else ""), unit.removeprefix("10^4 ")


def _worked_out(product: Decimal) -> str:
    """Return a product of two numbers as an amount, rounded at the last decimal that an inventory keeps."""
    return plain(tidy(to_decimals(product).normalize()))


def _exchange(
    table: str,
    row: dict[str, Any],
    process_id: str,
    source: _Source,
    cover: dict[str, Any],
    factors: dict[str, dict[str, str]] | None,
) -> dict[str, Any] | None:
    """Return the exchange of a row, or None if its amount is not applicable."""
    state = _state(row, "amount")
    if state == "not_applicable":
        return None
    link = _link(table, row, factors)
    amount, unit, column = _bridged(row, (factors or {}).get((link or {}).get("factor", ""), {}))
    kind = "module" if table == "materials" and _value(row, "group") == "module" else _KINDS[table]
    exchange: dict[str, Any] = {
        "id": f"{process_id}.{table}.{row['row']}",
        "kind": kind,
        "name": _exchange_name(table, row),
        "amount": amount or None,
        "unit": unit,
        "state": "known" if state == "known" else "unknown",
        # Transport counts with what it carries, inbound and outbound: the rule set's mapping says where.
        "stage": None,
        "link": link,
        "data_kind": _value(row, "data_kind") or "estimated",
        "primary": _value(row, "company_specific") == "yes" and not _value(row, "reference"),
        "uncertainty": None,
        "provenance": _provenance(row, table, column, source, _value(row, "note")),
    }
    if table == "materials":
        exchange["stage"] = "materials"
    elif table == "energy" and _value(row, "carrier") == "electricity":
        exchange["electricity"] = _electricity(row, cover)
    elif table == "transport":
        _transport(exchange, row)
    return exchange


def _bridged(row: dict[str, Any], factor: dict[str, str]) -> tuple[str, str, str]:
    """Return (amount, unit, column it came from), in the factor's kind of unit where the row tells it.

    A material bought by piece with its mass given is linked to a factor per kg by that mass; a fuel
    with a tested heating value to a factor per MJ by its energy.
    """
    amount, unit = _plain_unit(_value(row, "amount"), _value(row, "unit"))
    per = find_unit(factor.get("unit", "").rpartition("/")[2]) if factor else None
    own = find_unit(unit)
    if per is None or own is None or per.dimension == own.dimension:
        return amount, unit, "amount"
    if per.dimension == MASS and _value(row, "mass_kg"):
        return _value(row, "mass_kg"), "kg", "mass_kg"
    if per.dimension == ENERGY and amount and _value(row, "heating_value"):
        return _worked_out(Decimal(amount) * Decimal(_value(row, "heating_value"))), "MJ", "amount"
    return amount, unit, "amount"


def _electricity(row: dict[str, Any], cover: dict[str, Any]) -> dict[str, Any]:
    """Return the electricity block. Certificates of a wrong form do not count, and without any of the
    right form certificate-backed electricity is grid electricity, as WB-501 and WB-508 say."""
    certificates = [number for number in split(_value(row, "certificates")) if is_certificate(number)]
    supply = _value(row, "supply") or "grid"
    if supply == "certificate" and not certificates:
        supply = "grid"
    return {
        "supply": supply,
        "generation": _value(row, "generation") or None if supply != "grid" else None,
        "region": _value(row, "region") or _value(cover, "plant_region"),
        "certificates": certificates if supply != "grid" else [],
    }


def _transport(exchange: dict[str, Any], row: dict[str, Any]) -> None:
    """Turn mass and distance into tonne-kilometres; unknown if either is."""
    mass, unit, distance = (
        _value(row, "amount"),
        BY_SYMBOL.get(_value(row, "unit")),
        _value(row, "distance_km"),
    )
    kilograms = to_base(Decimal(mass), unit) if mass and unit is not None else None
    exchange["unit"] = "tkm"
    exchange["transport"] = {
        "mass_kg": plain(kilograms) if kilograms is not None else None,
        "distance_km": distance or None,
    }
    if kilograms is None or not distance:
        exchange["amount"], exchange["state"] = None, "unknown"
    else:
        exchange["amount"] = _worked_out(kilograms * Decimal(distance) / 1000)


def _exchange_name(table: str, row: dict[str, Any]) -> dict[str, str]:
    if table == "energy":
        title = _choice("energy", "carrier", _value(row, "carrier"))
        if _value(row, "carrier") == "electricity" and _value(row, "supply"):
            supply = _choice("energy", "supply", _value(row, "supply"))
            return {"zh": f"{title.zh}（{supply.zh}）", "en": f"{title.en} ({supply.en})"}
        return title.as_dict()
    if table == "emissions":
        gas, source = _choice("emissions", "gas", _value(row, "gas")), _value(row, "source")
        return {"zh": f"{gas.zh}（{source}）", "en": f"{gas.en} ({source})"}
    return _name(_value(row, "name"))


def _link(
    table: str, row: dict[str, Any], factors: dict[str, dict[str, str]] | None
) -> dict[str, str] | None:
    if table == "emissions":
        return {"gas": _value(row, "gas")}
    key = _value(row, "factor")
    known = key in factors if factors is not None else "." in key and " " not in key and key.isascii()
    return {"factor": key} if key and known else None


def verified_result(verified: dict[str, Any], cover: dict[str, Any]) -> dict[str, Any]:
    """Return the published figures of a verified footprint (level 0), kg CO2e per declared unit by stage.

    A stage that is not applicable is zero; one that is unknown is None, and its emissions are in the
    total only.
    """
    entry = {"values": verified.get("values", {}), "sheet": verified.get("sheet", "")}
    stages: dict[str, str | None] = {}
    for key in STAGE_KEYS:
        state = _state(entry, key)
        stages[key.removeprefix("cf_")] = _value(entry, key) or ("0" if state == "not_applicable" else None)
    keys = ("report_number", "verifier", "verified_on", "valid_until", "standard", "gwp_set", "primary_share")
    return {
        "declared_unit": _value({"values": cover.get("values", {}), "sheet": ""}, "declared_unit"),
        "stages": stages,
        "total": _value(entry, "cf_total") or None,
        "dqr": {key: _value(entry, f"dqr_{key}") or None for key in ("ter", "tir", "ger")},
        **{key: _value(entry, key) or None for key in keys},
    }


def sheet_fields(sheet: Sheet, lang: str) -> list[dict[str, Any]]:
    """Return the columns of a sheet as data for API documents and web forms."""
    return [
        {
            "key": column.key,
            "title": column.title.pick(lang),
            "help": column.help.pick(lang),
            "type": column.type,
            "mandatory": column.mandatory,
            "states": column.states,
            "choices": [[choice.key, choice.title.pick(lang)] for choice in column.choices],
            "visibility": column.visibility.key,
            "visibility_title": column.visibility.title.pick(lang),
        }
        for column in sheet.columns
    ]

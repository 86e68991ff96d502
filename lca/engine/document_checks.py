"""What only shows when a document is read as a whole: links inside it, certificates spent twice, doubtful figures."""

from __future__ import annotations

from decimal import Decimal

from lca.engine.fields import FieldReader
from lca.engine.model import Exchange, Inventory, Process, place_of
from lca.engine.names import kind_name
from lca.engine.pedigree import deviation
from lca.engine.problems import WARNING, EngineProblem
from lca.engine.units import compatible, ratio

# Mass times distance may differ from a stated tkm by rounding, and no more.
_TRANSPORT_TOLERANCE = Decimal("0.01")


def check_document(reader: FieldReader, inventory: Inventory) -> None:
    """Add what is wrong across the parts of a parsed document to the reader's problems, and doubts to its notes."""
    _check_reference(reader, inventory)
    for process in inventory.processes:
        _check_products(reader, process)
        for exchange in process.exchanges:
            _check_link(reader, inventory, process, exchange)
            _check_electricity(reader, process, exchange)
            _check_transport(reader, process, exchange)
            _check_uncertainty(reader, process, exchange)
    for number, places in inventory.certificates().items():
        if len(places) > 1:
            reader.problem("electricity.certificate_twice", places[1], number, places=", ".join(places))


def _check_reference(reader: FieldReader, inventory: Inventory) -> None:
    reference = inventory.process(inventory.reference.process)
    if inventory.reference.process and reference is None:
        reader.problem("reference.process_unknown", "reference.process", inventory.reference.process)
    wanted = inventory.reference.product
    if reference is None:
        return
    if wanted and reference.product(wanted) is None:
        reader.problem("link.product_unknown", "reference.product", wanted, process=reference.name)
    elif not wanted and len(reference.products) > 1:
        products = ", ".join(product.id for product in reference.products)
        params = {"name": inventory.name, "process": reference.name, "products": products}
        reader.problem("link.product_unstated", "reference.product", reference.id, **params)


def _check_products(reader: FieldReader, process: Process) -> None:
    currencies = sorted({product.currency for product in process.products if product.currency})
    if len(currencies) > 1:
        reader.problem("allocation.currency", place_of(process), ", ".join(currencies), process=process.name)


def _check_link(reader: FieldReader, inventory: Inventory, process: Process, exchange: Exchange) -> None:
    link, place, name = exchange.link, place_of(process, exchange, "link"), exchange.name
    if link is None:
        return
    if link.kind == "result" and link.target not in inventory.results:
        reader.problem("link.result_unknown", place, link.target, name=name)
    if link.kind == "process":
        target = inventory.process(link.target)
        if target is None:
            reader.problem("link.process_unknown", place, link.target, name=name)
        elif link.product and target.product(link.product) is None:
            reader.problem("link.product_unknown", place, link.product, process=target.name)
        elif not link.product and len(target.products) > 1:
            # With co-products there is no "the" product, and the first would be a guess.
            products = ", ".join(product.id for product in target.products)
            reader.problem(
                "link.product_unstated", place, link.target, name=name, process=target.name, products=products
            )
    if link.kind == "gas" and exchange.kind != "emission":
        reader.problem("link.kind", place, link.target, name=name, kind=kind_name(exchange.kind))


def _check_electricity(reader: FieldReader, process: Process, exchange: Exchange) -> None:
    """An amount of electricity is an energy: nothing else can be priced per kWh."""
    if exchange.electricity is not None and exchange.unit and not compatible(exchange.unit, "kWh"):
        reader.problem(
            "electricity.not_electricity", place_of(process, exchange), exchange.unit, name=exchange.name
        )


def _check_transport(reader: FieldReader, process: Process, exchange: Exchange) -> None:
    """Where the amount and mass times distance are both stated, the amount counts; that they differ is pointed out."""
    mass, distance, amount = exchange.transport_mass_kg, exchange.transport_distance_km, exchange.amount
    if mass is None or distance is None or amount is None or not compatible(exchange.unit, "tkm"):
        return
    followed, stated = mass * distance / 1000, amount * ratio(exchange.unit, "tkm")
    if abs(stated - followed) > _TRANSPORT_TOLERANCE * max(abs(stated), followed):
        params = {"name": exchange.name, "followed": f"{followed.normalize():f}"}
        shown = f"{stated.normalize():f}"
        reader.notes.append(
            EngineProblem("transport.disagrees", place_of(process, exchange), shown, params, WARNING)
        )


def _check_uncertainty(reader: FieldReader, process: Process, exchange: Exchange) -> None:
    try:
        deviation(exchange.uncertainty, exchange.kind)
    except (ValueError, TypeError, ArithmeticError):
        reader.problem(
            "uncertainty.invalid",
            place_of(process, exchange, "uncertainty"),
            exchange.uncertainty,
            name=exchange.name,
        )

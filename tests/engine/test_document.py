"""The document parser: everything wrong at once, nothing else than InventoryError, unknown apart from zero."""

import copy
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lca import rulesets
from lca.data import load_release
from lca.engine import EngineProblem, InventoryError, calculate, parse_inventory, read_json
from tests.engine.documents import example, exchange, inventory, process


def problems_of(document: Any) -> dict[str, list[str]]:
    """Codes of a refused document with the places of each."""
    with pytest.raises(InventoryError) as caught:
        parse_inventory(document)
    found: dict[str, list[str]] = {}
    for problem in caught.value.problems:
        assert problem.message("zh")
        assert problem.message("en")
        found.setdefault(problem.code, []).append(problem.place)
    return found


def test_the_example_of_the_documentation_parses_without_a_note() -> None:
    parsed = parse_inventory(example())
    assert parsed.notes == ()
    assert parsed.reference.amount == Decimal(1)


def test_all_problems_come_at_once() -> None:
    document = inventory(
        [
            process(
                "pack",
                [
                    exchange("a", "many", link={"factor": "one"}),
                    exchange("b", "1", unit="斤", link={"factor": "one"}),
                    exchange("c", None, link={"factor": "one"}),
                    exchange("d", "1", link={"factor": "one", "process": "pack"}),
                    exchange("e", "1", link={"process": "nowhere"}),
                    exchange("f", "1", link={"result": "nothing"}),
                    exchange("g", "1", link={"factor": "one"}, kind="thing"),
                    exchange("g", "1", link={"factor": "one"}),
                    exchange("h", 1.5, link={"factor": "one"}),
                    exchange("i", "3", link={"factor": "one"}, state="unknown"),
                ],
                products=[{"id": "pack", "amount": "-2", "unit": "piece"}],
            ),
            process("empty", [], products=[]),
        ],
        reference={"process": "pack", "product": "other", "amount": "0", "unit": "piece"},
        period={"from": "2025-13-01", "to": "2025-12-31"},
    )
    found = problems_of(document)
    assert set(found) == {
        "number.invalid",
        "unit.unknown",
        "exchange.amount_missing",
        "link.one",
        "link.process_unknown",
        "link.result_unknown",
        "field.choice",
        "id.duplicate",
        "number.float",
        "exchange.amount_and_state",
        "product.not_positive",
        "process.no_product",
        "reference.not_positive",
        "link.product_unknown",
        "field.date",
    }
    assert found["unit.unknown"] == ["processes[pack].exchanges[b]"]


@pytest.mark.parametrize("document", [None, [], "x", {}, {"format": "carbonfoot-inventory/2"}, 3])
def test_another_format_is_refused(document: Any) -> None:
    assert set(problems_of(document)) == {"document.format"}


@pytest.mark.parametrize("text", ["", "{", '{"a": NaN}', '{"a": Infinity}', "[" * 100000, b"\xff\xfe"])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(InventoryError) as caught:
        read_json(text)
    assert caught.value.problems[0].code == "document.json"


def test_numbers_of_a_file_keep_their_digits() -> None:
    assert read_json('{"a": 0.1234567890123456789}') == {"a": Decimal("0.1234567890123456789")}


def test_unknown_fields_are_noted_and_free_names_are_not() -> None:
    document = example()
    document["processes"][0]["distanse"] = 3
    document["x_mine"] = {"anything": 1}
    notes = parse_inventory(document).notes
    assert [(note.code, note.place, note.params["field"]) for note in notes] == [
        ("field.unknown", "processes[pack]", "distanse")
    ]


def test_transport_follows_from_mass_and_distance() -> None:
    lorry = exchange(
        "t",
        None,
        "tkm",
        {"factor": "one"},
        kind="transport",
        transport={"mass_kg": "2500", "distance_km": "40"},
    )
    parsed = parse_inventory(inventory([process("pack", [lorry])]))
    assert parsed.processes[0].exchanges[0].amount == Decimal(100)


def test_unknown_stops_the_calculation_by_name_and_not_applicable_does_not() -> None:
    release, ruleset = load_release(), rulesets.load("cn-miit-551")
    unknown = inventory(
        [process("pack", [exchange("mystery", None, link={"factor": "one"}, state="unknown")])]
    )
    with pytest.raises(InventoryError) as caught:
        calculate(parse_inventory(unknown), ruleset, release)
    assert [(problem.code, problem.place) for problem in caught.value.problems] == [
        ("exchange.amount_unknown", "processes[pack].exchanges[mystery]")
    ]
    exchanges = [
        exchange("none", None, state="not_applicable"),
        exchange("zero", "0", link={"factor": "one"}),
        exchange("some", "5", link={"factor": "one"}),
    ]
    ledger = calculate(parse_inventory(inventory([process("pack", exchanges)])), ruleset, release)
    assert [(line.id, line.kgco2e) for line in ledger.lines] == [("zero", 0.0), ("some", 5.0)]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += _paths(item, (*path, key))
    return found


_PATHS = _paths(example())
_JUNK: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["0", "-1", "1e999", "NaN", "Infinity", "1e400", " 5 ", "", "kg", "pack"]),
    st.just([]),
    st.just({}),
    st.just([1, "a", None, {}]),
    st.just({"zh": 3}),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(_PATHS), _JUNK, st.booleans()), min_size=1, max_size=4))
def test_any_mutation_parses_or_is_refused_with_sentences(
    changes: list[tuple[tuple[Any, ...], Any, bool]],
) -> None:
    document = example()
    for path, junk, delete in changes:
        _change(document, path, junk, delete)
    found: list[EngineProblem] = []
    try:
        ledger = calculate(parse_inventory(document), rulesets.load("cn-miit-551"), load_release())
        json.dumps(ledger.to_dict(), allow_nan=False)
    except InventoryError as error:
        found = error.problems
        assert found, "a refusal names its reasons"
    for problem in found:
        json.dumps(problem.to_dict(), allow_nan=False)


def _change(document: Any, path: tuple[Any, ...], junk: Any, delete: bool) -> None:
    """Replace or remove what is at `path`, if an earlier change has left it there."""
    for key in path[:-1]:
        try:
            document = document[key]
        except (KeyError, IndexError, TypeError):
            return
    try:
        if delete:
            del document[path[-1]]
        else:
            document[path[-1]] = copy.deepcopy(junk)
    except (KeyError, IndexError, TypeError):
        return


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5) | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=10,
    )
)
def test_arbitrary_json_under_the_right_format_is_refused_or_parsed(junk: Any) -> None:
    for field in ("product", "processes", "results", "factors", "end_of_life", "omitted", "reference"):
        document = {"format": "carbonfoot-inventory/1", field: junk}
        with pytest.raises(InventoryError):
            parse_inventory(document)

"""Charts: well-formed whatever the data, nothing unescaped, both sizes, plain colours in the PDF."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree
from django.conf import settings
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from carbonfoot.ui import charts, samples
from carbonfoot.ui.charts import svg

amounts = st.one_of(
    st.none(),
    st.floats(min_value=-1e9, max_value=1e9, allow_nan=False),
    st.decimals(min_value=-(10**9), max_value=10**9, places=6, allow_nan=False),
)
positive = st.floats(min_value=0, max_value=1e9, allow_nan=False)
words = st.text(max_size=60)
targets = st.sampled_from(["screen", "pdf"])
stage_keys = st.sampled_from(list(charts.STAGES))


def parse(markup: Any) -> list[Any]:
    """All drawings of a chart, read as XML. Raises for what is not well-formed."""
    root = ElementTree.fromstring(f"<div>{markup}</div>")
    found = [element for element in root.iter() if element.tag.endswith("svg")]
    for element in root.iter():
        assert "style" not in element.attrib
        assert not [name for name in element.attrib if name.startswith("on")]
        for name in ("x", "y", "width", "height"):
            value = element.attrib.get(name, "0").rstrip("%")
            assert float(value) == float(value)
            if name in ("width", "height") and element.tag.endswith("rect"):
                assert float(value) >= 0
    return found


def check(markup: Any, target: str) -> None:
    drawings = parse(markup)
    assert len(drawings) == (1 if target == "pdf" else 2)
    for drawing in drawings:
        linked = any(part.tag.endswith("}a") or part.tag == "a" for part in drawing.iter())
        assert drawing.attrib["role"] == ("group" if linked else "img")
        assert "aria-label" in drawing.attrib
        if target == "pdf":
            assert "class" not in "".join(" ".join(element.attrib) for element in drawing.iter())
            assert "var(" not in str(markup)


@st.composite
def nodes(draw: st.DrawFn, levels: int) -> charts.Node:
    children = draw(st.lists(nodes(levels - 1), max_size=4)) if levels > 1 else []
    href = draw(st.sampled_from(["", "/a/?b=1&c=<2>"]))
    return charts.Node(
        draw(words), draw(amounts), draw(stage_keys), note=draw(words), href=href, children=tuple(children)
    )


@given(st.dictionaries(stage_keys, amounts), targets, st.booleans())
def test_stage_bar(values: dict[str, Any], target: Any, small: bool) -> None:
    drawings = parse(charts.stage_bar(values, small=small, target=target))
    assert len(drawings) == (1 if small or target == "pdf" else 2)
    for drawing in drawings:
        for bar in (element for element in drawing.iter() if element.tag.endswith("rect")):
            assert float(bar.attrib.get("x", "0").rstrip("%")) <= float(
                drawing.attrib.get("width", "640").rstrip("%")
            )
    parse(charts.stage_key(values))


@given(st.lists(nodes(3), max_size=4), targets, words)
def test_contribution_tree(roots: list[charts.Node], target: Any, unit: str) -> None:
    check(charts.contribution_tree(roots, unit, target=target, limit=6), target)


@given(st.lists(st.builds(charts.Bar, words, amounts, note=words), max_size=8), targets)
def test_bars(rows: list[charts.Bar], target: Any) -> None:
    check(charts.bars(rows, "kg CO2e", 2, target=target), target)


@example(("", 5e-324), [], 0.0, "screen")  # the least float there is: a seventh of it is zero
@given(
    st.tuples(words, positive),
    st.lists(st.builds(charts.Step, words, amounts, words), max_size=6),
    positive,
    targets,
)
def test_waterfall(start: tuple[str, float], steps: list[charts.Step], end: float, target: Any) -> None:
    check(charts.waterfall(start, steps, ("b", end), "kg", target=target), target)


@given(amounts, amounts, amounts, words, st.lists(amounts, max_size=20), targets)
def test_position(value: Any, low: Any, high: Any, label: str, points: list[Any], target: Any) -> None:
    check(charts.position(value, low, high, label, label, points, "kg", target=target), target)


@given(st.lists(st.builds(charts.Dist, words, st.lists(amounts, max_size=30)), max_size=4), amounts, targets)
def test_distribution(rows: list[charts.Dist], mark: Any, target: Any) -> None:
    check(charts.distribution(rows, "kg", mark, target=target), target)


finite = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@given(
    st.lists(finite, min_size=2, max_size=30), st.lists(positive, max_size=30), finite, finite, words, targets
)
def test_histogram(
    edges: list[float], counts: list[float], low: float, high: float, label: str, target: Any
) -> None:
    marks = [charts.Mark(label, low), charts.Mark(label, high, main=True)]
    check(charts.histogram(sorted(edges), counts, low, high, marks, "kg", 3, target=target), target)


def test_the_tails_of_a_histogram_are_grey() -> None:
    drawn = str(charts.histogram([0, 1, 2, 3], [1, 2, 1], 1, 2))
    assert drawn.count('class="c-mute"') == 2 * 2 and drawn.count('class="c-tot"') == 2


@given(st.lists(st.builds(charts.Swing, words, finite, finite, finite, finite, words), max_size=5), targets)
def test_tornado(rows: list[charts.Swing], target: Any) -> None:
    check(charts.tornado(rows, "kg", target=target), target)


def test_a_fall_goes_left_and_a_rise_right() -> None:
    row = charts.Swing("a", -2.0, 4.0, -1.0, 1.0)
    (drawing,) = parse(charts.tornado([row], target="pdf"))
    bars = [part.attrib for part in drawing.iter() if part.tag.endswith("rect")]
    lengths = [float(bar["width"]) for bar in bars]
    assert lengths[1] == pytest.approx(2 * lengths[0], abs=0.2)
    assert lengths[2] == pytest.approx(lengths[0] / 2, abs=0.2)
    assert float(bars[0]["x"]) + lengths[0] == pytest.approx(float(bars[1]["x"]), abs=0.2)


@given(st.lists(st.tuples(st.floats(-1, 5), finite), min_size=2, max_size=20), words, words, targets)
def test_curve(points: list[tuple[float, float]], x: str, y: str, target: Any) -> None:
    check(charts.curve(points, x, y, points[0], 3, target=target), target)


@given(st.dates(), st.dates(), st.dates())
def test_countdown(start: dt.date, end: dt.date, today: dt.date) -> None:
    assert len(parse(charts.countdown(start, end, today))) == 1


# Tables are HTML, which has no word for control characters; the drawings are XML and leave them out.
printable = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=40)


@given(st.lists(st.tuples(printable, amounts, printable), max_size=5), printable)
def test_tables(rows: list[tuple[Any, ...]], head: str) -> None:
    parse(charts.table([head, "a", "b"], rows, decimals=1).replace("&nbsp;", " "))


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a]]>&b"])
def test_texts_are_escaped_everywhere(evil: str) -> None:
    drawn = [
        charts.contribution_tree([charts.Node(evil, 5, "materials", note=evil, href="/x?" + evil)]),
        charts.contribution_tree(
            [charts.Node("a", 5, "materials", children=(charts.Node(evil, 5),))], unit=evil
        ),
        charts.bars([charts.Bar(evil, 5, note=evil, href=evil)], evil),
        charts.waterfall((evil, 1), [charts.Step(evil, 1, evil)], (evil, 2), evil),
        charts.position(1, 0, 2, evil, evil, unit=evil),
        charts.distribution([charts.Dist(evil, [1, 2], evil)], evil),
        charts.histogram([0, 1, 2], [1, 2], 0, 1, [charts.Mark(evil, 1)], evil),
        charts.tornado([charts.Swing(evil, -1, 1, -1, 1, evil)], evil),
        charts.curve([(0, 1), (1, 2)], evil, evil, (0, 1)),
        charts.stage_bar([charts.Stage("materials", 5, evil)]),
        charts.stage_key([charts.Stage("materials", 5, evil)], unit=evil),
        charts.coverage([evil], [charts.Row(evil, evil, evil, ["ok"], evil)], evil, evil, evil),
        charts.table([evil, evil], [[evil, evil]], evil),
    ]
    for markup in drawn:
        assert "<script" not in markup
        assert "<img" not in markup
        parse(markup)


def test_areas_are_in_proportion_and_shares_are_of_the_net_total() -> None:
    with translation.override("en"):
        tree = charts.contribution_tree(samples.tree(), target="pdf")
    assert "77.5%" in tree
    assert "5,909" not in tree  # the total stands in the panel's head
    heights = [float(h) for h in re.findall(r'width="196" height="([\d.]+)" fill="#24415f"', tree)]
    making = [float(h) for h in re.findall(r'width="196" height="([\d.]+)" fill="#b35c05"', tree)]
    assert (heights[0] + 1) / (making[0] + 1) == pytest.approx(4579.2 / 1228.2, rel=0.01)


def test_small_items_are_put_together_and_counted() -> None:
    items = tuple(charts.Node(f"item {index}", 1 + index) for index in range(60))
    with translation.override("en"):
        tree = charts.contribution_tree(
            [charts.Node("Materials", 1830, "materials", children=items)], limit=10
        )
    assert "item 59" in tree
    assert "item 3 " not in tree


def test_a_group_of_many_items_keeps_the_largest() -> None:
    items = tuple(charts.Node(f"item {index}", 1 + index) for index in range(60))
    group = charts.Node("Cells", 1830, children=items)
    with translation.override("en"):
        tree = charts.contribution_tree(
            [charts.Node("Materials", 1830, "materials", children=(group,))], limit=10
        )
    assert "Other: 50 items" in tree
    assert "1,275" in tree


def test_credits_are_drawn_and_carry_a_minus() -> None:
    stages = {"materials": 80, "manufacturing": 20, "distribution": 1, "recycling": -11}
    with translation.override("en"):
        bar = charts.stage_bar(stages)
        key = charts.stage_key(stages, 1)
    assert "−12.2%" in bar
    assert "−11.0" in key


def test_unknown_is_a_word_and_not_a_bar() -> None:
    with translation.override("en"):
        known, unknown = (
            charts.bars([charts.Bar("a", value)], decimals=1, target="pdf") for value in (0, None)
        )
    assert "unknown" in unknown
    assert "unknown" not in known
    assert "0.0" in known


def test_languages() -> None:
    assert "材料获取" in charts.stage_bar(samples.STAGES, language="zh-hans")
    assert "Materials" in charts.stage_bar(samples.STAGES, language="en")
    assert "2026年9月1日" in charts.countdown(
        dt.date(2026, 1, 1), dt.date(2026, 9, 1), dt.date(2026, 3, 1), language="zh-hans"
    )


def test_the_colours_of_the_pdf_are_those_of_the_screen() -> None:
    css = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
    light = dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});", css.split('[data-theme="dark"]')[0]))
    names = {
        "f1": "ink-1", "f2": "ink-2", "f3": "ink-3", "fi": "ink-inv",
        "line": "line-1", "sunk": "bg-sunken", "acc": "accent",
        **{key: f"chart-{key}" for key in ("pos", "neg", "tot", "mute", "grid", "axis")},
        **{s + n: f"stage-{s}" + (f"-{n}" if n else "") for s in ("mat", "mfg", "dis", "rec") for n in ("", "2", "3")},
    }  # fmt: skip
    assert {key: light[name] for key, name in names.items()} == svg.COLOURS


def test_dark_values_are_the_same_by_choice_and_by_preference() -> None:
    css = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
    chosen, preferred = (
        re.findall(r"--([a-z0-9-]+):\s*([^;]+);", part)
        for part in css.split('[data-theme="dark"]')[1].split("@media")
    )
    assert chosen == preferred
    assert len(chosen) > 40


@given(st.floats(-1e6, 1e6), st.floats(0.001, 1e6), st.integers(2, 9))
def test_ticks_cover_the_data_and_are_not_many(low: float, span: float, count: int) -> None:
    ticks = svg.nice_ticks(low, low + span, count)
    step = ticks[1] - ticks[0]
    assert ticks[0] <= low + step * 1e-6
    assert ticks[-1] >= low + span - step * 1e-6
    assert len(ticks) <= count + 3


def test_every_colour_class_is_in_the_style_sheet() -> None:
    css = (Path(settings.BASE_DIR) / "static/css/app.css").read_text()
    with translation.override("en"):
        pages = "".join(str(item) for item in samples.drawings().values())
    used = set(re.findall(r'class="([cs]-[a-z0-9]+)', pages)) | {"c-pos", "c-neg", "c-mute", "s-acc"}
    assert {name for name in used if f".{name} " not in css} == set()


def test_amounts_of_no_emissions_say_so() -> None:
    with translation.override("en"):
        assert "Nothing to show yet" in charts.contribution_tree([charts.Node("a", Decimal(0), "materials")])

"""Dates, units and words in both languages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from carbonfoot import clock
from carbonfoot.ui import dates, text
from carbonfoot.ui.status import Status, as_status, status_html

MOMENT = dt.datetime(2026, 9, 15, 16, 30, 5, tzinfo=dt.UTC)  # already the 16th in China


def test_dates_in_both_languages() -> None:
    with clock.at("2026-09-16T10:00+08:00"):
        with translation.override("zh-hans"):
            assert dates.format_day(MOMENT) == "2026年9月16日"
            assert dates.format_day_short(dt.date(2026, 9, 18)) == "9月18日"
            assert dates.format_day_short(dt.date(2025, 9, 18)) == "2025年9月18日"
            assert dates.format_weekday(MOMENT) == "9月16日星期三"
            assert [dates.format_due(dt.date(2026, 9, day)) for day in (14, 16, 17, 18)] == [
                "逾期2天", "今天", "明天", "还有2天",
            ]  # fmt: skip
            assert dates.format_seconds(12.4) == "12秒"
        with translation.override("en"):
            assert dates.format_day(MOMENT) == "16 September 2026"
            assert dates.format_day_short(dt.date(2026, 9, 18)) == "18 Sep"
            assert dates.format_day_short(dt.date(2025, 9, 18)) == "18 Sep 2025"
            assert dates.format_weekday(MOMENT) == "Wednesday 16 September"
            assert [dates.format_due(dt.date(2026, 9, day)) for day in (14, 15, 18)] == [
                "2 days late", "1 day late", "in 2 days",
            ]  # fmt: skip
            assert dates.format_seconds(1) == "1 second"
            assert dates.format_seconds(150) == "2 minutes"
        assert dates.format_moment(MOMENT, seconds=True) == "2026-09-16 00:30:05"
        assert dates.is_late(dt.date(2026, 9, 15))
        assert not dates.is_late(dt.date(2026, 9, 16))


@pytest.mark.parametrize(
    ("typed", "markup"),
    [
        ("kg CO2e/kWh", "kg CO<sub>2</sub>e/kWh"),
        ("kg CO₂e", "kg CO<sub>2</sub>e"),
        ("CO2", "CO<sub>2</sub>"),
        ("tCO2", "tCO2"),
        (
            "N2O, CH4, SF6, NF3, H2O",
            "N<sub>2</sub>O, CH<sub>4</sub>, SF<sub>6</sub>, NF<sub>3</sub>, H<sub>2</sub>O",
        ),
        ("m3 and m2", "m<sup>3</sup> and m<sup>2</sup>"),
        ("Nm3, NO2-1, D-2026", "Nm3, NO<sub>2</sub>-1, D-2026"),
        ("<b>CO2", "&lt;b&gt;CO<sub>2</sub>"),
    ],
)
def test_formulas_are_set_and_text_is_escaped(typed: str, markup: str) -> None:
    assert text.co2(typed) == markup


@given(st.text())
def test_no_text_becomes_markup(typed: str) -> None:
    shown = text.co2(typed)
    for tag in ("<sub>", "</sub>", "<sup>", "</sup>"):
        shown = shown.replace(tag, "")
    assert "<" not in shown
    assert ">" not in shown


def test_markup_passes_unchanged() -> None:
    assert text.co2(mark_safe("<b>CO2</b>")) == "<b>CO2</b>"


def test_unknown_not_applicable_and_zero_read_differently() -> None:
    for language, words in (("zh-hans", ("未知", "不适用")), ("en", ("unknown", "not applicable"))):
        with translation.override(language):
            unknown = text.value_html(None, "unknown", "kg")
            not_applicable = text.value_html(None, "not_applicable", "kg")
            zero = text.value_html(0, "known", "kg")
            assert len({unknown, not_applicable, zero}) == 3
            assert words[0] in unknown
            assert words[1] in not_applicable
            assert zero == '0 <span class="unit">kg</span>'
            # a number that stands beside "unknown" is not shown as known
            assert text.value_html(3, "unknown", "kg") == unknown
            assert text.value_html(None) == unknown
            assert text.figure_html(None, "kg") == unknown


def test_pairs_give_the_language_of_the_page() -> None:
    with translation.override("en"):
        assert text.pick({"zh": "电", "en": "electricity"}) == "electricity"
        assert text.pick({"zh": "电", "en": ""}) == "电"
        assert text.labelled("a<", "b") == "a&lt;: b"
        assert text.sentences("One.", "", "Two.") == "One. Two."
    with translation.override("zh-hans"):
        assert text.pick({"zh": "电", "en": "electricity"}) == "电"
        assert text.pick("as it is") == "as it is"
        assert text.labelled("甲", "乙") == "甲：乙"
        assert text.sentences("一。", "二。") == "一。二。"


def test_long_digests_are_shortened_and_kept_whole() -> None:
    digest = "7c1f9e03" + "0" * 48 + "b85da204"
    assert "7c1f9e03…b85da204" in text.digest_html(digest)
    assert f'title="{digest}"' in text.digest_html(digest)


def test_states_have_word_mark_and_colour() -> None:
    class Thing:
        ui_status = Status("bad", "<late>")

        def other(self) -> None: ...

    class Working:
        def ui_status(self) -> tuple[str, str]:
            return ("warn", "等待")

    shown = status_html(as_status(Thing()))
    assert "tag--bad" in shown
    assert "<svg" in shown
    assert "&lt;late&gt;" in shown
    assert "tag--warn" in status_html(as_status(Working()))
    assert status_html(as_status(None)) == ""
    with pytest.raises(ValueError, match="unknown kind"):
        Status("green", "x")
    with pytest.raises(TypeError):
        as_status(object())

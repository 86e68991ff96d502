"""Fields and forms: what people type, what comes out, and how errors stand on the page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from carbonfoot.problems import Problem, Problems
from carbonfoot.ui import forms
from carbonfoot.ui.amounts import Amount, read_decimal, read_percent
from carbonfoot.ui.codes import PROVINCES, battery_problem, compact, uscc_check_character, uscc_problem
from carbonfoot.ui.fieldviews import error_lines, field_html, fields_html, summary_html
from carbonfoot.ui.numbers import format_number


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1234.5", "1234.5"),
        ("１２３４．５", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1，234.5", "1234.5"),
        ("1 234 567", "1234567"),
        ("1\u00a0234", "1234"),
        ("1.284,50", "1284.50"),
        ("12,5", "12.5"),
        ("1,234", "1234"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        (".5", "0.5"),
        ("5.", "5"),
        ("−3.20", "-3.20"),
        ("+4", "4"),
        ("6.02e23", "6.02e23"),
        ("1.10", "1.10"),
    ],
)
def test_numbers_as_people_type_them(typed: str, read: str) -> None:
    number = read_decimal(typed)
    assert number == Decimal(read)
    assert number is not None
    assert number.as_tuple() == Decimal(read).as_tuple()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "abc",
        "12 kg",
        "1,23,4",
        "1.2.3",
        "--1",
        "1e9999",
        "NaN",
        "Infinity",
        "0x10",
        "1_000",
        "1,2345,678",
        "12%",
    ],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert read_decimal(typed) is None


@given(st.text(max_size=30))
def test_any_text_gives_a_finite_number_or_none(typed: str) -> None:
    number = read_decimal(typed)
    assert number is None or number.is_finite()


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_what_the_site_shows_can_be_typed_again(value: Decimal) -> None:
    shown = format_number(value)
    assert shown is not None
    assert read_decimal(shown) == value


def test_percentages() -> None:
    assert read_percent("12") == read_percent("12%") == read_percent("１２ ％") == Decimal("0.12")
    field = forms.PercentField(label="r")
    assert field.clean("87%") == Decimal("0.87")
    assert field.prepare_value(Decimal("0.870")) == "87"
    with pytest.raises(ValidationError), translation.override("en"):
        field.clean("101")


def test_amounts_keep_limits_and_exactness() -> None:
    field = forms.AmountField(unit="kWh", min_value=2, min_exclusive=True, decimal_places=3)
    assert field.clean("2.001") == Decimal("2.001")
    assert str(field.clean("78.40")) == "78.40"
    for typed, code in (
        ("2", "above"),
        ("x", "number"),
        ("2.0001", "places"),
        ("", "required"),
        ("1" * 21, "digits"),
    ):
        with pytest.raises(ValidationError) as error:
            field.clean(typed)
        assert error.value.code == code
    with translation.override("en"), pytest.raises(ValidationError, match="more than 2 kWh"):
        field.clean("1")
    assert forms.AmountField(required=False).clean("") is None
    assert not field.has_changed(Decimal("1.5"), "1.50")
    assert field.has_changed(Decimal("1.5"), "1,6")


def test_a_number_or_the_reason_why_there_is_none() -> None:
    field = forms.AmountOrStateField(unit="kg", min_value=0)
    assert field.clean(["0", "known"]) == Amount(Decimal(0), "known")
    assert field.clean(["", "unknown"]) == Amount(None, "unknown")
    assert field.clean(["", "not_applicable"]) == Amount(None, "not_applicable")
    for parts, code in (
        (["", "known"], "neither"),
        (["3", "unknown"], "both"),
        (["", "zero"], "invalid_choice"),
    ):
        with pytest.raises(ValidationError) as error:
            field.clean(parts)
        assert error.value.code == code
    assert forms.AmountOrStateField(required=False).clean(["", "known"]) == Amount(None, "unknown")


# The worked example of GB 32100-2015 is of this form; these codes are computed by the rule, not taken from any firm.
@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17))
def test_credit_codes_check(first: str) -> None:
    code = first + uscc_check_character(first)
    assert uscc_problem(code) == ""
    other = "1" if code[3] != "1" else "2"
    assert uscc_problem(code[:3] + other + code[4:]) == "check"
    assert uscc_problem(code[:-1]) == "length"
    assert uscc_problem(code[:-1] + "I") == "character"


def test_credit_codes_may_have_letters_in_their_first_eight_places() -> None:
    first = "A1ABCDEFMA1EXAMP0"
    code = first + uscc_check_character(first)
    field = forms.USCCField()
    assert field.clean(f" {code[:8].lower()} {code[8:]} ") == code
    assert field.clean("".join(chr(ord(c) + 0xFEE0) for c in code)) == code


def test_battery_codes() -> None:
    assert battery_problem("001PE0A1234567890ABCDEFG") == ""
    assert battery_problem("001PE0A1234567890ABCDEFO") == "character"
    assert battery_problem("123") == "length"
    assert compact(" 001P-e0a 12 ") == "001PE0A12"
    with translation.override("en"), pytest.raises(ValidationError, match="24 characters; this has 3"):
        forms.BatteryCodeField().clean("123")


def test_provinces_in_both_languages() -> None:
    field = forms.ProvinceField()
    assert len(PROVINCES) == 34
    assert field.clean("320000") == "320000"
    for language, name in (("zh-hans", "江苏省"), ("en", "Jiangsu")):
        with translation.override(language):
            assert ("320000", name) in [(code, str(label)) for code, label in field.choices]
    with pytest.raises(ValidationError):
        field.clean("999999")


@pytest.mark.parametrize(
    "typed", ["2026-09-16", "2026/9/16", "2026.9.16", "2026年9月16日", "２０２６－０９－１６"]
)
def test_days(typed: str) -> None:
    assert forms.DayField().clean(typed) == dt.date(2026, 9, 16)


@pytest.mark.parametrize("typed", ["16.9.2026", "2026-13-01", "yesterday"])
def test_days_that_are_none(typed: str) -> None:
    with pytest.raises(ValidationError):
        forms.DayField().clean(typed)


def test_uploads_have_an_ending_and_a_limit() -> None:
    field = forms.UploadField(accept=[".xlsx"], max_bytes=10)
    assert field.clean(SimpleUploadedFile("A.XLSX", b"1")).name == "A.XLSX"
    for name, content, code in (
        ("a.exe", b"1", "ending"),
        ("a.xlsx", b"1" * 11, "large"),
        ("a.xlsx", b"", "empty"),
    ):
        with pytest.raises(ValidationError) as error:
            field.clean(SimpleUploadedFile(name, content))
        assert error.value.code == code


class Sample(forms.BaseForm):
    """Two fields, one of them with a hint."""

    model = forms.CodeField(label="Model <1>", help_text="As on the <plate>")
    mass = forms.AmountOrStateField(label="Mass", unit="kg CO2e")
    kind = django_forms.ChoiceField(
        label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.ChoiceRows(notes={"b": "rare"})
    )


def test_problems_of_a_service_stand_at_their_fields() -> None:
    with translation.override("en"):
        form = Sample({"model": "x", "mass_0": "1", "mass_1": "known", "kind": "a"})
        form.add_problems(
            Problems(
                [
                    Problem("a", gettext_lazy("Not filled in."), field="name_zh", mend="Mend <b>."),
                    Problem("b", "Elsewhere.", field="nowhere", where="cell.m1"),
                    Problem("c", "Look at it.", severity="warning"),
                ]
            ),
            rename={"name_zh": "model"},
        )
    assert not form.is_valid()
    assert [item.code for item in form.notices] == ["c"]
    with translation.override("en"):
        assert form.errors["model"] == ["Not filled in. Mend <b>."]
        assert form.non_field_errors() == ["cell.m1: Elsewhere."]
        shown = summary_html(form)
        assert "2 things to mend" in shown
        assert 'href="#id_model"' in shown
        assert "&lt;b&gt;" in shown
        assert "<b>" not in shown


def test_label_hint_error_field_in_this_order() -> None:
    form = Sample({"model": "", "mass_0": "x", "mass_1": "known", "kind": ""})
    with translation.override("en"):
        shown = field_html(form["model"])
        places = [shown.index(piece) for piece in ("<label", 'class="hint"', 'class="err"', "<input")]
        assert places == sorted(places)
        assert "Model &lt;1&gt;" in shown
        assert 'aria-invalid="true"' in shown
        assert 'aria-describedby="id_model_helptext id_model_error"' in shown
        assert 'id="id_model_error"' in shown

        mass = field_html(form["mass"])
        assert mass.startswith("<fieldset")
        assert "kg CO<sub>2</sub>e" in mass
        assert 'id="id_mass_0"' in mass
        assert 'value="x"' in mass
        kinds = field_html(form["kind"])
        assert "<small>rare</small>" in kinds
        targets = [line.target for line in error_lines(form)]
    assert targets == ["id_model", "id_mass_0", "id_kind_0"]
    for target in targets:
        assert f'id="{target}"' in str(fields_html(form))


def test_no_error_no_summary() -> None:
    assert summary_html(Sample()) == ""
    assert summary_html([]) == ""
    assert summary_html(None) == ""
    problems = Problems([Problem("a", "One.", where="物料!E9"), Problem("b", "Two.", severity="note")])
    with translation.override("zh-hans"):
        shown = summary_html(problems)
    assert "物料!E9" in shown
    assert "Two" not in shown


def test_fieldsets_keep_every_field() -> None:
    class Grouped(Sample):
        fieldsets = [("First", ["kind"])]

    shown = str(fields_html(Grouped()))
    assert shown.index("First") < shown.index("id_kind_0") < shown.index("id_model")
    assert "id_mass_1" in shown


def test_a_disabled_field_keeps_its_value() -> None:
    class Fixed(forms.BaseForm):
        year = django_forms.CharField(disabled=True)

    form: Any = Fixed({"year": "1999"}, initial={"year": "2025"})
    assert form.is_valid()
    assert form.cleaned_data == {"year": "2025"}
    assert "disabled" in field_html(form["year"])

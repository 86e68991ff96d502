"""The fields of a register entry in words, for pages: what is public, and what is held back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from carbonfoot.languages import in_language
from carbonfoot.ui import charts
from carbonfoot.ui.numbers import format_number, format_percent
from carbonfoot.ui.text import co2
from declarations.models import CellFormat, Chemistry, Declaration, RegisterEntry, Statement
from declarations.publication import GROUPS, Field, value_at
from declarations.register import preview
from declarations.shown import province_name


@dataclass(frozen=True)
class Row:
    """A field as a page shows it. Not ``public``: it is held back, and ``value`` says nothing."""

    field: Field
    value: Any
    public: bool


@dataclass(frozen=True)
class Part:
    """A group of fields."""

    key: str
    title: Any
    rows: list[Row]


def _pair(value: Mapping[str, str]) -> str:
    return in_language(value.get("zh", ""), value.get("en", ""))


def _measured(unit: str, decimals: int) -> Callable[[Any], Any]:
    return lambda value: (
        None if value is None else format_html("{} {}", format_number(value, decimals), co2(unit))
    )


def _code(value: str) -> Any:
    return format_html("<code>{}</code>", value) if value else ""


def _share(value: Any) -> Any:
    return None if value is None else format_percent(value, 1)


def _stages(value: Mapping[str, Any]) -> Any:
    return charts.stage_key([charts.Stage(key, float(amount)) for key, amount in value.items()], 4)


def _digests(content: Mapping[str, Any]) -> Any:
    paths = (("snapshot_sha256",), ("verification", "sha256"))
    found = [digest for digest in (value_at(content, path) for path in paths) if digest]
    return format_html_join(
        mark_safe("<br>"), '<code class="wrap-any">{}</code>', ((digest,) for digest in found)
    )


_WORDS: dict[str, Callable[[Any], Any]] = {
    "maker": _pair,
    "uscc": _code,
    "province": province_name,
    "gbt34014": _code,
    "chemistry": lambda value: Chemistry(value).label,
    "cell_format": lambda value: CellFormat(value).label,
    "rated_energy_kwh": _measured("kWh", 1),
    "mass_kg": _measured("kg", 1),
    "per_functional_unit": _measured("kg CO2e/kWh", 4),
    "per_kwh_capacity": _measured("kg CO2e/kWh", 2),
    "per_piece": _measured("kg CO2e", 1),
    "delivered_energy_kwh": _measured("kWh", 0),
    "stages": _stages,
    "primary_data_share": _share,
    "data_quality_rating": lambda value: format_number(value, 2),
    "verified_share": _share,
    "phase": lambda value: _pair(value["name"]),
    "ruleset": lambda value: f"{value['id']} {value['version']}",
    "factor_release": lambda value: value["code"],
    "body": _pair,
    "opinion": lambda value: Statement.Opinion(value).label,
}


def _value(field: Field, content: Mapping[str, Any]) -> Any:
    if field.key == "number":
        return f"{content['number']} v{content['version']}"
    if field.key == "digests":
        return _digests(content)
    value = value_at(content, field.paths[0])
    words = _WORDS.get(field.key)
    return words(value) if words and value is not None else value


def _is_there(field: Field, content: Mapping[str, Any]) -> bool:
    """Whether the content has the field at all: a fact that is unknown or empty has its key, one held back has none."""
    path = field.paths[0]
    holder = value_at(content, path[:-1]) if len(path) > 1 else content
    return isinstance(holder, Mapping) and path[-1] in holder


def parts(content: Mapping[str, Any], leave_out: Collection[str] = ()) -> list[Part]:
    """The public fields in groups; ``leave_out`` are shown elsewhere on the page."""
    return [
        part
        for part in (
            Part(
                group.key,
                group.title,
                [
                    Row(field, _value(field, content), True)
                    for field in group.fields
                    if field.key not in leave_out and _is_there(field, content)
                ],
            )
            for group in GROUPS
        )
        if part.rows
    ]


def public_parts(declaration: Declaration) -> list[Part]:
    """What the register would say of a frozen declaration, for its maker: every field of the allow-list, those that are
    held back too. Nothing before it is frozen."""
    content = preview(declaration)
    if content is None:
        return []
    return [
        Part(group.key, group.title, [_row(field, content) for field in group.fields]) for group in GROUPS
    ]


def _row(field: Field, content: Mapping[str, Any]) -> Row:
    there = _is_there(field, content)
    return Row(field, _value(field, content) if there else "", there)


def standing(entry: RegisterEntry) -> tuple[str, Any]:
    """Kind and word: registered, superseded by a later version, or no longer registered for another reason."""
    if entry.stands:
        return "ok", _("Registered")
    if entry.declaration.state == "superseded":
        return "idle", _("Superseded")
    return "bad", _("No longer registered")


@dataclass(frozen=True)
class Version:
    """One accepted version in the history of a number; ``after`` is the version that came after it, if any."""

    entry: RegisterEntry
    after: RegisterEntry | None

    @property
    def status(self) -> tuple[str, Any]:
        """Whether it stands, as mark and word."""
        return standing(self.entry)


def history(entries: list[RegisterEntry]) -> list[Version]:
    """Versions with what came after each; ``entries`` are the newest first."""
    return [Version(entry, entries[place - 1] if place else None) for place, entry in enumerate(entries)]

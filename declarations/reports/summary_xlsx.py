"""The summary of a phase as a workbook: a sheet for each of its tables."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook

from carbonfoot.sheets import as_bytes, write_table
from carbonfoot.ui.dates import format_moment
from declarations.reports.frame import in_language
from declarations.reports.summary import SummaryContent, stage_titles


def _yes(value: Any) -> str:
    return _("yes") if value else _("no")


def _at(value: Any) -> str:
    return format_moment(value) if value else ""


def _cover(content: SummaryContent) -> list[tuple[Any, Any]]:
    data, days, coverage = content.data, content.days, content.data["coverage"]
    plan = data["plan"]
    rows = [
        (pgettext("phase", "Summary"), data["number"]),
        (_("Maker"), content.pick(data["maker"]["name"])),
        (_("Unified social credit code"), data["maker"]["uscc"]),
        (_("Phase"), content.pick(data["phase"]["name"])),
        (_("First day"), days["first"]),
        (_("Last day"), days["last"]),
        (_("Last day of this maker"), days["own"]),
        (_("State"), content.state),
        (_("Packs asked for"), coverage["needed"]),
        (_("Packs declared"), coverage["declared"]),
        (_("Packs accepted"), coverage["accepted"]),
        (_("Packs missing"), coverage["missing_packs"]),
        (_("Data quality control plan"), f"{plan['title']} v{plan['version']}" if plan else ""),
        (_("Digest of the plan"), plan["sha256"] if plan else ""),
        (_("Digest of this summary"), content.summary.sha256),
        (_("Frozen"), _at(content.made_at)),
    ]
    if data["maker"].get("is_demo"):
        rows.insert(0, (_("Note"), _("Organisations and figures are invented for demonstration.")))
    return rows


def _declaration_rows(content: SummaryContent) -> list[tuple[Any, ...]]:
    rows = []
    for row in content.products():
        stages = {key: (value, share) for key, value, share in row["stages"]}
        cells: list[Any] = [
            row["model"], row["code"], row["chemistry"], row["rated"], _yes(row["typical"]), row["typical_reason"],
            _yes(row["counts"]), row["last_day"], _yes(row["late"]), row["declaration"], row["state"],
            row["per_functional_unit"], row["per_kwh_capacity"], row["per_piece"], row["delivered"],
        ]  # fmt: skip
        for key in stage_titles():
            cells += stages.get(key, (None, None))
        cells += [
            row["primary_share"], row["data_rating"], row["ruleset"], row["release"], row["body"], row["report"],
            row["opinion"], _at(row["signed_at"]), row["receipt"], _at(row["submitted_at"]), row["sha256"],
            row["statement_sha256"], row["register_sha256"],
        ]  # fmt: skip
        rows.append(tuple(cells))
    return rows


def _declarations(book: Workbook, content: SummaryContent) -> None:
    columns = [
        _("Pack"), _("GB/T 34014 code"), _("Chemistry"), _("Rated energy, kWh"), _("Typical"), _("Why it is typical"),
        _("Counts"), _("Last day"), _("Late"), _("Declaration"), _("State"), _("kg CO2e per kWh delivered"),
        _("kg CO2e per kWh of rated energy"), _("kg CO2e per pack"), _("Energy delivered, kWh"),
    ]  # fmt: skip
    widths = [18, 26, 12, 14, 10, 40, 10, 14, 10, 18, 16, 18, 18, 16, 18]
    for title in stage_titles().values():
        columns += [
            _("%(stage)s, kg CO2e per kWh delivered") % {"stage": title},
            _("%(stage)s, share") % {"stage": title},
        ]
        widths += [20, 12]
    columns += [
        _("Primary data share (PDS)"), _("Data quality rating (DQR), 1 best to 5"), _("Rule set"), _("Factor release"),
        _("Verification body"), _("Report number"), _("Opinion"), _("Signed"), _("Receipt"), _("Submitted"),
        _("Snapshot SHA-256"), _("Digest of the statement"), _("Digest in the register"),
    ]  # fmt: skip
    widths += [14, 14, 20, 16, 30, 20, 20, 18, 20, 18, 66, 66, 66]
    write_table(book, _("Declarations"), columns, _declaration_rows(content), widths)


def write(content: SummaryContent) -> bytes:
    """The workbook in the content's language."""
    with in_language(content.language):
        book = Workbook(write_only=True)
        write_table(book, _("Summary"), (_("What"), _("Value")), _cover(content), (40, 70))
        rules = [(row["label"], row["met"], row["count"], "\n".join(row["gaps"])) for row in content.rules()]
        titles = (_("Rule"), _("State"), _("What is there"), _("What is missing"))
        write_table(book, _("Rules"), titles, rules, (48, 12, 24, 90))
        _declarations(book, content)
        reliefs = [
            (
                row["number"], row["kind"], row["pack"] or _("the whole phase"), row["wanted_until"], row["reason"],
                _at(row["asked_at"]), row["state"], row["until"], row["conditions"], row["decision_reason"],
                _at(row["decided_at"]),
            )
            for row in content.reliefs()
        ]  # fmt: skip
        titles11 = (
            _("Number"), _("Kind"), _("For"), _("Last day wanted"), _("Reason"), _("Asked"), _("State"), _("Until"),
            _("Conditions"), _("Reason of the decision"), _("Decided"),
        )  # fmt: skip
        widths = (16, 32, 20, 16, 60, 18, 14, 14, 40, 60, 18)
        write_table(book, _("Extensions and waivers"), titles11, reliefs, widths)
        return as_bytes(book)

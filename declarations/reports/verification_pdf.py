"""The verification report as PDF, with its JSON attached."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from carbonfoot.ui import charts
from declarations.changes import Change
from declarations.figures import STAGES, number
from declarations.models import Assurance, Finding, Section, Statement, VerificationCheck
from declarations.plans import SECTIONS
from declarations.reports.frame import Attached, in_language, render, write_pdf
from declarations.services.engagements import INDEPENDENCE
from lca.models import DataKind, Stage


def _word(choices: Any, key: Any) -> str:
    return str(choices(key).label) if key in choices.values else str(key or "")


def _place(place: dict[str, Any], language: str) -> str:
    if place["kind"] == "section":
        return _word(Section, place["key"])
    if place["kind"] in ("line", "recipe"):
        return str(place["name"].get(language) or place["name"].get("zh") or "")
    return _("The declaration as a whole")


def _findings(content: dict[str, Any], language: str) -> list[dict[str, Any]]:
    states = {"open": _("open"), "replied": _("answered"), "closed": _("closed")}
    return [
        {
            **row,
            "code": f"NC-{row['number']:02d}",
            "kind": _word(Finding.Kind, row["kind"]),
            "state": states.get(row["state"], row["state"]),
            "place": _place(row["place"], language),
        }
        for row in content["findings"]
    ]


def _samples(content: dict[str, Any]) -> list[dict[str, Any]]:
    result = VerificationCheck.Result
    return [
        {
            **row,
            "code": f"S-{row['number']:02d}",
            "results": [(str(label), row["results"].get(key, 0)) for key, label in result.choices],
            "lines": [
                {
                    **line,
                    "result": _word(result, line["result"]),
                    "data_kind": _word(DataKind, line["data_kind"]),
                    "stage": _word(Stage, line["stage"]),
                }
                for line in row.get("lines", ())
            ],
        }
        for row in content["samples"]
    ]


def _changes(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "change": Change(row["key"], row["before"], row["after"]),
            "reason": row["reason"],
            "finding": f"NC-{row['finding']:02d}" if row["finding"] else "",
        }
        for row in content["changes"]
    ]


def _figures(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Initial and final figures, stage by stage, then the total and the delivered energy."""
    initial = (content["initial"] or {}).get("figures") or content["figures"]
    final = content["figures"]
    rows = [
        (_word(Stage, key), (initial.get("stages") or {}).get(key), (final.get("stages") or {}).get(key), "")
        for key in STAGES
    ]
    rows.append((_("Total"), initial.get("per_functional_unit"), final.get("per_functional_unit"), "t"))
    found = []
    for label, before, after, kind in rows:
        first, last = number(before), number(after)
        relative = last / first - 1 if first and last is not None else None
        found.append({"label": label, "before": before, "after": after, "relative": relative, "kind": kind})
    return found


def _stage_bar(content: dict[str, Any]) -> SafeString:
    stages = content["figures"].get("stages") or {}
    shown = [charts.Stage(key, number(stages.get(key)) or 0.0, _word(Stage, key)) for key in STAGES]
    return charts.stage_bar(shown, target="pdf")


def html(content: dict[str, Any], language: str) -> str:
    """The report as one HTML document."""
    with in_language(language):
        titles = {section.key: str(section.title) for section in SECTIONS}
        context = {
            "report": content,
            "opinion": _word(Statement.Opinion, content["statement"]["opinion"]),
            "assurance": _word(Assurance, content["engagement"].get("assurance")),
            "independence": INDEPENDENCE,
            "figures": _figures(content),
            "stage_bar": _stage_bar(content),
            "changes": _changes(content),
            "findings": _findings(content, language),
            "samples": _samples(content),
            "plan_checks": [
                {
                    **row,
                    "title": titles[row["section"]],
                    "result": _word(VerificationCheck.Result, row["result"]),
                }
                for row in content["plan_checks"]
            ],
            "is_inside": content["audience"] == "clean_room",
            "is_demo": bool(content["declarant"].get("is_demo")),
        }
    return render("reports/verification.html", context, language)


def write(content: dict[str, Any], text: bytes, language: str) -> bytes:
    """The PDF, with ``text`` (the same content as canonical JSON) attached."""
    with in_language(language):
        described = _("The verification report as canonical JSON")
    name = f"{content['declaration'].get('number', 'report')}-verification.json"
    return write_pdf(html(content, language), [Attached(name, text, described)])

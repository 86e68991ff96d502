"""What a verification report 核查报告 says, as data: what was verified, how, what was found, and what is stated.

Two copies are written. The one for maker, authority and body says of a supplier's recipe only which product it is of,
how many lines were drawn and what checking them gave; the one of the clean room has the lines. Everything in it comes
from records that no longer change once the statement is signed, so that writing it twice gives the same bytes.
"""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath
from typing import Any

from carbonfoot.audit.canonical import number_text
from declarations import sampling
from declarations.figures import Frozen, number
from declarations.models import Finding, Sample, Statement, VerificationReport
from declarations.plans import SECTIONS
from declarations.selectors.checking import last_checks
from lca.models import PublishedResult

FORMAT = "carbonfoot-verification-report/1"
Pair = dict[str, str]
UPSTREAM: Pair = {"zh": "供应链更上游的一份配方", "en": "A recipe further up the supply chain"}


def build(statement: Statement, audience: str) -> dict[str, Any]:
    """The report for an audience of :class:`VerificationReport.Audience`; texts that are data stand as pairs."""
    frozen, signed = Frozen(statement.snapshot), statement.content
    inside = audience == VerificationReport.Audience.CLEAN_ROOM
    calculation = frozen.calculation
    plan = frozen.content.get("plan") or {}
    return {
        "format": FORMAT,
        "audience": audience,
        "statement": {
            "report_number": statement.report_number,
            "opinion": statement.opinion,
            "remarks": statement.remarks,
            "sha256": statement.sha256,
            "signed": signed.get("signed") or {},
        },
        "body": signed.get("body") or {},
        "engagement": signed.get("engagement") or {},
        "declaration": signed.get("declaration") or {},
        "declarant": frozen.declarant,
        "pack": {
            key: frozen.pack.get(key)
            for key in ("model", "gbt34014", "chemistry", "chemistry_detail", "rated_energy_kwh", "mass_kg")
        },
        "phase": (frozen.content.get("phase") or {}).get("name") or {},
        "versions": {
            "ruleset": calculation.get("ruleset") or {},
            "factor_release": calculation.get("factor_release") or {},
            "engine": calculation.get("engine_version"),
            "inventory": calculation.get("inventory") or {},
            "ledger": calculation.get("ledger_sha256"),
            "plan": {key: plan.get(key) for key in ("title", "version", "sha256")},
        },
        "snapshot": {"number": statement.snapshot.number, "sha256": statement.snapshot.sha256},
        "initial": signed.get("initial"),
        "figures": signed.get("figures") or {},
        "changes": signed.get("changes") or [],
        "findings": [_finding(item, statement, inside) for item in _findings(statement)],
        "samples": [
            _sample(item, statement, inside)
            for item in statement.snapshot.samples.select_related("calculation__organisation")
        ],
        "plan_checks": _plan_checks(statement),
    }


def _findings(statement: Statement) -> list[Finding]:
    rows = statement.declaration.findings.filter(raised_at__lte=statement.signed_at)
    return list(rows.prefetch_related("entries").order_by("number"))


def _finding(finding: Finding, statement: Statement, inside: bool) -> dict[str, Any]:
    signed = {row["number"]: row for row in statement.content.get("findings") or ()}
    maker = statement.declaration.organisation_id
    return {
        "number": finding.number,
        "kind": finding.kind,
        "state": (signed.get(finding.number) or {}).get("state", finding.state),
        "title": finding.title,
        "place": _place(finding.place, statement, inside),
        "entries": [
            {
                "by": "maker" if entry.organisation_id == maker else "body",
                "at": entry.created_at.isoformat(),
                "text": entry.text,
                "evidence": {
                    "name": PurePath(entry.evidence.name or "").name,
                    "sha256": entry.evidence_sha256,
                }
                if entry.evidence
                else None,
            }
            for entry in finding.entries.all()
            if entry.created_at <= statement.signed_at
        ],
    }


def _place(place: str, statement: Statement, inside: bool) -> dict[str, Any]:
    """Where a finding stands: a section by its key, a line of the maker's by its name, a recipe by its product."""
    kind, _colon, key = place.partition(":")
    if kind == "section":
        return {"kind": "section", "key": key}
    if kind == "line":
        lines = Frozen(statement.snapshot).ledger.get("lines") or ()
        name = next((line.get("name") for line in lines if line.get("id") == key), None)
        return {"kind": "line", "name": name or {"zh": key, "en": key}}
    if kind == "recipe" and key.isascii() and key.isdigit():
        return {"kind": "recipe", "name": _product(int(key), statement, inside)}
    return {"kind": "whole"}


def _product(calculation: int, statement: Statement, inside: bool) -> Pair:
    """The product that a recipe is of; outside the clean room only if the maker uses its result itself."""
    result = PublishedResult.objects.filter(calculations=calculation).select_related("organisation").first()
    if result is None:
        return UPSTREAM
    lines = Frozen(statement.snapshot).ledger.get("lines") or ()
    own = {str((line.get("result") or {}).get("id")) for line in lines}
    if not inside and str(result.pk) not in own:
        return UPSTREAM
    of = result.organisation
    return {
        "zh": f"{result.product_zh or result.product_en} · {of.name_zh}",
        "en": f"{result.product_en or result.product_zh} · {of.name_en}",
    }


def _sample(sample: Sample, statement: Statement, inside: bool) -> dict[str, Any]:
    is_own = sample.calculation_id == statement.declaration.calculation_id
    checks = last_checks(sample.snapshot, sample)
    found: dict[str, Any] = {
        "number": sample.number,
        "of": "maker" if is_own else "supplier",
        "product": None if is_own else _product(sample.calculation_id, statement, inside),
        "method": sample.method,
        "seed": sample.seed,
        "sha256": sample.sha256,
        "drawn_at": sample.drawn_at.isoformat(),
        "drawn": len(sample.content["lines"]),
        "results": dict(sorted(Counter(check.result for check in checks.values()).items())),
    }
    if not is_own and not inside:
        return found
    lines = {line["id"]: line for line in sample.calculation.ledger.get("lines") or ()}
    found["population"] = sample.content["population"]
    found["parameters"] = {
        "quality": {key: number_text(value) for key, value in sampling.QUALITY.items()},
        "not_stated": number_text(sampling.NOT_STATED),
        "floor_share": number_text(sampling.FLOOR_SHARE),
    }
    found["lines"] = [
        _line(drawn, lines.get(drawn["id"], {}), checks.get(drawn["id"])) for drawn in sample.content["lines"]
    ]
    return found


def _line(drawn: dict[str, Any], line: dict[str, Any], check: Any) -> dict[str, Any]:
    source = line.get("provenance") or {}
    amount, burden = number(line.get("amount")), number(line.get("kgco2e"))
    return {
        **drawn,
        "name": line.get("name") or {"zh": drawn["id"], "en": drawn["id"]},
        "stage": line.get("stage"),
        "data_kind": line.get("data_kind"),
        "amount": None if amount is None else number_text(amount),
        "unit": line.get("unit"),
        "kgco2e": None if burden is None else number_text(burden),
        "source": {key: source[key] for key in ("kind", "file", "sheet", "cell") if source.get(key)},
        "result": check.result if check else None,
        "note": check.note if check else "",
    }


def _plan_checks(statement: Statement) -> list[dict[str, Any]]:
    signed = statement.content.get("plan_checks") or {}
    return [
        {
            "section": section.key,
            "result": (signed.get(section.key) or {}).get("result"),
            "note": (signed.get(section.key) or {}).get("note", ""),
        }
        for section in SECTIONS
    ]

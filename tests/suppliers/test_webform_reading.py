"""The form and the workbook made of it say the same: the same findings at the same cells, the same rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from suppliers.workbook import Expectation, TemplateRequest, build_template, inspect_upload
from suppliers.workbook.drafting import examine_draft
from tests.support.workbooks import COVER, VERIFIED, recipe


def edited(**tables: Any) -> dict[str, Any]:
    rows: dict[str, Any] = {key: [dict(row) for row in value] for key, value in recipe().items()}
    for key, changes in tables.items():
        for number, change in changes.items():
            rows[key][number] |= change
    return rows


DRAFTS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "good": (edited(), COVER),
    "empty": ({}, {}),
    "verified": ({"verified": [VERIFIED]}, {"level": "verified"}),
    "verified with faults": ({"verified": [VERIFIED | {"cf_total": "9", "verified_on": "yesterday"}]}, {}),
    "texts": (
        edited(
            materials={
                0: {"amount": "很多", "unit": "斤"},
                1: {"amount": "未知", "recycled_share": "0.5", "factor": "nothing.like.it"},
                2: {"amount": "1,234", "group": "rubbish", "company_specific": ""},
            },
            energy={
                0: {"amount": "4829130000", "region": "", "supply": "certificate", "certificates": "1234"}
            },
            emissions={0: {"amount": "-1", "unit": "kWh", "source": "=1+1"}},
        ),
        COVER | {"transport_answer": "data", "plant_region": "Atlantis"},
    ),
    "numbers": (
        edited(
            production={0: {"amount": "12400000.123456789012"}},
            materials={0: {"amount": "7.310459E6"}, 1: {"amount": "１６９０１２３"}, 2: {"amount": "NaN"}},
        ),
        COVER,
    ),
    "reference": (
        edited(
            energy={0: {"reference": "electrolyte.carbonate.premise", "company_specific": "yes"}},
        ),
        COVER,
    ),
}


@pytest.mark.parametrize("name", DRAFTS)
def test_a_draft_is_checked_as_its_workbook_is(name: str, tmp_path: Path) -> None:
    rows, cover = DRAFTS[name]
    asked = TemplateRequest(
        request_number="R-1",
        buyer="示例电池",
        supplier="示例供应商",
        part_number="",
        part_name="电解液 E-31",
        module_type="electrolyte",
        declared_unit="kg",
        period_year=2025,
        rows=rows,
        cover=cover,
    )
    expect = Expectation(
        request_number="R-1",
        period_year=2025,
        buyer="示例电池",
        module_type="electrolyte",
        declared_unit="kg",
        today="2026-06-01",
        factors={"elyte.ec.greet2022": {"unit": "kg CO2e/kg", "family": "other"}},
    )
    path = tmp_path / "answer.xlsx"
    path.write_bytes(build_template(asked))
    from_file = inspect_upload(path, "answer.xlsx", expect)
    from_form = examine_draft(asked, expect)
    assert [item.to_dict() for item in from_form.findings] == [item.to_dict() for item in from_file.findings]
    assert (from_form.tables, from_form.cover, from_form.verified, from_form.level) == (
        from_file.tables,
        from_file.cover,
        from_file.verified,
        from_file.level,
    )

"""Provincial CO2 emission factors are not carbon footprint factors."""

from __future__ import annotations

import re
from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, index

_WORDS = re.compile(r"(?:CO2|CO₂|二氧化碳|省级|区域)[^，。]*排放因子", re.IGNORECASE)

RULE = rule(
    "WB-506",
    "error",
    Text("选错了因子家族", "Wrong family of factors"),
    Text(
        "“{value}”是电力二氧化碳排放因子；产品碳足迹须用电力碳足迹因子，两个家族不可混用。",
        "“{value}” is a CO2 emission factor of electricity; "
        "a product footprint needs a carbon footprint factor. The two must not be mixed.",
    ),
    Text(
        "改选全国电力碳足迹因子，或填写直连、自发自用的发电类型。",
        "Choose the national carbon footprint factor, or state the generation of a direct or own supply.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table, row, cell in index(reading).factors:
        family = expect.factors.get(cell.text, {}).get("family", "")
        words = row.text("carrier") == "electricity" and _WORDS.search(cell.text)
        if family == "electricity_co2" or cell.text.startswith("elec.cn.co2.") or words:
            yield at(RULE, table, cell)

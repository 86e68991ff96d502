"""The phases of the scheme as rows. Their dates and rules are data: an administrator may mend them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from declarations.models import Phase

NOTICE = "工信厅通装函〔2025〕551号 (2025-12-30)"

PHASES: tuple[dict[str, Any], ...] = (
    {
        "code": "trial",
        "name_zh": "试运行阶段",
        "name_en": "Trial phase",
        "starts_on": dt.date(2025, 12, 30),
        "ends_on": dt.date(2026, 12, 31),
        "min_packs": 5,
        "every_chemistry": True,
        "every_pack": False,
        "verification_required": True,
        "source": NOTICE,
        "assumed": [
            {"zh": "“典型产品”由企业自行标明。", "en": "The maker itself marks which packs are typical."},
        ],
    },
    {
        "code": "regular",
        "name_zh": "常态化阶段",
        "name_en": "Regular phase",
        "starts_on": dt.date(2027, 1, 1),
        "ends_on": None,
        "min_packs": 0,
        "every_chemistry": False,
        "every_pack": True,
        "verification_required": True,
        "source": NOTICE,
        "assumed": [],
    },
)


def ensure_phases() -> list[Phase]:
    """Create the phases that are missing and leave the others as they are. Returns all of them, in order."""
    for fields in PHASES:
        Phase.objects.get_or_create(code=fields["code"], defaults=fields)
    return list(Phase.objects.all())

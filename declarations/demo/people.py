"""Invented organisations, and one account for each role. Names of people are names of roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from carbonfoot.accounts.actor import Actor, for_membership, site_actor
from carbonfoot.accounts.models import Membership, Organisation, User
from carbonfoot.accounts.services import create_organisation, grant_membership
from carbonfoot.ui.codes import uscc_check_character

MARK = "demo-maker"  # the organisation whose presence says that the demonstration is loaded


@dataclass(frozen=True)
class Account:
    """Someone who signs in: the organisation's code, the role, the address and a name that says what it is."""

    organisation: str
    role: str
    email: str
    name: str


# code, kind, names, province (GB/T 2260), first 17 characters of an invented credit code
ORGANISATIONS: tuple[tuple[str, str, str, str, str, str], ...] = (
    (
        "demo-operator",
        "operator",
        "平台运营方（示例）",
        "Site operator (demo)",
        "110000",
        "91110000MA0DEMP0X",
    ),
    (MARK, "maker", "示例电池有限公司", "Example Battery Co. (demo)", "320000", "91320000MA1DEMP1X"),
    (
        "demo-rival",
        "maker",
        "另一示例电池有限公司",
        "Other Example Battery Co. (demo)",
        "350000",
        "91350000MA2DEMP2X",
    ),
    (
        "demo-cathode",
        "supplier",
        "示例正极材料有限公司",
        "Example Cathode Co. (demo)",
        "510000",
        "91510000MA3DEMP3X",
    ),
    (
        "demo-anode",
        "supplier",
        "示例负极材料有限公司",
        "Example Anode Co. (demo)",
        "150000",
        "91150000MA4DEMP4X",
    ),
    (
        "demo-electrolyte",
        "supplier",
        "示例电解液有限公司",
        "Example Electrolyte Co. (demo)",
        "350000",
        "91350000MA5DEMP5X",
    ),
    (
        "demo-housing",
        "supplier",
        "示例箱体有限公司",
        "Example Housing Co. (demo)",
        "330000",
        "91330000MA6DEMP6X",
    ),
    (
        "demo-verifier",
        "verifier",
        "示例核查有限公司",
        "Example Verification Co. (demo)",
        "110000",
        "91110000MA7DEMP7X",
    ),
    ("demo-authority", "authority", "主管部门（示例）", "Authority (demo)", "110000", "11110000MB8DEMP8X"),
)

ACCOUNTS: tuple[Account, ...] = (
    Account(MARK, "editor", "editor@maker.example", "申报专员（演示）"),
    Account(MARK, "approver", "approver@maker.example", "审批人（演示）"),
    Account(MARK, "viewer", "viewer@maker.example", "查看者（演示）"),
    Account("demo-rival", "editor", "editor@rival.example", "申报专员（演示，另一企业）"),
    Account("demo-cathode", "supplier", "staff@cathode.example", "供应商人员（演示，正极）"),
    Account("demo-anode", "supplier", "staff@anode.example", "供应商人员（演示，负极）"),
    Account("demo-electrolyte", "supplier", "staff@electrolyte.example", "供应商人员（演示，电解液）"),
    Account("demo-housing", "supplier", "staff@housing.example", "供应商人员（演示，箱体）"),
    Account("demo-verifier", "verifier", "verifier@verifier.example", "核查员（演示）"),
    Account("demo-authority", "regulator", "regulator@authority.example", "监管人员（演示）"),
    Account("demo-authority", "regulator", "colleague@authority.example", "监管人员（演示，同事）"),
    Account("demo-operator", "administrator", "admin@operator.example", "管理员（演示）"),
)


def create(password: str) -> None:
    """All organisations and accounts, with one password."""
    site = site_actor()
    found: dict[str, Organisation] = {}
    for code, kind, zh, en, province, first in ORGANISATIONS:
        found[code] = create_organisation(
            actor=site,
            code=code,
            kind=kind,
            name_zh=zh,
            name_en=en,
            province=province,
            uscc=first + uscc_check_character(first),
            is_demo=True,
        )
    for account in ACCOUNTS:
        user = User.objects.create_user(account.email, password, name=account.name)
        grant_membership(actor=site, user=user, organisation=found[account.organisation], role=account.role)


def actor(email: str) -> Actor:
    """The actor of an account."""
    return for_membership(
        Membership.objects.select_related("user", "organisation").get(user__email=email), via="command"
    )


def table(password: str) -> list[dict[str, Any]]:
    """What a person needs to sign in, for the printed table."""
    names = {row[0]: (row[2], row[3]) for row in ORGANISATIONS}
    return [
        {
            "role": account.role,
            "organisation": names[account.organisation][0],
            "organisation_en": names[account.organisation][1],
            "email": account.email,
            "password": password,
        }
        for account in ACCOUNTS
    ]

"""A review of the demonstration: a question that was answered, and an acceptance with one condition."""

from __future__ import annotations

import datetime as dt

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from declarations.decisions import Condition
from declarations.models import Declaration, Section
from declarations.services import matters, review

CONDITION_DAYS = 60


def accept(regulator: Actor, editor: Actor, declaration: Declaration) -> None:
    """Taken up, asked, answered, settled, accepted with a condition that the maker has yet to meet."""
    declaration = review.take_up(actor=regulator, declaration=declaration)
    question = matters.ask(
        actor=regulator,
        declaration=declaration,
        section=Section.ENERGY,
        text="循环寿命检测报告对应的样品批次与申报产品是否一致？请说明。（演示）",
    )
    matters.answer(
        actor=editor,
        matter=question,
        text="样品取自申报产品同一型号的试制批次，电芯与模组设计未变更。（演示）",
    )
    matters.settle(actor=regulator, matter=question, text="说明清楚，无须补充。（演示）")
    condition = Condition(
        Section.ELECTRICITY,
        "请补充装配车间分项电表的检定证书，并说明抄表周期。（演示）",
        clock.today() + dt.timedelta(days=CONDITION_DAYS),
    )
    review.accept(
        actor=regulator,
        declaration=declaration,
        reason="数据与核查声明一致，合理性标记已说明。（演示）",
        conditions=[condition],
    )

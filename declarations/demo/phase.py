"""An extension that was granted, a waiver that waits, and a summary that was handed in."""

from __future__ import annotations

import datetime as dt

from carbonfoot.accounts.actor import Actor
from carbonfoot.jobs.services import run_job
from declarations.models import Pack, Phase, PhaseSummary
from declarations.services import reliefs, summaries

LATER = dt.timedelta(days=59)


def ask(approver: Actor, regulator: Actor, phase: Phase, late: Pack, waived: Pack) -> None:
    """A later last day for one pack, granted with a condition; a waiver for another, still to be decided."""
    if phase.ends_on is not None:
        relief = reliefs.ask(
            actor=approver,
            phase=phase,
            pack=late,
            kind="extension",
            wanted_until=phase.ends_on + LATER,
            reason="循环寿命检测排期延后，检测机构预计在阶段截止日之后一个月内出具报告。（示例）",
        )
        reliefs.grant(
            actor=regulator,
            relief=relief,
            until=phase.ends_on + LATER,
            conditions="每月底报告检测进展。（示例）",
            reason="检测排期属客观原因，已提交检测委托合同。（示例）",
        )
    reliefs.ask(
        actor=approver,
        phase=phase,
        pack=waived,
        kind="waiver",
        reason="该型号本年度停产，只供应售后备件。（示例）",
    )


def summary(editor: Actor, approver: Actor, phase: Phase) -> None:
    """The summary of the phase as it stands, made by one person and handed in by another."""
    job = summaries.request_summary(actor=editor, phase=phase)
    run_job(job.pk)
    summaries.hand_in(actor=approver, summary=PhaseSummary.objects.get(job=job))

"""The tasks of a declaration in their order, each with its state and what is missing: derived from the checks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carbonfoot.accounts.actor import Actor
from carbonfoot.problems import Problem
from carbonfoot.ui.dates import format_day_short, format_moment
from carbonfoot.ui.numbers import format_number
from carbonfoot.ui.status import Status
from declarations import checks
from declarations.models import Declaration, Finding, Receipt, Statement


@dataclass
class Task:
    """One line of the task list."""

    nr: str
    label: str
    url: str
    text: Any
    status: Status
    note: str = ""
    locked: bool = False
    next: bool = False

    @property
    def is_done(self) -> bool:
        """Nothing more to do here."""
        return self.status.kind == "ok"


@dataclass
class Section:
    """Tasks under a heading."""

    nr: int
    title: str
    tasks: list[Task] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many tasks are done."""
        return sum(1 for task in self.tasks if task.is_done)

    @property
    def badge(self) -> str:
        """Done of all."""
        return f"{self.done}/{len(self.tasks)}"

    @property
    def state(self) -> str:
        """done, now or todo, for the steps above the list."""
        if self.done == len(self.tasks):
            return "done"
        return "now" if self.done or any(not task.locked for task in self.tasks) else "todo"


def _sentence(items: list[Problem]) -> str:
    return " ".join(f"{item.message} {item.mend}".strip() for item in items)


class _Builder:
    def __init__(self, declaration: Declaration, actor: Actor) -> None:
        self.declaration = declaration
        self.actor = actor
        self.found: dict[str, list[Problem]] = defaultdict(list)
        for item in checks.run(declaration, checks.FREEZE, actor=actor):
            self.found[item.where].append(item)

    def task(self, nr: str, label: str, url: str, text: str, *places: str) -> Task:
        """A task whose state follows from what the checks found at its places; the first problem is the text."""
        items = [item for place in places for item in self.found.get(place, [])]
        refusing = [item for item in items if item.severity == "error"]
        if refusing:
            return Task(nr, label, url, _sentence(refusing), Status("bad", _("To be mended")))
        if items:
            remarks = ngettext("%(count)d remark", "%(count)d remarks", len(items)) % {"count": len(items)}
            return Task(nr, label, url, text, Status("ok", _("Done, with remarks")), remarks)
        return Task(nr, label, url, text, Status("ok", _("Done")))


def sections_of(declaration: Declaration, actor: Actor) -> list[Section]:
    """The task list of a declaration as it stands."""
    builder = _Builder(declaration, actor)
    found = [_prepare(builder), _data(builder), _calculate(builder), _conclude(builder)]
    if declaration.state == "draft":
        first = next(
            (task for section in found for task in section.tasks if not task.is_done and not task.locked),
            None,
        )
        if first is not None:
            first.next = True
    return found


def _prepare(build: _Builder) -> Section:
    row = build.declaration
    organisation, pack, plan = row.organisation, row.pack, row.plan
    who = " · ".join(part for part in (organisation.name, organisation.uscc) if part)
    energy = format_number(pack.rated_energy_kwh, 1)
    mass = format_number(pack.mass_kg, 1)
    what = f"{pack.model} · {pack.get_chemistry_display()} · {energy} kWh · {mass} kg · {pack.gbt34014}"
    return Section(
        1,
        _("Prepare"),
        [
            build.task(
                "1.1", _("Declarant"), reverse("declarations:check", args=[row.pk]), who, "declarant", "phase"
            ),
            build.task(
                "1.2", _("Product"), reverse("declarations:pack", args=[pack.pk]), what, "pack", "family"
            ),
            build.task(
                "1.3",
                _("Data quality control plan"),
                reverse("declarations:choose_plan", args=[row.pk]),
                str(plan) if plan else "",
                "plan",
            ),
        ],
    )


def _data(build: _Builder) -> Section:
    row = build.declaration
    pack = row.pack
    url = reverse("declarations:pack", args=[pack.pk])
    life = _("%(cycles)s cycles · report %(report)s · %(standard)s") % {
        "cycles": pack.cycles,
        "report": pack.test_report,
        "standard": pack.test_standard,
    }
    lines = checks.Subject(row).exchanges
    results = sum(1 for line in lines if line.result_id)
    opened = [
        line
        for line in lines
        if line.state == "unknown" or (line.state == "known" and not line.is_linked and not line.electricity)
    ]
    inventory = build.task(
        "2.2",
        _("Own processes"),
        url,
        ngettext("%(count)d line", "%(count)d lines", len(lines)) % {"count": len(lines)},
    )
    if opened:
        text = ngettext(
            "%(count)d line is unknown or linked to nothing",
            "%(count)d lines are unknown or linked to nothing",
            len(opened),
        ) % {"count": len(opened)}
        inventory.text, inventory.status = text, Status("bad", _("To be mended"))
    used = ngettext("%(count)d published result is used", "%(count)d published results are used", results) % {
        "count": results
    }
    return Section(
        2,
        _("Data"),
        [
            build.task(
                "2.1",
                _("Energy delivered over service life"),
                reverse("declarations:pack_edit", args=[pack.pk]),
                life,
                "life",
            ),
            inventory,
            build.task("2.3", _("Supplier results"), url + "#process-pack", used, "results"),
        ],
    )


def _calculate(build: _Builder) -> Section:
    row = build.declaration
    calculation = row.calculation
    text = ""
    if calculation is not None and calculation.per_functional_unit is not None:
        figure = format_number(calculation.per_functional_unit, 4)
        text = _("%(figure)s kg CO2e/kWh delivered · %(ruleset)s · factor release %(release)s") % {
            "figure": figure,
            "ruleset": f"{calculation.ruleset_id} {calculation.ruleset_version}",
            "release": calculation.release.code,
        }
    task = build.task(
        "3.1",
        _("Calculation"),
        reverse("declarations:choose_calculation", args=[row.pk]),
        text,
        "calculation",
    )
    if calculation is not None and calculation.done_at and not task.note:
        task.note = format_day_short(calculation.done_at)
    frozen = row.state not in ("draft", "withdrawn") and row.snapshot is not None
    freeze = Task(
        "3.2",
        _("Check answers and freeze"),
        reverse("declarations:check", args=[row.pk]),
        _("Freezing writes down all content with its digest; it can be opened again until it is submitted."),
        Status("idle", _("Not begun")),
    )
    if frozen and row.snapshot is not None:
        freeze.text = f"SHA-256 {row.snapshot.sha256[:16]}…"
        freeze.status, freeze.note = Status("ok", _("Done")), format_day_short(row.snapshot.created_at)
    return Section(3, _("Calculate"), [task, freeze])


def _conclude(build: _Builder) -> Section:
    row = build.declaration
    return Section(4, _("Verify and submit"), [_send(row), _findings(row), _submit(row), _review(row)])


def _send(row: Declaration) -> Task:
    engagement = getattr(row, "engagement", None)
    url = reverse("declarations:send", args=[row.pk])
    if row.state in ("draft", "withdrawn") or (row.state == "frozen" and engagement is None):
        locked = row.state != "frozen"
        text = _("The approver chooses the verification body.")
        return Task("4.1", _("Send to verification"), url, text, _idle(locked), locked=locked)
    if row.state == "frozen":
        text = str(engagement.organisation if engagement else "")
        if engagement is not None and engagement.state == "refused":
            reason = engagement.answer.text if engagement.answer else ""
            text = _("%(body)s has refused: %(reason)s") % {"body": text, "reason": reason}
        return Task("4.1", _("Send to verification"), url, text, _idle(False))
    if engagement is not None and engagement.state == "asked" and row.state == "in_verification":
        text = _("%(body)s is asked and has not answered yet.") % {"body": engagement.organisation}
        status = Status("info", _("Under way"))
        return Task("4.1", _("Send to verification"), url, text, status, format_day_short(row.changed_at))
    return Task(
        "4.1",
        _("Send to verification"),
        url,
        str(engagement.organisation) if engagement else "",
        Status("ok", _("Done")),
        format_day_short(engagement.created_at) if engagement else "",
    )


def _idle(locked: bool) -> Status:
    return Status("locked", _("Cannot begin yet")) if locked else Status("idle", _("Not begun"))


def _findings(row: Declaration) -> Task:
    label = _("Findings and statement")
    url = reverse("declarations:verification", args=[row.pk])
    statement = Statement.objects.filter(snapshot_id=row.snapshot_id).first() if row.snapshot_id else None
    if statement is not None:
        return Task(
            "4.2",
            label,
            url,
            _("Statement %(number)s") % {"number": statement},
            Status("ok", _("Done")),
            format_day_short(statement.signed_at),
        )
    states = Finding.objects.filter(declaration=row).exclude(state="closed").values_list("state", flat=True)
    waiting = len(states)
    engagement = getattr(row, "engagement", None)
    begun = engagement is not None and engagement.state == "accepted"
    if row.state != "in_verification" or not begun:
        return Task(
            "4.2", label, url, _("Answered here once the verification has begun."), _idle(True), locked=True
        )
    if waiting:
        text = ngettext("%(count)d finding is not closed", "%(count)d findings are not closed", waiting) % {
            "count": waiting
        }
        status = Status("bad", _("To be answered")) if "open" in states else Status("info", _("Answered"))
        return Task("4.2", label, url, text, status)
    return Task("4.2", label, url, _("The verifier is at work."), Status("info", _("Under way")))


def _submit(row: Declaration) -> Task:
    label, url = _("Check and submit"), reverse("declarations:submit", args=[row.pk])
    receipt = Receipt.objects.filter(declaration=row).first()
    if receipt is not None:
        return Task(
            "4.3",
            label,
            reverse("declarations:receipt", args=[row.pk]),
            _("Receipt %(number)s") % {"number": receipt},
            Status("ok", _("Done")),
            format_moment(receipt.submitted_at),
        )
    locked = row.state != "verified"
    return Task(
        "4.3",
        label,
        url,
        _("All checks run once more; you get a receipt with number, time and digest."),
        _idle(locked),
        locked=locked,
    )


def _review(row: Declaration) -> Task:
    label = _("Review by the authority")
    url = reverse("declarations:detail", args=[row.pk]) + "#review"
    states = {
        "submitted": (Status("warn", _("Waiting")), _("Not taken up yet.")),
        "in_review": (Status("info", _("Under way")), _("Taken up.")),
        "returned": (Status("bad", _("Returned")), _("Correct it with a new version.")),
        "accepted": (Status("ok", _("Accepted")), _("In the public register.")),
        "superseded": (Status("ok", _("Superseded")), _("A newer version stands in its place.")),
    }
    if row.state in states:
        status, text = states[row.state]
        return Task("4.4", label, url, text, status)
    return Task("4.4", label, url, _("Begins after the submission."), _idle(True), locked=True)

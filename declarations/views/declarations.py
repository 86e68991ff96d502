"""Pages of declarations on the maker's side: list, task list, and what a declaration rests on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from carbonfoot.accounts.access import check, require
from carbonfoot.accounts.models import User
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.verbs import verb_text
from carbonfoot.http import Request
from carbonfoot.languages import language
from carbonfoot.problems import Problems
from carbonfoot.ui import charts
from carbonfoot.ui.context import url_or_empty
from carbonfoot.ui.dates import format_day, format_moment
from carbonfoot.ui.status import Status
from declarations.figures import STAGES, figures_of
from declarations.forms.declarations import (
    AssignForm,
    ChooseCalculationForm,
    ChoosePlanForm,
    DeclarationFilter,
    NewDeclarationForm,
)
from declarations.models import Declaration, ReportFile, ReviewMatter
from declarations.selectors import declarations as select
from declarations.selectors.matters import matters_of
from declarations.selectors.packs import packs_for
from declarations.selectors.phases import current_phase
from declarations.selectors.task_list import sections_of
from declarations.selectors.triggers import triggers_for
from declarations.services import declarations as services
from declarations.statuses import declaration_status
from declarations.views.common import own_declaration

SORTS = {
    "number": "number",
    "pack": "pack__model",
    "state": "state",
    "changed": "changed_at",
    "phase": "phase__starts_on",
}
KINDS = {
    "bad": ("returned", "withdrawn"),
    "ok": ("accepted", "submitted", "verified"),
    "now": ("created", "revised", "reopened"),
}


@require_GET
def declaration_list(request: Request) -> HttpResponse:
    """All declarations of the maker."""
    form = DeclarationFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    every = select.declarations_for(request.actor)
    key = request.GET.get("sort", "-changed")
    name = SORTS.get(key.lstrip("-"), "changed_at")
    rows = select.filtered(every, **chosen).order_by(f"-{name}" if key.startswith("-") else name, "-version")
    page = Paginator(select.listed(rows), 25).get_page(request.GET.get("page"))
    items = [{"row": row, "status": Status(*declaration_status(row.state))} for row in page]
    context = {
        "page": page,
        "items": items,
        "form": form,
        "any": bool(items) or every.exists(),
        "may_create": check(request.actor, "declaration.create"),
    }
    return render(request, "declarations/declarations/list.html", context)


@require_http_methods(["GET", "POST"])
def declaration_new(request: Request) -> HttpResponse:
    """Begin a declaration."""
    require(request.actor, "declaration.create")
    phase = current_phase()
    initial = {"pack": request.GET.get("pack"), "phase": phase.pk if phase else None}
    packs = packs_for(request.actor).filter(state="registered")
    form = NewDeclarationForm(
        request.POST if request.method == "POST" else None, packs=packs, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = services.create_declaration(actor=request.actor, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("Declaration %(number)s has been begun.") % {"number": row.number})
            return redirect("declarations:detail", row.pk)
    context = {
        "form": form,
        "title": _("Begin a declaration"),
        "button": _("Begin"),
        "back": reverse("declarations:list"),
        "note": "" if packs.exists() else _("There is no registered pack yet."),
    }
    return render(request, "declarations/form.html", context, status=422 if form.errors else 200)


def _event(event: AuditEvent) -> dict[str, Any]:
    kind = next((kind for kind, words in KINDS.items() if event.verb.rpartition(".")[2] in words), "")
    reason = event.data.get("reason", "")
    return {
        "text": verb_text(event.verb) + (f": {reason}" if reason else ""),
        "when": format_moment(event.at),
        "note": f"{event.actor_label} · {event.organisation.name}"
        if event.organisation
        else event.actor_label,
        "kind": kind,
    }


def _next(declaration: Declaration, sections: list[Any]) -> dict[str, str]:
    """What is next, in words."""
    waiting = {
        "frozen": _("The approver looks at the frozen content and sends it to a verification body."),
        "in_verification": _("The verification body is at work; answer its findings."),
        "verified": _("The approver submits it."),
        "submitted": _("The authority has not taken it up yet."),
        "in_review": _("The authority is reviewing it."),
        "returned": _("Read the reasons and begin a correction."),
        "accepted": _("Nothing: it is accepted and in the public register."),
        "superseded": _("Nothing: a newer version stands in its place."),
        "withdrawn": _("Nothing: it was withdrawn."),
    }
    task = next((item for section in sections for item in section.tasks if item.next), None)
    if task is not None:
        return {
            "text": f"{task.nr} {task.label}",
            "note": str(task.text),
            "url": task.url,
            "label": _("Go on with %(nr)s") % {"nr": task.nr},
        }
    texts = {
        "frozen": (reverse("declarations:send", args=[declaration.pk]), _("Check and send")),
        "in_verification": (
            reverse("declarations:verification", args=[declaration.pk]),
            _("See the findings"),
        ),
        "verified": (reverse("declarations:submit", args=[declaration.pk]), _("Check and submit")),
        "returned": (reverse("declarations:revise", args=[declaration.pk]), _("Correct")),
    }
    engagement = getattr(declaration, "engagement", None)
    if engagement is not None and engagement.state == "asked" and declaration.state == "in_verification":
        text = _("%(body)s is asked and has not answered yet.") % {"body": engagement.organisation}
        return {"text": text, "note": "", "url": "", "label": ""}
    url, label = texts.get(declaration.state, ("", ""))
    return {"text": waiting.get(declaration.state, ""), "note": "", "url": url, "label": label}


def _to_answer(matters: list[ReviewMatter]) -> dict[str, str] | None:
    """What the authority waits for, before anything else."""
    first = next((row for row in matters if row.state == "open"), None)
    if first is None:
        return None
    is_question = first.kind == "question"
    what = (
        _("Answer the authority's question %(number)s")
        if is_question
        else _("Meet condition %(number)s of the authority and report it")
    )
    return {
        "text": what % {"number": first},
        "note": format_day(first.due_on) if first.due_on else "",
        "url": reverse("declarations:matter", args=[first.pk]),
        "label": _("Answer") if is_question else _("Report"),
    }


def figures_context(declaration: Declaration) -> dict[str, Any]:
    """The headline, the stages and the address of the result behind a declaration."""
    calculation = declaration.calculation
    if calculation is None or calculation.state != "done":
        return {"figures": None, "bar": "", "result_url": ""}
    figures = figures_of(calculation.ledger)
    stages = [charts.Stage(key, figures.stages[key]) for key in STAGES if key in figures.stages]
    return {
        "figures": figures,
        "bar": charts.stage_bar(stages, small=True) if stages else "",
        "result_url": url_or_empty("lca:result", calculation.pk),
    }


def _steps(sections: list[Any]) -> list[tuple[str, str, str]]:
    found = []
    now = False
    for section in sections:
        state = "done" if section.state == "done" else ("todo" if now else "now")
        now = now or state == "now"
        found.append((f"{section.nr} {section.title}", _("%(badge)s done") % {"badge": section.badge}, state))
    return found


@require_GET
def declaration_detail(request: Request, pk: int) -> HttpResponse:
    """The task list of a declaration, who is in charge, who sees what, and what happened."""
    declaration = own_declaration(request, pk)
    actor = request.actor
    sections = sections_of(declaration, actor)
    tasks = [task for section in sections for task in section.tasks]
    history = select.history_of(actor, declaration)
    matters = matters_of(actor, declaration)
    triggers = triggers_for(actor, declaration) if declaration.state == "accepted" else []
    decisions = list(
        declaration.decisions.select_related("organisation").exclude(kind="taken_up").order_by("-decided_at")
    )
    context = {
        "declaration": declaration,
        "status": Status(*declaration_status(declaration.state)),
        "sections": sections,
        "steps": _steps(sections),
        "done": sum(1 for task in tasks if task.is_done),
        "of": len(tasks),
        "next": _to_answer(matters) or _next(declaration, sections),
        "engagement": getattr(declaration, "engagement", None),
        "decisions": decisions,
        "matters": matters,
        "versions": select.versions_of(actor, declaration),
        "history": [_event(event) for event in history[:8]],
        "history_count": history.count(),
        "reports": _reports(declaration),
        "triggers": [item for item in triggers if item.dismissal is None],
        "dismissed": [item for item in triggers if item.dismissal is not None],
        "may_dismiss": check(actor, "declaration.dismiss_trigger", declaration),
        "may": {
            name: check(actor, f"declaration.{name}", declaration)
            for name in ("edit", "freeze", "reopen", "submit", "withdraw", "revise", "report")
        },
        "receipt": select.receipts_for(actor).filter(declaration=declaration).first(),
        **figures_context(declaration),
    }
    return render(request, "declarations/declarations/detail.html", context)


def _reports(declaration: Declaration) -> list[dict[str, Any]]:
    """Reports of the present snapshot: those that are there to be downloaded, and buttons for the others."""
    if declaration.snapshot is None:
        return []
    rows = ReportFile.objects.filter(snapshot=declaration.snapshot).order_by("requested_at")
    there = {(row.kind, row.language): row for row in rows}
    languages = {"zh": _("Chinese"), "en": _("English")}
    here = language()
    return [
        {"kind": kind, "label": label, "language": code, "in": name, "file": there.get((kind, code))}
        for kind, label in ReportFile.Kind.choices
        for code, name in languages.items()
        if kind != ReportFile.Kind.JSON or code == here  # data: the same in every language
    ]


@require_http_methods(["GET", "POST"])
def choose_plan(request: Request, pk: int) -> HttpResponse:
    """Choose the plan that the declaration rests on."""
    declaration = own_declaration(request, pk)
    plans = select.plans_to_choose(request.actor)
    may = check(request.actor, "declaration.edit", declaration)
    form = ChoosePlanForm(
        request.POST if request.method == "POST" else None, plans=plans, initial={"plan": declaration.plan_id}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.set_plan(actor=request.actor, declaration=declaration, plan=form.cleaned_data["plan"])
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The plan has been chosen."))
            return redirect("declarations:detail", pk)
    context = {"declaration": declaration, "form": form, "plans": plans, "may": may}
    return render(
        request, "declarations/declarations/choose_plan.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def choose_calculation(request: Request, pk: int) -> HttpResponse:
    """Choose the calculation that is declared."""
    declaration = own_declaration(request, pk)
    rows = select.calculations_to_choose(declaration)
    may = check(request.actor, "declaration.edit", declaration)
    form = ChooseCalculationForm(
        request.POST if request.method == "POST" else None,
        calculations=rows,
        initial={"calculation": declaration.calculation_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.set_calculation(
                actor=request.actor, declaration=declaration, calculation=form.cleaned_data["calculation"]
            )
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The calculation has been chosen."))
            return redirect("declarations:detail", pk)
    items = [{"row": row, "url": url_or_empty("lca:result", row.pk)} for row in rows[:50]]
    context = {"declaration": declaration, "form": form, "items": items, "may": may}
    return render(
        request,
        "declarations/declarations/choose_calculation.html",
        context,
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def assign(request: Request, pk: int) -> HttpResponse:
    """Say who is in charge."""
    declaration = own_declaration(request, pk)
    people = User.objects.filter(
        memberships__organisation_id=declaration.organisation_id, memberships__is_active=True, is_active=True
    ).distinct()
    form = AssignForm(
        request.POST if request.method == "POST" else None,
        people=people,
        initial={"assigned_to": declaration.assigned_to_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.assign(
                actor=request.actor, declaration=declaration, user=form.cleaned_data["assigned_to"]
            )
        except Problems as problems:
            form.add_problems(problems)
        else:
            return redirect("declarations:detail", pk)
    context = {
        "form": form,
        "title": _("Who is in charge of %(number)s?") % {"number": declaration},
        "button": _("Save"),
        "back": reverse("declarations:detail", args=[pk]),
    }
    return render(request, "declarations/form.html", context, status=422 if form.errors else 200)


@require_GET
def history(request: Request, pk: int) -> HttpResponse:
    """Everything that happened to a declaration."""
    declaration = own_declaration(request, pk)
    page = Paginator(select.history_of(request.actor, declaration), 50).get_page(request.GET.get("page"))
    context = {
        "declaration": declaration,
        "page": page,
        "events": [{**_event(event), "seq": event.seq, "hash": event.hash} for event in page],
    }
    return render(request, "declarations/declarations/history.html", context)

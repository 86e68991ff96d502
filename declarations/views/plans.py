"""Pages of data quality control plans."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from carbonfoot import clock
from carbonfoot.accounts.access import check
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from carbonfoot.ui.dates import format_moment
from declarations.forms.declarations import PlanForm
from declarations.plans import SECTIONS, missing_sections
from declarations.selectors.plans import plans_for
from declarations.services import plans as services
from declarations.statuses import plan_status
from declarations.views.common import own_plan, press, say


@require_GET
def plan_list(request: Request) -> HttpResponse:
    """All versions of the plan."""
    rows = list(plans_for(request.actor))
    draft = next((row for row in rows if row.state == "draft"), None)
    context = {
        "items": [{"plan": row, "status": plan_status(row)} for row in rows],
        "draft": draft,
        "newest": next((row for row in rows if row.state == "adopted"), None),
        "may_create": check(request.actor, "plan.create") if draft is None else None,
    }
    return render(request, "declarations/plans/list.html", context)


@require_POST
def plan_new(request: Request) -> HttpResponse:
    """Begin the next version, from the adopted one if there is one."""
    based_on = plans_for(request.actor).filter(state="adopted").first()
    title = based_on.title if based_on else _("Data quality control plan")
    try:
        plan = services.create_plan(actor=request.actor, title=title, based_on=based_on)
    except Problems as problems:
        say(request, problems)
        return redirect("declarations:plan_list")
    return redirect("declarations:plan", plan.pk)


@require_http_methods(["GET", "POST"])
def plan_detail(request: Request, pk: int) -> HttpResponse:
    """Read a plan; a draft is written here by those who may."""
    plan = own_plan(request, pk)
    may_edit = check(request.actor, "plan.edit", plan)
    form = PlanForm(request.POST if request.method == "POST" else None, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_plan(
                actor=request.actor, plan=plan, title=form.cleaned_data["title"], sections=form.sections()
            )
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The plan is saved."))
            return redirect("declarations:plan", pk)
    missing = {section.key for section in missing_sections(plan.sections)}
    context = {
        "plan": plan,
        "status": plan_status(plan),
        "form": form if may_edit else None,
        "sections": [(section, plan.sections.get(section.key, "")) for section in SECTIONS],
        "missing": [section for section in SECTIONS if section.key in missing],
        "written": len(SECTIONS) - len(missing),
        "of": len(SECTIONS),
        "may_adopt": check(request.actor, "plan.adopt", plan) if plan.state == "draft" else None,
        "save_url": reverse("declarations:plan_save", args=[pk]),
    }
    return render(request, "declarations/plans/detail.html", context, status=422 if form.errors else 200)


@require_POST
def plan_save(request: Request, pk: int) -> HttpResponse:
    """Keep what has been typed so far; answers with a line of text."""
    plan = own_plan(request, pk)
    form = PlanForm(request.POST, plan=plan)
    if not form.is_valid():
        return HttpResponse(_("Not saved: the title is missing or a text is too long."), status=422)
    try:
        services.save_plan(
            actor=request.actor, plan=plan, title=form.cleaned_data["title"], sections=form.sections()
        )
    except Problems as problems:
        return HttpResponse(" ".join(str(item.message) for item in problems.items), status=422)
    return HttpResponse(_("Saved %(time)s") % {"time": format_moment(clock.now())})


@require_POST
def plan_adopt(request: Request, pk: int) -> HttpResponse:
    """Adopt a draft."""
    plan = own_plan(request, pk)
    return press(
        request,
        plan,
        "adopt",
        lambda: services.adopt_plan(actor=request.actor, plan=plan),
        _("The plan is adopted; this version does not change any more."),
        "declarations:plan",
        pk,
    )

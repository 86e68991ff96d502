"""The steps of a declaration that have consequences, each on a page: freeze, send, submit, correct, withdraw."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from carbonfoot.accounts.access import AccessDenied, Decision, check, require
from carbonfoot.audit.signing import signature_of
from carbonfoot.http import Request
from carbonfoot.problems import Problem, Problems
from carbonfoot.ui.dates import format_day
from carbonfoot.ui.numbers import format_number, format_percent
from carbonfoot.ui.status import Status
from declarations import checks
from declarations.forms.declarations import ReasonForm, SendForm, SubmitForm
from declarations.frozen_family import FrozenFamily
from declarations.models import Declaration
from declarations.register_shown import public_parts
from declarations.selectors.declarations import receipts_for
from declarations.selectors.families import family_content
from declarations.selectors.own_flags import maker_flags
from declarations.selectors.packs import tidy
from declarations.services import declarations as services
from declarations.statuses import declaration_status
from declarations.views.common import own_declaration, press
from declarations.views.declarations import figures_context


def answers(declaration: Declaration) -> list[dict[str, Any]]:
    """What is going to be frozen, section by section, each with the address where it is changed."""
    pack, organisation, plan, calculation = (
        declaration.pack,
        declaration.organisation,
        declaration.plan,
        declaration.calculation,
    )
    edit = reverse("declarations:pack_edit", args=[pack.pk])
    found: list[dict[str, Any]] = [
        {
            "title": _("Declarant"),
            "url": "",
            "rows": [
                (_("Organisation"), organisation.name),
                (_("Unified social credit code"), organisation.uscc),
                (_("Phase"), declaration.phase.name),
            ],
        },
        {
            "title": _("Product"),
            "url": edit,
            "rows": [
                (pgettext("pack", "Model"), pack.model),
                (_("GB/T 34014 code"), pack.gbt34014),
                (_("Chemistry"), f"{pack.get_chemistry_display()} {pack.chemistry_detail}".strip()),
                (_("Cell format"), pack.get_cell_format_display()),
                (_("Rated energy"), f"{format_number(tidy(pack.rated_energy_kwh))} kWh"),
                (_("Mass"), f"{format_number(tidy(pack.mass_kg))} kg"),
                (_("Plants"), _("; ").join(str(plant) for plant in pack.plants.all())),
            ],
        },
        {
            "title": _("Energy delivered over service life"),
            "url": edit,
            "rows": [
                (_("Tested cycles"), format_number(pack.cycles) if pack.cycles else None),
                (_("Depth of discharge"), _share(pack.depth_of_discharge)),
                (_("Capacity retention"), _share(pack.capacity_retention)),
                (_("Test report number"), pack.test_report),
                (_("Test standard"), pack.test_standard),
            ],
        },
        {
            "title": _("Data quality control plan"),
            "url": reverse("declarations:choose_plan", args=[declaration.pk]),
            "rows": [
                (_("Plan"), str(plan) if plan else ""),
                (
                    pgettext("date", "Adopted"),
                    format_day(plan.adopted_at) if plan and plan.adopted_at else "",
                ),
            ],
        },
    ]
    rows: list[tuple[Any, Any]] = [(_("Calculation"), "")]
    if calculation is not None:
        rows = [
            (_("Rule set"), f"{calculation.ruleset_id} · {calculation.ruleset_version}"),
            (_("Factor release"), calculation.release.code),
            (_("Engine"), calculation.engine_version),
            (_("Inventory revision"), str(calculation.revision.number)),
        ]
    family = (
        family_content(pack, calculation.ruleset_id, calculation.ruleset_version) if calculation else None
    )
    if family is not None:
        url = reverse("declarations:family_list")
        found.append({"title": pgettext("pack", "Family"), "url": url, "rows": FrozenFamily(family).rows})
    found.append(
        {
            "title": _("Calculation"),
            "url": reverse("declarations:choose_calculation", args=[declaration.pk]),
            "rows": rows,
        }
    )
    return found


def _share(value: Any) -> str | None:
    return format_percent(value, 1) if value is not None else None


def _context(request: Request, declaration: Declaration, moment: str) -> dict[str, Any]:
    found = checks.run(declaration, moment, actor=request.actor)
    return {
        "declaration": declaration,
        "status": Status(*declaration_status(declaration.state)),
        "answers": answers(declaration),
        "errors": checks.errors(found),
        "warnings": [item for item in found if item.severity == "warning"],
        "flags": maker_flags(declaration),
        **figures_context(declaration),
    }


@require_GET
def check_answers(request: Request, pk: int) -> HttpResponse:
    """Everything that will be frozen, to be read once more; what is missing; and the button."""
    declaration = own_declaration(request, pk)
    context = _context(request, declaration, checks.FREEZE)
    context["may_freeze"] = _decision(
        check(request.actor, "declaration.freeze", declaration), context["errors"]
    )
    context["may_reopen"] = check(request.actor, "declaration.reopen", declaration)
    return render(request, "declarations/declarations/check.html", context)


def _decision(decision: Any, errors: list[Problem]) -> Any:
    """The table's decision; where the table allows and the checks refuse, off with that as the reason."""
    if not decision or not errors:
        return decision
    return Decision(False, _("Something above must be mended first."))


@require_POST
def freeze(request: Request, pk: int) -> HttpResponse:
    """Freeze."""
    declaration = own_declaration(request, pk)
    return press(
        request,
        declaration,
        "freeze",
        lambda: services.freeze_declaration(actor=request.actor, declaration=declaration),
        _("The declaration is frozen. The approver can send it to verification now."),
        "declarations:detail",
        pk,
    )


@require_POST
def reopen(request: Request, pk: int) -> HttpResponse:
    """Open for changes."""
    declaration = own_declaration(request, pk)
    return press(
        request,
        declaration,
        "reopen",
        lambda: services.reopen(actor=request.actor, declaration=declaration),
        _("The declaration is open for changes. It must be frozen and verified anew."),
        "declarations:detail",
        pk,
    )


@require_http_methods(["GET", "POST"])
def send(request: Request, pk: int) -> HttpResponse:
    """Choose the body and send the frozen content to it."""
    declaration = own_declaration(request, pk)
    form = SendForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request.actor, "declaration.send_to_verification")
        if form.is_valid():
            try:
                services.send_to_verification(
                    actor=request.actor, declaration=declaration, **form.cleaned_data
                )
            except Problems as problems:
                form.add_problems(problems)
            except AccessDenied:
                declaration.refresh_from_db()
                if declaration.state != "in_verification":
                    raise
                messages.info(request, _("This has been done already."))
                return redirect("declarations:detail", pk)
            else:
                messages.success(request, _("Sent. The verification body sees the frozen content now."))
                return redirect("declarations:detail", pk)
    context = _context(request, declaration, checks.FREEZE)
    context |= {
        "form": form,
        "may_send": check(request.actor, "declaration.send_to_verification", declaration),
        "four_eyes": list(checks.four_eyes.check(checks.Subject(declaration, request.actor))),
    }
    return render(request, "declarations/declarations/send.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def submit(request: Request, pk: int) -> HttpResponse:
    """Read, confirm, submit. However often it is pressed, there is one receipt."""
    declaration = own_declaration(request, pk)
    form = SubmitForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request.actor, "declaration.submit")
        if form.is_valid():
            try:
                services.submit(actor=request.actor, declaration=declaration)
            except Problems as problems:
                form.add_problems([item for item in problems.items if item.severity == "error"])
            else:
                return redirect("declarations:receipt", pk)
    elif receipts_for(request.actor).filter(declaration=declaration).exists():
        return redirect("declarations:receipt", pk)
    context = _context(request, declaration, checks.SUBMIT)
    context |= {
        "form": form,
        "may_submit": _decision(check(request.actor, "declaration.submit", declaration), context["errors"]),
        "public_parts": public_parts(declaration),
    }
    return render(
        request, "declarations/declarations/submit.html", context, status=422 if form.errors else 200
    )


@require_GET
def receipt(request: Request, pk: int) -> HttpResponse:
    """The receipt: number, time, digest, and what happens next."""
    declaration = own_declaration(request, pk)
    found = get_object_or_404(receipts_for(request.actor), declaration=declaration)
    context = {"declaration": declaration, "receipt": found, "signature": signature_of(found)}
    return render(request, "declarations/declarations/receipt.html", context)


def _reasoned(
    request: Request,
    declaration: Declaration,
    action: str,
    do: Any,
    *,
    title: str,
    lead: str,
    button: str,
    bad: bool = False,
) -> HttpResponse:
    require(request.actor, action, declaration)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = do(form.cleaned_data["reason"])
        except Problems as problems:
            form.add_problems(problems)
        else:
            return redirect("declarations:detail", row.pk)
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "button": button,
        "bad": bad,
        "declaration": declaration,
        "decisions": declaration.decisions.filter(kind="returned"),
        "back": reverse("declarations:detail", args=[declaration.pk]),
    }
    return render(
        request, "declarations/declarations/reason.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def revise(request: Request, pk: int) -> HttpResponse:
    """Begin the correction."""
    declaration = own_declaration(request, pk)
    return _reasoned(
        request,
        declaration,
        "declaration.revise",
        lambda reason: services.revise(actor=request.actor, declaration=declaration, reason=reason),
        title=_("Begin a correction of %(number)s") % {"number": declaration},
        lead=_(
            "A new version is begun from this one. This version stays as it is until the new one takes its place."
        ),
        button=_("Begin the correction"),
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Withdraw."""
    declaration = own_declaration(request, pk)
    return _reasoned(
        request,
        declaration,
        "declaration.withdraw",
        lambda reason: services.withdraw(actor=request.actor, declaration=declaration, reason=reason),
        title=_("Withdraw %(number)s") % {"number": declaration},
        lead=_(
            "A withdrawn declaration does not count any more and cannot be taken up again. It stays in the log."
        ),
        button=_("Withdraw"),
        bad=True,
    )

"""Pages of families of packs: who represents whom, the proof, and scaling a variant's inventory."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from carbonfoot.accounts.access import check, require
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from declarations.forms.families import (
    DRIVER_WORDS,
    AddVariantForm,
    FamilyForm,
    MemberForm,
    NewFamilyForm,
    NewVariantForm,
    ScaleForm,
)
from declarations.frozen_family import shortened
from declarations.models import FamilyMember, FamilyRole, PackFamily
from declarations.selectors import families as select
from declarations.selectors.phases import current_phase
from declarations.services import families as services
from declarations.views.common import say
from lca import rulesets
from lca.engine.variants import PIECE, Ratio, ScalingError, scalable_lines
from lca.rulesets.declaring import family_rule

USUAL_RULES = "cn-miit-551"


def own_family(request: Request, pk: int) -> PackFamily:
    """A family of the actor's organisation; 404 otherwise."""
    found: PackFamily = get_object_or_404(select.families_for(request.actor), pk=pk)
    return found


def own_member(request: Request, pk: int) -> FamilyMember:
    """A member of one of the maker's families; 404 otherwise."""
    found: FamilyMember = get_object_or_404(select.members_for(request.actor), pk=pk)
    return found


@require_GET
def family_list(request: Request) -> HttpResponse:
    """All families of the maker."""
    page = Paginator(select.families_for(request.actor), 25).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "items": [{"family": row, "head": select.representative_of(row)} for row in page],
        "may_create": check(request.actor, "family.create"),
    }
    return render(request, "declarations/families/list.html", context)


def _form_page(request: Request, form: Any, **words: Any) -> HttpResponse:
    return render(
        request, "declarations/form.html", {"form": form, **words}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def family_new(request: Request) -> HttpResponse:
    """A family with the pack that represents it."""
    require(request.actor, "family.create")
    packs = select.free_packs(request.actor)
    form = NewFamilyForm(
        request.POST if request.method == "POST" else None,
        packs=packs,
        initial={"representative": request.GET.get("pack")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            family = services.create_family(actor=request.actor, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The family has been begun. Now add its variants."))
            return redirect("declarations:family", family.pk)
    return _form_page(
        request,
        form,
        title=_("Begin a family"),
        button=_("Begin"),
        back=reverse("declarations:family_list"),
        note="" if packs.exists() else _("There is no pack that is in no family yet."),
    )


@require_GET
def family_detail(request: Request, pk: int) -> HttpResponse:
    """Members, the proof for each variant, and what the rule set in force says."""
    family = own_family(request, pk)
    phase = current_phase()
    ruleset = rulesets.load(phase.ruleset_id if phase else USUAL_RULES)
    rule = family_rule(ruleset.id, ruleset.version)
    context = {
        "family": family,
        "rows": select.rows_of(family, rule, ruleset.id),
        "rule": rule,
        "ruleset": ruleset,
        "may_edit": check(request.actor, "family.edit", family),
    }
    return render(request, "declarations/families/detail.html", context)


@require_http_methods(["GET", "POST"])
def family_edit(request: Request, pk: int) -> HttpResponse:
    """Name, sense and reason."""
    family = own_family(request, pk)
    require(request.actor, "family.edit", family)
    form = FamilyForm(
        request.POST if request.method == "POST" else None,
        initial={"name": family.name, "basis": family.basis, "reason": family.reason},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_family(actor=request.actor, family=family, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The family has been changed; what was frozen stays as it was."))
            return redirect("declarations:family", pk)
    return _form_page(
        request,
        form,
        title=_("Change the family %(name)s") % {"name": family.name},
        button=_("Save"),
        back=reverse("declarations:family", args=[pk]),
    )


@require_http_methods(["GET", "POST"])
def variant_new(request: Request, pk: int) -> HttpResponse:
    """Make a new pack as a variant."""
    family = own_family(request, pk)
    require(request.actor, "family.edit", family)
    form = NewVariantForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            member = services.new_variant(actor=request.actor, family=family, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The variant has been made. Now scale its inventory."))
            return redirect("declarations:variant_scale", member.pk)
    return _form_page(
        request,
        form,
        title=_("Make a variant in %(name)s") % {"name": family.name},
        button=_("Make the variant"),
        back=reverse("declarations:family", args=[pk]),
        note=_(
            "Chemistry, cell, service life and plants are taken from the representative; change them on the pack's "
            "page where they differ."
        ),
    )


@require_http_methods(["GET", "POST"])
def variant_add(request: Request, pk: int) -> HttpResponse:
    """Take a pack that exists into the family."""
    family = own_family(request, pk)
    require(request.actor, "family.edit", family)
    head = select.representative_of(family)
    packs = select.free_packs(request.actor)
    form = AddVariantForm(
        request.POST if request.method == "POST" else None,
        packs=packs,
        initial={"cell_model": head.cell_model if head else ""},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.add_variant(actor=request.actor, family=family, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The pack is in the family. Its inventory has not been changed."))
            return redirect("declarations:family", pk)
    return _form_page(
        request,
        form,
        title=_("Add a pack to %(name)s") % {"name": family.name},
        button=_("Add"),
        back=reverse("declarations:family", args=[pk]),
        note="" if packs.exists() else _("There is no pack that is in no family yet."),
    )


@require_http_methods(["GET", "POST"])
def member_edit(request: Request, pk: int) -> HttpResponse:
    """The facts that scaling goes by."""
    member = own_member(request, pk)
    require(request.actor, "family.edit", member.family)
    form = MemberForm(
        request.POST if request.method == "POST" else None,
        initial={"cell_model": member.cell_model, "cells": member.cells, "housing_kg": member.housing_kg},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_member(actor=request.actor, member=member, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("Saved. What was scaled before stays until it is scaled again."))
            return redirect("declarations:family", member.family_id)
    return _form_page(
        request,
        form,
        title=_("Facts of %(pack)s for scaling") % {"pack": member.pack},
        button=_("Save"),
        back=reverse("declarations:family", args=[member.family_id]),
    )


def _press(request: Request, member: FamilyMember, do: Any, done: str) -> HttpResponse:
    require(request.actor, "family.edit", member.family)
    try:
        do(actor=request.actor, member=member)
    except Problems as problems:
        say(request, problems)
    else:
        messages.success(request, done)
    return redirect("declarations:family", member.family_id)


@require_POST
def member_remove(request: Request, pk: int) -> HttpResponse:
    """Take a variant out of its family."""
    done = _("The pack has left the family; its inventory stays.")
    return _press(request, own_member(request, pk), services.remove_variant, done)


@require_POST
def member_represent(request: Request, pk: int) -> HttpResponse:
    """Let this pack represent the family."""
    done = _("This pack represents the family now; what was frozen or scaled stays as it was.")
    return _press(request, own_member(request, pk), services.make_representative, done)


@require_http_methods(["GET", "POST"])
def variant_scale(request: Request, pk: int) -> HttpResponse:
    """Line by line by what the inventory is scaled; the button replaces the variant's inventory."""
    member = own_member(request, pk)
    family = own_family(request, member.family_id)
    head = select.representative_of(family)
    may_edit = check(request.actor, "family.edit", family)
    context: dict[str, Any] = {"member": member, "family": family, "head": head, "may_edit": may_edit}
    if head is None or member.role == FamilyRole.REPRESENTATIVE:
        return redirect("declarations:family", family.pk)
    drivers = services.drivers_between(head, member) | {PIECE: Ratio(head.pack.mass_kg, head.pack.mass_kg)}
    try:
        revision = services.source_of(head)
        lines = scalable_lines(revision.document, drivers)
    except Problems as problems:
        context["problems"] = problems.items
        return render(request, "declarations/families/scale.html", context)
    except ScalingError as error:
        context["problems"] = [{"message": services.SCALING[error.code], "mend": ""}]
        return render(request, "declarations/families/scale.html", context)
    form = ScaleForm(request.POST if request.method == "POST" else None, lines=lines, drivers=drivers)
    if request.method == "POST" and form.is_valid():
        require(request.actor, "family.edit", family)
        try:
            services.derive(actor=request.actor, member=member, chosen=form.chosen())
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The inventory has been scaled line by line. Now calculate it."))
            return redirect("declarations:pack", member.pack_id)
    context |= {
        "form": form,
        "revision": revision,
        "drivers": [
            (
                DRIVER_WORDS[name],
                shortened(ratio.source),
                shortened(ratio.target),
                shortened(ratio.target / ratio.source),
            )
            for name, ratio in drivers.items()
            if name != PIECE
        ],
        "rows": [
            {
                "line": line,
                "field": form[f"line_{number}"],
                "driver": DRIVER_WORDS[line.driver],
                "before": shortened(line.amount),
                "after": shortened(None if line.amount is None else drivers[line.driver].times(line.amount)),
            }
            for number, line in enumerate(lines)
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "declarations/families/scale.html", context, status=status)

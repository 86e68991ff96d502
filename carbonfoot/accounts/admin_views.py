"""Pages of the operator: organisations, and who works for them in which role."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from carbonfoot.accounts import people, services
from carbonfoot.accounts.models import Membership, Organisation
from carbonfoot.accounts.roles import ROLES_BY_KIND, OrganisationKind, Role
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from carbonfoot.ui import forms as ui
from carbonfoot.ui.lists import ordering

PER_PAGE = 50
SORTS = {"code": "code", "name": "name_zh", "kind": "kind", "people": "people"}


class OrganisationForm(ui.BaseForm):
    """A new organisation."""

    code = ui.CodeField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("Letters, digits and dashes; stays for ever."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=OrganisationKind.choices)
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=120)
    uscc = ui.USCCField(label=gettext_lazy("Unified social credit code"), required=False)
    province = ui.ProvinceField(label=gettext_lazy("Province"), required=False)

    def clean_code(self) -> str:
        """Only what can stand in an address."""
        code = str(self.cleaned_data["code"]).lower()
        forms.SlugField().clean(code)
        return code


class PersonForm(ui.BaseForm):
    """A role for a person of an organisation."""

    email = forms.EmailField(label=gettext_lazy("E-mail"))
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("For a new account."),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = [(role, label) for role, label in Role.choices if role in ROLES_BY_KIND[kind]]
        self.fields["role"].choices = fitting  # type: ignore[attr-defined]


def organisations(request: Request) -> HttpResponse:
    """All organisations."""
    rows = Organisation.objects.annotate(people=Count("memberships", filter=Q(memberships__is_active=True)))
    q, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    if q:
        named = Q(name_zh__icontains=q) | Q(name_en__icontains=q)
        rows = rows.filter(named | Q(code__icontains=q) | Q(uscc__icontains=q))
    if kind in OrganisationKind.values:
        rows = rows.filter(kind=kind)
    page = Paginator(rows.order_by(*ordering(request, SORTS, "code")), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "q": q, "kind": kind, "kinds": OrganisationKind.choices}
    return render(request, "accounts/organisations.html", context)


def organisation_create(request: Request) -> HttpResponse:
    """A new organisation."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            created = services.create_organisation(actor=request.actor, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("%(name)s is created.") % {"name": created.name})
            return redirect("accounts:organisation", code=created.code)
    return render(
        request, "accounts/organisation_create.html", {"form": form}, status=422 if form.is_bound else 200
    )


@never_cache
def organisation(request: Request, code: str) -> HttpResponse:
    """One organisation with its people."""
    return _page(request, get_object_or_404(Organisation, code=code))


def _page(
    request: Request, row: Organisation, form: PersonForm | None = None, password: str = "", email: str = ""
) -> HttpResponse:
    context = {
        "organisation": row,
        "memberships": row.memberships.select_related("user").order_by("-is_active", "user__email"),
        "form": form or PersonForm(kind=row.kind),
        "password": password,
        "email": email,
    }
    failed = form is not None and form.is_bound and bool(form.errors)
    return render(request, "accounts/organisation.html", context, status=422 if failed else 200)


@never_cache
@require_POST
def membership_grant(request: Request, code: str) -> HttpResponse:
    """Give a role. The first password of a new account is shown on this one answer only."""
    row = get_object_or_404(Organisation, code=code)
    form = PersonForm(request.POST, kind=row.kind)
    if form.is_valid():
        try:
            membership, password = people.add_person(
                actor=request.actor, organisation=row, **form.cleaned_data
            )
        except Problems as problems:
            form.add_problems(problems)
        else:
            if password:
                return _page(request, row, password=password, email=membership.user.email)
            messages.success(request, _("%(name)s has the role now.") % {"name": membership.user.name})
            return redirect("accounts:organisation", code=code)
    return _page(request, row, form)


@require_POST
def membership_end(request: Request, pk: int) -> HttpResponse:
    """End a role."""
    membership = get_object_or_404(Membership.objects.select_related("organisation"), pk=pk)
    try:
        people.end_membership(actor=request.actor, membership=membership)
    except Problems as problems:
        for item in problems.items:
            messages.error(request, str(item.message))
    else:
        messages.success(request, _("The role is ended."))
    return redirect("accounts:organisation", code=membership.organisation.code)


@require_POST
def credit_code_confirm(request: Request, code: str) -> HttpResponse:
    """The operator has checked the credit code that a customer stated: from now on the company is found by it."""
    row = get_object_or_404(Organisation, code=code)
    try:
        services.confirm_credit_code(actor=request.actor, organisation=row)
    except Problems as problems:
        for item in problems.items:
            messages.error(request, str(item.message))
    else:
        messages.success(request, _("The credit code is confirmed."))
    return redirect("accounts:organisation", code=code)

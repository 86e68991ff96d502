"""Pages of an organisation's own suppliers."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from carbonfoot.accounts.access import check, require
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from suppliers.chasing import step_text
from suppliers.forms import ReminderForm, SupplierForm
from suppliers.selectors import supplier_links_for
from suppliers.services.links import add_supplier
from suppliers.services.reminders import ladders, set_policy
from suppliers.views.common import tabs

PER_PAGE = 50


def supplier_list(request: Request) -> HttpResponse:
    """Every supplier with how it takes part, and its open requests."""
    page = Paginator(supplier_links_for(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    data = {
        "page": page,
        "may_add": check(request.actor, "supplier.add"),
        "may_ask": check(request.actor, "request.create"),
        "may_invite": check(request.actor, "supplier.invite"),
        "tabs": tabs(request.actor, "suppliers:supplier_list"),
    }
    return render(request, "suppliers/supplier_list.html", data)


def supplier_add(request: Request) -> HttpResponse:
    """Add a supplier with account, or one without."""
    form = SupplierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            link = add_supplier(actor=request.actor, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(
                request, _("%(name)s is one of your suppliers now.") % {"name": link.supplier.name}
            )
            return redirect("suppliers:supplier_list")
    return render(request, "suppliers/supplier_add.html", {"form": form}, status=422 if form.errors else 200)


def reminders(request: Request) -> HttpResponse:
    """The ladder of reminders of the organisation."""
    actor = request.actor
    ladder = ladders([actor.organisation_id or 0])[actor.organisation_id or 0]
    initial = {
        "enabled": ladder.enabled,
        "before": ", ".join(str(day) for day in ladder.before),
        "every": ladder.every,
        "at_most": ladder.at_most,
    }
    posted = request.method == "POST"
    form = ReminderForm(request.POST if posted else None, initial=initial)
    if posted:
        require(actor, "reminders.set")
        if form.is_valid():
            try:
                set_policy(actor=actor, **form.cleaned_data)
            except Problems as problems:
                form.add_problems(problems)
            else:
                messages.success(request, _("The reminders are set."))
                return redirect("suppliers:reminders")
    data = {
        "form": form,
        "ladder": ladder,
        "rungs": [step_text(offset) for offset in ladder.offsets()],
        "may_set": check(actor, "reminders.set"),
        "tabs": tabs(actor, "suppliers:reminders"),
    }
    return render(request, "suppliers/reminders.html", data, status=422 if form.errors else 200)

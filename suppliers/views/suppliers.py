"""Pages of an organisation's own suppliers."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from carbonfoot.accounts.access import check
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from suppliers.forms import SupplierForm
from suppliers.selectors import supplier_links_for
from suppliers.services.links import add_supplier

PER_PAGE = 50


def supplier_list(request: Request) -> HttpResponse:
    """Every supplier with how it takes part, and its open requests."""
    page = Paginator(supplier_links_for(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    data = {
        "page": page,
        "may_add": check(request.actor, "supplier.add"),
        "may_ask": check(request.actor, "request.create"),
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

"""Pages of a buyer about its invitations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from carbonfoot.accounts.access import check
from carbonfoot.accounts.models import Organisation
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from suppliers.forms import InvitationForm
from suppliers.models import SupplierInvitation
from suppliers.selectors import invitations_for, supplier_links_for
from suppliers.services import invitations as services
from suppliers.statuses import invitation_status
from suppliers.views.common import press, tabs

PER_PAGE = 50


@require_GET
def invitation_list(request: Request) -> HttpResponse:
    """Every invitation with how far it is."""
    page = Paginator(invitations_for(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    data = {
        "page": page,
        "rows": [
            {
                "it": row,
                "status": invitation_status(row),
                "can": check(request.actor, "invitation.manage", row) if row.is_open else None,
            }
            for row in page
        ],
        "may_invite": check(request.actor, "supplier.invite"),
        "tabs": tabs(request.actor, "suppliers:invitation_list"),
    }
    return render(request, "suppliers/invitation_list.html", data)


def _supplier(request: Request) -> Organisation | None:
    """The supplier without account that the invitation is for, if the address names one of one's own."""
    key = request.GET.get("supplier", "")
    if not (key.isascii() and key.isdigit()):
        return None
    link = get_object_or_404(supplier_links_for(request.actor), supplier_id=key, mode="managed")
    return link.supplier


def invitation_new(request: Request) -> HttpResponse:
    """Invite somebody to open the account of a supplier, with a first request."""
    supplier = _supplier(request)
    form = InvitationForm(request.POST if request.method == "POST" else None, supplier=supplier)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.invite(
                actor=request.actor, supplier=supplier, request=form.asked(), **form.company()
            )
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": made.email})
            return redirect("suppliers:invitation_list")
    data = {"form": form, "supplier": supplier}
    return render(request, "suppliers/invitation_new.html", data, status=422 if form.errors else 200)


def _press(request: Request, pk: int, do: Callable[[SupplierInvitation], Any], done: str) -> HttpResponse:
    row = get_object_or_404(invitations_for(request.actor), pk=pk)
    return press(request, lambda: do(row), done, redirect("suppliers:invitation_list"))


@require_POST
def resend(request: Request, pk: int) -> HttpResponse:
    """Send it again, with a new link."""
    return _press(
        request,
        pk,
        lambda row: services.resend(actor=request.actor, invitation=row),
        _("The invitation is on its way again; the link before no longer works."),
    )


@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    """Take it back."""
    return _press(
        request,
        pk,
        lambda row: services.revoke(actor=request.actor, invitation=row),
        _("The invitation is revoked."),
    )

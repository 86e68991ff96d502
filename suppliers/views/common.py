"""What the pages share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from carbonfoot.ui.nav import may_open
from suppliers.models import DataRequest, Upload
from suppliers.selectors import requests_for, uploads_for


def the_request(request: Request, number: str) -> DataRequest:
    """The data request with this number, if the actor is a party of it; 404 otherwise."""
    found: DataRequest = get_object_or_404(requests_for(request.actor), number=number)
    return found


def the_upload(request: Request, upload_id: Any) -> Upload:
    """The upload, if the actor may see it; 404 otherwise."""
    found: Upload = get_object_or_404(uploads_for(request.actor), pk=upload_id)
    return found


def say_problems(request: Request, problems: Problems) -> None:
    """Show what a service refused as messages on the next page, each with its mend."""
    for item in problems.items:
        where = f"{item.where}: " if item.where else ""
        messages.error(request, f"{where}{item.message} {item.mend}".strip())


def press(request: Request, do: Callable[[], Any], done: str, back: HttpResponse) -> HttpResponse:
    """Do what a button asks for, say on the page ``back`` that it is ``done``, or what the service refused."""
    try:
        do()
    except Problems as problems:
        say_problems(request, problems)
    else:
        messages.success(request, done)
    return back


def to_request(number: str) -> HttpResponse:
    """Back to a request's page."""
    return redirect("suppliers:request_detail", number=number)


def inventory_url(data_request: DataRequest) -> str:
    """Address of the inventory behind an answer; empty when there is none."""
    if data_request.inventory_id is None:
        return ""
    try:
        return reverse("lca:inventory_detail", args=[data_request.inventory_id])
    except NoReverseMatch:
        return ""


def tabs(actor: Actor, here: str) -> list[tuple[str, str, bool]]:
    """The pages about an organisation's suppliers."""
    places = (
        ("suppliers:supplier_list", _("Suppliers")),
        ("suppliers:invitation_list", _("Invitations")),
        ("suppliers:reminders", _("Reminders")),
    )
    return [(label, reverse(name), name == here) for name, label in places if may_open(actor, name)]

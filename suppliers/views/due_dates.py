"""The page that gives a request another due date."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carbonfoot.accounts.access import require
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from suppliers.forms import DueForm
from suppliers.services.due_dates import change_due
from suppliers.views.common import the_request, to_request


@require_http_methods(["GET", "POST"])
def change(request: Request, number: str) -> HttpResponse:
    """Ask for the date and a word to the supplier, and change it."""
    row = the_request(request, number)
    require(request.actor, "request.change_due", row)
    form = DueForm(
        request.POST if request.method == "POST" else None,
        initial={"due_on": row.due_on},
        label=_("Words to the supplier"),
        required=False,
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_due(actor=request.actor, request=row, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The due date has been changed."))
            return to_request(number)
    data = {
        "it": row,
        "form": form,
        "title": _("Change the due date"),
        "lead": _(
            "Both sides see the date before and after in the log. A supplier with an address is told by e-mail, "
            "and reminders go by the new date."
        ),
        "button": _("Change the due date"),
        "back": reverse("suppliers:request_detail", args=[number]),
    }
    return render(request, "suppliers/reason.html", data, status=422 if form.errors else 200)

"""What speaks for a correction and what it changes: triggers put aside, the difference to the version before."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from carbonfoot.http import Request
from carbonfoot.problems import Problems
from carbonfoot.ui.status import Status
from declarations.forms.declarations import ReasonForm
from declarations.selectors.corrections import difference_to_before
from declarations.services import triggers as services
from declarations.statuses import declaration_status
from declarations.views.common import own_declaration, say

LINES_SHOWN = 100


@require_POST
def trigger_dismiss(request: Request, pk: int) -> HttpResponse:
    """Put a trigger aside, with the reason."""
    declaration = own_declaration(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why, in a few words."))
        return redirect(reverse("declarations:detail", args=[pk]) + "#triggers")
    try:
        services.dismiss(
            actor=request.actor,
            declaration=declaration,
            kind=request.POST.get("kind", ""),
            evidence_sha256=request.POST.get("evidence", ""),
            reason=form.cleaned_data["reason"],
        )
    except Problems as problems:
        say(request, problems)
    else:
        messages.success(request, _("Put aside, with your reason. It returns when the evidence changes."))
    return redirect(reverse("declarations:detail", args=[pk]) + "#triggers")


@require_GET
def difference(request: Request, pk: int) -> HttpResponse:
    """A correction beside the version that it supersedes: facts, figures, lines, statement."""
    declaration = own_declaration(request, pk)
    found = difference_to_before(request.actor, declaration)
    context = {
        "declaration": declaration,
        "status": Status(*declaration_status(declaration.state)),
        "found": found,
        "lines": found.lines[:LINES_SHOWN] if found else [],
        "hidden": max(0, len(found.lines) - LINES_SHOWN) if found else 0,
    }
    return render(request, "declarations/declarations/difference.html", context)

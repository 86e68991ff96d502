"""The page of verification bundles: what is in one's own, having it written, taking it away."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from carbonfoot.accounts.access import check, require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.files import download
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from declarations.bundle import selectors, services
from declarations.models import Bundle, Declaration
from declarations.selectors.declarations import MAKER_ROLES, readable_declarations

ZIP = "application/zip"


def _declaration(request: Request, pk: int) -> Declaration:
    return get_object_or_404(readable_declarations(request.actor), pk=pk)


def _back(request: Request, declaration: Declaration) -> tuple[str, str]:
    """The page of the declaration that this reader works on, and what it is called."""
    if request.actor.role in MAKER_ROLES:
        return reverse("declarations:detail", args=[declaration.pk]), str(declaration)
    if request.actor.role == Role.VERIFIER:
        return reverse("declarations:verification", args=[declaration.pk]), declaration.number
    return reverse("declarations:review", args=[declaration.pk]), declaration.number


@require_GET
def bundle_page(request: Request, pk: int) -> HttpResponse:
    """What the reader's bundle holds and what it does not, how it is checked, and the bundles there are."""
    declaration = _declaration(request, pk)
    require(request.actor, "declaration.bundle", declaration)
    bundles = list(selectors.bundles_of(request.actor, declaration)[:20])
    last = selectors.last_event(declaration)
    snapshot = declaration.snapshot
    newest = next(
        (row for row in bundles if row.until_seq == last and snapshot and row.snapshot_id == snapshot.pk),
        None,
    )
    back, name = _back(request, declaration)
    context = {
        "declaration": declaration,
        "variant": selectors.variant_for(request.actor),
        "bundles": bundles,
        "newest": newest,
        "may": check(request.actor, "declaration.bundle", declaration),
        "back": back,
        "back_name": name,
        "is_maker": request.actor.role in MAKER_ROLES,
    }
    return render(request, "declarations/bundle/detail.html", context)


@require_POST
def bundle_request(request: Request, pk: int) -> HttpResponse:
    """Have the bundle written; go to its progress, or back when it is there already."""
    declaration = _declaration(request, pk)
    here = reverse("declarations:bundle", args=[declaration.pk])
    try:
        bundle = services.request_bundle(actor=request.actor, declaration=declaration)
    except Problems as problems:
        for item in problems.items:
            messages.error(request, str(item.message))
        return redirect(here)
    if bundle.done_at is not None or bundle.job is None:
        messages.info(request, _("This bundle is there already: %(name)s.") % {"name": bundle.filename})
        return redirect(here)
    return redirect(f"{reverse('jobs:detail', args=[bundle.job.pk])}?{urlencode({'next': here})}")


@require_GET
def bundle_download(request: Request, pk: int) -> HttpResponseBase:
    """The file as it was written, as an attachment."""
    bundle = get_object_or_404(selectors.bundles_for(request.actor), pk=pk, done_at__isnull=False)
    try:
        return bundle_response(request.actor, bundle)
    except Problems as problems:
        raise PermissionDenied(str(problems.items[0].message)) from problems


def bundle_response(actor: Actor, bundle: Bundle) -> HttpResponseBase:
    """The attachment with its digest in the header. Raises Problems as :func:`services.hand_out`."""
    response = download(services.hand_out(actor=actor, bundle=bundle), bundle.filename, ZIP)
    response["Digest"] = f"sha-256={bundle.sha256}"
    return response

"""The pages behind the link of an invitation: for whoever has the link, with an account or without."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from carbonfoot.accounts import secret_links
from carbonfoot.accounts.middleware import SESSION_MEMBERSHIP
from carbonfoot.accounts.models import Membership, SecretLink, User
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from suppliers.forms import AcceptForm, module_type_label
from suppliers.models import SupplierInvitation
from suppliers.services import accepting as services

SESSION_SECRET = "invitation-link"  # noqa: S105  (the name of a key)


@never_cache
@require_GET
def follow(request: Request, secret: str) -> HttpResponse:
    """The link of the mail: the secret goes into the session and out of the address, before any page is shown."""
    request.session[SESSION_SECRET] = secret
    return redirect("suppliers:invitation_accept")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def accept(request: Request) -> HttpResponse:
    """Who invites whom and what is asked; and the way to accept that fits the reader."""
    link = secret_links.find(request.session.get(SESSION_SECRET, ""), SecretLink.Purpose.INVITATION)
    invitation = services.invitation_of(link) if link is not None else None
    if link is None or invitation is None:
        return render(request, "accounts/link_over.html", {"again": ""}, status=410)
    secret_links.note_opened(link)
    if isinstance(request.user, User):
        return _as_known(request, request.user, link, invitation)
    return _as_new(request, link, invitation)


def _shown(invitation: SupplierInvitation) -> dict[str, object]:
    asked = invitation.request
    return {
        "it": invitation,
        "buyer": invitation.link.buyer,
        "supplier": invitation.link.supplier,
        "asked": asked,
        "module_type": module_type_label(asked.module_type) if asked else "",
    }


def _as_new(request: Request, link: SecretLink, invitation: SupplierInvitation) -> HttpResponse:
    form = AcceptForm(
        request.POST if request.method == "POST" else None, initial={"name": invitation.contact_name}
    )
    if request.method == "POST" and form.is_valid():
        language = request.LANGUAGE_CODE or settings.LANGUAGE_CODE
        try:
            user, _done = services.accept_as_new(link=link, language=language, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            request.session.pop(SESSION_SECRET, None)
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            return _in(request, invitation)
    data = {"form": form, "known": services.known_person(invitation), **_shown(invitation)}
    return render(request, "suppliers/invitation_accept.html", data, status=422 if form.errors else 200)


def _as_known(request: Request, user: User, link: SecretLink, invitation: SupplierInvitation) -> HttpResponse:
    memberships = services.own_organisations(user, invitation)
    problems: Problems | None = None
    if request.method == "POST":
        chosen = request.POST.get("organisation", "")
        organisation = next((row.organisation for row in memberships if str(row.pk) == chosen), None)
        if organisation is None and chosen != "invited":
            return redirect("suppliers:invitation_accept")
        try:
            membership, _done = services.accept_as(user=user, link=link, organisation=organisation)
        except Problems as refused:
            problems = refused
        else:
            request.session.pop(SESSION_SECRET, None)
            _work_for(request, membership)
            return _in(request, invitation)
    data = {"memberships": memberships, "person": user, "problems": problems, **_shown(invitation)}
    return render(request, "suppliers/invitation_accept.html", data, status=422 if problems else 200)


def _work_for(request: Request, membership: Membership) -> None:
    request.session[SESSION_MEMBERSHIP] = membership.pk


def _in(request: Request, invitation: SupplierInvitation) -> HttpResponse:
    buyer = invitation.link.buyer.name
    messages.success(request, _("Welcome. You can answer %(buyer)s now.") % {"buyer": buyer})
    if invitation.request is not None:
        return redirect("suppliers:request_detail", number=invitation.request.number)
    return redirect("suppliers:request_list")

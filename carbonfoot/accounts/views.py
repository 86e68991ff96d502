"""Signing in, switching between organisations and languages, and API tokens."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from carbonfoot.accounts import passwords, secret_links, services, throttle
from carbonfoot.accounts.forms import ForgottenForm, NewPasswordForm, PasswordForm, SignInForm, TokenForm
from carbonfoot.accounts.middleware import SESSION_MEMBERSHIP
from carbonfoot.accounts.models import SecretLink, User
from carbonfoot.accounts.selectors import credentials_for, memberships_of
from carbonfoot.http import Request
from carbonfoot.problems import Problems

SESSION_SECRET = "password-link"  # noqa: S105  (the name of a key)


def _safe_next(request: Request, default: str) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed else default


@never_cache
@sensitive_post_parameters("password")
def signin(request: Request) -> HttpResponse:
    """Sign in with e-mail and password; the answer does not tell whether the account exists."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email, address = form.cleaned_data["email"], request.META.get("REMOTE_ADDR", "")
        if throttle.is_blocked(email, address):
            form.add_error(None, _("Too many attempts. Try again in 15 minutes."))
        else:
            user = authenticate(request, username=email, password=form.cleaned_data["password"])
            if isinstance(user, User):
                throttle.forget(email, address)
                login(request, user)
                response = HttpResponseRedirect(_safe_next(request, "/"))
                if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                    _set_language(response, user.language)
                return response
            throttle.note_failure(email, address)
            form.add_error(None, _("E-mail or password is wrong."))
    status = 422 if form.is_bound else 200
    context = {"form": form, "next": _safe_next(request, ""), "expired": request.GET.get("expired") == "1"}
    return render(request, "accounts/signin.html", context, status=status)


@require_POST
def signout(request: Request) -> HttpResponse:
    """Sign out; the browser forgets the pages that it kept."""
    logout(request)
    response = redirect("accounts:signin")
    response["Clear-Site-Data"] = '"cache"'
    return response


def _set_language(response: HttpResponse, code: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 86400,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )


@require_POST
def language(request: Request) -> HttpResponse:
    """Choose the language of pages, and of mails if signed in."""
    code = request.POST.get("language", "")
    response = HttpResponseRedirect(_safe_next(request, "/"))
    if code in dict(settings.LANGUAGES):
        _set_language(response, code)
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=code)
    return response


def switch(request: Request) -> HttpResponse:
    """Choose for which organisation one works; a person with one membership sees just that."""
    memberships = memberships_of(request.actor)
    if request.method == "POST":
        asked = request.POST.get("membership", "")
        chosen = get_object_or_404(memberships, pk=asked if asked.isascii() and asked.isdigit() else 0)
        request.session[SESSION_MEMBERSHIP] = chosen.pk
        messages.success(request, _("You now work for %(name)s.") % {"name": chosen.organisation.name})
        return redirect("home")
    return render(request, "accounts/switch.html", {"memberships": memberships})


@sensitive_post_parameters("current", "new")
def account(request: Request) -> HttpResponse:
    """One's own account: password and memberships."""
    form = PasswordForm(request.POST or None)
    user = request.actor.user
    if user is None:
        return redirect("accounts:signin")
    if request.method == "POST" and form.is_valid():
        try:
            user = passwords.change_password(actor=request.actor, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("The password is changed. Other sessions are signed out."))
            return redirect("accounts:account")
    status = 422 if form.is_bound else 200
    context = {
        "form": form,
        "memberships": memberships_of(request.actor),
        "must_change": user.must_change_password,
    }
    return render(request, "accounts/account.html", context, status=status)


def password_forgotten(request: Request) -> HttpResponse:
    """Ask for a link. The answer is the same for every address, with an account or without."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        passwords.ask_for_link(
            email=form.cleaned_data["email"],
            address=request.META.get("REMOTE_ADDR", ""),
            language=request.LANGUAGE_CODE or settings.LANGUAGE_CODE,
        )
        return render(request, "accounts/password_asked.html", {"email": form.cleaned_data["email"]})
    status = 422 if form.is_bound else 200
    return render(request, "accounts/password_forgotten.html", {"form": form}, status=status)


@never_cache
def password_link(request: Request, secret: str) -> HttpResponse:
    """The link of the mail: the secret goes into the session and out of the address, before any page is shown."""
    request.session[SESSION_SECRET] = secret
    return redirect("accounts:password_new")


@never_cache
@sensitive_post_parameters("new")
def password_new(request: Request) -> HttpResponse:
    """Choose a new password behind a link that was mailed."""
    link = secret_links.find(request.session.get(SESSION_SECRET, ""), SecretLink.Purpose.PASSWORD)
    if link is None:
        return render(
            request, "accounts/link_over.html", {"again": "accounts:password_forgotten"}, status=410
        )
    secret_links.note_opened(link)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            passwords.set_by_link(link=link, new=form.cleaned_data["new"])
        except Problems as problems:
            form.add_problems(problems)
        else:
            request.session.pop(SESSION_SECRET, None)
            messages.success(request, _("The password is changed. Sign in with it now."))
            return redirect("accounts:signin")
    context = {"form": form, "email": link.email}
    return render(request, "accounts/password_new.html", context, status=422 if form.is_bound else 200)


def tokens(request: Request) -> HttpResponse:
    """API tokens of the organisation. The secret of a new one is shown on this one answer only."""
    form = TokenForm(request.POST or None, actor=request.actor)
    new_token = ""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _credential, new_token = services.issue_token(actor=request.actor, **form.cleaned_data)
                form, status = TokenForm(actor=request.actor), 200
            except Problems as problems:
                form.add_problems(problems)
    context = {"form": form, "credentials": credentials_for(request.actor), "new_token": new_token}
    return render(request, "accounts/tokens.html", context, status=status)


@require_POST
def token_revoke(request: Request, pk: int) -> HttpResponse:
    """End a token."""
    credential = get_object_or_404(credentials_for(request.actor), pk=pk)
    services.revoke_token(actor=request.actor, credential=credential)
    messages.success(request, _("The token is revoked."))
    return redirect("accounts:tokens")

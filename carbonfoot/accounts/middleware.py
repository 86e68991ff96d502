"""Sets language and actor on each request, and refuses every address that the access table does not allow."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from carbonfoot.accounts import access, actor
from carbonfoot.accounts.models import Membership, User

SESSION_MEMBERSHIP = "membership"
# What a person may open whose password somebody else knows too.
BEFORE_PASSWORD = frozenset(
    {"accounts:account", "accounts:signin", "accounts:signout", "accounts:language", "healthz", "readyz"}
)
GetResponse = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """Chinese unless the reader chose otherwise: the language cookie, or ``Accept-Language`` on API calls."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request in its language."""
        known = dict(settings.LANGUAGES)
        code = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if code not in known and request.path.startswith("/api/"):
            code = translation.get_language_from_request(request)
        if code not in known:
            code = settings.LANGUAGE_CODE
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", code)
        return response


def membership_of(request: HttpRequest) -> Membership | None:
    """The membership chosen in this session, else the person's first; None if the person has none."""
    if not isinstance(request.user, User):
        return None
    memberships = Membership.objects.select_related("user", "organisation").filter(
        user=request.user, is_active=True, organisation__is_active=True
    )
    chosen = request.session.get(SESSION_MEMBERSHIP)
    return (memberships.filter(pk=chosen).first() if chosen else None) or memberships.first()


class ActorMiddleware:
    """Puts ``request.actor``: the person with the organisation and role that this session works for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the actor."""
        request.actor = actor.ANONYMOUS  # type: ignore[attr-defined]
        if request.user.is_authenticated and not request.path.startswith("/api/"):
            membership = membership_of(request)
            if membership is not None:
                language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
                request.actor = actor.for_membership(membership, language=language)  # type: ignore[attr-defined]
        response = self.get_response(request)
        # The API answers for a token and leaves no user on the request.
        if request.user and request.user.is_authenticated and not response.has_header("Cache-Control"):
            # Not no-store: a browser would then lose a half-filled form on the way back. Signing out clears its cache.
            patch_cache_control(response, private=True, no_cache=True)
        return response


def _way_back(request: HttpRequest) -> dict[str, str]:
    """Where to go after signing in. A form that was sent after the session ended leads back to the page it stood on."""
    if request.method == "GET":
        return {"next": request.get_full_path()}
    came_from = urlsplit(request.headers.get("Referer", ""))
    own = came_from.netloc == request.get_host() and came_from.path.startswith("/")
    return {"expired": "1", **({"next": came_from.path} if own else {})}


def _page_above(request: HttpRequest) -> str:
    """The page that a form with mistakes belongs to, when another language was chosen on it: such a page stands at the
    address of the form, and the browser comes back to it by GET. Empty for every other way to the address."""
    if request.method != "GET" or urlsplit(request.headers.get("Referer", "")).path != request.path:
        return ""
    path = request.path.rstrip("/").rpartition("/")[0]
    while path:
        try:
            resolve(f"{path}/")
        except Resolver404:
            path = path.rpartition("/")[0]
        else:
            return f"{path}/"
    return ""


class AccessMiddleware:
    """Default deny. An address that is not in ``ROUTES`` is refused; the rest by role. API views check for themselves
    after authentication, with the same table (:mod:`carbonfoot.accounts.api_auth`)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the check is in :meth:`process_view`. A method that an address does not know gets a page, or
        leads to the one above it."""
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and not request.path.startswith("/api/"):
            above = _page_above(request)
            if above:
                return HttpResponseRedirect(above)
            reason = _("This address only takes forms. Go back to the page that you came from.")
            allow = response.headers.get("Allow", "")
            response = render(request, "errors/403.html", {"reason": reason}, status=405)
            response["Allow"] = allow
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> HttpResponse | None:
        """Return a redirect to sign-in, raise AccessDenied, or None to go on."""
        match = request.resolver_match
        action = access.ROUTES.get(match.view_name) if match else None
        if action is None:
            raise access.AccessDenied("")
        if match is not None and "api" in match.namespaces:
            return None
        who = request.actor  # type: ignore[attr-defined]
        here = match.view_name if match else ""
        if who.user is not None and who.user.must_change_password and here not in BEFORE_PASSWORD:
            return HttpResponseRedirect(reverse("accounts:account"))
        if access.check(who, action):
            return None
        if who.is_anonymous and not request.user.is_authenticated:
            return HttpResponseRedirect(f"{reverse('accounts:signin')}?{urlencode(_way_back(request))}")
        access.require(who, action)
        return None

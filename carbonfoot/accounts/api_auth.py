"""API tokens, the access table for API views, and one shape for API errors."""

from __future__ import annotations

import hmac
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions, status
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from carbonfoot import clock
from carbonfoot.accounts import access
from carbonfoot.accounts.actor import ANONYMOUS, Actor
from carbonfoot.accounts.models import ApiCredential
from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.problems import Problems


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer cf_<prefix>_<secret>``. Sessions are not accepted, so no CSRF question arises."""

    def authenticate(self, request: Request) -> tuple[Any, Actor] | None:
        """Return (user, actor) for a live token; raise for a wrong one; None when no token is sent."""
        parts = get_authorization_header(request).decode("ascii", "replace").split()
        if not parts:
            return None
        if len(parts) != 2 or parts[0].lower() != "bearer":
            raise exceptions.AuthenticationFailed(_("Send the token as: Authorization: Bearer TOKEN."))
        token = parts[1]
        pieces = token.split("_")
        prefix = pieces[1] if len(pieces) == 3 and pieces[0] == "cf" else ""
        credential = (
            ApiCredential.objects.select_related("organisation", "created_by").filter(prefix=prefix).first()
        )
        live = (
            credential is not None
            and credential.is_live()
            and credential.organisation.is_active
            and credential.created_by.is_active
        )
        if (
            credential is None
            or not live
            or not hmac.compare_digest(credential.digest, sha256_hex(token.encode()))
        ):
            raise exceptions.AuthenticationFailed(_("The token is unknown, expired or revoked."))
        moment = clock.now()
        if credential.last_used_at is None or (moment - credential.last_used_at).total_seconds() > 60:
            ApiCredential.objects.filter(pk=credential.pk).update(last_used_at=moment)
        actor = Actor(
            user=None,
            organisation=credential.organisation,
            role=credential.role,
            via="api",
            language=get_language() or "zh-hans",
            credential_id=credential.pk,
        )
        request._request.actor = actor  # type: ignore[attr-defined]
        return credential.created_by, actor

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing token a 401."""
        return "Bearer"


def actor_of(request: Request) -> Actor:
    """The actor of an API request; anonymous without a token."""
    return request.auth if isinstance(request.auth, Actor) else ANONYMOUS


class AccessTablePermission(BasePermission):
    """Looks up the address in ``ROUTES``, as the middleware does for pages."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Refuse what the table does not allow; the reason goes into the answer."""
        match = request._request.resolver_match
        action = access.ROUTES.get(match.view_name) if match else None
        if action is None:
            return False
        decision = access.check(actor_of(request), action)
        self.message = str(decision.reason)
        return decision.allowed


class TooLarge(exceptions.APIException):
    """413: more bytes than a body may have that is no file."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = _("The request is too large.")


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Every error as ``{"problems": [{code, message, field, severity, value, mend, where}]}``."""
    # The framework's views read the setting that names this module: imported above, each would wait for the other.
    from rest_framework.views import exception_handler as default_handler

    if isinstance(exc, Problems):
        return Response(
            {"problems": [item.as_dict() for item in exc.items]}, status=status.HTTP_422_UNPROCESSABLE_ENTITY
        )
    if isinstance(exc, access.AccessDenied):
        exc = exceptions.PermissionDenied(str(exc.reason))
    if isinstance(exc, RequestDataTooBig):
        exc = TooLarge()
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    if isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    response = default_handler(exc, context)
    if response is not None and isinstance(exc, exceptions.APIException):
        response.data = {"problems": _flatten(exc.get_full_details())}
    return response


def _flatten(details: Any, field: str = "") -> list[dict[str, str]]:
    if (
        isinstance(details, dict)
        and {"message", "code"} <= set(details)
        and not isinstance(details["message"], dict)
    ):
        return [
            {
                "code": str(details["code"]),
                "message": str(details["message"]),
                "field": field,
                "severity": "error",
                "value": "",
                "mend": "",
                "where": "",
            }
        ]
    if isinstance(details, dict):
        return [
            row
            for key, item in details.items()
            for row in _flatten(item, f"{field}.{key}" if field else str(key))
        ]
    if isinstance(details, list):
        return [row for item in details for row in _flatten(item, field)]
    return []


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema describes the token."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer"}

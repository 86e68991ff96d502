"""How often a visitor may ask for what costs much: the whole register as a file, the digest of a file."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http.response import HttpResponseBase
from django.shortcuts import render

from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.http import Request

log = logging.getLogger(__name__)
View = Callable[..., HttpResponseBase]
SECONDS = 60


def _is_over(scope: str, request: Request, most: int) -> bool:
    """Count one more, and say whether it is too many in this minute. A broker that is away lets everyone through."""
    address = sha256_hex(request.META.get("REMOTE_ADDR", "").encode())
    key = f"register:{scope}:{address}"
    try:
        cache.add(key, 0, SECONDS)
        return cache.incr(key) > most
    except ValueError:  # the minute ended between the two
        return False
    except Exception:
        log.warning("the counter of visitors does not answer", exc_info=True)
        return False


def limited(scope: str, most: int, methods: tuple[str, ...] = ("GET", "HEAD")) -> Callable[[View], View]:
    """At most so many requests of these methods a minute from one address of the network; then 429 until it is over."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def asked(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in methods and _is_over(scope, request, most):
                response = render(request, "register/too_often.html", {"most": most}, status=429)
                response["Retry-After"] = str(SECONDS)
                return response
            return view(request, *args, **kwargs)

        return asked

    return wrap

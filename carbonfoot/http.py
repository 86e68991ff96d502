"""The request as the middleware leaves it."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from carbonfoot.accounts.actor import Actor


class Request(HttpRequest):
    """A request with its actor and htmx details; what views are annotated with."""

    actor: Actor
    htmx: HtmxDetails

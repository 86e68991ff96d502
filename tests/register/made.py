"""What tests of the register start from."""

from __future__ import annotations

from typing import Any

from django.test import Client

from carbonfoot.accounts.actor import Actor
from declarations.models import Declaration
from declarations.services import review as services
from tests.support import factories as make


def accepted(content: dict[str, Any] | None = None, **fields: Any) -> Declaration:
    """A declaration that was accepted through the service."""
    return accept(make.declaration("submitted", content=content, **fields))


def accept(declaration: Declaration) -> Declaration:
    """Accept what was submitted, through the service."""
    regulator = make.person(make.organisation("authority"))
    services.take_up(actor=regulator, declaration=declaration)
    services.accept(actor=regulator, declaration=declaration)
    declaration.refresh_from_db()
    return declaration


def visitor(language: str = "en") -> Client:
    """Somebody who is not signed in."""
    client = Client()
    client.cookies["language"] = language
    return client


def client_of(actor: Actor, language: str = "en") -> Client:
    """A person who is signed in."""
    client = visitor(language)
    if actor.user is not None:
        client.force_login(actor.user)
        client.cookies["language"] = language
    return client

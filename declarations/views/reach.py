"""Which verification a page may show."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from carbonfoot.accounts.roles import Role
from carbonfoot.http import Request
from declarations.models import Declaration
from declarations.selectors.verification import clean_room_for, verifications_for


def the_declaration(request: Request, pk: int) -> Declaration:
    """The declaration, if the actor is of the body asked or engaged, or of the maker; 404 otherwise."""
    found: Declaration = get_object_or_404(verifications_for(request.actor), pk=pk)
    return found


def the_opened_declaration(request: Request, pk: int) -> Declaration:
    """The same for pages that show what was frozen: to a body once it has taken the engagement on, and not while the
    maker works on the declaration again; 404 otherwise."""
    declaration = the_declaration(request, pk)
    if request.actor.role == Role.VERIFIER and not clean_room_for(request.actor).filter(pk=pk).exists():
        raise Http404
    return declaration

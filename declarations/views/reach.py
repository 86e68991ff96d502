"""Which verification a page may show."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from carbonfoot.http import Request
from declarations.models import Declaration
from declarations.selectors.verification import verifications_for


def the_declaration(request: Request, pk: int) -> Declaration:
    """The declaration, if the actor is of the body asked or engaged, or of the maker; 404 otherwise."""
    found: Declaration = get_object_or_404(verifications_for(request.actor), pk=pk)
    return found

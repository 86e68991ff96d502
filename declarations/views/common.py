"""What the pages of the maker's side share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from carbonfoot.accounts.access import AccessDenied
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from carbonfoot.ui.fieldviews import sentence
from declarations import workflow
from declarations.models import Declaration, Pack, PackPart, QualityPlan
from declarations.selectors.declarations import declarations_for
from declarations.selectors.packs import packs_for, parts_for
from declarations.selectors.plans import plans_for

Row = TypeVar("Row", Declaration, Pack, QualityPlan)


def own_declaration(request: Request, pk: int) -> Declaration:
    """A declaration of the actor's organisation; 404 otherwise."""
    found: Declaration = get_object_or_404(declarations_for(request.actor), pk=pk)
    return found


def own_pack(request: Request, pk: int) -> Pack:
    """A pack of the actor's organisation; 404 otherwise."""
    found: Pack = get_object_or_404(packs_for(request.actor), pk=pk)
    return found


def own_part(request: Request, pk: int, part: int) -> PackPart:
    """A part of a pack of the actor's organisation; 404 otherwise."""
    found: PackPart = get_object_or_404(parts_for(request.actor), pk=part, pack_id=pk)
    return found


def own_plan(request: Request, pk: int) -> QualityPlan:
    """A plan of the actor's organisation; 404 otherwise."""
    found: QualityPlan = get_object_or_404(plans_for(request.actor), pk=pk)
    return found


def say(request: Request, problems: Problems) -> None:
    """Show what a service refused on the next page, each with its mend."""
    for item in problems.items:
        if item.severity == "error":
            where = f"{item.where}: " if item.where and item.where not in PLACES else ""
            value = f" ({item.value})" if item.value and not where else ""
            messages.error(request, f"{where}{sentence(item)}{value}")


# Places of the task list are for links, not for reading.
PLACES = frozenset(
    (
        "declarant",
        "pack",
        "family",
        "plan",
        "life",
        "results",
        "calculation",
        "phase",
        "snapshot",
        "verification",
        "submit",
    )
)


def press(
    request: Request, row: Row, verb: str, do: Callable[[], Any], done: Any, back: str, *args: Any
) -> HttpResponse:
    """Do what a button asks for and go back. A second click on what has been done already is no error."""
    try:
        do()
    except Problems as problems:
        say(request, problems)
    except AccessDenied:
        row.refresh_from_db()
        if not verb or row.state != workflow.find(row, verb).target:
            raise
        messages.info(request, _("This has been done already."))
    else:
        messages.success(request, done)
    return redirect(back, *args)

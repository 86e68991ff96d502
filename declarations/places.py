"""Where in its basis a finding stands: a section, a line of the maker's own result, or a supplier's recipe.

The maker reads findings. A place inside a supplier's recipe is shown to it as the supplied product alone: which line,
amount or factor is meant is between the verifier and the supplier.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.ui.text import pick
from declarations.figures import Frozen
from declarations.models import Declaration, Section
from declarations.selectors.verification import calculations_behind, supply_tree
from lca.models import PublishedResult

LINES_OFFERED = 200


def places_of(actor: Actor, declaration: Declaration) -> list[tuple[Any, Any]]:
    """Choices for a finding: sections, the largest lines of the maker's result, supplier recipes in reach."""
    choices: list[tuple[Any, Any]] = [("", _("The declaration as a whole"))]
    choices.append((_("Sections"), [(f"section:{key}", label) for key, label in Section.choices]))
    if declaration.snapshot is not None:
        lines = Frozen(declaration.snapshot).lines[:LINES_OFFERED]
        own = [
            (f"line:{line['id']}", pick(line.get("name") or {})) for line in lines if len(line["id"]) <= 100
        ]
        choices.append((_("Lines of the result"), own))
    recipes = {
        item.calculation.pk: f"{item.result.product} · {item.result.organisation.name}"
        for top in supply_tree(actor, declaration)
        for item in top.walk()
        if item.calculation is not None
    }
    if recipes:
        choices.append(
            (_("Recipes of suppliers"), [(f"recipe:{pk}", label) for pk, label in recipes.items()])
        )
    return choices


def place_label(actor: Actor, declaration: Declaration, place: str) -> Any:
    """A stored place in words, as far as the reader may know it."""
    kind, _colon, key = place.partition(":")
    if kind == "section" and key in Section.values:
        return Section(key).label
    if kind == "line" and declaration.snapshot is not None:
        for line in Frozen(declaration.snapshot).lines:
            if line.get("id") == key:
                return pick(line.get("name") or {}) or key
        return key
    if kind == "recipe" and key.isascii() and key.isdigit():
        return _recipe_label(actor, declaration, int(key))
    return _("The declaration as a whole")


def _recipe_label(actor: Actor, declaration: Declaration, calculation: int) -> Any:
    if calculations_behind(actor, declaration).filter(pk=calculation).exists():
        result = (
            PublishedResult.objects.filter(calculations=calculation).select_related("organisation").first()
        )
        return f"{result.product} · {result.organisation.name}" if result else _("A supplier's recipe")
    granted = PublishedResult.objects.filter(
        calculations=calculation, grants__buyer=actor.organisation
    ).first()
    if granted is not None:
        return _("The recipe of “%(product)s”") % {"product": granted.product}
    return _("A recipe further up the supply chain")

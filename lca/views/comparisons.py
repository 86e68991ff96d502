"""Choosing any two finished calculations within reach to compare: packs, versions, rule sets, modules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from carbonfoot.http import Request
from carbonfoot.ui import forms as ui
from lca import rulesets
from lca.presentation.result import headline, ruleset_of
from lca.selectors.comparisons import comparable
from lca.views.results import finished

PAGE = 20


def _rulesets() -> list[tuple[str, Any]]:
    return [("", _("all")), *((item.id, item.id) for item in rulesets.available())]


class PickForm(ui.BaseForm):
    """Words and rule set to look for."""

    q = forms.CharField(label=_("Words"), required=False, max_length=120)
    ruleset = forms.ChoiceField(label=_("Rule set"), required=False, choices=_rulesets)


@require_GET
def pick(request: Request) -> HttpResponse:
    """Step one chooses the first calculation, step two (`?first=`) what it is compared with."""
    first = None
    asked = request.GET.get("first", "")
    if asked:
        if not asked.isdecimal():
            raise Http404
        first = finished(request, int(asked))
    form = PickForm(request.GET)
    words, ruleset = (form.cleaned_data["q"], form.cleaned_data["ruleset"]) if form.is_valid() else ("", "")
    rows = comparable(request.actor, words, ruleset)
    if first is not None:
        rows = rows.exclude(pk=first.pk)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "first": first,
        "first_headline": headline(first.ledger, ruleset_of(first)) if first else None,
        "page": page,
        "filtered": bool(words or ruleset),
    }
    return render(request, "lca/compare_pick.html", context)

"""What the register makes public: for everyone to read, for the administrator to choose."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carbonfoot.accounts.access import check
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from declarations.forms.register import PublicationForm
from declarations.models import PublicationRule
from declarations.publication import CHOICE, FIELDS, GROUPS
from declarations.register import rule_in_force
from declarations.selectors import register as selectors
from declarations.services.publication import set_rule
from declarations.views.register import tabs


def _changes(rules: list[PublicationRule]) -> list[dict[str, Any]]:
    """Each choice with what it added and took away; before the first, every field was public."""
    found = []
    for place, rule in enumerate(rules):
        before = frozenset(rules[place + 1].fields) if place + 1 < len(rules) else CHOICE
        now = frozenset(rule.fields)
        found.append(
            {
                "rule": rule,
                "added": [FIELDS[key].label for key in FIELDS if key in now - before],
                "removed": [FIELDS[key].label for key in FIELDS if key in before - now],
            }
        )
    return found


@require_safe
def register_fields(request: Request) -> HttpResponse:
    """Every field that can be public, whether it is, and how that came about."""
    version, public = rule_in_force()
    context = {
        "tabs": tabs(request, "fields"),
        "version": version,
        "groups": [
            (group.title, [(field, field.must or field.key in public) for field in group.fields])
            for group in GROUPS
        ],
        "changes": _changes(selectors.rules(request.actor)),
        "may_change": check(request.actor, "register.configure"),
    }
    return render(request, "register/fields.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def register_fields_edit(request: Request) -> HttpResponse:
    """Choose what is public from now on."""
    _version, public = rule_in_force()
    form = PublicationForm(
        request.POST if request.method == "POST" else None, initial={"fields_": sorted(public)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            set_rule(
                actor=request.actor, fields=form.cleaned_data["fields_"], reason=form.cleaned_data["reason"]
            )
        except Problems as problems:
            form.add_problems(problems, rename={"fields": "fields_"})
        else:
            messages.success(request, _("Chosen. It holds for what is accepted from now on."))
            return redirect("register:fields")
    context = {"form": form, "must": [field for field in FIELDS.values() if field.must]}
    return render(request, "register/fields_edit.html", context, status=422 if form.errors else 200)

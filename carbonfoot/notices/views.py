"""The inbox: what one was told, and how one wants to hear of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from carbonfoot import clock
from carbonfoot.http import Request
from carbonfoot.notices import services
from carbonfoot.notices.forms import ChoicesForm, FilterForm
from carbonfoot.notices.kinds import TOPICS
from carbonfoot.notices.models import Notice
from carbonfoot.notices.selectors import (
    choices_of,
    kinds_of_topic,
    mails_to,
    notices_for,
    text_of,
    topic_of,
    unread_elsewhere,
)
from carbonfoot.problems import Problems

PAGE = 30
MAILS_SHOWN = 20


@dataclass(frozen=True)
class Row:
    """A notice as it is listed."""

    notice: Notice
    text: str
    topic: str


def inbox(request: Request) -> HttpResponse:
    """One's own notices in this organisation, newest first."""
    form = FilterForm(request.GET or None)
    rows = notices_for(request.actor)
    if form.is_bound and form.is_valid():
        if form.cleaned_data["topic"]:
            rows = rows.filter(kind__in=kinds_of_topic(form.cleaned_data["topic"]))
        if form.cleaned_data["unread"]:
            rows = rows.filter(read_at__isnull=True)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [Row(row, text_of(row), str(TOPICS.get(topic_of(row), ""))) for row in page],
        "filtered": bool(request.GET.get("topic") or request.GET.get("unread")),
        "elsewhere": unread_elsewhere(request.actor),
        "until": clock.now().isoformat(),
    }
    return render(request, "notices/inbox.html", context)


@require_POST
def open_notice(request: Request, pk: int) -> HttpResponse:
    """Note that it was read and go to what it tells of."""
    notice = services.mark_read(actor=request.actor, notice=_own(request, pk))
    return HttpResponseRedirect(notice.path) if notice.path else redirect("notices:inbox")


@require_POST
def read(request: Request, pk: int) -> HttpResponse:
    """Note that it was read."""
    services.mark_read(actor=request.actor, notice=_own(request, pk))
    return redirect("notices:inbox")


def _own(request: Request, pk: int) -> Notice:
    return get_object_or_404(notices_for(request.actor), pk=pk)


@require_POST
def read_all(request: Request) -> HttpResponse:
    """Note that everything was read that the page showed or had on further pages; not what came since."""
    services.mark_all_read(actor=request.actor, before=_until(request.POST.get("until", "")))
    return redirect("notices:inbox")


def _until(text: str) -> dt.datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


@require_http_methods(["GET", "POST"])
def choices(request: Request) -> HttpResponse:
    """By mail at once, once a day, or in the inbox only: by topic. And the mails that went out."""
    form = ChoicesForm(request.POST if request.method == "POST" else None, rows=choices_of(request.actor))
    if request.method == "POST" and form.is_valid():
        try:
            services.choose(actor=request.actor, choices=form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("Saved."))
            return redirect("notices:choices")
    context = {"form": form, "mails": list(mails_to(request.actor)[:MAILS_SHOWN])}
    return render(request, "notices/choices.html", context, status=422 if form.errors else 200)

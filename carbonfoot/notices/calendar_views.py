"""The calendar of deadlines as a page and as a file."""

from __future__ import annotations

from itertools import groupby

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from carbonfoot import files
from carbonfoot.accounts.actor import Actor
from carbonfoot.http import Request
from carbonfoot.notices import feeds, ics
from carbonfoot.notices.deadlines import deadlines_for
from carbonfoot.ui.dates import format_month

FILENAME = "carbonfoot-deadlines.ics"


def _page(request: Request, secret: str = "") -> HttpResponse:
    rows = deadlines_for(request.actor)
    if request.GET.get("whose") == "mine":
        rows = [row for row in rows if row.mine]
    late = [row for row in rows if row.is_past]
    coming = [row for row in rows if not row.is_past]
    months = [
        (format_month(group[0].on), group)
        for group in (
            list(items) for _month, items in groupby(coming, key=lambda row: (row.on.year, row.on.month))
        )
    ]
    address = f"{settings.PUBLIC_URL}{reverse('notices:calendar_feed', args=[secret])}" if secret else ""
    here = reverse("notices:calendar")
    mine = request.GET.get("whose") == "mine"
    context = {
        "late": late,
        "months": months,
        "feed": feeds.feed_of(request.actor),
        "address": address,
        "views": [(_("All"), here, not mine), (_("Ours to keep"), f"{here}?whose=mine", mine)],
        "is_mine": mine,
    }
    return render(request, "notices/calendar.html", context)


@require_GET
def calendar(request: Request) -> HttpResponse:
    """Deadlines by month, what is late first."""
    return _page(request)


def _file(actor: Actor) -> bytes:
    organisation = actor.organisation
    if organisation is None:
        raise Http404
    name = _("Deadlines of %(name)s") % {"name": organisation.name}
    return ics.write(deadlines_for(actor), owner=organisation.code, name=name)


@require_GET
def download(request: Request) -> HttpResponse:
    """The deadlines as a file, once."""
    return files.download(_file(request.actor), FILENAME, ics.MEDIA_TYPE)


@require_POST
def make_link(request: Request) -> HttpResponse:
    """A secret address, shown on this one answer only."""
    return _page(request, feeds.make(actor=request.actor))


@require_POST
def end_link(request: Request) -> HttpResponse:
    """End it."""
    feeds.end(actor=request.actor)
    messages.success(request, _("The calendar address opens nothing any more."))
    return redirect("notices:calendar")


@require_GET
def feed(request: Request, secret: str) -> HttpResponse:
    """What a calendar program fetches: no session, the secret alone, in its owner's language."""
    actor = feeds.reader_of(secret)
    if actor is None:
        raise Http404
    with translation.override(actor.language):
        return files.download(_file(actor), FILENAME, ics.MEDIA_TYPE)

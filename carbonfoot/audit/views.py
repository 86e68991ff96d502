"""The audit log as a page."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from carbonfoot.audit.selectors import events_for
from carbonfoot.audit.verbs import verb_text
from carbonfoot.http import Request


def event_list(request: Request) -> HttpResponse:
    """Events that the reader may see, newest first, filtered by what and by object."""
    events = events_for(request.actor)
    verb, obj = request.GET.get("verb", "").strip(), request.GET.get("object", "").strip()
    if verb:
        events = events.filter(verb=verb)
    if obj:
        events = events.filter(object_label__icontains=obj)
    page = Paginator(events, 50).get_page(request.GET.get("page"))
    rows = [{"event": event, "text": verb_text(event.verb)} for event in page]
    context = {
        "page": page,
        "rows": rows,
        "verb": verb,
        "object": obj,
        "verb_label": verb_text(verb) if verb else "",
    }
    return render(request, "audit/list.html", context)

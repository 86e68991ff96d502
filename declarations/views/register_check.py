"""Is the document that somebody holds what was accepted? By its digest, pasted or computed from the file."""

from __future__ import annotations

import hashlib

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from carbonfoot.http import Request
from declarations.forms.register import DigestFileForm
from declarations.selectors import register_digests as digests
from declarations.views.register import tabs
from declarations.views.register_limits import limited

FILES_A_MINUTE = 30


@require_http_methods(["GET", "HEAD", "POST"])
@limited("check", FILES_A_MINUTE, methods=("POST",))
def register_check(request: Request) -> HttpResponse:
    """A digest leads to the entry that it belongs to, or nowhere. A file is read once, for its digest, and let go."""
    form = DigestFileForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        content = hashlib.sha256()
        for chunk in form.cleaned_data["file"].chunks():
            content.update(chunk)
        return redirect(f"{reverse('register:check')}?sha256={content.hexdigest()}&file=1")
    asked = request.GET.get("sha256", "").strip()
    clean = digests.clean_digest(asked)
    match = digests.match(request.actor, clean) if clean else None
    if match is not None:
        address = reverse("register:detail", args=[match.entry.number])
        return redirect(f"{address}?version={match.entry.version}&sha256={clean}#digest")
    context = {
        "tabs": tabs(request, "check"),
        "form": form,
        "asked": asked,
        "is_digest": bool(clean),
        "from_file": "file" in request.GET,
    }
    return render(request, "register/check.html", context, status=422 if form.errors else 200)

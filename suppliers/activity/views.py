"""Pages of activity data: systems, what they sent, what their columns and items mean, and taking a year over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from carbonfoot import clock
from carbonfoot.accounts.access import check, require
from carbonfoot.files import download
from carbonfoot.http import Request
from carbonfoot.languages import language
from carbonfoot.problems import Problems
from carbonfoot.ui.status import Status
from suppliers.activity import files, receiving, selectors, services, takeover
from suppliers.activity.columns import guess
from suppliers.activity.forms import ColumnsForm, FileForm, SourceForm, TableForm, line_columns
from suppliers.activity.rows import RULES
from suppliers.activity.totals import totals_of
from suppliers.models import ActivityBatch, ActivityItem, ActivitySource
from suppliers.views.common import the_request
from suppliers.webform.fields import RowForm, typed
from suppliers.webform.pages import factor_options
from suppliers.webform.steps import step_of
from suppliers.workbook.layout import BY_KEY

PER_PAGE = 50


def _status(batch: ActivityBatch) -> Status:
    return {
        "columns": Status("warn", _("columns to be named")),
        "waiting": Status("info", _("being read")),
        "done": Status("ok", _("read")),
        "refused": Status("bad", _("refused")),
    }[batch.state]


def _source(request: Request, code: str) -> ActivitySource:
    found: ActivitySource = get_object_or_404(selectors.sources_for(request.actor), code=code)
    return found


def _batch(request: Request, source: ActivitySource, pk: int) -> ActivityBatch:
    found: ActivityBatch = get_object_or_404(selectors.batches_for(request.actor, source), pk=pk)
    return found


@require_GET
def source_list(request: Request) -> HttpResponse:
    """The organisation's systems."""
    page = Paginator(selectors.sources_listed(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    data = {"page": page, "may_add": check(request.actor, "activity.create")}
    return render(request, "suppliers/activity/list.html", data)


@require_http_methods(["GET", "HEAD", "POST"])
def source_new(request: Request) -> HttpResponse:
    """Add a system."""
    require(request.actor, "activity.create")
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            source = services.create_source(actor=request.actor, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("%(name)s can send data now.") % {"name": source.name})
            return redirect("suppliers:activity_source", code=source.code)
    return render(request, "suppliers/activity/new.html", {"form": form}, status=422 if form.errors else 200)


def _source_page(request: Request, source: ActivitySource, form: FileForm) -> HttpResponse:
    years = selectors.years_of(source)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and int(asked) in years else (years or [clock.today().year])[0]
    totals = Paginator(totals_of(source, year), PER_PAGE).get_page(request.GET.get("page"))
    batches = selectors.batches_for(request.actor, source)[:20]
    data = {
        "source": source,
        "years": [(str(one), f"?year={one}", one == year) for one in years],
        "year": year,
        "totals": totals,
        "tables": {key: sheet.title.pick(language()) for key, sheet in BY_KEY.items()},
        "batches": [(batch, _status(batch)) for batch in batches],
        "form": form,
        "may_send": check(request.actor, "activity.send", source),
        "address": request.build_absolute_uri(reverse("api:activity_records", args=[source.code])),
    }
    return render(request, "suppliers/activity/source.html", data, status=422 if form.errors else 200)


@require_GET
def source(request: Request, code: str) -> HttpResponse:
    """A system: its items with a year's sums, what it sent, and how to send more."""
    row = _source(request, code)
    require(request.actor, "activity.view", row)
    return _source_page(request, row, FileForm())


@require_POST
def receive(request: Request, code: str) -> HttpResponse:
    """Take a file. Its columns are asked for the first time, and when they changed."""
    row = _source(request, code)
    require(request.actor, "activity.send", row)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = receiving.receive_file(actor=request.actor, source=row, file=file, filename=file.name)
        except Problems as problems:
            form.add_problems(problems)
        else:
            return redirect("suppliers:activity_batch", code=code, pk=batch.pk)
    return _source_page(request, row, form)


@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: Request, code: str, pk: int) -> HttpResponse:
    """A delivery: its columns to be named, its progress, or what became of its rows."""
    row = _source(request, code)
    require(request.actor, "activity.view", row)
    it = _batch(request, row, pk)
    form = None
    if it.state == ActivityBatch.State.COLUMNS:
        with it.file.open("rb") as file:
            content = file.read()
        header = files.header_of(content)
        posted = request.POST if request.method == "POST" else None
        form = ColumnsForm(posted, header, guess(header, row.columns))
        if request.method == "POST":
            require(request.actor, "activity.send", row)
            if form.is_valid():
                try:
                    receiving.name_columns(actor=request.actor, source=row, columns=form.cleaned_data)
                except Problems as problems:
                    form.add_problems(problems)
                else:
                    return redirect("suppliers:activity_batch", code=code, pk=pk)
    page = Paginator(it.results, PER_PAGE).get_page(request.GET.get("page"))
    data = {
        "source": row,
        "it": it,
        "status": _status(it),
        "form": form,
        "first_lines": _first_lines(content) if form else [],
        "page": page,
        "results": [_said(result) for result in page],
        "may_send": check(request.actor, "activity.send", row),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "suppliers/activity/batch.html", data, status=status)


def _first_lines(content: bytes) -> list[list[str]]:
    """The titles and the first rows, to choose columns by."""
    return files.head_of(content, 4)


def _said(result: Mapping[str, Any]) -> dict[str, Any]:
    """A row's outcome in words."""
    problems = []
    for fault in result["problems"]:
        message, mend = RULES[fault["code"]]
        problems.append({**fault, "message": message, "mend": mend})
    kinds = {
        "stored": Status("ok", _("new")),
        "changed": Status("info", _("changed")),
        "unchanged": Status("plain", _("known already")),
        "refused": Status("bad", _("refused")),
    }
    return {**result, "problems": problems, "status": kinds[result["outcome"]]}


@require_GET
def batch_file(request: Request, code: str, pk: int) -> HttpResponseBase:
    """The file as it came."""
    row = _source(request, code)
    require(request.actor, "activity.view", row)
    it = _batch(request, row, pk)
    if not it.file:
        raise Http404
    return download(it.file.open("rb"), it.filename)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: Request, code: str, pk: int) -> HttpResponse:
    """An item: which line of an answer it is, and its records."""
    row = _source(request, code)
    require(request.actor, "activity.view", row)
    it: ActivityItem = get_object_or_404(selectors.items_for(request.actor, row), pk=pk)
    table = request.POST.get("table", request.GET.get("table", it.table))
    columns = line_columns(table)
    texts = it.values if table == it.table else {}
    if request.method == "POST":
        require(request.actor, "activity.send", row)
        texts = typed(request.POST, columns, "line")
        # Another table was chosen: its fields are asked for before anything is kept.
        if request.POST.get("shown", "") == table:
            try:
                services.map_item(actor=request.actor, item=it, table=table, values=texts)
            except Problems as problems:
                for problem in problems.items:
                    messages.error(request, str(problem.message))
            else:
                messages.success(
                    request,
                    _("%(item)s is mapped.") % {"item": it.code} if table else _("Not part of any answer."),
                )
                return redirect("suppliers:activity_source", code=code)
    data = {
        "source": row,
        "it": it,
        "table": table,
        "table_form": TableForm(initial={"table": table}),
        "line_form": RowForm(columns, texts, language=language(), prefix="line") if columns else None,
        "factors": factor_options(step_of(table), language()) if columns else [],
        "records": Paginator(selectors.records_for(request.actor, it), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "may_send": check(request.actor, "activity.send", row),
    }
    return render(request, "suppliers/activity/item.html", data)


@require_http_methods(["GET", "HEAD", "POST"])
def request_activity(request: Request, number: str) -> HttpResponse:
    """Sums of the request's year, to be taken over into the draft of its answer."""
    row = the_request(request, number)
    require(request.actor, "request.fill", row)
    totals = takeover.offered(request.actor, row)
    problems: Problems | None = None
    asked = _asked(request.POST) if request.method == "POST" else {}
    if request.method == "POST":
        try:
            parts = takeover.chosen(totals, asked)
            takeover.take_over(actor=request.actor, request=row, parts=parts, language=language())
        except Problems as found:
            problems = found
        else:
            messages.success(request, _("The sums are in the form. Check them there, then hand it in."))
            return redirect("suppliers:form_check", number=number)
    data = {
        "it": row,
        "lines": [
            {
                "total": total,
                "ticked": total.item.pk in asked or (not asked and total.usable),
                "share": asked.get(total.item.pk, ("100", ""))[0],
                "reason": asked.get(total.item.pk, ("100", ""))[1],
                "table": BY_KEY[total.item.table].title.pick(language()),
            }
            for total in totals
        ],
        "refused": problems,
    }
    return render(request, "suppliers/activity/take.html", data, status=422 if problems else 200)


def _asked(data: Mapping[str, Any]) -> dict[int, tuple[str, str]]:
    """What was ticked, with share and reason as typed."""
    keys = [text for text in getattr(data, "getlist", lambda _name: [])("item") if text.isdigit()]
    return {int(key): (data.get(f"share_{key}", ""), data.get(f"reason_{key}", "")) for key in keys}

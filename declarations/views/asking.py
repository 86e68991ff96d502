"""The page that asks for many parts of a pack at once, typed or from a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from carbonfoot.accounts.access import require
from carbonfoot.accounts.models import Organisation
from carbonfoot.files import XLSX, download
from carbonfoot.http import Request
from carbonfoot.problems import Problem, Problems
from declarations import asking_file
from declarations.forms.asking import AskingForm, file_data
from declarations.forms.packs import AskFileForm
from declarations.models import Pack
from declarations.selectors.asking import Proposal, proposals
from declarations.services import bulk
from declarations.views.common import own_pack
from suppliers.selectors import supplier_links_for


def _suppliers(request: Request) -> list[Organisation]:
    return [link.supplier for link in supplier_links_for(request.actor) if link.supplier.is_active]


def _page(
    request: Request,
    pack: Pack,
    form: AskingForm,
    problems: list[Problem] | None = None,
    file_form: AskFileForm | None = None,
    from_file: int = 0,
) -> HttpResponse:
    shown = problems or []
    if form.bound:
        form.add(shown)
    context = {
        "pack": pack,
        "form": form,
        "problems": _linked(shown),
        "asked": [item for item in proposals(request.actor, pack) if item.asked],
        "file_form": file_form or AskFileForm(),
        "from_file": from_file,
        "no_suppliers": not form.rows or not form.rows[0].suppliers,
    }
    return render(request, "declarations/packs/ask.html", context, status=422 if shown else 200)


def _linked(problems: list[Problem]) -> list[tuple[str, str, str]]:
    """(id of the field, name of the part, sentence) for the summary."""
    return [
        (
            f"id_{item.field}" if "-" in item.field else "",
            str(item.where),
            f"{item.message} {item.mend}".strip() + (f" ({item.value})" if item.value else ""),
        )
        for item in problems
    ]


@require_http_methods(["GET", "POST"])
def pack_ask(request: Request, pk: int) -> HttpResponse:
    """Ask for many parts: a form with a row for each, or a filled file that fills this form."""
    pack = own_pack(request, pk)
    require(request.actor, "pack.edit", pack)
    rows, suppliers = proposals(request.actor, pack), _suppliers(request)
    if request.method != "POST":
        return _page(request, pack, AskingForm.build(rows, suppliers))
    if request.POST.get("do") == "file":
        return _from_file(request, pack, rows, suppliers)
    form = AskingForm.build(rows, suppliers, request.POST)
    found = form.problems()
    asks = [row.as_ask() for row in form.chosen()]
    unread = {item.field for item in found}
    if found:
        found += [
            item
            for item in bulk.problems_of(actor=request.actor, pack=pack, asks=asks)
            if item.field not in unread
        ]
        return _page(request, pack, form, found)
    try:
        sent = bulk.ask_many(actor=request.actor, pack=pack, asks=asks, batch=form.batch)
    except Problems as problems:
        return _page(request, pack, form, problems.items)
    count = ngettext("%(n)d request has been sent.", "%(n)d requests have been sent.", len(sent))
    messages.success(request, count % {"n": len(sent)})
    return redirect("declarations:pack_responsibility", pk)


def _from_file(
    request: Request, pack: Pack, rows: list[Proposal], suppliers: list[Organisation]
) -> HttpResponse:
    file_form = AskFileForm(request.POST, request.FILES)
    empty = AskingForm.build(rows, suppliers)
    if not file_form.is_valid():
        return _page(request, pack, empty, [], file_form)
    try:
        found = asking_file.read(file_form.cleaned_data["file"], rows, suppliers)
    except Problems as problems:
        file_form.add_problems(problems)
        return _page(request, pack, empty, problems.items, file_form)
    form = AskingForm.build(rows, suppliers, file_data({part: row.values for part, row in found.items()}))
    stated = [item for row in found.values() for item in row.problems]
    unread = {item.field for item in stated} | {item.field for item in form.problems()}
    asks = [row.as_ask() for row in form.chosen()]
    more = bulk.problems_of(actor=request.actor, pack=pack, asks=asks)
    problems_ = [*stated, *(item for item in form.problems() if item.field not in {s.field for s in stated})]
    problems_ += [item for item in more if item.field not in unread]
    return _page(request, pack, form, problems_, from_file=len(found))


@require_GET
def pack_ask_template(request: Request, pk: int) -> HttpResponse:
    """The file to fill in, with the pack's parts in it."""
    pack = own_pack(request, pk)
    return download(asking_file.template(proposals(request.actor, pack)), f"requests-{pack.pk}.xlsx", XLSX)

"""The page of files that a result can be had as, and the files for other tools."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from carbonfoot.files import download
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from lca.exports import exchange as exchange_files
from lca.models import Calculation
from lca.views.results import finished, page_context

# How Brightway takes the file: shown on the page and in docs/exchange.md, and done by the tests.
BRIGHTWAY_STEPS = """import bw2calc, bw2data, bw2io
database, method = bw2io.BW2Package.import_file("{filename}")
lca = bw2calc.LCA({{bw2data.get_node(database=database.name, code="reference"): 1}}, method.name)
lca.lci(); lca.lcia(); print(lca.score)"""


@require_GET
def export_page(request: Request, pk: int) -> HttpResponse:
    """Every file of a result, what it is for, and how the other tool opens it."""
    return _page(request, finished(request, pk))


def _page(request: Request, calculation: Calculation, problems: Problems | None = None) -> HttpResponse:
    steps = BRIGHTWAY_STEPS.format(filename=exchange_files.filename(calculation, "bw2package"))
    context = page_context(request, calculation, "export") | {
        "steps": steps,
        "total": calculation.ledger["total"],
        "problems": problems.items if problems else [],
    }
    return render(request, "lca/result_export.html", context, status=422 if problems else 200)


def _file(
    request: Request, pk: int, make: Callable[[Calculation], bytes], ending: str, kind: str
) -> HttpResponse:
    calculation = finished(request, pk)
    try:
        content = make(calculation)
    except Problems as problems:
        return _page(request, calculation, problems)
    return download(content, exchange_files.filename(calculation, ending), kind)


@require_GET
def export_openlca(request: Request, pk: int) -> HttpResponse:
    """The calculation as an openLCA package."""
    return _file(request, pk, exchange_files.openlca_file, "openlca.zip", exchange_files.OPENLCA)


@require_GET
def export_brightway(request: Request, pk: int) -> HttpResponse:
    """The calculation as a bw2package."""
    return _file(request, pk, exchange_files.brightway_file, "bw2package", exchange_files.BRIGHTWAY)

"""The verifier's desk: engagements, the clean room, signing. The maker sees the state of its own verification."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from carbonfoot.accounts.access import AccessDenied, Decision, check, require
from carbonfoot.accounts.roles import Role
from carbonfoot.files import download
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from carbonfoot.ui.charts import Stage, stage_bar, stage_key
from carbonfoot.ui.lists import ordering, with_params
from declarations.figures import Frozen, number
from declarations.forms.verification import SignForm
from declarations.models import Declaration, Statement
from declarations.places import place_label
from declarations.selectors import verification as selectors
from declarations.services import verification as services
from declarations.shown import declaration_status, finding_status, line_words
from lca.models import Calculation
from suppliers.models import Upload
from suppliers.shown import snippet

PER_PAGE = 50
SAMPLE_SIZES = (10, 14, 20, 30)
SORTS = {
    "number": "number",
    "maker": "organisation__name_zh",
    "due": "engagement__due_on",
    "state": "state",
    "open": "findings_open",
}
VIEWS = {
    "now": ("in_verification",),
    "maker": ("draft", "frozen"),
    "signed": ("verified", "submitted", "in_review", "returned", "accepted", "superseded"),
    "all": (),
}


def the_declaration(request: Request, pk: int) -> Declaration:
    """The declaration, if the actor is the body engaged or the maker; 404 otherwise."""
    found: Declaration = get_object_or_404(selectors.verifications_for(request.actor), pk=pk)
    return found


def verification_list(request: Request) -> HttpResponse:
    """Engagements of the body, those to work on first."""
    view = request.GET.get("view", "now")
    view = view if view in VIEWS else "now"
    rows = selectors.verifications_for(request.actor)
    tabs = [
        (label, with_params(request, view=key), key == view, _count(rows, VIEWS[key]))
        for key, label in (
            ("now", _("To verify")),
            ("maker", _("With the maker")),
            ("signed", pgettext("statement", "Signed")),
            ("all", _("All")),
        )
    ]
    rows = selectors.with_finding_counts(_in(rows, VIEWS[view]))
    q = request.GET.get("q", "").strip()
    if q:
        rows = rows.filter(selectors.matches(q))
    rows = rows.order_by(*ordering(request, SORTS, "due"))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = [{"declaration": row, "status": declaration_status(row)} for row in page]
    return render(
        request,
        "declarations/verification/list.html",
        {"page": page, "rows": shown, "tabs": tabs, "q": q, "view": view},
    )


def _in(rows: Any, states: tuple[str, ...]) -> Any:
    return rows.filter(state__in=states) if states else rows


def _count(rows: Any, states: tuple[str, ...]) -> int:
    count: int = _in(rows, states).order_by().count()
    return count


def sign_decision(request: Request, declaration: Declaration) -> Decision:
    """Whether the statement can be signed now, and if not, why."""
    decision = check(request.actor, "verification.sign", declaration)
    if not decision:
        return decision
    found = services.signing_problems(declaration)
    return Decision(not found, services.refusal(found))


@never_cache
def verification(request: Request, pk: int) -> HttpResponse:
    """The clean room of one declaration; for the maker, findings and statement alone."""
    declaration = the_declaration(request, pk)
    actor = request.actor
    is_verifier = actor.role == Role.VERIFIER
    open_room = not is_verifier or declaration.state in selectors.OPEN_STATES
    frozen = Frozen(declaration.snapshot) if declaration.snapshot and open_room else None
    context: dict[str, Any] = {
        "declaration": declaration,
        "status": declaration_status(declaration),
        "is_verifier": is_verifier,
        "open_room": open_room,
        "frozen": frozen,
        "statement": Statement.objects.filter(snapshot=declaration.snapshot)
        .select_related("organisation")
        .first(),
        "older_statements": declaration.statements.exclude(snapshot=declaration.snapshot),
        "findings": _finding_rows(request, declaration),
        "raise_decision": check(actor, "verification.raise", declaration),
        "sign_decision": sign_decision(request, declaration) if is_verifier else False,
    }
    if frozen is not None:
        stages = [Stage(key, value) for key, value in frozen.figures.stages.items()]
        context |= {
            "figures": frozen.figures,
            "stage_bar": stage_bar(stages),
            "stage_key": stage_key(stages, 4),
            "supplies": [item for top in selectors.supply_tree(actor, declaration) for item in top.walk()],
            "plan": frozen.content.get("plan") or {},
            "checks": frozen.content.get("checks") or [],
        }
    return render(request, "declarations/verification/detail.html", context)


def _finding_rows(request: Request, declaration: Declaration) -> list[dict[str, Any]]:
    rows = selectors.findings_for(request.actor).filter(declaration=declaration)
    return [
        {
            "finding": row,
            "status": finding_status(row),
            "place": place_label(request.actor, declaration, row.place),
        }
        for row in rows
    ]


def the_calculation(request: Request, declaration: Declaration, calculation_id: int) -> Calculation:
    """A calculation behind the declaration, if the room is open to the actor; 404 otherwise."""
    found: Calculation = get_object_or_404(
        selectors.calculations_behind(request.actor, declaration), pk=calculation_id
    )
    return found


@never_cache
def verification_calculation(request: Request, pk: int, calculation_id: int) -> HttpResponse:
    """All lines of a calculation in the clean room, the maker's or a supplier's, each down to its source. Logged."""
    declaration = the_declaration(request, pk)
    calculation = the_calculation(request, declaration, calculation_id)
    services.note_calculation_viewed(actor=request.actor, declaration=declaration, calculation=calculation)
    lines = list(calculation.ledger.get("lines") or [])
    lines.sort(key=lambda line: -abs(number(line.get("kgco2e")) or 0.0))
    total = len(lines)
    size, seed = _sampling(request, declaration)
    if size:
        lines = selectors.sample(lines, size, seed)
    q = request.GET.get("q", "").strip().lower()
    if q:
        lines = [line for line in lines if q in _searchable(line)]
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    results = {
        str(item.result.pk): item
        for top in selectors.supply_tree(request.actor, declaration)
        for item in top.walk()
    }
    rows = [
        {
            "line": line,
            "words": line_words(line),
            "url": reverse("declarations:verification_line", args=[pk, calculation.pk, line["id"]]),
            "supply": results.get(str((line.get("result") or {}).get("id"))),
        }
        for line in page
    ]
    return render(
        request,
        "declarations/verification/calculation.html",
        {
            "declaration": declaration,
            "calculation": calculation,
            "is_own": calculation.organisation_id == declaration.organisation_id,
            "page": page,
            "rows": rows,
            "total": total,
            "q": request.GET.get("q", ""),
            "size": size,
            "sizes": SAMPLE_SIZES,
            "place": ""
            if calculation.pk == declaration.calculation_id
            else f"?place=recipe:{calculation.pk}",
            "seed": seed,
            "raise_decision": check(request.actor, "verification.raise", declaration),
        },
    )


def _sampling(request: Request, declaration: Declaration) -> tuple[int, str]:
    asked = request.GET.get("sample", "")
    size = next((size for size in SAMPLE_SIZES if asked == str(size)), 0)
    default = declaration.snapshot.sha256[:8] if declaration.snapshot else ""
    return size, request.GET.get("seed", "").strip()[:40] or default


def _searchable(line: dict[str, Any]) -> str:
    factor = line.get("factor") or {}
    words = [line.get("id"), line.get("process"), factor.get("key")]
    words += [*(line.get("name") or {}).values(), *(factor.get("name") or {}).values()]
    return " ".join(str(word) for word in words if word).lower()


@never_cache
def verification_line(request: Request, pk: int, calculation_id: int, line_id: str) -> HttpResponse:
    """Where one line comes from: amount, conversion, factor or supplier result, file, sheet and cell. Logged."""
    declaration = the_declaration(request, pk)
    calculation = the_calculation(request, declaration, calculation_id)
    line = next((item for item in calculation.ledger.get("lines") or [] if item.get("id") == line_id), None)
    if line is None:
        raise Http404
    services.note_calculation_viewed(actor=request.actor, declaration=declaration, calculation=calculation)
    source = line.get("provenance") or {}
    upload = None
    if source.get("kind") == "upload":
        upload = selectors.upload_named(request.actor, declaration, source.get("upload"))
    supply = None
    if line.get("result"):
        tree = selectors.supply_tree(request.actor, declaration)
        wanted = str(line["result"].get("id"))
        supply = next((item for top in tree for item in top.walk() if str(item.result.pk) == wanted), None)
    return render(
        request,
        "declarations/verification/line.html",
        {
            "declaration": declaration,
            "calculation": calculation,
            "line": line,
            "words": line_words(line),
            "source": source,
            "upload": upload,
            "snippet": snippet(upload, source.get("sheet", ""), source.get("cell", ""), "ok")
            if upload
            else None,
            "supply": supply,
            "raise_decision": check(request.actor, "verification.raise", declaration),
            "place": f"line:{line_id}"
            if calculation.pk == declaration.calculation_id
            else f"recipe:{calculation.pk}",
        },
    )


def verification_upload(request: Request, pk: int, upload_id: str) -> HttpResponseBase:
    """A copy of the file that a recipe rests on. Logged for its owner."""
    declaration = the_declaration(request, pk)
    upload: Upload = get_object_or_404(selectors.uploads_behind(request.actor, declaration), pk=upload_id)
    services.note_upload_downloaded(actor=request.actor, declaration=declaration, upload=upload)
    return download(upload.file.open("rb"), upload.filename)


@never_cache
def verification_sign(request: Request, pk: int) -> HttpResponse:
    """Sign the statement for exactly the snapshot on the page."""
    declaration = the_declaration(request, pk)
    require(request.actor, "verification.sign")
    snapshot = declaration.snapshot
    if snapshot is None or declaration.state not in selectors.OPEN_STATES:
        raise AccessDenied(_("Nothing is frozen."))
    form = SignForm(request.POST or None, initial={"snapshot_sha256": snapshot.sha256})
    if request.method == "POST" and form.is_valid():
        data = {key: value for key, value in form.cleaned_data.items() if key != "confirm"}
        try:
            statement = services.sign_statement(actor=request.actor, declaration=declaration, **data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            return redirect("declarations:statement", pk=statement.pk)
    status = 422 if form.is_bound else 200
    context = {
        "declaration": declaration,
        "form": form,
        "snapshot": snapshot,
        "figures": Frozen(snapshot).figures,
        "decision": sign_decision(request, declaration),
        "findings": _finding_rows(request, declaration),
    }
    return render(request, "declarations/verification/sign.html", context, status=status)


def statement(request: Request, pk: int) -> HttpResponse:
    """A signed statement: what was signed, for which content, and whether that is still what is declared."""
    reach = selectors.verifications_for(request.actor).order_by().values("pk")
    found: Statement = get_object_or_404(
        Statement.objects.select_related(
            "declaration__organisation", "snapshot", "organisation", "signed_by"
        ).filter(declaration__in=reach),
        pk=pk,
    )
    context = {
        "statement": found,
        "declaration": found.declaration,
        "is_current": found.snapshot_id == found.declaration.snapshot_id,
        "figures": found.content.get("figures") or {},
        "is_verifier": request.actor.role == Role.VERIFIER,
    }
    return render(request, "declarations/verification/statement.html", context)

"""The verifier's desk: engagements, the clean room, signing. The maker sees the state of its own verification."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from carbonfoot.accounts.access import AccessDenied, Decision, check, require
from carbonfoot.accounts.roles import Role
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from carbonfoot.ui.charts import Stage, stage_bar, stage_key
from carbonfoot.ui.lists import ordering, with_params
from carbonfoot.ui.status import Status
from declarations.figures import Frozen
from declarations.forms.verification import DrawForm, SignForm
from declarations.models import Declaration, Statement
from declarations.places import place_label
from declarations.plans import SECTIONS
from declarations.selectors import checking
from declarations.selectors import verification as selectors
from declarations.selectors.declarations import listed
from declarations.services import verification as services
from declarations.services.engagements import INDEPENDENCE
from declarations.shown import declaration_status, finding_status
from declarations.views.checking import calculation_choices
from declarations.views.engagements import asked_page
from declarations.views.reach import the_declaration, the_opened_declaration

PER_PAGE = 50
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
    rows = _in(rows, VIEWS[view])
    q = request.GET.get("q", "").strip()
    if q:
        rows = rows.filter(selectors.matches(q))
    order = ordering(request, SORTS, "due")
    sorted_rows = selectors.with_finding_counts(listed(rows)) if "findings_open" in order[0] else rows
    page: Any = Paginator(sorted_rows.order_by(*order), PER_PAGE).get_page(request.GET.get("page"))
    # Findings are counted for what is shown; for all only when they make the order.
    keys = list(page.object_list.values_list("pk", flat=True))
    found = selectors.with_finding_counts(listed(rows.order_by())).in_bulk(keys)
    shown = [{"declaration": found[key], "status": _list_status(found[key])} for key in keys if key in found]
    return render(
        request,
        "declarations/verification/list.html",
        {"page": page, "rows": shown, "tabs": tabs, "q": q, "view": view},
    )


def _list_status(row: Declaration) -> Status:
    """The state in the list: of the engagement while the body has not taken it on."""
    if row.engagement.state == "refused":
        return Status("idle", row.engagement.get_state_display())
    if row.engagement.state == "asked" and row.state == "in_verification":
        return Status("warn", _("To be taken on or refused"))
    return declaration_status(row)


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
    if is_verifier and declaration.engagement.state != "accepted":
        return asked_page(request, declaration)
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
        "engagement": declaration.engagement,
        "independence": INDEPENDENCE,
        "sendings": checking.sendings_of(declaration),
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
            **_work(request, declaration),
            "checks": frozen.content.get("checks") or [],
        }
    return render(request, "declarations/verification/detail.html", context)


def _work(request: Request, declaration: Declaration) -> dict[str, Any]:
    """How far samples, the check of the control plan and the reasons of changes are."""
    snapshot = declaration.snapshot
    changes = checking.changes_of(declaration)
    samples = checking.sample_states(snapshot)
    return {
        "samples": [
            {
                "state": state,
                "place": _sample_place(request, declaration, state),
                "is_own": state.sample.calculation_id == declaration.calculation_id,
            }
            for state in samples
        ],
        "plan_checked": len(checking.last_checks(snapshot, None)) if snapshot else 0,
        "plan_sections": len(SECTIONS),
        "changes": len(changes),
        "changes_open": sum(1 for _change, reason in changes if reason is None),
        "draw_form": DrawForm(calculations=calculation_choices(request, declaration)),
        "check_decision": check(request.actor, "verification.check", declaration),
    }


def _sample_place(request: Request, declaration: Declaration, state: checking.SampleState) -> Any:
    """From what a sample was drawn, as far as the reader may know it."""
    if state.sample.calculation_id == declaration.calculation_id:
        return _("The maker's own lines")
    return place_label(request.actor, declaration, f"recipe:{state.sample.calculation_id}")


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


@never_cache
def verification_sign(request: Request, pk: int) -> HttpResponse:
    """Sign the statement for exactly the snapshot on the page."""
    declaration = the_opened_declaration(request, pk)
    require(request.actor, "verification.sign")
    snapshot = declaration.snapshot
    if snapshot is None:
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

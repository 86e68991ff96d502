"""Reports as far as an actor may read them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from declarations.models import Declaration, ReportFile, Statement, VerificationReport
from declarations.selectors.declarations import OPEN_TO_BODY

# A regulator sees what was submitted, and what became of it.
FILED = ("submitted", "in_review", "returned", "accepted", "superseded")


def reports_for(actor: Actor) -> QuerySet[ReportFile]:
    """Reports of the actor's own declarations, of those it verifies, and for a regulator of all that were filed.

    A regulator and a verifier read the reports of the present snapshot only: earlier ones were never put before them.
    To a verifier they are closed while the maker works on the declaration again, or has withdrawn it.
    """
    reports = ReportFile.objects.select_related("snapshot__declaration", "statement", "job")
    if actor.organisation_id is None:
        return reports.none()
    if actor.role in (Role.EDITOR, Role.APPROVER, Role.VIEWER):
        return reports.filter(snapshot__declaration__organisation_id=actor.organisation_id)
    present = Q(snapshot_id__in=Declaration.objects.values("snapshot_id"))
    if actor.role == Role.VERIFIER:
        return reports.filter(
            present,
            snapshot__declaration__engagement__organisation_id=actor.organisation_id,
            snapshot__declaration__engagement__state="accepted",
            snapshot__declaration__state__in=OPEN_TO_BODY,
        )
    if actor.role == Role.REGULATOR:
        return reports.filter(present, snapshot__declaration__state__in=FILED)
    return reports.none()


def reports_of(actor: Actor, declaration: Declaration) -> QuerySet[ReportFile]:
    """Reports of one declaration, newest first."""
    return reports_for(actor).filter(snapshot__declaration=declaration).order_by("-requested_at")


def statements_for(actor: Actor) -> QuerySet[Statement]:
    """Statements on the actor's own declarations, on those its body is engaged for, and for a regulator the one on
    each declaration that was filed."""
    rows = Statement.objects.select_related(
        "declaration__organisation", "declaration__engagement", "snapshot", "organisation", "signed_by"
    )
    if actor.organisation_id is None:
        return rows.none()
    if actor.role in (Role.EDITOR, Role.APPROVER, Role.VIEWER):
        return rows.filter(declaration__organisation_id=actor.organisation_id)
    if actor.role == Role.VERIFIER:
        return rows.filter(
            declaration__engagement__organisation_id=actor.organisation_id,
            declaration__engagement__state="accepted",
            organisation_id=actor.organisation_id,
        )
    if actor.role == Role.REGULATOR:
        present = Q(snapshot_id__in=Declaration.objects.values("snapshot_id"))
        return rows.filter(present, declaration__state__in=FILED)
    return rows.none()


def verification_reports_for(actor: Actor) -> QuerySet[VerificationReport]:
    """Verification reports on statements in reach; copies of the clean room for the body alone, while it is open."""
    rows = VerificationReport.objects.select_related("statement__declaration", "statement__snapshot", "job")
    rows = rows.filter(statement__in=statements_for(actor).order_by().values("pk"))
    if actor.role == Role.VERIFIER:
        return rows.filter(Q(audience="open") | Q(statement__declaration__state__in=OPEN_TO_BODY))
    return rows.filter(audience="open")

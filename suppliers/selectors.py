"""Reads of the suppliers app, narrowed to what the actor may see.

A buyer sees its requests and the results granted to it. Uploads, findings and the inventory behind them belong to the
organisation that uploaded, which for a managed supplier is the buyer itself. An engaged verifier sees them in the clean
room of a declaration, which has selectors of its own.
"""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from carbonfoot import clock
from carbonfoot.accounts.access import check
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Membership, Organisation
from carbonfoot.accounts.roles import OrganisationKind, Role
from suppliers.models import DataRequest, RequestNote, RequestState, SupplierLink, Upload, UploadFinding
from suppliers.workflow import FILLING

FILLERS = frozenset({Role.EDITOR, Role.APPROVER, Role.VIEWER, Role.SUPPLIER})


def supplier_links_for(actor: Actor) -> QuerySet[SupplierLink]:
    """The actor's own suppliers, with ``open_requests`` and ``has_account``."""
    account = Membership.objects.filter(organisation=OuterRef("supplier"), is_active=True)
    pending = Count(
        "supplier__requests_received",
        filter=Q(supplier__requests_received__buyer=actor.organisation_id)
        & Q(supplier__requests_received__state__in=FILLING),
    )
    return (
        SupplierLink.objects.filter(buyer_id=actor.organisation_id, buyer__isnull=False)
        .select_related("supplier")
        .annotate(open_requests=pending, has_account=Exists(account))
        .order_by("supplier__code")
    )


def requests_outbox(actor: Actor) -> QuerySet[DataRequest]:
    """Requests that the actor's organisation sent."""
    return DataRequest.objects.select_related("buyer", "supplier", "result").filter(
        buyer_id=actor.organisation_id, buyer__isnull=False
    )


def requests_inbox(actor: Actor) -> QuerySet[DataRequest]:
    """Requests that the actor's organisation received and answers by itself."""
    return DataRequest.objects.select_related("buyer", "supplier", "result").filter(
        supplier_id=actor.organisation_id, supplier__isnull=False, managed=False
    )


def requests_for(actor: Actor) -> QuerySet[DataRequest]:
    """Every request in which the actor's organisation is a party. A managed supplier is no party: it has no account."""
    if actor.organisation_id is None:
        return DataRequest.objects.none()
    return DataRequest.objects.select_related("buyer", "supplier", "result").filter(
        Q(buyer_id=actor.organisation_id) | Q(supplier_id=actor.organisation_id, managed=False)
    )


def answers(actor: Actor, request: DataRequest) -> bool:
    """Whether the actor's organisation is the one that fills in the request's workbook."""
    filler = request.buyer_id if request.managed else request.supplier_id
    return actor.organisation_id is not None and filler == actor.organisation_id


def overdue(requests: QuerySet[DataRequest]) -> QuerySet[DataRequest]:
    """Those past their date and not answered."""
    return requests.filter(state__in=FILLING, due_on__lt=clock.today())


def notes_of(actor: Actor, request: DataRequest) -> QuerySet[RequestNote]:
    """The correspondence of a request that the actor is a party of."""
    return (
        RequestNote.objects.filter(request__in=requests_for(actor).filter(pk=request.pk).order_by())
        .select_related("organisation", "user")
        .order_by("created_at", "pk")
    )


def uploads_for(actor: Actor) -> QuerySet[Upload]:
    """Uploads of the actor's own organisation."""
    if actor.organisation_id is None or actor.role not in FILLERS:
        return Upload.objects.none()
    joined = ("request", "request__buyer", "request__supplier", "uploaded_by", "job")
    return Upload.objects.select_related(*joined).filter(organisation_id=actor.organisation_id)


def own_uploads(actor: Actor, request: DataRequest) -> QuerySet[Upload]:
    """Uploads of the actor's own organisation for a request, newest first."""
    if actor.organisation_id is None:
        return Upload.objects.none()
    return (
        Upload.objects.select_related("uploaded_by", "job")
        .defer("reading")
        .filter(organisation_id=actor.organisation_id, request=request)
        .order_by("-uploaded_at")
    )


def findings_of(actor: Actor, upload: Upload) -> QuerySet[UploadFinding]:
    """Findings of an upload that the actor may see."""
    return UploadFinding.objects.filter(
        upload__in=uploads_for(actor).filter(pk=upload.pk).order_by()
    ).order_by("position")


def possible_suppliers(actor: Actor) -> QuerySet[Organisation]:
    """Organisations that the actor may send a request to: its own suppliers."""
    return Organisation.objects.filter(buyer_links__buyer_id=actor.organisation_id, is_active=True).order_by(
        "code"
    )


def has_account(organisation: Organisation) -> bool:
    """Whether anybody can sign in for the organisation."""
    return Membership.objects.filter(organisation=organisation, is_active=True, user__is_active=True).exists()


def find_organisation(code: str) -> Organisation | None:
    """A supplier by its exact code or unified social credit code. There is no list of all companies to search in."""
    kinds = (OrganisationKind.SUPPLIER, OrganisationKind.MAKER)
    if not code:
        return None
    return Organisation.objects.filter(Q(code=code) | Q(uscc=code), kind__in=kinds, is_active=True).first()


def waiting_count(actor: Actor) -> int:
    """How many requests wait for the actor: to be answered, or to be accepted."""
    if actor.organisation_id is None or not check(actor, "request.list"):
        return 0
    mine = Q(supplier_id=actor.organisation_id, managed=False, state__in=FILLING)
    theirs = Q(buyer_id=actor.organisation_id, state=RequestState.PUBLISHED)
    return DataRequest.objects.filter(mine | theirs).count()

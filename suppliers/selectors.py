"""Reads of the suppliers app, narrowed to what the actor may see.

A buyer sees its requests and the results granted to it. Uploads, findings and the inventory behind them belong to the
organisation that uploaded, which for a managed supplier is the buyer itself. An engaged verifier sees them in the clean
room of a declaration, which has selectors of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from carbonfoot import clock
from carbonfoot.accounts.access import check
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Membership, Organisation
from carbonfoot.accounts.roles import OrganisationKind, Role
from lca.models import Exchange, Inventory, PublishedResult
from lca.selectors import inventories_for, results_for
from suppliers.models import (
    AnswerDraft,
    DataRequest,
    LineAsk,
    MailRecord,
    NoteAttachment,
    RequestNote,
    RequestState,
    SupplierInvitation,
    SupplierLink,
    Upload,
    UploadFinding,
)
from suppliers.workflow import FILLING

FILLERS = frozenset({Role.EDITOR, Role.APPROVER, Role.VIEWER, Role.SUPPLIER})


def supplier_links_for(actor: Actor) -> QuerySet[SupplierLink]:
    """The actor's own suppliers, with ``open_requests``, ``has_account`` and ``is_invited`` (nobody accepted yet)."""
    invited = SupplierInvitation.objects.filter(
        link=OuterRef("pk"), accepted_at__isnull=True, revoked_at__isnull=True
    )
    account = Membership.objects.filter(organisation=OuterRef("supplier"), is_active=True)
    pending = Count(
        "supplier__requests_received",
        filter=Q(supplier__requests_received__buyer=actor.organisation_id)
        & Q(supplier__requests_received__state__in=FILLING),
    )
    return (
        SupplierLink.objects.filter(buyer_id=actor.organisation_id, buyer__isnull=False)
        .select_related("supplier")
        .annotate(open_requests=pending, has_account=Exists(account), is_invited=Exists(invited))
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
        .select_related("organisation", "user", "step")
        .prefetch_related(Prefetch("attachments", queryset=NoteAttachment.objects.order_by("filename", "pk")))
        .order_by("created_at", "pk")
    )


def attachments_for(actor: Actor) -> QuerySet[NoteAttachment]:
    """Files in the correspondence of requests that the actor is a party of."""
    reach = requests_for(actor).order_by().values("pk")
    return NoteAttachment.objects.select_related("note__request").filter(note__request__in=reach)


def mails_of(actor: Actor, request: DataRequest) -> QuerySet[MailRecord]:
    """Every mail about a request that the actor is a party of, handed over or not."""
    reach = requests_for(actor).filter(pk=request.pk).order_by()
    return MailRecord.objects.filter(request__in=reach).select_related("organisation", "note__step")


def invitations_for(actor: Actor) -> QuerySet[SupplierInvitation]:
    """Invitations that the actor's organisation sent."""
    return SupplierInvitation.objects.select_related(
        "link__supplier", "secret", "request", "created_by", "accepted_by"
    ).filter(link__buyer_id=actor.organisation_id, link__buyer__isnull=False)


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


def draft_of(actor: Actor, request: DataRequest) -> AnswerDraft | None:
    """The form of a request, for the side that answers and nobody else; None before anybody began it."""
    if not answers(actor, request) or actor.role not in FILLERS:
        return None
    return AnswerDraft.objects.select_related("changed_by", "upload").filter(request=request).first()


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


def newer_of(actor: Actor, results: Iterable[PublishedResult]) -> dict[uuid.UUID, PublishedResult]:
    """The newest later version of each result of which the actor may see one, by the result's key, in one query."""
    held = {result.pk: result for result in results}
    newest: dict[uuid.UUID, PublishedResult] = {}
    series = {result.series for result in held.values()}
    for row in results_for(actor).filter(series__in=series).order_by("series", "version") if series else ():
        newest[row.series] = row
    found = {}
    for key, result in held.items():
        latest = newest.get(result.series)
        if latest is not None and latest.version > result.version:
            found[key] = latest
    return found


@dataclass(frozen=True)
class LineRow:
    """A bought line of a supplier's own inventory: who was asked for it, what it uses, and whether there is newer."""

    line: Exchange
    request: DataRequest | None
    answer: PublishedResult | None
    newer: PublishedResult | None

    @property
    def can_use(self) -> PublishedResult | None:
        """A result that could stand on the line and does not: the newer version, or the answer that has come."""
        offered = self.newer or self.answer
        return offered if offered is not None and offered.pk != self.line.result_id else None


BOUGHT = ("material", "module")


def module_inventories(actor: Actor) -> QuerySet[Inventory]:
    """Inventories of modules that the actor's organisation makes. A pack's lines are asked for on the pack's page."""
    return inventories_for(actor).filter(kind="module")


def newer_lines(actor: Actor) -> list[tuple[Exchange, PublishedResult]]:
    """Lines of the actor's own modules that rest on a supplier's result of which a newer version has been granted, each
    with that version; in two queries."""
    lines = list(
        Exchange.objects.filter(process__inventory__in=module_inventories(actor), result__isnull=False)
        .select_related("process__inventory", "result__organisation")
        .order_by("process__inventory", "process__position", "position", "pk")
    )
    newer = newer_of(actor, [line.result for line in lines if line.result])
    return [(line, newer[line.result_id]) for line in lines if line.result_id in newer]


def line_rows(actor: Actor, inventory: Inventory) -> list[LineRow]:
    """The bought lines of one of the actor's inventories, in a fixed number of queries."""
    lines = (
        Exchange.objects.filter(process__inventory=inventory, kind__in=BOUGHT)
        .exclude(link__has_key="process")
        .select_related("process", "result__organisation")
        .order_by("process__position", "position", "pk")
    )
    asks = LineAsk.objects.filter(inventory=inventory).select_related("request__supplier", "request__result")
    latest = {(ask.kind, ask.name_zh): ask.request for ask in asks.order_by("pk")}
    rows = list(lines)
    granted = {
        row.pk: row for row in results_for(actor).filter(pk__in=[item.result_id for item in latest.values()])
    }
    newer = newer_of(actor, [*(row.result for row in rows if row.result), *granted.values()])
    found = []
    for line in rows:
        request = latest.get((line.kind, line.name_zh))
        answer = granted.get(request.result_id) if request is not None and request.result_id else None
        held = line.result or answer
        found.append(LineRow(line, request, answer, newer.get(held.pk) if held else None))
    return found

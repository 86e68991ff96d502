"""Requests and uploads over the API: the same services as the pages."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from carbonfoot.accounts.access import require
from carbonfoot.api import ERRORS, View, answers, extend_schema, listing
from carbonfoot.files import XLSX, download
from carbonfoot.languages import language
from carbonfoot.problems import problem
from lca.api.inventories import CalculationSerializer, ResultSerializer
from suppliers import selectors
from suppliers.intake import stored_finding
from suppliers.models import DataRequest, SupplierLink, Upload, UploadFinding
from suppliers.services import publishing, requests, uploads
from suppliers.services.corrections import correctable
from suppliers.services.templates import give_template
from suppliers.workbook import all_rules


class DataRequestSerializer(serializers.ModelSerializer[DataRequest]):
    """A data request. ``buyer_reference`` is empty for the supplier: it is the buyer's own note."""

    buyer = serializers.CharField(source="buyer.code")
    supplier = serializers.CharField(source="supplier.code")
    result = serializers.UUIDField(source="result_id", allow_null=True)
    overdue = serializers.BooleanField(source="is_overdue")
    buyer_reference = serializers.SerializerMethodField()

    class Meta:
        model = DataRequest
        fields = (
            "number",
            "buyer",
            "supplier",
            "managed",
            "part_zh",
            "part_en",
            "module_type",
            "declared_unit",
            "year",
            "buyer_reference",
            "message",
            "due_on",
            "state",
            "overdue",
            "result",
            "created_at",
            "changed_at",
        )

    def get_buyer_reference(self, row: DataRequest) -> str:
        """Only for the buyer."""
        actor = self.context.get("actor")
        return row.buyer_reference if actor is not None and actor.organisation_id == row.buyer_id else ""


class FirstRequestSerializer(serializers.Serializer[Any]):
    """What a request asks for."""

    part_zh = serializers.CharField(max_length=160)
    part_en = serializers.CharField(max_length=160, required=False, default="", allow_blank=True)
    module_type = serializers.CharField()
    declared_unit = serializers.CharField(default="kg")
    year = serializers.IntegerField()
    due_on = serializers.DateField()
    message = serializers.CharField(required=False, default="", allow_blank=True)
    buyer_reference = serializers.CharField(required=False, default="", allow_blank=True, max_length=80)


class NewRequestSerializer(FirstRequestSerializer):
    """What to ask for; ``supplier`` is the code of one of your suppliers."""

    supplier = serializers.SlugField()


class TextSerializer(serializers.Serializer[Any]):
    """Words for the other side."""

    text = serializers.CharField(required=False, default="", allow_blank=True, max_length=4000)


class FindingSerializer(serializers.ModelSerializer[UploadFinding]):
    """A finding by sheet and cell, in the language of ``Accept-Language``."""

    message = serializers.SerializerMethodField()
    mend = serializers.SerializerMethodField()
    offer = serializers.ListField(child=serializers.CharField(), help_text="values that would mend the cell")
    correctable = serializers.SerializerMethodField(help_text="whether the cell can be corrected")

    class Meta:
        model = UploadFinding
        fields = (
            "position",
            "code",
            "severity",
            "sheet",
            "cell",
            "value",
            "message",
            "mend",
            "offer",
            "correctable",
        )

    def get_message(self, row: UploadFinding) -> str:
        """What is wrong."""
        return _said(row)[0]

    def get_mend(self, row: UploadFinding) -> str:
        """How to mend it."""
        return _said(row)[1]

    def get_correctable(self, row: UploadFinding) -> bool:
        """Whether the cell can be corrected without another file."""
        return correctable(row)


def _said(row: UploadFinding) -> tuple[str, str]:
    found = stored_finding(row)
    return found.message(language()), found.mend(language())


class UploadSerializer(serializers.ModelSerializer[Upload]):
    """An upload with the counts of its findings."""

    request = serializers.CharField(source="request.number")

    class Meta:
        model = Upload
        fields: tuple[str, ...] = (
            "id",
            "request",
            "filename",
            "size",
            "sha256",
            "state",
            "job",
            "errors",
            "warnings",
            "uploaded_at",
            "accepted_at",
        )


class UploadDetailSerializer(UploadSerializer):
    """An upload with its findings."""

    findings = FindingSerializer(many=True)

    class Meta(UploadSerializer.Meta):
        fields = (*UploadSerializer.Meta.fields, "findings")


class FileSerializer(serializers.Serializer[Any]):
    """One file, multipart."""

    file = serializers.FileField()


class Base(View):
    """Finds requests and uploads as far as the actor may see them."""

    def the_request(self, number: str) -> DataRequest:
        """A request that the actor sent or received; 404 otherwise."""
        return get_object_or_404(selectors.requests_for(self.actor), number=number)

    def shown(self, row: DataRequest, status: int = 200) -> Response:
        """A request as an answer."""
        row = self.the_request(row.number)
        return Response(DataRequestSerializer(row, context={"actor": self.actor}).data, status=status)

    def the_upload(self, pk: uuid.UUID) -> Upload:
        """An upload of the actor's own organisation; 404 otherwise."""
        return get_object_or_404(selectors.uploads_for(self.actor), pk=pk)


class RequestList(Base):
    """Requests sent and received."""

    @extend_schema(
        operation_id="requests",
        parameters=[
            OpenApiParameter("box", str, enum=["in", "out"], description="received or sent; both if left out")
        ],
        responses=answers(listing("DataRequest", DataRequestSerializer)),
    )
    def get(self, request: Request) -> Response:
        """By due date."""
        boxes = {"in": selectors.requests_inbox, "out": selectors.requests_outbox}
        rows = boxes.get(request.query_params.get("box", ""), selectors.requests_for)(self.actor)
        context = {"actor": self.actor}

        class Shown(DataRequestSerializer):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **{**kwargs, "context": context})

        return self.page(request, rows.order_by("due_on", "number"), Shown)

    @extend_schema(
        operation_id="request_create",
        request=NewRequestSerializer,
        responses=answers(DataRequestSerializer, 201),
    )
    def post(self, request: Request) -> Response:
        """Ask one of your suppliers."""
        require(self.actor, "request.create")
        body = self.valid(NewRequestSerializer, request)
        link = SupplierLink.objects.filter(
            buyer_id=self.actor.organisation_id, supplier__code=body.pop("supplier")
        ).first()
        if link is None:
            raise problem("REQ-SUPPLIER", _("This is not one of your suppliers."), field="supplier")
        return self.shown(requests.create_request(actor=self.actor, supplier=link.supplier, **body), 201)


class RequestDetail(Base):
    """One request."""

    @extend_schema(operation_id="request", responses=answers(DataRequestSerializer))
    def get(self, request: Request, number: str) -> Response:
        """As its side may see it."""
        return self.shown(self.the_request(number))


VERBS: dict[str, Any] = {
    "open": lambda actor, row, text: requests.open_request(actor=actor, request=row),
    "comment": lambda actor, row, text: requests.comment(actor=actor, request=row, text=text),
    "decline": lambda actor, row, text: requests.decline(actor=actor, request=row, text=text),
    "accept": lambda actor, row, text: requests.accept(actor=actor, request=row),
    "return": lambda actor, row, text: requests.return_(actor=actor, request=row, text=text),
    "remind": lambda actor, row, text: requests.remind(actor=actor, request=row, text=text),
    "withdraw": lambda actor, row, text: requests.withdraw(actor=actor, request=row, text=text),
}


class RequestVerb(Base):
    """One step of a request's way."""

    @extend_schema(
        operation_id="request_verb",
        parameters=[OpenApiParameter("verb", str, OpenApiParameter.PATH, enum=sorted(VERBS))],
        request=TextSerializer,
        responses=answers(DataRequestSerializer),
    )
    def post(self, request: Request, number: str, verb: str) -> Response:
        """open, comment, decline, accept, return, remind or withdraw."""
        row = self.the_request(number)
        VERBS[verb](self.actor, row, self.valid(TextSerializer, request)["text"])
        return self.shown(row)


class RequestWorkbook(Base):
    """The template of a request."""

    @extend_schema(operation_id="request_workbook", responses={(200, XLSX): OpenApiTypes.BINARY, **ERRORS})
    def get(self, request: Request, number: str) -> HttpResponse:
        """The workbook, filled in beforehand."""
        row = self.the_request(number)
        content = give_template(actor=self.actor, request=row, language=language())
        return download(content, f"{row.number}_{row.year}.xlsx", XLSX)


class RequestUploads(Base):
    """Uploads that answer a request."""

    @extend_schema(operation_id="request_uploads", responses=answers(listing("Upload", UploadSerializer)))
    def get(self, request: Request, number: str) -> Response:
        """Own uploads, newest first."""
        return self.page(
            request, selectors.own_uploads(self.actor, self.the_request(number)), UploadSerializer
        )

    @extend_schema(
        operation_id="request_upload",
        request={"multipart/form-data": FileSerializer},
        responses=answers(UploadSerializer, 202),
    )
    def post(self, request: Request, number: str) -> Response:
        """Upload a workbook or CSV; it is checked by a job. The same bytes again give the same upload."""
        row = self.the_request(number)
        file = self.valid(FileSerializer, request)["file"]
        upload = uploads.receive_upload(actor=self.actor, request=row, file=file, filename=file.name or "")
        return Response(UploadSerializer(upload).data, status=202)


class UploadDetail(Base):
    """One upload."""

    @extend_schema(operation_id="upload", responses=answers(UploadDetailSerializer))
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """State and every finding."""
        return Response(UploadDetailSerializer(self.the_upload(pk)).data)


class UploadAccept(Base):
    """Taking over an upload."""

    @extend_schema(operation_id="upload_accept", request=None, responses=answers(UploadSerializer))
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Take it over whole; refused while it has errors."""
        return Response(
            UploadSerializer(uploads.accept_upload(actor=self.actor, upload=self.the_upload(pk))).data
        )


class UploadDiscard(Base):
    """Putting an upload aside."""

    @extend_schema(operation_id="upload_discard", request=None, responses=answers(UploadSerializer))
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Put it aside; the file stays."""
        return Response(
            UploadSerializer(uploads.discard_upload(actor=self.actor, upload=self.the_upload(pk))).data
        )


class RequestCalculate(Base):
    """The supplier's own calculation of its answer."""

    @extend_schema(
        operation_id="request_calculate",
        request=None,
        responses=answers(CalculationSerializer(many=True), 202),
    )
    def post(self, request: Request, number: str) -> Response:
        """Calculate the accepted answer under every rule set."""
        rows = publishing.calculate_answer(actor=self.actor, request=self.the_request(number))
        return Response(CalculationSerializer(rows, many=True).data, status=202)


class RequestPublish(Base):
    """Publishing the answer."""

    @extend_schema(operation_id="request_publish", request=None, responses=answers(ResultSerializer))
    def post(self, request: Request, number: str) -> Response:
        """Publish the result; the buyer sees it and not the recipe."""
        return Response(
            ResultSerializer(
                publishing.publish_answer(actor=self.actor, request=self.the_request(number))
            ).data
        )


class RuleSerializer(serializers.Serializer[Any]):
    """A check of the workbook."""

    code = serializers.CharField()
    severity = serializers.CharField()
    title = serializers.CharField()


class RuleList(View):
    """The checks of the workbook."""

    @extend_schema(operation_id="workbook_rules", responses=answers(RuleSerializer(many=True)))
    def get(self, request: Request) -> Response:
        """Every code that an upload's finding may have."""
        lang = language()
        rows = [
            {"code": rule.code, "severity": rule.severity, "title": rule.title.pick(lang)}
            for rule in all_rules().values()
        ]
        return Response(RuleSerializer(rows, many=True).data)

"""Packs and declarations over the API: the same services as the pages.

A token stands for an organisation, not for a person. What needs a person's name (freezing, sending, signing,
submitting, deciding) is done on the pages; the API prepares, reads and collects.
"""

from __future__ import annotations

import json
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from carbonfoot.accounts.access import require
from carbonfoot.api import ERRORS, View, answers, extend_schema, listing
from carbonfoot.files import download
from declarations.models import Declaration, Pack, PackPart, Phase, ReportFile
from declarations.reports import services as reports
from declarations.reports.selectors import reports_for, reports_of
from declarations.selectors import declarations as reading
from declarations.selectors import packs as pack_reading
from declarations.services import declarations, packs, parts
from declarations.services.packs import FACTS
from lca.api.inventories import CalculationSerializer


class PackSerializer(serializers.ModelSerializer[Pack]):
    """A pack with its facts. Energies in kWh, mass in kg, depth of discharge and retention as fractions."""

    class Meta:
        model = Pack
        fields = ("id", "state", *FACTS, "inventory", "created_at", "changed_at")
        read_only_fields = ("state", "inventory", "created_at", "changed_at")


class NewPackSerializer(serializers.ModelSerializer[Pack]):
    """Facts of a new pack. What is wrong with them is said by the service, all at once, with codes."""

    year = serializers.IntegerField(
        required=False, help_text="Year of the data; the last whole year if left out."
    )

    class Meta:
        model = Pack
        fields = (*FACTS, "year")
        validators: tuple[Any, ...] = ()

    def get_fields(self) -> dict[str, Any]:
        """Without the model's own bounds: the service gives reasons with codes."""
        fields = super().get_fields()
        for name in (
            "rated_energy_kwh",
            "mass_kg",
            "depth_of_discharge",
            "capacity_retention",
            "warranty_years",
        ):
            fields[name].validators = []
        return fields


class PartSerializer(serializers.ModelSerializer[PackPart]):
    """A line of the bill of materials."""

    name_zh = serializers.CharField(source="exchange.name_zh")
    name_en = serializers.CharField(source="exchange.name_en")
    process = serializers.CharField(source="exchange.process.code")
    amount = serializers.DecimalField(
        source="exchange.amount", max_digits=36, decimal_places=15, allow_null=True
    )
    amount_state = serializers.CharField(source="exchange.state")
    unit = serializers.CharField(source="exchange.unit")
    link = serializers.JSONField(source="exchange.link")
    result = serializers.UUIDField(source="exchange.result_id", allow_null=True)
    request = serializers.CharField(source="request.number", default=None, allow_null=True)

    class Meta:
        model = PackPart
        fields = (
            "id",
            "module_type",
            "name_zh",
            "name_en",
            "process",
            "amount",
            "amount_state",
            "unit",
            "link",
            "result",
            "request",
        )


class NewPartSerializer(serializers.Serializer[Any]):
    """A bought part: how much of it for one reference product of a unit process."""

    module_type = serializers.CharField()
    name_zh = serializers.CharField(max_length=200)
    name_en = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    amount = serializers.DecimalField(max_digits=36, decimal_places=15, allow_null=True)
    unit = serializers.CharField(max_length=20)
    process = serializers.CharField(required=False, default="pack")
    state = serializers.ChoiceField(choices=["known", "unknown", "not_applicable"], default="known")


class DeclarationSerializer(serializers.ModelSerializer[Declaration]):
    """A declaration without its content."""

    pack_model = serializers.CharField(source="pack.model")
    phase = serializers.CharField(source="phase.code")
    declarant = serializers.CharField(source="organisation.code")
    snapshot_sha256 = serializers.CharField(source="snapshot.sha256", default=None, allow_null=True)
    receipt = serializers.SerializerMethodField()

    class Meta:
        model = Declaration
        fields = (
            "id",
            "number",
            "version",
            "declarant",
            "pack",
            "pack_model",
            "phase",
            "state",
            "snapshot_sha256",
            "receipt",
            "created_at",
            "changed_at",
        )

    def get_receipt(self, row: Declaration) -> dict[str, Any] | None:
        """Number, time and digest of the submission, if there was one."""
        receipt = getattr(row, "receipt", None)
        if receipt is None:
            return None
        return {"number": receipt.number, "sha256": receipt.sha256, "submitted_at": receipt.submitted_at}


class NewDeclarationSerializer(serializers.Serializer[Any]):
    """A declaration to begin."""

    pack = serializers.IntegerField()
    phase = serializers.SlugField()


class SnapshotSerializer(serializers.Serializer[Any]):
    """The frozen content with its digest: the SHA-256 is of ``content`` as canonical JSON."""

    sha256 = serializers.CharField()
    content = serializers.JSONField()


class ReportSerializer(serializers.ModelSerializer[ReportFile]):
    """A report; ``done_at`` is empty while it is being written."""

    class Meta:
        model = ReportFile
        fields = ("id", "kind", "language", "filename", "size", "sha256", "job", "requested_at", "done_at")


class NewReportSerializer(serializers.Serializer[Any]):
    """Which report to write."""

    kind = serializers.CharField()
    language = serializers.CharField(default="zh")


class PackList(View):
    """Packs of the maker."""

    @extend_schema(operation_id="packs", responses=answers(listing("Pack", PackSerializer)))
    def get(self, request: Request) -> Response:
        """By model."""
        return self.page(request, pack_reading.packs_for(self.actor).order_by("model"), PackSerializer)

    @extend_schema(
        operation_id="pack_create", request=NewPackSerializer, responses=answers(PackSerializer, 201)
    )
    def post(self, request: Request) -> Response:
        """A new pack in draft, with its inventory."""
        require(self.actor, "pack.create")
        body = self.valid(NewPackSerializer, request)
        pack = packs.create_pack(actor=self.actor, **body)
        return Response(PackSerializer(pack).data, status=201)


class PackDetail(View):
    """One pack."""

    @extend_schema(operation_id="pack", responses=answers(PackSerializer))
    def get(self, request: Request, pk: int) -> Response:
        """Its facts."""
        return Response(PackSerializer(get_object_or_404(pack_reading.packs_for(self.actor), pk=pk)).data)


class PackRegister(View):
    """Registering a pack."""

    @extend_schema(operation_id="pack_register", request=None, responses=answers(PackSerializer))
    def post(self, request: Request, pk: int) -> Response:
        """Register it; refused with everything that is missing."""
        pack = get_object_or_404(pack_reading.packs_for(self.actor), pk=pk)
        return Response(PackSerializer(packs.register_pack(actor=self.actor, pack=pack)).data)


class PackParts(View):
    """The bill of materials of a pack."""

    @extend_schema(operation_id="pack_parts", responses=answers(listing("Part", PartSerializer)))
    def get(self, request: Request, pk: int) -> Response:
        """Its lines."""
        pack = get_object_or_404(pack_reading.packs_for(self.actor), pk=pk)
        return self.page(request, pack_reading.parts_for(self.actor).filter(pack=pack), PartSerializer)

    @extend_schema(
        operation_id="pack_part_create", request=NewPartSerializer, responses=answers(PartSerializer, 201)
    )
    def post(self, request: Request, pk: int) -> Response:
        """A new line."""
        pack = get_object_or_404(pack_reading.packs_for(self.actor), pk=pk)
        part = parts.add_part(actor=self.actor, pack=pack, **self.valid(NewPartSerializer, request))
        return Response(PartSerializer(part).data, status=201)


class PackCalculate(View):
    """Calculating a pack."""

    @extend_schema(
        operation_id="pack_calculate", request=None, responses=answers(CalculationSerializer(many=True), 202)
    )
    def post(self, request: Request, pk: int) -> Response:
        """Freeze the inventory and calculate under every rule set."""
        pack = get_object_or_404(pack_reading.packs_for(self.actor), pk=pk)
        rows = packs.calculate(actor=self.actor, pack=pack)
        return Response(CalculationSerializer(rows, many=True).data, status=202)


class DeclarationList(View):
    """Declarations in reach."""

    @extend_schema(
        operation_id="declarations", responses=answers(listing("Declaration", DeclarationSerializer))
    )
    def get(self, request: Request) -> Response:
        """Own declarations; for a verifier those it is engaged for, for a regulator those that were filed."""
        rows = (
            reading.readable_declarations(self.actor).select_related("receipt").order_by("-changed_at", "-pk")
        )
        return self.page(request, rows, DeclarationSerializer)

    @extend_schema(
        operation_id="declaration_create",
        request=NewDeclarationSerializer,
        responses=answers(DeclarationSerializer, 201),
    )
    def post(self, request: Request) -> Response:
        """Begin the declaration of a pack in a phase."""
        require(self.actor, "declaration.create")
        body = self.valid(NewDeclarationSerializer, request)
        pack = get_object_or_404(pack_reading.packs_for(self.actor), pk=body["pack"])
        phase = get_object_or_404(Phase, code=body["phase"])
        row = declarations.create_declaration(actor=self.actor, pack=pack, phase=phase)
        return Response(DeclarationSerializer(row).data, status=201)


class DeclarationDetail(View):
    """One declaration."""

    @extend_schema(operation_id="declaration", responses=answers(DeclarationSerializer))
    def get(self, request: Request, pk: int) -> Response:
        """Its state, digest and receipt."""
        return Response(
            DeclarationSerializer(get_object_or_404(reading.readable_declarations(self.actor), pk=pk)).data
        )


class DeclarationSnapshot(View):
    """The frozen content."""

    @extend_schema(operation_id="declaration_snapshot", responses=answers(SnapshotSerializer))
    def get(self, request: Request, pk: int) -> Response:
        """The present snapshot; 404 before the first freeze."""
        row = get_object_or_404(reading.readable_declarations(self.actor), pk=pk, snapshot__isnull=False)
        require(self.actor, "declaration.view", row)
        snapshot = row.snapshot
        content = json.loads(snapshot.content) if snapshot else None
        return Response({"sha256": snapshot.sha256 if snapshot else None, "content": content})


class DeclarationReports(View):
    """Reports of a declaration."""

    @extend_schema(operation_id="reports", responses=answers(listing("Report", ReportSerializer)))
    def get(self, request: Request, pk: int) -> Response:
        """Newest first."""
        row = get_object_or_404(reading.readable_declarations(self.actor), pk=pk)
        return self.page(request, reports_of(self.actor, row), ReportSerializer)

    @extend_schema(
        operation_id="report_create", request=NewReportSerializer, responses=answers(ReportSerializer, 202)
    )
    def post(self, request: Request, pk: int) -> Response:
        """Have a report written; the same again gives the one there is."""
        row = get_object_or_404(reading.readable_declarations(self.actor), pk=pk)
        report = reports.request_report(
            actor=self.actor, declaration=row, **self.valid(NewReportSerializer, request)
        )
        return Response(ReportSerializer(report).data, status=202)


class ReportDownload(View):
    """The file of a report."""

    @extend_schema(
        operation_id="report_file",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **ERRORS},
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """The bytes as they were written; the digest is in the header ``Digest``."""
        report = get_object_or_404(reports_for(self.actor), pk=pk, done_at__isnull=False)
        response = download(reports.read(report), report.filename)
        response["Digest"] = f"sha-256={report.sha256}"
        return response

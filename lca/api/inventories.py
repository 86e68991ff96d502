"""Inventories, calculations, factors and published results over the API: the same services as the pages."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from carbonfoot.accounts.access import require
from carbonfoot.api import View, answers, extend_schema, listing
from lca import selectors
from lca.models import Calculation, Factor, Inventory, PublishedResult
from lca.services import calculations, documents, replacing
from lca.services.access_log import note_foreign_look


class InventorySerializer(serializers.ModelSerializer[Inventory]):
    """An inventory without its lines; ``version`` changes with every change."""

    class Meta:
        model = Inventory
        fields = ("id", "kind", "name_zh", "name_en", "period_from", "period_to", "version", "changed_at")


class DocumentSerializer(serializers.Serializer[Any]):
    """An inventory as one ``carbonfoot-inventory/1`` document (docs/inventory-format.md)."""

    version = serializers.IntegerField(
        help_text="The version that the document was made from; refused if it is older."
    )
    document = serializers.JSONField()


class CalculateSerializer(serializers.Serializer[Any]):
    """Which rule sets; all if left out."""

    rulesets = serializers.ListField(child=serializers.CharField(), required=False)


class CalculationSerializer(serializers.ModelSerializer[Calculation]):
    """A calculation without its lines. Figures are kg CO2e, not rounded."""

    inventory = serializers.IntegerField(source="revision.inventory_id")
    release = serializers.CharField(source="release.code")

    class Meta:
        model = Calculation
        fields: tuple[str, ...] = (
            "id",
            "inventory",
            "ruleset_id",
            "ruleset_version",
            "release",
            "engine_version",
            "input_digest",
            "state",
            "job",
            "problems",
            "per_functional_unit",
            "per_piece",
            "per_kwh_capacity",
            "ledger_sha256",
            "created_at",
            "done_at",
        )


class LedgerSerializer(CalculationSerializer):
    """A calculation with its ``carbonfoot-ledger/1`` (docs/method.md)."""

    ledger = serializers.JSONField()

    class Meta(CalculationSerializer.Meta):
        fields = (*CalculationSerializer.Meta.fields, "ledger")


class ResultSerializer(serializers.ModelSerializer[PublishedResult]):
    """A published result: what a customer may see. Scores are kg CO2e per declared unit by rule set and stage."""

    supplier = serializers.CharField(source="organisation.code")
    entered_by = serializers.CharField(source="entered_by.code", default=None, allow_null=True)

    class Meta:
        model = PublishedResult
        fields = (
            "id",
            "supplier",
            "entered_by",
            "series",
            "version",
            "product_zh",
            "product_en",
            "module_type",
            "declared_unit",
            "scores",
            "primary_share",
            "quality",
            "verified_share",
            "company_specific",
            "period_from",
            "period_to",
            "valid_until",
            "level",
            "sha256",
            "published_at",
        )


class FactorSerializer(serializers.ModelSerializer[Factor]):
    """An emission factor with its source, licence and traps."""

    class Meta:
        model = Factor
        fields = (
            "key",
            "name_zh",
            "name_en",
            "category",
            "value",
            "unit",
            "region",
            "year",
            "tier",
            "family",
            "source_title",
            "source_ref",
            "licence",
            "note",
        )


class InventoryList(View):
    """Inventories of the organisation."""

    @extend_schema(operation_id="inventories", responses=answers(listing("Inventory", InventorySerializer)))
    def get(self, request: Request) -> Response:
        """Own inventories, the last changed first."""
        return self.page(
            request, selectors.inventories_for(self.actor).order_by("-changed_at", "-pk"), InventorySerializer
        )


class InventoryDetail(View):
    """One inventory as a document."""

    def _row(self, pk: int) -> Inventory:
        return get_object_or_404(selectors.with_lines(selectors.inventories_for(self.actor)), pk=pk)

    @extend_schema(operation_id="inventory", responses=answers(DocumentSerializer))
    def get(self, request: Request, pk: int) -> Response:
        """The document of the inventory as it stands."""
        row = self._row(pk)
        return Response({"version": row.version, "document": documents.to_document(row)})

    @extend_schema(
        operation_id="inventory_replace", request=DocumentSerializer, responses=answers(DocumentSerializer)
    )
    def put(self, request: Request, pk: int) -> Response:
        """Make the inventory say what the document says, whole or not at all."""
        row = self._row(pk)
        require(self.actor, "inventory.edit", row)
        body = self.valid(DocumentSerializer, request)
        row = replacing.replace_from_document(
            actor=self.actor, inventory=row, document=body["document"], reason="api", version=body["version"]
        )
        return Response({"version": row.version, "document": documents.to_document(self._row(row.pk))})


class InventoryCalculate(View):
    """Calculations of one inventory."""

    @extend_schema(
        operation_id="inventory_calculate",
        request=CalculateSerializer,
        responses=answers(CalculationSerializer(many=True), 202),
    )
    def post(self, request: Request, pk: int) -> Response:
        """Freeze and calculate; the same input gives the calculation that is there."""
        row = get_object_or_404(selectors.inventories_for(self.actor), pk=pk)
        body = self.valid(CalculateSerializer, request)
        rows = calculations.request_calculation(
            actor=self.actor, inventory=row, ruleset_ids=body.get("rulesets")
        )
        return Response(CalculationSerializer(rows, many=True).data, status=202)


class CalculationList(View):
    """Calculations in reach."""

    @extend_schema(
        operation_id="calculations",
        parameters=[OpenApiParameter("inventory", int, description="of this inventory only")],
        responses=answers(listing("Calculation", CalculationSerializer)),
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        rows: QuerySet[Calculation] = selectors.calculations_for(self.actor).defer(
            "ledger", "revision__document"
        )
        inventory = request.query_params.get("inventory", "")
        if inventory:
            rows = rows.filter(
                revision__inventory_id=int(inventory) if inventory.isascii() and inventory.isdigit() else 0
            )
        return self.page(request, rows, CalculationSerializer)


class CalculationDetail(View):
    """One calculation with its ledger."""

    @extend_schema(operation_id="calculation", responses=answers(LedgerSerializer))
    def get(self, request: Request, pk: int) -> Response:
        """The whole result, line by line."""
        row = get_object_or_404(selectors.calculations_for(self.actor), pk=pk)
        note_foreign_look(actor=self.actor, calculation=row)
        return Response(LedgerSerializer(row).data)


class ResultList(View):
    """Published results in reach."""

    @extend_schema(operation_id="results", responses=answers(listing("Result", ResultSerializer)))
    def get(self, request: Request) -> Response:
        """Own results and those granted by suppliers."""
        rows = selectors.results_for(self.actor).select_related("organisation", "entered_by")
        return self.page(request, rows, ResultSerializer)


class ResultDetail(View):
    """One published result."""

    @extend_schema(operation_id="result", responses=answers(ResultSerializer))
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """What a customer may see of it."""
        return Response(ResultSerializer(get_object_or_404(selectors.results_for(self.actor), pk=pk)).data)


class FactorList(View):
    """Factors of the release in force."""

    @extend_schema(
        operation_id="factors",
        parameters=[OpenApiParameter("q", str, description="words in Chinese or English")],
        responses=answers(listing("Factor", FactorSerializer)),
    )
    def get(self, request: Request) -> Response:
        """Search in Chinese and English, nearest first."""
        rows = selectors.factors(selectors.current_release(), request.query_params.get("q", ""))
        return self.page(request, rows, FactorSerializer)

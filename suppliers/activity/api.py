"""Activity data over the API: systems, records with the outcome of each, sums of a year."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from carbonfoot import clock
from carbonfoot.api import View, answers, extend_schema, listing
from carbonfoot.problems import Problem
from suppliers.activity import receiving, selectors, services
from suppliers.activity.rows import RULES
from suppliers.activity.totals import totals_of
from suppliers.models import ActivityBatch, ActivitySource

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="A key of your own for this call. Sent again with the same records, it changes nothing.",
)


class SourceSerializer(serializers.ModelSerializer[ActivitySource]):
    """A system that sends activity data. ``columns``: the titles of its files, by field."""

    class Meta:
        model = ActivitySource
        fields = ("code", "name", "kind", "columns")
        read_only_fields = ("columns",)


class NewSourceSerializer(serializers.Serializer[Any]):
    """A new system."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=ActivitySource.Kind.choices)


class RecordSerializer(serializers.Serializer[Any]):
    """A record as your system has it. Nothing is refused here: each record has an outcome of its own."""

    key = serializers.CharField(required=False, allow_blank=True, allow_null=True, help_text="never changes")
    item = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    name = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    amount = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    unit = serializers.CharField(required=False, allow_blank=True, allow_null=True)
    to = serializers.CharField(required=False, allow_blank=True, allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """``from`` is a word of the language."""
        begins = serializers.CharField(
            required=False, allow_blank=True, allow_null=True, help_text="2025-01-31, or the month 2025-01"
        )
        return {**super().get_fields(), "from": begins}


class RecordsSerializer(serializers.Serializer[Any]):
    """The records of a call, 5,000 at most."""

    records = RecordSerializer(many=True)


class FaultSerializer(serializers.Serializer[Any]):
    """What is wrong with a record."""

    code = serializers.CharField()
    field = serializers.CharField()
    value = serializers.CharField()
    message = serializers.CharField()
    mend = serializers.CharField()


class OutcomeSerializer(serializers.Serializer[Any]):
    """What became of a record, in the order of the call."""

    row = serializers.IntegerField()
    key = serializers.CharField()
    outcome = serializers.ChoiceField(choices=receiving.OUTCOMES)
    problems = FaultSerializer(many=True)


class DeliverySerializer(serializers.ModelSerializer[ActivityBatch]):
    """A delivery. For a file, ``results`` has the rows that were refused or changed something, 2,000 at most."""

    results = serializers.SerializerMethodField()
    job = serializers.UUIDField(source="job_id", allow_null=True)

    class Meta:
        model = ActivityBatch
        fields = (
            "id",
            "state",
            "rows",
            "stored",
            "changed",
            "unchanged",
            "refused",
            "results",
            "job",
            "received_at",
        )

    @extend_schema(responses=OutcomeSerializer(many=True))
    def get_results(self, row: ActivityBatch) -> list[dict[str, Any]]:
        """Row by row, in the language of ``Accept-Language``."""
        return [
            {**result, "problems": [_worded(fault) for fault in result["problems"]]} for result in row.results
        ]


def _worded(fault: dict[str, str]) -> dict[str, str]:
    message, mend = RULES[fault["code"]]
    said = Problem(fault["code"], message, fault["field"], value=fault["value"], mend=mend).as_dict()
    return {key: said[key] for key in ("code", "field", "value", "message", "mend")}


class TotalSerializer(serializers.Serializer[Any]):
    """The year of an item. ``amount`` is null where its units do not add up."""

    item = serializers.CharField(source="item.code")
    name = serializers.CharField(source="item.name")
    table = serializers.CharField(source="item.table")
    amount = serializers.DecimalField(max_digits=None, decimal_places=None, allow_null=True)
    unit = serializers.CharField()
    records = serializers.IntegerField()
    months = serializers.IntegerField()
    overlapping = serializers.IntegerField()
    across = serializers.IntegerField()
    digest = serializers.CharField()


class Base(View):
    """Finds the organisation's own systems."""

    def the_source(self, code: str) -> ActivitySource:
        """404 for anybody else's."""
        return get_object_or_404(selectors.sources_for(self.actor), code=code)


class SourceList(Base):
    """The systems that send activity data."""

    @extend_schema(
        operation_id="activity_sources", responses=answers(listing("ActivitySource", SourceSerializer))
    )
    def get(self, request: Request) -> Response:
        """By name."""
        return self.page(request, selectors.sources_for(self.actor), SourceSerializer)

    @extend_schema(
        operation_id="activity_source_create",
        request=NewSourceSerializer,
        responses=answers(SourceSerializer, 201),
    )
    def post(self, request: Request) -> Response:
        """Add one."""
        made = services.create_source(actor=self.actor, **self.valid(NewSourceSerializer, request))
        return Response(SourceSerializer(made).data, status=201)


class Records(Base):
    """Records of a system."""

    @extend_schema(
        operation_id="activity_records_send",
        parameters=[IDEMPOTENCY_KEY],
        request=RecordsSerializer,
        responses=answers(DeliverySerializer),
    )
    def post(self, request: Request, code: str) -> Response:
        """Send records. Each is stored, changed, known already, or refused with every reason, by itself."""
        body = self.valid(RecordsSerializer, request)
        made = receiving.receive_rows(
            actor=self.actor,
            source=self.the_source(code),
            rows=body["records"],
            key=request.headers.get("Idempotency-Key", ""),
        )
        return Response(DeliverySerializer(made).data)


class ActivityFileSerializer(serializers.Serializer[Any]):
    """One CSV, multipart."""

    file = serializers.FileField()


class Files(Base):
    """Files of a system."""

    @extend_schema(
        operation_id="activity_file_send",
        request=ActivityFileSerializer,
        responses=answers(DeliverySerializer, 202),
    )
    def post(self, request: Request, code: str) -> Response:
        """Drop a CSV: a job reads it by the columns named on the site. The same bytes are the same delivery."""
        file = self.valid(ActivityFileSerializer, request)["file"]
        made = receiving.receive_file(
            actor=self.actor,
            source=self.the_source(code),
            file=file,
            filename=file.name,
        )
        return Response(DeliverySerializer(made).data, status=202)


class Delivery(Base):
    """One delivery."""

    @extend_schema(operation_id="activity_delivery", responses=answers(DeliverySerializer))
    def get(self, request: Request, code: str, pk: int) -> Response:
        """With what became of its rows."""
        row = get_object_or_404(selectors.batches_for(self.actor, self.the_source(code)), pk=pk)
        return Response(DeliverySerializer(row).data)


class Totals(Base):
    """Sums of a year."""

    @extend_schema(
        operation_id="activity_totals",
        parameters=[OpenApiParameter("year", int, description="the year before this one if left out")],
        responses=answers(TotalSerializer(many=True)),
    )
    def get(self, request: Request, code: str) -> Response:
        """Item by item."""
        asked = request.query_params.get("year", "")
        year = int(asked) if asked.isdigit() and 1 <= int(asked) <= 9998 else clock.today().year - 1
        return Response(TotalSerializer(totals_of(self.the_source(code), year), many=True).data)

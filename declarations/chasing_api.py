"""Requests for many parts, and who owes what, over the API: the same services and selectors as the pages."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from carbonfoot.accounts.access import require
from carbonfoot.api import View, answers, extend_schema
from carbonfoot.problems import Problem, Problems
from declarations.models import Pack
from declarations.selectors.packs import packs_for, parts_for
from declarations.selectors.responsibility import TURNS, Duty, duties
from declarations.services import bulk
from suppliers.selectors import supplier_links_for


class DutySerializer(serializers.Serializer[Any]):
    """A bought part: whose turn it is, how far it is, and its share (0 to 1) of the pack's footprint where known."""

    pack = serializers.IntegerField(source="part.pack_id")
    pack_model = serializers.CharField(source="part.pack.model")
    part = serializers.IntegerField(source="part.pk")
    part_code = serializers.CharField(source="part.exchange.code")
    name_zh = serializers.CharField(source="part.exchange.name_zh")
    name_en = serializers.CharField(source="part.exchange.name_en")
    module_type = serializers.CharField(source="part.module_type")
    turn = serializers.ChoiceField(choices=list(TURNS))
    request = serializers.CharField(source="request.number", default=None, allow_null=True)
    supplier = serializers.CharField(source="request.supplier.code", default=None, allow_null=True)
    request_state = serializers.CharField(source="request.state", default=None, allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    overdue = serializers.BooleanField(source="is_late")
    next_reminder = serializers.DateField(allow_null=True)
    last_contact = serializers.DateTimeField(allow_null=True)
    result = serializers.UUIDField(source="result.pk", default=None, allow_null=True)
    result_version = serializers.IntegerField(source="result.version", default=None, allow_null=True)
    newer_result = serializers.UUIDField(source="newer.pk", default=None, allow_null=True)
    newer_version = serializers.IntegerField(source="newer.version", default=None, allow_null=True)
    share = serializers.FloatField(allow_null=True)


class AskSerializer(serializers.Serializer[Any]):
    """A request for one part; ``supplier`` is the code of one of your suppliers."""

    part = serializers.IntegerField()
    supplier = serializers.SlugField()
    module_type = serializers.CharField(required=False, default="", allow_blank=True)
    declared_unit = serializers.CharField(required=False, default="", allow_blank=True)
    year = serializers.IntegerField()
    due_on = serializers.DateField()
    message = serializers.CharField(required=False, default="", allow_blank=True)


class NewRequestsSerializer(serializers.Serializer[Any]):
    """Requests for several parts. ``batch`` is a key of your own making: sent twice, it is sent once."""

    batch = serializers.UUIDField()
    requests = AskSerializer(many=True)


class SentSerializer(serializers.Serializer[Any]):
    """The numbers of the requests, in the order in which they were made."""

    batch = serializers.UUIDField()
    requests = serializers.ListField(child=serializers.CharField())


def _pack(view: View, pk: int) -> Pack:
    found: Pack = get_object_or_404(packs_for(view.actor), pk=pk)
    return found


class PackRequests(View):
    """Asking for several parts of a pack."""

    @extend_schema(
        operation_id="pack_requests_create",
        request=NewRequestsSerializer,
        responses=answers(SentSerializer, 201),
    )
    def post(self, request: Request, pk: int) -> Response:
        """All of them, or none and every problem at once, each with its part."""
        pack = _pack(self, pk)
        require(self.actor, "pack.edit", pack)
        body = self.valid(NewRequestsSerializer, request)
        sent = bulk.ask_many(
            actor=self.actor, pack=pack, asks=self._asks(pack, body["requests"]), batch=body["batch"]
        )
        numbers = [row.number for row in sent]
        return Response(SentSerializer({"batch": body["batch"], "requests": numbers}).data, status=201)

    def _asks(self, pack: Pack, rows: list[dict[str, Any]]) -> list[bulk.Ask]:
        """Rows as the service takes them. Raises Problems for parts that are not there or stand twice."""
        parts = {part.pk: part for part in parts_for(self.actor).filter(pack=pack)}
        suppliers = {link.supplier.code: link.supplier for link in supplier_links_for(self.actor)}
        asks: list[bulk.Ask] = []
        faults: list[Problem] = []
        seen: set[uuid.UUID | int] = set()
        for number, row in enumerate(rows):
            part = parts.get(row["part"])
            if part is None or row["part"] in seen:
                code = "ASK-PART" if part is None else "ASK-TWICE"
                faults.append(bulk.row_fault(code, field=f"requests.{number}.part", value=str(row["part"])))
                continue
            seen.add(part.pk)
            asks.append(
                bulk.Ask(
                    part=part,
                    supplier=suppliers.get(row["supplier"]),
                    module_type=row["module_type"] or part.module_type,
                    declared_unit=row["declared_unit"] or part.exchange.unit,
                    year=row["year"],
                    due_on=row["due_on"],
                    message=row["message"],
                )
            )
        if faults:
            raise Problems(faults)
        return asks


def _rows(rows: list[Duty]) -> Response:
    return Response(DutySerializer(rows, many=True).data)


class PackResponsibility(View):
    """Who owes what for a pack."""

    @extend_schema(operation_id="pack_responsibility", responses=answers(DutySerializer(many=True)))
    def get(self, request: Request, pk: int) -> Response:
        """A row for every bought part."""
        pack = _pack(self, pk)
        return _rows(duties(self.actor, packs_for(self.actor).filter(pk=pack.pk)))


class Responsibility(View):
    """Who owes what for all packs."""

    @extend_schema(operation_id="responsibility", responses=answers(DutySerializer(many=True)))
    def get(self, request: Request) -> Response:
        """A row for every bought part of every pack that is not retired."""
        return _rows(duties(self.actor))

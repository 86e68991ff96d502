"""Exports for other markets in the API."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from carbonfoot.api import ProblemSerializer, View, answers, extend_schema
from declarations.passport import services
from declarations.passport.forms import GivenForm
from declarations.selectors.declarations import declarations_for


class PassportSerializer(serializers.Serializer[Any]):
    """An export: the document in the form of the model, and every field that is missing or wrong in it."""

    model = serializers.CharField()
    valid = serializers.BooleanField()
    ruleset = serializers.CharField(
        help_text="Rule set and version of the figures; empty if there is no European result."
    )
    document = serializers.JSONField()
    problems = ProblemSerializer(many=True)


def _parameters() -> list[OpenApiParameter]:
    names = dict.fromkeys(name for key in services.MODELS for name in services.asked_of(key))
    return [
        OpenApiParameter(name, str, description="What does not follow from the declaration.")
        for name in names
    ]


class DeclarationPassport(View):
    """The frozen declaration in the form of a published data model."""

    @extend_schema(
        operation_id="declaration_passport", parameters=_parameters(), responses=answers(PassportSerializer)
    )
    def get(self, request: Request, pk: int, key: str) -> Response:
        """``batterypass`` or ``catenax``; what only a person can say comes in the query."""
        row = get_object_or_404(declarations_for(self.actor), pk=pk, snapshot__isnull=False)
        if key not in services.MODELS:
            raise Http404
        form = GivenForm(request.query_params, key=key)
        found = services.export(actor=self.actor, declaration=row, key=key, given=form.given)
        return Response(
            {
                "model": services.MODELS[key].URN,
                "valid": not found.faults,
                "ruleset": found.source.rules,
                "document": found.document,
                "problems": [item.as_dict() for item in services.problems_of(found)],
            }
        )

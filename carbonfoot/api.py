"""What the API views of all apps share."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.api_auth import actor_of


class ProblemSerializer(serializers.Serializer[Any]):
    """One problem of an input."""

    code = serializers.CharField()
    message = serializers.CharField()
    field = serializers.CharField()
    severity = serializers.CharField()
    value = serializers.CharField()
    mend = serializers.CharField()
    where = serializers.CharField()


class ProblemsSerializer(serializers.Serializer[Any]):
    """Every error of the API has this shape."""

    problems = ProblemSerializer(many=True)


class JobSerializer(serializers.Serializer[Any]):
    """Long work: ask for it again until its state is succeeded, failed or cancelled."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.CharField()
    percent = serializers.IntegerField()
    problems = ProblemSerializer(many=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


ERRORS: dict[int, Any] = {
    400: OpenApiResponse(ProblemsSerializer, "The request is not of the right form."),
    401: OpenApiResponse(ProblemsSerializer, "No token, or one that is not valid."),
    403: OpenApiResponse(
        ProblemsSerializer, "The role does not allow it, or the state does not; the reason is given."
    ),
    404: OpenApiResponse(ProblemsSerializer, "There is nothing of yours at this address."),
    422: OpenApiResponse(ProblemsSerializer, "Refused, with every problem at once; nothing was changed."),
}


def answers(serializer: Any, status: int = 200) -> dict[int, Any]:
    """Responses of an operation: this serializer, and the errors that every operation may give."""
    return {status: serializer, **ERRORS}


class View(APIView):
    """A view that knows its actor."""

    @property
    def actor(self) -> Actor:
        """On whose behalf the request is made."""
        return actor_of(self.request)

    def valid(self, serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        """The checked body. Raises ValidationError with all that is wrong."""
        found = serializer(data=request.data)
        found.is_valid(raise_exception=True)
        checked: dict[str, Any] = found.validated_data
        return checked

    def page(
        self, request: Request, rows: QuerySet[Any], serializer: type[serializers.BaseSerializer[Any]]
    ) -> Response:
        """A page of rows: ``limit`` (at most 200) and ``offset``; ``count``, ``next``, ``previous``, ``results``."""
        pager = Pager()
        found = pager.paginate_queryset(rows, request, view=self)
        return pager.get_paginated_response(serializer(found, many=True).data)


class Pager(LimitOffsetPagination):
    """Fifty rows unless asked otherwise."""

    default_limit = 50
    max_limit = 200


@cache
def listing(name: str, serializer: type[serializers.BaseSerializer[Any]]) -> Any:
    """The schema of a page of rows; named, so that the generated clients have readable types, and one for each name."""
    fields = {
        "count": serializers.IntegerField(),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": serializer(many=True),
    }
    return type(f"{name}Page", (serializers.Serializer,), fields)


__all__ = ["ERRORS", "JobSerializer", "ProblemsSerializer", "View", "answers", "extend_schema", "listing"]

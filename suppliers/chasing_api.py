"""Invitations, due dates and the log of a request over the API: the same services as the pages."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from carbonfoot.accounts.access import require
from carbonfoot.api import View, answers, extend_schema, listing
from suppliers import selectors
from suppliers.api import Base, DataRequestSerializer, FirstRequestSerializer
from suppliers.chasing import log_of
from suppliers.models import SupplierInvitation
from suppliers.services import due_dates, invitations

STATES = ("waiting", "sent", "opened", "expired", "accepted", "revoked")


class InvitationSerializer(serializers.ModelSerializer[SupplierInvitation]):
    """An invitation. The link in its mail is nowhere but in the mail."""

    supplier = serializers.CharField(source="link.supplier.code")
    request = serializers.CharField(source="request.number", default=None, allow_null=True)
    state = serializers.ChoiceField(choices=STATES, source="progress")
    sent_at = serializers.DateTimeField(source="secret.sent_at", default=None, allow_null=True)
    opened_at = serializers.DateTimeField(source="secret.opened_at", default=None, allow_null=True)
    expires_at = serializers.DateTimeField(source="secret.expires_at", default=None, allow_null=True)

    class Meta:
        model = SupplierInvitation
        fields = (
            "id",
            "supplier",
            "contact_name",
            "email",
            "language",
            "request",
            "state",
            "created_at",
            "sent_at",
            "opened_at",
            "expires_at",
            "accepted_at",
            "revoked_at",
        )


class NewInvitationSerializer(serializers.Serializer[Any]):
    """A company, a person there, and the first request. What is wrong is said by the service, all at once."""

    name_zh = serializers.CharField(max_length=120)
    name_en = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    uscc = serializers.CharField(max_length=18, required=False, default="", allow_blank=True)
    province = serializers.CharField(max_length=6, required=False, default="", allow_blank=True)
    contact_name = serializers.CharField(max_length=80)
    email = serializers.CharField(max_length=254)
    language = serializers.CharField(default="zh-hans")
    first_request = FirstRequestSerializer()


class LogSerializer(serializers.Serializer[Any]):
    """One line of the log. ``to`` is whole for one's own people and the address that the buyer gave."""

    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=("event", "note", "mail"))
    what = serializers.CharField()
    by = serializers.CharField()
    organisation = serializers.CharField()
    to = serializers.CharField()
    outcome = serializers.CharField()
    failed = serializers.BooleanField()
    reason = serializers.CharField()
    text = serializers.CharField()
    files = serializers.ListField(child=serializers.CharField())


class InvitationList(View):
    """Invitations of suppliers."""

    @extend_schema(operation_id="invitations", responses=answers(listing("Invitation", InvitationSerializer)))
    def get(self, request: Request) -> Response:
        """Newest first."""
        return self.page(request, selectors.invitations_for(self.actor), InvitationSerializer)

    @extend_schema(
        operation_id="invitation_create",
        request=NewInvitationSerializer,
        responses=answers(InvitationSerializer, 201),
    )
    def post(self, request: Request) -> Response:
        """Invite a person to open the account of a supplier, with a first request."""
        require(self.actor, "supplier.invite")
        body = self.valid(NewInvitationSerializer, request)
        asked = body.pop("first_request")
        made = invitations.invite(actor=self.actor, request=dict(asked), **body)
        row = selectors.invitations_for(self.actor).get(pk=made.pk)
        return Response(InvitationSerializer(row).data, status=201)


class InvitationDetail(View):
    """One invitation."""

    @extend_schema(operation_id="invitation", responses=answers(InvitationSerializer))
    def get(self, request: Request, pk: int) -> Response:
        """How far it is."""
        row = get_object_or_404(selectors.invitations_for(self.actor), pk=pk)
        return Response(InvitationSerializer(row).data)


VERBS: dict[str, Any] = {"resend": invitations.resend, "revoke": invitations.revoke}


class InvitationVerb(View):
    """Sending an invitation again, or taking it back."""

    @extend_schema(
        operation_id="invitation_verb",
        parameters=[OpenApiParameter("verb", str, OpenApiParameter.PATH, enum=sorted(VERBS))],
        request=None,
        responses=answers(InvitationSerializer),
    )
    def post(self, request: Request, pk: int, verb: str) -> Response:
        """resend or revoke."""
        row = get_object_or_404(selectors.invitations_for(self.actor), pk=pk)
        VERBS[verb](actor=self.actor, invitation=row)
        return Response(InvitationSerializer(selectors.invitations_for(self.actor).get(pk=pk)).data)


class DueSerializer(serializers.Serializer[Any]):
    """Another due date, with words to the supplier if there are any."""

    due_on = serializers.DateField()
    text = serializers.CharField(required=False, default="", allow_blank=True, max_length=4000)


class RequestDue(Base):
    """The due date of a request."""

    @extend_schema(
        operation_id="request_due", request=DueSerializer, responses=answers(DataRequestSerializer)
    )
    def post(self, request: Request, number: str) -> Response:
        """Change it while the request is unanswered; the supplier is told."""
        row = self.the_request(number)
        return self.shown(
            due_dates.change_due(actor=self.actor, request=row, **self.valid(DueSerializer, request))
        )


class RequestLog(View):
    """The log of a request."""

    @extend_schema(operation_id="request_log", responses=answers(LogSerializer(many=True)))
    def get(self, request: Request, number: str) -> Response:
        """Everything that was said, sent and done about it, oldest first."""
        row = get_object_or_404(selectors.requests_for(self.actor), number=number)
        return Response(LogSerializer(log_of(self.actor, row), many=True).data)

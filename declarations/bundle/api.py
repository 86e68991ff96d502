"""Verification bundles in the API."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from carbonfoot.api import ERRORS, View, answers, extend_schema, listing
from declarations.bundle import selectors, services
from declarations.bundle.views import bundle_response
from declarations.models import Bundle
from declarations.selectors.declarations import readable_declarations


class BundleSerializer(serializers.ModelSerializer[Bundle]):
    """A bundle; ``done_at`` is empty while it is being written. ``until_seq`` is the last event that it tells of."""

    class Meta:
        model = Bundle
        fields = (
            "id",
            "variant",
            "until_seq",
            "filename",
            "size",
            "sha256",
            "manifest_sha256",
            "job",
            "requested_at",
            "done_at",
        )


class DeclarationBundles(View):
    """Bundles of a declaration."""

    @extend_schema(operation_id="bundles", responses=answers(listing("Bundle", BundleSerializer)))
    def get(self, request: Request, pk: int) -> Response:
        """Those written for this organisation, newest first."""
        row = get_object_or_404(readable_declarations(self.actor), pk=pk)
        return self.page(request, selectors.bundles_of(self.actor, row), BundleSerializer)

    @extend_schema(operation_id="bundle_create", request=None, responses=answers(BundleSerializer, 202))
    def post(self, request: Request, pk: int) -> Response:
        """Have the bundle of the present state written; the same again gives the one there is."""
        row = get_object_or_404(readable_declarations(self.actor), pk=pk)
        bundle = services.request_bundle(actor=self.actor, declaration=row)
        return Response(BundleSerializer(bundle).data, status=202)


class BundleDownload(View):
    """The file of a bundle."""

    @extend_schema(
        operation_id="bundle_file",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **ERRORS},
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """The zip as it was written; its digest is in the header ``Digest``."""
        bundle = get_object_or_404(selectors.bundles_for(self.actor), pk=pk, done_at__isnull=False)
        return bundle_response(self.actor, bundle)

"""Files of a calculation for other tools, over the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request

from carbonfoot.api import ERRORS, View, extend_schema
from carbonfoot.files import download
from lca import selectors
from lca.exports.exchange import BRIGHTWAY, OPENLCA, brightway_file, filename, openlca_file
from lca.models import Calculation, CalculationState
from lca.services.access_log import note_foreign_look


class _File(View):
    def calculation(self, pk: int) -> Calculation:
        """The finished calculation in the actor's reach; a verifier's look is logged for its owner."""
        rows = selectors.calculations_for(self.actor).filter(state=CalculationState.DONE)
        row: Calculation = get_object_or_404(rows, pk=pk)
        note_foreign_look(actor=self.actor, calculation=row)
        return row


def _answers(kind: str) -> dict[Any, Any]:
    return {(200, kind): OpenApiTypes.BINARY, **ERRORS}


class OpenlcaFile(_File):
    """A calculation for openLCA."""

    @extend_schema(operation_id="calculation_openlca", responses=_answers(OPENLCA))
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The finished calculation as an openLCA package (JSON-LD in a zip); see docs/exchange.md."""
        row = self.calculation(pk)
        return download(openlca_file(row), filename(row, "openlca.zip"), OPENLCA)


class BrightwayFile(_File):
    """A calculation for Brightway."""

    @extend_schema(operation_id="calculation_brightway", responses=_answers(BRIGHTWAY))
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The finished calculation as a bw2package, for `bw2io.BW2Package.import_file`; see docs/exchange.md."""
        row = self.calculation(pk)
        return download(brightway_file(row), filename(row, "bw2package"), BRIGHTWAY)

"""Why two rule sets differ, over the API: the same report as the page's, and under the same access."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from carbonfoot.api import View, answers, extend_schema
from carbonfoot.problems import Problems
from lca.engine import InventoryError
from lca.models import Calculation
from lca.presentation.differences import difference_of
from lca.rulesets import RuleSetError
from lca.selectors import calculations_for
from lca.selectors.comparisons import of_revision
from lca.services.access_log import note_foreign_look
from lca.services.problems import as_data, as_problem


class DifferenceSerializer(serializers.Serializer[Any]):
    """``carbonfoot-difference/1`` (docs/method.md): steps from one rule set to the other that add up, kg CO2e."""

    format = serializers.CharField()
    engine_version = serializers.CharField()
    order = serializers.ListField(child=serializers.CharField(), help_text="The groups of rules as swapped.")
    a = serializers.DictField(help_text="Rule set, total per reference flow, and what it is divided by.")
    b = serializers.DictField()
    kgco2e = serializers.FloatField(help_text="B less A per reference flow; the steps add up to it.")
    same_functional_unit = serializers.BooleanField(
        help_text="False: figures per functional unit of A and of B may not be compared."
    )
    steps = serializers.ListField(
        child=serializers.DictField(), help_text="Effect, reasons, parameters and lines of each group."
    )


class CalculationDifference(View):
    """Why a calculation differs from another one of the same frozen inventory."""

    @extend_schema(operation_id="calculation_difference", responses=answers(DifferenceSerializer))
    def get(self, request: Request, pk: int, other: int) -> Response:
        """From the first to the second, group of rules by group of rules."""
        first = calculations_for(self.actor).filter(pk=pk).first()
        if first is None:
            raise Http404
        within = {row.pk: row for row in of_revision(self.actor, first)}
        if first.pk not in within or other not in within:
            raise Http404
        note_foreign_look(actor=self.actor, calculation=first)
        return Response(self._report(first, within[other]))

    @staticmethod
    def _report(first: Calculation, second: Calculation) -> dict[str, Any]:
        try:
            return difference_of(first, second).to_dict()
        except InventoryError as error:
            document = first.revision.document
            raise Problems([as_problem(as_data(item, document)) for item in error.problems]) from error
        except RuleSetError as error:
            raise Http404 from error

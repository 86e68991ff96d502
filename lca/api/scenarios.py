"""What-if scenarios over the API: the same services as the pages. Nothing here is ever declared."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from carbonfoot.accounts.access import require
from carbonfoot.api import JobSerializer, View, answers, extend_schema, listing
from lca import selectors
from lca.models import Scenario, ScenarioResult
from lca.presentation.scenario import STANDING
from lca.selectors import scenarios as found
from lca.services import scenarios


class ScenarioResultSerializer(serializers.ModelSerializer[ScenarioResult]):
    """What a scenario came to under one rule set: figures before and after, effects, lines that moved. kg CO2e."""

    release = serializers.CharField(source="release.code")
    standing = serializers.SerializerMethodField()

    class Meta:
        model = ScenarioResult
        fields = (
            "id",
            "standing",
            "ruleset_id",
            "ruleset_version",
            "release",
            "engine_version",
            "input_digest",
            "outcome",
            "sha256",
            "created_at",
        )

    def get_standing(self, row: ScenarioResult) -> str:
        """That it is not declared, in both languages."""
        return STANDING


class ScenarioSerializer(serializers.ModelSerializer[Scenario]):
    """A scenario; ``changes`` as in docs/inventory-format.md, ``base`` the number of the revision it rests on."""

    base = serializers.IntegerField(source="base.number")
    standing = serializers.SerializerMethodField()

    class Meta:
        model = Scenario
        fields: tuple[str, ...] = (
            "id",
            "standing",
            "inventory",
            "base",
            "name_zh",
            "name_en",
            "note",
            "changes",
            "version",
            "job",
            "archived_at",
            "changed_at",
        )

    def get_standing(self, row: Scenario) -> str:
        """That it is not declared, in both languages."""
        return STANDING


class ScenarioDetailSerializer(ScenarioSerializer):
    """A scenario with its newest results, of the changes and the base as they stand."""

    results = serializers.SerializerMethodField()

    class Meta(ScenarioSerializer.Meta):
        fields = (*ScenarioSerializer.Meta.fields, "results")

    @extend_schema_field(ScenarioResultSerializer(many=True))
    def get_results(self, row: Scenario) -> list[Any]:
        """Under each rule set, in order of its id."""
        newest = [item.pk for item in found.newest_results([row])[row.pk].values()]
        rows = ScenarioResult.objects.filter(pk__in=newest).select_related("release").order_by("ruleset_id")
        return list(ScenarioResultSerializer(rows, many=True).data)


class NewScenarioSerializer(serializers.Serializer[Any]):
    """Names, note and changes of a new scenario; it rests on the inventory as it is now."""

    name_zh = serializers.CharField(max_length=120)
    name_en = serializers.CharField(max_length=120, required=False, allow_blank=True)
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    changes = serializers.ListField(child=serializers.JSONField(), required=False)


class ChangesSerializer(serializers.Serializer[Any]):
    """The whole list of changes of a scenario; refused if ``version`` is not the newest."""

    version = serializers.IntegerField()
    changes = serializers.ListField(child=serializers.JSONField())


class InventoryScenarios(View):
    """Scenarios of one inventory."""

    @extend_schema(
        operation_id="inventory_scenarios", responses=answers(listing("Scenario", ScenarioSerializer))
    )
    def get(self, request: Request, pk: int) -> Response:
        """The last changed first."""
        inventory = get_object_or_404(selectors.inventories_for(self.actor), pk=pk)
        rows = found.scenarios_for(self.actor).filter(inventory=inventory)
        return self.page(request, rows, ScenarioSerializer)

    @extend_schema(
        operation_id="scenario_create",
        request=NewScenarioSerializer,
        responses=answers(ScenarioSerializer, 201),
    )
    def post(self, request: Request, pk: int) -> Response:
        """Begin a scenario; every problem of its changes at once."""
        inventory = get_object_or_404(selectors.inventories_for(self.actor), pk=pk)
        require(self.actor, "scenario.edit", inventory)
        body = self.valid(NewScenarioSerializer, request)
        row = scenarios.create_scenario(actor=self.actor, inventory=inventory, **body)
        return Response(ScenarioSerializer(row).data, status=201)


class ScenarioList(View):
    """Scenarios of the organisation."""

    @extend_schema(operation_id="scenarios", responses=answers(listing("Scenario", ScenarioSerializer)))
    def get(self, request: Request) -> Response:
        """The last changed first."""
        return self.page(request, found.scenarios_for(self.actor), ScenarioSerializer)


class ScenarioDetail(View):
    """One scenario."""

    def _row(self, pk: int) -> Scenario:
        return get_object_or_404(found.scenarios_for(self.actor), pk=pk)

    @extend_schema(operation_id="scenario", responses=answers(ScenarioDetailSerializer))
    def get(self, request: Request, pk: int) -> Response:
        """Its changes and what they came to."""
        return Response(ScenarioDetailSerializer(self._row(pk)).data)

    @extend_schema(
        operation_id="scenario_replace", request=ChangesSerializer, responses=answers(ScenarioSerializer)
    )
    def put(self, request: Request, pk: int) -> Response:
        """Replace the changes, whole or not at all."""
        row = self._row(pk)
        require(self.actor, "scenario.edit", row)
        body = self.valid(ChangesSerializer, request)
        return Response(
            ScenarioSerializer(scenarios.set_changes(actor=self.actor, scenario=row, **body)).data
        )


class ScenarioRun(View):
    """Calculating a scenario."""

    @extend_schema(
        operation_id="scenario_run", request=None, responses={**answers(JobSerializer, 202), 204: None}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Calculate under every rule set; 204 when all of it is calculated already."""
        row = get_object_or_404(found.scenarios_for(self.actor), pk=pk)
        job = scenarios.request_scenario(actor=self.actor, scenario=row)
        return Response(status=204) if job is None else Response(JobSerializer(job).data, status=202)

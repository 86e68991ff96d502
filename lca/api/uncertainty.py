"""Uncertainty of a calculation over the API: the first-order interval, and Monte Carlo runs."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from carbonfoot.api import View, answers, extend_schema
from carbonfoot.problems import Problem, Problems
from lca import profiles, selectors
from lca.assessments import NotAssessable, assessment_of
from lca.engine.outcome import MAX_DRAWS, MAX_SEED, MIN_DRAWS, first_order_part
from lca.models import Calculation, UncertaintyRun
from lca.services import uncertainty as services
from lca.services.access_log import note_foreign_look


class UncertaintyRunSerializer(serializers.ModelSerializer[UncertaintyRun]):
    """A Monte Carlo run without its outcome; ``problems`` say why it came to nothing."""

    problems = serializers.SerializerMethodField()

    class Meta:
        model = UncertaintyRun
        fields: tuple[str, ...] = (
            "id",
            "calculation",
            "seed",
            "draws",
            "sampler",
            "profile",
            "profile_sha256",
            "input_digest",
            "state",
            "job",
            "problems",
            "outcome_sha256",
            "created_at",
            "done_at",
        )

    def get_problems(self, run: UncertaintyRun) -> list[dict[str, str]]:
        """In the language of the request."""
        return [item.as_dict() for item in services.problems_of(run)]


class UncertaintyOutcomeSerializer(UncertaintyRunSerializer):
    """A Monte Carlo run with its outcome, ``carbonfoot-uncertainty/1`` (docs/method.md)."""

    outcome = serializers.JSONField()

    class Meta(UncertaintyRunSerializer.Meta):
        fields = (*UncertaintyRunSerializer.Meta.fields, "outcome")


class UncertaintySerializer(serializers.Serializer[Any]):
    """The first-order interval of a calculation, kg CO2e per reference flow, its inputs and its runs.

    ``origins`` are shares of the result by where the spread of amounts and of factors comes from.
    """

    calculation = serializers.IntegerField()
    profile = serializers.CharField()
    profile_sha256 = serializers.CharField()
    total = serializers.FloatField()
    first_order = serializers.JSONField(
        help_text="sd, and low and high of 95 %; form is lognormal or normal."
    )
    origins = serializers.JSONField()
    inputs = serializers.JSONField(help_text="By share of the variance; sigma is of the logarithm.")
    others = serializers.JSONField()
    runs = UncertaintyRunSerializer(many=True)


class StartRunSerializer(serializers.Serializer[Any]):
    """How many draws, and from which seed; the usual one if left out."""

    draws = serializers.IntegerField(min_value=MIN_DRAWS, max_value=MAX_DRAWS)
    seed = serializers.IntegerField(min_value=0, max_value=MAX_SEED, required=False, allow_null=True)


class Uncertainty(View):
    """How sure one calculation is."""

    def _row(self, pk: int) -> Calculation:
        row = get_object_or_404(selectors.calculations_for(self.actor), pk=pk)
        note_foreign_look(actor=self.actor, calculation=row)
        return row

    @extend_schema(operation_id="uncertainty", responses=answers(UncertaintySerializer))
    def get(self, request: Request, pk: int) -> Response:
        """The interval to first order, what carries the variance, and the runs, newest first."""
        row, profile = self._row(pk), profiles.load()
        try:
            assessment = assessment_of(row, profile)
        except NotAssessable as error:
            raise Problems([Problem("UNCERTAINTY-NOT-ASSESSABLE", error.reason, mend=error.mend)]) from error
        runs = selectors.uncertainty_runs_for(self.actor, row).defer("outcome")
        body = {
            "calculation": row.pk,
            "profile": profile.name,
            "profile_sha256": profile.sha256,
            "total": assessment.total,
            **first_order_part(assessment),
            "runs": runs,
        }
        return Response(UncertaintySerializer(body).data)

    @extend_schema(
        operation_id="uncertainty_start",
        request=StartRunSerializer,
        responses=answers(UncertaintyRunSerializer, 202),
    )
    def post(self, request: Request, pk: int) -> Response:
        """Ask for a Monte Carlo run; the same request gives the run that is there."""
        body = self.valid(StartRunSerializer, request)
        run = services.request_run(
            actor=self.actor, calculation=self._row(pk), draws=body["draws"], seed=body.get("seed")
        )
        return Response(UncertaintyRunSerializer(run).data, status=202)


class UncertaintyRunDetail(View):
    """One Monte Carlo run."""

    @extend_schema(operation_id="uncertainty_run", responses=answers(UncertaintyOutcomeSerializer))
    def get(self, request: Request, pk: int, run: int) -> Response:
        """The run with its outcome; empty while it is being drawn."""
        calculation = get_object_or_404(selectors.calculations_for(self.actor), pk=pk)
        note_foreign_look(actor=self.actor, calculation=calculation)
        row = get_object_or_404(selectors.uncertainty_runs_for(self.actor, calculation), pk=run)
        return Response(UncertaintyOutcomeSerializer(row).data)

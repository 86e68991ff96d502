"""Monte Carlo runs: asked for here, drawn by a job, kept for ever. The same request is the same run."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.canonical import digest, floats_as_text
from carbonfoot.audit.services import record
from carbonfoot.jobs.services import enqueue
from carbonfoot.problems import Collector, Problem, Problems
from lca import profiles
from lca.assessments import REASONS, NotAssessable, assessment_of, loop_of, reason_text
from lca.engine import ENGINE_VERSION
from lca.engine.outcome import MAX_DRAWS, MAX_SEED, MIN_DRAWS, USUAL_SEED, outcome
from lca.engine.uncertainty import SAMPLER, DrawError
from lca.models import Calculation, CalculationState, UncertaintyRun
from lca.services.calculations import storable

JOB = "lca.uncertainty"
# Solving a loop of m processes takes some m^3 operations a draw; more than this in all would take an hour.
_MOST_OPERATIONS = 2e12


def run_digest(calculation: Calculation, *, seed: int, draws: int, profile_sha256: str) -> str:
    """The identity of a run: everything that its numbers follow from."""
    return digest(
        {
            "calculation": calculation.input_digest,
            "engine": ENGINE_VERSION,
            "profile": profile_sha256,
            "sampler": SAMPLER,
            "seed": seed,
            "draws": draws,
        }
    )


def outcome_digest(outcome: dict[str, Any]) -> str:
    """SHA-256 of an outcome: of its canonical JSON, in which every float is its shortest text."""
    return digest(floats_as_text(outcome))


def _checked(calculation: Calculation, draws: int, seed: int) -> None:
    found = Collector()
    if not MIN_DRAWS <= draws <= MAX_DRAWS:
        found.add(
            "UNCERTAINTY-DRAWS",
            _("The number of draws lies from %(low)s to %(high)s.")
            % {"low": f"{MIN_DRAWS:,}", "high": f"{MAX_DRAWS:,}"},
            field="draws",
            value=str(draws),
        )
    if not 0 <= seed <= MAX_SEED:
        found.add(
            "UNCERTAINTY-SEED",
            _("A seed is a whole number from 0 to %(high)s.") % {"high": f"{MAX_SEED:,}"},
            field="seed",
            value=str(seed),
        )
    found.done()
    try:
        assessment = assessment_of(calculation)
    except NotAssessable as error:
        raise Problems([Problem("UNCERTAINTY-NOT-ASSESSABLE", error.reason, mend=error.mend)]) from error
    operations = sum(len(members) ** 3 for members, loop in assessment.packed.order if loop) * draws
    if operations > _MOST_OPERATIONS:
        raise Problems(
            [
                Problem(
                    "UNCERTAINTY-LOOP",
                    _("The loops of this inventory are too large for so many draws."),
                    field="draws",
                    mend=_("Ask for fewer draws; the first-order interval stands in any case."),
                )
            ]
        )


@transaction.atomic
def request_run(
    *, actor: Actor, calculation: Calculation, draws: int, seed: int | None = None
) -> UncertaintyRun:
    """Ask for a Monte Carlo run of a finished calculation; the same request gives the run that is there.

    Without a seed the usual one is taken, so that runs of different calculations are paired. A run that failed is tried
    again. Raises Problems for draws or a seed out of bounds, and for a calculation that cannot be taken up again.
    """
    require(actor, "calculation.run", calculation)
    chosen = USUAL_SEED if seed is None else seed
    _checked(calculation, draws, chosen)
    profile = profiles.load()
    run, created = UncertaintyRun.objects.select_for_update(of=("self",)).get_or_create(
        calculation=calculation,
        input_digest=run_digest(calculation, seed=chosen, draws=draws, profile_sha256=profile.sha256),
        defaults={
            "seed": chosen,
            "draws": draws,
            "sampler": SAMPLER,
            "profile": profile.name,
            "profile_sha256": profile.sha256,
            "created_by": actor.user,
        },
    )
    if run.state == CalculationState.FAILED:
        run.state, run.problems, created = CalculationState.PENDING, [], True
    if created:
        label = f"{calculation.revision.inventory.name} · {calculation.ruleset_id} · {draws:,}"
        run.job = enqueue(
            actor=actor, kind=JOB, args={"run": run.pk}, key=f"{JOB}:{run.pk}", label=label[:200]
        )
        run.save(update_fields=["state", "problems", "job"])
        record(
            actor=actor,
            verb="uncertainty.requested",
            obj=calculation,
            data={"run": run.pk, "seed": chosen, "draws": draws, "profile": profile.name},
        )
    return run


def perform_run(*, actor: Actor, run: UncertaintyRun) -> UncertaintyRun:
    """Draw, and store the outcome or what stands in the way. Does nothing to a run that is done.

    Called by the job; safe to call again after a crash, since the outcome is a pure function of the stored input.
    """
    row = UncertaintyRun.objects.select_related("calculation__revision", "calculation__release").get(
        pk=run.pk
    )
    if row.state == CalculationState.DONE:
        return row
    try:
        return _finish(actor, row, found=_drawn(row))
    except NotAssessable as error:
        return _finish(actor, row, problem=error)


def _drawn(row: UncertaintyRun) -> dict[str, Any]:
    """The outcome of a run. Raises NotAssessable."""
    identifier, _at, version = row.profile.partition("@")
    try:
        profile = profiles.load(identifier, version)
    except profiles.ProfileError as error:
        raise NotAssessable("not_installed") from error
    if profile.sha256 != row.profile_sha256 or row.sampler != SAMPLER:
        raise NotAssessable("not_installed")
    assessment = assessment_of(row.calculation, profile)
    try:
        found = outcome(assessment, profile, seed=row.seed, draws=row.draws)
    except DrawError as error:
        raise loop_of(row.calculation, assessment, error) from error
    return {**storable(found), "input_digest": row.calculation.input_digest}


@transaction.atomic
def _finish(
    actor: Actor,
    row: UncertaintyRun,
    *,
    found: dict[str, Any] | None = None,
    problem: NotAssessable | None = None,
) -> UncertaintyRun:
    row = UncertaintyRun.objects.select_for_update(of=("self",)).select_related("calculation").get(pk=row.pk)
    if row.state == CalculationState.DONE:  # another worker was faster with the same input
        return row
    if found is None:
        row.state = CalculationState.FAILED
        row.problems = [] if problem is None else [{"code": problem.code, "params": problem.params}]
        row.save(update_fields=["state", "problems"])
        record(actor=actor, verb="uncertainty.failed", obj=row.calculation, data={"run": row.pk})
        return row
    row.outcome, row.outcome_sha256 = found, outcome_digest(found)
    row.state, row.problems, row.done_at = CalculationState.DONE, [], clock.now()
    row.save()
    record(
        actor=actor,
        verb="uncertainty.done",
        obj=row.calculation,
        data={
            "run": row.pk,
            "seed": row.seed,
            "draws": row.draws,
            "sampler": row.sampler,
            "profile": row.profile,
            "outcome": row.outcome_sha256,
        },
    )
    return row


def problems_of(run: UncertaintyRun) -> list[Problem]:
    """Why a run came to nothing, in the active language."""
    return [
        Problem(
            f"UNCERTAINTY-{item['code'].upper()}",
            reason_text(item["code"], item["params"]),
            mend=REASONS[item["code"]][1],
        )
        for item in run.problems
    ]

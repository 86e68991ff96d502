"""Calculating an answer, looking at what the customer will see of it, and publishing that and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.canonical import digest
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, Problem, problem
from lca.models import Calculation, CalculationState, PublishedResult
from lca.selectors import current_release
from lca.services.calculations import missing_for_calculation, request_calculation
from lca.services.documents import to_document
from lca.services.results import publish_level0, publish_result
from suppliers import intake
from suppliers.models import DataRequest, RequestState, Upload, UploadState
from suppliers.selectors import answers
from suppliers.services.mail import announce
from suppliers.services.requests import lock
from suppliers.workflow import transition

VALID_YEARS_MAX = 3
# Rule sets under which a verified footprint counts, by the standard that its report follows. The EU method is its own:
# a report after another standard says nothing under it.
RULESETS_OF_STANDARD: Mapping[str, tuple[str, ...]] = {
    "cfb-ev": ("eu-cfb-ev", "cn-miit-551", "iso-14067-gate"),
}
RULESETS_OF_OTHERS = ("cn-miit-551", "iso-14067-gate")


@dataclass(frozen=True)
class Progress:
    """How far an answer is: the accepted upload, what keeps it from being calculated, its calculations as it stands."""

    upload: Upload | None = None
    missing: list[Problem] = field(default_factory=list)
    calculations: list[Calculation] = field(default_factory=list)

    @property
    def level0(self) -> bool:
        """A verified footprint: nothing to calculate."""
        return self.upload is not None and self.upload.level == "verified"

    @property
    def pending(self) -> Calculation | None:
        """A calculation that is under way."""
        return next((row for row in self.calculations if row.state == CalculationState.PENDING), None)

    @property
    def failed(self) -> list[Calculation]:
        """Calculations that ended with problems."""
        return [row for row in self.calculations if row.state == CalculationState.FAILED]

    @property
    def done(self) -> list[Calculation]:
        """Calculations that can be published."""
        return [row for row in self.calculations if row.state == CalculationState.DONE]

    @property
    def publishable(self) -> bool:
        """Everything is there."""
        return self.level0 or (bool(self.done) and not self.pending and not self.missing)


def accepted_upload(request: DataRequest) -> Upload | None:
    """The upload whose content answers the request now."""
    return Upload.objects.filter(request=request, state=UploadState.ACCEPTED).first()


def current_calculations(request: DataRequest) -> list[Calculation]:
    """Calculations of the inventory exactly as it is now, with the factor release in force; the newest a rule set."""
    if request.inventory is None:
        return []
    sha256 = digest(to_document(request.inventory))
    rows = (
        Calculation.objects.filter(
            revision__inventory=request.inventory, revision__sha256=sha256, release=current_release()
        )
        .select_related("job", "revision")
        .order_by("ruleset_id", "-created_at", "-pk")
        .distinct("ruleset_id")
    )
    return list(rows)


def progress_of(actor: Actor, request: DataRequest) -> Progress:
    """How far the answer is, for the side that answers; nothing for anybody else."""
    if not answers(actor, request):
        return Progress()
    upload = accepted_upload(request)
    if upload is None or upload.level == "verified" or request.inventory is None:
        return Progress(upload)
    return Progress(upload, missing_for_calculation(request.inventory), current_calculations(request))


@transaction.atomic
def calculate_answer(*, actor: Actor, request: DataRequest) -> list[Calculation]:
    """Calculate the accepted answer under every rule set, in one job. The same inventory again gives the same rows.

    Raises Problems naming each line that still lacks an amount or a factor.
    """
    request = lock(actor, request)
    require(actor, "request.fill", request)
    upload = accepted_upload(request)
    if upload is None:
        raise problem("ANS-NO-UPLOAD", _("No upload has been accepted yet."))
    if upload.level == "verified" or request.inventory is None:
        raise problem(
            "ANS-LEVEL0", _("A verified footprint is published as it is; there is nothing to calculate.")
        )
    rows = request_calculation(actor=actor, inventory=request.inventory)
    if request.state != RequestState.IN_PROGRESS:
        transition(request, "fill", actor)
        record(
            actor=actor,
            verb="request.filled",
            obj=request,
            data={"state": request.state},
            readers=[request.buyer],
        )
    return rows


def default_validity(request: DataRequest) -> dt.date:
    """A year from today, but never more than three years after the year of data."""
    today = clock.today()
    try:
        year_on = today.replace(year=today.year + 1)
    except ValueError:  # 29 February
        year_on = dt.date(today.year + 1, 2, 28)
    return min(year_on, latest_validity(request))


def latest_validity(request: DataRequest) -> dt.date:
    """The last day until which a result of this request's data may be valid."""
    return dt.date(request.year + VALID_YEARS_MAX, 12, 31)


def previous_result(request: DataRequest) -> PublishedResult | None:
    """The version that a new one continues: the request's own, else the buyer's newest of the same product."""
    if request.result is not None:
        newest = PublishedResult.objects.filter(series=request.result.series).order_by("-version").first()
        return newest
    return (
        PublishedResult.objects.filter(
            organisation_id=request.supplier_id,
            entered_by_id=request.buyer_id if request.managed else None,
            module_type=request.module_type,
            product_zh=request.part_zh,
            declared_unit=request.declared_unit,
            grants__buyer_id=request.buyer_id,
            superseded_by__isnull=True,
        )
        .order_by("-published_at")
        .first()
    )


def _level0(request: DataRequest, upload: Upload) -> dict[str, Any]:
    """Arguments of a verified footprint. A stage that the report does not give apart is counted with the first such
    stage, as what the total leaves; the others of that kind stay without a figure."""
    stated = intake.stored_inspection(upload).verified_result()
    stages = {key: Decimal(value) for key, value in stated["stages"].items() if value is not None}
    apart = [key for key, value in stated["stages"].items() if value is None]
    if apart and stated["total"] is not None:
        stages[apart[0]] = Decimal(stated["total"]) - sum(stages.values(), Decimal(0))
    standard = str(stated.get("standard") or "other")
    share = stated.get("primary_share")
    return {
        "scores": dict.fromkeys(RULESETS_OF_STANDARD.get(standard, RULESETS_OF_OTHERS), stages),
        "period_from": dt.date(request.year, 1, 1),
        "period_to": dt.date(request.year, 12, 31),
        "primary_share": Decimal(share) / 100 if share else None,
        "ratings": {key: value for key, value in stated["dqr"].items() if value is not None},
        "verified": {
            "body": stated["verifier"],
            "report": stated["report_number"],
            "date": stated["verified_on"],
            "standard": standard,
            "gwp_set": stated.get("gwp_set"),
        },
    }


def _publish(
    actor: Actor, request: DataRequest, valid_until: dt.date | None, product_zh: str, product_en: str
) -> PublishedResult:
    """The result row, inside the caller's transaction: published for good, or rolled back for a preview."""
    progress = progress_of(actor, request)
    if progress.upload is None:
        raise problem("ANS-NO-UPLOAD", _("No upload has been accepted yet."))
    until = valid_until or default_validity(request)
    found = Collector()
    if until <= clock.today() or until > latest_validity(request):
        found.add(
            "ANS-VALIDITY",
            _("A result is valid from today on, and for at most three years after the year of its data."),
            field="valid_until",
            value=until.isoformat(),
        )
    if not progress.publishable:
        found.add(
            "ANS-NOT-CALCULATED",
            _("The answer has not been calculated as it stands now."),
            mend=_("Calculate it first."),
        )
    found.done()
    shared: dict[str, Any] = {
        "actor": actor,
        "organisation": request.supplier,
        "entered_by": request.buyer if request.managed else None,
        "product_zh": product_zh.strip() or request.part_zh,
        "product_en": product_en.strip() or request.part_en,
        "module_type": request.module_type,
        "declared_unit": request.declared_unit,
        "valid_until": until,
        "previous": previous_result(request),
        "buyers": [request.buyer],
    }
    if progress.level0:
        return publish_level0(**shared, **_level0(request, progress.upload))
    return publish_result(**shared, calculations=progress.done)


def preview_answer(
    *,
    actor: Actor,
    request: DataRequest,
    valid_until: dt.date | None = None,
    product_zh: str = "",
    product_en: str = "",
) -> PublishedResult:
    """Exactly what publishing would show the customer: it is published and taken back before anybody can see it.

    The row returned is not in the database. Raises Problems and AccessDenied as publishing would.
    """
    with transaction.atomic():
        request = lock(actor, request)
        require(actor, "request.fill", request)
        result = _publish(actor, request, valid_until, product_zh, product_en)
        transaction.set_rollback(True)
    return result


@transaction.atomic
def publish_answer(
    *,
    actor: Actor,
    request: DataRequest,
    valid_until: dt.date | None = None,
    product_zh: str = "",
    product_en: str = "",
) -> PublishedResult:
    """Publish the answer as a new version, granted to the buyer. A second click gives the result of the first.

    Raises Problems when the answer is not calculated as it stands, AccessDenied in another state or for another role.
    """
    request = lock(actor, request)
    if request.state == RequestState.PUBLISHED and request.result is not None and answers(actor, request):
        return request.result
    require(actor, "request.publish", request)
    request.result = _publish(actor, request, valid_until, product_zh, product_en)
    transition(request, "publish", actor, save=["result"])
    record(
        actor=actor,
        verb="request.published",
        obj=request,
        data={"state": request.state, "result": str(request.result.pk), "version": request.result.version},
        readers=[request.buyer],
    )
    announce(actor, request, "published")
    return request.result

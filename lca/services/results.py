"""Publishing results: what a supplier's customer may see and use, versioned, granted buyer by buyer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.access import AccessDenied, require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.canonical import digest
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector
from lca.disclosure import disclosed_rating, disclosed_share, disclosed_stages
from lca.engine.units import UnitError, canonical_unit, ratio
from lca.models import Calculation, CalculationState, Inventory, PublishedResult, ResultGrant, Stage
from lca.services import certificates
from lca.services.circles import refuse_circle, rests_on_product

LEAD_RULESET = "cn-miit-551"
_SIX = Decimal("0.000001")


@dataclass(frozen=True)
class _Content:
    """The part of a result that follows from calculations, or from a verified statement (level 0)."""

    scores: dict[str, dict[str, str]]
    period_from: dt.date
    period_to: dt.date
    primary_share: Decimal | None
    verified_share: Decimal | None
    quality: dict[str, Any]
    company_specific: list[str]
    level: int


def _share(value: Any) -> Decimal | None:
    return None if value is None else min(max(Decimal(str(value)), Decimal(0)), Decimal(1)).quantize(_SIX)


def _may_publish(actor: Actor, organisation: Organisation, entered_by: Organisation | None) -> Organisation:
    """Who answers for the result: the supplier, or the buyer that entered the data of a managed supplier."""
    require(actor, "result.publish")
    answering = entered_by or organisation
    if answering.pk != actor.organisation_id:
        raise AccessDenied(_("This belongs to another organisation."))
    return answering


def _check_common(
    found: Collector, product_zh: str, module_type: str, valid_until: dt.date, period_to: dt.date
) -> None:
    if not product_zh.strip():
        found.add("NAME-MISSING", _("Enter a name."), field="product_zh")
    if not module_type.strip():
        found.add("MODULE-TYPE", _("Say what kind of module this is."), field="module_type")
    if valid_until <= period_to:
        found.add(
            "RESULT-VALIDITY",
            _("A result is valid beyond the period of its data."),
            field="valid_until",
            value=valid_until.isoformat(),
        )


def _factor_to_unit(found: Collector, inventory: Inventory, declared_unit: str) -> Decimal:
    """How many declared units one unit of the reference flow is."""
    try:
        return ratio(inventory.reference_unit, declared_unit)
    except UnitError:
        found.add(
            "RESULT-UNIT",
            _("The inventory counts in %(unit)s, which does not convert to %(declared)s.")
            % {"unit": inventory.reference_unit, "declared": declared_unit},
            field="declared_unit",
            value=declared_unit,
        )
        return Decimal(1)


def _from_calculations(found: Collector, calculations: Sequence[Calculation], declared_unit: str) -> _Content:
    lead = next((row for row in calculations if row.ruleset_id == LEAD_RULESET), calculations[0])
    inventory = lead.revision.inventory
    units = float(_factor_to_unit(found, inventory, declared_unit))
    scores = {
        row.ruleset_id: disclosed_stages(
            {stage: float(entry["per_unit"]) / units for stage, entry in row.ledger["stages"].items()}
        )
        for row in sorted(calculations, key=lambda row: row.ruleset_id)
    }
    quality = lead.ledger["quality"]
    components = sorted(
        {part for line in lead.ledger["lines"] if line["primary"] for part in line.get("components") or ()}
    )
    period = lead.revision.document["period"]
    return _Content(
        scores=scores,
        period_from=dt.date.fromisoformat(period["from"]),
        period_to=dt.date.fromisoformat(period["to"]),
        primary_share=disclosed_share(quality.get("pds")),
        verified_share=disclosed_share(quality.get("verified_share")),
        quality={
            "dqr": {
                key: text
                for key, text in (
                    (key, disclosed_rating(value)) for key, value in (quality.get("dqr") or {}).items()
                )
                if text is not None
            },
            "estimated_share": str(disclosed_share(quality.get("estimated_share"), upwards=True) or ""),
            "rulesets": {row.ruleset_id: row.ruleset_version for row in calculations},
            "release": lead.release.code,
        },
        company_specific=components,
        level=1,
    )


def _check_calculations(
    found: Collector, answering: Organisation, calculations: Sequence[Calculation]
) -> None:
    if not calculations:
        found.add("RESULT-NO-CALCULATION", _("There is nothing calculated to publish."))
    if any(row.organisation_id != answering.pk for row in calculations):
        raise AccessDenied(_("This belongs to another organisation."))
    if any(row.state != CalculationState.DONE for row in calculations):
        found.add("RESULT-NOT-DONE", _("Not every calculation is done."))
    if len({row.revision_id for row in calculations}) > 1:
        found.add("RESULT-REVISIONS", _("The calculations are of different revisions of the inventory."))
    if len({row.ruleset_id for row in calculations}) < len(calculations):
        found.add("RESULT-RULESET-TWICE", _("Two calculations are under the same rule set."))


def _next_version(
    found: Collector, previous: PublishedResult | None, organisation: Organisation
) -> tuple[uuid.UUID, int]:
    if previous is None:
        return uuid.uuid4(), 1
    row = PublishedResult.objects.select_for_update().get(pk=previous.pk)
    if row.organisation_id != organisation.pk:
        raise AccessDenied(_("This belongs to another organisation."))
    if PublishedResult.objects.filter(supersedes=row).exists():
        found.add(
            "RESULT-SUPERSEDED",
            _("There is a newer version of this result already."),
            mend=_("Open the newest version and publish from there."),
        )
    return row.series, row.version + 1


def _with_verification(content: _Content, verified: Mapping[str, Any] | None) -> _Content:
    if not verified:
        return content
    stated = {key: str(value) for key, value in verified.items() if value not in (None, "")}
    return _Content(
        **{
            **content.__dict__,
            "verified_share": _share(verified.get("share", 1)),
            "quality": {**content.quality, "verified": stated},
        }
    )


def _store(
    actor: Actor,
    *,
    organisation: Organisation,
    entered_by: Organisation | None,
    calculations: Sequence[Calculation],
    content: _Content,
    product_zh: str,
    product_en: str,
    module_type: str,
    declared_unit: str,
    valid_until: dt.date,
    series: uuid.UUID,
    version: int,
    previous: PublishedResult | None,
    buyers: Sequence[Organisation],
) -> PublishedResult:
    shown: dict[str, Any] = {
        "product_zh": product_zh.strip(),
        "product_en": product_en.strip(),
        "module_type": module_type.strip(),
        "declared_unit": declared_unit,
        "scores": content.scores,
        "primary_share": content.primary_share,
        "quality": content.quality,
        "verified_share": content.verified_share,
        "company_specific": content.company_specific,
        "period_from": content.period_from,
        "period_to": content.period_to,
        "valid_until": valid_until,
        "level": content.level,
        "series": series,
        "version": version,
    }
    parties = {"organisation": organisation.code, "entered_by": entered_by.code if entered_by else None}
    result = PublishedResult.objects.create(
        organisation=organisation,
        entered_by=entered_by,
        supersedes=previous,
        sha256=digest({**shown, **parties}),
        published_by=actor.user,
        **shown,
    )
    result.calculations.set(calculations)
    if rests_on_product(result):
        found = Collector()
        refuse_circle(found, field="")
        found.done()
    _spend_certificates(actor, result, calculations, previous)
    record(
        actor=actor,
        verb="result.published",
        obj=result,
        data={
            "version": version,
            "level": content.level,
            "sha256": result.sha256,
            "managed": entered_by is not None,
        },
        readers=[organisation, *buyers],
    )
    for buyer in buyers:
        _grant(actor, result, buyer)
    return result


def _spend_certificates(
    actor: Actor,
    result: PublishedResult,
    calculations: Sequence[Calculation],
    previous: PublishedResult | None,
) -> None:
    """Hold the certificates behind a result, then let go of those of the version that it replaces.

    Only a version of the same inventory lets go: what another year was published on stays spent.
    """
    if not calculations:
        return
    revision = calculations[0].revision
    certificates.hold(actor=actor, revision=revision, kind="result", key=str(result.pk))
    if (
        previous is not None
        and previous.calculations.filter(revision__inventory=revision.inventory_id).exists()
    ):
        certificates.release(actor=actor, revision=revision, kind="result", key=str(previous.pk))


def _same_as_before(
    calculations: Sequence[Calculation], previous: PublishedResult | None
) -> PublishedResult | None:
    """The result that a second click would publish again: same calculations, continuing the same version."""
    wanted = {row.pk for row in calculations}
    candidates = PublishedResult.objects.filter(calculations__in=wanted).distinct()
    for result in candidates.prefetch_related("calculations"):
        continues = previous is None or result.supersedes_id == previous.pk or result.pk == previous.pk
        if continues and {row.pk for row in result.calculations.all()} == wanted:
            return result
    return None


@transaction.atomic
def publish_result(
    *,
    actor: Actor,
    organisation: Organisation,
    entered_by: Organisation | None = None,
    calculations: Sequence[Calculation],
    product_zh: str,
    product_en: str = "",
    module_type: str,
    declared_unit: str,
    valid_until: dt.date,
    previous: PublishedResult | None = None,
    buyers: Sequence[Organisation] = (),
    verified: Mapping[str, Any] | None = None,
) -> PublishedResult:
    """Publish finished calculations of one revision, one per rule set, as a new version, and grant it to ``buyers``.

    Figures are kg CO2e per ``declared_unit`` by stage. ``entered_by`` is the buyer that entered the data of a managed
    supplier, whose inventory and calculations are then the buyer's. ``verified`` holds body, report, date and standard
    of a verification, and its ``share`` (1 if left out). Publishing the same again returns the result of then.
    """
    answering = _may_publish(actor, organisation, entered_by)
    found = Collector()
    rows = list(
        Calculation.objects.select_related("revision__inventory", "release").filter(
            pk__in=[row.pk for row in calculations]
        )
    )
    _check_calculations(found, answering, rows)
    found.done()
    # Everyone who publishes from this inventory waits here, so that two clicks are one result.
    Inventory.objects.select_for_update().get(pk=rows[0].revision.inventory_id)
    again = _same_as_before(rows, previous)
    if again is not None:
        for buyer in buyers:
            _grant(actor, again, buyer)
        return again
    unit = _unit(found, declared_unit)
    content = _with_verification(_from_calculations(found, rows, unit), verified)
    _check_common(found, product_zh, module_type, valid_until, content.period_to)
    series, version = _next_version(found, previous, organisation)
    found.done()
    return _store(
        actor,
        organisation=organisation,
        entered_by=entered_by,
        calculations=rows,
        content=content,
        product_zh=product_zh,
        product_en=product_en,
        module_type=module_type,
        declared_unit=unit,
        valid_until=valid_until,
        series=series,
        version=version,
        previous=previous,
        buyers=buyers,
    )


def _unit(found: Collector, text: str) -> str:
    try:
        return canonical_unit(text)
    except UnitError:
        found.add(
            "UNIT-UNKNOWN",
            _("The unit %(unit)s is not known.") % {"unit": text or "-"},
            field="declared_unit",
        )
        return "kg"


def _clean_scores(found: Collector, scores: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    cleaned: dict[str, dict[str, str]] = {}
    for ruleset, stages in scores.items():
        cleaned[ruleset] = {}
        for stage, value in stages.items():
            try:
                number = Decimal(str(value))
            except InvalidOperation:
                number = Decimal("NaN")
            if stage not in Stage.values or isinstance(value, float) or not number.is_finite():
                found.add(
                    "RESULT-SCORE",
                    _("Each stage has an exact figure in kg CO2e per declared unit."),
                    field="scores",
                    value=f"{ruleset} {stage} {value}",
                )
                continue
            cleaned[ruleset][stage] = format(number, "f")
    if not any(cleaned.values()):
        found.add("RESULT-NO-SCORE", _("Enter the figures of at least one rule set."), field="scores")
    return cleaned


@transaction.atomic
def publish_level0(
    *,
    actor: Actor,
    organisation: Organisation,
    entered_by: Organisation | None = None,
    scores: Mapping[str, Mapping[str, Any]],
    period_from: dt.date,
    period_to: dt.date,
    product_zh: str,
    product_en: str = "",
    module_type: str,
    declared_unit: str,
    valid_until: dt.date,
    previous: PublishedResult | None = None,
    buyers: Sequence[Organisation] = (),
    verified: Mapping[str, Any] | None,
    calculations: Sequence[Calculation] = (),
    primary_share: Decimal | None = None,
    ratings: Mapping[str, Any] | None = None,
    components: Sequence[str] = (),
) -> PublishedResult:
    """Publish a footprint that a third party has verified already: exact figures by rule set and stage.

    Nothing is calculated here, so ``calculations`` is empty. ``verified`` must name body, report and date. Publishing
    the same figures again in the same series returns the result of then.
    """
    _may_publish(actor, organisation, entered_by)
    found = Collector()
    if calculations:
        found.add("RESULT-LEVEL", _("A verified footprint is published without calculations."))
    cleaned = _clean_scores(found, scores)
    for name in ("body", "report", "date"):
        if not (verified or {}).get(name):
            found.add(
                "RESULT-REPORT", _("A verified footprint names verifier, report number and date."), field=name
            )
    if period_to <= period_from:
        found.add("PERIOD-ORDER", _("The period must end after it begins."), field="period_to")
    _check_common(found, product_zh, module_type, valid_until, period_to)
    unit = _unit(found, declared_unit)
    content = _with_verification(
        _Content(
            scores=cleaned,
            period_from=period_from,
            period_to=period_to,
            primary_share=_share(primary_share),
            verified_share=None,
            quality={"dqr": {key: str(value) for key, value in (ratings or {}).items()}},
            company_specific=sorted(components),
            level=0,
        ),
        verified,
    )
    # Events name the organisation: a full lock would hold up whoever holds the log's head.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    same = PublishedResult.objects.filter(
        organisation=organisation,
        entered_by=entered_by,
        level=0,
        scores=cleaned,
        declared_unit=unit,
        period_from=period_from,
        period_to=period_to,
        quality=content.quality,
        product_zh=product_zh.strip(),
        superseded_by__isnull=True,
    ).first()
    if same is not None and not found.items:
        for buyer in buyers:
            _grant(actor, same, buyer)
        return same
    series, version = _next_version(found, previous, organisation)
    found.done()
    return _store(
        actor,
        organisation=organisation,
        entered_by=entered_by,
        calculations=(),
        content=content,
        product_zh=product_zh,
        product_en=product_en,
        module_type=module_type,
        declared_unit=unit,
        valid_until=valid_until,
        series=series,
        version=version,
        previous=previous,
        buyers=buyers,
    )


def _grant(actor: Actor, result: PublishedResult, buyer: Organisation) -> ResultGrant:
    grant, created = ResultGrant.objects.get_or_create(result=result, buyer=buyer)
    if created:
        record(
            actor=actor,
            verb="result.granted",
            obj=result,
            data={"buyer": buyer.code},
            readers=[buyer, result.organisation],
        )
    return grant


@transaction.atomic
def grant_result(*, actor: Actor, result: PublishedResult, buyer: Organisation) -> ResultGrant:
    """Let a buyer see and use a result. Granting twice changes nothing."""
    require(actor, "result.publish")
    if actor.organisation_id not in (result.organisation_id, result.entered_by_id):
        raise AccessDenied(_("This belongs to another organisation."))
    return _grant(actor, result, buyer)

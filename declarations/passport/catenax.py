"""Catena-X product carbon footprint 9.0.0 (urn:samm:io.catenax.pcf:9.0.0#Pcf)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from carbonfoot.ui.numbers import to_decimal
from declarations.figures import number
from declarations.passport.catenax_fields import (
    ALLOCATION,
    ASSESSED,
    BALANCE,
    BOUNDARY,
    COMPANY,
    DISTRIBUTION,
    FIELDS,
    GWP,
    IDENTITY,
    PACKAGING,
    PERIOD,
    PLACE,
    PRODUCT,
    PRODUCTION,
    QUALITY,
    SCOPE,
    SHARES,
    STANDARDS,
)
from declarations.passport.fields import Value
from declarations.passport.sources import SUBDIVISIONS, Source, moment
from lca.rulesets import RuleSet
from lca.services.documents import plain

KEY, VERSION = "catenax", "9.0.0"
URN = "urn:samm:io.catenax.pcf:9.0.0#Pcf"


def values(source: Source) -> dict[str, Value]:
    """Every field with its value and source, or why it is empty. Fields of the model that are not in FIELDS
    are optional
    parts of totals that a result does not tell apart (land use, aircraft, biogenic flows) and attestations."""
    found = {**_who_and_what(source), **_assessment(source), **_methodology(source), **_emissions(source)}
    return {field.path: found[field.path] for field in FIELDS}


def _model(value: object) -> Value:
    return Value(value, _("given by the model"))


def _who_and_what(source: Source) -> dict[str, Value]:
    pack, declarant = source.frozen.pack, source.frozen.declarant
    name = declarant.get("name") or {}
    partner = source.asked(
        "bpnl", _("The declaration knows the credit code; the data space has numbers of its own.")
    )
    product = source.asked(
        "product_id", _("The identifier that your customer knows is not part of the declaration.")
    )
    mass = number(pack.get("mass_kg"))
    energy = plain(to_decimal(pack.get("rated_energy_kwh")))
    text = f"{pack.get('chemistry')} {pack.get('cell_format')}, {energy} kWh"
    return {
        f"{SCOPE}.specVersion": _model([URN]),
        f"{SCOPE}.partialFullPcf": Value(
            "Cradle-to-gate", _("what the model's stages can hold; recycling is not one of them")
        ),
        f"{COMPANY}.companyName": source.fact(name.get("en") or name.get("zh"), "declarant.name"),
        f"{COMPANY}.companyIds": Value([f"urn:{partner.value}"] if partner.value else None, partner.source),
        f"{PRODUCT}.productNameCompany": source.fact(pack.get("model"), "pack.model"),
        f"{PRODUCT}.productIds": Value([product.value] if product.value else None, product.source),
        f"{PRODUCT}.declaredUnitOfMeasurement": _model("piece"),
        f"{PRODUCT}.declaredUnitAmount": _model(1),
        f"{PRODUCT}.productMassPerDeclaredUnit": source.fact(mass, "pack.mass_kg"),
        f"{PRODUCT}.productClassifications": Value(
            None, _("The declaration holds no class of a public list.")
        ),
        f"{PRODUCT}.productDescription": source.fact(text, "pack"),
    }


def _assessment(source: Source) -> dict[str, Value]:
    period = (source.frozen.ledger.get("product") or {}).get("period") or {}
    provinces = source.provinces
    one = provinces[0] if len(provinces) == 1 else ""
    where = "pack.plants"
    many = Value(None, _("The plants are in several provinces, or none is stated."))
    until = source.asked("valid_until", _("How long a footprint holds is yours to say; a year is usual."))
    exempted = source.asked(
        "exempted", _("The declaration measures what was left out by mass, not by emissions.")
    )
    created = (source.frozen.content.get("frozen") or {}).get("at")
    return {
        f"{ASSESSED}.technology[0].ccsTechnologicalCO2CaptureIncluded": source.truth(
            "ccs", _("An inventory does not tell captured CO2 apart.")
        ),
        f"{ASSESSED}.technology[0].boundaryProcessesDescription": Value(
            None, _("Optional; the remark says what was calculated.")
        ),
        f"{IDENTITY}.id": Value(source.identifier, _("made of the digests of frozen content and result")),
        f"{IDENTITY}.version": _model(0),
        f"{IDENTITY}.status": _model("Active"),
        f"{IDENTITY}.retroOrProspectivePcfType": Value(
            "Retrospective PCF", _("a declaration is of a pack that is made")
        ),
        f"{BOUNDARY}.exemptedEmissionsPercent": _number(exempted),
        f"{BOUNDARY}.exemptedEmissionsDescription": Value(
            None, _("Optional; the reasons are in the frozen result.")
        ),
        f"{PLACE}.geographyRegionOrSubregion": source.fact("Eastern Asia" if provinces else None, where),
        f"{PLACE}.geographyCountrySubdivision": source.fact(f"CN-{SUBDIVISIONS[one[:2]]}", where)
        if one[:2] in SUBDIVISIONS
        else many,
        f"{PLACE}.geographyCountry": source.fact("CN" if provinces else None, where),
        f"{PERIOD}.referencePeriodStart": source.fact(moment(period.get("from")), "ledger.product.period"),
        f"{PERIOD}.referencePeriodEnd": source.fact(moment(period.get("to")), "ledger.product.period"),
        f"{PERIOD}.created": source.fact(created, "frozen.at"),
        f"{PERIOD}.validityPeriodEnd": Value(moment(until.value), until.source)
        if moment(until.value)
        else Value(None, _("It is not a day.") if until.value else until.source),
        f"{PERIOD}.validityPeriodStart": Value(
            None, _("Optional; it begins when the footprint was declared.")
        ),
    }


def _number(given: Value) -> Value:
    try:
        return Value(float(given.value), given.source) if given.value else given
    except ValueError:
        return Value(None, _("It is not a number."))


def _methodology(source: Source) -> dict[str, Value]:
    ledger = source.european.ledger if source.european else {}
    quality = ledger.get("quality") or {}
    rating = quality.get("dqr") or {}
    ruleset = source.ruleset
    used = source.truth(
        "mass_balance",
        _("An inventory does not say how a supplier attributes recycled or renewable content."),
    )
    unused = (
        Value("not applicable", used.source)
        if used.value is False
        else Value(
            None,
            _("Say first whether mass balance is used; this site knows no scheme that would certify it."),
        )
    )
    verified = number(quality.get("verified_share")) if source.statement else None
    found = {
        f"{QUALITY}.primaryDataShare": source.figure(_percent(quality.get("pds")), "quality.pds"),
        f"{QUALITY}.secondaryEmissionFactorSources": _sources(source),
        f"{SHARES}.productVerificationShare3rdParty": source.figure(
            _percent(verified), "quality.verified_share"
        ),
        f"{BALANCE}.massBalancingUsed": used,
        f"{BALANCE}.freeAttributionInMassBalancing": unused,
        f"{BALANCE}.massBalancingCertificateScheme": unused,
        f"{STANDARDS}.crossSectoralStandards": Value([], _("none: the rule set is one for a product")),
        f"{STANDARDS}.productOrSectorSpecificRules": Value(
            [f"{ruleset.id} {ruleset.version}: {ruleset.title['en']}"], _("rule set of the result")
        )
        if ruleset
        else source.no_result(),
        f"{GWP}.ipccCharacterizationFactors": Value(ruleset.gwp_set.upper(), _("rule set of the result"))
        if ruleset
        else source.no_result(),
        f"{ALLOCATION}.allocationWasteIncineration": source.asked(
            "incineration", _("A rule set here does not name its way by the words of this list.")
        ),
        f"{ALLOCATION}.allocationRulesDescription": Value(
            None, _("Optional; the allocation of each process is in the result.")
        ),
        "general[0].comment": Value(
            _remark(source, ruleset),
            _("written here"),
        )
        if ruleset
        else source.no_result(),
    }
    for name, key in (("technologicalDQR", "ter"), ("temporalDQR", "tir"), ("geographicalDQR", "ger")):
        found[f"{QUALITY}.{name}"] = source.figure(_even(rating.get(key)), f"quality.dqr.{key}")
    return found


def _remark(source: Source, ruleset: RuleSet) -> str:
    """What the receiver must know; in English, as the rest of the model is."""
    home = source.frozen.calculation["ruleset"]["id"]
    return (
        f"Declaration {source.declaration}, SHA-256 {source.frozen.snapshot.sha256}. "
        f"Figures: rule set {source.rules}, status {ruleset.status}; "
        f"not the figure declared in China under {home}."
    )


def _percent(share: object) -> float | None:
    value = _even(share)
    return None if value is None else round(value * 100, 9)


def _even(value: object) -> float | None:
    """A rating or share without the last bit of a weighted mean: nine decimals, so that a mean of fives is five."""
    found = number(value)
    return None if found is None else round(found, 9)


def _sources(source: Source) -> Value:
    if source.european is None:
        return source.no_result()
    ledger = source.european.ledger
    names = {
        line["factor"]["source"] for line in ledger["lines"] if line["factor"] and line["factor"]["source"]
    }
    return Value([ledger["factor_release"]["code"], *sorted(names)], _("factors of the result"))


def _emissions(source: Source) -> dict[str, Value]:
    made = source.figure(
        source.per_piece("materials", "manufacturing"), "stages.materials + stages.manufacturing"
    )
    sent = source.figure(source.per_piece("distribution"), "stages.distribution")
    negligible = source.truth(
        "no_biogenic",
        _(
            "The result does not tell biogenic uptake apart. If the pack holds a negligible "
            "amount of biogenic carbon, both figures are the same: say so."
        ),
    )
    with_uptake = Value(made.value, made.source) if negligible.value else Value(None, negligible.source)
    return {
        "carbonContent[0]": Value({}, _("empty: an inventory does not hold carbon contents")),
        f"{PRODUCTION}.pcfIncludingBiogenicUptake": with_uptake,
        f"{PRODUCTION}.pcfExcludingBiogenicUptake": made,
        f"{PRODUCTION}.fossilGhgEmissions": Value(
            None, _("Optional; a background factor does not tell its gases apart.")
        ),
        f"{DISTRIBUTION}.distributionStageIncluded": Value(
            sent.value is not None, _("whether the result has the stage")
        ),
        f"{DISTRIBUTION}.distributionStagePcfExcludingBiogenicUptake": sent,
        f"{PACKAGING}.packagingEmissionsIncluded": source.truth(
            "packaging", _("An inventory does not tell packaging apart.")
        ),
    }

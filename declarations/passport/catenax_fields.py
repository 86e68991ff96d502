"""The fields of the Catena-X product carbon footprint 9.0.0: path, type, whether mandatory, range and values."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _l

from declarations.passport.fields import BOOLEAN, ENUM, NUMBER, OBJECT, TEXT, TEXTS, TIME, URIS, Field

SCOPE = "scopeOfPcfForm[0]"
COMPANY = "companyAndProductInformation[0].companyInformation[0]"
PRODUCT = "companyAndProductInformation[0].productInformation[0]"
METHOD = "pcfAssessmentAndMethodology[0]"
ASSESSED = f"{METHOD}.pcfAssessmentInformation[0]"
IDENTITY, BOUNDARY = f"{ASSESSED}.idAndVersion[0]", f"{ASSESSED}.boundarySpecifications[0]"
PLACE, PERIOD = f"{ASSESSED}.geography[0]", f"{ASSESSED}.time[0]"
QUALITY = f"{METHOD}.dataSourcesAndQuality[0]"
SHARES = f"{METHOD}.verificationAndCertificationShares[0]"
RULES = f"{METHOD}.pcfMethodology[0]"
BALANCE, STANDARDS = f"{RULES}.massBalancingInformation[0]", f"{RULES}.standards[0]"
GWP, ALLOCATION = f"{RULES}.gwpCharacterizationFactorDetails[0]", f"{RULES}.allocationInForeground[0]"
STAGES = "productLifeCycleStagesAndEmissions[0]"
PRODUCTION, DISTRIBUTION = f"{STAGES}.productionStage[0]", f"{STAGES}.distributionStage[0]"
PACKAGING = f"{STAGES}.packagingStage[0]"

_UNITS = (
    "liter",
    "kilogram",
    "cubic meter",
    "kilowatt hour",
    "megajoule",
    "ton kilometer",
    "square meter",
    "piece",
    "hour",
    "megabit",
    "second",
)
_KINDS = (
    "Retrospective PCF",
    "Prospective PCF without forerunner",
    "Prospective PCF of further developed product with forerunner",
    "Prospective PCF for current product for future production date",
    "Progressive PCF",
)
_REGIONS = (
    "Africa",
    "Americas",
    "Asia",
    "Europe",
    "Oceania",
    "Australia and New Zealand",
    "Central Asia",
    "Eastern Asia",
    "Eastern Europe",
    "Latin America and the Caribbean",
    "Melanesia",
    "Micronesia",
    "Northern Africa",
    "Northern America",
    "Northern Europe",
    "Polynesia",
    "South-eastern Asia",
    "Southern Asia",
    "Southern Europe",
    "Sub-Saharan Africa",
    "Western Asia",
    "Western Europe",
    "Global",
    "Several",
)
INCINERATION = ("cut-off", "reverse cut-off", "system expansion", "polluter pays principle")

FIELDS: tuple[Field, ...] = (
    Field(f"{SCOPE}.specVersion", TEXTS, _l("data model that is used")),
    Field(
        f"{SCOPE}.partialFullPcf",
        ENUM,
        _l("up to the gate, or the whole life"),
        options=("Cradle-to-gate", "Cradle-to-grave"),
    ),
    Field(f"{COMPANY}.companyName", TEXT, _l("legal name of who reports")),
    Field(f"{COMPANY}.companyIds", URIS, _l("business partner number of the data space (BPNL)"), ask="bpnl"),
    Field(f"{PRODUCT}.productNameCompany", TEXT, _l("trade name")),
    Field(f"{PRODUCT}.productIds", URIS, _l("part number or other identifier, as a URI"), ask="product_id"),
    Field(f"{PRODUCT}.declaredUnitOfMeasurement", ENUM, _l("unit that the figures are for"), options=_UNITS),
    Field(f"{PRODUCT}.declaredUnitAmount", NUMBER, _l("how many of that unit"), low=0, above=True),
    Field(f"{PRODUCT}.productMassPerDeclaredUnit", NUMBER, _l("mass of it, kg, without packaging"), low=0),
    Field(f"{PRODUCT}.productClassifications", TEXTS, _l("classes of the product, as URNs"), required=False),
    Field(f"{PRODUCT}.productDescription", TEXT, _l("short description"), required=False),
    Field(
        f"{ASSESSED}.technology[0].ccsTechnologicalCO2CaptureIncluded",
        BOOLEAN,
        _l("whether captured and stored CO2 is in the figures"),
        ask="ccs",
    ),
    Field(
        f"{ASSESSED}.technology[0].boundaryProcessesDescription",
        TEXT,
        _l("processes in words"),
        required=False,
    ),
    Field(
        f"{IDENTITY}.id",
        TEXT,
        _l("identifier of this footprint"),
        pattern=r"(urn:uuid:)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    ),
    Field(f"{IDENTITY}.version", NUMBER, _l("always 0 in this data space"), low=0),
    Field(
        f"{IDENTITY}.status", ENUM, _l("always active in this data space"), options=("Active", "Deprecated")
    ),
    Field(
        f"{IDENTITY}.retroOrProspectivePcfType",
        ENUM,
        _l("of a product that is made, or of one to come"),
        options=_KINDS,
    ),
    Field(
        f"{BOUNDARY}.exemptedEmissionsPercent",
        NUMBER,
        _l("emissions left out, % of all"),
        low=0,
        high=10,
        ask="exempted",
    ),
    Field(f"{BOUNDARY}.exemptedEmissionsDescription", TEXT, _l("why they were left out"), required=False),
    Field(f"{PLACE}.geographyRegionOrSubregion", ENUM, _l("region of the plant"), options=_REGIONS),
    Field(
        f"{PLACE}.geographyCountrySubdivision",
        TEXT,
        _l("province of the plant, ISO 3166-2"),
        required=False,
        pattern=r"[A-Z]{2}-[A-Z0-9]{1,3}",
    ),
    Field(
        f"{PLACE}.geographyCountry",
        TEXT,
        _l("country of the plant, ISO 3166-1"),
        required=False,
        pattern=r"[A-Z]{2}",
    ),
    Field(f"{PERIOD}.referencePeriodStart", TIME, _l("first day of the primary data")),
    Field(f"{PERIOD}.referencePeriodEnd", TIME, _l("last day of the primary data")),
    Field(f"{PERIOD}.created", TIME, _l("when the footprint was declared")),
    Field(f"{PERIOD}.validityPeriodEnd", TIME, _l("until when it is meant to hold"), ask="valid_until"),
    Field(f"{PERIOD}.validityPeriodStart", TIME, _l("from when it holds"), required=False),
    Field(f"{QUALITY}.primaryDataShare", NUMBER, _l("primary data share, %"), low=0, high=100),
    Field(f"{QUALITY}.secondaryEmissionFactorSources", TEXTS, _l("sources of the background factors")),
    Field(f"{QUALITY}.technologicalDQR", NUMBER, _l("technological rating, 1 best to 5"), low=1, high=5),
    Field(f"{QUALITY}.temporalDQR", NUMBER, _l("temporal rating, 1 best to 5"), low=1, high=5),
    Field(f"{QUALITY}.geographicalDQR", NUMBER, _l("geographical rating, 1 best to 5"), low=1, high=5),
    Field(
        f"{SHARES}.productVerificationShare3rdParty",
        NUMBER,
        _l("share that rests on verified data, %"),
        required=False,
        low=0,
        high=100,
    ),
    Field(
        f"{BALANCE}.massBalancingUsed",
        BOOLEAN,
        _l("whether attributes are credited by mass balance"),
        ask="mass_balance",
    ),
    Field(
        f"{BALANCE}.freeAttributionInMassBalancing",
        ENUM,
        _l("whether they are attributed freely"),
        options=("true", "false", "not applicable"),
    ),
    Field(f"{BALANCE}.massBalancingCertificateScheme", TEXT, _l("scheme that certifies the mass balance")),
    Field(f"{STANDARDS}.crossSectoralStandards", TEXTS, _l("general standards behind the calculation")),
    Field(f"{STANDARDS}.productOrSectorSpecificRules", TEXTS, _l("rules for this kind of product")),
    Field(
        f"{GWP}.ipccCharacterizationFactors",
        ENUM,
        _l("IPCC report of the warming potentials"),
        options=("AR5", "AR6", "AR4", "unspecified"),
    ),
    Field(
        f"{ALLOCATION}.allocationWasteIncineration",
        ENUM,
        _l("how waste incineration is allocated"),
        options=INCINERATION,
        ask="incineration",
    ),
    Field(f"{ALLOCATION}.allocationRulesDescription", TEXT, _l("allocation in words"), required=False),
    Field("general[0].comment", TEXT, _l("remark for the receiver"), required=False),
    Field(
        "carbonContent[0]", OBJECT, _l("carbon in the product: the block must be there, its entries need not")
    ),
    Field(
        f"{PRODUCTION}.pcfIncludingBiogenicUptake",
        NUMBER,
        _l("production, kg CO2e, with biogenic uptake"),
        ask="no_biogenic",
    ),
    Field(
        f"{PRODUCTION}.pcfExcludingBiogenicUptake",
        NUMBER,
        _l("production, kg CO2e, without biogenic uptake"),
        low=0,
    ),
    Field(f"{PRODUCTION}.fossilGhgEmissions", NUMBER, _l("of it fossil"), required=False, low=0),
    Field(
        f"{DISTRIBUTION}.distributionStageIncluded", BOOLEAN, _l("whether transport to the customer is told")
    ),
    Field(
        f"{DISTRIBUTION}.distributionStagePcfExcludingBiogenicUptake",
        NUMBER,
        _l("distribution, kg CO2e, without biogenic uptake"),
        required=False,
        low=0,
    ),
    Field(
        f"{PACKAGING}.packagingEmissionsIncluded",
        BOOLEAN,
        _l("whether packaging is in the production figure"),
        ask="packaging",
    ),
)

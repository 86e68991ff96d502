"""The fields of the Catena-X product carbon footprint 9.0.0: path, type, whether mandatory, range and values."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

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
    Field(f"{SCOPE}.specVersion", TEXTS, _("data model that is used")),
    Field(
        f"{SCOPE}.partialFullPcf",
        ENUM,
        _("up to the gate, or the whole life"),
        options=("Cradle-to-gate", "Cradle-to-grave"),
    ),
    Field(f"{COMPANY}.companyName", TEXT, _("legal name of who reports")),
    Field(f"{COMPANY}.companyIds", URIS, _("business partner number of the data space (BPNL)"), ask="bpnl"),
    Field(f"{PRODUCT}.productNameCompany", TEXT, _("trade name")),
    Field(f"{PRODUCT}.productIds", URIS, _("part number or other identifier, as a URI"), ask="product_id"),
    Field(f"{PRODUCT}.declaredUnitOfMeasurement", ENUM, _("unit that the figures are for"), options=_UNITS),
    Field(f"{PRODUCT}.declaredUnitAmount", NUMBER, _("how many of that unit"), low=0, above=True),
    Field(f"{PRODUCT}.productMassPerDeclaredUnit", NUMBER, _("mass of it, kg, without packaging"), low=0),
    Field(f"{PRODUCT}.productClassifications", TEXTS, _("classes of the product, as URNs"), required=False),
    Field(f"{PRODUCT}.productDescription", TEXT, _("short description"), required=False),
    Field(
        f"{ASSESSED}.technology[0].ccsTechnologicalCO2CaptureIncluded",
        BOOLEAN,
        _("whether captured and stored CO2 is in the figures"),
        ask="ccs",
    ),
    Field(
        f"{ASSESSED}.technology[0].boundaryProcessesDescription",
        TEXT,
        _("processes in words"),
        required=False,
    ),
    Field(
        f"{IDENTITY}.id",
        TEXT,
        _("identifier of this footprint"),
        pattern=r"(urn:uuid:)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    ),
    Field(f"{IDENTITY}.version", NUMBER, _("always 0 in this data space"), low=0),
    Field(
        f"{IDENTITY}.status", ENUM, _("always active in this data space"), options=("Active", "Deprecated")
    ),
    Field(
        f"{IDENTITY}.retroOrProspectivePcfType",
        ENUM,
        _("of a product that is made, or of one to come"),
        options=_KINDS,
    ),
    Field(
        f"{BOUNDARY}.exemptedEmissionsPercent",
        NUMBER,
        _("emissions left out, % of all"),
        low=0,
        high=10,
        ask="exempted",
    ),
    Field(f"{BOUNDARY}.exemptedEmissionsDescription", TEXT, _("why they were left out"), required=False),
    Field(f"{PLACE}.geographyRegionOrSubregion", ENUM, _("region of the plant"), options=_REGIONS),
    Field(
        f"{PLACE}.geographyCountrySubdivision",
        TEXT,
        _("province of the plant, ISO 3166-2"),
        required=False,
        pattern=r"[A-Z]{2}-[A-Z0-9]{1,3}",
    ),
    Field(
        f"{PLACE}.geographyCountry",
        TEXT,
        _("country of the plant, ISO 3166-1"),
        required=False,
        pattern=r"[A-Z]{2}",
    ),
    Field(f"{PERIOD}.referencePeriodStart", TIME, _("first day of the primary data")),
    Field(f"{PERIOD}.referencePeriodEnd", TIME, _("last day of the primary data")),
    Field(f"{PERIOD}.created", TIME, _("when the footprint was declared")),
    Field(f"{PERIOD}.validityPeriodEnd", TIME, _("until when it is meant to hold"), ask="valid_until"),
    Field(f"{PERIOD}.validityPeriodStart", TIME, _("from when it holds"), required=False),
    Field(f"{QUALITY}.primaryDataShare", NUMBER, _("primary data share, %"), low=0, high=100),
    Field(f"{QUALITY}.secondaryEmissionFactorSources", TEXTS, _("sources of the background factors")),
    Field(f"{QUALITY}.technologicalDQR", NUMBER, _("technological rating, 1 best to 5"), low=1, high=5),
    Field(f"{QUALITY}.temporalDQR", NUMBER, _("temporal rating, 1 best to 5"), low=1, high=5),
    Field(f"{QUALITY}.geographicalDQR", NUMBER, _("geographical rating, 1 best to 5"), low=1, high=5),
    Field(
        f"{SHARES}.productVerificationShare3rdParty",
        NUMBER,
        _("share that rests on verified data, %"),
        required=False,
        low=0,
        high=100,
    ),
    Field(
        f"{BALANCE}.massBalancingUsed",
        BOOLEAN,
        _("whether attributes are credited by mass balance"),
        ask="mass_balance",
    ),
    Field(
        f"{BALANCE}.freeAttributionInMassBalancing",
        ENUM,
        _("whether they are attributed freely"),
        options=("true", "false", "not applicable"),
    ),
    Field(f"{BALANCE}.massBalancingCertificateScheme", TEXT, _("scheme that certifies the mass balance")),
    Field(f"{STANDARDS}.crossSectoralStandards", TEXTS, _("general standards behind the calculation")),
    Field(f"{STANDARDS}.productOrSectorSpecificRules", TEXTS, _("rules for this kind of product")),
    Field(
        f"{GWP}.ipccCharacterizationFactors",
        ENUM,
        _("IPCC report of the warming potentials"),
        options=("AR5", "AR6", "AR4", "unspecified"),
    ),
    Field(
        f"{ALLOCATION}.allocationWasteIncineration",
        ENUM,
        _("how waste incineration is allocated"),
        options=INCINERATION,
        ask="incineration",
    ),
    Field(f"{ALLOCATION}.allocationRulesDescription", TEXT, _("allocation in words"), required=False),
    Field("general[0].comment", TEXT, _("remark for the receiver"), required=False),
    Field(
        "carbonContent[0]", OBJECT, _("carbon in the product: the block must be there, its entries need not")
    ),
    Field(
        f"{PRODUCTION}.pcfIncludingBiogenicUptake",
        NUMBER,
        _("production, kg CO2e, with biogenic uptake"),
        ask="no_biogenic",
    ),
    Field(
        f"{PRODUCTION}.pcfExcludingBiogenicUptake",
        NUMBER,
        _("production, kg CO2e, without biogenic uptake"),
        low=0,
    ),
    Field(f"{PRODUCTION}.fossilGhgEmissions", NUMBER, _("of it fossil"), required=False, low=0),
    Field(
        f"{DISTRIBUTION}.distributionStageIncluded", BOOLEAN, _("whether transport to the customer is told")
    ),
    Field(
        f"{DISTRIBUTION}.distributionStagePcfExcludingBiogenicUptake",
        NUMBER,
        _("distribution, kg CO2e, without biogenic uptake"),
        required=False,
        low=0,
    ),
    Field(
        f"{PACKAGING}.packagingEmissionsIncluded",
        BOOLEAN,
        _("whether packaging is in the production figure"),
        ask="packaging",
    ),
)

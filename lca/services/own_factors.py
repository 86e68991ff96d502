"""Factors of an organisation's own: entered with evidence, corrected by new versions, taken into inventories."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied, require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.services import record
from carbonfoot.filekinds import is_what_it_says
from carbonfoot.files import TooLarge, clean_name, read_limited
from carbonfoot.problems import Collector
from lca.engine.factors import FAMILIES
from lca.engine.units import UnitError, split_factor_unit
from lca.models import Exchange, Inventory, OwnFactor, OwnFactorVersion
from lca.presentation.words import BOUNDARIES, CATEGORIES
from lca.releases.check import PARAMETERS
from lca.services.inventories import changed, locked
from lca.services.links import check_unit
from lca.services.own_pins import PREFIX, pin

MAX_BYTES = 10_000_000
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,59}")
_DIGITS = 15
FIELDS = (
    "name_zh",
    "name_en",
    "category",
    "value",
    "unit",
    "region",
    "year",
    "boundary",
    "basis",
    "family",
    "source",
    "note",
    "primary",
    "valid_from",
    "valid_until",
)


def newest_version(factor: OwnFactor) -> OwnFactorVersion:
    """The version that is offered."""
    version: OwnFactorVersion = factor.versions.order_by("-number")[:1].get()
    return version


@transaction.atomic
def create_own_factor(
    *, actor: Actor, slug: str, file: File[Any] | None, filename: str = "", **fields: Any
) -> OwnFactor:
    """A new own factor with its first version; ``fields`` are those of FIELDS. Raises Problems."""
    require(actor, "own_factor.edit")
    if actor.organisation is None:
        raise AccessDenied(_("This belongs to another organisation."))
    Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation.pk)
    key = f"{PREFIX}{slug.strip()}"
    found = Collector()
    if not _SLUG.fullmatch(slug.strip()):
        found.add(
            "OWN-SLUG",
            _("A short name has 2 to 60 small letters, digits and hyphens, such as nmp-supplier-a."),
            field="slug",
            value=slug[:60],
        )
    elif OwnFactor.objects.filter(organisation=actor.organisation, key=key).exists():
        found.add(
            "OWN-TAKEN",
            _("Your organisation has an own factor of this name."),
            field="slug",
            value=slug,
            mend=_("Open it and enter a new version, or choose another name."),
        )
    cleaned = _clean(found, fields)
    evidence = _evidence(found, file, filename)
    if not evidence:
        found.add("OWN-EVIDENCE", _("A factor of your own needs evidence: attach the file."), field="file")
    found.done()
    factor = OwnFactor.objects.create(organisation=actor.organisation, key=key)
    version = OwnFactorVersion(factor=factor, number=1, created_by=actor.user, **cleaned)
    _attach(version, evidence)
    version.save(force_insert=True)
    _record(actor, "own_factor.created", version)
    return factor


@transaction.atomic
def change_own_factor(
    *, actor: Actor, factor: OwnFactor, file: File[Any] | None = None, filename: str = "", **fields: Any
) -> OwnFactorVersion:
    """Correct the newest version; if a frozen revision uses it, the correction is a new version.

    Without a file the evidence stays. The same content again changes nothing. Raises Problems.
    """
    factor = OwnFactor.objects.select_for_update().get(pk=factor.pk)
    require(actor, "own_factor.edit", factor)
    newest = OwnFactorVersion.objects.select_for_update().get(pk=newest_version(factor).pk)
    found = Collector()
    cleaned = _clean(found, fields)
    evidence = _evidence(found, file, filename)
    found.done()
    same = all(getattr(newest, name) == value for name, value in cleaned.items())
    if same and (not evidence or evidence["file_sha256"] == newest.file_sha256):
        return newest
    verb = "own_factor.changed"
    if newest.used_at is not None:
        kept = {name: getattr(newest, name) for name in ("file", "filename", "file_sha256", "size")}
        newest = OwnFactorVersion(factor=factor, number=newest.number + 1, created_by=actor.user, **kept)
        verb = "own_factor.versioned"
    for name, value in cleaned.items():
        setattr(newest, name, value)
    _attach(newest, evidence)
    newest.save()
    _record(actor, verb, newest)
    return newest


@transaction.atomic
def retire_own_factor(*, actor: Actor, factor: OwnFactor, retired: bool = True) -> OwnFactor:
    """Offer the factor no longer, or again. Inventories and results that hold it keep it."""
    factor = OwnFactor.objects.select_for_update().get(pk=factor.pk)
    require(actor, "own_factor.edit", factor)
    if bool(factor.retired_at) != retired:
        factor.retired_at = clock.now() if retired else None
        factor.save(update_fields=["retired_at"])
        verb = "own_factor.retired" if retired else "own_factor.restored"
        record(actor=actor, verb=verb, obj=factor)
    return factor


@transaction.atomic
def take_newest(*, actor: Actor, factor: OwnFactor, inventory: Inventory) -> Inventory:
    """Take the newest version of an own factor into an inventory that holds an older one.

    Raises Problems when a line of the inventory does not convert to the unit of the new version.
    """
    row = locked(actor, inventory, "inventory.edit")
    require(actor, "own_factor.view", factor)
    version = newest_version(factor)
    found = Collector()
    for line in Exchange.objects.filter(process__inventory=row, link__factor=factor.key):
        check_unit(found, version.unit, line.unit, line.name)
    found.done()
    pin(row, version)
    changed(actor, row, "own_factor")
    return row


def _record(actor: Actor, verb: str, version: OwnFactorVersion) -> None:
    # The log says that there is a version and by which evidence, never the value.
    data = {"version": version.number, "evidence": version.file_sha256}
    record(actor=actor, verb=verb, obj=version.factor, data=data)


def _evidence(found: Collector, file: File[Any] | None, filename: str) -> dict[str, Any]:
    """The bytes of the evidence with name, size and digest; nothing without a file."""
    if file is None:
        return {}
    try:
        content = read_limited(file, MAX_BYTES)
    except TooLarge:
        found.add("OWN-EVIDENCE-LARGE", _("The file is larger than 10 MB."), field="file")
        return {}
    if not content:
        found.add("OWN-EVIDENCE-EMPTY", _("The file is empty."), field="file")
        return {}
    if not is_what_it_says(filename, content):
        found.add(
            "OWN-EVIDENCE-KIND",
            _("The content is not what the name of the file says."),
            field="file",
            mend=_("Send a PDF, a picture, a workbook, a document or a CSV table."),
        )
        return {}
    return {
        "content": content,
        "filename": clean_name(filename),
        "file_sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }


def _attach(version: OwnFactorVersion, evidence: Mapping[str, Any]) -> None:
    if not evidence:
        return
    version.filename = evidence["filename"]
    version.file_sha256 = evidence["file_sha256"]
    version.size = evidence["size"]
    # The stored name says nothing: the user's own name is data, and may hold anything.
    version.file.save(f"{uuid.uuid4()}.evidence", ContentFile(evidence["content"]), save=False)


def _clean(found: Collector, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a version. Raises KeyError for a field that is missing: that is an error of the program."""
    data = {name: fields[name] for name in FIELDS}
    for name in ("name_zh", "name_en", "unit", "region", "basis", "source", "note"):
        data[name] = str(data[name] or "").strip()
        limit = getattr(OwnFactorVersion._meta.get_field(name), "max_length", None) or 2000
        if len(data[name]) > limit:
            text = _("At most %(limit)s characters can be kept here.") % {"limit": limit}
            found.add("OWN-LONG", text, field=name)
    if not data["name_zh"]:
        found.add("OWN-NAME", _("Enter a name."), field="name_zh")
    if not data["source"]:
        found.add("OWN-SOURCE", _("Say where the value comes from."), field="source")
    if data["category"] not in CATEGORIES or data["category"] in PARAMETERS:
        found.add("OWN-CATEGORY", _("Choose a category."), field="category")
    if data["boundary"] not in BOUNDARIES:
        found.add("OWN-BOUNDARY", _("Choose what the value covers."), field="boundary")
    if not isinstance(data["year"], int) or not 1990 <= data["year"] <= 2100:
        found.add("OWN-YEAR", _("Enter the year that the value is for."), field="year")
    data["value"] = _clean_value(found, data["value"])
    data["unit"] = _clean_unit(found, data["unit"], data["family"], data["category"])
    _clean_validity(found, data["valid_from"], data["valid_until"])
    data["primary"] = bool(data["primary"])
    return data


def _clean_value(found: Collector, value: Any) -> Decimal:
    if not isinstance(value, Decimal) or not value.is_finite():
        found.add("OWN-VALUE", _("Enter the value."), field="value")
        return Decimal(0)
    if value < 0:
        text = _("A factor is never below zero.")
        mend = _("Credits belong to the end-of-life model, where they must be earned.")
        found.add("OWN-VALUE-NEGATIVE", text, field="value", value=str(value), mend=mend)
    exponent = value.normalize().as_tuple().exponent
    if value.adjusted() >= _DIGITS or not isinstance(exponent, int) or -exponent > _DIGITS:
        text = _("At most 15 digits before and after the point can be kept.")
        found.add("OWN-VALUE-DIGITS", text, field="value", value=str(value)[:40])
    return value


def _clean_unit(found: Collector, unit: str, family: str, category: str) -> str:
    try:
        gas, per = split_factor_unit(unit)
    except UnitError:
        found.add(
            "OWN-UNIT",
            _("The unit of an emission factor is kg CO2e (or kg CO2) per a unit that is known here."),
            field="unit",
            value=unit[:40],
            mend=_("For example kg CO2e/kg, kg CO2e/kWh, kg CO2e/tkm."),
        )
        return unit
    wanted = {"electricity_footprint": "kg CO2e", "electricity_co2": "kg CO2"}.get(family)
    if family not in FAMILIES:
        found.add("OWN-FAMILY", _("Choose a family."), field="family")
    elif wanted and (gas != wanted or not category.startswith("electricity")):
        found.add(
            "OWN-FAMILY-UNIT",
            _(
                "Electricity carbon footprint factors are in kg CO2e, electricity CO2 factors in kg CO2, per kWh."
            ),
            field="family",
            mend=_("Check the family: the two are never mixed."),
        )
    return f"{gas}/{per}"


def _clean_validity(found: Collector, begin: Any, end: Any) -> None:
    if not isinstance(begin, dt.date) or not isinstance(end, dt.date):
        found.add("OWN-VALIDITY", _("Enter from when until when the value is valid."), field="valid_until")
    elif end <= begin:
        found.add("OWN-VALIDITY-ORDER", _("The validity must end after it begins."), field="valid_until")

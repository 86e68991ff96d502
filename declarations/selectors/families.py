"""Reading families of packs: members with their proof, derivations, and what a declaration freezes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from carbonfoot.accounts.actor import Actor
from declarations.families import Proof, evidence_of, prove
from declarations.models import Derivation, FamilyMember, FamilyRole, Pack, PackFamily
from declarations.selectors.declarations import MAKER_ROLES
from lca.engine.variants import departures
from lca.models import Calculation, Inventory, InventoryRevision
from lca.rulesets.declaring import FamilyRule, family_rule
from lca.services.documents import plain, to_document


def families_for(actor: Actor) -> QuerySet[PackFamily]:
    """Families of the maker, with their members."""
    if actor.organisation_id is None or actor.role not in MAKER_ROLES:
        return PackFamily.objects.none()
    members = FamilyMember.objects.select_related("pack__inventory", "family")
    rows = PackFamily.objects.filter(organisation_id=actor.organisation_id)
    listed = rows.annotate(size=Count("members")).order_by("name", "pk")
    return listed.prefetch_related(Prefetch("members", queryset=members))


def members_for(actor: Actor) -> QuerySet[FamilyMember]:
    """Members of the maker's families."""
    return FamilyMember.objects.select_related("family", "pack__inventory", "pack__organisation").filter(
        family__in=families_for(actor).order_by().values("pk")
    )


def free_packs(actor: Actor) -> QuerySet[Pack]:
    """Packs of the maker that are in no family and not retired."""
    if actor.organisation_id is None or actor.role not in MAKER_ROLES:
        return Pack.objects.none()
    rows = Pack.objects.filter(organisation_id=actor.organisation_id, membership__isnull=True)
    return rows.exclude(state="retired")


def representative_of(family: PackFamily) -> FamilyMember | None:
    """The member that represents the others; a family has one from its beginning."""
    return next((row for row in family.members.all() if row.role == FamilyRole.REPRESENTATIVE), None)


@dataclass(frozen=True)
class MemberRow:
    """A member as its family's page shows it; ``proof`` None for the representative itself."""

    member: FamilyMember
    proof: Proof | None
    derivation: Derivation | None
    figure: float | None
    # A newer calculated revision of the representative exists than the one that was scaled.
    outdated: bool = False


def newest_derivations(packs: list[int]) -> dict[int, Derivation]:
    """The last derivation of each pack."""
    rows = Derivation.objects.filter(pack_id__in=packs).select_related("source")
    return {row.pack_id: row for row in rows.order_by("pack_id", "-created_at", "-pk").distinct("pack_id")}


def calculated_revision(inventory: Inventory | int | None) -> InventoryRevision | None:
    """The newest revision of an inventory that has a finished calculation: what a variant is scaled from."""
    if inventory is None:
        return None
    rows = Calculation.objects.filter(revision__inventory=inventory, state="done")
    newest = rows.select_related("revision").order_by("-revision__number").first()
    return newest.revision if newest is not None else None


def rows_of(family: PackFamily, rule: FamilyRule, ruleset: str) -> list[MemberRow]:
    """Members with proof, derivation and figure, in a fixed number of queries; the representative first."""
    members = list(family.members.all())
    head = representative_of(family)
    evidence = evidence_of(members, ruleset)
    made = newest_derivations([member.pack_id for member in members])
    newest = calculated_revision(head.pack.inventory) if head is not None else None
    rows = [
        MemberRow(
            member=member,
            proof=None if head is None or member == head else prove(head, member, rule, evidence),
            derivation=made.get(member.pack_id),
            figure=evidence.figures[member.pack_id],
            outdated=_outdated(made.get(member.pack_id), newest),
        )
        for member in members
    ]
    return sorted(rows, key=lambda row: (row.proof is not None, row.member.pack.model))


def _outdated(derivation: Derivation | None, newest: InventoryRevision | None) -> bool:
    return derivation is not None and newest is not None and derivation.source_id != newest.pk


@dataclass(frozen=True)
class Standing:
    """A variant before its declaration: representative, proof, derivation, and lines that depart from the scaling."""

    member: FamilyMember
    representative: FamilyMember
    rule: FamilyRule
    proof: Proof
    derivation: Derivation | None
    departures: list[str]
    outdated: bool


def member_of(pack: Pack) -> FamilyMember | None:
    """The pack's place in a family, if it has one."""
    return FamilyMember.objects.select_related("family", "pack__inventory").filter(pack=pack).first()


def standing_of(pack: Pack, ruleset: str, version: str) -> Standing | None:
    """Everything that decides whether a variant may be declared as one; None for a pack that is no variant."""
    member = member_of(pack)
    if member is None or member.role != FamilyRole.VARIANT:
        return None
    head = FamilyMember.objects.select_related("family", "pack__inventory").get(
        family=member.family, role=FamilyRole.REPRESENTATIVE
    )
    rule = family_rule(ruleset, version)
    proof = prove(head, member, rule, evidence_of([head, member], ruleset))
    derivation = newest_derivations([pack.pk]).get(pack.pk)
    return Standing(
        member=member,
        representative=head,
        rule=rule,
        proof=proof,
        derivation=derivation,
        departures=departed_lines(derivation, pack.inventory),
        outdated=_outdated(derivation, calculated_revision(head.pack.inventory)),
    )


def departed_lines(derivation: Derivation | None, inventory: Inventory | None) -> list[str]:
    """Lines of a variant's working inventory that no longer say what was derived; empty without a derivation."""
    if derivation is None or inventory is None:
        return []
    return departures(to_document(inventory), expected_document(derivation))


def expected_document(derivation: Derivation) -> dict[str, Any]:
    """The document that a derivation gave: its source with what was recorded, whatever the code scales today."""
    document: dict[str, Any] = derivation.source.document
    record = derivation.content
    scaled = {(row["process"], row["line"]): row for row in record["lines"]}
    grid = {(row["process"], row["line"]): row["electricity"] for row in record["to_grid"]}
    masses = {row["material"]: row["to"] for row in record["materials"]}

    def line_of(process: str, line: Mapping[str, Any]) -> dict[str, Any]:
        found, key = dict(line), (process, line["id"])
        if key in scaled:
            found["amount"] = scaled[key]["to"]
            if found.get("transport") and scaled[key]["transport_mass_kg"] is not None:
                found["transport"] = {**found["transport"], "mass_kg": scaled[key]["transport_mass_kg"]}
        if key in grid:
            found["electricity"] = grid[key]
        return found

    processes = [
        {**process, "exchanges": [line_of(process["id"], line) for line in process["exchanges"]]}
        for process in document["processes"]
    ]
    end = dict(document.get("end_of_life") or {})
    if end.get("materials"):
        end["materials"] = [
            {**item, "mass_kg": masses.get(item["id"], item.get("mass_kg"))} for item in end["materials"]
        ]
    return {**document, "processes": processes, "end_of_life": end}


def family_content(pack: Pack, ruleset: str, version: str) -> dict[str, Any] | None:
    """What a snapshot freezes of a pack's family; None for a pack without one."""
    member = member_of(pack)
    if member is None:
        return None
    family = member.family
    content: dict[str, Any] = {
        "name": family.name,
        "role": member.role,
        "basis": family.basis,
        "reason": family.reason,
        "cell_model": member.cell_model,
        "cells": member.cells,
        "housing_kg": plain(member.housing_kg),
    }
    if member.role == FamilyRole.REPRESENTATIVE:
        variants = family.members.filter(role=FamilyRole.VARIANT).order_by("pack__model")
        content["variants"] = list(variants.values_list("pack__model", flat=True))
        return content
    standing = standing_of(pack, ruleset, version)
    if standing is None:
        return content
    head, rule, derivation = standing.representative, standing.rule, standing.derivation
    content |= {
        "representative": {
            "model": head.pack.model,
            "gbt34014": head.pack.gbt34014,
            "rated_energy_kwh": plain(head.pack.rated_energy_kwh),
            "cells": head.cells,
            "housing_kg": plain(head.housing_kg),
        },
        "rule": {
            "accepted": rule.accepted,
            "standing": rule.standing,
            "energy_tolerance": str(rule.energy_tolerance),
        },
        "proof": [item.content() for item in standing.proof.criteria],
        "derivation": derivation.content if derivation is not None else None,
        "derivation_sha256": derivation.sha256 if derivation is not None else None,
        "departures": standing.departures,
    }
    return content

"""Families of packs: proof, scaling, declaring a variant; nothing that was frozen changes with the family."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.problems import Problems
from declarations import checks
from declarations.models import Declaration, Derivation, FamilyMember, PackFamily
from declarations.selectors import families as select
from declarations.services import declarations, families, packs, parts
from lca.models import Exchange
from tests.declarations import build
from tests.declarations.test_way import SUMMER, codes
from tests.support.database import by_hand

WHY = "同一电芯，仅电芯数量不同，取能量最大者为代表。"
CODE = "001PE0ABCDEFG2"


def family(of: build.Maker, **changes: Any) -> PackFamily:
    """A family whose representative is calculated."""
    head = build.pack(of)
    build.calculated(of, head)
    usual = {
        "name": "LFP 族",
        "representative": head,
        "basis": "nearest",
        "reason": WHY,
        "cell_model": "C-280",
    }
    return families.create_family(
        actor=of.editor, cells=400, housing_kg=Decimal("60"), **{**usual, **changes}
    )


def variant(of: build.Maker, row: PackFamily, **changes: Any) -> FamilyMember:
    """A variant of 90 kWh with nine tenths of the cells."""
    usual = {
        "model": "LFP-90",
        "gbt34014": CODE,
        "rated_energy_kwh": Decimal(90),
        "usable_energy_kwh": Decimal("85.5"),
        "mass_kg": Decimal("590"),
        "cells": 360,
        "housing_kg": Decimal("57"),
    }
    return families.new_variant(actor=of.editor, family=row, **{**usual, **changes})


def declared(of: build.Maker, member: FamilyMember) -> Declaration:
    """The variant scaled, calculated, registered, with a declaration in draft."""
    families.derive(actor=of.editor, member=member)
    build.calculated(of, member.pack)
    packs.register_pack(actor=of.editor, pack=member.pack)
    build.plan(of)
    return declarations.create_declaration(actor=of.editor, pack=member.pack, phase=build.trial())


def found(declaration: Declaration, severity: str = "error", moment: str = checks.FREEZE) -> set[str]:
    """Codes of what the checks find now."""
    fresh = Declaration.objects.get(pk=declaration.pk)
    return {item.code for item in checks.run(fresh, moment) if item.severity == severity}


@pytest.fixture
def scene(db: None) -> Any:
    """A maker with a family of two and the declaration of the variant; the clock stands in summer."""
    with clock.at(SUMMER):
        build.trial()
        of = build.maker()
        row = family(of)
        member = variant(of, row)
        yield of, row, member, declared(of, member)


def test_a_variant_is_calculated_from_an_inventory_of_its_own(scene: Any) -> None:
    """Each line is scaled by its fact and says so; the result is the engine's, not a multiplied figure."""
    of, _row, member, declaration = scene
    lines = {line.code: line for line in Exchange.objects.filter(process__inventory=member.pack.inventory)}
    cathode = next(line for line in lines.values() if line.component == "cathode")
    assert cathode.amount == Decimal("180.5") * 360 / 400
    assert cathode.provenance["driver"] == "cells"
    assert (cathode.provenance["from"], cathode.provenance["to"]) == ("400", "360")
    power = next(line for line in lines.values() if line.unit == "kWh" and line.process.code == "pack")
    assert power.amount == Decimal("5200") * 90 / 100
    assert member.pack.parts.get().exchange == cathode
    head = select.representative_of(select.families_for(of.editor).get())
    assert head is not None and declaration.calculation is not None
    base = build.declarations.newest_calculation(head.pack, declaration.phase)
    assert base is not None and base.per_piece is not None
    assert declaration.calculation.per_piece is not None
    assert declaration.calculation.per_piece not in (base.per_piece * 0.9, base.per_piece)
    assert declaration.calculation.revision.inventory == member.pack.inventory
    assert found(declaration) == set()


def test_the_snapshot_names_family_representative_and_scaling(scene: Any) -> None:
    """What is frozen says whom it is scaled from, by what, and what proves it; it changes no more."""
    of, row, member, declaration = scene
    frozen = declarations.freeze_declaration(actor=of.editor, declaration=declaration)
    assert frozen.snapshot is not None
    content = json.loads(frozen.snapshot.content)["family"]
    assert content["representative"]["model"] == "LFP-100"
    assert content["derivation"]["drivers"]["cells"] == {"from": "400", "to": "360"}
    assert {item["key"]: item["met"] for item in content["proof"]} == dict.fromkeys(
        ("cell", "chemistry", "format", "plant", "nearest"), True
    )
    for language, words in (("zh-hans", "派生型号"), ("en", "Number of cells")):
        with override(language):
            block = render_to_string(
                "reports/_family.html", {"content": {"family": content}, "number": "2.2"}
            )
        assert words in block and "162.45" in block and "360 / 400" in block
    before = (frozen.snapshot.content, frozen.snapshot.sha256)
    families.make_representative(actor=of.editor, member=member)
    families.change_family(actor=of.editor, family=row, name="别的名", basis="worst_case", reason=WHY)
    frozen.snapshot.refresh_from_db()
    assert (frozen.snapshot.content, frozen.snapshot.sha256) == before
    # It was not submitted yet, so that it rests on what has changed: it must be frozen anew.
    assert "DECL-SNAPSHOT-OLD" in found(frozen, moment=checks.SUBMIT)


BROKEN = [
    ("update declarations_familymember set cell_model = 'C-300' where role = 'variant'", "DECL-FAMILY-CELL"),
    ("update declarations_pack set chemistry = 'NMC' where model = 'LFP-90'", "DECL-FAMILY-CHEMISTRY"),
    ("update declarations_pack set cell_format = 'pouch' where model = 'LFP-90'", "DECL-FAMILY-FORMAT"),
    ("delete from declarations_pack_plants where pack_id in (select id from declarations_pack where model = 'LFP-90')",
     "DECL-FAMILY-PLANT"),
    ("update declarations_pack set rated_energy_kwh = 79.9 where model = 'LFP-90'", "DECL-FAMILY-NEAREST"),
    ("update declarations_packfamily set basis = 'worst_case'; update lca_calculation set per_functional_unit = 1e9 "
     "where revision_id in (select r.id from lca_inventoryrevision r join declarations_pack p using (inventory_id) "
     "where p.model = 'LFP-90')", "DECL-FAMILY-WORST-CASE"),
    ("update declarations_phase set ruleset_id = 'eu-cfb-ev'", "DECL-FAMILY-REFUSED"),
]  # fmt: skip


def test_each_proof_refuses_when_it_is_not_met(scene: Any) -> None:
    """One thing out of place is named, and nothing is frozen."""
    of, _row, _member, declaration = scene
    for sql, code in BROKEN:
        with transaction.atomic():
            by_hand(sql)
            assert code in found(declaration), sql
            with pytest.raises(Problems) as caught:
                declarations.freeze_declaration(actor=of.editor, declaration=declaration)
            assert code in codes(caught)
            transaction.set_rollback(True)
    assert found(declaration) == set()


def test_what_departs_from_the_scaling_is_said(scene: Any) -> None:
    """A line changed by hand is allowed and named; a newer result of the representative is pointed out."""
    of, _row, member, declaration = scene
    assert not found(declaration, "warning") & {"DECL-FAMILY-DEPARTS", "DECL-FAMILY-OLDER"}
    part = member.pack.parts.get()
    what = {"module_type": "cathode", "name_zh": "磷酸铁锂", "name_en": "", "unit": "kg"}
    parts.change_part(actor=of.editor, part=part, amount=Decimal(170), **what)
    standing = select.standing_of(member.pack, "cn-miit-551", "2025.12")
    assert standing is not None
    assert standing.departures == [f"pack/{part.exchange.code}"]
    assert "DECL-FAMILY-DEPARTS" in found(declaration, "warning")
    head = standing.representative.pack
    packs.update_pack(actor=of.editor, pack=head, mass_kg=Decimal("650"))
    build.calculated(of, head)
    assert "DECL-FAMILY-OLDER" in found(declaration, "warning")
    assert "DECL-FAMILY-FIRST" in found(declaration, moment=checks.SUBMIT)


def test_an_unscaled_member_is_refused(scene: Any) -> None:
    """A pack that only joined the family is not a variant of it yet."""
    of, row, _member, _declaration = scene
    other = build.pack(of, model="LFP-95", gbt34014="001PE0ABCDEFG3", rated_energy_kwh=Decimal(95))
    build.calculated(of, other)
    families.add_variant(actor=of.editor, family=row, pack=other, cell_model="C-280", cells=380)
    declaration = declarations.create_declaration(actor=of.editor, pack=other, phase=build.trial())
    assert "DECL-FAMILY-UNSCALED" in found(declaration)


def test_the_database_holds_what_a_family_is(scene: Any) -> None:
    """One representative, one family for a pack, derivations for ever."""
    _of, row, member, _declaration = scene
    for change in (
        lambda: FamilyMember.objects.filter(pk=member.pk).update(role="representative"),
        lambda: FamilyMember.objects.filter(pk=member.pk).update(cells=0),
        lambda: FamilyMember.objects.create(
            family=row, pack=member.pack, role="variant", cell_model="x", cells=1
        ),
        lambda: Derivation.objects.update(sha256="0" * 64),
        lambda: Derivation.objects.all()._raw_delete("default"),  # type: ignore[attr-defined]
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_only_the_makers_staff_write_and_only_the_maker_reads(scene: Any) -> None:
    """Approver and viewer read; another maker finds nothing."""
    of, _row, member, _declaration = scene
    for actor in (of.approver, of.viewer):
        assert select.families_for(actor).count() == 1
        with pytest.raises(AccessDenied):
            families.derive(actor=actor, member=member)
    rival = build.maker()
    assert not select.families_for(rival.editor).exists()
    with pytest.raises(AccessDenied):
        families.remove_variant(actor=rival.editor, member=member)


def test_the_pages_say_it_in_both_languages(scene: Any, client: Client) -> None:
    """List, family and scaling answer in both languages with a fixed number of queries; a form's problem is shown."""
    of, row, member, _declaration = scene
    client.force_login(of.editor.user)  # type: ignore[arg-type]
    for language, word in (("zh-hans", "代表"), ("en", "Representative")):
        client.cookies["language"] = language
        page = client.get(f"/packs/families/{row.pk}/").content.decode()
        assert word in page and "LFP-90" in page
        assert client.get(f"/packs/members/{member.pk}/scale/").status_code == 200
    with CaptureQueriesContext(connection) as few:
        client.get(f"/packs/families/{row.pk}/")
    variant(of, row, model="LFP-92", gbt34014="001PE0ABCDEFG4", rated_energy_kwh=Decimal(92))
    with CaptureQueriesContext(connection) as many:
        client.get(f"/packs/families/{row.pk}/")
    assert len(many) <= len(few)
    refused = client.post(f"/packs/families/{row.pk}/variants/new/", {"model": "LFP-2", "cells": "1.5"})
    assert refused.status_code == 422

"""The checks one by one, and what a phase asks for, broken in each way."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from carbonfoot import clock
from carbonfoot.problems import Problems
from declarations import checks, workflow
from declarations.models import Declaration, Phase
from declarations.selectors.phases import coverage_of, current_phase
from declarations.services import declarations, packs, parts, phases
from lca.models import Exchange, PublishedResult
from tests.declarations import build
from tests.declarations.test_way import SUMMER, codes
from tests.support import factories
from tests.support.database import by_hand


def found(declaration: Declaration, moment: str = checks.FREEZE) -> set[str]:
    fresh = Declaration.objects.get(pk=declaration.pk)
    return {item.code for item in checks.run(fresh, moment) if item.severity == "error"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("update declarations_pack set state = 'draft'", "DECL-PACK-STATE"),
        ("delete from declarations_pack_plants", "DECL-PLANT"),
        ("update declarations_pack set cycles = null", "DECL-CYCLE-LIFE"),
        ("update declarations_pack set depth_of_discharge = null", "DECL-CYCLE-LIFE"),
        ("update declarations_pack set capacity_retention = null", "DECL-CYCLE-LIFE"),
        ("update declarations_pack set test_report = ''", "DECL-TEST-REPORT"),
        ("update declarations_pack set test_standard = ''", "DECL-TEST-STANDARD"),
        ("update declarations_pack set rated_energy_kwh = 99", "DECL-CALC-FACTS"),
        ("update declarations_declaration set plan_id = null", "DECL-PLAN"),
        ("update declarations_qualityplan set state = 'draft'", "DECL-PLAN-DRAFT"),
        ("update declarations_declaration set calculation_id = null", "DECL-CALC"),
        ("update lca_calculation set state = 'pending'", "DECL-CALC-STATE"),
        ("update lca_calculation set ruleset_id = 'eu-cfb-ev'", "DECL-CALC-RULES"),
        ("update lca_calculation set ruleset_version = '2025.01'", "DECL-RULES-OLD"),
        ("update lca_calculation set per_functional_unit = null", "DECL-CALC-UNIT"),
        ("update lca_exchange set amount = amount + 1 where amount is not null", "DECL-CALC-STALE"),
        ("update declarations_phase set starts_on = '2026-07-01'", "DECL-PHASE-EARLY"),
        ("update declarations_phase set ends_on = '2026-05-01' where code = 'trial'", "DECL-PHASE-OVER"),
    ],
)
def test_each_rule_refuses(sql: str, code: str) -> None:
    """Nothing refuses a whole declaration; one thing broken is named and keeps it from being frozen."""
    with clock.at(SUMMER):
        of, declaration = build.draft()
        assert found(declaration) == set()
        by_hand(sql)
        assert code in found(declaration)
        with pytest.raises(Problems) as caught:
            declarations.freeze_declaration(actor=of.editor, declaration=declaration)
        assert code in codes(caught)
        assert not declaration.snapshots.exists()


@pytest.mark.django_db
def test_texts_of_the_checks_are_in_both_languages() -> None:
    """Each problem reads differently in Chinese and in English."""
    from django.utils.translation import override

    with clock.at(SUMMER):
        _of, declaration = build.draft()
        by_hand("update declarations_pack set cycles = null, test_report = '', state = 'draft'")
        fresh = Declaration.objects.get(pk=declaration.pk)
        for item in checks.run(fresh, checks.FREEZE):
            with override("zh-hans"):
                chinese = str(item.message)
            with override("en"):
                assert str(item.message) != chinese


@pytest.mark.django_db
def test_expired_result_refuses() -> None:
    """A supplier's result past its validity; the day itself is still good."""
    with clock.at(SUMMER):
        _of, declaration = build.draft()
        line = (
            Exchange.objects.filter(process__inventory__pack=declaration.pack, kind="module")
            .exclude(link__has_key="process")
            .get()
        )
        result = factories.result(factories.organisation("supplier"), valid_until=dt.date(2026, 6, 1))
        Exchange.objects.filter(pk=line.pk).update(link={}, result=result)
        assert "DECL-RESULT-EXPIRED" not in found(declaration)
    with clock.at("2026-06-02T09:00+08:00"):
        assert "DECL-RESULT-EXPIRED" in found(declaration)
        assert PublishedResult.objects.count() == 1


@pytest.mark.django_db
def test_boundary_of_the_scheme() -> None:
    """2 kWh is outside with the reason; just above is inside; the database holds it too."""
    of = build.maker()
    for energy in (Decimal("2"), Decimal("1.9999"), Decimal("0"), Decimal("-5")):
        with pytest.raises(Problems) as caught:
            packs.create_pack(actor=of.editor, **build.facts(rated_energy_kwh=energy, usable_energy_kwh=None))
        assert codes(caught) == {"PACK-SCOPE"}
        assert "2 kWh" in str(caught.value.items[0].message)
    made = packs.create_pack(
        actor=of.editor, **build.facts(rated_energy_kwh=Decimal("2.0001"), usable_energy_kwh=None)
    )
    assert made.state == "draft"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"model": " "}, "PACK-MODEL"),
        ({"gbt34014": "IO"}, "PACK-CODE"),
        ({"gbt34014": "001PE0ABCDEFGHI"}, "PACK-CODE"),
        ({"chemistry": "XYZ"}, "PACK-CHEMISTRY"),
        ({"chemistry": "OTHER"}, "PACK-CHEMISTRY-OTHER"),
        ({"cell_format": ""}, "PACK-FORMAT"),
        ({"mass_kg": Decimal("-1")}, "PACK-MASS"),
        ({"mass_kg": None}, "PACK-MASS"),
        ({"usable_energy_kwh": Decimal("101")}, "PACK-USABLE"),
        ({"cycles": 0}, "PACK-CYCLES"),
        ({"depth_of_discharge": Decimal("1.2")}, "PACK-FRACTION"),
        ({"capacity_retention": Decimal("0")}, "PACK-FRACTION"),
        ({"vehicle_category": "Q"}, "PACK-CATEGORY"),
    ],
)
def test_pack_facts(changes: dict[str, Any], code: str) -> None:
    """Each wrong fact is named."""
    with pytest.raises(Problems) as caught:
        packs.create_pack(actor=build.maker().editor, **build.facts(**changes))
    assert codes(caught) == {code}


@pytest.mark.django_db
def test_all_problems_at_once() -> None:
    """Nobody mends one thing to hear of the next."""
    with pytest.raises(Problems) as caught:
        packs.create_pack(
            actor=build.maker().editor,
            **build.facts(
                model="", gbt34014="", chemistry="", cell_format="", rated_energy_kwh=Decimal(1), mass_kg=None
            ),
        )
    assert {"PACK-MODEL", "PACK-CODE", "PACK-CHEMISTRY", "PACK-FORMAT", "PACK-SCOPE", "PACK-MASS"} <= codes(
        caught
    )


@pytest.mark.django_db
def test_registering_asks_for_everything() -> None:
    """A draft may have gaps; a registered pack may not, and cannot lose what it has."""
    of = build.maker()
    gaps = {"cycles": None, "depth_of_discharge": None, "capacity_retention": None, "test_report": ""}
    made = packs.create_pack(actor=of.editor, **build.facts(**gaps))
    with pytest.raises(Problems) as caught:
        packs.register_pack(actor=of.editor, pack=made)
    assert {item.field for item in caught.value.items} == {*gaps, "plants"}
    plant = packs.add_plant(actor=of.editor, name="示例一厂", province="320000")
    packs.update_pack(actor=of.editor, pack=made, plants=[plant], **build.facts())
    packs.register_pack(actor=of.editor, pack=made)
    with pytest.raises(Problems):
        packs.update_pack(actor=of.editor, pack=made, test_report="")


@pytest.mark.django_db
def test_bill_of_materials() -> None:
    """A part is one line of the inventory; what it is linked to decides stage and primary share."""
    with clock.at(SUMMER):
        of = build.maker()
        build.trial()
        made = build.pack(of, lines=False, registered=False)
        part = parts.add_part(
            actor=of.editor, pack=made, module_type="cathode", name_zh="正极", amount=Decimal("10"), unit="kg"
        )
        parts.use_factor(actor=of.editor, part=part, factor_key="cam.lfp.greet2022")
        line = Exchange.objects.get(pk=part.exchange_id)
        assert (line.stage, line.primary, line.component, line.link) == (
            "materials",
            False,
            "cathode",
            {"factor": "cam.lfp.greet2022"},
        )
        supplier = factories.organisation("supplier")
        result = factories.result(supplier, of.organisation)
        parts.use_result(actor=of.editor, part=part, result=result)
        line.refresh_from_db()
        assert (line.stage, line.primary, line.result_id, line.link) == ("", True, result.pk, {})
        secret = factories.result(supplier)  # granted to nobody
        with pytest.raises(PublishedResult.DoesNotExist):
            parts.use_result(actor=of.editor, part=part, result=secret)
        parts.remove_part(actor=of.editor, part=part)
        assert not Exchange.objects.filter(pk=line.pk).exists()


# -- phases ---------------------------------------------------------------------------------------------------------


def _submitted(of: build.Maker, number: int, chemistry: str = "LFP", **changes: Any) -> Declaration:
    _of, _verifier, row = build.verified(
        of,
        model=f"{chemistry}-{number}",
        gbt34014=f"001PE0ABCDEF{number:02d}",
        chemistry=chemistry,
        **changes,
    )
    declarations.submit(actor=of.approver, declaration=row)
    return row


@pytest.mark.django_db
def test_trial_phase_in_each_way() -> None:
    """Too few packs; a chemistry missing; not verified; not typical; returned; complete."""
    with clock.at(SUMMER):
        of = build.maker()
        phase = build.trial()
        empty = coverage_of(of.organisation, phase)
        assert (empty.needed, empty.missing_packs, empty.missing_chemistries, empty.is_complete) == (
            5,
            5,
            [],
            False,
        )
        rows = [_submitted(of, number) for number in range(4)]
        build.pack(of, model="NMC-9", gbt34014="001PE0ABCDEF99", chemistry="NMC")
        now = coverage_of(of.organisation, phase)
        assert (now.declared, now.missing_packs, now.missing_chemistries) == (4, 1, ["NMC"])
        rows.append(_submitted(of, 5))
        now = coverage_of(of.organisation, phase)
        assert (now.missing_packs, now.missing_chemistries, now.is_complete) == (0, ["NMC"], False)
        declarations.create_declaration(
            actor=of.editor, pack=of.organisation.packs.get(model="NMC-9"), phase=phase
        )
        assert coverage_of(of.organisation, phase).missing_chemistries == ["NMC"]  # begun is not declared
        last = _submitted(of, 6, "NMC")
        assert coverage_of(of.organisation, phase).is_complete
        by_hand(f"update declarations_declaration set state = 'returned' where id = {last.pk}")
        assert coverage_of(of.organisation, phase).missing_chemistries == ["NMC"]
        by_hand(f"update declarations_declaration set state = 'accepted' where id = {last.pk}")
        now = coverage_of(of.organisation, phase)
        assert (now.is_complete, now.accepted) == (True, 1)
        by_hand(f"update declarations_pack set is_typical = false where id = {rows[0].pack_id}")
        assert coverage_of(of.organisation, phase).declared == 5
        by_hand(
            f"update declarations_pack set is_typical = false where id in ({rows[1].pack_id}, {rows[2].pack_id})"
        )
        assert coverage_of(of.organisation, phase).missing_packs == 2
        by_hand(f"delete from declarations_statement where declaration_id = {rows[3].pk}")
        assert coverage_of(of.organisation, phase).missing_packs == 3


@pytest.mark.django_db
def test_regular_phase_after_2026() -> None:
    """From 1 January 2027 in China the regular phase is in force: every pack counts, the trial takes no submission."""
    with clock.at("2026-12-31T23:59+08:00"):
        of = build.maker()
        trial = build.trial()
        _of, _verifier, late = build.verified(of)
        assert current_phase() == trial
    with clock.at("2027-01-01T00:01+08:00"):
        regular = current_phase()
        assert regular is not None and regular.code == "regular"
        with pytest.raises(Problems) as caught:
            declarations.submit(actor=of.approver, declaration=late)
        assert "DECL-PHASE-OVER" in codes(caught)
        with pytest.raises(Problems) as caught:
            declarations.create_declaration(actor=of.editor, pack=late.pack, phase=trial)
        assert codes(caught) == {"DECL-THERE"}
        declarations.withdraw(actor=of.approver, declaration=late, reason="试运行已结束")
        with pytest.raises(Problems) as caught:
            declarations.create_declaration(actor=of.editor, pack=late.pack, phase=trial)
        assert codes(caught) == {"DECL-PHASE-OVER"}
        packs.update_pack(actor=of.editor, pack=late.pack, is_typical=False)
        assert coverage_of(of.organisation, regular).missing_packs == 1
        row = declarations.create_declaration(actor=of.editor, pack=late.pack, phase=regular)
        declarations.freeze_declaration(actor=of.editor, declaration=row)
        verifier = build.body()
        declarations.send_to_verification(actor=of.approver, declaration=row, body=verifier.organisation)
        build.signed(verifier, row, "V-2027")
        receipt = declarations.submit(actor=of.approver, declaration=row)
        assert receipt.number == "RC-2027-000001"
        assert coverage_of(of.organisation, regular).is_complete


@pytest.mark.django_db
def test_too_early_for_the_regular_phase() -> None:
    """A declaration in a phase that has not begun cannot be frozen."""
    with clock.at(SUMMER):
        build.trial()
        regular = Phase.objects.get(code="regular")
        of, row = build.draft(phase=regular)
        with pytest.raises(Problems) as caught:
            declarations.freeze_declaration(actor=of.editor, declaration=row)
        assert codes(caught) == {"DECL-PHASE-EARLY"}


@pytest.mark.django_db
def test_dates_of_phases_are_data() -> None:
    """The operator moves a date; dates that run backwards or overlap are refused."""
    trial = build.trial()
    operator = factories.person(factories.organisation("operator"))
    with pytest.raises(Problems) as caught:
        phases.update_phase(
            actor=operator, phase=trial, starts_on=trial.starts_on, ends_on=dt.date(2025, 1, 1)
        )
    assert codes(caught) == {"PHASE-BACKWARDS"}
    with pytest.raises(Problems) as caught:
        phases.update_phase(
            actor=operator, phase=trial, starts_on=trial.starts_on, ends_on=dt.date(2027, 3, 31)
        )
    assert codes(caught) == {"PHASE-OVERLAP"}
    regular = Phase.objects.get(code="regular")
    phases.update_phase(actor=operator, phase=regular, starts_on=dt.date(2027, 4, 1), ends_on=None)
    phases.update_phase(
        actor=operator, phase=trial, starts_on=trial.starts_on, ends_on=dt.date(2027, 3, 31), min_packs=7
    )
    with clock.at("2027-02-01T09:00+08:00"):
        assert current_phase() == trial


# -- tables of states ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", [workflow.DECLARATION, workflow.PACK, workflow.PLAN])
def test_tables_agree_with_access(table: tuple[workflow.Transition, ...]) -> None:
    """An arrow's action is in the access table, in exactly the states that the arrow begins in."""
    from carbonfoot.accounts.access import ACTIONS

    for arrow in table:
        if not arrow.action:
            continue
        for rule in ACTIONS[arrow.action]:
            assert rule.states == frozenset(arrow.sources), arrow.verb

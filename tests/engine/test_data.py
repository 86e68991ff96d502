"""The factor release: digests, families, exact values, gaps that stay gaps."""

from decimal import Decimal
from pathlib import Path

import pytest

from lca import data
from lca.data import ReleaseError, available, factor_from_row, load_benchmarks, load_release, read_manifest
from lca.engine.factors import FAMILIES, TIERS, FactorRelease


def test_the_newest_release_is_the_default() -> None:
    assert load_release().code == available()[-1] == "CN-2026.1"
    assert len(load_release().factors) == 346


def test_its_digest_is_what_was_published() -> None:
    assert (
        load_release("CN-2026.1").sha256 == "bd2db66b5a07bb0382263e600ef38aff9c89e8cbd37d76224ed3aa80499355c6"
    )


@pytest.mark.parametrize(
    ("key", "value", "unit", "family"),
    [
        ("elec.cn.footprint.2024", "0.5777", "kg CO2e/kWh", "electricity_footprint"),
        ("elec.cn.footprint.2023", "0.6205", "kg CO2e/kWh", "electricity_footprint"),
        ("elec.cn.gen.pv.2024", "0.052", "kg CO2e/kWh", "electricity_footprint"),
        ("elec.cn.td.incl_loss.2024", "0.0327", "kg CO2e/kWh", "electricity_footprint"),
        ("elec.cn.co2.avg.2023", "0.5306", "kg CO2/kWh", "electricity_co2"),
        ("elec.kor.ember.2024", "0.41565", "kg CO2e/kWh", "other"),
        ("cam.lfp.greet2022", "9.44555", "kg CO2e/kg", "other"),
        ("gwp.ar6.ch4_fossil", "29.8", "kg CO2e/kg", "other"),
    ],
)
def test_known_factors(key: str, value: str, unit: str, family: str) -> None:
    factor = load_release().factors[key]
    assert (factor.value, factor.unit, factor.family) == (Decimal(value), unit, family)


def test_the_two_families_are_apart() -> None:
    for factor in load_release().factors.values():
        assert factor.tier in TIERS
        assert factor.family in FAMILIES
        if factor.region.startswith("CN") and factor.category.startswith("electricity"):
            assert (factor.family == "electricity_co2") == factor.unit.startswith("kg CO2/"), factor.key
        assert factor.source_title
        assert factor.licence


def test_tibet_has_no_provincial_factor() -> None:
    assert not [key for key in load_release().factors if ".prov.XZ" in key]


def test_traps_are_fields() -> None:
    factors = load_release().factors
    assert "anhydrous" in factors["pre.niso4.greet2022"].basis
    assert factors["metal.steel.worldsteel.2021"].co2_only
    assert factors["elec.kor.ember.2024"].reuse == "share_alike"
    assert factors["elec.cn.gen.wind.2024"].boundary == "life_cycle, generation only"


def test_a_changed_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = data.ROOT / "CN-2026.1"
    copy = tmp_path / "CN-2026.1"
    copy.mkdir()
    for path in source.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    content = (copy / "factors.csv").read_text(encoding="utf-8")
    (copy / "factors.csv").write_text(content.replace("0.5777", "0.4777", 1), encoding="utf-8")
    monkeypatch.setattr(data, "ROOT", tmp_path)
    load_release.cache_clear()
    try:
        with pytest.raises(ReleaseError, match="has changed"):
            load_release("CN-2026.1")
    finally:
        load_release.cache_clear()


@pytest.mark.parametrize("code", ["CN-1999.1", "../engine", ""])
def test_a_release_that_does_not_exist_is_refused(code: str) -> None:
    with pytest.raises(ReleaseError, match="no factor release"):
        read_manifest(code)


def test_a_bad_row_is_refused_by_key() -> None:
    header = (data.ROOT / "CN-2026.1" / "factors.csv").read_text(encoding="utf-8").splitlines()[0]
    row = dict.fromkeys(header.split(","), "")
    with pytest.raises(ReleaseError, match="factor a"):
        factor_from_row({**row, "key": "a", "value": "x"})
    with pytest.raises(ReleaseError, match="family"):
        factor_from_row({**row, "key": "a", "value": "1", "family": "odd", "tier": "model"})


def test_a_key_occurs_once() -> None:
    factor = load_release().factors["cam.lfp.greet2022"]
    with pytest.raises(ValueError, match="twice"):
        FactorRelease.build("X", [factor, factor])


def test_nearest_keys_are_offered() -> None:
    release = load_release()
    assert release.nearest("cam.lpf.greet2022")[0] == "cam.lfp.greet2022"
    assert release.nearest("磷酸铁锂")[0].startswith("cam.lfp")
    assert release.nearest("zzzzzzzz") == []


def test_benchmarks_are_apart_from_factors() -> None:
    found = load_benchmarks()
    assert found["bench.pack.lfp.p50.peiseler"].value == Decimal(62)
    assert len(found) == 94

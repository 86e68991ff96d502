"""Names of what findings speak of, in both languages: components that need company-specific data, and stages."""

from __future__ import annotations

from collections.abc import Mapping

_COMPONENTS: Mapping[str, tuple[str, str]] = {
    "cathode": ("正极材料", "cathode material"),
    "anode": ("负极材料", "anode material"),
    "electrolyte": ("电解液", "electrolyte"),
    "separator": ("隔膜", "separator"),
    "foil": ("集流体箔材", "foils"),
    "casing": ("电芯壳体", "cell casing"),
    "cell": ("电芯制造", "cell making"),
    "module": ("模组制造", "module making"),
    "pack": ("电池包制造", "pack making"),
    "bms": ("电池管理系统", "battery management system"),
    "housing": ("电池包箱体", "pack housing"),
    "thermal": ("热管理部件", "thermal management"),
}
_STAGES: Mapping[str, tuple[str, str]] = {
    "materials": ("材料获取", "material acquisition"),
    "manufacturing": ("电池制造", "manufacturing"),
    "distribution": ("分销运输", "distribution"),
    "recycling": ("回收利用", "recycling"),
}


def _pair(names: Mapping[str, tuple[str, str]], key: str) -> dict[str, str]:
    zh, en = names.get(key, (key, key))
    return {"zh": zh, "en": en}


def component_name(key: str) -> dict[str, str]:
    """The name of a component as a pair; the key itself where a rule set names one that is not known here."""
    return _pair(_COMPONENTS, key)


def stage_name(key: str) -> dict[str, str]:
    """The name of a life-cycle stage as a pair."""
    return _pair(_STAGES, key)

"""Names of what findings speak of, in both languages: components, stages, units, supplies, models and other codes."""

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
_UNITS: Mapping[str, tuple[str, str]] = {"piece": ("件", "piece")}
_KINDS: Mapping[str, tuple[str, str]] = {
    "material": ("材料", "material"),
    "energy": ("能源", "energy"),
    "transport": ("运输", "transport"),
    "emission": ("直接排放", "direct emission"),
    "waste": ("废物", "waste"),
    "module": ("外购部件", "purchased module"),
}
_SUPPLIES: Mapping[str, tuple[str, str]] = {
    "grid": ("电网", "grid"),
    "direct": ("直供", "direct line"),
    "self": ("自发自用", "own generation"),
    "certificate": ("绿证", "certificate"),
}
_GENERATION: Mapping[str, tuple[str, str]] = {
    "coal": ("煤电", "coal"),
    "gas": ("气电", "gas"),
    "hydro": ("水电", "hydro"),
    "nuclear": ("核电", "nuclear"),
    "wind": ("风电", "wind"),
    "solar": ("光伏", "solar"),
    "csp": ("光热", "concentrated solar"),
    "biomass": ("生物质发电", "biomass"),
}
_MODELS: Mapping[str, tuple[str, str]] = {
    "cut_off": ("截断法", "cut-off"),
    "cff": ("循环足迹公式", "the Circular Footprint Formula"),
    "substitution": ("替代法", "substitution"),
}
_ROUTES: Mapping[str, tuple[str, str]] = {
    "hydro": ("湿法", "hydrometallurgy"),
    "pyro": ("火法", "pyrometallurgy"),
    "direct": ("直接再生", "direct recycling"),
}
_STATES: Mapping[str, tuple[str, str]] = {
    "unknown": ("未知", "unknown"),
    "not_applicable": ("不适用", "not applicable"),
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


def unit_name(code: str) -> dict[str, str]:
    """The name of a unit as a pair; kg and kWh are the same in both languages."""
    return _pair(_UNITS, code)


def kind_name(code: str) -> dict[str, str]:
    """The name of a kind of exchange as a pair."""
    return _pair(_KINDS, code)


def supply_name(code: str) -> dict[str, str]:
    """The name of an electricity supply as a pair."""
    return _pair(_SUPPLIES, code)


def generation_name(code: str) -> dict[str, str]:
    """The name of a type of generation as a pair."""
    return _pair(_GENERATION, code)


def model_name(code: str) -> dict[str, str]:
    """The name of an end-of-life model as a pair."""
    return _pair(_MODELS, code)


def route_name(code: str) -> dict[str, str]:
    """The name of a recycling route as a pair."""
    return _pair(_ROUTES, code)


def state_name(code: str) -> dict[str, str]:
    """The name of the state of an amount that is not known as a pair."""
    return _pair(_STATES, code)

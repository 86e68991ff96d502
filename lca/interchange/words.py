"""What exported files say beside the figures, in both languages."""

from __future__ import annotations

# Codes of an inventory (supplies, generation, kinds of data, tiers of factors) as a reader meets them.
_CODES: dict[str, tuple[str, str]] = {
    "grid": ("电网", "grid"),
    "direct": ("直供", "direct line"),
    "self": ("自发", "self-generated"),
    "certificate": ("绿证", "certificate-backed"),
    "coal": ("煤电", "coal"),
    "gas": ("气电", "natural gas"),
    "hydro": ("水电", "hydropower"),
    "wind": ("风电", "wind"),
    "solar": ("光伏", "solar"),
    "csp": ("光热", "concentrated solar"),
    "nuclear": ("核电", "nuclear"),
    "biomass": ("生物质发电", "biomass"),
    "measured": ("实测", "measured"),
    "calculated": ("计算", "calculated"),
    "estimated": ("估算", "estimated"),
    "official": ("官方", "official"),
    "model": ("模型", "model"),
    "literature": ("文献", "literature"),
    "database": ("数据库", "database"),
    "own": ("自有", "own"),
}
_CODES_ZH = {code: zh for code, (zh, _en) in _CODES.items()}
_CODES_EN = {code: en for code, (_zh, en) in _CODES.items()}

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "processes": "Unit processes",
        "factors": "Background factors",
        "results": "Results published by suppliers",
        "end_of_life": "End-of-life model",
        "result": "Result",
        "co2e": "Greenhouse gases, as CO2 equivalents",
        "method": "Climate change, 100 years ({gwp_set})",
        "reference_name": "{name}: reference flow ({amount} {unit})",
        "reference_product": "reference flow",
        "reference": "Delivers {amount} {unit}. One unit of this activity scores the result: {score} kg CO2e.",
        "description": (
            "Carbon footprint under rule set {ruleset} {version}, factor release {release}, engine {engine}. "
            "Input digest {digest}. Score of one reference flow: {score} kg CO2e. Amounts are for one unit of the "
            "product of each activity. Co-products are separate activities with their share of the burdens; supplies "
            "of electricity are as the rule set counts them; what lies outside its stages is left out."
        ),
        "per_functional_unit": "Per functional unit: {value} kg CO2e per {unit}.",
        "allocated": "Carries {share} of the burdens of the unit process, shared by {method}.",
        "stage": "stage: {stage}",
        "supply": "supply: {supply}",
        "generation": "generation: {generation}",
        "data": "data: {kind}",
        "burden_free": "Without burden: {name}, {amount} {unit} ({reason}).",
        "outside": "Outside the rule set: {name} ({stage}).",
        "factor": "Factor {key}: {value} {unit}. Tier: {tier}.",
        "own_factor": "Factor of the organisation, in no release.",
        "adjusted": "Counted at {declared} {unit}: the rule set adds {added} to the factor for this supply.",
        "supplier": "Published by {supplier}, version {version}, digest {digest}. Data behind it are not included.",
        "eol": "What the model adds to the inventory for one kg of this material: {value} kg CO2e.",
        "mass": "mass",
        "energy": "energy",
        "economic": "value",
        "recorded": "a recorded choice",
        **_CODES_EN,
    },
    "zh": {
        "processes": "单元过程",
        "factors": "背景因子",
        "results": "供应商发布的结果",
        "end_of_life": "回收利用模型",
        "result": "结果",
        "co2e": "温室气体（以二氧化碳当量计）",
        "method": "气候变化，100 年（{gwp_set}）",
        "reference_name": "{name}：基准流（{amount} {unit}）",
        "reference_product": "基准流",
        "reference": "提供 {amount} {unit}。本活动一个单位的得分即为结果：{score} kg CO2e。",
        "description": (
            "按规则集 {ruleset} {version}、因子发布版 {release}、核算引擎 {engine} 核算的碳足迹。输入摘要 {digest}。"
            "一个基准流的得分：{score} kg CO2e。数量均对应各活动的一个单位产品。联产品各为一个活动，"
            "承担各自分配的份额；电力按规则集认可的供电方式计；规则集阶段之外的内容不列入。"
        ),
        "per_functional_unit": "每功能单位：{value} kg CO2e / {unit}。",
        "allocated": "承担该单元过程负荷的 {share}，按{method}分配。",
        "stage": "阶段：{stage}",
        "supply": "供电方式：{supply}",
        "generation": "发电类型：{generation}",
        "data": "数据类型：{kind}",
        "burden_free": "不计负荷：{name}，{amount} {unit}（{reason}）。",
        "outside": "规则集之外：{name}（{stage}）。",
        "factor": "因子 {key}：{value} {unit}。层级：{tier}。",
        "own_factor": "组织自有因子，不属于任何发布版。",
        "adjusted": "按 {declared} {unit} 计入：规则集要求对此供电方式在因子上加计 {added}。",
        "supplier": "由 {supplier} 发布，第 {version} 版。摘要 {digest}。其背后的数据不包含在内。",
        "eol": "该模型对每千克此材料在清单之外加计 {value} kg CO2e。",
        "mass": "质量",
        "energy": "能量",
        "economic": "价值",
        "recorded": "记录的选择",
        **_CODES_ZH,
    },
}


def pick(names: dict[str, str], language: str) -> str:
    """Return a bilingual name in `language`, or in the other one where it has none."""
    return names.get(language) or names.get("zh") or names.get("en") or ""

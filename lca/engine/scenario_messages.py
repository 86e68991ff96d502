"""The sentences about the changes of a scenario: code -> (Chinese, English), each with the way to mend it."""

from __future__ import annotations

SCENARIO_MESSAGES: dict[str, tuple[str, str]] = {
    "scenario.too_many": (
        "情景最多 {limit} 项变更，现有 {value} 项。请分成几个情景。",
        "A scenario has at most {limit} changes, and this one has {value}. Split it.",
    ),
    "scenario.field_unknown": (
        "变更类型 {kind} 没有 {field} 这一项。请删去。",
        "A change of kind {kind} has no field {field}. Take it out.",
    ),
    "scenario.one_of": (
        "{first} 与 {second} 须且只能填一项。",
        "Exactly one of {first} and {second} must be stated.",
    ),
    "scenario.nothing": (
        "这项变更没有改变任何内容。请至少填一项。",
        "This change says nothing. Fill in at least one field.",
    ),
    "scenario.no_generation": (
        "供电方式为 {supply} 时须写明发电类型。",
        "Electricity supplied as {supply} must state its generation type.",
    ),
    "scenario.grid_generation": (
        "电网供电按平均因子计，不能指定发电类型 {value}。请删去发电类型，或改为直供电或自发电。",
        "Grid supply takes the average and has no generation type ({value}). "
        "Take it out, or choose a direct line or own generation.",
    ),
    "scenario.not_positive": (
        "{field} 为 {value}，应大于零。",
        "{field} is {value}, and must be above zero.",
    ),
    "scenario.process_unknown": (
        "清单中没有单元过程 {value}。请重新选择。",
        "The inventory has no unit process {value}. Choose again.",
    ),
    "scenario.line_unknown": (
        "单元过程“{process}”没有数据行 {value}。可能已被前面的变更去掉，请重新选择。",
        "The unit process “{process}” has no line {value}. An earlier change may have taken it out; choose again.",
    ),
    "scenario.factor_unknown": (
        "因子 {value} 不在发布版 {release} 中，也不是本清单的自有因子。相近的有：{nearest}。",
        "Factor {value} is neither in release {release} nor one of the inventory's own. Nearest: {nearest}.",
    ),
    "scenario.no_emission_factor": (
        "{value} 的单位为 {unit}，不是排放因子。请另选。",
        "{value} is given in {unit} and is no emission factor. Choose another.",
    ),
    "scenario.unit": (
        "“{name}”的单位为 {unit}，而 {value} 按 {per} 计，两者不能换算。请另选。",
        "“{name}” is in {unit} and {value} is per {per}; the two do not convert. Choose another.",
    ),
    "scenario.burden_unit": (
        "因子 {value} 按 {per} 计，此处须按 kg 计。请另选。",
        "Factor {value} is per {per}, and must be per kg here. Choose another.",
    ),
    "scenario.result_unknown": (
        "供应商结果 {value} 不存在，或没有授权给本组织。请重新选择。",
        "The supplier result {value} is not there, or has not been granted to your organisation. Choose again.",
    ),
    "scenario.amount_unknown": (
        "“{name}”的数量未知，不能按倍数改变。请改填数量。",
        "The amount of “{name}” is unknown and cannot be multiplied. State an amount.",
    ),
    "scenario.no_transport": (
        "“{name}”不是运输。请选择运输的数据行。",
        "“{name}” is no transport. Choose a line of transport.",
    ),
    "scenario.no_distance": (
        "“{name}”没有写明质量和距离，不能换成另一距离。请按倍数改变，或改变数量。",
        "“{name}” does not state mass and distance, so that another distance says nothing. Multiply it, or change the "
        "amount.",
    ),
    "scenario.no_electricity": (
        "这里没有可改变的电力投入{value}。请选择电力的数据行或过程。",
        "There is no electricity to change here: {value}. Choose a line or a process that takes electricity.",
    ),
    "scenario.material_unknown": (
        "回收利用参数中没有材料 {value}，现有：{known}。请先在清单中填写。",
        "The end-of-life parameters hold no material {value}; there are {known}. Enter it in the inventory first.",
    ),
}

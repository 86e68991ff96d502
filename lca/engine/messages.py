"""The sentences of the engine's findings: code -> (Chinese, English). Placeholders are the finding's params."""

from __future__ import annotations

from lca.engine.scenario_messages import SCENARIO_MESSAGES

MESSAGES: dict[str, tuple[str, str]] = {
    # The document
    "document.format": (
        "文件格式应为 {expected}，现为 {value}。",
        "The format must be {expected}, and is {value}.",
    ),
    "document.json": ("文件不是有效的 JSON：{value}", "The file is not valid JSON: {value}"),
    "document.duplicate_name": (
        "同一对象中字段 {value} 出现两次，读取结果不确定。请只保留一个。",
        "One object states the field {value} twice, and readers differ in which they take. Keep one of them.",
    ),
    "field.missing": ("缺少必填项 {field}。", "The required field {field} is missing."),
    "field.type": ("{field} 的类型不对，应为{expected_zh}。", "{field} must be {expected_en}."),
    "field.unknown": ("未识别的字段 {field}，已忽略。", "The field {field} is not known and was ignored."),
    "field.choice": (
        "{field} 的值 {value} 不在可选范围：{allowed}。",
        "{field} is {value}; it may be {allowed}.",
    ),
    "field.date": (
        "{field} 的日期 {value} 应写作 2025-12-31。",
        "{field} is {value}; write a date as 2025-12-31.",
    ),
    "field.range": (
        "{field} 的值 {value} 应在 {low} 与 {high} 之间。",
        "{field} is {value}, and must lie between {low} and {high}.",
    ),
    "number.invalid": (
        '{field} 的值 {value} 不是数；请写成带引号的十进制数，如 "12.5"。',
        '{field} is {value}, which is no number; write a decimal in quotation marks, such as "12.5".',
    ),
    "number.size": (
        "{field} 的值 {value} 超出可计算的范围（10 的 ±{exponent} 次方）。请检查数量和单位。",
        "{field} is {value}, beyond what can be calculated (ten to the power of ±{exponent}). Check amount and unit.",
    ),
    "number.float": (
        "{field} 的值 {value} 是浮点数；请写成带引号的十进制数，以免丢失精度。",
        "{field} is the floating-point number {value}; write a decimal in quotation marks, so that no digit is lost.",
    ),
    "id.duplicate": (
        "标识 {value} 重复。请给每一项不同的标识。",
        "The id {value} occurs twice. Give every item an id of its own.",
    ),
    "unit.unknown": (
        "未知单位 {value}。请用 kg、t、kWh、MJ、tkm、piece 等单位，因子用 kg CO2e/kg 这样的单位。",
        "The unit {value} is not known. Use a unit such as kg, t, kWh, MJ, tkm or piece, and kg CO2e/kg for a "
        "factor.",
    ),
    "period.order": ("起始日期晚于截止日期。", "The period begins after it ends."),
    # Processes and exchanges
    "process.no_product": ("单元过程“{name}”没有产品。", "The unit process “{name}” has no product."),
    "product.not_positive": (
        "单元过程“{process}”的产品“{product}”产出量为 {value}，应大于零。"
        "废物处理过程请以处理量为正的产出，并由产生废物的过程引用。",
        "The output of product “{product}” of unit process “{process}” is {value}; it must be above zero. "
        "A waste treatment makes a positive amount of treated waste, which the process with the waste takes.",
    ),
    "process.stage_assumed": (
        "单元过程“{process}”没有写明阶段，按电池制造计。",
        "The unit process “{process}” states no stage and counts as manufacturing.",
    ),
    "exchange.amount_missing": (
        "“{name}”没有数量。若未知或不适用，请在状态中写明，不能当作零。",
        "“{name}” has no amount. If it is unknown or not applicable, state so; it is never taken as zero.",
    ),
    "exchange.amount_and_state": (
        "“{name}”既有数量又标为 {state}，两者只能取一。",
        "“{name}” has an amount and is marked {state}; only one of the two can be true.",
    ),
    "exchange.amount_unknown": (
        "“{name}”的数量未知，无法计算；请补充，或列入取舍清单并说明理由。",
        "The amount of “{name}” is unknown and nothing can be calculated; fill it in, or list it "
        "as omitted with a reason.",
    ),
    "exchange.unlinked": (
        "“{name}”没有关联因子、过程或供应商结果；不能当作零。",
        "“{name}” is linked to no factor, process or supplier result; it is never taken as zero.",
    ),
    "exchange.negative": (
        "“{name}”的数量为负（{value}），按抵扣计算。",
        "The amount of “{name}” is negative ({value}) and counts as a credit.",
    ),
    "exchange.negative_transport": (
        "“{name}”的运输量为负（{value}）。",
        "The transport of “{name}” is negative ({value}).",
    ),
    "exchange.negative_waste": (
        "废物“{name}”的数量为负（{value}），按抵扣计算。废物数量应写成正数；请核对符号。",
        "The waste “{name}” is negative ({value}) and counts as a credit. Wastes are written positive; check "
        "the sign.",
    ),
    "transport.disagrees": (
        "“{name}”写明 {value} tkm，而质量乘距离为 {followed} tkm；按写明的数量计算，请核对。",
        "“{name}” states {value} tkm, while mass times distance is {followed} tkm. The stated amount counts; "
        "check both.",
    ),
    "uncertainty.invalid": (
        "“{name}”的不确定度 {value} 无效；应为 1 以上的几何标准差 gsd，或五个 1 至 5 的评分 pedigree。",
        "The uncertainty {value} of “{name}” is not valid; state a gsd of 1 or more, or a pedigree of five "
        "scores from 1 to 5.",
    ),
    "exchange.unit_mismatch": (
        "“{name}”的单位 {unit} 不能换算为“{target}”的单位 {expected}。",
        "The unit {unit} of “{name}” does not convert to {expected}, the unit of “{target}”.",
    ),
    "exchange.burden_free": ("“{name}”按无负荷计：{reason}", "“{name}” counts as free of burden: {reason}"),
    "link.one": ("“{name}”只能关联一个对象。", "“{name}” must be linked to exactly one thing."),
    "link.factor_unknown": (
        "“{name}”关联的因子 {value} 不在发布版 {release} 中。相近的有：{nearest}。",
        "“{name}” is linked to factor {value}, which release {release} does not hold. Nearest: {nearest}.",
    ),
    "link.not_emission_factor": (
        "“{name}”关联的 {value} 单位为 {unit}，不是排放因子。",
        "“{name}” is linked to {value}, whose unit is {unit}; that is no emission factor.",
    ),
    "link.process_unknown": (
        "“{name}”关联的单元过程 {value} 不存在。",
        "“{name}” is linked to unit process {value}, which does not exist.",
    ),
    "link.product_unknown": (
        "单元过程“{process}”没有产品 {value}。",
        "The unit process “{process}” has no product {value}.",
    ),
    "link.product_unstated": (
        "“{name}”关联的单元过程“{process}”有多个产品（{products}），须写明是哪一个。",
        "“{name}” is linked to unit process “{process}”, which has several products ({products}); state which one.",
    ),
    "link.result_unknown": (
        "“{name}”关联的供应商结果 {value} 不在清单中。",
        "“{name}” is linked to supplier result {value}, which the inventory does not hold.",
    ),
    "link.gas_unknown": (
        "“{name}”的气体 {value} 没有 {gwp_set} 的全球变暖潜势。本发布版有：{known}。",
        "There is no {gwp_set} warming potential for the gas {value} of “{name}”. The release has: {known}.",
    ),
    "gas.methane_origin": (
        "“{name}”的甲烷没有写明来源，按化石源计（潜势 {potential}，较高）。非化石源请写 CH4_nonfossil。",
        "The methane of “{name}” states no origin and counts as fossil, the higher value ({potential}). "
        "Write CH4_nonfossil for other methane.",
    ),
    "gas.biogenic": (
        "“{name}”的生物源 CO2 按每 kg 计 {potential} kg CO2e（规则集参数 biogenic_co2）。",
        "The biogenic CO2 of “{name}” counts as {potential} kg CO2e per kg (parameter biogenic_co2 of the rule set).",
    ),
    "link.kind": (
        "“{name}”是{kind}，不能关联气体 {value}；直接排放才关联气体。",
        "“{name}” is of kind {kind} and cannot be linked to the gas {value}; only a direct emission can.",
    ),
    "reference.process_unknown": (
        "基准流的单元过程 {value} 不存在。",
        "The reference flow names unit process {value}, which does not exist.",
    ),
    "reference.unit_mismatch": (
        "基准流的单位 {unit} 不能换算为产品单位 {expected}。",
        "The reference flow's unit {unit} does not convert to {expected}, the unit of the product.",
    ),
    "reference.not_positive": (
        "基准流的数量 {value} 应大于零。",
        "The reference flow is {value}; it must be above zero.",
    ),
    # Supplier results
    "result.no_score": (
        "供应商结果“{result}”没有 {ruleset} 规则下的数值。",
        "The supplier result “{result}” has no figures under {ruleset}.",
    ),
    "result.empty": (
        "供应商结果 {value} 没有任何阶段的数值。",
        "The supplier result {value} has no figure for any stage.",
    ),
    "result.stage_unknown": (
        "供应商结果的阶段 {value} 未知。",
        "The stage {value} of a supplier result is not known.",
    ),
    "result.expired": (
        "供应商结果“{result}”有效期至 {value}，早于核算期末 {end}。",
        "The supplier result “{result}” is valid until {value}, before the period ends on {end}.",
    ),
    # Allocation
    "allocation.no_basis": (
        "单元过程“{process}”有多个产品，但产品“{product}”缺少{method_zh}分配所需的{basis_zh}。",
        "The unit process “{process}” has several products, and “{product}” lacks the {basis_en} "
        "that {method_en} allocation needs.",
    ),
    "allocation.shares": (
        "单元过程“{process}”的分配比例合计为 {value}，应为 1。",
        "The allocation shares of unit process “{process}” add up to {value}, and must add up to 1.",
    ),
    "allocation.reason": (
        "单元过程“{process}”采用记录的分配方式，须写明理由。",
        "The unit process “{process}” departs from the default allocation and must give a reason.",
    ),
    "allocation.currency": (
        "单元过程“{process}”的产品价格用了不同货币（{value}），无法比较。请换算为同一货币。",
        "The products of unit process “{process}” are priced in different currencies ({value}), which do not "
        "compare. "
        "Convert them to one.",
    ),
    "allocation.all_zero": (
        "单元过程“{process}”所有产品的分配依据都为零，负荷无处可归。",
        "The allocation basis of every product of unit process “{process}” is zero: its burdens would go nowhere.",
    ),
    "allocation.free": (
        "单元过程“{process}”的产品“{product}”分配比例为零，不承担任何负荷，请核对。",
        "The product “{product}” of unit process “{process}” has a share of zero and carries no burden; please "
        "check it.",
    ),
    "allocation.economic": (
        "单元过程“{process}”的产品价格比为 {value}，超过界限 {limit}，按经济价值分配。",
        "The price ratio of the products of “{process}” is {value}, above {limit}: allocated by economic value.",
    ),
    "allocation.negative": (
        "单元过程“{process}”的产品“{product}”的分配依据为负或为零。",
        "The allocation basis of product “{product}” of “{process}” is zero or negative.",
    ),
    # The system
    "system.singular": (
        "过程“{processes}”组成的循环无解：系统矩阵奇异。请检查这些过程相互供给的数量。",
        "The loop of “{processes}” has no solution: its matrix is singular. Check what these "
        "processes supply to each other.",
    ),
    "system.ill_conditioned": (
        "过程“{processes}”组成的循环条件数为 {value}，结果不可靠。请检查数量和单位。",
        "The loop of “{processes}” has condition number {value}; a result could not be trusted. "
        "Check amounts and units.",
    ),
    "system.amplifying": (
        "过程“{processes}”组成的循环消耗不少于其产出（每产出 1 需投入 {value}），永远无法供出产品。",
        "The loop of “{processes}” uses up at least what it makes ({value} in for 1 out) and can never deliver.",
    ),
    "system.strong_loop": (
        "过程“{processes}”组成的循环内耗很高（每产出 1 需投入 {value}），请核对。",
        "The loop of “{processes}” consumes much of what it makes ({value} in for 1 out); please check it.",
    ),
    "system.credit_loop": (
        "过程“{processes}”组成的循环靠抵扣才有解（不计抵扣时每产出 1 需投入 {value}），请核对符号和数量。",
        "The loop of “{processes}” has a solution only because of its credits ({value} in for 1 out without signs); "
        "check signs and amounts.",
    ),
    "system.digits_lost": (
        "过程“{processes}”组成的循环接近无解，结果约有 {value} 位有效数字。请核对数量和单位。",
        "The loop of “{processes}” is close to having no solution: about {value} digits of the result are certain. "
        "Check amounts and units.",
    ),
    "system.overflow": (
        "单元过程“{process}”的数量超出可计算的范围；请检查其投入和产出的单位。",
        "The amounts of unit process “{process}” leave the range that can be calculated; check the units of what it "
        "takes in and makes.",
    ),
    "system.negative_supply": (
        "单元过程“{process}”的产品“{value}”因抵扣而供给为负，请核对。",
        "Credits make the supply of product “{value}” of unit process “{process}” negative; please check it.",
    ),
    "system.not_connected": (
        "单元过程“{process}”不供给基准流，未计入结果。",
        "The unit process “{process}” supplies nothing to the reference flow and does not count.",
    ),
    # Electricity
    "electricity.co2_family": (
        "“{name}”关联了电力二氧化碳排放因子 {value}；规则要求电力碳足迹因子，两者不可混用。",
        "“{name}” is linked to {value}, an electricity CO2 emission factor; the rules ask for a "
        "carbon footprint factor, and the two never mix.",
    ),
    "electricity.no_grid_factor": (
        "地区 {value} 没有默认的电网因子，请为“{name}”指定因子。",
        "There is no default grid factor for region {value}; link “{name}” to one.",
    ),
    "electricity.no_generation_factor": (
        "“{name}”的发电类型{generation}在地区 {region} 没有因子，请指定。",
        "There is no factor for generation type {generation} in region {region}; link “{name}” to one.",
    ),
    "electricity.no_generation": (
        "“{name}”为{supply}供电，须写明发电类型。",
        "“{name}” is supplied as {supply} and must state its generation type.",
    ),
    "electricity.generation_for_grid": (
        "“{name}”为电网供电，却关联了分类型发电因子 {value}；电网供电须用平均因子。",
        "“{name}” comes from the grid and is linked to {value}, the factor of one generation type; "
        "grid supply takes the average.",
    ),
    "electricity.average_for_generation": (
        "“{name}”写明供电方式为{supply}（{generation}），却关联了平均电力因子 {value}。"
        "请去掉关联，由规则按发电类型取因子，或关联该发电类型的因子。",
        "“{name}” is supplied as {supply} ({generation}) and is linked to {value}, an average. "
        "Take the link away, so that the rules pick the factor of the generation type, or link the factor of "
        "that type.",
    ),
    "electricity.other_generation_factor": (
        "“{name}”的发电类型为 {generation}，关联的却是 {value}；规则的因子为 {expected}。",
        "“{name}” is of generation type {generation} and is linked to {value}; the rules give {expected}.",
    ),
    "electricity.factor_not_electricity": (
        "“{name}”是电力，关联的 {value} 却不是电力因子。",
        "“{name}” is electricity, and {value}, to which it is linked, is no electricity factor.",
    ),
    "electricity.not_electricity": (
        "“{name}”有供电方式，但不是能源投入或单位不是能量。",
        "“{name}” states an electricity supply, but is no energy input, or its unit is no energy.",
    ),
    "electricity.own_grid_factor": (
        "“{name}”的电网供电用了规则以外的因子 {value}，规则的因子为 {expected}。",
        "The grid electricity of “{name}” uses {value}; the rules give {expected}.",
    ),
    "electricity.scope_not_stated": (
        "“{name}”的电力因子 {value} 未说明是否为全生命周期。",
        "The electricity factor {value} of “{name}” does not say whether it covers the life cycle.",
    ),
    "electricity.certificate_form": (
        "绿证编号 {value} 应为 32 位数字（项目 17 位、电量 15 位）。",
        "The green certificate number {value} must have 32 digits (17 for the project, 15 for the electricity).",
    ),
    "electricity.certificate_twice": (
        "绿证 {value} 在本清单中使用了多次：{places}。",
        "The green certificate {value} is used more than once in this inventory: {places}.",
    ),
    "electricity.certificate_missing": (
        "“{name}”为绿证电量，但没有绿证编号。",
        "“{name}” is certificate electricity, but gives no certificate number.",
    ),
    "electricity.certificate_short": (
        "“{name}”用电 {needed} kWh，所列绿证只对应 {certified} kWh（每个绿证 1000 kWh），差 {value} kWh；"
        "差额按电网平均计。请补充绿证，或把该部分另列为电网供电。",
        "“{name}” takes {needed} kWh, and its certificates stand for {certified} kWh (1,000 kWh each): {value} "
        "kWh short. "
        "The rest counts as grid average. Add certificates, or state that part as grid electricity.",
    ),
    "electricity.not_recognised": (
        "“{name}”的供电方式（{supply}）不为本规则认可，按电网平均计入，合同法结果另列。",
        "The supply of “{name}” ({supply}) is not recognised by these rules and counts as grid "
        "average; the contract-based figure stands beside it.",
    ),
    "factor.shadows_release": (
        "自有因子 {value} 与发布版中的因子同名，以自有因子为准。",
        "The own factor {value} has the key of a factor of the release, and takes its place.",
    ),
    "factor.not_positive": (
        "自有因子 {key} 的值为 {value}，不大于零：关联它的投入不计负荷，或成为抵扣。请核对并说明依据。",
        "The own factor {key} is {value}, not above zero: what is linked to it carries no burden, or a credit. "
        "Check it and give the evidence.",
    ),
    "factor.electricity_unit": (
        "电力因子的单位 {value} 不是按电量计；应为 kg CO2e/kWh。",
        "The electricity factor's unit {value} is not per amount of electricity; it must be kg CO2e/kWh.",
    ),
    "ruleset.factor_absent": (
        "规则集参数 {parameter} 所用的因子 {value} 不在发布版 {release} 中。",
        "The factor {value} of the rule set's parameter {parameter} is not in release {release}.",
    ),
    "ruleset.factor_missing": (
        "规则集参数 {parameter} 所用的因子 {value} 不在发布版 {release} 中，无法计算“{name}”。请选用含有该因子的"
        "发布版。",
        "The factor {value} of the rule set's parameter {parameter} is not in release {release}; “{name}” cannot be "
        "calculated. Choose a release that has it.",
    ),
    "factor.co2_only": (
        "因子 {value} 只含 CO2，不含其他温室气体。",
        "The factor {value} counts CO2 only, no other greenhouse gases.",
    ),
    # Functional unit
    "energy.missing": (
        "缺少 {fields}，无法计算寿命期提供电量，单位功能结果为空。",
        "Without {fields} the delivered energy cannot be found; there is no result per functional unit.",
    ),
    "energy.usable_above_rated": (
        "可用能量 {value} kWh 大于额定能量 {rated} kWh，请核对。",
        "The usable energy of {value} kWh is more than the rated energy of {rated} kWh; please check.",
    ),
    "reference.not_piece": (
        "电池包的基准流单位为 {unit}，不是件；单位功能结果和单包结果为空。请以一个电池包为基准流。",
        "The reference flow of a battery pack is in {unit}, not in pieces; there is no result per functional "
        "unit or per "
        "pack. Take one pack as the reference flow.",
    ),
    "energy.too_small": (
        "额定能量 {value} kWh 未超过 {limit} kWh，不在申报范围。",
        "The rated energy of {value} kWh does not exceed {limit} kWh and is out of scope.",
    ),
    "energy.mileage_not_converted": (
        "里程质保 {value} km 未折算为年限：规则没有给出年行驶里程。",
        "The warranty of {value} km was not converted to years: the rules give no annual mileage.",
    ),
    "energy.category_unknown": (
        "车辆类别 {value} 没有年循环次数，应为 {allowed}。",
        "There are no cycles a year for vehicle category {value}; it may be {allowed}.",
    ),
    "mass.missing": ("没有质量，无法给出单位质量结果。", "There is no mass, so no result per kg."),
    # Stages, end of life
    "stage.out_of_scope": (
        "阶段 {stage} 不在本规则范围内，{amount} kg CO2e 未计入。",
        "The stage {stage} is outside these rules; {amount} kg CO2e is not counted.",
    ),
    "stage.empty": ("阶段 {stage} 没有任何数据。", "There are no data for the stage {stage}."),
    "total.negative": (
        "结果为负（{value} kg CO2e）：抵扣多于负荷。请核对负数和抵扣。",
        "The result is negative ({value} kg CO2e): credits exceed burdens. Check what is negative.",
    ),
    "total.cancels": (
        "负荷与抵扣几乎完全抵消（合计 {value}，绝对值之和 {absolute} kg CO2e），不给出占比。",
        "Burdens and credits cancel ({value} in all, {absolute} kg CO2e without signs); there are no shares.",
    ),
    "eol.parameters_missing": (
        "没有回收利用参数，{model} 只计到移交回收，无抵扣。",
        "There are no end-of-life parameters: {model} counts burdens to handing over only, with no credit.",
    ),
    "eol.burden_missing": (
        "材料“{name}”缺少 {field}，无法按 {model} 计算。",
        "The material “{name}” lacks {field}; {model} cannot be calculated.",
    ),
    "eol.r1_untraced": (
        "材料“{name}”的再生料含量 R1 为 {value}，但没有写明可追溯的来源，按 0 计。请写明来源凭证。",
        "The recycled content R1 of “{name}” is {value} without saying where it can be traced to; it counts as 0. "
        "Name the evidence.",
    ),
    "eol.shares": (
        "材料“{name}”的 R2 与 R3 合计 {value}，超过 1；请减小其中之一（R2 未写明时由回收路线得出）。",
        "R2 and R3 of the material “{name}” add up to {value}, more than 1; lower one of them (an R2 that is "
        "not stated "
        "follows from the recycling route).",
    ),
    "eol.not_recovered": (
        "回收路线 {route} 没有材料“{name}”（代码 {value}）的回收率，R2 按 0 计。有回收率的材料代码：{known}。",
        "The recycling route {route} states no recovery of “{name}” (code {value}): R2 counts as 0. "
        "Codes with a recovery rate: {known}.",
    ),
    "eol.burden_factor": (
        "材料“{name}”的 {field} 引用的 {value} 不是按质量计的排放因子（单位 {unit}）。",
        "The {field} of the material “{name}” names {value}, which is no emission factor per mass (its unit is "
        "{unit}).",
    ),
    "eol.burden_unknown": (
        "材料“{name}”的 {field} 引用的因子 {value} 不在发布版 {release} 中。",
        "The {field} of the material “{name}” names the factor {value}, which release {release} does not hold.",
    ),
    "eol.handover": (
        "清单中回收阶段的过程“{names}”视为移交回收前的收集、运输和拆解；回收本身由 {model} 计算，不要重复列入。",
        "The processes “{names}” of the stage recycling are taken as collection, transport and dismantling up "
        "to handing "
        "over; {model} adds recycling itself, which must not be listed again.",
    ),
    "eol.route_gap": (
        "回收路线 {route} 的投入 {value} 没有因子，未计入。",
        "There is no factor for {value}, an input of the recycling route {route}; it is not counted.",
    ),
    # Quality
    "cutoff.single": (
        "取舍项“{name}”占质量 {value}，超过单项上限 {limit}。",
        "The omitted flow “{name}” has {value} of the mass, above the limit of {limit} for one flow.",
    ),
    "cutoff.total": (
        "取舍项合计占质量 {value}，超过上限 {limit}。",
        "The omitted flows have {value} of the mass together, above the limit of {limit}.",
    ),
    "cutoff.no_share": (
        "取舍项“{name}”没有估计质量占比。",
        "The omitted flow “{name}” has no estimated share of the mass.",
    ),
    "cutoff.no_reason": ("取舍项“{name}”没有理由。", "The omitted flow “{name}” has no reason."),
    "balance.off": (
        "单元过程“{process}”的物料投入 {inputs} kg 与产出 {outputs} kg 相差 {value}。",
        "The inputs of unit process “{process}” are {inputs} kg and its outputs {outputs} kg: off by {value}.",
    ),
    "quality.two_shares": (
        "结果的 {amounts} % 用了企业自己的活动数据；其中因子也是初级数据的为 {both} %，即初级数据占比（PDS）。"
        "背景因子不是初级数据，两个指标不能互相代替。",
        "{amounts} % of the result rests on company-specific activity data; for {both} % the factor is primary too, "
        "and that is the primary data share (PDS). Background factors are not primary; neither figure stands for "
        "the other.",
    ),
    "mandatory.missing": (
        "规则要求“{component}”使用企业数据，清单中没有标明该部分。",
        "The rules ask for company-specific data on “{component}”, and nothing in the inventory is marked as that.",
    ),
    "mandatory.not_primary": (
        "规则要求“{component}”使用企业数据，而“{names}”不是。",
        "The rules ask for company-specific data on “{component}”, and “{names}” is not.",
    ),
    "plausibility.outside": (
        "每 kWh 容量 {value} kg CO2e，超出 {chemistry} 文献范围 {low}–{high}。",
        "{value} kg CO2e per kWh of capacity lies outside the published range {low} to {high} for {chemistry}.",
    ),
    # Bills of materials
    "case.field": ("缺少或无效：{field}。", "Missing or not valid: {field}."),
    "case.material_unknown": (
        "材料“{value}”在 factor_keys 中没有对应的因子。发布版中相近的有：{nearest}。",
        "factor_keys gives no factor for the material “{value}”. Nearest in the release: {nearest}.",
    ),
    "case.factor_unknown": (
        "材料“{name}”的因子 {value} 不在发布版 {release} 中。相近的有：{nearest}。",
        "The factor {value} of the material “{name}” is not in release {release}. Nearest: {nearest}.",
    ),
    "case.grid_unknown": ("没有电网“{value}”的因子。", "There is no factor for the grid “{value}”."),
    "case.energy_shares": (
        "{field}：电力与天然气占比合计 {value}，应为 1；否则部分能耗未计入。",
        "{field}: the shares of electricity and natural gas add up to {value}, and must add up to 1, or energy "
        "is left out.",
    ),
    "case.number": (
        "{field} 的值 {value} 不是所需的数。",
        "{field} is {value}, which is not the number that is needed.",
    ),
}

MESSAGES.update(SCENARIO_MESSAGES)

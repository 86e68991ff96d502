"""The invented maker's data quality control plan."""

from __future__ import annotations

from declarations.plans import SECTIONS

_TEXTS = {
    "scope": "适用于一号工厂生产的五款动力电池包（示例），数据期间为上一自然年。",
    "boundary": "计入材料获取、电池制造、分销运输、回收利用四个阶段；"
    "自有单元过程为电芯制造与电池包装配；未截去任何已知的流。",
    "activity": "物料取自领料台账，能源取自计量电表与燃气表，按月抄表，由能源管理岗位记录、财务结算单复核。",
    "metering": "主要电表准确度 0.5 级，燃气表 1.0 级，每年检定一次；"
    "表计故障期间按前后三个月平均用量估算并标记为估算。",
    "suppliers": "正极、负极、电解液与箱体要求供应商提供企业数据，以数据请求方式取得，并核对期间、单位与质量平衡。",
    "allocation": "共用能源按电芯产量（质量）分配；联产品按质量分配；截去比例逐项列出并不超过规则集限值。",
    "factors": "优先采用供应商公布的结果，其次采用因子发布中的官方因子，再次采用模型与文献因子；缺失因子列明并说明。",
}
_OTHER = "由申报专员按月检查完整性与一致性，审批人按季复核；记录以电子形式保存十年，更改留痕。"

TEXTS: dict[str, str] = {section.key: _TEXTS.get(section.key, _OTHER) for section in SECTIONS}

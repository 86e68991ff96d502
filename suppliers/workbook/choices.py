"""Lists to choose from: what a cell may hold, in both languages, with the words people also use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lca.module_references import references

from .text import Text, fold


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of a list: stable key, title in both languages, further words that are read as it."""

    key: str
    title: Text
    words: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The entry as the drop-down shows it."""
        return self.title.both()


@lru_cache(maxsize=20_000)
def find_choice(choices: tuple[Choice, ...], text: str) -> Choice | None:
    """Return the choice that a cell names by key, title in either language, drop-down entry or word."""
    folded = fold(text)
    for choice in choices:
        names = (choice.key, choice.title.zh, choice.title.en, choice.shown, *choice.words)
        if any(folded == fold(name) for name in names):
            return choice
    return None


def _c(key: str, zh: str, en: str, *words: str) -> Choice:
    return Choice(key, Text(zh, en), words)


MODULE_TYPES = (
    _c("cathode", "正极材料", "Cathode material", "正极", "正极活性材料"),
    _c("anode", "负极材料", "Anode material", "负极", "石墨负极"),
    _c("electrolyte", "电解液", "Electrolyte"),
    _c("separator", "隔膜", "Separator"),
    _c("foil", "集流体箔材", "Current collector foil", "铜箔", "铝箔", "箔材"),
    _c("casing", "电芯壳体", "Cell casing", "壳体", "铝壳", "盖板"),
    _c("cell", "电芯", "Cell", "单体电池", "电池单体"),
    _c("module", "模组", "Module", "电池模块"),
    _c("bms", "电池管理系统", "Battery management system", "BMS"),
    _c("housing", "电池包箱体", "Pack housing", "箱体", "下箱体"),
    _c("thermal", "热管理系统", "Thermal management system", "液冷板"),
    _c("other", "其他零件", "Other part", "其他"),
)

LEVELS = (
    _c("tables", "填写明细表", "Fill in the tables", "明细", "1"),
    _c("verified", "填写已核查的碳足迹", "Enter a verified footprint", "核查碳足迹", "0"),
)

TABLE_ANSWERS = (
    _c("data", "有数据，见表", "Data in the table", "有数据"),
    _c("zero", "零", "Zero", "0", "没有发生"),
    _c("not_applicable", "不适用", "Not applicable", "n.a.", "n/a", "na"),
    _c("unknown", "未知", "Unknown", "不知道"),
)

YES_NO = (
    _c("yes", "是", "Yes", "y", "true", "√"),
    _c("no", "否", "No", "n", "false", "×"),
)

DATA_KINDS = (
    _c("measured", "实测", "Measured", "测量", "计量"),
    _c("calculated", "计算", "Calculated", "核算"),
    _c("estimated", "估算", "Estimated", "估计", "estimate"),
)

PRODUCT_KINDS = (
    _c("reference", "声明产品", "Declared product", "主产品", "产品"),
    _c("co_product", "联产品", "Co-product", "副产品", "共生产品", "byproduct", "by-product"),
)

ALLOCATIONS = (
    _c("mass", "按质量", "By mass", "质量"),
    _c("energy", "按能量", "By energy", "能量"),
    _c("economic", "按经济价值", "By economic value", "经济", "价格"),
)

MATERIAL_GROUPS = (
    _c("raw", "原材料", "Raw material", "主料"),
    _c("auxiliary", "辅助材料", "Auxiliary material", "辅料"),
    _c("packaging", "包装材料", "Packaging", "包材"),
    _c("module", "外购零部件", "Purchased part", "外购件"),
    _c("water", "水", "Water", "自来水"),
)

CARRIERS = (
    _c("electricity", "电力", "Electricity", "电", "用电"),
    _c("natural_gas", "天然气", "Natural gas", "管道天然气"),
    _c("steam", "蒸汽", "Steam", "外购蒸汽"),
    _c("heat", "热力", "Heat", "外购热力"),
    _c("diesel", "柴油", "Diesel"),
    _c("gasoline", "汽油", "Gasoline", "petrol"),
    _c("lpg", "液化石油气", "Liquefied petroleum gas", "LPG"),
    _c("coal", "煤", "Coal", "烟煤", "无烟煤"),
    _c("hydrogen", "氢气", "Hydrogen"),
    _c("other", "其他能源", "Other energy", "其他"),
)

SUPPLIES = (
    _c("grid", "电网供电", "Grid", "电网", "网电"),
    _c("direct", "绿电直连", "Direct line", "直供", "直连", "直供电"),
    _c("self", "自发自用", "Self-generated", "自发", "自备"),
    _c("certificate", "绿证电力", "Certificate backed", "绿证", "绿电交易", "gec"),
)

GENERATIONS = (
    _c("solar", "光伏", "Solar photovoltaic", "太阳能", "pv", "solar"),
    _c("wind", "风电", "Wind", "风力"),
    _c("hydro", "水电", "Hydro", "水力"),
    _c("nuclear", "核电", "Nuclear", "核能"),
    _c("biomass", "生物质", "Biomass", "生物质发电"),
    _c("csp", "光热", "Concentrated solar", "光热发电"),
    _c("gas", "燃气", "Gas", "天然气发电"),
    _c("coal", "燃煤", "Coal", "煤电"),
)

MODES = (
    _c("road_heavy", "重型货车", "Heavy lorry", "重卡", "公路", "卡车", "road", "truck"),
    _c("road_medium", "中型货车", "Medium lorry"),
    _c("road_light", "轻型货车", "Light lorry", "轻卡"),
    _c("road_electric", "电动货车", "Electric lorry"),
    _c("rail", "铁路", "Rail", "火车"),
    _c("inland", "内河水运", "Inland waterway", "内河"),
    _c("sea", "海运", "Sea", "沿海", "远洋", "ship"),
    _c("air", "航空", "Air", "空运"),
)

DIRECTIONS = (
    _c("inbound", "运入", "Inbound", "进厂"),
    _c("outbound", "运出", "Outbound", "出厂", "送货"),
)

GASES = (
    _c("CO2", "二氧化碳", "Carbon dioxide", "CO₂"),
    _c("CH4", "甲烷", "Methane", "CH₄"),
    _c("N2O", "氧化亚氮", "Nitrous oxide", "N₂O"),
    _c("SF6", "六氟化硫", "Sulphur hexafluoride", "SF₆"),
    _c("NF3", "三氟化氮", "Nitrogen trifluoride", "NF₃"),
    _c("CF4", "四氟化碳", "Tetrafluoromethane", "PFC-14"),
    _c("C2F6", "六氟乙烷", "Hexafluoroethane", "PFC-116"),
    _c("HFC-134a", "四氟乙烷", "Tetrafluoroethane", "R134a", "HFC134a"),
    _c("HFC-32", "二氟甲烷", "Difluoromethane", "R32", "HFC32"),
    _c("HFC-125", "五氟乙烷", "Pentafluoroethane", "R125", "HFC125"),
    _c("HFC-23", "三氟甲烷", "Trifluoromethane", "R23", "HFC23"),
)

WASTE_KINDS = (
    _c("general", "一般固体废物", "General solid waste", "一般固废"),
    _c("hazardous", "危险废物", "Hazardous waste", "危废"),
    _c("wastewater", "废水", "Waste water"),
    _c("scrap", "可回收废料", "Recyclable scrap", "废料", "边角料"),
)

TREATMENTS = (
    _c("landfill", "填埋", "Landfill"),
    _c("incineration", "焚烧", "Incineration"),
    _c("energy_recovery", "焚烧并回收能量", "Incineration with energy recovery"),
    _c("recycling", "外部回收", "Recycling elsewhere", "回收"),
    _c("internal", "厂内回用", "Reuse on site", "内部回用"),
    _c("treatment", "污水处理", "Waste water treatment"),
)

STANDARDS = (
    _c("gbt24067", "GB/T 24067", "GB/T 24067", "GB/T 24067-2024"),
    _c("iso14067", "ISO 14067", "ISO 14067", "ISO 14067:2018"),
    _c("cfb-ev", "CFB-EV", "CFB-EV", "PEF"),
    _c("catena-x", "Catena-X PCF Rulebook", "Catena-X PCF Rulebook", "Catena-X"),
    _c("other", "其他标准", "Other standard", "其他"),
)

GWP_SETS = (
    _c("AR6", "IPCC AR6", "IPCC AR6"),
    _c("AR5", "IPCC AR5", "IPCC AR5"),
)

# Published inventories that may fill a gap; the file of them is the only list.
REFERENCES = tuple(_c(item.key, item.name["zh"], item.name["en"]) for item in references().values())

_PROVINCES = (
    "11北京Beijing 12天津Tianjin 13河北Hebei 14山西Shanxi 15内蒙古Inner_Mongolia 21辽宁Liaoning 22吉林Jilin "
    "23黑龙江Heilongjiang 31上海Shanghai 32江苏Jiangsu 33浙江Zhejiang 34安徽Anhui 35福建Fujian 36江西Jiangxi "
    "37山东Shandong 41河南Henan 42湖北Hubei 43湖南Hunan 44广东Guangdong 45广西Guangxi 46海南Hainan 50重庆Chongqing "
    "51四川Sichuan 52贵州Guizhou 53云南Yunnan 54西藏Tibet 61陕西Shaanxi 62甘肃Gansu 63青海Qinghai 64宁夏Ningxia "
    "65新疆Xinjiang"
)
_COUNTRIES = (
    _c("KR", "韩国", "South Korea"),
    _c("JP", "日本", "Japan"),
    _c("DE", "德国", "Germany"),
    _c("HU", "匈牙利", "Hungary"),
    _c("PL", "波兰", "Poland"),
    _c("ES", "西班牙", "Spain"),
    _c("FR", "法国", "France"),
    _c("US", "美国", "United States"),
    _c("ID", "印度尼西亚", "Indonesia"),
    _c("MY", "马来西亚", "Malaysia"),
    _c("TH", "泰国", "Thailand"),
    _c("VN", "越南", "Viet Nam"),
    _c("IN", "印度", "India"),
    _c("MA", "摩洛哥", "Morocco"),
    _c("MX", "墨西哥", "Mexico"),
    _c("CA", "加拿大", "Canada"),
)


def _province(entry: str) -> Choice:
    split = next(i for i, char in enumerate(entry) if char.isascii() and char.isalpha())
    code, zh, en = entry[:2], entry[2:split], entry[split:].replace("_", " ")
    return _c(f"CN-{code}", zh, en, code, f"{zh}省", f"{zh}市", f"{zh}自治区")


REGIONS = (
    _c("CN", "中国（全国）", "China (national)", "中国", "全国", "China"),
    *(_province(entry) for entry in _PROVINCES.split()),
    *_COUNTRIES,
)

"""Codes as people write them: unified social credit codes, provinces, battery codes."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

# GB 32100-2015: 31 characters without I, O, S, V, Z; weights are powers of 3 modulo 31.
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, index, 31) for index in range(17))

# GB/T 2260, level of provinces: code -> Chinese and English name.
PROVINCES: dict[str, tuple[str, str]] = {
    "110000": ("北京市", "Beijing"),
    "120000": ("天津市", "Tianjin"),
    "130000": ("河北省", "Hebei"),
    "140000": ("山西省", "Shanxi"),
    "150000": ("内蒙古自治区", "Inner Mongolia"),
    "210000": ("辽宁省", "Liaoning"),
    "220000": ("吉林省", "Jilin"),
    "230000": ("黑龙江省", "Heilongjiang"),
    "310000": ("上海市", "Shanghai"),
    "320000": ("江苏省", "Jiangsu"),
    "330000": ("浙江省", "Zhejiang"),
    "340000": ("安徽省", "Anhui"),
    "350000": ("福建省", "Fujian"),
    "360000": ("江西省", "Jiangxi"),
    "370000": ("山东省", "Shandong"),
    "410000": ("河南省", "Henan"),
    "420000": ("湖北省", "Hubei"),
    "430000": ("湖南省", "Hunan"),
    "440000": ("广东省", "Guangdong"),
    "450000": ("广西壮族自治区", "Guangxi"),
    "460000": ("海南省", "Hainan"),
    "500000": ("重庆市", "Chongqing"),
    "510000": ("四川省", "Sichuan"),
    "520000": ("贵州省", "Guizhou"),
    "530000": ("云南省", "Yunnan"),
    "540000": ("西藏自治区", "Tibet"),
    "610000": ("陕西省", "Shaanxi"),
    "620000": ("甘肃省", "Gansu"),
    "630000": ("青海省", "Qinghai"),
    "640000": ("宁夏回族自治区", "Ningxia"),
    "650000": ("新疆维吾尔自治区", "Xinjiang"),
    "710000": ("台湾省", "Taiwan"),
    "810000": ("香港特别行政区", "Hong Kong"),
    "820000": ("澳门特别行政区", "Macao"),
}

# GB/T 34014: 24 characters; digits and capital letters without I and O, which are too like 1 and 0.
_BATTERY = re.compile(r"[0-9A-HJ-NP-Z]{24}")


def half_width(text: Any) -> str:
    """Full-width digits, letters and signs made ordinary, and spaces of any kind at the ends taken off."""
    return unicodedata.normalize("NFKC", str(text)).strip()


def compact(text: Any) -> str:
    """A code without spaces and dashes inside, in capital letters."""
    return re.sub(r"[\s\-‐‑–—]", "", half_width(text)).upper()


def uscc_check_character(first17: str) -> str:
    """The eighteenth character of a unified social credit code (GB 32100-2015, clause 5.5).

    Raises ValueError when a character is outside the code's alphabet or there are not 17 of them.
    """
    if len(first17) != 17:
        raise ValueError("seventeen characters are needed")
    total = sum(_USCC.index(character) * weight for character, weight in zip(first17, _WEIGHTS, strict=True))
    return _USCC[(31 - total % 31) % 31]


def uscc_problem(code: str) -> str:
    """What is wrong with a compact code: length, character, or check; empty when nothing is.

    Letters may stand anywhere, also in the first eight places: GB 32100 allows them there.
    """
    if len(code) != 18:
        return "length"
    if any(character not in _USCC for character in code):
        return "character"
    return "" if uscc_check_character(code[:17]) == code[17] else "check"


def battery_problem(code: str) -> str:
    """What is wrong with a compact GB/T 34014 code: length or character; empty when nothing is."""
    if len(code) != 24:
        return "length"
    return "" if _BATTERY.fullmatch(code) else "character"


def province_name(code: str, english: bool = False) -> str:
    """The province's name; the code itself when it is not known."""
    names = PROVINCES.get(code)
    return code if names is None else names[1 if english else 0]

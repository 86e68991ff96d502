"""How the workbooks look: quiet, with colour only for what must be filled in and for findings."""

from __future__ import annotations

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

FONT = "Microsoft YaHei"
INK, GREY, LINE = "1D2733", "6B7683", "C9D0D8"

TITLE = Font(name=FONT, size=16, bold=True, color=INK)
BODY = Font(name=FONT, size=10, color=INK)
STRONG = Font(name=FONT, size=10, bold=True, color=INK)
SMALL = Font(name=FONT, size=9, color=GREY)

MANDATORY = PatternFill("solid", fgColor="E4ECF5")
OPTIONAL = PatternFill("solid", fgColor="F2F4F7")
FIXED = PatternFill("solid", fgColor="ECEFF2")
SEVERITY = {
    "error": PatternFill("solid", fgColor="F8D0CC"),
    "warning": PatternFill("solid", fgColor="FBE7B8"),
    "note": PatternFill("solid", fgColor="D9E8F6"),
}

_SIDE = Side(style="thin", color=LINE)
BOX = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
WRAP = Alignment(wrap_text=True, vertical="top")
CENTRE = Alignment(wrap_text=True, vertical="center")
TEXT_FORMAT = "@"

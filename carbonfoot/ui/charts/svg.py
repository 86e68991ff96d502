"""Drawing by the server: text, rectangles and lines that know whether they are for the screen or for the PDF."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

Target = Literal["screen", "pdf"]
WIDE, NARROW = 1076, 342
FONTS = "Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"

# Values of static/css/tokens.css (light) for the PDF, where WeasyPrint wants colours as attributes. A test compares.
COLOURS: dict[str, str] = {
    "f1": "#15202b", "f2": "#445160", "f3": "#5f6b78", "fi": "#ffffff",
    "mat": "#24415f", "mat2": "#c9d3de", "mat3": "#e6ebf0",
    "mfg": "#b35c05", "mfg2": "#f0d3b4", "mfg3": "#faeddf",
    "dis": "#9063b8", "dis2": "#dfd0ec", "dis3": "#f2ebf8",
    "rec": "#128472", "rec2": "#bfe1db", "rec3": "#e3f3f0",
    "pos": "#7a4a52", "neg": "#3d7a86", "tot": "#3a4654", "mute": "#b9c1ca",
    "grid": "#e3e6e9", "axis": "#7d8894", "line": "#e3e6e9", "sunk": "#eff1f3", "acc": "#1c55c4",
}  # fmt: skip
_SUBSCRIPT = re.compile(r"\b(CO|SO|NO|O|N|H)2(?=O\b|e\b|eq\b|\b)")


def coordinate(value: float) -> str:
    """A coordinate with at most one decimal; never an exponent, never nan."""
    if not math.isfinite(value):
        raise ValueError("a coordinate must be finite")
    return f"{value:.1f}".rstrip("0").rstrip(".") if abs(value) >= 0.05 else "0"


def clean(text: Any) -> str:
    """Text as XML can hold it, escaped."""
    kept = "".join(c for c in str(text) if c in "\t\n" or (ord(c) >= 0x20 and not 0xD800 <= ord(c) <= 0xDFFF))
    return escape("".join(c for c in kept if ord(c) not in (0x7F, 0xFFFE, 0xFFFF)))


def width_of(text: Any, size: float = 13) -> float:
    """About how wide text will be: wide characters one em, the others a little over a half."""
    em = sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.57 for c in str(text))
    return em * size


def fit(text: Any, room: float, size: float = 13) -> str:
    """Text shortened with an ellipsis to fit; the whole text must stand in a title or table beside it."""
    whole = str(text)
    if width_of(whole, size) <= room:
        return whole
    while whole and width_of(whole + "…", size) > room:
        whole = whole[:-1]
    return whole.rstrip() + "…" if whole else ""


@dataclass(frozen=True)
class Pen:
    """Draws for one target."""

    target: Target = "screen"

    def fill(self, name: str) -> str:
        """The attribute that fills with a named colour."""
        if name == "none":
            return 'fill="none"'
        return f'fill="{COLOURS[name]}"' if self.target == "pdf" else f'class="c-{name}"'

    def stroke(self, name: str) -> str:
        """The attribute that strokes with a named colour."""
        return f'stroke="{COLOURS[name]}"' if self.target == "pdf" else f'class="s-{name}"'

    def rect(
        self, x: float, y: float, width: float, height: float, name: str, title: str = "", extra: str = ""
    ) -> str:
        """A filled rectangle with an optional title."""
        head = (
            f'<rect x="{coordinate(x)}" y="{coordinate(y)}" width="{coordinate(max(width, 0))}" '
            f'height="{coordinate(max(height, 0))}" {self.fill(name)}{extra}'
        )
        return f"{head}><title>{clean(title)}</title></rect>" if title else f"{head}/>"

    def line(self, path: str, name: str, extra: str = "") -> str:
        """A stroked path."""
        return f'<path d="{path}" fill="none" {self.stroke(name)}{extra}/>'

    def text(
        self,
        x: float,
        y: float,
        text: Any,
        *,
        size: int = 13,
        ink: str = "f1",
        bold: bool = False,
        anchor: str = "",
    ) -> str:
        """A line of text; CO2 gets its lowered 2."""
        place = f'x="{coordinate(x)}" y="{coordinate(y)}"' + (f' text-anchor="{anchor}"' if anchor else "")
        small = ' font-size="9"' if self.target == "pdf" else ' class="sub"'
        parts = _SUBSCRIPT.split(clean(text))
        body = parts[0]
        for formula, rest in zip(parts[1::2], parts[2::2], strict=True):
            body += f'{formula}<tspan{small} dy="3">2</tspan>' + (
                f'<tspan dy="-3">{rest}</tspan>' if rest else ""
            )
        if self.target == "pdf":
            look = f'font-family="{FONTS}" font-size="{size}" fill="{COLOURS[ink]}"'
            look += ' font-weight="600"' if bold else ""
        else:
            look = f'class="t{size} {ink}{" b" if bold else ""}"'
        return f"<text {place} {look}>{body}</text>"

    def svg(self, width: float, height: float, label: Any, body: Sequence[str], css: str = "") -> str:
        """The drawing, named for those who do not see it."""
        box = f"0 0 {coordinate(width)} {coordinate(height)}"
        own = f' class="{css}"' if css and self.target == "screen" else ""
        size = f' width="{coordinate(width)}" height="{coordinate(height)}"' if self.target == "pdf" else ""
        space = ' xmlns="http://www.w3.org/2000/svg"'
        drawn = "".join(body)
        # A picture has no parts for a screen reader; a drawing with links in it is a group of them.
        role = "group" if "<a " in drawn else "img"
        return (
            f'<svg{own}{space} viewBox="{box}"{size} role="{role}" aria-label="{clean(label)}">{drawn}</svg>'
        )


def figure(wide: str, narrow: str, *, size: str = "xl", caption: Any = "") -> SafeString:
    """Both drawings; CSS shows the one that the room allows. ``size`` xl turns narrow below 860 px, m below 480."""
    foot = f'<figcaption class="cap">{clean(caption)}</figcaption>' if caption else ""
    css = f"fig fig--{size}"
    return mark_safe(f'<figure class="{css}">{wide}{narrow}{foot}</figure>')  # noqa: S308 - every text is escaped


def safe(drawing: str) -> SafeString:
    """A finished drawing: its texts went through :func:`clean`."""
    return mark_safe(drawing)  # noqa: S308 - every text is escaped


def nice_ticks(low: float, high: float, count: int = 6) -> list[float]:
    """Round values from at or below ``low`` to at or above ``high``, about ``count`` of them."""
    # A span that a float can hardly tell from nothing has no ticks of its own; below it, dividing gives zero.
    if not high - low > max(abs(low), abs(high)) * 1e-12 + 1e-290:
        high = low + max(1.0, abs(low) * 1e-9)
    raw = (high - low) / max(count, 1)
    magnitude = 10.0 ** math.floor(math.log10(raw))
    step = next(m * magnitude for m in (1, 2, 2.5, 5, 10) if m * magnitude >= raw * 0.999)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [index * step for index in range(first, last + 1)]


def tick_decimals(ticks: Sequence[float]) -> int:
    """Decimals that tell the ticks apart."""
    if len(ticks) < 2:
        return 0
    step = abs(ticks[1] - ticks[0])
    decimals = max(0, -math.floor(math.log10(step)))
    return decimals + 1 if abs(round(step, decimals) - step) > step * 1e-6 else decimals


def spread_labels(wanted: Sequence[float], pitch: float, low: float, high: float) -> list[float]:
    """Places for labels near ``wanted`` (ascending), ``pitch`` apart, inside low..high if there is room at all."""
    places: list[float] = []
    for value in wanted:
        places.append(max(value, (places[-1] + pitch) if places else low))
    if places and places[-1] > high:
        places[-1] = high
        for index in range(len(places) - 2, -1, -1):
            places[index] = min(places[index], places[index + 1] - pitch)
    return places

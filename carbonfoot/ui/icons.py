"""The marks of the interface, as path data of a 16 by 16 grid. Drawn with the text colour, stroke 1.5."""

# ruff: noqa: E501

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe

# name -> path data; a second item is filled instead of stroked
ICONS: dict[str, tuple[str, str]] = {
    "back": ("M6.5 3.5 2.5 7.5l4 4M2.5 7.5h7a4 4 0 0 1 4 4v1", ""),
    "bell": ("M4 11V7a4 4 0 0 1 8 0v4l1 1H3zM7 14h2", ""),
    "book": ("M3 2.5h4.5L8 3l.5-.5H13v10.5H8.5L8 13.5l-.5-.5H3zM8 3v10.5", ""),
    "box": ("M2.5 5 8 2.5 13.5 5v6L8 13.5 2.5 11zM2.5 5 8 7.5 13.5 5M8 7.5v6", ""),
    "calc": ("M3.5 2.5h9v11h-9zM5.5 5h5M5.5 8h.01M8 8h.01M10.5 8h.01M5.5 11h.01M8 11h.01M10.5 11h.01", ""),
    "chart": ("M2.5 2.5v11h11M5.5 11V8M8.5 11V5M11.5 11V7", ""),
    "check": ("M3 8.5 6.5 12 13 4.5", ""),
    "clock": ("M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 5v3.2l2 1.5", ""),
    "dl": ("M8 2.5v7.5M4.5 7 8 10.5 11.5 7M3 13.5h10", ""),
    "doc": ("M4 2h5l3 3v9H4zM9 2v3h3M6 8.5h4M6 11h4", ""),
    "down": ("M4 6l4 4 4-4", ""),
    "err": ("M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 5v3.6M8 11v.01", ""),
    "eye": (
        "M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z",
        "",
    ),
    "eyeoff": (
        "M3 3l10 10M6.2 4.1A6 6 0 0 1 8 3.8c4 0 6.5 4.2 6.5 4.2a12 12 0 0 1-2 2.4M4.3 5.3A11 11 0 0 0 1.5 8S4 12.2 8 12.2c1 0 1.9-.3 2.7-.7",
        "",
    ),
    "flag": ("M3.5 14V2.5h8l-2 3 2 3h-8", ""),
    "globe": ("M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM2 8h12M8 2c2 2 2 10 0 12M8 2c-2 2-2 10 0 12", ""),
    "half": ("M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z", "M8 3.5a4.5 4.5 0 0 1 0 9z"),
    "home": ("M2.5 7.5 8 3l5.5 4.5V13h-4V9.5h-3V13h-4z", ""),
    "info": ("M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 7.4V11M8 5v.01", ""),
    "left": ("M10 4 6 8l4 4", ""),
    "list": ("M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01", ""),
    "lock": ("M4 7.5h8V14H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5", ""),
    "menu": ("M2.5 4.5h11M2.5 8h11M2.5 11.5h11", ""),
    "pack": ("M2 5h11v7H2zM13.5 7v3M5 7.5v2M7.5 7.5v2M10 7.5v2", ""),
    "plus": ("M8 3v10M3 8h10", ""),
    "right": ("M6 4l4 4-4 4", ""),
    "ring": ("M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z", ""),
    "search": ("M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.5 10.5 14 14", ""),
    "send": ("M2.5 8 13.5 3 10 13.5 7.5 9z", ""),
    "sheet": ("M2.5 2.5h11v11h-11zM2.5 6h11M2.5 9.7h11M6.2 2.5v11", ""),
    "shield": ("M8 2 3 4v4c0 3 2 5 5 6 3-1 5-3 5-6V4zM5.8 8l1.6 1.6L10.4 6.6", ""),
    "sort": ("M5 6.5 8 3.5l3 3M5 9.5l3 3 3-3", ""),
    "ul": ("M8 10.5V3M4.5 6 8 2.5 11.5 6M3 13.5h10", ""),
    "up": ("M4 10l4-4 4 4", ""),
    "users": (
        "M6 3a2.3 2.3 0 1 0 0 4.6A2.3 2.3 0 0 0 6 3zM1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M10.5 3.2a2.3 2.3 0 0 1 0 4.3M12 9.8c1.5.5 2.5 1.8 2.5 3.7",
        "",
    ),
    "warn": ("M8 2.5 14 13H2zM8 6.5v3M8 11.3v.01", ""),
    "x": ("M4 4l8 8M12 4l-8 8", ""),
    "edit": ("M3 13l.6-2.8L11 2.8l2.2 2.2-7.4 7.4zM9.6 4.2l2.2 2.2", ""),
    "trash": ("M3.5 4.5h9M6 4.5V3h4v1.5M4.500 4.500l.6 9h5.800l.6-9M6.800 7v4M9.200 7v4", ""),
    "link": (
        "M6.500 9.500l3-3M7 5l1.800-1.800a2.500 2.500 0 0 1 3.500 3.500L10.500 8.500M9 11l-1.800 1.800a2.500 2.500 0 0 1-3.500-3.500L5.500 7.500",
        "",
    ),
    "key": ("M5.5 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM8 8h6M11.5 8v2.5M14 8v2", ""),
    "out": ("M9.500 3H3.500v10h6M7 8h7M11.500 5.500 14 8l-2.500 2.500", ""),
    "org": ("M3 13.500v-11h6v11M9 6h4v7.500M2 13.500h12M5 5h2M5 7.500h2M5 10h2M11 8.500h.01M11 11h.01", ""),
    "copy": ("M5.500 5.500h8v8h-8zM3 10.500H2.500v-8h8V3", ""),
    "redo": ("M13 4v3.500H9.500M12.700 7.500A5 5 0 1 0 13 9.500", ""),
    "print": ("M4.500 6V2.500h7V6M4.500 11H2.500V6h11v5h-2M4.500 9h7v4.500h-7z", ""),
}


def icon_svg(name: str, extra: str = "") -> SafeString:
    """The mark as an inline SVG that screen readers skip; ``extra`` is a further class. An unknown name raises KeyError."""
    stroked, filled = ICONS[name]
    solid = f'<path class="solid" d="{filled}"/>' if filled else ""
    classes = f"i {extra}".strip()
    return mark_safe(  # noqa: S308 - path data and class names of our own
        f'<svg class="{classes}" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="{stroked}"/>{solid}</svg>'
    )

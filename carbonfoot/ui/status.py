"""A state as word, mark and colour together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from carbonfoot.ui.icons import icon_svg

# kind -> (class, usual mark). ok done, info under way, warn waiting on someone, bad must be mended,
# idle not begun, locked cannot begin yet, plain a remark without colour.
KINDS: dict[str, tuple[str, str]] = {
    "ok": ("tag tag--ok", "check"),
    "info": ("tag tag--info", "half"),
    "warn": ("tag tag--warn", "clock"),
    "bad": ("tag tag--bad", "err"),
    "idle": ("tag", "ring"),
    "locked": ("tag", "lock"),
    "plain": ("tag tag--plain", ""),
}


@dataclass(frozen=True)
class Status:
    """A state to be shown. ``kind`` is a key of KINDS; ``icon`` replaces the usual mark; ``label`` may be lazy."""

    kind: str
    label: Any
    icon: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of status: {self.kind}")


def as_status(value: Any, label: Any = "", icon: str = "") -> Status | None:
    """Whatever a template holds, as a Status: a kind with its label, a tuple, a Status, or an object that has one."""
    if value is None or value == "":
        return None
    if isinstance(value, Status):
        return value
    if isinstance(value, tuple | list):
        return Status(*value)
    if isinstance(value, str):
        return Status(value, label, icon)
    own = getattr(value, "ui_status", None)
    if own is None:
        raise TypeError(f"{type(value).__name__} has no ui_status")
    return as_status(own() if callable(own) else own)


def status_html(status: Status | None) -> SafeString:
    """The tag: word, mark and colour. Nothing for None."""
    if status is None:
        return mark_safe("")
    classes, usual = KINDS[status.kind]
    mark = status.icon or usual
    return format_html('<span class="{}">{}{}</span>', classes, icon_svg(mark) if mark else "", status.label)

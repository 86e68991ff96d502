"""Block tags that hold other content: panels with a head and a foot, captured blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.template import Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from carbonfoot.ui.icons import icon_svg
from carbonfoot.ui.text import co2

PANEL = "_ui_panel"


class CaptureNode(Node):
    """``{% capture as name %}…{% endcapture %}``: puts the rendered, stripped content into a variable.

    It lets a base template know whether a block was filled, and leave out the markup around an empty one.
    """

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: Context) -> SafeString:
        """Nothing in place; the content goes into the variable."""
        context[self.name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 - rendered template
        return mark_safe("")


def capture(parser: Parser, token: Token) -> CaptureNode:
    """Compile ``{% capture as name %}``."""
    bits = token.split_contents()
    if len(bits) != 3 or bits[1] != "as":
        raise TemplateSyntaxError("write {% capture as name %}")
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, bits[2])


class PanelNode(Node):
    """``{% panel title … %}…{% endpanel %}``."""

    options = frozenset({"note", "id", "level", "flush", "badge", "vis", "vis_icon", "cls"})

    def __init__(
        self, nodelist: NodeList, title: FilterExpression, options: dict[str, FilterExpression]
    ) -> None:
        self.nodelist = nodelist
        self.title = title
        self.given = options

    def render(self, context: Context) -> SafeString:
        """The panel; its head's right end and its foot are collected from inside."""
        options: dict[str, Any] = {key: value.resolve(context) for key, value in self.given.items()}
        parts: dict[str, list[str]] = {"right": [], "foot": []}
        with context.push(**{PANEL: parts}):
            body = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 - rendered template
        title = self.title.resolve(context)
        return panel_html(title, body, right=_joined(parts["right"]), foot=_joined(parts["foot"]), **options)


def _joined(pieces: Iterable[Any]) -> SafeString:
    """Pieces in a row, each escaped unless it is markup already."""
    return mark_safe("".join(conditional_escape(piece) for piece in pieces))  # noqa: S308 - escaped here


def panel_html(
    title: Any,
    body: SafeString,
    *,
    note: Any = "",
    id: str = "",
    level: int = 2,
    flush: bool = False,
    badge: Any = "",
    vis: Any = "",
    vis_icon: str = "eye",
    cls: str = "",
    right: SafeString | str = "",
    foot: SafeString | str = "",
) -> SafeString:
    """A panel. ``flush`` leaves out the padding, for tables and lists that bring their own."""
    head = mark_safe("")
    if title:
        heading = f"h{int(level)}"
        tail: list[Any] = []
        if vis:
            tail.append(vis_html(vis, vis_icon))
        if badge:
            tail.append(format_html('<span class="muted">{}</span>', badge))
        if right:
            tail.append(right)
        head = format_html(
            '<div class="panel-h"><{} class="h3">{}</{}>{}{}</div>',
            mark_safe(heading),  # noqa: S308 - h and a digit
            co2(title),
            mark_safe(heading),  # noqa: S308 - h and a digit
            format_html("<p>{}</p>", co2(note)) if note else "",
            format_html('<div class="end">{}</div>', _joined(tail)) if tail else "",
        )
    inner = body if flush or not body else format_html('<div class="panel-b">{}</div>', body)
    return format_html(
        '<section class="panel{}"{}>{}{}{}</section>',
        f" {cls}" if cls else "",
        format_html(' id="{}"', id) if id else "",
        head,
        inner,
        format_html('<div class="panel-f">{}</div>', foot) if foot else "",
    )


def vis_html(text: Any, icon: str = "eye") -> SafeString:
    """The line that says who can see something."""
    return format_html('<span class="vis">{}<span>{}</span></span>', icon_svg(icon), text)


def panel(parser: Parser, token: Token) -> PanelNode:
    """Compile ``{% panel title note="" … %}``."""
    bits = token.split_contents()[1:]
    if not bits:
        raise TemplateSyntaxError("panel needs a title; write {% panel '' %} for one without a head")
    title = parser.compile_filter(bits.pop(0))
    options = token_kwargs(bits, parser)
    if bits or options.keys() - PanelNode.options:
        raise TemplateSyntaxError(f"panel does not know {bits or sorted(options.keys() - PanelNode.options)}")
    nodelist = parser.parse(("endpanel",))
    parser.delete_first_token()
    return PanelNode(nodelist, title, options)


def panel_part(part: str) -> Callable[[Context, SafeString], str]:
    """The function behind ``panel_right`` and ``panel_foot``: hands its content to the panel around it."""

    def put(context: Context, content: SafeString) -> str:
        parts = context.get(PANEL)
        if parts is None:
            raise TemplateSyntaxError(f"panel_{part} stands inside a panel only")
        parts[part].append(mark_safe(content.strip()))  # noqa: S308 - rendered template
        return ""

    put.__doc__ = f"Content for the {part} of the panel around it."
    return put

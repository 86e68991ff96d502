"""Start tags and attributes in the bytes of a part, without building a tree.

Bytes are searched, since a tree loses prefixes that an office needs again. What is searched has passed the guard and
the reader: it is UTF-8, without document types, and well-formed.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from xml.sax.saxutils import escape

_ATTRIBUTES = rb"""(?:\s+[\w:.\-]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*"""
ANY_TAG = re.compile(
    rb"<(?P<close>/?)(?:[\w.\-]+:)?(?P<name>[\w.\-]+)(?:" + _ATTRIBUTES + rb")(?P<empty>/?)>"
)
# Text that looks like markup may stand in these; whoever finds one leaves the part alone.
HIDING = re.compile(rb"<!--|<!\[CDATA\[")
# Characters that XML cannot hold, escaped or not.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NotAsExpected(Exception):
    """The workbook is built in a way that the marks cannot be written into safely."""


@lru_cache(maxsize=64)
def start_tag(name: str) -> re.Pattern[bytes]:
    """Return the pattern of an element's start tag, with groups prefix, attributes and empty."""
    return re.compile(
        rb"<(?P<prefix>(?:[\w.\-]+:)?)"
        + name.encode()
        + rb"(?P<attributes>"
        + _ATTRIBUTES
        + rb")(?P<empty>/?)>"
    )


@lru_cache(maxsize=64)
def whole(name: str) -> re.Pattern[bytes]:
    """Return the pattern of an element with all that is in it; it must not hold another of its name."""
    key = name.encode()
    return re.compile(
        rb"<(?P<prefix>(?:[\w.\-]+:)?)"
        + key
        + rb"(?P<attributes>"
        + _ATTRIBUTES
        + rb")(?:/>|>(?P<content>.*?)</(?:[\w.\-]+:)?"
        + key
        + rb"\s*>)",
        re.DOTALL,
    )


@lru_cache(maxsize=64)
def _attribute(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"\s" + re.escape(name.encode()) + rb"""\s*=\s*("[^"]*"|'[^']*')""")


def attribute(attributes: bytes, name: str) -> str:
    """Return an attribute's value, empty where there is none."""
    found = _attribute(name).search(attributes)
    return html.unescape(found.group(1)[1:-1].decode("utf-8", "replace")) if found else ""


def without(attributes: bytes, name: str) -> bytes:
    """Return the attributes less one."""
    return _attribute(name).sub(b"", attributes)


def with_attribute(attributes: bytes, name: str, value: str) -> bytes:
    """Return the attributes with one set."""
    return without(attributes, name).rstrip() + f' {name}="{quoted(value)}"'.encode()


def text(value: str) -> str:
    """Return text as it stands in an element."""
    return escape(_ILLEGAL.sub("", value))


def quoted(value: str) -> str:
    """Return text as it stands in a double-quoted attribute."""
    return escape(_ILLEGAL.sub("", value), {'"': "&quot;", "\n": "&#10;"})


def insert_before_end(content: bytes, name: str, addition: bytes) -> bytes:
    """Return the part with something put in as the last child of its element `name`. Raises NotAsExpected."""
    ends = list(re.finditer(rb"</(?:[\w.\-]+:)?" + name.encode() + rb"\s*>", content))
    if ends:
        at = ends[-1].start()
        return content[:at] + addition + content[at:]
    empty = start_tag(name).search(content)
    if empty is None or not empty["empty"]:
        raise NotAsExpected(name)
    opened = b"<" + empty["prefix"] + name.encode() + empty["attributes"].rstrip() + b">"
    closed = b"</" + empty["prefix"] + name.encode() + b">"
    return content[: empty.start()] + opened + addition + closed + content[empty.end() :]

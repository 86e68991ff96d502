"""Reading JSON that strangers send: not without end in depth, and text that a database can hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEPTH_MAX = 60


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


class GuardedJSONParser(JSONParser):
    """JSON of at most 60 levels, without zero bytes and lone surrogates in its texts; raises ParseError (400).

    The length is bounded before: by ``DATA_UPLOAD_MAX_MEMORY_SIZE``, which the framework holds for what is no file.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The data of the body."""
        try:
            data = json.loads(stream.read().decode("utf-8"), parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("This is no JSON, or it is nested too deeply.")) from error
        _check(data)
        return data


def _check(data: Any) -> None:
    """Level by level, since a deep document must not exhaust the stack that is to refuse it."""
    level, depth = [data], 0
    while level:
        if depth > DEPTH_MAX:
            raise ParseError(_("This is no JSON, or it is nested too deeply."))
        below: list[Any] = []
        for item in level:
            if isinstance(item, str):
                _check_text(item)
            elif isinstance(item, list):
                below += item
            elif isinstance(item, dict):
                below += [*item, *item.values()]
        level, depth = below, depth + 1


def _check_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ParseError(_("The request holds characters that no text has."))

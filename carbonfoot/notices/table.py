"""The table of notices as a page of the documentation, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import translation

from carbonfoot.accounts.roles import OrganisationKind, Role
from carbonfoot.notices.deadlines import DAYS
from carbonfoot.notices.kinds import ACTOR, EVERY, PEOPLE, TABLE, TOPICS, Kind, To

HEAD = """# Notices

Written by `python manage.py states` from `carbonfoot/notices/kinds.py`; do not edit this page. A notice is written in
the transaction of what it tells of, to people with these roles who may see the object at that moment, and not to the
one who did it. "Mail" is the usual way; each person may choose another for a topic.

| Kind | Topic | English | 中文 | To | Mail |
|---|---|---|---|---|---|
"""
TAIL = """
## Days of the calendar

Told 14 and 3 days before and on the day, to those who have to keep it.

| Day | English | 中文 |
|---|---|---|
"""
RELATIONS = {
    "own": "the maker",
    "asked": "the body asked or engaged",
    "verifier": "the body engaged",
    "buyer": "the buyer",
    "supplier": "the supplier",
    ACTOR: "who asked for it",
    PEOPLE: "whom it concerns",
}
MAILS = {"immediate": "at once", "digest": "once a day", "none": "no"}


def _english(text: object) -> str:
    with translation.override("en"):
        return str(text)


def _readers(to: To) -> str:
    """Roles and relation, in words."""
    if to.relation in (ACTOR, PEOPLE):
        return RELATIONS[to.relation]
    roles = ", ".join(_english(Role(role).label).lower() for role in Role.values if role in to.roles)
    if to.relation == EVERY:
        kinds = ", ".join(_english(OrganisationKind(kind).label).lower() for kind in to.kinds)
        return f"{roles} of every {kinds}"
    return f"{roles} of {RELATIONS[to.relation]}"


def _row(kind: Kind, chinese: Mapping[str, str]) -> str:
    readers = "; ".join(_readers(to) for to in kind.to)
    way = "the request's own" if kind.mailed_elsewhere else MAILS[kind.delivery]
    text = _english(kind.text)
    cells = (
        f"`{kind.code}`",
        _english(TOPICS[kind.topic]),
        f"`{text}`",
        f"`{chinese.get(text, '')}`",
        readers,
        way,
    )
    return f"| {' | '.join(cells)} |\n"


def page(chinese: Mapping[str, str]) -> str:
    """The page as Markdown; ``chinese`` are the catalogues' texts by their English."""
    days = [(key, _english(text)) for key, text in DAYS.items()]
    rows = "".join(f"| `{key}` | {text} | {chinese.get(text, '')} |\n" for key, text in days)
    return HEAD + "".join(_row(kind, chinese) for kind in TABLE) + TAIL + rows

"""The sidebar: one table of places, shown as far as the site has them and the access table lets the actor in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.access import ROUTES, check
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role

MAKER = (Role.EDITOR, Role.APPROVER, Role.VIEWER)
SUPPLIER = (Role.SUPPLIER,)
VERIFIER = (Role.VERIFIER,)
REGULATOR = (Role.REGULATOR,)
ADMINISTRATOR = (Role.ADMINISTRATOR,)
MEMBERS = MAKER + SUPPLIER + VERIFIER + REGULATOR + ADMINISTRATOR


@dataclass(frozen=True)
class Place:
    """One row of the table. ``within`` are further path prefixes that belong to it, besides its own address."""

    name: str
    label: Any
    icon: str
    roles: tuple[str, ...]
    within: tuple[str, ...] = ()


# (title of the group, its places). The order is the order on the page.
TABLE: tuple[tuple[Any, tuple[Place, ...]], ...] = (
    (
        "",
        (
            Place("home", _("My work"), "home", MEMBERS),
            Place("notices:calendar", _("Deadlines"), "clock", MEMBERS),
        ),
    ),
    (
        _("Declare"),
        (
            Place("declarations:pack_list", _("Packs"), "pack", MAKER),
            Place("declarations:family_list", _("Pack families"), "copy", MAKER, ("/packs/members/",)),
            Place("lca:inventory_list", _("Inventories"), "sheet", MAKER),
            Place("lca:compare_pick", _("Compare calculations"), "chart", MAKER),
            Place("lca:scenarios", _("What-if scenarios"), "calc", MAKER),
            Place("declarations:plan_list", _("Quality control plans"), "shield", MAKER),
            Place("declarations:list", _("Declarations"), "doc", MAKER),
            Place("declarations:phase", _("Phase coverage"), "chart", MAKER),
        ),
    ),
    (
        _("Supply chain"),
        (
            Place("suppliers:request_list", _("Data requests"), "send", MAKER + SUPPLIER),
            Place("declarations:responsibility", _("Who owes what"), "list", MAKER),
            Place("lca:inventory_list", _("Inventories"), "sheet", SUPPLIER),
            Place("suppliers:result_list", _("Published results"), "calc", MAKER + SUPPLIER),
            Place("suppliers:activity_list", _("Activity data"), "chart", MAKER + SUPPLIER),
            Place("suppliers:supplier_list", _("Suppliers"), "users", MAKER + SUPPLIER),
        ),
    ),
    (_("Verify"), (Place("declarations:verification_list", _("Verification"), "shield", VERIFIER),)),
    (
        _("Review"),
        (
            Place("declarations:review_queue", _("Review queue"), "list", REGULATOR),
            Place("declarations:decision_list", _("Decisions"), "doc", REGULATOR),
            Place("declarations:coverage", _("Coverage"), "chart", REGULATOR),
            Place("declarations:relief_list", _("Extensions and waivers"), "clock", REGULATOR),
            Place("declarations:summary_list", _("Summaries of makers"), "doc", REGULATOR),
        ),
    ),
    (
        _("Evidence"),
        (
            Place("lca:certificates", _("Green certificates"), "shield", MAKER + SUPPLIER),
            Place("lca:reference", _("Rules and factors"), "book", MEMBERS),
            Place("lca:own_factors", _("Own factors"), "sheet", MAKER + SUPPLIER),
            Place("register:list", _("Public register"), "globe", MEMBERS),
            Place("audit:list", _("Audit trail"), "list", MEMBERS),
        ),
    ),
    (
        _("Administration"),
        (
            Place("accounts:organisations", _("Organisations"), "org", ADMINISTRATOR),
            Place("declarations:phase_admin", _("Phases"), "clock", ADMINISTRATOR),
            Place("lca:draft_list", _("New factor releases"), "book", ADMINISTRATOR),
        ),
    ),
)

PUBLIC: tuple[Place, ...] = (
    Place("register:list", _("Public register"), "globe", ()),
    Place("lca:reference", _("Rules and factors"), "book", ()),
    Place("receipts:check", _("Check a receipt"), "shield", ()),
)

_counters: dict[str, Callable[[Actor], int | None]] = {}


@dataclass(frozen=True)
class Link:
    """One entry as it is shown."""

    url: str
    label: Any
    icon: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Group:
    """Entries under a title; the first group has none."""

    title: Any
    links: list[Link] = field(default_factory=list)


def counter(name: str) -> Callable[[Callable[[Actor], int | None]], Callable[[Actor], int | None]]:
    """Register the number beside a place. It is called for every page of those who see the place: keep it cheap."""

    def keep(function: Callable[[Actor], int | None]) -> Callable[[Actor], int | None]:
        _counters[name] = function
        return function

    return keep


def may_open(actor: Actor, name: str) -> bool:
    """Whether the access table lets the actor open an address; an unlisted address is closed."""
    return name in ROUTES and check(actor, ROUTES[name]).allowed


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _links(places: Iterable[Place], actor: Actor) -> list[tuple[Place, str]]:
    found = ((place, _address(place.name)) for place in places if may_open(actor, place.name))
    return [(place, url) for place, url in found if url]


def _current(found: list[tuple[Place, str]], path: str) -> Place | None:
    """The place with the longest prefix of the path; home only when the path is home itself."""
    best: tuple[int, Place | None] = (0, None)
    for place, url in found:
        for prefix in (url, *place.within):
            fits = path == url if place.name == "home" else path.startswith(prefix)
            if fits and len(prefix) > best[0]:
                best = (len(prefix), place)
    return best[1]


def build(actor: Actor, path: str) -> list[Group]:
    """The groups that an actor sees on the page at ``path``; at most one link is the current one."""
    groups = [
        (title, _links([place for place in places if actor.role in place.roles], actor))
        for title, places in TABLE
    ]
    current = _current([item for _title, found in groups for item in found], path)
    return [
        Group(
            title,
            [
                Link(url, place.label, place.icon, place is current, _count(place.name, actor))
                for place, url in found
            ],
        )
        for title, found in groups
        if found
    ]


def _count(name: str, actor: Actor) -> int | None:
    function = _counters.get(name)
    return function(actor) if function else None


def build_public(actor: Actor, path: str) -> list[Link]:
    """Links for everyone, in the top bar of public pages."""
    found = _links(PUBLIC, actor)
    current = _current(found, path)
    return [Link(url, place.label, place.icon, place is current) for place, url in found]


def missing() -> list[str]:
    """Names in the table that this site has no address for; a test keeps the list short."""
    return [place.name for _title, places in TABLE for place in places if not _address(place.name)]

"""What every page's shell needs: navigation, organisation, languages, foot. Apps add to it through the hooks here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from carbonfoot import clock
from carbonfoot.accounts.actor import ANONYMOUS, Actor
from carbonfoot.languages import english
from carbonfoot.ui import nav
from carbonfoot.ui.dates import format_moment
from carbonfoot.ui.nav import Group, Link

FootFact = Callable[[HttpRequest], tuple[Any, Any] | None]
_foot_facts: list[FootFact] = []
_inbox_counters: list[Callable[[Actor], int]] = []


def foot_fact(function: FootFact) -> FootFact:
    """Register a (label, value) for the foot of every page, such as the rule set in force. Called once a page."""
    if function not in _foot_facts:
        _foot_facts.append(function)
    return function


def inbox_counter(function: Callable[[Actor], int]) -> Callable[[Actor], int]:
    """Register a count of unread things; the top bar shows the sum."""
    if function not in _inbox_counters:
        _inbox_counters.append(function)
    return function


def url_or_empty(name: str, *args: Any) -> str:
    """The address of a URL name, or nothing when this site does not have it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@dataclass
class Shell:
    """Read by the base templates only. Everything is computed when asked for, once."""

    request: HttpRequest

    def __post_init__(self) -> None:
        self._cache: dict[str, Any] = {}

    def _once(self, key: str, compute: Callable[[], Any]) -> Any:
        if key not in self._cache:
            self._cache[key] = compute()
        return self._cache[key]

    @property
    def actor(self) -> Actor:
        """Who is looking."""
        return getattr(self.request, "actor", ANONYMOUS)

    @property
    def signed_in(self) -> bool:
        """Whether there is an organisation to work for."""
        return not self.actor.is_anonymous

    @property
    def role_label(self) -> str:
        """The role, in words."""
        from carbonfoot.accounts.roles import Role

        return str(Role(self.actor.role).label)

    @property
    def nav(self) -> list[Group]:
        """Groups of the sidebar."""
        found: list[Group] = self._once("nav", lambda: nav.build(self.actor, self.request.path))
        return found

    @property
    def public_nav(self) -> list[Link]:
        """Links of the top bar on public pages."""
        found: list[Link] = self._once("public", lambda: nav.build_public(self.actor, self.request.path))
        return found

    @property
    def home_url(self) -> str:
        """Where the brand leads."""
        return url_or_empty("home") or "/"

    @property
    def inbox_url(self) -> str:
        """Where unread things are."""
        return url_or_empty("notices:inbox") if self.signed_in else ""

    @property
    def inbox(self) -> int:
        """Unread things."""
        count: int = self._once("inbox", lambda: sum(function(self.actor) for function in _inbox_counters))
        return count

    @property
    def search_url(self) -> str:
        """Address of the search, for people who work here."""
        return url_or_empty("search") if self.signed_in else ""

    @property
    def tokens_url(self) -> str:
        """Address of the token page, for those who may manage tokens."""
        return url_or_empty("accounts:tokens") if nav.may_open(self.actor, "accounts:tokens") else ""

    @property
    def foot(self) -> list[tuple[Any, Any]]:
        """Facts in the foot."""
        facts: list[tuple[Any, Any]] = self._once(
            "foot", lambda: [fact for fact in (function(self.request) for function in _foot_facts) if fact]
        )
        return facts

    @property
    def now(self) -> str:
        """Server time, as in tables."""
        return format_moment(clock.now())

    @property
    def here(self) -> str:
        """This page's own address, to come back to."""
        return self.request.get_full_path()

    @property
    def english(self) -> bool:
        """Whether the page is in English."""
        return english()


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell``."""
    return {"shell": Shell(request)}

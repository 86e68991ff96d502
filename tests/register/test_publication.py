"""Who chooses what the register makes public, what the choice can touch, and what the maker sees before it signs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.models import AuditEvent
from carbonfoot.problems import Problems
from declarations.models import PublicationRule, RegisterEntry
from declarations.publication import CHOICE, FIELDS, MUST, kept, value_at
from declarations.register import preview, rule_in_force
from declarations.services.publication import set_rule
from tests.register.made import accept, accepted, client_of, visitor
from tests.support import factories as make

pytestmark = pytest.mark.django_db
REASON = "Notice 12 of 2026"


@pytest.fixture
def administrator() -> Actor:
    return make.person(make.organisation("operator"), language="en")


def content_of_newest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RegisterEntry.objects.latest("pk").content)
    return found


def test_what_must_be_public_stays_public(administrator: Actor) -> None:
    """A choice of nothing at all takes away what may be taken away, and not one field more."""
    set_rule(actor=administrator, fields=[], reason=REASON)
    accepted()
    content = content_of_newest()
    for field in FIELDS.values():
        for path in field.paths:
            there = value_at(content, path[:-1]) if len(path) > 1 else content
            assert (isinstance(there, dict) and path[-1] in there) is field.must, field.key
    entry = RegisterEntry.objects.get()
    assert (entry.stages, entry.primary_share, entry.province) == ({}, None, "")
    page = visitor().get(reverse("register:detail", args=[entry.number])).content.decode()
    assert entry.model in page and entry.snapshot_sha256 in page


def test_what_is_held_back_is_nowhere(administrator: Actor) -> None:
    """Not on the page, in a download, in the search, or in the words that the search looks through."""
    maker = make.organisation("maker", uscc="91320000MA1ABCDE9Q")
    set_rule(actor=administrator, fields=CHOICE - {"uscc", "gbt34014"}, reason=REASON)
    declaration = accepted(maker=maker)
    code, client = declaration.pack.gbt34014, visitor()
    pages = [reverse("register:list"), reverse("register:detail", args=[declaration.number])]
    pages += [reverse(f"register:{name}", args=[declaration.number]) for name in ("detail_json", "content")]
    texts = [client.get(page).content.decode() for page in pages]
    for name in ("csv", "json"):
        answer: Any = client.get(reverse(f"register:{name}"))
        texts.append(b"".join(answer.streaming_content).decode())
    for text in texts:
        assert maker.uscc not in text and code not in text
    for word in (maker.uscc, code):
        assert "Nothing found" in client.get(reverse("register:list"), {"q": word}).content.decode()


def test_entries_keep_what_they_published(administrator: Actor) -> None:
    """A change holds for what is accepted from then on; each entry names the version it was written under."""
    before = accepted()
    first = RegisterEntry.objects.get()
    set_rule(actor=administrator, fields=CHOICE - {"mass_kg"}, reason=REASON)
    accepted()
    set_rule(actor=administrator, fields=CHOICE, reason="withdrawn")
    accepted()
    again = RegisterEntry.objects.get(declaration=before)
    assert (again.content, again.sha256) == (first.content, first.sha256)
    contents = [json.loads(entry.content) for entry in RegisterEntry.objects.order_by("pk")]
    assert [content["rule_version"] for content in contents] == [0, 1, 2]
    assert ["mass_kg" in content["product"] for content in contents] == [True, False, True]
    assert [entry.rule_version for entry in RegisterEntry.objects.order_by("pk")] == [0, 1, 2]


def test_a_choice_is_recorded_and_public(administrator: Actor) -> None:
    """Who, when, on which decision, what was added and taken away."""
    set_rule(actor=administrator, fields=CHOICE - {"mass_kg", "opinion"}, reason=REASON)
    rule = set_rule(actor=administrator, fields=CHOICE - {"mass_kg", "phase"}, reason="Notice 13")
    event = AuditEvent.objects.filter(verb="register.rule_set").latest("seq")
    assert event.data == {"version": 2, "added": ["opinion"], "removed": ["phase"]}
    assert (rule.version, rule.set_by) == (2, administrator.user)
    assert rule_in_force() == (2, CHOICE - {"mass_kg", "phase"})
    for language, word in (("en", "not public"), ("zh-hans", "不公示")):
        page = visitor(language).get(reverse("register:fields")).content.decode()
        assert REASON in page and "Notice 13" in page and word in page


def test_what_is_refused(administrator: Actor) -> None:
    """Unknown fields, no reason, no change; each by its code, and nothing is stored."""
    for fields, reason, code in (
        (CHOICE | {"snapshot"}, REASON, "PUBLIC-FIELD"),
        (CHOICE - {"phase"}, "  ", "PUBLIC-REASON"),
        (CHOICE - {"phase"}, "x" * 2001, "PUBLIC-LONG"),
        (CHOICE, REASON, "PUBLIC-SAME"),
        (CHOICE | MUST, REASON, "PUBLIC-SAME"),
    ):
        with pytest.raises(Problems) as caught:
            set_rule(actor=administrator, fields=fields, reason=reason)
        assert [problem.code for problem in caught.value.items] == [code]
    assert not PublicationRule.objects.exists()


@pytest.mark.parametrize("kind", ["maker", "supplier", "verifier", "authority"])
def test_only_the_administrator_chooses(kind: str) -> None:
    """Everybody reads the list; nobody else changes it, by the service or by the page."""
    actor = make.person(make.organisation(kind))
    with pytest.raises(PermissionDenied):
        set_rule(actor=actor, fields=[], reason=REASON)
    client = client_of(actor)
    assert client.get(reverse("register:fields")).status_code == 200
    assert reverse("register:fields_edit") not in client.get(reverse("register:fields")).content.decode()
    answer = client.post(reverse("register:fields_edit"), {"reason": REASON})
    assert answer.status_code in (403, 404) and not PublicationRule.objects.exists()


def test_choosing_on_the_page(administrator: Actor) -> None:
    """The page offers what may be chosen, with what holds now; what must be public is no choice even if sent."""
    client, url = client_of(administrator), reverse("register:fields_edit")
    page = client.get(url).content.decode()
    assert page.count('type="checkbox"') == len(CHOICE) == page.count("checked")
    assert client.post(url, {"fields_": ["phase"], "reason": ""}).status_code == 422
    assert client.post(url, {"fields_": ["chemistry"], "reason": REASON}).status_code == 422
    assert not PublicationRule.objects.exists()
    assert client.post(url, {"fields_": ["phase"], "reason": REASON})["Location"] == reverse(
        "register:fields"
    )
    assert rule_in_force() == (1, frozenset({"phase"}))


def test_a_rule_cannot_be_rewritten(administrator: Actor) -> None:
    """Nor deleted; and the database itself wants a reason."""
    rule = set_rule(actor=administrator, fields=[], reason=REASON)
    for change in (
        lambda: PublicationRule.objects.filter(pk=rule.pk).update(reason="another"),
        lambda: PublicationRule.objects.filter(pk=rule.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicationRule.objects.create(version=2, reason="", organisation=rule.organisation)


def test_the_maker_sees_before_it_submits(administrator: Actor) -> None:
    """The page of submitting shows every field as it will be published, held back ones by name alone; and it is what
    is published then."""
    set_rule(actor=administrator, fields=CHOICE - {"mass_kg", "report_number"}, reason=REASON)
    maker = make.organisation("maker", uscc="91320000MA1ABCDE9Q")
    declaration = make.declaration("verified", maker=maker)
    shown = preview(declaration)
    assert shown is not None and "mass_kg" not in shown["product"]
    url = reverse("declarations:submit", args=[declaration.pk])
    for language, title, held in (
        ("en", "What becomes public", "not public"),
        ("zh-hans", "将公示的内容", "不公示"),
    ):
        page = client_of(make.person(maker, Role.APPROVER), language).get(url).content.decode()
        public = page[page.index('id="public"') :]
        public = public[: public.index("</section></div>")]
        assert title in page and public.count(held) == 2
        assert maker.uscc in public and declaration.snapshot.sha256 in public
        assert declaration.engagement.organisation.name_en in public or language == "zh-hans"
        assert "648.6" not in public
    accept(make.go_on(declaration, "submitted"))
    assert content_of_newest() == shown


def test_kept_leaves_unknown_apart_from_held_back() -> None:
    """A fact that is unknown keeps its key; one that is held back has none; a missing part stays None."""
    content = {"product": {"model": "M", "mass_kg": None}, "verification": None}
    assert kept(content, {"mass_kg"}) == content
    assert kept(content, set()) == {"product": {"model": "M"}, "verification": None}

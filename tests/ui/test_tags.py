"""The tags of ``{% load ui %}``, and the base templates that they build."""

# ruff: noqa: E501

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template, TemplateSyntaxError, engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils import translation

from carbonfoot.accounts.access import ROUTES, Decision, check
from carbonfoot.accounts.actor import ANONYMOUS, Actor
from carbonfoot.accounts.models import Organisation, User
from carbonfoot.accounts.roles import Role
from carbonfoot.jobs.models import Job, JobState
from carbonfoot.ui import jobviews, lists, nav, samples

pytestmark = pytest.mark.usefixtures("bare_shell")
EVIL = "<script>alert(1)</script>"
VOID = {"meta", "link", "input", "br", "img", "hr"}


def render(source: str, **context: Any) -> str:
    return Template("{% load ui i18n %}" + source).render(Context(context))


def request(path: str = "/", actor: Actor = ANONYMOUS) -> HttpRequest:
    made = RequestFactory().get(path)
    made.actor = actor  # type: ignore[attr-defined]
    made.session = {}  # type: ignore[assignment]
    return made


def editor(role: str = Role.EDITOR) -> Actor:
    maker = Organisation(
        code="m", kind="maker", name_zh="示例电池有限公司", name_en="Demo Battery Co. (demo)"
    )
    return Actor(User(email="editor@example.org", name="申报专员（示例）"), maker, role)


class Balanced(HTMLParser):
    """Fails on tags that are not closed in order, on duplicate ids, and on what the security policy forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        names = [name for name, _value in attrs]
        assert "style" not in names, (tag, attrs)
        assert not [name for name in names if name.startswith("on")], (tag, attrs)
        if tag == "script":
            assert "src" in names
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag, tag


def check_page(html: str) -> Balanced:
    parser = Balanced()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    assert sorted(parser.ids) == sorted(set(parser.ids))
    assert parser.headings.count(1) == 1
    return parser


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_of_components_is_whole(language: str, settings: Any) -> None:
    with translation.override(language):
        made = request("/?q=a&sort=-kg", editor())
        context = samples.context(made)
        context["bound"] = context["plain"]  # two forms of one kind on a page would repeat ids
        html = render_to_string("components/kit.html", context, request=made)
    ids = re.findall(r'id="([^"]+)"', html)
    doubled = {name for name in ids if ids.count(name) > 1}
    html = re.sub("|".join(rf'id="{re.escape(name)}"' for name in doubled) or "$^", "", html)
    parser = check_page(html)
    assert all(
        after <= before + 1 for before, after in zip(parser.headings, parser.headings[1:], strict=False)
    )
    assert f'lang="{"en" if language == "en" else "zh-Hans"}"' in html


@pytest.mark.parametrize("template", ["base.html", "base_focus.html", "base_public.html"])
@pytest.mark.parametrize("actor", [ANONYMOUS, editor()])
def test_empty_blocks_leave_no_trace(template: str, actor: Actor) -> None:
    source = f'{{% extends "{template}" %}}{{% load ui %}}{{% block heading %}}Title{{% endblock %}}'
    with translation.override("en"):
        html = Template(source).render(Context({"request": request(), "shell": _shell(actor)}))
    check_page(html)
    for trace in (
        "crumbs",
        "page-tabs",
        "page-steps",
        "<aside",
        'class="acts"',
        "decide",
        "page-errors",
        'class="meta"',
    ):
        assert trace not in html
    assert ("Sign in" in html) == actor.is_anonymous
    assert ('class="side"' in html) == (template == "base.html")


def test_filled_blocks_stand_in_their_places() -> None:
    source = (
        '{% extends "base.html" %}{% load ui %}{% block title %}A &amp; B{% endblock %}'
        '{% block crumbs %}{% crumb "Packs" "/p/" %}{% crumb name %}{% endblock %}'
        '{% block heading %}{{ name }}{% endblock %}{% block status %}{% status "ok" "Done" %}{% endblock %}'
        '{% block meta %}{% meta "Energy" %}{% figure 78.4 "kWh" 1 %}{% endmeta %}{% endblock %}'
        '{% block actions %}{% action True "Save" "/s/" main=True %}{% endblock %}'
        "{% block body %}BODY{% endblock %}{% block side %}SIDE{% endblock %}{% block decide %}DECIDE{% endblock %}"
    )
    with translation.override("en"):
        html = Template(source).render(
            Context({"request": request(), "shell": _shell(editor()), "name": EVIL})
        )
    assert "<script>" not in html
    places = [
        html.index(piece) for piece in ("/p/", "<h1>", "tag--ok", "78.4", "BODY", "<aside", "SIDE", "DECIDE")
    ]
    assert places == sorted(places)
    assert "<title>A &amp; B · carbonfoot</title>" in html
    assert "Demo Battery Co. (demo)" in html
    assert "Compliance staff" in html


def _shell(actor: Actor) -> Any:
    from carbonfoot.ui.context import Shell

    return Shell(request("/", actor))


def test_tags_escape_what_they_are_given() -> None:
    shown = render(
        '{% crumb x %}{% crumb x x %}{% meta x %}{{ x }}{% endmeta %}{% panel x note=x id="a" badge=x vis=x %}{{ x }}'
        "{% panel_right %}{{ x }}{% endpanel_right %}{% panel_foot %}{{ x }}{% endpanel_foot %}{% endpanel %}"
        '{% status "ok" x %}{% figure 1 x %}{{ x|co2 }}{{ x|unit }}{% digest x %}{% visible x %}{% kv rows %}{% stats rows %}'
        "{% tabs links label=x %}{% seg links label=x %}{% steps steps %}{% timeline entries %}{% task_list tasks label=x %}"
        "{% empty x %}{{ x }}{% endempty %}{% note x %}{{ x }}{% endnote %}{% confirmation x x %}{{ x }}{% endconfirmation %}"
        "{% action True x x confirm=x name=x value=x %}{% action off x x %}{% action True x x method='get' %}{% labelled x x %}"
        "{% sort_th x x %}{% table_wrap x %}{{ x }}{% endtable_wrap %}{% buttons x x cancel_label=x %}{{ pair|pick }}"
        "{% value None x %}{{ x|or_blank }}",
        x=EVIL,
        rows=[(EVIL, EVIL, EVIL)],
        links=[(EVIL, EVIL, True, EVIL)],
        steps=[(EVIL, EVIL, "now")],
        entries=[{"text": EVIL, "when": EVIL, "note": EVIL, "code": EVIL}],
        tasks=[{"label": EVIL, "url": EVIL, "text": EVIL, "note": EVIL, "nr": EVIL, "status": ("ok", EVIL)}],
        off=Decision(False, EVIL),
        pair={"zh": EVIL, "en": EVIL},
    )
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_a_button_that_is_off_stands_beside_the_reason() -> None:
    off = render('{% action decision "Submit" "/s/" %}', decision=Decision(False, "5 tasks are open."))
    assert "<form" not in off
    assert "/s/" not in off
    assert 'aria-disabled="true"' in off
    described = re.search(r'aria-describedby="([^"]+)"', off)
    assert described
    assert f'id="{described[1]}">5 tasks are open.' in off
    assert render('{% action False "Submit" "/s/" %}').strip() == ""
    on = render('{% action decision "Submit" "/s/" %}', decision=Decision(True), csrf_token="secret")
    assert 'method="post" action="/s/"' in on
    assert "csrfmiddlewaretoken" in on


def test_a_panel_part_outside_a_panel_is_an_error() -> None:
    with pytest.raises(TemplateSyntaxError):
        render("{% panel_foot %}x{% endpanel_foot %}")
    with pytest.raises(TemplateSyntaxError):
        render('{% panel "x" colour="red" %}{% endpanel %}')


def test_filters_of_numbers_and_dates_say_what_is_missing() -> None:
    with translation.override("en"):
        assert render("{{ v|number:2 }}", v=None).count("unknown") == 2  # the word and its class
        assert render("{{ v|number:2 }}", v="1234.565") == "1,234.56"
        assert (
            render("{{ v|percent }} {{ v|signed:2 }} {{ v|significant:2 }}", v="0.125") == "12.5% +0.12 0.12"
        )
        assert render("{{ v|signed_percent }} {{ w|signed_percent }}", v="-0.094", w="0.05") == "−9.4% +5.0%"
        assert "not filled in" in render("{{ v|day }}", v=None)
        assert render("{{ v|size }}", v=184_320) == "184 kB"


def test_pages_keep_the_filters() -> None:
    page = Paginator(range(218), 12).page(3)
    view = lists.pager_view(page, request("/?q=a&page=3"))
    assert (view.first, view.last, view.total) == (25, 36, 218)
    assert [link.label for link in view.links if not link.gap][1:-1] == ["1", "2", "3", "4", "19"]
    assert view.links[0].url == "?q=a&page=2"
    assert [link.label for link in view.links if link.current] == ["3"]
    assert lists.pager_view(Paginator([], 5).page(1), request()).links == []
    with translation.override("en"):
        assert "Nothing found" in render("{% pager page %}", page=Paginator([], 5).page(1))


def test_sorting_turns_round_and_returns_to_the_first_page() -> None:
    view = lists.sort_view(request("/?page=3&q=a&sort=kg"), "kg")
    assert (view.url, view.direction) == ("?q=a&sort=-kg", "ascending")
    assert lists.sort_view(request("/?sort=-kg"), "kg").direction == "descending"
    assert lists.sort_view(request("/"), "kg", default="-kg").direction == "descending"
    assert lists.sort_view(request("/?sort=name"), "kg").direction == ""
    allowed = {"kg": "mass", "name": "supplier__name_zh"}
    assert lists.ordering(request("/?sort=-kg"), allowed, "name") == ["-mass", "pk"]
    assert lists.ordering(request("/?sort=password"), allowed, "-name") == ["-supplier__name_zh", "pk"]


def test_filters_in_force_can_be_taken_off() -> None:
    made = request("/?q=lfp&state=published&page=2&sort=kg")
    with translation.override("en"):
        chips = lists.chips_of(samples.SampleFilter(made.GET), made)
    assert [(chip.label, chip.value) for chip in chips] == [
        ("Part or supplier", "lfp"),
        ("State", "Published"),
    ]
    assert chips[0].url == "?state=published&sort=kg"
    assert lists.chips_of(samples.SampleFilter(), made) == []


def test_every_place_of_the_sidebar_exists() -> None:
    assert nav.missing() == []


@pytest.mark.parametrize("role", Role.values)
def test_the_sidebar_shows_what_the_access_table_allows(role: str) -> None:
    actor = editor(role)
    for group in nav.build(actor, "/"):
        for link in group.links:
            name = resolve(link.url).view_name
            assert check(actor, ROUTES[name])
    if role == Role.ANONYMOUS:
        assert nav.build(actor, "/") == []


def test_at_most_one_place_is_the_current_one() -> None:
    path = reverse("audit:list")
    links = [link for group in nav.build(editor(), path) for link in group.links]
    assert [link.url for link in links if link.current] == [path]
    inside = [link.url for group in nav.build(editor(), path + "x/") for link in group.links if link.current]
    assert inside == [path]


def job(**fields: Any) -> Job:
    made = Job(kind="test.kind", key="k", actor={}, label="Calculate")
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def test_a_job_under_way_is_asked_about_again() -> None:
    with translation.override("en"):
        shown = render(
            "{% job_panel job next_url='/r/?a=1' %}", job=job(state=JobState.RUNNING, step=2, steps=5)
        )
        assert 'hx-trigger="every 1s"' in shown
        assert 'value="40"' in shown
        assert "You may leave this page" in shown
        assert "next=/r/%3Fa%3D1" in shown
        queued = render("{% job_panel job %}", job=job())
        assert "Waiting to start" in queued
        assert "value=" not in re.search(r"<progress[^>]*>", queued)[0]  # type: ignore[index]  # not known how far


def test_a_failed_job_says_what_it_left_unchanged() -> None:
    jobviews.describe("test.kind", "Test", "Nothing was taken over.")
    with translation.override("en"):
        failed = job(state=JobState.FAILED, problems=[{"message": EVIL, "mend": "", "where": "a"}])
        shown = render("{% job_panel job next_url='/r/' %}", job=failed)
        assert "hx-get" not in shown
        assert "Nothing was taken over." in shown
        assert "Job number J-" in shown
        assert "<script" not in shown
        crashed = render("{% job_panel job %}", job=job(state=JobState.FAILED, crash="abc123"))
        assert "abc123" in crashed


@pytest.mark.parametrize("template", ["errors/403.html", "errors/404.html", "errors/500.html"])
def test_error_pages(template: str) -> None:
    html = render_to_string(template, {"reason": EVIL, "shell": _shell(ANONYMOUS)})
    check_page(html)
    assert "<script>" not in html


def test_every_template_can_be_read() -> None:
    from pathlib import Path

    from django.conf import settings

    base = Path(settings.BASE_DIR) / "templates"
    for path in base.rglob("*.html"):
        engines["django"].get_template(path.relative_to(base).as_posix())
        source = path.read_text()
        assert " style=" not in source, path
        assert not re.search(r"\son[a-z]+=", source), path


def test_snippets_of_sheets() -> None:
    shown = render("{% sheet_snippet snippet %}", snippet=samples.snippet())
    assert 'class="num hit"' in shown
    assert "hit--bad" in shown

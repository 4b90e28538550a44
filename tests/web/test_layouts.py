"""Every layout, in a language that runs left to right, one with tall letters, one that runs right to left."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask, render_template, render_template_string
from wtforms import BooleanField, Form, RadioField, StringField, validators
from wtforms.fields.choices import SelectChoice

from youthvoice.privacy.disclosure.bands import band_ranges
from youthvoice.web.graphics.band_beads import band_beads

TESTS = Path(__file__).parents[1]
LANGUAGES = [("en", "ltr"), ("hi", "ltr"), ("ar", "rtl")]
CHILD = ["child/layout.html", "child/runner.html", "child/error.html"]
STAFF = ["staff/layout.html", "staff/error.html"]
LAYOUTS = [*CHILD, *STAFF, "view/layout.html"]

SURVEY = """
{% extends "child/runner.html" %}
{% from "child/macros.html" import assent, question, tile_radio, hero %}
{% block before %}{% call assent("why", "We want to know.") %}{{ hero("1F442") }}{% endcall %}{% endblock %}
{% block questions %}{% for name in ["food", "light"] %}
{% call question(name, "How was it?", "scale", '["is", "food", "good"]' if name == "light") %}
{{ tile_radio(name, "good", "Good", "1F642", 0) }}{{ tile_radio(name, "bad", "Bad & so on", "1F641", 1) }}
{% endcall %}{% endfor %}{% endblock %}
"""


class Page(HTMLParser):
    """What a page holds: its elements with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.parts if name == tag]


class Visitor:
    name = "Example <Person>"
    roles = "Child advocate"
    sites = "Example House"


class SiteForm(Form):
    name = StringField("Name", [validators.DataRequired("Write a name")])
    kind = RadioField(
        "Kind",
        [validators.InputRequired("Choose one")],
        choices=[SelectChoice("a", "A"), SelectChoice("b", "B")],
    )
    ready = BooleanField("Ready")


def rendered(app: Flask, template: str, **names: object) -> str:
    given: dict[str, object] = {
        "language": "en",
        "direction": "ltr",
        "title": "Not here",
        "words": "Go back",
        "code": 404,
        "action": "/survey/one",
        "thanks_href": "/thanks",
        "sheet": "sheet-number",
        "title_words": "Nights and food",
        "staff_menu": [
            ("", [("To do", "/staff/", "inbox", True)]),
            ("Questions", [("Rounds", "/staff/rounds", "round", False)]),
        ],
        "caller": Visitor,
        "site": "Example House",
    }
    with app.test_request_context():
        if template.endswith(".html"):
            return render_template(template, **(given | names))
        return render_template_string(template, **(given | names))


@pytest.mark.parametrize(("language", "direction"), LANGUAGES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_says_its_language_and_direction(app: Flask, layout: str, language: str, direction: str) -> None:
    html = Page(rendered(app, layout, language=language, direction=direction)).all("html")[0]
    assert (html["lang"], html["dir"]) == (language, direction)


@pytest.mark.parametrize("layout", [*LAYOUTS, SURVEY])
def test_no_page_holds_anything_a_strict_content_policy_forbids(app: Flask, layout: str) -> None:
    page = Page(rendered(app, layout))
    for tag, attributes in page.parts:
        assert tag not in {"style", "base", "iframe", "object", "embed"}
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert not str(attributes.get("href", "")).startswith("javascript:")
    assert all(script.get("src", "") for script in page.all("script"))
    assert {"name": "robots", "content": "noindex"} in page.all("meta")


@pytest.mark.parametrize("layout", [*CHILD, SURVEY])
def test_every_page_of_a_child_has_the_four_zones_of_her_ear_in_one_order(app: Flask, layout: str) -> None:
    page = Page(rendered(app, layout))
    zones = [attributes["data-zone"] for attributes in page.all("button") if "data-zone" in attributes]
    assert zones == ["again", "before", "next", "take"]
    assert "data-zones" in page.all("div")[-1], "the last part of the page, so that nothing lies over it"


@pytest.mark.parametrize("layout", [*LAYOUTS, SURVEY])
def test_every_id_is_there_once_and_every_picture_has_its_drawing(app: Flask, layout: str) -> None:
    page = Page(rendered(app, layout))
    ids = [attributes["id"] for _, attributes in page.parts if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {str(use["href"])[1:] for use in page.all("use")} <= set(ids)
    for _, attributes in page.parts:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert set(str(attributes.get(name, "") or "").split()) <= set(ids)


@pytest.mark.parametrize("layout", CHILD)
def test_every_child_page_has_the_dark_corner_and_no_button_that_speaks_by_itself(app: Flask, layout: str) -> None:
    page = Page(rendered(app, layout, exit_href="/away"))
    assert [link["href"] for link in page.all("a") if "data-exit" in link] == ["/away"]
    assert all("hidden" in button for button in page.all("button") if button.get("class") == "listen")
    assert all(form.get("autocomplete") == "off" for form in page.all("form"))


def test_a_tell_page_waits_longer_before_it_asks(app: Flask) -> None:
    assert Page(rendered(app, "child/layout.html")).all("body")[0]["data-idle"] == "60"
    assert Page(rendered(app, "child/layout.html", idle=300)).all("body")[0]["data-idle"] == "300"


def test_a_survey_without_a_script_is_one_form_with_all_questions_and_a_way_to_send(app: Flask) -> None:
    page = Page(rendered(app, SURVEY))
    [form] = page.all("form")
    assert (form["method"], form["action"], form["data-thanks"]) == ("post", "/survey/one", "/thanks")
    assert {"type": "hidden", "name": "sheet", "value": "sheet-number"} in page.all("input")
    asked = [part["data-question"] for part in page.all("section") if "data-question" in part]
    assert asked == ["food", "light"]
    assert [part["data-when"] for part in page.all("section") if "data-when" in part] == ['["is", "food", "good"]']
    assert [button["data-go"] for button in page.all("button") if button.get("type") == "submit"] == ["send"]


def test_the_place_on_the_screen_gives_paper_and_shape_and_stone_is_for_not_knowing(app: Flask) -> None:
    pieces = '{% from "child/macros.html" import tile_radio %}'
    tiles = "".join("{{ tile_radio('q', 'v', 'w', '1F642', " + str(place) + ") }}" for place in (0, 1, 7, -1))
    html = rendered(app, pieces + tiles)
    assert re.findall('data-paper="([a-z]+)"', html) == ["river", "leaf", "leaf", "stone"]
    assert re.findall('href="#s-([a-z]+)"', html) == ["circle", "square", "square", "drop"]


def test_words_are_escaped_wherever_they_are_put(app: Flask) -> None:
    pieces = '{% from "child/macros.html" import tile_radio, ask, say, move, tile_link %}'
    bad = "'<script>alert(1)</script>'"
    calls = f"tile_radio('q', {bad}, {bad}, '1F642')", f"ask({bad}, over={bad})", f"say({bad}, '1F642')"
    links = f"move({bad}, href={bad})", f"tile_link({bad}, {bad}, '1F642', small={bad})"
    html = rendered(app, pieces + "".join("{{ " + call + " }}" for call in calls + links))
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("low", "high", "total", "beads"),
    [
        (28, 34, 48, (5, 2, 3)),
        (21, 27, 48, (4, 1, 5)),
        (15, 24, 24, (6, 4, 0)),
        (0, 8, 24, (0, 3, 7)),
        (0, 9, 24, (0, 3, 7)),
        (0, 11, 24, (0, 4, 6)),
        (99, 104, 200, (4, 1, 5)),
        (196, 200, 200, (9, 1, 0)),
    ],
)
def test_a_band_of_any_width_is_ten_beads_and_never_looks_like_a_number(
    app: Flask, low: int, high: int, total: int, beads: tuple[int, int, int]
) -> None:
    call = "{% from 'child/macros.html' import band_beads %}{{ band_beads(low, high, total, 'most') }}"
    html = rendered(app, call, low=low, high=high, total=total)
    assert (html.count('<i class="full">'), html.count('<i class="perhaps">'), html.count("<i></i>")) == beads
    assert 'aria-label="most"' in html


def test_a_row_of_an_answer_is_beads_that_reach_no_further_than_its_range(app: Flask) -> None:
    call = "{% from 'view/macros.html' import bar %}{{ bar('May', 'few', '0 to 9 of 24', 0, 9, 24) }}"
    html = rendered(app, call, language="ar", direction="rtl")
    assert (html.count('<i class="full">'), html.count('<i class="perhaps">')) == (0, 3), "not four of ten for 38 %"
    assert "<svg" not in html
    for n in range(10, 201):
        for low, high in band_ranges(n):
            beads = band_beads(low, high, n)
            assert beads.full * n <= 10 * low
            assert (beads.full + beads.perhaps) * n <= 10 * high or beads.perhaps == 1


def test_staff_see_who_they_are_and_where(app: Flask) -> None:
    html = rendered(app, "staff/layout.html")
    assert "<bdi>Example &lt;Person&gt;</bdi>" in html
    assert [link.get("aria-current") for link in Page(html).all("a") if "/staff/" in str(link["href"])] == [
        "page",
        None,
    ]


def test_before_signing_in_there_is_no_menu(app: Flask) -> None:
    assert not Page(rendered(app, "staff/layout.html", caller=None)).all("nav")


def test_a_form_sent_back_says_first_what_is_wrong_and_leads_to_each_box(app: Flask) -> None:
    form = SiteForm()
    form.validate()
    call = """{% extends "staff/layout.html" %}{% from "staff/macros.html" import field %}
    {% block main %}{{ field(form.name, "As people say it") }}{{ field(form.kind) }}{{ field(form.ready) }}
    {% endblock %}"""
    html = rendered(app, call, form=form)
    assert re.search(r"<title>\s*Error:", html)
    page = Page(html)
    ids = {attributes.get("id") for _, attributes in page.parts}
    ways = [str(link["href"]) for link in page.all("a") if str(link["href"]) in {"#name", "#kind-0"}]
    assert ways == ["#name", "#kind-0"]
    assert {way[1:] for way in ways} <= ids
    box = next(box for box in page.all("input") if box.get("id") == "name")
    assert box["aria-describedby"] == "name-hint name-error"
    assert box["aria-invalid"] == "true"


def test_a_form_that_is_right_says_nothing_of_errors(app: Flask) -> None:
    html = rendered(app, "staff/layout.html", form=SiteForm())
    assert "Error:" not in html
    assert 'class="summary"' not in html


def test_a_child_is_never_shown_the_number_of_an_error(app: Flask) -> None:
    page = re.sub(r"/static/[^\"]+", "", rendered(app, "child/error.html"))  # a file's own number may be any
    assert "404" not in page.partition("<svg class=")[0]
    assert "404" in rendered(app, "staff/error.html")


WHOLE_SCREENS = {"assent", "code_screen", "code_trial", "question"}
INSIDE_OTHERS = {"code_picture", "later_said", "listen", "look_again", "paper", "picked", "shaped"}


def test_every_part_of_a_childs_screen_is_shown_side_by_side_in_every_language(app: Flask) -> None:
    parts = (TESTS / "journeys" / "support" / "parts.html").read_text("utf-8")
    macros = app.jinja_env.loader.get_source(app.jinja_env, "child/macros.html")[0]  # type: ignore[union-attr]
    names = set(re.findall(r"{% macro (\w+)", macros)) - WHOLE_SCREENS - INSIDE_OTHERS
    assert sorted(name for name in names if f"{name}(" not in parts) == []
    page = Page(rendered(app, parts, language="ar", direction="rtl"))
    assert page.all("html")[0]["dir"] == "rtl"


def test_a_problem_of_a_form_is_named_once() -> None:
    """The layout names it; a page that names it otherwise does so in place of the layout."""
    inside = re.compile(r"{% block summary %}.*?{% endblock %}", re.DOTALL)
    pages = [file for file in (TESTS.parent / "youthvoice").rglob("*.html") if _extends_desk(file)]
    assert pages
    twice = [file.name for file in pages if "error_summary(form)" in inside.sub("", file.read_text("utf-8"))]
    assert twice == []


def _extends_desk(file: Path) -> bool:
    return '{% extends "staff/layout.html" %}' in file.read_text("utf-8")

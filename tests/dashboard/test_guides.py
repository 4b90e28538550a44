"""Each staff page leads to the part of a guide that explains it; the application serves the guides itself."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.support.people import house, signed_in
from tests.support.visitor import Visitor
from youthvoice.access.permissions import NEWCOMER, ROLES
from youthvoice.config import shared_folder
from youthvoice.dashboard import guides, menu
from youthvoice.dashboard.guides import GUIDE_PARTS, GUIDES, find_guide_part, make_anchor, read_guide

Visitors = Callable[[], Visitor]
LINES = [leads_to for _words, under in menu.MENU for _said, leads_to, _mark, _permission in under]


def test_every_heading_that_a_page_leads_to_is_there() -> None:
    parts = {*GUIDE_PARTS.values(), *(find_guide_part(role, "") for role in (*ROLES, NEWCOMER))}
    lost = [part for part in parts if read_guide(part.guide).headings.get(make_anchor(part.heading)) != part.heading]
    assert lost == []


def test_every_line_of_the_menu_has_a_part_of_its_own() -> None:
    assert sorted(set(LINES) - set(GUIDE_PARTS)) == ["dashboard.home"], "a row in GUIDE_PARTS of `dashboard/guides`"
    others = ["introductions", "read_aloud", "translation.choose_sign_language"]
    assert sorted(set(GUIDE_PARTS) - set(LINES)) == others, "pages that another guide explains than their line's"


def test_how_to_draw_a_portrait_leads_to_how_children_know_you(visitor: Visitors) -> None:
    """A facilitator's led to a sitting."""
    _site, people = house(["facilitator"])
    page = signed_in(visitor(), people["facilitator"]).open("/staff/me/introduction/drawn").text
    assert "/staff/guide/child-advocate#how-children-know-you" in page


def test_how_to_name_a_sign_language_leads_to_signing(visitor: Visitors) -> None:
    """A coordinator's led to languages, and the pages on which films are brought to questionnaires."""
    site_id, people = house(["coordinator"])
    page = signed_in(visitor(), people["coordinator"]).open(f"/staff/languages/{site_id}/signs").text
    assert "/staff/guide/reading-aloud#signing" in page


def test_every_guide_of_the_papers_is_served_and_none_that_is_not_there() -> None:
    there = {path.stem for path in shared_folder("guide").glob("*.md")} - {"README"}
    assert there == set(GUIDES)


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_is_a_page_with_one_title_whose_links_lead_somewhere(app: Flask, visitor: Visitors, name: str) -> None:
    _site, people = house(["facilitator"])
    page = signed_in(visitor(), people["facilitator"]).open(f"/staff/guide/{name}").text
    assert '<article class="guide" lang="en" dir="ltr">' in page
    (body,) = re.findall(r'<article class="guide".*?</article>', page, re.DOTALL)
    assert " style=" not in body
    assert "<h1" not in body
    for href in re.findall(r'<a href="([^"]*)"', body):
        other, _hash, anchor = href.partition("#")
        assert (other or name) in GUIDES, href
        assert not anchor or anchor in read_guide(other or name).headings, href


def test_a_page_shows_two_links_and_the_part_is_there(app: Flask, visitor: Visitors) -> None:
    _site, people = house(["coordinator"])
    browser = signed_in(visitor(), people["coordinator"])
    page = browser.open("/staff/people").text
    assert 'href="/staff/guide/coordinator#people"' in page
    assert 'href="/staff/guide/coordinator"' in page
    assert 'id="people"' in browser.open("/staff/guide/coordinator").text
    browser.open("/staff/guide/operations", 404)
    browser.open("/staff/guide/..%2Foperations", 404)


def test_whoever_reads_another_language_is_told_that_the_guide_is_in_english(app: Flask, visitor: Visitors) -> None:
    _site, people = house(["facilitator"])
    browser = signed_in(visitor(), people["facilitator"])
    assert "no translation of this guide" not in browser.open("/staff/guide/slips").text
    browser.open("/staff/me")
    picture = re.findall(r'<option selected value="([0-9A-F-]+)"', browser.page)
    browser.send("/staff/me", {"language": "ar", "picture": picture[-1]})
    page = browser.open("/staff/guide/slips").text
    assert '<html lang="ar" dir="rtl">' in page
    assert "لا ترجمة لهذا الدليل بعد" in page
    assert '<article class="guide" lang="en" dir="ltr">' in page


def test_html_in_a_guide_is_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "# Slips\n\n<script>alert(1)</script> [x](javascript:alert(1)) [y](https://example.org) ![z](a.png)\n"
    (tmp_path / "slips.md").write_text(text, "utf-8")
    monkeypatch.setattr(guides, "shared_folder", lambda _name: tmp_path)
    body = read_guide.__wrapped__("slips").body
    assert "<script" not in body
    assert "href" not in body
    assert "<img" not in body

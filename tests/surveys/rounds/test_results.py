"""The page of a round leads to all that came of it: what the view shows, what is owed, the letters, who sees which."""

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask_babel import force_locale

from tests.support.people import signed_in
from tests.support.publications import House, make_house, starter
from tests.support.visitor import Visitor
from youthvoice.publications.render import render_view
from youthvoice.publications.review import drafting

NewVisitor = Callable[[], Visitor]


@pytest.fixture
def home(app: Flask) -> House:
    return make_house()


def _words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_what_waits_for_approval_is_seen_by_nobody_and_an_advocate_is_led_to_it(
    home: House, visitor: NewVisitor
) -> None:
    round_ = home.counted()
    drafting.draft_due()
    here = f"/staff/rounds/{round_.slug}"
    page = signed_in(visitor(), home.people["coordinator"]).open(here).text
    assert "Most of the" not in page
    assert not re.search(r"/staff/publications/\w", page)
    assert "an advocate looks at it first" in page
    page = signed_in(visitor(), home.people["advocate"]).open(here).text
    assert "Most of the" not in page
    assert "Look and approve" in page


def test_a_counted_round_leads_to_its_results_answer_letters_and_readers(home: House, visitor: NewVisitor) -> None:
    round_ = home.counted()
    edition = home.edition()
    advocate = signed_in(visitor(), home.people["advocate"])
    advocate.open(f"/staff/publications/{edition.first.slug}")
    advocate.send(f"/staff/publications/{edition.first.slug}/approve")
    coordinator = signed_in(visitor(), home.people["coordinator"])
    page = coordinator.open(f"/staff/rounds/{round_.slug}").text
    with force_locale("en"):
        shown = render_view(edition.first.frozen, "en").findings
    assert len(shown) > 2
    assert all(finding.sentence in html.unescape(page) for finding in shown), "word for word what guardians see"
    for words in ("Answer due", "Write the answer", "not sent yet", "Who sees it", "Children's board"):
        assert words in html.unescape(page)
    assert page.index("Asked") < page.index("Counted") < page.index("Approved") < page.index("Answer due")
    assert "/analysis/" not in page
    assert round_.slug not in _words(page)
    assert "Open the analysis" in advocate.open(f"/staff/rounds/{round_.slug}").text


def test_a_round_that_is_open_has_no_results_and_says_when_it_will(home: House, visitor: NewVisitor) -> None:
    (facts,) = home.open(starter("daily-life-10-12"))
    page = signed_in(visitor(), home.people["coordinator"]).open(f"/staff/rounds/{facts.slug}").text
    assert "once every tablet is empty" in page
    assert 'aria-current="step"' in page
    assert "While a round is open, nobody sees how many have answered." in page

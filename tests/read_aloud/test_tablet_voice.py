"""An adult listens to a tablet's own voices on that tablet; only what sounds right may speak there."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.people import Somebody, house, make_site, on_tablet, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.audit.models import AuditEntryRow
from youthvoice.sites.models import TabletRow

NewVisitor = Callable[[], Visitor]
PATH = "/staff/tablet-voice"


@pytest.fixture
def people(app: Flask) -> dict[str, Somebody]:
    return house(["coordinator", "facilitator", "advocate"])[1]


def _voices() -> list[str]:
    with db.reading(db.engine()) as session:
        return list(session.scalars(select(TabletRow.voices).order_by(TabletRow.id)))


@pytest.mark.parametrize("role", ["coordinator", "facilitator"])
def test_what_sounds_right_is_kept_for_this_tablet_and_the_adult_is_signed_out(
    people: dict[str, Somebody], visitor: NewVisitor, role: str
) -> None:
    on_tablet(visitor(), 1, "Tablet 0")
    browser = signed_in(on_tablet(visitor(), 1), people[role])
    page = browser.open(PATH).text
    assert 'data-voice="hi"' in page
    assert 'data-voice="fr"' not in page  # not a language of this site
    answer = browser.send(PATH, {"voices": ["hi", "en"]}, 303, follow=False)
    assert answer.location == "/language"
    assert _voices() == ["", "en hi"]
    assert 'data-voices="en hi"' in browser.open("/language").text
    assert browser.ask("GET", "/staff/").status_code == 302
    listed = signed_in(visitor(), people["coordinator"]).open("/staff/tablets").text
    assert "Own voice: English and हिन्दी" in listed
    with db.reading(db.engine()) as session:
        last = session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.number.desc())).first()
    assert last
    assert (last.actor, last.action, last.subject) == (people[role].handle, "tablet.voices", "2 en hi")


def test_nothing_ticked_is_silence_again(people: dict[str, Somebody], visitor: NewVisitor) -> None:
    for chosen in (["hi"], []):
        browser = signed_in(on_tablet(visitor(), 1), people["coordinator"])
        browser.open(PATH)
        browser.send(PATH, {"voices": chosen}, 303, follow=False)
    assert _voices() == ["hi", ""]


def test_a_language_of_another_site_is_refused(people: dict[str, Somebody], visitor: NewVisitor) -> None:
    browser = signed_in(on_tablet(visitor(), 1), people["coordinator"])
    browser.open(PATH)
    browser.send(PATH, {"voices": ["fr"]}, 422)
    assert _voices() == [""]


def test_it_is_opened_on_a_tablet_of_ones_own_site_alone(people: dict[str, Somebody], visitor: NewVisitor) -> None:
    with db.writing(db.engine()) as session:
        other = make_site(session, "other-house").id
    for browser in (visitor(), on_tablet(visitor(), other)):
        page = signed_in(browser, people["coordinator"]).open(PATH).text
        assert "Open this page on the tablet itself" in page
        browser.send(PATH, {"voices": ["hi"]})
    assert _voices() == [""]


def test_an_advocate_has_no_business_there_and_the_coordinators_list_says_where_it_is(
    people: dict[str, Somebody], visitor: NewVisitor
) -> None:
    signed_in(on_tablet(visitor(), 1), people["advocate"]).open(PATH, 403)
    assert "/staff/tablet-voice" in signed_in(visitor(), people["coordinator"]).open("/staff/tablets").text

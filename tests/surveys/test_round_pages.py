"""Rounds on staff pages: opened by two adults, ended by one, sat by a facilitator; never a count."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.pages import Visitor
from tests.people import PASSWORD, Somebody, make_site, signed_in
from tests.surveys.asking_house import DAY, LETTERS, PERMISSION, House, a_house, kept, log, questions
from youthvoice import db, running
from youthvoice.surveys import store
from youthvoice.surveys.forms import CHECKS
from youthvoice.surveys.models import Round
from youthvoice.surveys.opening_store import open_rounds
from youthvoice.surveys.rounds import RoundFacts

NewVisitor = Callable[[], Visitor]


@pytest.fixture
def house(app: Flask) -> House:
    return a_house()


def _as(visitor: NewVisitor, person: Somebody) -> Visitor:
    return signed_in(visitor(), person)


def _filled(house: House, here: int, **other: object) -> dict[str, object]:
    return {
        "questionnaire": here,
        "purpose": "regular",
        "sites": house.site_id,
        "starts": DAY.isoformat(),
        "until": (DAY + timedelta(days=10)).isoformat(),
        "link": "none",
        "invited": 24,
        "permission": PERMISSION,
        "decider": house.facilitator.id,
        "due": (DAY + timedelta(days=24)).isoformat(),
        "second_handle": house.advocate.handle,
        "second_password": PASSWORD,
        **other,
    }


def _opened(house: House, **other: object) -> RoundFacts:
    here = kept(questions(LETTERS), house.advocate)
    with db.writing(db.engine()) as session:
        return open_rounds(session, running.keyring(), house.opening(here, **other), log())[0]


def _rounds() -> int:
    with db.reading(db.engine()) as session:
        return len(session.scalars(select(Round.id)).all())


def test_a_site_without_rounds_says_what_is_ready_and_what_comes_next(house: House, visitor: NewVisitor) -> None:
    page = _as(visitor, house.coordinator).open("/staff/rounds/").text
    assert "Nothing has been asked here yet" in page
    assert "2 advocates can read letters" in page
    assert "none yet at Example House" in page


def test_two_adults_open_a_round(house: House, visitor: NewVisitor) -> None:
    """S10: the adult who answers is named before it opens. S38: the permission is on file."""
    here = kept(questions(LETTERS), house.advocate)
    browser = _as(visitor, house.coordinator)
    browser.open("/staff/rounds/open")
    page = browser.send("/staff/rounds/open", _filled(house, here)).text
    assert house.facilitator.name in page
    assert PERMISSION in page
    assert "nobody sees how many have answered" in page
    listed = browser.open("/staff/rounds/").text
    assert "1 round at Example House" in listed
    with db.reading(db.engine()) as session:
        held = session.scalars(select(Round)).one()
        assert (held.opened_by, held.seconded_by) == (house.coordinator.id, house.advocate.id)


def test_everything_that_keeps_it_from_opening_is_said_at_once_and_what_was_typed_stays(
    house: House, visitor: NewVisitor
) -> None:
    here = kept(questions(), house.advocate)
    browser = _as(visitor, house.coordinator)
    browser.open("/staff/rounds/open")
    wrong = _filled(
        house,
        here,
        purpose="choice",
        link="card",
        due=DAY.isoformat(),
        second_handle=house.coordinator.handle,
    )
    page = browser.send("/staff/rounds/open", wrong, 422).text
    assert "Nothing was opened" in page
    for words in (
        "made for an everyday choice",
        "Cards that join",
        "This day is before the vote ends",
        "somebody else than you",
    ):
        assert words in page
    assert PERMISSION in page
    assert PASSWORD not in page
    assert _rounds() == 0


def test_a_wrong_second_password_opens_nothing(house: House, visitor: NewVisitor) -> None:
    here = kept(questions(), house.advocate)
    browser = _as(visitor, house.coordinator)
    browser.open("/staff/rounds/open")
    page = browser.send("/staff/rounds/open", _filled(house, here, second_password="no"), 422).text
    assert "name, password or one-time code is not right" in page
    assert _rounds() == 0


def test_only_approved_questionnaires_and_own_sites_can_be_chosen(house: House, visitor: NewVisitor) -> None:
    waits = kept(questions(name="waits"))
    here = kept(questions(), house.advocate)
    with db.writing(db.engine()) as session:
        other = make_site(session, "hill-school").id
    browser = _as(visitor, house.coordinator)
    page = browser.open("/staff/rounds/open").text
    assert "waits" not in page
    assert "Hill School" not in page
    browser.send("/staff/rounds/open", _filled(house, waits), 422)
    browser.send("/staff/rounds/open", _filled(house, here, sites=other), 422)
    assert _rounds() == 0


def test_a_pair_needs_days_for_both_and_opens_two(house: House, visitor: NewVisitor) -> None:
    here = kept(questions(), house.advocate)
    browser = _as(visitor, house.coordinator)
    browser.open("/staff/rounds/open")
    assert "days of the round after" in browser.send("/staff/rounds/open", _filled(house, here, pair="y"), 422).text
    after = {"after_from": "2026-12-06", "after_until": "2026-12-10"}
    browser.send("/staff/rounds/open", _filled(house, here, pair="y", **after))
    assert _rounds() == 2


def test_fewer_than_ten_are_allowed_and_said_clearly(house: House, visitor: NewVisitor) -> None:
    here = kept(questions(LETTERS), house.advocate)
    browser = _as(visitor, house.coordinator)
    browser.open("/staff/rounds/open")
    page = browser.send("/staff/rounds/open", _filled(house, here, invited=6)).text
    assert "only the letter box is read" in page


def test_a_coordinator_ends_a_round_early(house: House, visitor: NewVisitor) -> None:
    facts = _opened(house)
    browser = _as(visitor, house.coordinator)
    browser.open(f"/staff/rounds/{facts.slug}")
    assert "it was ended early" in browser.send(f"/staff/rounds/{facts.slug}/end").text
    browser.send(f"/staff/rounds/{facts.slug}/end", status=410)


def test_two_adults_enter_the_number_of_a_care_round(house: House, visitor: NewVisitor) -> None:
    here = kept(questions(purpose="care", name="coming"), house.advocate)
    with db.writing(db.engine()) as session:
        (care,) = open_rounds(session, running.keyring(), house.opening(here, purpose="care", invited=0), log())
    browser = _as(visitor, house.coordinator)
    browser.open(f"/staff/rounds/{care.slug}")
    alone = {"invited": 14, "second_handle": house.coordinator.handle, "second_password": PASSWORD}
    browser.send(f"/staff/rounds/{care.slug}/invited", alone, 422)
    both = {**alone, "second_handle": house.advocate.handle}
    assert "14 children are invited" in browser.send(f"/staff/rounds/{care.slug}/invited", both).text


def test_a_facilitator_reads_the_script_and_confirms_every_point(house: House, visitor: NewVisitor) -> None:
    facts = _opened(house)
    browser = _as(visitor, house.facilitator)
    page = browser.open(f"/staff/rounds/{facts.slug}/sitting").text
    for words in ("Read this aloud", "You may skip any question", "1098", house.coordinator.name):
        assert words in page
    some: dict[str, object] = {"checks": [CHECKS[0].value]}
    assert "Every point" in browser.send(f"/staff/rounds/{facts.slug}/sitting", some, 422).text
    every: dict[str, object] = {"checks": [one.value for one in CHECKS]}
    assert "every point confirmed" in browser.send(f"/staff/rounds/{facts.slug}/sitting", every).text
    with db.reading(db.engine()) as session:
        (sitting,) = store.sittings(session, facts)
        assert (sitting.person_id, sitting.day) == (house.facilitator.id, DAY)


def test_a_sitting_needs_an_open_round(house: House, visitor: NewVisitor, clock: StillClock) -> None:
    facts = _opened(house)
    clock.move(days=12)
    _as(visitor, house.facilitator).open(f"/staff/rounds/{facts.slug}/sitting", 410)


def test_an_answer_that_is_late_is_shown_late(house: House, visitor: NewVisitor, clock: StillClock) -> None:
    """S13: silence past its date raises an alarm."""
    _opened(house)
    clock.move(days=(date(2026, 12, 21) - DAY).days)
    page = _as(visitor, house.coordinator).open("/staff/rounds/").text
    assert "Answer 3 days over" in page


def test_people_of_other_sites_and_roles_are_kept_out(house: House, visitor: NewVisitor) -> None:
    facts = _opened(house)
    there = a_house("hill-school")
    stranger = _as(visitor, there.coordinator)
    stranger.open(f"/staff/rounds/{facts.slug}", 404)
    stranger.open("/staff/rounds/")
    stranger.send(f"/staff/rounds/{facts.slug}/end", status=404)
    assert facts.slug not in stranger.page
    _as(visitor, there.facilitator).open(f"/staff/rounds/{facts.slug}/sitting", 404)
    _as(visitor, house.advocate).open("/staff/rounds/open", 403)
    _as(visitor, house.coordinator).open(f"/staff/rounds/{facts.slug}/sitting", 403)
    _as(visitor, house.coordinator).open("/staff/rounds/nothing-1234", 404)

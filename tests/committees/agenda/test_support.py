"""A "me too" is anonymous, counts once for a page, moves once a week and is said in words (PRIVACY.md A10)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.committees import House, again, put
from tests.support.people import on_tablet
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.committees.agenda.entities import AgendaItem
from youthvoice.committees.job import support_due, support_week
from youthvoice.sites.store import get_site

MONDAY_EVENING = datetime(2026, 11, 30, 11, 31, tzinfo=UTC)  # one minute past five at the site


def tap(tablet: Visitor, item: AgendaItem, button: str = "more") -> str:
    return tablet.send("/agenda/me-too", {button: item.id.hex()}).text


def taps_waiting() -> int:
    with db.reading(db.engine()) as session:
        return int(session.connection().exec_driver_sql("SELECT count(*) FROM taps").scalar_one())


@pytest.fixture
def item(house: House) -> AgendaItem:
    return put(house.committee())


@pytest.fixture
def tablet(house: House, visitor: Callable[[], Visitor]) -> Visitor:
    return on_tablet(visitor(), house.site_id)


def test_a_page_says_me_too_once_and_can_take_it_back(item: AgendaItem, tablet: Visitor) -> None:
    tablet.open("/agenda")
    page = tap(tablet, item)
    assert 'aria-pressed="true"' in page
    tap(tablet, item)
    assert taps_waiting() == 1
    assert 'aria-pressed="false"' in tap(tablet, item, "less")
    assert taps_waiting() == 0


def test_who_comes_next_does_not_see_that_somebody_tapped(item: AgendaItem, tablet: Visitor) -> None:
    before = re.sub("[0-9a-f]{32}", "", tablet.open("/agenda").text)
    tap(tablet, item)
    assert re.sub("[0-9a-f]{32}", "", tablet.open("/agenda").text) == before


@pytest.mark.dialect("put in once")
def test_it_is_counted_once_a_week_and_said_in_words(
    house: House, item: AgendaItem, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    support_due()
    tablet = on_tablet(visitor(), house.site_id)
    for _child in range(6):
        tablet.open("/agenda")
        tap(tablet, item)
    for moment in (clock.moment, MONDAY_EVENING.replace(minute=29)):
        clock.moment = moment
        support_due()
        assert again(item).support == 0
    clock.moment = MONDAY_EVENING
    support_due()
    support_due()
    assert again(item).support == 6
    assert taps_waiting() == 0
    page = tablet.open("/agenda").text
    assert "5 or more of us say so." in page
    assert ">6" not in page


@pytest.mark.parametrize("sent", [{"more": "x"}, {"more": "0" * 32}, {"more": "A" * 32}, {}, {"sheet": "1"}])
def test_what_no_page_of_ours_sends_is_refused(item: AgendaItem, tablet: Visitor, sent: dict[str, str]) -> None:
    tablet.open("/agenda")
    status = 404 if sent.get("more") == "0" * 32 else 400
    filled: dict[str, object] = {"more": item.id.hex(), **sent} if "sheet" in sent else {**sent}
    tablet.send("/agenda/me-too", filled, status=status)
    assert taps_waiting() == 0


def test_only_a_tablet_of_the_house_says_it(house: House, item: AgendaItem, visitor: Callable[[], Visitor]) -> None:
    stranger = visitor()
    stranger.hidden = {"sheet": "ab" * 16}
    stranger.send("/agenda/me-too", {"more": item.id.hex()}, status=403)
    with db.writing(db.engine()) as session:
        from tests.support import people  # noqa: PLC0415 - a second site, for this one test

        other = people.make_site(session, "other-house").id
    elsewhere = on_tablet(stranger, other)
    elsewhere.hidden = {"sheet": "ab" * 16}
    elsewhere.send("/agenda/me-too", {"more": item.id.hex()}, status=404)
    assert taps_waiting() == 0


def test_a_week_turns_on_monday_at_the_daily_hour(app: Flask, house: House) -> None:
    with db.reading(db.engine()) as session:
        site = get_site(session, house.site_id)
    assert support_week(MONDAY_EVENING.replace(minute=29), site) == "2026-W48"
    assert support_week(MONDAY_EVENING, site) == "2026-W49"
    assert support_week(datetime(2027, 1, 1, 0, 0, tzinfo=UTC), site) == "2026-W53"

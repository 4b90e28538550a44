"""An advocate whom a child left out looks everywhere for a sign of it, and leaves letters of hers unopened to see more.

Duties: PRIVACY.md A10, C ("nobody sees who was left out"); S14.
"""

import re
from collections.abc import Callable, Iterable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import StillClock
from tests.support.committees import make_house
from tests.support.good_news import DESK, SENTENCE, GoodPlace
from tests.support.people import Somebody
from tests.support.visitor import Visitor
from youthvoice.grievances.deadlines import notices
from youthvoice.grievances.deadlines.letter_job import escalate_late_letters
from youthvoice.threads.letters.due_job import letters_due


@pytest.fixture
def place(app: Flask, visitor: Callable[[], Visitor], clock: StillClock) -> GoodPlace:
    assert app
    return GoodPlace(make_house(), visitor, clock)


def lines(place: GoodPlace, who: Somebody) -> int:
    """How many lines about letters *Answers* shows her, answered ones too."""
    return place.at(who).open("/staff/answers/").text.count("First review of the letters")


def pages(place: GoodPlace, who: Somebody) -> list[int]:
    """What she gets at the addresses of all that is due from Asha."""
    addresses = re.findall(r'href="(/staff/answers/\d+)"', place.at(place.house.asha).open("/staff/answers/").text)
    browser = place.at(who)
    return [browser.ask("GET", address).status_code for address in addresses]


def two_days(place: GoodPlace) -> None:
    """A letter that Ravi may read and does not open; on the next day one that a child kept from him."""
    place.says(words="for both")
    place.hour()
    letters_due()
    place.clock.move(days=1)
    place.says(words="without him", without=(place.house.ravi,))
    place.clock.move(days=1)
    letters_due()


def test_a_letter_that_she_leaves_unopened_shows_her_no_other_day(place: GoodPlace) -> None:
    """`ccaa8e7f`: with one old letter unopened, each day of which she had no letter stood among her answers due."""
    two_days(place)
    assert len(place.paths(place.house.ravi)) == 1
    assert (lines(place, place.house.ravi), lines(place, place.house.asha)) == (1, 2)
    assert sorted(pages(place, place.house.ravi)) == [200, 404]


def test_what_a_colleague_settles_shows_her_no_day_that_she_never_saw_waiting(place: GoodPlace) -> None:
    """`ccaa8e7f`: it stood among what was answered, with its day; what she opens herself does not tell her apart."""
    place.says(words="without him", without=(place.house.ravi,))
    place.hour()
    letters_due()
    place.opened_by(place.house.asha)
    assert (lines(place, place.house.ravi), lines(place, place.house.asha)) == (0, 0)


def test_a_day_that_she_shares_with_a_letter_kept_from_her_ends_for_her_when_she_opens_hers(place: GoodPlace) -> None:
    place.says(words="for both")
    place.says(words="without him", without=(place.house.ravi,))
    place.hour()
    letters_due()
    assert (lines(place, place.house.ravi), lines(place, place.house.asha)) == (1, 1)
    place.opened_by(place.house.ravi)
    assert (lines(place, place.house.ravi), lines(place, place.house.asha)) == (0, 1)


def test_she_gets_no_mail_about_it(place: GoodPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """`ccaa8e7f`: letters climb day by day, and each advocate with one that waited got a mail for each."""
    asked: dict[str, set[int]] = {}

    def note(_session: Session, people: Iterable[int], _box: str, _site_id: int, day: str, _step: int) -> None:
        asked.setdefault(day, set()).update(people)

    monkeypatch.setattr(notices, "ask_to_sign_in", note)
    two_days(place)
    place.clock.move(days=2)
    escalate_late_letters()
    first, second = (asked[day] for day in sorted(asked))
    assert {place.house.asha.id, place.house.ravi.id} <= first
    assert place.house.asha.id in second
    assert place.house.ravi.id not in second


def test_no_list_of_thanks_shows_her_what_became_of_it(place: GoodPlace) -> None:
    """`ccaa8e7f`: *Good news on the board* showed every advocate each thank-you, with name and sentence."""
    place.says(
        words="She helps me",
        topic=["adult"],
        destination="adult",
        thank=str(place.house.joshi.id),
        without=(place.house.ravi,),
    )
    place.hour()
    place.asks(place.house.asha, place.house.boss)
    place.agrees(place.house.boss)
    page = place.at(place.house.asha).open(DESK).text
    assert SENTENCE in page
    (entry,) = re.findall(rf'action="({DESK}board/[0-9a-f]{{32}})"', page)
    ravi = place.at(place.house.ravi)
    assert SENTENCE not in ravi.open(DESK).text
    ravi.send(entry, {"why": "hurts"}, 404)
    assert SENTENCE in place.at(place.house.asha).open(DESK).text

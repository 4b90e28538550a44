"""Wrong codes: twenty a day for a tablet; phones of a place are slowed and warned of, never locked (PRIVACY.md C)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.seed_rows import NOON, Ground, ground
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.threads.child_codes import code_attempts
from youthvoice.threads.child_codes.code_attempts import (
    SLOW_FROM,
    CodeAttempt,
    TooManyCodeAttempts,
    of_place,
    of_tablet,
    pause,
)
from youthvoice.threads.models import CodeAttemptRow

PEPPER, DAY = b"p" * 32, date(2026, 11, 24)


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Iterator[Ground]:
    with ground(settings, tmp_path / "keys") as laid:
        yield laid


def tried(house: Ground, trying: CodeAttempt, now: datetime = NOON, *, right: bool = False) -> str:
    """Try once; `taken`, or why not."""
    try:
        with db.writing(house.engine) as session:
            code_attempts.begin_attempt(session, PEPPER, trying, now)
        with db.writing(house.engine) as session:
            code_attempts.finish_attempt(session, trying, right=right)
    except TooManyCodeAttempts as error:
        return error.code
    return "taken"


def with_wrong_ones(house: Ground, trying: CodeAttempt, number: int) -> None:
    with db.writing(house.engine) as session:
        session.merge(CodeAttemptRow(who=trying.who, day=trying.day, tries=number, slot=bytes(32), warned=False))


@pytest.mark.dialect("put in once")
def test_a_tablet_is_slowed_from_twenty_wrong_tries_on_and_never_closed(house: Ground) -> None:
    """Twenty tries with a copied cookie closed *My answer* there for the day."""
    tablet, other = of_tablet(PEPPER, 1, DAY), of_tablet(PEPPER, 2, DAY)
    assert [tried(house, tablet) for _ in range(22)] == ["taken"] * 21 + ["wait"]
    assert tried(house, tablet, NOON + timedelta(seconds=5), right=True) == "taken"
    with_wrong_ones(house, tablet, 10**6)
    assert tried(house, tablet, NOON + timedelta(seconds=600)) == "taken"
    assert tried(house, tablet, NOON + timedelta(seconds=1199)) == "wait"
    assert tried(house, other) == "taken"
    assert tried(house, of_tablet(PEPPER, 1, DAY + timedelta(days=1))) == "taken"


@pytest.mark.dialect("put in once")
def test_right_tries_are_not_counted_and_leave_no_row(house: Ground) -> None:
    tablet = of_tablet(PEPPER, 1, DAY)
    assert [tried(house, tablet, right=True) for _ in range(25)] == ["taken"] * 25
    with db.reading(house.engine) as session:
        assert session.scalars(select(CodeAttemptRow)).all() == []


@pytest.mark.dialect("put in once")
def test_a_slowed_place_takes_one_try_in_each_stretch_of_time_and_is_never_locked(house: Ground) -> None:
    place = of_place(PEPPER, 1, DAY)
    with_wrong_ones(house, place, SLOW_FROM)
    assert tried(house, place) == "taken"
    assert tried(house, place, NOON + timedelta(seconds=2)) == "wait"
    assert tried(house, place, NOON + timedelta(seconds=5)) == "taken"
    with_wrong_ones(house, place, 10**6)
    assert tried(house, place, NOON) == "taken"
    assert tried(house, place, NOON + timedelta(seconds=599)) == "wait"
    assert tried(house, place, NOON + timedelta(seconds=600)) == "taken"


@pytest.mark.dialect("put in once")
def test_other_places_and_tablets_are_not_slowed(house: Ground) -> None:
    with_wrong_ones(house, of_place(PEPPER, 1, DAY), 5000)
    assert [tried(house, of_place(PEPPER, 2, DAY)) for _ in range(3)] == ["taken"] * 3
    assert tried(house, of_tablet(PEPPER, 1, DAY)) == "taken"


def test_the_pause_doubles_with_every_hundred_up_to_ten_minutes() -> None:
    assert [pause(tries) for tries in (0, 99, 100, 199, 200, 300, 700, 800, 10**9)] == [
        0, 0, 5, 5, 10, 20, 320, 600, 600,
    ]  # fmt: skip


@pytest.mark.dialect("put in once")
def test_advocates_are_warned_once_a_day_of_their_site_alone(house: Ground) -> None:
    sites = {1: DAY, 2: DAY}
    with_wrong_ones(house, of_place(PEPPER, 1, DAY), SLOW_FROM)
    with_wrong_ones(house, of_place(PEPPER, 2, DAY), SLOW_FROM - 1)
    with db.reading(house.engine) as session:
        assert code_attempts.slowed_sites(session, PEPPER, sites) == {1}
    told = []
    for _ in range(2):
        with db.writing(house.engine) as session:
            told.append(code_attempts.sites_to_warn(session, PEPPER, sites))
    assert told == [{1}, set()]
    with db.reading(house.engine) as session:
        assert code_attempts.slowed_sites(session, PEPPER, sites) == {1}
        assert code_attempts.slowed_sites(session, PEPPER, {1: DAY + timedelta(days=1)}) == set()


def test_whoever_tries_one_thing_takes_tries_of_nothing_else() -> None:
    """A representative's wrong pictures, wrong slips and a phone's guesses block no child who comes for her answer."""
    every = (
        of_tablet(PEPPER, 1, DAY),
        of_place(PEPPER, 1, DAY),
        code_attempts.of_tablets(PEPPER, 1, DAY),
        code_attempts.of_representatives(PEPPER, 1, DAY),
        code_attempts.of_slips(PEPPER, 1, "election/1", DAY),
        code_attempts.of_slips(PEPPER, 1, "election/11", DAY),
        code_attempts.of_slips_at(PEPPER, 1, DAY),
        code_attempts.of_enrolment(PEPPER, DAY),
    )
    assert len({one.who for one in every}) == len(every)


@pytest.mark.dialect("put in once")
def test_old_days_are_forgotten(house: Ground) -> None:
    tried(house, of_tablet(PEPPER, 1, DAY - timedelta(days=2)))
    tried(house, of_tablet(PEPPER, 1, DAY))
    with db.writing(house.engine) as session:
        code_attempts.forget_old_attempts(session, DAY - timedelta(days=1))
    with db.reading(house.engine) as session:
        assert session.scalars(select(CodeAttemptRow.day)).all() == [DAY]


@pytest.mark.dialect("put in once")
def test_the_rows_tell_no_tablet_no_place_and_no_time(house: Ground) -> None:
    """T6: another hash every day, so that not even two days of one tablet belong together."""
    assert of_tablet(PEPPER, 1, DAY).who != of_tablet(PEPPER, 1, DAY + timedelta(days=1)).who
    assert of_tablet(PEPPER, 1, DAY).who != of_place(PEPPER, 1, DAY).who
    assert {column.name for column in CodeAttemptRow.__table__.columns} == {
        "who",
        "day",
        "tries",
        "slot",
        "noise",
        "warned",
    }

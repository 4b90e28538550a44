"""Wrong codes: twenty a day for a tablet; phones of a place are slowed and warned of, never locked (PRIVACY.md C)."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select

from tests.support.long_tests import breadth
from tests.support.seed_rows import NOON, Ground, ground
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.sites.store import CurrentTablet, Site
from youthvoice.threads.child_codes import code_attempts
from youthvoice.threads.child_codes.code_attempts import (
    SLOW_FROM,
    AttemptCounter,
    TooManyCodeAttempts,
    pause,
    place_counter,
    tablet_counter,
)
from youthvoice.threads.child_codes.slip_attempts import slip_counter
from youthvoice.threads.models import CodeAttemptRow

PEPPER, DAY = b"p" * 32, date(2026, 11, 24)


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Iterator[Ground]:
    with ground(settings, tmp_path / "keys") as laid:
        yield laid


def tried(house: Ground, attempt: AttemptCounter, now: datetime = NOON, *, right: bool = False) -> str:
    """Try once; `taken`, or why not."""
    try:
        with db.writing(house.engine) as session:
            begun = code_attempts.begin_attempt(session, PEPPER, attempt, now)
        with db.writing(house.engine) as session:
            code_attempts.finish_attempt(session, begun, right=right)
    except TooManyCodeAttempts as error:
        return error.code
    return "taken"


def asks(house: Ground, attempt: AttemptCounter, now: datetime, *, right: bool = False) -> str:
    """Try pictures once, as a page does."""
    try:
        code_attempts.refuse_if_slowed(PEPPER, [attempt], now)
        code_attempts.try_and_count(PEPPER, [attempt], now, lambda _session: True if right else None)
    except TooManyCodeAttempts as error:
        return error.code
    return "taken"


def rows(house: Ground) -> list[tuple[object, ...]]:
    """Everything that is kept, but for chance."""
    with db.reading(house.engine) as session:
        every = session.scalars(select(CodeAttemptRow).order_by(CodeAttemptRow.who))
        return [(row.who, row.day, row.tries, row.slot, row.warned) for row in every]


def with_wrong_ones(house: Ground, attempt: AttemptCounter, number: int) -> None:
    with db.writing(house.engine) as session:
        session.merge(CodeAttemptRow(who=attempt.who, day=attempt.day, tries=number, slot=bytes(32), warned=False))


@pytest.mark.dialect("put in once")
def test_a_tablet_is_slowed_from_twenty_wrong_tries_on_and_never_closed(house: Ground) -> None:
    """Twenty tries with a copied cookie closed *My answer* there for the day."""
    attempt, other = tablet_counter(PEPPER, 1, DAY), tablet_counter(PEPPER, 2, DAY)
    assert [tried(house, attempt) for _ in range(22)] == ["taken"] * 21 + ["wait"]
    assert tried(house, attempt, NOON + timedelta(seconds=5), right=True) == "taken"
    with_wrong_ones(house, attempt, 10**6)
    assert tried(house, attempt, NOON + timedelta(seconds=600)) == "taken"
    assert tried(house, attempt, NOON + timedelta(seconds=1199)) == "wait"
    assert tried(house, other) == "taken"
    assert tried(house, tablet_counter(PEPPER, 1, DAY + timedelta(days=1))) == "taken"


@pytest.mark.dialect("put in once")
def test_right_tries_are_not_counted_and_leave_no_row(house: Ground) -> None:
    attempt = tablet_counter(PEPPER, 1, DAY)
    assert [tried(house, attempt, right=True) for _ in range(25)] == ["taken"] * 25
    with db.reading(house.engine) as session:
        assert session.scalars(select(CodeAttemptRow)).all() == []


@pytest.mark.dialect("put in once")
def test_a_slowed_place_takes_one_try_in_each_stretch_of_time_and_is_never_locked(house: Ground) -> None:
    attempt = place_counter(PEPPER, 1, DAY)
    with_wrong_ones(house, attempt, SLOW_FROM)
    assert tried(house, attempt) == "taken"
    assert tried(house, attempt, NOON + timedelta(seconds=2)) == "wait"
    assert tried(house, attempt, NOON + timedelta(seconds=5)) == "taken"
    with_wrong_ones(house, attempt, 10**6)
    assert tried(house, attempt, NOON) == "taken"
    assert tried(house, attempt, NOON + timedelta(seconds=599)) == "wait"
    assert tried(house, attempt, NOON + timedelta(seconds=600)) == "taken"


@pytest.mark.dialect("put in once")
def test_other_places_and_tablets_are_not_slowed(house: Ground) -> None:
    with_wrong_ones(house, place_counter(PEPPER, 1, DAY), 5000)
    assert [tried(house, place_counter(PEPPER, 2, DAY)) for _ in range(3)] == ["taken"] * 3
    assert tried(house, tablet_counter(PEPPER, 1, DAY)) == "taken"


def test_the_pause_doubles_with_every_hundred_up_to_ten_minutes() -> None:
    assert [pause(tries) for tries in (0, 99, 100, 199, 200, 300, 700, 800, 10**9)] == [
        0, 0, 5, 5, 10, 20, 320, 600, 600,
    ]  # fmt: skip


@pytest.mark.dialect("put in once")
def test_advocates_are_warned_once_a_day_of_their_site_alone(house: Ground) -> None:
    sites = {1: DAY, 2: DAY}
    with_wrong_ones(house, place_counter(PEPPER, 1, DAY), SLOW_FROM)
    with_wrong_ones(house, place_counter(PEPPER, 2, DAY), SLOW_FROM - 1)
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
        tablet_counter(PEPPER, 1, DAY),
        place_counter(PEPPER, 1, DAY),
        code_attempts.tablets_counter(PEPPER, 1, DAY),
        code_attempts.representatives_counter(PEPPER, 1, DAY),
        *(
            slip_counter(
                PEPPER, CurrentTablet(1, cast("Site", None), line=line), "election/1", DAY, delivered=delivered
            )
            for line in ("home", "away")
            for delivered in (False, True)
        ),
        slip_counter(PEPPER, CurrentTablet(1, cast("Site", None), line="home", by_pass_alone=True), "election/1", DAY),
        slip_counter(PEPPER, CurrentTablet(1, cast("Site", None), line="home"), "election/11", DAY),
        code_attempts.site_slips_counter(PEPPER, 1, DAY),
        code_attempts.enrolment_counter(PEPPER, DAY),
    )
    assert len({one.who for one in every}) == len(every)


@pytest.mark.dialect("put in once")
def test_old_days_are_forgotten(house: Ground) -> None:
    tried(house, tablet_counter(PEPPER, 1, DAY - timedelta(days=2)))
    tried(house, tablet_counter(PEPPER, 1, DAY))
    with db.writing(house.engine) as session:
        code_attempts.forget_old_attempts(session, DAY - timedelta(days=1))
    with db.reading(house.engine) as session:
        assert session.scalars(select(CodeAttemptRow.day)).all() == [DAY]


@pytest.mark.dialect("put in once")
def test_the_rows_tell_no_tablet_no_place_and_no_time(house: Ground) -> None:
    """T6: another hash every day, so that not even two days of one tablet belong together."""
    assert tablet_counter(PEPPER, 1, DAY).who != tablet_counter(PEPPER, 1, DAY + timedelta(days=1)).who
    assert tablet_counter(PEPPER, 1, DAY).who != place_counter(PEPPER, 1, DAY).who
    assert {column.name for column in CodeAttemptRow.__table__.columns} == {
        "who",
        "day",
        "tries",
        "slot",
        "noise",
        "warned",
    }


# ---- Whoever goes on asking


@pytest.mark.dialect("writers wait for each other")
def test_a_right_try_while_slowed_leaves_its_slot_to_whoever_watches(house: Ground) -> None:
    """He who asked in the same slot was told to wait where a child had come for her answer, and else was not (C)."""
    attempt = tablet_counter(PEPPER, 1, DAY).by_line(PEPPER, "home")
    with_wrong_ones(house, attempt, 20)
    before = rows(house)
    assert tried(house, attempt, right=True) == "taken"
    assert rows(house) == before
    assert tried(house, attempt) == "taken"


@pytest.mark.dialect("writers wait for each other")
def test_two_at_once_leave_what_the_wrong_one_alone_would_leave(house: Ground) -> None:
    attempt = tablet_counter(PEPPER, 1, DAY)
    later = NOON + timedelta(seconds=5)
    with_wrong_ones(house, attempt, 20)
    with db.writing(house.engine) as session:
        right_attempt = code_attempts.begin_attempt(session, PEPPER, attempt, NOON)
        wrong_attempt = code_attempts.begin_attempt(session, PEPPER, attempt, later)
        code_attempts.finish_attempt(session, right_attempt, right=True)
        code_attempts.finish_attempt(session, wrong_attempt, right=False)
    both = rows(house)
    with_wrong_ones(house, attempt, 20)
    assert tried(house, attempt, later) == "taken"
    assert rows(house) == both


@pytest.mark.dialect("writers wait for each other")
@pytest.mark.parametrize("seed", breadth([0, 1], [2, 3, 4, 5]))
def test_no_history_of_right_tries_changes_what_a_watcher_is_answered(
    house: Ground, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Any tries of anybody, with the right ones and without: others get the same answers, and the rows are alike."""
    monkeypatch.setattr(db, "engine", lambda: house.engine)
    chance = random.Random(seed)  # noqa: S311 - of a test
    at, history = 0.0, []
    for _nth in range(70):
        at += chance.choice((0, 0.5, 2, 5, 11, 40))
        history.append((at, chance.choice(("home", "away", "else")), chance.random() < 0.4))
    attempt = tablet_counter(PEPPER, 1, DAY)

    def answers(come: list[tuple[float, str, bool]]) -> list[str]:
        with_wrong_ones(house, attempt, 18)
        replies = []
        for seconds, line, right in come:
            now = NOON + timedelta(seconds=seconds)
            before = rows(house)
            answer = asks(house, attempt.by_line(PEPPER, line), now, right=right)
            if right:
                assert rows(house) == before
            else:
                replies.append(answer)
        return replies

    with_all = answers(history)
    rows_before = rows(house)
    with db.writing(house.engine) as session:
        code_attempts.forget_old_attempts(session, DAY + timedelta(days=1))
    assert answers([one for one in history if not one[2]]) == with_all
    assert rows(house) == rows_before
    assert set(with_all) == {"taken", "wait"}


@pytest.mark.parametrize(
    ("scope", "wrong"), [(tablet_counter, 20), (tablet_counter, 10**6), (place_counter, 100), (place_counter, 10**6)]
)
@pytest.mark.dialect("writers wait for each other")
def test_whoever_takes_each_slot_takes_no_childs_place(
    house: Ground,
    monkeypatch: pytest.MonkeyPatch,
    scope: Callable[[bytes, int, date], AttemptCounter],
    wrong: int,
) -> None:
    """With a copied cookie, or as a stranger with a phone, he took fourteen of fourteen slots by being first in each.

    A child on another line gets in within two slots, twenty minutes at the longest, and no more is tried than before.
    """
    monkeypatch.setattr(db, "engine", lambda: house.engine)
    intruder_attempt, child_attempt = (scope(PEPPER, 1, DAY).by_line(PEPPER, line) for line in ("away", "home"))
    with_wrong_ones(house, intruder_attempt, wrong)
    with_wrong_ones(house, replace(intruder_attempt, who=intruder_attempt.line), wrong // 4)
    seconds = pause(wrong, 20 if scope is tablet_counter else SLOW_FROM)
    got: list[str] = []
    taken = 0
    for slot in range(14):
        now = NOON + timedelta(seconds=slot * seconds)
        taken += asks(house, intruder_attempt, now) == "taken"
        came = {asks(house, child_attempt, now + timedelta(seconds=more), right=True) for more in (1, seconds - 2)}
        got += came
    assert got == ["wait", "taken"] * 7
    assert taken == 7


@pytest.mark.dialect("writers wait for each other")
def test_many_lines_try_no_more_in_all_than_one_did(house: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "engine", lambda: house.engine)
    taken = 0
    with_wrong_ones(house, tablet_counter(PEPPER, 1, DAY), 10**6)
    for slot in range(8):
        for line in range(12):
            attempt = tablet_counter(PEPPER, 1, DAY).by_line(PEPPER, f"line {line}")
            taken += asks(house, attempt, NOON + timedelta(seconds=slot * 600 + line)) == "taken"
    assert taken == 8

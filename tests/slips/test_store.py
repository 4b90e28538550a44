"""Slips are dealt, spent once, and leave nothing of what they were spent with."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select

from tests.support.seed_rows import Ground, ground
from youthvoice import context, db
from youthvoice.config import Settings
from youthvoice.errors import Refused
from youthvoice.privacy.credentials.picture_codes import Picture
from youthvoice.slips.models import SlipRow
from youthvoice.slips.store import (
    Picks,
    count_slips,
    deal_slips,
    forget_slips,
    slip_screens,
    spend_slip,
    withdraw_slips,
)

OF = "election/7"


@pytest.fixture
def place(settings: Settings, tmp_path: Path) -> Iterator[Ground]:
    with ground(settings, tmp_path / "keys") as laid:
        laid.keyring.key_or_new("pepper")
        yield laid


def picks(pictures: tuple[Picture, ...]) -> Picks:
    return tuple(screen.index(one) for screen, one in zip(slip_screens(len(pictures)), pictures, strict=True))


def deal(place: Ground, number: int, of: str = OF, *, anew: bool = False, **more: object) -> list[Picks]:
    with db.writing(place.engine) as session:
        if anew:
            withdraw_slips(session, of)
        return [picks(one) for one in deal_slips(session, of, number, **more)]  # type: ignore[arg-type]


def spend(place: Ground, one: Picks, of: str = OF, waits_since: datetime | None = None) -> bool:
    with db.writing(place.engine) as session:
        return spend_slip(session, of, one, waits_since=waits_since)


def test_each_slip_is_good_once_and_for_one_thing(place: Ground) -> None:
    first, second = deal(place, 2)
    assert not spend(place, first, "election/8")
    assert [spend(place, first), spend(place, first), spend(place, second)] == [True, False, True]


def test_an_invented_slip_is_none(place: Ground) -> None:
    dealt = deal(place, 5)
    invented = next(one for one in ((0, 0, nth) for nth in range(9)) if one not in dealt)
    assert not spend(place, invented)
    assert not spend(place, (8, 8, 8, 8))


@pytest.mark.dialect("rows that an UPDATE or DELETE gives back")
def test_dealing_anew_ends_what_was_not_spent_and_keeps_what_was(place: Ground) -> None:
    old = deal(place, 10, most=12)
    assert spend(place, old[0])
    new = deal(place, 11, anew=True, most=12)
    assert [spend(place, one) for one in old if one not in new] == [False] * len([one for one in old if one not in new])
    assert all(spend(place, one) for one in new)
    assert old[0] not in new


def test_dealing_more_ends_nothing_and_never_makes_more_than_there_are_children(place: Ground) -> None:
    old = deal(place, 10, most=12)
    assert spend(place, old[0])
    with pytest.raises(Refused):
        deal(place, 3, most=12)
    more = deal(place, 2, most=12)
    assert not set(more) & set(old)
    assert all(spend(place, one) for one in old[1:] + more)


@pytest.mark.dialect("moments are compared")
def test_what_was_withdrawn_is_good_where_it_may_have_waited_since_before(place: Ground) -> None:
    """Ten children answered where no network is; then the rest of the slips was lost."""
    old = deal(place, 10, most=12)
    before, after = context.now() - timedelta(minutes=1), context.now() + timedelta(minutes=1)
    deal(place, 1, anew=True, most=12)
    assert not spend(place, old[0]), "a child sends it now"
    assert not spend(place, old[0], waits_since=after), "nothing waited there any more when they were withdrawn"
    assert [spend(place, old[0], waits_since=before) for _ in range(2)] == [True, False]


def test_nobody_deals_anew_until_every_guess_is_a_slip(place: Ground) -> None:
    for _ in range(10):
        deal(place, 32, anew=True, most=32)
    with pytest.raises(Refused, match="withdrawn_too_often"):
        deal(place, 32, anew=True, most=32)
    with db.reading(place.engine) as session:
        assert count_slips(session, OF).dealt == 320


def test_at_one_time_no_more_are_good_than_there_are_children(place: Ground) -> None:
    old = deal(place, 10, most=12)
    for wrong in (13, 0, -1):
        with pytest.raises(Refused):
            deal(place, wrong, most=12)
    with pytest.raises(Refused):
        deal(place, 4001)
    assert spend(place, old[0]), "a refused deal ends nothing"


def test_whoever_deals_learns_nothing_of_how_many_were_spent(place: Ground) -> None:
    """Dealing one less each time until it is taken would tell who deals how many children have answered so far."""

    def most_that_is_dealt(*, is_anew: bool) -> int:
        for number in range(14, 0, -1):
            with suppress(Refused):
                return len(deal(place, number, anew=is_anew, most=12))
        return 0

    told = []
    for spent in (0, 1, 7):
        assert all(spend(place, one) for one in deal(place, 8, anew=True, most=12)[:spent])
        told.append((most_that_is_dealt(is_anew=False), most_that_is_dealt(is_anew=True)))
    assert told == [(4, 12)] * 3


@pytest.mark.dialect("rows that an UPDATE or DELETE gives back")
def test_two_halves_of_a_card_lie_in_no_row_that_tells_they_are_one(place: Ground) -> None:
    """Who takes the rows of an open pair would else count the children who have answered both waves."""
    halves: dict[str, Any] = {"second_purpose": "pair/1/post/1", "name": "pair/1/1"}
    deck = deal(place, 6, "pair/1/pre/1", most=6, **halves)
    with db.reading(place.engine) as session:
        rows = session.scalars(select(SlipRow)).all()
    assert len({row.code_hash for row in rows}) == len(rows) == 12
    for half, is_twin in (("pair/1/pre/1", False), ("pair/1/post/1", True)):
        for good in (True, False):
            with db.writing(place.engine) as session:
                assert spend_slip(session, half, deck[0], "pair/1/1", is_twin) is good
    with db.writing(place.engine) as session:
        assert not spend_slip(session, "pair/1/post/1", deck[1], "pair/1/1"), "a first half is no second one"


@pytest.mark.dialect("writers wait for each other")
def test_several_sites_deal_by_themselves_and_end_together(place: Ground) -> None:
    here, there = "round/calm/1", "round/calm/2"
    first = deal(place, 6, here, most=10)
    deal(place, 4, there, most=10)
    assert spend(place, first[0], here)
    with db.writing(place.engine) as session:
        forget_slips(session, "round/calm")
        assert session.scalar(select(SlipRow).limit(1)) is None


def test_the_more_children_the_more_pictures(place: Ground) -> None:
    assert {len(one) for one in deal(place, 3, most=32)} == {4}
    assert {len(one) for one in deal(place, 3, most=33)} == {5}
    assert {len(one) for one in deal(place, 3, most=400)} == {6}


@pytest.mark.dialect("writers wait for each other")
def test_many_who_try_at_once_spend_it_once(place: Ground) -> None:
    (only,) = deal(place, 1)
    told: list[bool] = []
    ready = threading.Barrier(6)

    def one() -> None:
        place.app.app_context().push()
        ready.wait()
        told.append(spend(place, only))

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False] * 5 + [True]


def test_a_row_says_what_for_and_whether_it_was_spent_and_nothing_else(place: Ground) -> None:
    columns = {column["name"] for column in inspect(place.engine).get_columns("slips")}
    assert columns == {"id", "of", "code_hash", "spent", "withdrawn_at"}
    deal(place, 40)
    with db.reading(place.engine) as session:
        rows = session.scalars(select(SlipRow)).all()
    assert {(len(row.id), len(row.code_hash), row.of) for row in rows} == {(16, 32, OF)}
    assert place.keyring.key("pepper") not in {row.code_hash for row in rows}


def test_what_is_over_ends_its_own_slips_alone(place: Ground) -> None:
    """A round called nearly the same is another one."""
    deal(place, 3, "round/r7k2")
    deal(place, 3, "round/r7k2/1")
    kept = deal(place, 3, "round/r7k22")
    with db.writing(place.engine) as session:
        forget_slips(session, "round/r7k2")
        assert set(session.scalars(select(SlipRow.of))) == {"round/r7k22"}
    assert all(spend(place, one, "round/r7k22") for one in kept)


@pytest.mark.dialect("writers wait for each other")
def test_of_two_who_deal_at_once_the_second_counts_what_the_first_dealt(place: Ground) -> None:
    """Two connections: the second waits for the first, and finds what it dealt."""

    def second() -> None:
        place.app.app_context().push()
        with suppress(Refused):
            deal(place, 5, most=10)

    other = threading.Thread(target=second)
    with db.writing(place.engine) as session:
        deal_slips(session, OF, 6, most=10)
        other.start()
        other.join(0.5)
    other.join()
    with db.reading(place.engine) as session:
        assert count_slips(session, OF) == (6, 0)

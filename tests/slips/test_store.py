"""Slips are dealt, spent once, and leave nothing of what they were spent with."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

from tests.support.seed_rows import Ground, ground
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.errors import Refused
from youthvoice.privacy.credentials.picture_codes import Picture
from youthvoice.slips.models import SlipRow
from youthvoice.slips.store import Picks, count_slips, deal_slips, forget_slips, slip_screens, spend_slip

OF = "election/7"


@pytest.fixture
def place(settings: Settings, tmp_path: Path) -> Iterator[Ground]:
    with ground(settings, tmp_path / "keys") as laid:
        laid.keyring.key_or_new("pepper")
        yield laid


def picks(pictures: tuple[Picture, ...]) -> Picks:
    return tuple(screen.index(one) for screen, one in zip(slip_screens(len(pictures)), pictures, strict=True))


def deal(place: Ground, number: int, of: str = OF, **more: object) -> list[Picks]:
    with db.writing(place.engine) as session:
        return [picks(one) for one in deal_slips(session, of, number, **more)]  # type: ignore[arg-type]


def spend(place: Ground, one: Picks, of: str = OF) -> bool:
    with db.writing(place.engine) as session:
        return spend_slip(session, of, one)


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
    new = deal(place, 11, most=12)
    assert [spend(place, one) for one in old if one not in new] == [False] * len([one for one in old if one not in new])
    assert all(spend(place, one) for one in new)
    assert old[0] not in new


def test_never_more_than_there_are_children_in_all(place: Ground) -> None:
    old = deal(place, 10, most=12)
    assert spend(place, old[0])
    with pytest.raises(Refused):
        deal(place, 12, most=12)
    assert spend(place, old[1]), "a refused deal ends nothing"
    for wrong in (0, -1):
        with pytest.raises(Refused):
            deal(place, wrong, most=12)
    with pytest.raises(Refused):
        deal(place, 4001)


@pytest.mark.dialect("writers wait for each other")
def test_several_sites_share_one_number_and_deal_by_themselves(place: Ground) -> None:
    here, there = "round/calm/1", "round/calm/2"
    first = deal(place, 6, here, most=10, within="round/calm/")
    deal(place, 4, there, most=10, within="round/calm/")
    with pytest.raises(Refused):
        deal(place, 5, there, most=10, within="round/calm/")
    assert spend(place, first[0], here)
    deal(place, 5, here, most=10, within="round/calm/")
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
    assert columns == {"id", "of", "code_hash", "spent"}
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
def test_two_who_deal_at_once_deal_to_no_more_children_than_there_are(place: Ground) -> None:
    """Two connections: the second waits for the first, and counts what it dealt."""
    refused: list[bool] = []

    def second() -> None:
        place.app.app_context().push()
        try:
            deal(place, 6, "round/calm/2", most=10, within="round/calm/")
        except Refused:
            refused.append(True)

    other = threading.Thread(target=second)
    with db.writing(place.engine) as session:
        deal_slips(session, "round/calm/1", 6, most=10, within="round/calm/")
        other.start()
        other.join(0.5)
    other.join()
    assert refused == [True]
    with db.reading(place.engine) as session:
        assert count_slips(session, "round/calm/", beginning=True).dealt == 6

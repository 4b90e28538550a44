"""Sealing and storing letters (PRIVACY.md A10, C; S3, S38)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.support.seed_rows import NOON, Ground, Reader, ground
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.threads.key_wraps import unwrap_letter_key
from youthvoice.threads.letters import letter_box, store
from youthvoice.threads.letters.letter_box import SealedLetter, open_letter, seal_letter
from youthvoice.threads.models import LetterRow
from youthvoice.threads.store import ReaderKey

LATER = NOON + timedelta(days=1)


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Iterator[Ground]:
    with ground(settings, tmp_path / "keys") as laid:
        yield laid


def write(house: Ground, words: str, *readers: Reader, now: datetime = NOON) -> SealedLetter:
    letter = seal_letter(
        house.keyring,
        words,
        site=house.place,
        round_id=1,
        question="words",
        readers=readers or (house.asha, house.ravi),
        now=now,
    )
    with db.writing(house.engine) as session:
        store.add_letters(session.connection(), [letter])
    return letter


def me(reader: Reader, site_id: int = 1) -> ReaderKey:
    return ReaderKey(reader.person_id, reader.public_key, frozenset({site_id}))


def read(house: Ground, letter: SealedLetter, reader: Reader, now: datetime = LATER) -> str:
    with db.reading(house.engine) as session:
        found = store.find_letter(session, letter.id, me(reader), now)
    assert found is not None
    return open_letter(house.keyring, found[1], reader.person_id, reader.pair.private).words


def test_each_advocate_reads_the_words_as_given(house: Ground) -> None:
    words = "  The tap drips ॐ مرحبا \n\n at nite "
    letter = write(house, words)
    assert read(house, letter, house.asha) == words
    assert read(house, letter, house.ravi) == words


def test_nobody_else_opens_it(house: Ground) -> None:
    letter = write(house, "only for her", house.asha)
    with db.reading(house.engine) as session:
        assert store.find_letter(session, letter.id, me(house.ravi), LATER) is None
        found = store.find_letter(session, letter.id, me(house.asha), LATER)
        reader_key = ReaderKey(house.asha.person_id, house.ravi.public_key, frozenset({1}))
        assert store.list_letters(session, reader_key, LATER) == []
    assert found is not None
    with pytest.raises(CannotOpen):
        unwrap_letter_key(letter.id, house.asha.person_id, found[1].wrapped, house.ravi.pair.private)


def test_a_letter_without_a_reader_is_refused(house: Ground) -> None:
    with pytest.raises(ValueError, match="nobody can read"):
        seal_letter(house.keyring, "hello", site=house.place, round_id=1, question="words", readers=[], now=NOON)


@pytest.mark.dialect("moments")
def test_it_is_shown_from_the_daily_hour_and_not_a_minute_before(house: Ground) -> None:
    letter = write(house, "wait for the hour")
    with db.reading(house.engine) as session:
        minute = timedelta(minutes=1)
        assert store.list_letters(session, me(house.asha), letter.shown_from - minute) == []
        assert store.find_letter(session, letter.id, me(house.asha), letter.shown_from - minute) is None
        (envelope,) = store.list_letters(session, me(house.asha), letter.shown_from)
    assert envelope.day == date(2026, 11, 24)
    # 17:30 at the site is past its hour of 17: tomorrow at 17:00, which is 11:30 UTC
    assert letter.shown_from == datetime(2026, 11, 25, 11, 30, tzinfo=UTC)


def test_an_advocate_of_another_site_sees_none(house: Ground) -> None:
    letter = write(house, "ours")
    with db.reading(house.engine) as session:
        assert store.list_letters(session, me(house.asha, 2), LATER) == []
        assert store.find_letter(session, letter.id, me(house.asha, 2), LATER) is None


def test_the_list_is_shuffled_and_does_not_keep_the_order_of_arrival(house: Ground) -> None:
    written = [write(house, f"letter {number}").id for number in range(12)]
    with db.reading(house.engine) as session:
        listed = [envelope.id for envelope in store.list_letters(session, me(house.asha), LATER)]
    assert sorted(listed) == sorted(written)
    assert listed == sorted(written)  # by random ids: the same for everybody, and nobody's order


@pytest.mark.dialect("put in once")
def test_the_first_look_is_noted_once(house: Ground) -> None:
    letter = write(house, "look")
    with db.writing(house.engine) as session:
        assert store.list_waiting_boxes(session, LATER) == [(1, letter.shown_from)]
        store.mark_letter_opened(session, letter.id, date(2026, 11, 25))
        store.mark_letter_opened(session, letter.id, date(2026, 11, 26))
    with db.reading(house.engine) as session:
        assert store.list_letters(session, me(house.asha), LATER)[0].looked_at_on == date(2026, 11, 25)
        assert store.list_waiting_boxes(session, LATER) == []


@pytest.mark.dialect("what a thief reads in the rows")
def test_short_and_long_words_look_alike_from_outside(house: Ground) -> None:
    write(house, "hi")
    write(house, "x" * 200)
    with db.reading(house.engine) as session:
        assert len(set(session.scalars(select(func.length(LetterRow.body))))) == 1


def test_when_its_month_has_ended_no_advocate_opens_it(house: Ground) -> None:
    letter = write(house, "gone one day")
    house.keyring.destroy(f"destruction-{letter.destruction_month}")
    with pytest.raises(KeyGone):
        read(house, letter, house.asha)


@pytest.mark.parametrize(
    ("arrives", "shown"),
    [
        (datetime(2026, 11, 24, 11, 29, tzinfo=UTC), datetime(2026, 11, 24, 11, 30, tzinfo=UTC)),
        (datetime(2026, 11, 24, 11, 30, tzinfo=UTC), datetime(2026, 11, 25, 11, 30, tzinfo=UTC)),
        (datetime(2026, 12, 31, 20, 0, tzinfo=UTC), datetime(2027, 1, 1, 11, 30, tzinfo=UTC)),
    ],
)
def test_a_letter_waits_for_the_next_daily_hour_of_its_site(arrives: datetime, shown: datetime) -> None:
    assert letter_box.shown_from(arrives, "Asia/Kolkata", 17) == shown


def test_the_daily_hour_keeps_its_hour_when_the_clocks_change() -> None:
    saturday = datetime(2026, 10, 24, 18, 0, tzinfo=UTC)  # 20:00 in Amsterdam; that night the clocks go back
    assert letter_box.shown_from(saturday, "Europe/Amsterdam", 17) == datetime(2026, 10, 25, 16, 0, tzinfo=UTC)


def test_a_first_look_is_due_the_day_after_it_was_shown() -> None:
    assert letter_box.first_look_due(date(2026, 12, 31)) == date(2027, 1, 1)
    assert letter_box.ends_in(date(2026, 11, 24)) == "2027-11"

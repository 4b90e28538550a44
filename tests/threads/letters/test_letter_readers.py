"""Whoever comes, goes, is left out or takes a new key: somebody opens every letter, and lists show what opens (S14)."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import update

from tests.support.long_tests import RUNS_LONG
from tests.support.seed_rows import NOON, Ground, Reader, _person, ground
from tests.threads.letters.test_letters import LATER, me, write
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.threads.key_wraps import unwrap_letter_key
from youthvoice.threads.letters import letter_readers
from youthvoice.threads.letters.letter_readers import AdvocatesBySite
from youthvoice.threads.letters.store import list_letters
from youthvoice.threads.models import LetterKeyWrapRow


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Iterator[Ground]:
    with ground(settings, tmp_path / "keys") as laid:
        yield laid


def present(*readers: Reader) -> AdvocatesBySite:
    return {1: readers}


def shown_to(house: Ground, reader: Reader) -> list[bytes]:
    with db.reading(house.engine) as session:
        return [envelope.id for envelope in list_letters(session, me(reader), LATER)]


def only_hers(house: Ground, reader: Reader, *others: Reader) -> set[bytes]:
    with db.reading(house.engine) as session:
        return letter_readers.list_letters_read_alone(session, me(reader), present(reader, *others))


def give(house: Ground, by: Reader, to: Reader, *others: Reader, only_back: bool = False) -> int:
    with db.writing(house.engine) as session:
        at, private = present(by, to, *others), by.pair.private
        return letter_readers.wrap_letters_for(session, me(by), private, to, at, only_back=only_back)


def leave_out(house: Ground, letter_id: bytes, people: list[Reader], *there: Reader) -> None:
    with db.writing(house.engine) as session:
        letter_readers.exclude_from_letter(session, letter_id, [one.person_id for one in people], there)


def with_new_key(reader: Reader) -> Reader:
    return replace(reader, pair=new_pair())


def test_the_sole_holder_of_a_letter_is_known_also_before_it_is_shown(house: Ground) -> None:
    shared, alone = write(house, "for both"), write(house, "for her", house.asha)
    assert only_hers(house, house.asha, house.ravi) == {alone.id}
    assert only_hers(house, house.ravi, house.asha) == set()
    assert only_hers(house, house.asha) == {alone.id, shared.id}, "nobody else is there"


def test_a_colleague_with_a_new_key_opens_nothing_is_shown_nothing_and_counts_for_nothing(house: Ground) -> None:
    letter, ravi = write(house, "for both"), with_new_key(house.ravi)
    assert shown_to(house, ravi) == []
    assert only_hers(house, house.asha, ravi) == {letter.id}


@pytest.mark.dialect("bytes and odd letters")
def test_she_gets_back_what_was_sealed_to_her_once_from_somebody_who_opens_it(house: Ground) -> None:
    letter, hers = write(house, "for both"), write(house, "hers alone", house.asha)
    ravi = with_new_key(house.ravi)
    assert give(house, house.asha, ravi, only_back=True) == 1
    assert shown_to(house, ravi) == [letter.id]
    assert give(house, house.asha, ravi, only_back=True) == 0
    assert only_hers(house, house.asha, ravi) == {hers.id}


def test_a_damaged_row_keeps_nothing_from_her_but_itself(house: Ground) -> None:
    damaged, whole, ravi = write(house, "damaged"), write(house, "whole"), with_new_key(house.ravi)
    with db.writing(house.engine) as session:
        hers = (LetterKeyWrapRow.letter_id == damaged.id, LetterKeyWrapRow.person_id == house.asha.person_id)
        session.execute(update(LetterKeyWrapRow).where(*hers).values(wrapped=bytes(80)))
    assert give(house, house.asha, ravi) == 1
    assert shown_to(house, ravi) == [whole.id]


def test_a_newcomer_gets_what_nobody_else_opens_and_no_more(house: Ground) -> None:
    write(house, "for both")
    alone, mala = write(house, "hers alone", house.asha), Reader(3, new_pair())
    with db.writing(house.engine) as session:
        session.add(_person(mala, "mala"))
    assert give(house, house.asha, mala, house.ravi) == 1
    assert shown_to(house, mala) == [alone.id]
    assert only_hers(house, house.asha, house.ravi, mala) == set()


def test_whoever_was_left_out_opens_it_no_more_and_never_gets_it_back(house: Ground) -> None:
    letter = write(house, "about ravi")
    leave_out(house, letter.id, [house.ravi], house.asha, house.ravi)
    assert shown_to(house, house.ravi) == []
    ravi = with_new_key(house.ravi)
    for someone in (house.ravi, ravi):
        assert give(house, house.asha, someone) == 0
        assert shown_to(house, someone) == []
    with db.reading(house.engine) as session:
        rows = {wrap.person_id: wrap for wrap in letter_readers.list_wraps_of(session, letter.id)}
    assert len(rows[house.ravi.person_id].wrapped) == len(rows[house.asha.person_id].wrapped)
    assert len(rows[house.ravi.person_id].tag or b"") == len(rows[house.asha.person_id].tag or b"")
    with pytest.raises(CannotOpen):
        unwrap_letter_key(letter.id, house.ravi.person_id, rows[house.ravi.person_id].wrapped, house.ravi.pair.private)


def test_whoever_never_had_it_and_is_left_out_does_not_get_it_as_a_newcomer(house: Ground) -> None:
    letter, mala = write(house, "about mala", house.asha), Reader(3, new_pair())
    with db.writing(house.engine) as session:
        session.add(_person(mala, "mala"))
    leave_out(house, letter.id, [mala], house.asha, mala)
    assert give(house, house.asha, mala) == 0


@pytest.mark.dialect("writers wait for each other")
def test_the_last_one_who_opens_it_stays(house: Ground) -> None:
    letter = write(house, "about both")
    leave_out(house, letter.id, [house.ravi, house.asha], house.asha, house.ravi)
    assert shown_to(house, house.ravi) == []
    assert shown_to(house, house.asha) == [letter.id]


def test_a_letter_of_another_site_is_not_given_away(house: Ground) -> None:
    write(house, "here", house.asha)
    ravi = with_new_key(house.ravi)
    with db.writing(house.engine) as session:
        elsewhere = {1: [house.asha], 2: [house.asha, ravi]}
        assert letter_readers.wrap_letters_for(session, me(house.asha), house.asha.pair.private, ravi, elsewhere) == 0


class LettersAndPeople(RuleBasedStateMachine):
    """Four advocates of one site, and whatever they do."""

    numbers = st.integers(1, 4)

    @initialize()
    def open_the_house(self) -> None:
        import tempfile  # noqa: PLC0415 - only this machine needs a folder of its own

        self.folder = tempfile.TemporaryDirectory()
        top = Path(self.folder.name)
        environment = {"YOUTHVOICE_DATA": str(top / "var"), "YOUTHVOICE_KEYS": str(top / "keys")}
        self.laid = ground(Settings.read({"YOUTHVOICE_MODE": "development", **environment}), top / "keys")
        self.house = self.laid.__enter__()
        self.people = {1: self.house.asha, 2: self.house.ravi, 3: Reader(3, new_pair()), 4: Reader(4, new_pair())}
        self.out: dict[bytes, set[int]] = {}
        with db.writing(self.house.engine) as session:
            session.add_all(_person(self.people[number], f"p{number}") for number in (3, 4))

    def teardown(self) -> None:
        if hasattr(self, "laid"):
            self.laid.__exit__(None, None, None)
            self.folder.cleanup()

    @property
    def there(self) -> list[Reader]:
        return list(self.people.values())

    def opens(self, letter_id: bytes) -> set[int]:
        return {number for number, one in self.people.items() if letter_id in shown_to(self.house, one)}

    @rule(to=st.sets(numbers, min_size=1))
    def a_child_writes(self, to: set[int]) -> None:
        readers = [one for number, one in self.people.items() if number in to]
        if readers:
            self.out[write(self.house, secrets.token_hex(4), *readers, now=NOON).id] = set()

    @rule(by=numbers, to=numbers, only_back=st.booleans())
    def one_gives(self, by: int, to: int, only_back: bool) -> None:
        if by != to and {by, to} <= set(self.people):
            others = [one for number, one in self.people.items() if number not in {by, to}]
            give(self.house, self.people[by], self.people[to], *others, only_back=only_back)

    @rule(people=st.lists(numbers, unique=True, max_size=4), data=st.data())
    def some_are_left_out(self, people: list[int], data: st.DataObject) -> None:
        if not self.out:
            return
        letter_id = data.draw(st.sampled_from(list(self.out)))  # in the order of making: the numbers are random
        named = [self.people[number] for number in people if number in self.people]
        leave_out(self.house, letter_id, named, *self.there)
        self.out[letter_id] |= {one.person_id for one in named} - self.opens(letter_id)

    @rule(number=numbers)
    def one_leaves(self, number: int) -> None:
        if number in self.people and len(self.people) > 1 and not self.would_lose(number):
            del self.people[number]

    @rule(number=numbers)
    def one_takes_a_new_key(self, number: int) -> None:
        if number in self.people and not self.would_lose(number):
            self.people[number] = with_new_key(self.people[number])

    def would_lose(self, number: int) -> bool:
        others = [one for each, one in self.people.items() if each != number]
        return bool(only_hers(self.house, self.people[number], *others))

    @invariant()
    def somebody_opens_every_letter_and_nobody_who_was_left_out(self) -> None:
        for letter_id, out in getattr(self, "out", {}).items():
            found = self.opens(letter_id)
            assert found
            assert not found & out
            with db.reading(self.house.engine) as session:
                rows = {wrap.person_id: wrap.wrapped for wrap in letter_readers.list_wraps_of(session, letter_id)}
            for number in found:
                assert unwrap_letter_key(letter_id, number, rows[number], self.people[number].pair.private)


TestLettersAndPeople = LettersAndPeople.TestCase
TestLettersAndPeople.settings = settings(
    max_examples=20 if RUNS_LONG else 8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)

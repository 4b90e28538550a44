"""Who was left out stays out, and nobody leaves a thread that only she reads (S14, PRIVACY.md C)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.seed_rows import Ground, ground
from tests.threads.test_threads import DAY, opened, told
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.threads import readership
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.readership import FROM_AGENDA, FROM_LETTER, LastReader
from youthvoice.threads.store import find_thread

ASHA, RAVI, LEAD = 1, 2, 3


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Iterator[Ground]:
    with ground(settings, tmp_path / "keys") as laid:
        yield laid


@pytest.mark.parametrize("kind", [FROM_LETTER, FROM_AGENDA])
def test_whom_an_advocate_left_out_of_what_she_made_a_report_of_stays_out(kind: str) -> None:
    """A person who is named in a letter must not read the report that was made of it."""
    entry = ThreadEntry(kind, ASHA, DAY, said={"left_out": [RAVI], "reads": [ASHA, LEAD]})
    assert readership.excluded_readers([entry]) == {RAVI}
    assert readership.excluded_readers([ThreadEntry("note", ASHA, DAY, said={"left_out": [LEAD]})]) == frozenset()


def test_who_was_left_out_or_stepped_back_is_not_offered_it_again() -> None:
    entries = [
        ThreadEntry("told", CHILD, DAY, said={"reads": [ASHA, RAVI, LEAD]}),
        ThreadEntry("child", CHILD, DAY, said={"left_out": [RAVI]}),
        ThreadEntry("recused", LEAD, DAY),
    ]
    assert readership.granted_readers(entries) == {ASHA}


@pytest.mark.dialect("writers wait for each other")
def test_nobody_steps_back_as_the_last_reader(house: Ground) -> None:
    alone, both = told(house, house.asha), told(house, house.asha, house.ravi)
    present = [house.asha, house.ravi]
    with db.writing(house.engine) as session:
        thread = find_thread(session, alone.id, to_change=True)
        assert thread
        with pytest.raises(LastReader):
            readership.step_back(session, thread, ASHA, present)
    assert opened(house, alone, house.asha)
    with db.writing(house.engine) as session:
        thread = find_thread(session, both.id, to_change=True)
        assert thread
        readership.step_back(session, thread, ASHA, present)
        with pytest.raises(LastReader):
            readership.step_back(session, thread, RAVI, present)
    assert opened(house, both, house.asha) is None
    assert opened(house, both, house.ravi)

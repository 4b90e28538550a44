"""Who was left out stays out, and nobody leaves a thread that only she reads (S14, PRIVACY.md C)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ground import Ground, ground
from tests.threads.test_threads import DAY, opened, told
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.threads import store
from youthvoice.threads.entries import CHILD, Entry
from youthvoice.threads.readers import membership
from youthvoice.threads.readers.membership import FROM_AGENDA, FROM_LETTER, LastReader

ASHA, RAVI, LEAD = 1, 2, 3


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Iterator[Ground]:
    with ground(settings, tmp_path / "keys") as laid:
        yield laid


@pytest.mark.parametrize("kind", [FROM_LETTER, FROM_AGENDA])
def test_whom_an_advocate_left_out_of_what_she_made_a_report_of_stays_out(kind: str) -> None:
    """A person who is named in a letter must not read the report that was made of it."""
    made = Entry(kind, ASHA, DAY, said={"left_out": [RAVI], "reads": [ASHA, LEAD]})
    assert membership.kept_out([made]) == {RAVI}
    assert membership.kept_out([Entry("note", ASHA, DAY, said={"left_out": [LEAD]})]) == frozenset()


def test_who_was_left_out_or_stepped_back_is_not_offered_it_again() -> None:
    entries = [
        Entry("told", CHILD, DAY, said={"reads": [ASHA, RAVI, LEAD]}),
        Entry("child", CHILD, DAY, said={"left_out": [RAVI]}),
        Entry("recused", LEAD, DAY),
    ]
    assert membership.were_given(entries) == {ASHA}


@pytest.mark.dialect("writers wait for each other")
def test_nobody_steps_back_as_the_last_reader(house: Ground) -> None:
    alone, both = told(house, house.asha), told(house, house.asha, house.ravi)
    present = [house.asha, house.ravi]
    with db.writing(house.engine) as session:
        facts = store.facts(session, house.keyring, alone.id, to_change=True)
        assert facts
        with pytest.raises(LastReader):
            membership.step_back(session, house.keyring, facts, ASHA, present)
    assert opened(house, alone, house.asha)
    with db.writing(house.engine) as session:
        facts = store.facts(session, house.keyring, both.id, to_change=True)
        assert facts
        membership.step_back(session, house.keyring, facts, ASHA, present)
        with pytest.raises(LastReader):
            membership.step_back(session, house.keyring, facts, RAVI, present)
    assert opened(house, both, house.asha) is None
    assert opened(house, both, house.ravi)

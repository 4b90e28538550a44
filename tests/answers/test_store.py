"""What is owed, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.surveys.closing_house import ADVOCATE, COORDINATOR, DECIDER, OTHER_SITE, SITE, House, house
from youthvoice import db
from youthvoice.answers import store
from youthvoice.answers.facts import Part
from youthvoice.answers.models import Owed
from youthvoice.answers.store import NotAnAnswer
from youthvoice.config import Settings

TODAY, TOMORROW = date(2026, 12, 1), date(2026, 12, 2)
FOOD, SLEEP = Part("food", {"en": "Food"}), Part("sleep", {"en": "Sleep"})


@pytest.fixture
def home(on_both: Settings, tmp_path: Path) -> Iterator[House]:
    with house(on_both, tmp_path / "keys") as made:
        yield made


def owe(home: House, kind: str = "round", **more: object) -> int:
    usual: dict[str, object] = {
        "site_id": SITE, "subject": "maple", "about": {"en": "Days here"}, "due": date(2026, 12, 12),
    }  # fmt: skip
    usual |= {"owner_id": DECIDER} if kind == "round" else {"owner_role": "advocate"}
    with db.writing(home.engine) as session:
        return store.owe(session, kind=kind, **(usual | more)).id  # type: ignore[arg-type]


def approve(home: House, *parts: Part) -> None:
    with db.writing(home.engine) as session:
        store.set_parts(session, "round", "maple", parts, TODAY)


def reply(home: House, owed_id: int, part: str = "", kind: str = "yes", words: str = "We will.", **more: date) -> None:
    with db.writing(home.engine) as session:
        store.reply(session, owed_id, part, kind, words, "en", DECIDER, more.get("day", TODAY))


def about(home: House) -> store.OwedFacts:
    with db.reading(home.engine) as session:
        found = store.about(session, "round", "maple")
    assert found is not None
    return found


def test_owing_the_same_twice_owes_it_once(home: House) -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda _: owe(home), range(4)))
    assert len(ids) == 1
    with db.reading(home.engine) as session:
        assert session.scalar(select(func.count()).select_from(Owed)) == 1


def test_something_owed_has_one_owner(home: House) -> None:
    with pytest.raises(ValueError, match="one owner"):
        owe(home, owner_role="advocate")


def test_a_person_owes_what_bears_her_name_and_her_role_at_her_sites(home: House) -> None:
    own, task, elsewhere = owe(home), owe(home, "safety"), owe(home, "safety", site_id=OTHER_SITE)
    with db.reading(home.engine) as session:
        assert [one.id for one in store.mine(session, DECIDER, "facilitator", {SITE})] == [own]
        assert [one.id for one in store.mine(session, ADVOCATE, "advocate", {SITE})] == [task]
        assert store.mine(session, COORDINATOR, "coordinator", {SITE}) == []
        assert store.of_hers(session, elsewhere, ADVOCATE, "advocate", {SITE}) is None
        assert store.of_hers(session, own, ADVOCATE, "advocate", {SITE}) is None


def test_the_earliest_date_stands_first(home: House) -> None:
    late = owe(home, subject="late", due=date(2026, 12, 20))
    early = owe(home, subject="early", due=date(2026, 11, 20))
    with db.reading(home.engine) as session:
        assert [one.id for one in store.mine(session, DECIDER, "facilitator", {SITE})] == [early, late]
        assert [one.id for one in store.overdue(session, {SITE}, TODAY)] == [early]


def test_a_round_is_answered_only_once_its_view_is_approved(home: House) -> None:
    owed_id = owe(home)
    with pytest.raises(NotAnAnswer, match="not_yet"):
        reply(home, owed_id)
    approve(home, FOOD)
    reply(home, owed_id)
    assert about(home).settled_on == TODAY


def test_every_question_answered_settles_the_round(home: House) -> None:
    owed_id = owe(home)
    approve(home, FOOD, SLEEP)
    reply(home, owed_id, "food")
    assert about(home).settled_on is None
    reply(home, owed_id, "sleep", "no_because", "The rooms are full.", day=TOMORROW)
    found = about(home)
    assert found.settled_on == TOMORROW
    assert [(one.part, one.kind) for one in found.replies] == [("food", "yes"), ("sleep", "no_because")]


def test_correcting_the_words_keeps_the_day(home: House) -> None:
    owed_id = owe(home)
    approve(home)
    reply(home, owed_id, words="We wil.")
    reply(home, owed_id, words="We will.", day=TOMORROW)
    found = about(home)
    assert (found.settled_on, len(found.replies)) == (TODAY, 1)
    given = found.reply()
    assert given is not None
    assert (given.words, given.day) == ("We will.", TODAY)


def test_a_task_needs_nobody_to_approve_it(home: House) -> None:
    reply(home, owe(home, "safety"), kind="done", words="We talked with everyone.")
    with db.reading(home.engine) as session:
        assert store.mine(session, ADVOCATE, "advocate", {SITE}) == []
        assert len(store.mine(session, ADVOCATE, "advocate", {SITE}, settled=True)) == 1

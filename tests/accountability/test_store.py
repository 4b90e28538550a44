"""What is owed, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.support.batches import ADVOCATE, COORDINATOR, DECIDER, OTHER_SITE, SITE, House, house
from tests.support.people import make_site
from youthvoice import db
from youthvoice.accountability import encryption, store
from youthvoice.accountability.entities import AnswerablePart, AnswerDue
from youthvoice.accountability.models import AnswerDueRow, QuietPageRow
from youthvoice.accountability.quiet_pages import list_site_groups, rewrite_pages, sites_beside
from youthvoice.accountability.replies import record_reply
from youthvoice.config import Settings
from youthvoice.errors import Refused

TODAY, TOMORROW = date(2026, 12, 1), date(2026, 12, 2)
FOOD, SLEEP = AnswerablePart("food", {"en": "Food"}), AnswerablePart("sleep", {"en": "Sleep"})


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Iterator[House]:
    with house(settings, tmp_path / "keys") as made:
        yield made


def owe(home: House, kind: str = "round", **more: object) -> int:
    usual: dict[str, object] = {
        "site_id": SITE, "subject": "maple", "about": {"en": "Days here"}, "due": date(2026, 12, 12),
    }  # fmt: skip
    usual |= {"owner_id": DECIDER} if kind == "round" else {"owner_role": "advocate"}
    with db.writing(home.engine) as session:
        return store.create_answer_due(session, kind=kind, **(usual | more)).id  # type: ignore[arg-type]


def approve(home: House, *parts: AnswerablePart) -> None:
    with db.writing(home.engine) as session:
        store.set_answerable_parts(session, "round", "maple", parts, TODAY)


def reply(home: House, owed_id: int, part: str = "", kind: str = "yes", words: str = "We will.", **more: date) -> None:
    with db.writing(home.engine) as session:
        record_reply(session, owed_id, part, kind, {"en": words}, DECIDER, more.get("day", TODAY))


def about(home: House) -> AnswerDue:
    with db.reading(home.engine) as session:
        answer_due = store.find_by_subject(session, "round", "maple")
    assert answer_due is not None
    return answer_due


@pytest.mark.dialect("put in once")
def test_owing_the_same_twice_owes_it_once(home: House) -> None:
    with ThreadPoolExecutor(4, initializer=home.enter) as pool:
        ids = set(pool.map(lambda _: owe(home), range(4)))
    assert len(ids) == 1
    with db.reading(home.engine) as session:
        assert session.scalar(select(func.count()).select_from(AnswerDueRow)) == 1


@pytest.mark.dialect("a constraint")
def test_something_owed_has_one_owner(home: House) -> None:
    with pytest.raises(ValueError, match="one owner"):
        owe(home, owner_role="advocate")


def test_a_person_owes_what_bears_her_name_and_her_role_at_her_sites(home: House) -> None:
    own, task, elsewhere = owe(home), owe(home, "safety"), owe(home, "safety", site_id=OTHER_SITE)
    with db.reading(home.engine) as session:
        assert [answer_due.id for answer_due in store.list_answers_due_of(session, DECIDER, "facilitator", {SITE})] == [
            own
        ]
        assert [answer_due.id for answer_due in store.list_answers_due_of(session, ADVOCATE, "advocate", {SITE})] == [
            task
        ]
        assert store.list_answers_due_of(session, COORDINATOR, "coordinator", {SITE}) == []
        assert store.find_answer_due_of(session, elsewhere, ADVOCATE, "advocate", {SITE}) is None
        assert store.find_answer_due_of(session, own, ADVOCATE, "advocate", {SITE}) is None


@pytest.mark.dialect("an order with nothing in it")
def test_the_earliest_date_stands_first(home: House) -> None:
    late = owe(home, subject="late", due=date(2026, 12, 20))
    early = owe(home, subject="early", due=date(2026, 11, 20))
    with db.reading(home.engine) as session:
        assert [answer_due.id for answer_due in store.list_answers_due_of(session, DECIDER, "facilitator", {SITE})] == [
            early,
            late,
        ]
        assert [answer_due.id for answer_due in store.list_overdue(session, ADVOCATE, {SITE}, TODAY)] == [early]


def test_a_round_is_answered_only_once_its_view_is_approved(home: House) -> None:
    owed_id = owe(home)
    with pytest.raises(Refused, match="not_yet"):
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
    answer_due = about(home)
    assert answer_due.settled_on == TOMORROW
    assert [(reply.part, reply.kind) for reply in answer_due.replies] == [("food", "yes"), ("sleep", "no_because")]


def test_correcting_the_words_keeps_the_day(home: House) -> None:
    owed_id = owe(home)
    approve(home)
    reply(home, owed_id, words="We wil.")
    reply(home, owed_id, words="We will.", day=TOMORROW)
    answer_due = about(home)
    assert (answer_due.settled_on, len(answer_due.replies)) == (TODAY, 1)
    given = answer_due.reply()
    assert given is not None
    assert (given.words, given.day) == ({"en": "We will."}, TODAY)


def test_a_task_needs_nobody_to_approve_it(home: House) -> None:
    reply(home, owe(home, "safety"), kind="done", words="We talked with everyone.")
    with db.reading(home.engine) as session:
        assert store.list_answers_due_of(session, ADVOCATE, "advocate", {SITE}) == []
        assert len(store.list_settled_of(session, ADVOCATE, "advocate", {SITE}, 9)) == 1


def test_a_blank_task_is_owed_by_nobody_and_answered_by_nobody(home: House) -> None:
    blank = owe(home, "safety", about={}, due=date(2026, 11, 20))
    with db.reading(home.engine) as session:
        assert store.list_answers_due_of(session, ADVOCATE, "advocate", {SITE}) == []
        assert store.list_settled_of(session, ADVOCATE, "advocate", {SITE}, 9) == []
        assert store.find_answer_due_of(session, blank, ADVOCATE, "advocate", {SITE}) is None
        assert store.list_overdue(session, ADVOCATE, {SITE}, TODAY) == []
        assert store.find_by_subject(session, "safety", "maple") is None
    with pytest.raises(Refused):
        reply(home, blank, kind="done")


def kept(home: House) -> dict[int, tuple[object, ...]]:
    """Every row, the locked part and all."""
    with db.reading(home.engine) as session:
        rows = session.execute(
            select(AnswerDueRow.id, AnswerDueRow.locked, AnswerDueRow.settled_on, AnswerDueRow.due)
        ).all()
        return {row.id: tuple(row) for row in rows}


def pages(home: House) -> dict[int, tuple[bytes, bytes]]:
    """Both locked columns of the page of each site."""
    with db.reading(home.engine) as session:
        rows = session.execute(select(QuietPageRow.site_id, QuietPageRow.states, QuietPageRow.replies))
        return {row.site_id: (row.states, row.replies) for row in rows}


def test_of_what_was_settled_in_ten_years_only_what_is_shown_is_opened(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """*Answers* opened all that an adult ever answered, to show twenty of it."""
    owed = [owe(home, "item", subject=f"item {nth}", owner_id=DECIDER, owner_role=None) for nth in range(60)]
    for nth, owed_id in enumerate(owed):
        reply(home, owed_id, day=date(2026, 1, 1) + timedelta(days=nth * 7 % 60))
    task = owe(home, "safety", owner_role=None, owner_id=DECIDER)
    reply(home, task, kind="done", day=date(2026, 2, 20))
    opened: list[int] = []
    real = encryption.open_body

    def note(row: AnswerDueRow) -> encryption.AnswerDueBody:
        opened.append(row.id)
        return real(row)

    monkeypatch.setattr(encryption, "open_body", note)
    with db.reading(home.engine) as session:
        shown = store.list_settled_of(session, DECIDER, "facilitator", {SITE}, 5)
        days = [answer_due.settled_on for answer_due in shown]
        assert days == [date(2026, 3, 1), date(2026, 2, 28), date(2026, 2, 27), date(2026, 2, 26), date(2026, 2, 25)]
        assert len(opened) <= 10
        every = store.list_settled_of(session, DECIDER, "facilitator", {SITE}, 999)
    assert [answer_due.id for answer_due in every][:5] == [answer_due.id for answer_due in shown]
    assert {answer_due.id for answer_due in every} == {*owed, task}


def test_what_a_person_may_not_see_hides_nothing_older_that_she_may(home: House) -> None:
    """Of tasks that answered themselves before the leads were asked a lead sees nothing, however many are newer."""
    owed = [owe(home, "too_many", subject=f"tree {nth}") for nth in range(40)]
    with db.writing(home.engine) as session:
        for nth, owed_id in enumerate(owed):
            row = session.get_one(AnswerDueRow, owed_id)
            row.settled_on, row.rung = date(2026, 1, 1) + timedelta(days=nth), "leads" if nth < 3 else "owner"
    with db.reading(home.engine) as session:
        shown = store.list_settled_of(session, COORDINATOR, "safeguarding_lead", {SITE}, 2)
    assert [answer_due.id for answer_due in shown] == [owed[2], owed[1]]


@pytest.mark.dialect("what a thief reads in the rows")
def test_an_answered_task_leaves_no_trace_that_a_blank_one_has_not(home: House) -> None:
    task, blank = owe(home, "safety"), owe(home, "safety", subject="birch", about={})
    rows, before = kept(home), pages(home)
    reply(home, task, kind="done", words="We talked with everyone. " * 20)
    assert kept(home) == rows, "no row tells"
    after = pages(home)
    assert all(old != new and len(old) == len(new) for old, new in zip(before[SITE], after[SITE], strict=True))
    assert len({len(rows[one][1]) for one in (task, blank)}) == 1  # type: ignore[arg-type]


def test_where_there_are_many_sites_an_answer_writes_the_pages_of_fifty_or_more_again(home: House) -> None:
    """A country has ten thousand, and whoever answers waits for them."""
    with db.writing(home.engine) as session:
        sites = [make_site(session, f"school-{nth:03}").id for nth in range(119)]
    task = owe(home, "safety")
    for site_id in sites:
        owe(home, "safety", site_id=site_id, subject=f"tree {site_id}", about={})
    before = pages(home)
    reply(home, task, kind="done", words="We talked with everyone.")
    after = pages(home)
    written = {site_id for site_id in before if after[site_id] != before[site_id]}
    with db.reading(home.engine) as session:
        groups = list_site_groups(session)
        assert sorted(map(len, groups)) == [60, 60]
        assert set(sites_beside(session, SITE)) == written
    rewrite_pages()
    assert all(pages(home)[site_id] != after[site_id] for site_id in before), "once a day the pages of all"


@pytest.mark.dialect("writers wait for each other")
def test_two_who_answer_tasks_at_once_wait_for_each_other(home: House) -> None:
    ids = [owe(home, "safety", subject=f"tree {number}") for number in range(6)]
    with ThreadPoolExecutor(4, initializer=home.enter) as pool:
        list(pool.map(lambda owed_id: reply(home, owed_id, kind="done"), ids))
    with db.reading(home.engine) as session:
        assert len(store.list_settled_of(session, ADVOCATE, "advocate", {SITE}, 9)) == 6


def test_what_is_locked_again_lies_under_the_newest_key(home: House) -> None:
    task = owe(home, "safety")
    reply(home, task, kind="done", words="We talked with everyone.")
    home.keyring.renew("kept-words")
    rewrite_pages()
    assert [blob[:2] for blob in pages(home)[SITE]] == [b"\x00\x02"] * 2
    with db.reading(home.engine) as session:
        settled = store.list_settled_of(session, ADVOCATE, "advocate", {SITE}, 9)
    assert [(due.id, due.replies[0].words) for due in settled] == [(task, {"en": "We talked with everyone."})]


def test_nobody_answers_a_round_before_an_advocate_approved_what_children_said(home: House) -> None:
    """S12."""
    owed_id = owe(home)
    with pytest.raises(Refused) as early:
        reply(home, owed_id)
    assert early.value.code == "not_yet"
    approve(home)
    reply(home, owed_id)
    assert about(home).settled_on == TODAY


def test_letters_are_not_done_by_saying_so(home: House) -> None:
    """S13: while one waits unopened it was not looked at."""
    owed_id = owe(home, "letters", subject="2026-11-30")
    with pytest.raises(Refused) as early:
        reply(home, owed_id, kind="done", words="We read them.")
    assert early.value.code == "letters_wait"
    with db.reading(home.engine) as session:
        assert session.scalars(select(AnswerDueRow.settled_on).where(AnswerDueRow.id == owed_id)).one() is None

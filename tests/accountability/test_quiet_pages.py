"""Ten years of tasks about safety: nothing is lost, an answer costs the same, and no byte tells what happened (T6)."""

import logging
import random
import threading
import time
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update

from tests.conftest import StillClock
from tests.support.people import Somebody, house, make_site
from youthvoice import context, db
from youthvoice.accountability import encryption, escalation_job, quiet_pages, replies, store
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.models import AnswerDueRow, QuietPageRow
from youthvoice.errors import CannotOpen

ROLES = ("advocate", "coordinator", "safeguarding_lead", "outside_recipient")
QUESTION = {"en": "Do you feel safe at night?", "hi": "क्या रात में सुरक्षित लगता है?", "ar": "هل تشعر بالأمان ليلاً؟"}
LONGEST = "हमने सब से बात की। " * 31

Stored = tuple[dict[str, bytes], tuple[bytes, bytes]]  # what a thief finds of a site: rows by subject, and its page


@dataclass
class Home:
    """Two sites whose rounds close alike; children say harm at the first only."""

    site_id: int
    calm_id: int
    people: dict[str, Somebody]
    clock: StillClock

    @property
    def who(self) -> tuple[int, str, set[int]]:
        return self.people["advocate"].id, "advocate", {self.site_id}

    def closes(self, subject: str, *, harm: bool = True) -> int:
        """A round closes at both; gives the row of the first one's task."""
        due = context.today() + timedelta(days=3)
        with db.writing(db.engine()) as session:
            first, _second = (
                store.create_answer_due(
                    session, site_id=site_id, kind="safety", subject=subject, about=about, might_be=QUESTION, due=due,
                    owner_role="advocate",
                ).id
                for site_id, about in ((self.site_id, QUESTION if harm else {}), (self.calm_id, {}))
            )  # fmt: skip
        return first

    def passes(self, days: int, *, comes_by: bool = True) -> None:
        """Days pass, and on the last one the work process comes by."""
        self.clock.move(days=days)
        if comes_by:
            with db.writing(db.engine()) as session:
                escalation_job.process_quiet_rows(session, [self.site_id, self.calm_id], context.today())

    def answers(self, task: int, words: str = "We talked.") -> None:
        with db.writing(db.engine()) as session:
            replies.record_reply(session, task, "", "done", {"en": words}, self.who[0], context.today())

    def lists(self, *, settled: bool = False) -> list[int]:
        with db.reading(db.engine()) as session:
            found = (
                store.list_settled_of(session, *self.who, 999)
                if settled
                else store.list_answers_due_of(session, *self.who)
            )
        return sorted(answer_due.id for answer_due in found)

    def opens(self, task: int) -> AnswerDue:
        with db.reading(db.engine()) as session:
            found = store.find_answer_due_of(session, task, *self.who)
        assert found is not None
        return found

    def said(self, task: int) -> list[str]:
        return [reply.words["en"] for reply in self.opens(task).replies]

    def stored(self, site_id: int) -> Stored:
        with db.reading(db.engine()) as session:
            of_site = (AnswerDueRow.kind == "safety", AnswerDueRow.site_id == site_id)
            rows = {row.subject: row.locked for row in session.scalars(select(AnswerDueRow).where(*of_site))}
            page = session.get_one(QuietPageRow, site_id)
            return rows, (page.states, page.replies)


@pytest.fixture
def home(app: Flask, clock: StillClock) -> Home:
    site_id, people = house(ROLES)
    with db.writing(db.engine()) as session:
        calm_id = make_site(session, "hill-school").id
    return Home(site_id, calm_id, people, clock)


def test_what_was_answered_years_ago_still_opens_and_its_words_can_be_corrected(home: Home) -> None:
    task = home.closes("maple/night")
    home.passes(1)
    home.answers(task)
    answered_on = context.today()
    assert home.lists(settled=True) == [task]
    for _year in range(4):
        home.passes(368)
    assert (home.said(task), home.opens(task).settled_on) == (["We talked."], answered_on)
    assert (home.lists(), home.lists(settled=True)) == ([], []), "Answers has those of about the last year"
    home.answers(task, "We talked, and the lamp works.")
    assert (home.said(task), home.opens(task).settled_on) == (["We talked, and the lamp works."], answered_on)
    for _year in range(2):
        home.passes(365)
    assert home.said(task) == ["We talked, and the lamp works."]


def test_a_late_answer_stays_on_the_list_though_its_row_has_just_had_an_anniversary(home: Home) -> None:
    task = home.closes("maple/night")
    home.passes(360)
    home.answers(task)
    home.passes(10)
    assert home.lists(settled=True) == [task]
    home.passes(365)
    assert (home.lists(settled=True), home.said(task)) == ([], ["We talked."])


def test_a_task_that_was_answered_is_not_due_again_when_its_round_is_closed_again(home: Home) -> None:
    task = home.closes("maple/night")
    home.answers(task)
    assert home.closes("maple/night") == task
    for _year in range(2):
        home.passes(368)
        assert home.closes("maple/night") == task
    assert (home.lists(), home.said(task)) == ([], ["We talked."])


def test_what_nobody_answered_for_years_waits_and_everybody_is_asked_until_somebody_does(home: Home) -> None:
    task = home.closes("maple/night")
    for _week in range(160):
        home.passes(7)
    assert home.lists() == [task]
    assert home.opens(task).rung == "outside"
    assert [missed.rung for missed in home.opens(task).late] == ["owner", "leads"]
    home.answers(task)
    home.passes(20)
    assert (home.lists(), home.lists(settled=True), home.said(task)) == ([], [task], ["We talked."])


@pytest.mark.parametrize("missed", [1, 30, 400, 1200])
def test_anniversaries_on_which_no_work_process_ran_are_made_up_for(home: Home, missed: int) -> None:
    task, blank = home.closes("maple/night"), home.closes("birch/night", harm=False)
    home.passes(1)
    home.answers(task)
    home.passes(366, comes_by=False)
    before = home.stored(home.site_id)[0]
    home.passes(missed)
    after = home.stored(home.site_id)[0]
    assert all(after[subject] != before[subject] for subject in before), "placeholders too"
    with db.reading(db.engine()) as session:
        row = session.get_one(AnswerDueRow, task)
        assert encryption.open_body(row).settled_on is not None
        assert encryption.open_body(session.get_one(AnswerDueRow, blank)).is_blank
    assert home.said(task) == ["We talked."]


def test_a_row_is_written_once_on_its_anniversary(home: Home) -> None:
    home.closes("maple/night")
    written_on, day = [], 0
    for days in (360, *[1] * 15, 350, *[1] * 15):
        before, day = home.stored(home.site_id), day + days
        home.passes(days)
        written_on += [day] if written(before, home.stored(home.site_id))[0] else []
    assert written_on == [368, 733], "its deadline was three days after the round"


def test_a_site_where_harm_is_said_each_month_and_nobody_ever_answers_looks_like_a_calm_one(home: Home) -> None:
    for month in range(36):
        home.closes(f"month-{month}/night")
        for _days in range(2):
            home.passes(15)
        assert lengths(home.stored(home.site_id)) == lengths(home.stored(home.calm_id))
    assert len(home.lists()) == 36


@pytest.mark.dialect("what a thief reads in the rows")
@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_at_a_site_a_thief_sees_the_same_at_a_calm_one(home: Home, seed: int) -> None:
    """Twelve rounds a year, answers of any length, corrections, silence, days without a work process, for years."""
    draw = random.Random(seed)  # noqa: S311 - a walk that can be walked again
    tasks: dict[int, str] = {}
    home.closes("first/night", harm=False)
    before = [home.stored(site_id) for site_id in (home.site_id, home.calm_id)]
    for step in range(120):
        match draw.choice(("close", "close", "answer", "answer", "pass", "pass", "stop")):
            case "close":
                harm = draw.random() < 0.7
                task = home.closes(f"round-{step}/night", harm=harm)
                tasks |= {task: ""} if harm else {}
            case "answer" if tasks:
                task = draw.choice(sorted(tasks))
                tasks[task] = draw.choice(("We talked.", LONGEST)).strip()
                home.answers(task, tasks[task])
            case "stop":
                home.passes(draw.choice((3, 40)), comes_by=False)
            case _:
                home.passes(draw.choice((1, 1, 2, 30, 90)))
        after = [home.stored(site_id) for site_id in (home.site_id, home.calm_id)]
        assert written(before[0], after[0]) == written(before[1], after[1])
        assert lengths(after[0]) == lengths(after[1])
        before = after
    assert home.lists() == sorted(task for task, words in tasks.items() if not words)
    assert [home.said(task) for task in tasks] == [[words] if words else [] for words in tasks.values()]


def written(before: Stored, after: Stored) -> tuple[list[str], list[bool]]:
    """Which rows were written, and which parts of the page."""
    rows = [subject for subject, locked in after[0].items() if before[0].get(subject) != locked]
    return sorted(rows), [old != new for old, new in zip(before[1], after[1], strict=True)]


def lengths(stored: Stored) -> tuple[dict[str, int], list[int]]:
    return {subject: len(locked) for subject, locked in stored[0].items()}, [len(part) for part in stored[1]]


def test_an_answer_writes_as_much_after_years_as_in_the_first_one(home: Home) -> None:
    """It wrote every row that there ever was, while children waited to send theirs."""
    sizes = []
    for year in range(4):
        tasks = [home.closes(f"year-{year}-{nth}/night", harm=nth % 3 == 0) for nth in range(12)]
        home.passes(1)
        for task in tasks[::3]:
            home.answers(task, LONGEST)
        before = home.stored(home.site_id)
        home.answers(tasks[0], "We talked again.")
        after = home.stored(home.site_id)
        assert written(before, after) == ([], [True, True])
        sizes.append(lengths(after)[1])
        for _quarter in range(4):
            home.passes(92)
    assert {replies for _states, replies in sizes} == {sizes[0][1]}
    assert sizes[-1][0] - sizes[0][0] <= 8192, "130 bytes for each older row, in steps of length"


def older_data() -> None:
    """As an installation stands whose version knew no pages: its rows have what happened."""
    with db.writing(db.engine()) as session:
        rows = session.scalars(select(AnswerDueRow).where(AnswerDueRow.kind == "safety")).all()
        for row, body in zip(rows, quiet_pages.open_bodies(session, rows), strict=True):
            encryption.keep_body(row, body)
        session.execute(delete(QuietPageRow))


def spoiled(home: Home) -> None:
    """As after a fault of the disk: the page is of the right length, and does not open."""
    with db.writing(db.engine()) as session:
        broken = {"states": bytes(4096), "replies": bytes(8192)}
        session.execute(update(QuietPageRow).where(QuietPageRow.site_id == home.site_id).values(**broken))


def test_what_an_older_version_stored_is_taken_over(home: Home) -> None:
    long_ago = home.closes("maple/night")
    home.passes(1)
    home.answers(long_ago, "Long ago.")
    for _year in range(2):
        home.passes(370)
    task, waits = home.closes("birch/night"), home.closes("oak/night")
    home.passes(6)
    home.answers(task)
    older_data()
    for _look in range(2):
        assert (home.lists(), home.lists(settled=True)) == ([waits], [task])
        assert [home.said(each) for each in (long_ago, task)] == [["Long ago."], ["We talked."]]
        assert [missed.rung for missed in home.opens(waits).late] == ["owner"]
        home.passes(1)
    home.answers(waits)
    assert home.lists() == []


def test_an_answer_is_taken_where_the_page_does_not_exist_yet(home: Home) -> None:
    task = home.closes("maple/night")
    older_data()
    home.answers(task)
    assert (home.lists(), home.lists(settled=True), home.said(task)) == ([], [task], ["We talked."])


@pytest.mark.postgresql("rows are locked one by one")
def test_transactions_that_make_pages_do_not_wait_for_each_other_in_a_circle(home: Home, app: Flask) -> None:
    home.closes("maple/night")
    with db.writing(db.engine()) as session:
        session.execute(delete(QuietPageRow).where(QuietPageRow.site_id == home.site_id))

    def lock_both() -> None:
        with app.app_context(), db.writing(db.engine()) as session:
            quiet_pages.lock_pages(session, [home.calm_id, home.site_id])

    other = threading.Thread(target=lock_both)
    with db.writing(db.engine()) as session:
        quiet_pages.lock_pages(session, [home.site_id])
        other.start()
        while not session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            time.sleep(0.01)
        assert [page.site_id for page in quiet_pages.lock_pages(session, [home.calm_id])] == [home.calm_id]
    other.join(10)
    assert not other.is_alive()


def test_a_page_that_does_not_open_hides_no_task_and_takes_no_answer_that_would_be_lost(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    task = home.closes("maple/night")
    spoiled(home)
    assert home.lists() == [task]
    with pytest.raises(CannotOpen):
        home.answers(task)
    other = home.closes("birch/night")
    with caplog.at_level(logging.ERROR):
        home.passes(1)
    assert f"page of site {home.site_id} about safety cannot be opened" in caplog.text
    assert home.lists() == sorted((task, other)), "the round closed, and its task waits"
    assert list(quiet_pages.check_answers()).count(False) == 1, "the doctor says so"


def test_a_task_that_does_not_open_keeps_back_no_other(home: Home) -> None:
    task, other = home.closes("maple/night"), home.closes("birch/night")
    with db.writing(db.engine()) as session:
        session.execute(update(AnswerDueRow).where(AnswerDueRow.id == task).values(locked=bytes(16_000)))
    home.passes(7)
    home.passes(400)
    assert home.opens(other).rung == "outside"

"""Closing, on both databases (PRIVACY.md A1, A2, A9, A11)."""

import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, event, insert, select

from tests.support import open_rounds as asking_house
from tests.support.batches import (
    AFTER,
    DECIDER,
    ENDS,
    OPENED,
    OTHER_SITE,
    QUARTER_KEY,
    SITE,
    House,
    a_question,
    house,
)  # fmt: skip
from youthvoice import db
from youthvoice.accountability.models import AnswerDueRow
from youthvoice.accountability.replies import record_reply
from youthvoice.accountability.store import list_answers_due_of
from youthvoice.audit.models import AuditEntryRow
from youthvoice.config import Settings
from youthvoice.errors import KeyGone
from youthvoice.privacy.crypto.symmetric_encryption import encrypt_padded, sealing_context
from youthvoice.sites.tablets.tablet_status import list_waiting_tablets
from youthvoice.surveys.batches import store
from youthvoice.surveys.batches.closing_job import (
    BatchLine,
    NotAllBatchesClosed,
    close_due_job,
    destroy_unused_answer_keys,
)
from youthvoice.surveys.batches.store import BatchNotCounted, load_counts
from youthvoice.surveys.choices.page import find_choice_status
from youthvoice.surveys.models import BatchRow, QuestionnaireRow, ResponseRow, RoundRow
from youthvoice.surveys.questionnaires.answer_encoding import encode_answers
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire, make_words
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.opening import open_rounds
from youthvoice.surveys.rounds.status import find_answer_due


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Iterator[House]:
    with house(settings, tmp_path / "keys") as made:
        yield made


@pytest.mark.dialect("what a thief reads in the rows")
def test_ten_sheets_are_counted_and_nothing_openable_is_left(home: House) -> None:
    round_ = home.open()
    home.send_many(round_, 7, food="good", friends="yes", night="yes")
    home.send_many(round_, 3, food="bad")
    assert home.close().lines == (BatchLine(round_.slug, "counted"),)
    batch = home.batch(round_)
    assert (batch.outcome, home.number(round_)) == ("counted", 10)
    with db.reading(home.engine) as session:
        counts = load_counts(session, round_.batch_id).by_question
    assert counts["food"] == {"bad": 3, "good": 7, "dont_know": 0, "did_not_say": 0}
    assert counts["friends"] == {"yes": 7, "no": 0, "dont_know": 0, "did_not_say": 3}
    assert home.sheets() == 0
    assert home.keyring.versions(QUARTER_KEY) == []
    with pytest.raises(KeyGone):
        home.keyring.key(QUARTER_KEY)


def test_an_open_round_is_left_alone(home: House) -> None:
    round_ = home.open()
    home.send_many(round_, 12, food="good")
    report = home.close(ENDS - timedelta(minutes=1))
    assert report.lines == (BatchLine(round_.slug, "not_ended", ENDS.date()),)
    assert home.sheets() == 12
    assert home.keyring.versions(QUARTER_KEY) == [1]


def test_nine_sheets_are_never_counted(home: House) -> None:
    round_ = home.open()
    home.send_many(round_, 9, food="good")
    assert home.close().with_code("too_few") == (round_.slug,)
    batch = home.batch(round_)
    assert (batch.outcome, batch.sealed_counts) == ("too_few", None)
    assert home.sheets() == 0
    assert home.keyring.names() == ["audit", "kept-words", "pepper"]
    with db.reading(home.engine) as session, pytest.raises(BatchNotCounted):
        load_counts(session, round_.batch_id)


def test_the_decider_can_answer_a_round_that_was_too_small_to_count(home: House) -> None:
    """S9, S12: every round has an answer, also when there is no view."""
    counted, small = home.open(), home.open()
    home.send_many(counted, 10, food="good")
    home.send_many(small, 2, food="good")
    home.close()
    with db.reading(home.engine) as session:
        owed = {
            answer_due.subject: answer_due.ready
            for answer_due in list_answers_due_of(session, DECIDER, "facilitator", {SITE})
        }
    assert owed == {counted.slug: False, small.slug: True}


def test_a_harm_answer_opens_a_task_without_a_number_also_under_ten(home: House) -> None:
    round_ = home.open(sites=(SITE, OTHER_SITE))
    home.send_many(round_, 2, night="no")
    home.send(round_, night="yes")
    home.close()
    for site_id in (SITE, OTHER_SITE):
        (task,) = home.tasks(site_id)
        assert (task.kind, task.owner_role, task.subject) == ("safety", "advocate", f"{round_.slug}/night")
        assert dict(task.about) == {"en": "About night?", "hi": "night?"}
        assert task.due == AFTER.date() + timedelta(days=3)


def test_no_harm_no_task(home: House) -> None:
    home.send_many(home.open(), 10, night="yes")
    home.close()
    assert home.tasks() == []


@pytest.mark.dialect("what a thief reads in the rows")
def test_every_safety_question_leaves_a_row_of_one_length_and_day_whether_harm_was_said_or_not(home: House) -> None:
    """A9: that a row is there must not tell a thief anything."""
    rounds = [home.open(), home.open()]
    for round_, said in zip(rounds, ("no", "yes"), strict=True):
        home.send_many(round_, 10, night=said)
    home.close()
    with db.reading(home.engine) as session:
        owed = {one.subject: one for one in session.scalars(select(AnswerDueRow).where(AnswerDueRow.kind == "safety"))}
        seen = {(len(one.locked), one.due, one.owner_role, one.settled_on) for one in owed.values()}
    assert set(owed) == {f"{round_.slug}/night" for round_ in rounds}
    assert len(seen) == 1


def test_more_sheets_than_children_are_looked_into(home: House) -> None:
    """Somebody may have stuffed it: the advocates of every site have a task, with a day."""
    round_ = home.open(invited=10, sites=(SITE, OTHER_SITE))
    home.send_many(round_, 12, night="yes")
    assert home.close().lines == (BatchLine(round_.slug, "too_many"),)
    for site_id in (SITE, OTHER_SITE):
        (task,) = home.tasks(site_id)
        assert (task.kind, task.owner_role, task.subject) == ("too_many", "advocate", round_.slug)
        assert task.due == AFTER.date() + timedelta(days=7)


@pytest.mark.dialect("writers wait for each other")
def test_of_two_rounds_of_a_quarter_the_last_to_close_takes_the_key_along(home: House) -> None:
    first, second = home.open(), home.open(ends_at=ENDS + timedelta(days=7))
    home.send_many(first, 10, food="good")
    home.send_many(second, 10, food="bad")
    home.close()
    assert home.keyring.versions(QUARTER_KEY) == [1]
    home.close(ENDS + timedelta(days=8))
    assert home.keyring.versions(QUARTER_KEY) == []
    assert home.number(second) == 10


def test_a_later_round_of_the_quarter_gets_new_bytes_under_the_same_name(home: House) -> None:
    first = home.open()
    home.send_many(first, 10, food="good")
    old = home.keyring.key(QUARTER_KEY)
    home.close()
    second = home.open(ends_at=ENDS + timedelta(days=14))
    home.send_many(second, 10, food="bad")
    assert home.keyring.key(QUARTER_KEY) != old
    assert home.close(ENDS + timedelta(days=15)).with_code("counted") == (second.slug,)


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_late_sheet_leaves_no_trace_but_its_receipt(home: House) -> None:
    round_ = home.open()
    home.send_many(round_, 10, food="good")
    home.close()
    assert home.send(round_, food="bad").late
    assert home.sheets() == 0
    home.close()
    assert home.keyring.versions(QUARTER_KEY) == []


def test_a_key_that_was_not_ended_because_the_process_died_ends_at_the_next_look(home: House) -> None:
    round_ = home.open()
    home.send_many(round_, 10, food="good")
    lost = home.keyring.key(QUARTER_KEY)
    home.close()
    home.keyring.key_or_new(QUARTER_KEY)  # as if the process had died before it could end it
    assert destroy_unused_answer_keys() == [QUARTER_KEY]
    assert destroy_unused_answer_keys() == []
    assert lost not in {home.keyring.key(name) for name in home.keyring.names()}


@contextmanager
def a_crash_at(home: House, statement: str) -> Iterator[None]:
    """The process dies when it comes to a statement."""

    def crash(connection: Connection, cursor: object, text: str, *rest: object) -> None:
        if text.startswith(statement):
            raise ConnectionResetError

    event.listen(home.engine, "before_cursor_execute", crash)
    try:
        yield
    finally:
        event.remove(home.engine, "before_cursor_execute", crash)


@pytest.mark.dialect("what was begun is rolled back")
@pytest.mark.parametrize(
    "statement", ["SELECT sheets", "INSERT INTO owed", "UPDATE batches", "DELETE FROM sheets", "INSERT INTO audit"]
)
def test_a_crash_at_any_point_loses_nothing(home: House, statement: str) -> None:
    round_ = home.open()
    home.send_many(round_, 9, food="good")
    home.send(round_, night="no")
    with a_crash_at(home, statement):
        assert home.close().lines == (BatchLine(round_.slug, "failed"),)
    assert (home.batch(round_).outcome, home.sheets(), home.tasks()) == (None, 10, [])
    assert home.keyring.versions(QUARTER_KEY) == [1]
    assert home.close().with_code("counted") == (round_.slug,)
    assert (home.number(round_), len(home.tasks())) == (10, 1)


def test_one_batch_that_cannot_be_closed_does_not_keep_the_others_open(home: House) -> None:
    broken, fine = home.open("awareness"), home.open()
    home.send_many(fine, 10, food="good")
    with db.writing(home.engine) as session:
        row = session.get_one(QuestionnaireRow, broken.questionnaire_id)
        row.body, row.digest = "{}", secrets.token_hex(32)
    assert home.close().lines == (BatchLine(broken.slug, "failed"), BatchLine(fine.slug, "counted"))


@pytest.mark.dialect("writers wait for each other")
def test_several_work_processes_at_once_close_a_batch_once(home: House) -> None:
    round_ = home.open()
    home.send_many(round_, 10, food="good", night="no")
    with ThreadPoolExecutor(4, initializer=home.enter) as pool:
        reports = list(pool.map(lambda _: home.close(), range(4)))
    closed = [slug for report in reports for slug in report.with_code("counted")]
    assert closed == [round_.slug]
    with db.reading(home.engine) as session:
        logged = session.scalars(select(AuditEntryRow.action).where(AuditEntryRow.action == "batch.counted")).all()
        assert load_counts(session, round_.batch_id).by_question["food"]["good"] == 10
    assert (len(logged), len(home.tasks())) == (1, 1)


@pytest.mark.dialect("writers wait for each other")
def test_sheets_that_arrive_while_it_closes_are_counted_or_late_but_never_lost(home: House) -> None:
    round_ = home.open(invited=60)
    home.send_many(round_, 10, food="good")
    with ThreadPoolExecutor(4, initializer=home.enter) as pool:
        sending = [pool.submit(home.send, round_, food="good") for _ in range(20)]
        closing = pool.submit(home.close)
        taken = [one.result() for one in sending]
        closing.result()
    assert home.number(round_) == 10 + sum(not one.late for one in taken)
    assert home.sheets() == 0


def test_an_altered_sheet_is_not_counted(home: House) -> None:
    round_ = home.open()
    home.send_many(round_, 11, food="good")
    with db.writing(home.engine) as session:
        sheet = session.scalars(select(ResponseRow).limit(1)).one()
        sheet.blob = sheet.blob[:-1] + bytes([sheet.blob[-1] ^ 1])
    home.close()
    assert home.number(round_) == 10


def test_without_its_key_a_batch_waits_and_says_so(home: House) -> None:
    round_ = home.open()
    home.send_many(round_, 10, food="good")
    home.keyring.destroy(QUARTER_KEY)
    assert home.close().lines == (BatchLine(round_.slug, "key_gone"),)
    assert home.sheets() == 10
    assert home.close(AFTER + timedelta(days=366)).with_code("discarded") == (round_.slug,)


def test_a_care_round_ends_with_the_quarter_and_runs_on_under_a_key_of_its_own(home: House) -> None:
    round_ = home.open("care", invited=0, ends_at=OPENED + timedelta(days=700))
    home.send_many(round_, 10, food="good")
    assert home.close(AFTER).lines[0].code == "quarter_end"
    new_year = datetime(2026, 12, 31, 18, 30, tzinfo=UTC)  # midnight in Kolkata
    assert home.close(new_year - timedelta(seconds=1)).lines[0].code == "quarter_end"
    assert home.close(new_year).lines[0].code == "run_on"
    report = home.close(new_year + timedelta(minutes=1))
    assert [line.code for line in report.lines] == ["invited_number", "quarter_end"]
    successor = home.facts(report.lines[1].slug)
    assert successor.answers_key != round_.answers_key
    assert (successor.invited, successor.starts_at, successor.ends_at) == (0, new_year, round_.ends_at)
    with db.writing(home.engine) as session:
        session.get_one(RoundRow, round_.id).invited = 11
    report = home.close(new_year + timedelta(days=1))
    assert [line.code for line in report.lines] == ["counted", "quarter_end"]
    assert home.keyring.versions(round_.answers_key) == []


def test_a_care_round_that_runs_on_twice_has_three_keys_and_each_ends_with_its_batch(home: House) -> None:
    """A1, A2: were one name used for all successors, the key of a counted batch would live as long as the last."""
    first = home.open("care", invited=0, ends_at=OPENED + timedelta(days=700))
    rounds = [first]
    for quarter in (datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)):
        home.send_many(rounds[-1], 10, food="good")
        assert "run_on" in [line.code for line in home.close(quarter).lines]
        known = {one.slug for one in rounds}
        (successor,) = (
            line.slug for line in home.close(quarter + timedelta(minutes=1)).lines if line.slug not in known
        )
        with db.writing(home.engine) as session:
            session.get_one(RoundRow, rounds[-1].id).invited = 11
        assert home.close(quarter + timedelta(days=1)).with_code("counted") == (rounds[-1].slug,)
        rounds.append(home.facts(successor))
    home.send(rounds[-1], food="good")
    assert len({one.answers_key for one in rounds}) == 3
    assert [len(home.keyring.versions(one.answers_key)) for one in rounds] == [0, 0, 1]


def test_a_care_round_under_ten_waits_for_the_next_quarter_even_when_the_tenth_arrives(home: House) -> None:
    """A drip: closing with the tenth sheet would tell when it arrived."""
    round_ = home.open("care", invited=0, ends_at=OPENED + timedelta(days=700))
    home.send_many(round_, 8, food="good")
    home.send(round_, night="no")
    january = datetime(2027, 1, 1, tzinfo=UTC)
    assert home.close(january).lines[0].code == "under_ten"
    assert [answer_due.subject for answer_due in home.tasks()] == [f"{round_.slug}/night/2027Q1"]
    home.send(round_, food="good")
    assert home.close(january + timedelta(days=1)).lines[0].code == "under_ten"
    assert home.close(datetime(2027, 4, 1, tzinfo=UTC)).lines[0].code == "run_on"


def test_a_care_round_under_ten_after_a_year_is_discarded(home: House) -> None:
    round_ = home.open("care", invited=0, ends_at=OPENED + timedelta(days=700))
    home.send_many(round_, 3, food="good")
    home.close(datetime(2027, 1, 1, tzinfo=UTC))
    assert home.close(datetime(2028, 1, 2, tzinfo=UTC)).lines[0].code == "run_on"
    home.close(datetime(2028, 1, 3, tzinfo=UTC))
    assert home.batch(round_).outcome in {"too_few", "discarded"}
    assert home.sheets() == 0


def test_of_a_choice_only_what_won_is_kept(home: House) -> None:
    round_ = home.open("choice")
    home.send_many(round_, 3, meal="soup")
    home.send_many(round_, 3, meal="rice")
    home.send(round_, meal="bread")
    assert home.close(ENDS).with_code("chosen") == (round_.slug,)
    with db.reading(home.engine) as session:
        assert load_counts(session, round_.batch_id).winners == {"meal": ("rice",)}
        with pytest.raises(BatchNotCounted):
            _ = load_counts(session, round_.batch_id).by_question
    assert home.number(round_) is None
    assert home.keyring.versions(round_.answers_key) == []


def test_what_won_at_two_sites_is_answered_at_each_and_seen_there_alone(home: House) -> None:
    """S9. A board said "done" at a site where nobody had done it, because another one had."""
    round_ = home.open("choice", sites=(SITE, OTHER_SITE))
    home.send_many(round_, 5, meal="soup")
    home.close(ENDS)
    with db.writing(home.engine) as session:
        here = find_answer_due(session, "choice", round_.slug, [SITE])
        assert here is not None
        record_reply(
            session, here.id, "", "yes", {"en": "Soup on Friday."}, DECIDER, AFTER.date(), done_by=AFTER.date()
        )
    with db.reading(home.engine) as session:
        states = [find_choice_status(session, home.facts(round_.slug), site_id).state for site_id in (SITE, OTHER_SITE)]
        of_both = find_answer_due(session, "choice", round_.slug, [SITE, OTHER_SITE])
    assert states == ["yes", "asked"]
    assert (of_both and of_both.site_id) == OTHER_SITE, "what waits comes first"


def test_a_choice_with_four_votes_has_no_winner(home: House) -> None:
    round_ = home.open("choice")
    home.send_many(round_, 4, meal="soup")
    home.send(round_)
    assert home.close(ENDS).with_code("chosen") == (round_.slug,)  # that nothing won stands only where it is locked
    with db.reading(home.engine) as session:
        assert load_counts(session, round_.batch_id).winners == {}


def test_before_and_now_on_one_sheet_keep_their_transitions(home: House) -> None:
    asked = (a_question("before_rest"), a_question("rest", pair="before_rest", moment="now"))
    questionnaire = Questionnaire(
        name="one-sheet", title=make_words(en="After the talk"), purpose="awareness", ages="10-12", languages=("en",),
        questions=asked,
    )  # fmt: skip
    round_ = home.open("awareness", questionnaire=questionnaire)
    home.send_many(round_, 6, before_rest="no", rest="yes")
    home.send_many(round_, 4, before_rest="no")
    home.close()
    with db.reading(home.engine) as session:
        moved = load_counts(session, round_.batch_id).transitions
    assert moved == {"rest": {"no": {"yes": 6, "did_not_say": 4}}}


def test_counts_of_another_batch_do_not_open(home: House) -> None:
    first, second = home.open(), home.open()
    home.send_many(first, 10, food="good")
    home.send_many(second, 10, food="bad")
    home.close()
    with db.writing(home.engine) as session:
        one, two = session.get_one(BatchRow, first.batch_id), session.get_one(BatchRow, second.batch_id)
        one.sealed_counts, two.sealed_counts = two.sealed_counts, one.sealed_counts
    with db.reading(home.engine) as session, pytest.raises(Exception, match="cannot be opened"):
        load_counts(session, first.batch_id)


def test_of_a_thousand_sheets_of_ten_answers_every_one_is_counted(home: House) -> None:
    """That ten thousand close within 1.5 seconds is measured by `make bench`."""
    ten = tuple(a_question(f"q{number}", "a", "b", "c") for number in range(10))
    questionnaire = Questionnaire(
        name="many", title=make_words(en="Many"), purpose="regular", ages="10-12", languages=("en",), questions=ten
    )
    round_ = home.open(questionnaire=questionnaire, invited=1_000)
    turn = cycle("abc")
    _pour(
        home,
        round_,
        lambda: encode_answers(questionnaire, dict.fromkeys((question.name for question in ten), next(turn))),
    )
    assert home.close().with_code("counted") == (round_.slug,)
    with db.reading(home.engine) as session:
        counts = load_counts(session, round_.batch_id).by_question
    expected = {"a": 334, "b": 333, "c": 333, "dont_know": 0, "did_not_say": 0}
    assert counts == {question.name: expected for question in ten}
    assert home.sheets() == 0


def _pour(home: House, round_: Round, coded: Callable[[], bytes]) -> None:
    key = home.keyring.key_or_new(round_.answers_key)
    rows = []
    for _ in range(1_000):
        number = secrets.token_bytes(16)
        blob = encrypt_padded(key, coded(), 128, sealing_context("sheet", round_.slug, number.hex()))
        rows.append({"id": number, "round_id": round_.id, "blob": blob})
    with db.writing(home.engine) as session:
        session.execute(insert(ResponseRow), rows)


def test_a_tablet_without_an_offline_queue_is_empty(home: House) -> None:
    with db.reading(home.engine) as session:
        assert list_waiting_tablets(session, (SITE, OTHER_SITE), ENDS) == []


def test_a_round_that_nobody_answered_closes_at_its_end_though_its_key_is_gone(home: House) -> None:
    """No sheet, nothing to open: the children are told at once, not after a year."""
    round_ = home.open()
    home.keyring.key_or_new(QUARTER_KEY)
    home.keyring.destroy(QUARTER_KEY)
    assert home.close().lines == (BatchLine(round_.slug, "too_few"),)


def test_sheets_of_another_round_are_not_its_own(home: House) -> None:
    """Thirty children of the other round would make it too many."""
    round_, other = home.open(), home.open("awareness", invited=40)
    home.send_many(round_, 10, food="good")
    home.send_many(other, 30, food="bad")
    with db.reading(home.engine) as session:
        opened_responses = store.open_responses(session, [round_])
    assert (opened_responses.stored, len(opened_responses.coded)) == (10, 10)
    assert home.close().lines == (BatchLine(round_.slug, "counted"), BatchLine(other.slug, "counted"))


@pytest.mark.sqlite("a server keeps its log itself, see docs/threat-register.md")
def test_what_was_counted_is_nowhere_in_the_files_of_the_database(settings: Settings, tmp_path: Path) -> None:
    """A2: a deleted sheet does not lie on in what SQLite has not written over yet."""
    with house(settings, tmp_path / "keys") as home:
        round_ = home.open()
        home.send_many(round_, 10, food="good")
        with db.reading(home.engine) as session:
            sheets = session.scalars(select(ResponseRow.blob)).all()
        file = Path(str(home.engine.url.database))
        files = [file, file.with_name(f"{file.name}-wal")]
        before = b"".join(one.read_bytes() for one in files if one.exists())
        assert any(blob in before for blob in sheets), "the search finds one that is there"
        assert home.close().with_code("counted") == (round_.slug,)
        after = b"".join(one.read_bytes() for one in files if one.exists())
        assert not any(blob in after for blob in sheets)


def test_the_work_process_is_told_when_a_batch_could_not_be_closed(app: Flask) -> None:
    """It says so in its report, and looks again; everything else is closed by then."""
    close_due_job()
    at = asking_house.a_house()
    here = asking_house.kept(asking_house.questions(), at.advocate)
    with db.writing(db.engine()) as session:
        open_rounds(session, at.opening(here), asking_house.log())
        row = session.get_one(QuestionnaireRow, here)
        row.body, row.digest = "{}", secrets.token_hex(32)
    with pytest.raises(NotAllBatchesClosed):
        close_due_job()


@pytest.mark.dialect("writers wait for each other")
def test_a_sheet_that_comes_while_its_batch_closes_waits_and_is_late(home: House) -> None:
    """Two connections: it may not land between the counting and the commit, where nobody would ever look."""
    round_ = home.open()
    home.send_many(round_, 10, food="good")
    late: list[bool] = []

    def send() -> None:
        home.enter()
        late.append(home.send(round_, food="bad").late)

    child = threading.Thread(target=send)
    with db.writing(home.engine) as session:
        batch = store.lock_batch(session, round_.batch_id)
        assert batch is not None
        child.start()
        child.join(0.5)
        batch.closed_on, batch.outcome = AFTER.date(), "counted"
        store.delete_responses(session, [round_])
    child.join()
    assert (late, home.sheets()) == ([True], 0)


@pytest.mark.dialect("writers wait for each other")
def test_a_key_does_not_end_under_a_round_that_opens_at_the_same_moment(home: House) -> None:
    """Two connections: whoever ends keys waits for the round, and leaves its key alone."""
    home.keyring.key_or_new(QUARTER_KEY)
    ended: list[list[str]] = []

    def end() -> None:
        home.enter()
        ended.append(destroy_unused_answer_keys())

    ending = threading.Thread(target=end)
    with db.writing(home.engine) as session:
        session.add(BatchRow(answers_key=QUARTER_KEY))
        session.flush()
        ending.start()
        ending.join(0.5)
    ending.join()
    assert (ended, home.keyring.versions(QUARTER_KEY)) == ([[]], [1])

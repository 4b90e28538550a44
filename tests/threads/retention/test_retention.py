"""Months end for good; what must live on does, in whatever order things stop (PRIVACY.md C, "Ends"; T6)."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.support.seed_rows import NOON, Ground, ground
from youthvoice import context, db, metadata as youthvoice_metadata
from youthvoice.audit.audit_log import Log
from youthvoice.audit.models import AuditEntryRow
from youthvoice.backups.archive import back_up, restore
from youthvoice.config import Settings
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone
from youthvoice.privacy.credentials.picture_codes import PictureCodeKeys
from youthvoice.privacy.crypto.sealing import KeyPair, new_pair
from youthvoice.privacy.keys.key_names import destruction_key
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.handover_items import add_handover, list_handovers, open_handover, seal_handover
from youthvoice.threads.letters.letter_box import SealedLetter, open_letter, seal_letter
from youthvoice.threads.letters.store import add_letters, find_letter, mark_letter_opened
from youthvoice.threads.models import LetterRow, ThreadEntryRow, ThreadKeyWrapRow, ThreadReplyRow, ThreadRow
from youthvoice.threads.retention import job, letter_holds, store
from youthvoice.threads.sealed_thread import NewThread, new_thread, open_entry
from youthvoice.threads.store import (
    ReaderKey,
    add_entry,
    add_thread,
    add_timeline_step,
    change_case_state,
    find_thread,
    list_sealed_entries,
    open_thread,
    read_entries,
    read_replies,
)

DAY, MONTH = date(2026, 11, 24), "2029-11"
LATER = NOON + timedelta(days=1)
WORDS = "The soup was cold again."
ENDED = datetime(2029, 12, 3, 12, tzinfo=UTC)
CLOSED = CaseState(state="closed")


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Iterator[Ground]:
    with ground(settings, tmp_path / "keys") as laid:
        yield laid


def told(house: Ground, case: CaseState, keys: PictureCodeKeys | None = None) -> NewThread:
    made = new_thread(
        house.keyring,
        site_id=1,
        day=DAY,
        month=MONTH,
        case=case,
        entries=[ThreadEntry("told", CHILD, DAY, said={"words": WORDS})],
        everybody=[house.asha, house.ravi],
        reads={1, 2},
        keys=keys,
    )
    with db.writing(house.engine) as session:
        add_thread(session, made)
        thread = find_thread(session, made.id)
        assert thread is not None
        add_entry(session, thread, ThreadEntry("note", 1, DAY, said={"words": "noted"}))
        add_timeline_step(session, thread, "looked", DAY)
    return made


def look(house: Ground, now: datetime) -> None:
    """What the job does."""
    job.extend_months(house.engine, now)
    for month in job.list_months_over(house.engine, now):
        job.end_month(house.engine, month, now)


def words(house: Ground, thread: NewThread) -> list[str] | None:
    asha = house.asha
    with db.reading(house.engine) as session:
        reader_key = ReaderKey(asha.person_id, asha.pair.public, frozenset({1}))
        opened = open_thread(session, reader_key, thread.id, asha.pair.private)
        return [entry.said["words"] for entry in read_entries(session, opened)] if opened else None


def month_of(house: Ground, thread: NewThread) -> str:
    with db.reading(house.engine) as session:
        return session.scalars(select(ThreadRow.destruction_month).where(ThreadRow.id == thread.id)).one()


def rows(house: Ground) -> list[int]:
    with db.reading(house.engine) as session:
        counted = (ThreadRow, ThreadEntryRow, ThreadReplyRow, ThreadKeyWrapRow)
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in counted]


@pytest.mark.dialect("rows that an UPDATE or DELETE gives back")
def test_what_was_closed_is_gone_once_its_month_is_over_and_nothing_opens_it(house: Ground) -> None:
    thread = told(house, CLOSED)
    with db.reading(house.engine) as session:
        bodies = list_sealed_entries(session, thread.id)
        reader_key = ReaderKey(house.asha.person_id, house.asha.pair.public, frozenset({1}))
        private = open_thread(session, reader_key, thread.id, house.asha.pair.private)
    assert private is not None
    look(house, datetime(2029, 11, 30, 23, tzinfo=UTC))
    look(house, datetime(2029, 12, 1, 11, tzinfo=UTC))
    assert words(house, thread) == [WORDS, "noted"], "somewhere it is still November"
    look(house, ENDED)
    assert rows(house) == [0, 0, 0, 0]
    with pytest.raises(KeyGone):
        open_entry(house.keyring, thread.id, private.private, MONTH, bodies[0])
    for name in house.keyring.names():
        if name.startswith("destruction-"):
            other = name.removeprefix("destruction-")
            with pytest.raises(CannotOpen):
                open_entry(house.keyring, thread.id, private.private, other, bodies[0])


@pytest.mark.parametrize(
    "marks",
    [
        CaseState(),
        CaseState(state="open"),
        CaseState(state="asked"),
        CLOSED.having(clocks={"trouble_6": 1}),
        CLOSED.having(harm=True),
        CLOSED.having(severity=3),
        CLOSED.flagged("held"),
        CLOSED.flagged("was_harm"),
        CLOSED.flagged("authority"),
        CLOSED.flagged("trouble"),
    ],
)
def test_what_is_open_or_a_record_of_abuse_is_ended_by_no_timer(house: Ground, marks: CaseState) -> None:
    thread = told(house, marks)
    look(house, ENDED)
    assert words(house, thread) == [WORDS, "noted"]
    assert month_of(house, thread) == "2030-08"
    assert house.keyring.versions(destruction_key(MONTH)) == []


def test_an_open_thread_survives_forty_months_of_jobs_and_ends_once_it_is_closed(house: Ground) -> None:
    thread = told(house, CaseState())
    now = NOON
    for _month in range(40):
        look(house, now)
        assert words(house, thread) == [WORDS, "noted"], f"{now:%Y-%m}"
        now += timedelta(days=30.5)
    with db.writing(house.engine) as session:
        facts = find_thread(session, thread.id)
        assert facts is not None
        change_case_state(session, facts, CLOSED)
    for _month in range(12):
        look(house, now)
        now += timedelta(days=30.5)
    assert words(house, thread) is None
    assert [name for name in house.keyring.names() if name.startswith("destruction-")] == []


@pytest.mark.dialect("writers wait for each other")
def test_nothing_in_the_database_changes_while_no_month_is_near(house: Ground) -> None:
    thread = told(house, CaseState())
    with db.reading(house.engine) as session:
        before = sorted(sealed_entry.body.blob for sealed_entry in list_sealed_entries(session, thread.id))
    look(house, NOON)
    with db.reading(house.engine) as session:
        assert sorted(sealed_entry.body.blob for sealed_entry in list_sealed_entries(session, thread.id)) == before
        assert session.scalars(select(AuditEntryRow.action)).all() == []


@pytest.mark.dialect("its own words of SQL")
def test_a_backup_from_before_opens_nothing_that_has_ended(
    house: Ground, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    gone, open_one = told(house, CLOSED), told(house, CaseState())
    look(house, datetime(2029, 10, 5, tzinfo=UTC))
    backup = tmp_path / "backup"
    back_up(house.engine, youthvoice_metadata.full_metadata(), bytes(32), backup, NOON)
    look(house, ENDED)
    assert words(house, gone) is None
    _empty(house)
    restore(house.engine, youthvoice_metadata.full_metadata(), bytes(32), backup, lambda _connection, _made: None)
    with pytest.raises(KeyGone):
        words(house, gone)
    assert words(house, open_one) == [WORDS, "noted"], "a backup of the last weeks opens what lives on"
    look(house, ENDED)
    assert words(house, gone) is None, "the rows go once more"


def _empty(house: Ground) -> None:
    metadata = youthvoice_metadata.full_metadata()
    metadata.drop_all(house.engine)
    metadata.create_all(house.engine)


def test_of_a_backup_older_than_its_keys_what_should_live_on_is_counted_and_kept(house: Ground, tmp_path: Path) -> None:
    thread = told(house, CaseState())
    house.keyring.destroy(destruction_key(MONTH))
    with db.reading(house.engine) as session:
        assert job.count_lost(session, NOON) == 1
    look(house, ENDED)
    with pytest.raises(KeyGone):
        words(house, thread)


def test_it_may_stop_after_any_step_and_the_next_look_does_the_rest(
    house: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, living = told(house, CLOSED), told(house, CaseState())

    class Died(Exception):
        pass

    def die(*_given: object, **_more: object) -> None:
        raise Died

    for module, name in ((store, "move_thread"), (store, "remove_month"), (Log, "add"), (Keyring, "destroy")):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, die)
            with pytest.raises(Died):
                look(house, ENDED)
        assert words(house, living) == [WORDS, "noted"], name
    assert words(house, gone) is None, "its row went before its key"
    assert house.keyring.versions(destruction_key(MONTH)) == [1]
    look(house, ENDED)
    assert house.keyring.versions(destruction_key(MONTH)) == []
    assert words(house, living) == [WORDS, "noted"]


@pytest.mark.dialect("writers wait for each other")
def test_a_thread_that_opens_again_at_the_last_moment_keeps_its_key(
    house: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = told(house, CLOSED)
    job.extend_months(house.engine, ENDED)
    with db.writing(house.engine) as session:
        facts = find_thread(session, thread.id)
        assert facts is not None
        change_case_state(session, facts, CaseState(state="open"))
    job.end_month(house.engine, MONTH, ENDED)
    assert words(house, thread) == [WORDS, "noted"]
    look(house, ENDED)
    assert words(house, thread) == [WORDS, "noted"]
    assert month_of(house, thread) == "2030-08"


def test_what_is_said_by_somebody_who_read_the_thread_before_it_moved_lies_under_its_month_of_now(
    house: Ground,
) -> None:
    thread = told(house, CaseState())
    with db.reading(house.engine) as session:
        before = find_thread(session, thread.id)
    assert before is not None
    look(house, ENDED)
    with db.writing(house.engine) as session:
        add_entry(session, before, ThreadEntry("note", 1, DAY, said={"words": "late"}))
    assert words(house, thread) == [WORDS, "noted", "late"]


@pytest.mark.dialect("writers wait for each other")
def test_the_end_of_a_month_stands_in_the_log_once(house: Ground) -> None:
    told(house, CLOSED)
    for _twice in range(2):
        look(house, ENDED)
    with db.reading(house.engine) as session:
        lines = session.execute(select(AuditEntryRow.actor, AuditEntryRow.action, AuditEntryRow.subject)).all()
    assert [tuple(line) for line in lines] == [("work", "month.end", MONTH)]


def replies_to(house: Ground, thread: NewThread, code: KeyPair) -> list[str]:
    with db.reading(house.engine) as session:
        facts = find_thread(session, thread.id)
        assert facts is not None
        return [entry.kind for entry in read_replies(session, facts, code.private)]


def test_what_was_said_to_the_child_lives_on_with_her_report(house: Ground) -> None:
    """S9: her seven pictures open the answer as long as the report is open."""
    code = new_pair()
    thread = told(house, CaseState(), PictureCodeKeys(secrets.token_bytes(16), code))
    assert replies_to(house, thread, code) == ["step"]
    look(house, ENDED)
    assert house.keyring.versions(destruction_key(MONTH)) == []
    assert replies_to(house, thread, code) == ["step"]


def damage(house: Ground, thread: NewThread) -> None:
    """Its marks do not open any more."""
    with db.writing(house.engine) as session:
        session.execute(update(ThreadRow).where(ThreadRow.id == thread.id).values(marks=bytes(1280)))


def test_a_damaged_report_is_extended_and_never_removed(house: Ground) -> None:
    """Nobody can say whether it may go: its words may open yet."""
    thread = told(house, CLOSED)
    damage(house, thread)
    job.end_month(house.engine, MONTH, ENDED)
    assert rows(house)[0] == 1, "ended without having been looked at before"
    assert house.keyring.versions(destruction_key(MONTH)) == [1]
    look(house, ENDED)
    assert month_of(house, thread) == "2030-08"
    assert rows(house)[0] == 1


def test_one_that_does_not_open_keeps_no_other_from_being_extended(house: Ground) -> None:
    threads = [told(house, CaseState()) for _ in range(5)]
    broken = min(threads, key=lambda one: one.id)
    with db.writing(house.engine) as session:
        session.execute(update(ThreadEntryRow).where(ThreadEntryRow.thread_id == broken.id).values(body=bytes(2000)))
    job.extend_months(house.engine, ENDED)
    assert {month_of(house, one) for one in threads if one is not broken} == {"2030-08"}
    assert month_of(house, broken) == MONTH


def test_nothing_of_what_was_removed_lies_in_the_log_of_sqlite(house: Ground) -> None:
    """T6: deleted rows lie there until they are written over."""
    told(house, CLOSED)
    job.end_month(house.engine, MONTH, ENDED)
    if house.engine.dialect.name == "sqlite":
        assert Path(f"{house.engine.url.database}-wal").stat().st_size == 0


@pytest.mark.dialect("writers wait for each other")
def test_nobody_writes_between_the_look_at_a_month_and_its_end(house: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that is opened again in that moment would be removed; on either database the writer waits."""
    thread, written = told(house, CLOSED), []

    def opens_again() -> None:
        with house.app.app_context(), suppress(ConcurrentUpdate), db.writing(house.engine) as session:
            facts = find_thread(session, thread.id)
            if facts is not None:
                change_case_state(session, facts, CaseState(state="open"))
                written.append(thread.id)

    def meanwhile(session: Session, month: str, living: list[bytes]) -> None:
        writer.start()
        writer.join(0.5)
        assert writer.is_alive(), "it did not wait"
        remove(session, month, living)

    writer, remove = threading.Thread(target=opens_again), store.remove_month
    monkeypatch.setattr(store, "remove_month", meanwhile)
    job.end_month(house.engine, MONTH, ENDED)
    writer.join()
    assert written == []
    assert words(house, thread) is None


@pytest.mark.dialect("writers wait for each other")
@pytest.mark.parametrize("logs", [False, True])
def test_whoever_holds_a_thread_or_wrote_a_line_goes_on_while_a_month_ends(house: Ground, logs: bool) -> None:
    """As a review does: it holds the thread of its statement, then writes it, and its line; neither waits for ever."""
    thread, other, failed = told(house, CLOSED), told(house, CaseState()), []

    def ends() -> None:
        with house.app.app_context():
            try:
                job.end_month(house.engine, MONTH, ENDED)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is shown
                failed.append(error)

    worker = threading.Thread(target=ends)
    with db.writing(house.engine) as session:
        if logs:
            Log(DAY, "asha").add(session, "review.decide", "a review")
            held = find_thread(session, other.id)
        else:
            held = find_thread(session, thread.id, to_change=True)
        assert held
        worker.start()
        worker.join(0.7)
        if logs:
            add_timeline_step(session, held, "decided", DAY)
        else:
            change_case_state(session, held, CaseState(state="open"))
    worker.join(20)
    assert not worker.is_alive()
    assert failed == []
    assert (words(house, thread) is None) is logs


# What was handed over


def test_what_was_handed_over_ends_with_its_month_but_not_within_a_year(house: Ground) -> None:
    def items() -> list[str]:
        with db.reading(house.engine) as session:
            found = list_handovers(session, house.ravi.person_id)
            return [open_handover(house.keyring, one, house.ravi.pair.private)["words"] for one in found]

    house.keyring.key_or_new(destruction_key(MONTH))  # of the report it comes from
    with db.writing(house.engine) as session:
        for day, words in ((date(2026, 11, 24), "old"), (date(2029, 10, 24), "new")):
            add_handover(session, seal_handover(house.keyring, house.ravi, day, MONTH, {"words": words}))
    assert items() == ["new", "old"]
    look(house, ENDED)
    assert items() == ["new"]
    assert house.keyring.versions(destruction_key(MONTH)) == []
    for months in range(1, 17):
        look(house, ENDED + timedelta(days=30.5 * months))
    assert items() == []


# Letters


def letter(house: Ground, *, looked: bool = True) -> SealedLetter:
    made = seal_letter(
        house.keyring, WORDS, site=house.place, round_id=1, question="words", readers=[house.asha, house.ravi], now=NOON
    )
    with db.writing(house.engine) as session:
        add_letters(session.connection(), [made])
        if looked:
            mark_letter_opened(session, made.id, DAY)
    return made


def read(house: Ground, made: SealedLetter) -> str | None:
    reader_key = ReaderKey(house.asha.person_id, house.asha.public_key, frozenset({1}))
    with db.reading(house.engine) as session:
        found = find_letter(session, made.id, reader_key, LATER)
    if found is None:
        return None
    return open_letter(house.keyring, found[1], house.asha.person_id, house.asha.pair.private).words


@pytest.mark.dialect("rows that an UPDATE or DELETE gives back")
def test_a_letter_ends_with_its_month_unless_nobody_looked_at_it_or_it_is_on_hold(house: Ground) -> None:
    gone, unseen, held = letter(house), letter(house, looked=False), letter(house)
    log = Log(DAY, "asha")
    with db.writing(house.engine) as session:
        assert letter_holds.hold_letter(session, held.id, {1, 2}, 1, log, LATER, held=True)
        assert not letter_holds.hold_letter(session, gone.id, {1, 3}, 1, log, LATER, held=True)
    now = NOON
    for _month in range(15):
        look(house, now)
        now += timedelta(days=30.5)
    assert [read(house, one) for one in (gone, unseen, held)] == [None, WORDS, WORDS]
    with db.writing(house.engine) as session:
        mark_letter_opened(session, unseen.id, DAY)
        assert letter_holds.hold_letter(session, held.id, {1, 2}, 1, log, LATER, held=False)
    for _month in range(12):
        look(house, now)
        now += timedelta(days=30.5)
    assert [read(house, one) for one in (unseen, held)] == [None, None]
    with db.reading(house.engine) as session:
        assert session.scalars(select(LetterRow.id)).all() == []


def test_a_suggestion_waits_beyond_its_month_until_it_is_decided() -> None:
    """S4: what a child suggested does not end because nobody decided."""
    assert job.letter_lives_on(DAY, held=False, box="agenda")
    assert not job.letter_lives_on(DAY, held=False, box="survey")


def test_months_are_counted_across_years() -> None:
    december = datetime(2026, 12, 15, tzinfo=UTC)
    assert (job.month_to_extend(december), job.later_month(december)) == ("2027-02", "2027-08")
    assert job.is_month_over("2026-11", december)
    assert not job.is_month_over("2026-12", december)


def test_the_job_runs_in_a_house_without_any_thread(app: Flask) -> None:
    job.extend_and_end_months()
    assert context.keyring().versions(destruction_key(MONTH)) == []

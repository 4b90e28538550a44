"""What is kept is looked through once a night, all of it, and no page waits for that."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from tests.conftest import StillClock
from tests.support.people import house, signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import LINES, Log, check_lines, first_broken_line, walk_lines
from youthvoice.audit.models import AuditEntryRow
from youthvoice.jobs import turns
from youthvoice.jobs.worker import Job, run_once
from youthvoice.knocks.models import KnockBoxRow
from youthvoice.monitoring import stored_content
from youthvoice.monitoring.installation_state import read_state
from youthvoice.monitoring.metrics import write_metrics
from youthvoice.monitoring.stored_content import CONTENT, check_content
from youthvoice.schedule import JOBS

PAGE = "/staff/installation"

JOB = [Job("content check", 300, check_content)]


def add_lines(number: int) -> None:
    with db.writing(db.engine()) as session:
        for _line in range(number):
            Log(context.today(), "example").add(session, "round.open", "1")


def found() -> set[str] | None:
    with db.reading(db.engine()) as session:
        faults = CONTENT.find_faults(session)
    return None if faults is None else set(faults)


def spoil_box() -> None:
    site, _people = house(["coordinator"])
    with db.writing(db.engine()) as session:
        session.add(KnockBoxRow(site_id=site, moment="", locked=b"altered"))


def mend_box() -> None:
    with db.writing(db.engine()) as session:
        session.execute(update(KnockBoxRow).values(locked=b""))


def test_rows_are_walked_in_short_sessions_and_each_once(app: Flask) -> None:
    house([])
    add_lines(7)
    begun: list[object] = []

    def note(_connection: object) -> None:
        begun.append(1)

    event.listen(db.engine(), "begin", note)
    numbers = [row.number for row in db.walk_rows(LINES, AuditEntryRow.number, together=3)]
    event.remove(db.engine(), "begin", note)
    with db.reading(db.engine()) as session:
        assert numbers == list(session.scalars(select(AuditEntryRow.number).order_by(AuditEntryRow.number)))
    assert len(begun) == len(numbers) // 3 + 1
    assert list(db.walk_rows(LINES.where(AuditEntryRow.number < 0), AuditEntryRow.number)) == []


def test_a_log_is_checked_line_by_line_however_it_is_read(app: Flask) -> None:
    house([])
    add_lines(9)
    key = context.keyring().key("audit")
    assert all(walk_lines(key))
    with db.writing(db.engine()) as session:
        last = session.scalars(select(AuditEntryRow.number).order_by(AuditEntryRow.number.desc())).first() or 0
        session.execute(update(AuditEntryRow).where(AuditEntryRow.number == last - 3).values(actor="another"))
    assert list(walk_lines(key)) == [True] * (last - 4) + [False]
    with db.reading(db.engine()) as session:
        assert first_broken_line(session, key) == last - 3
        lines = session.execute(LINES.where(AuditEntryRow.number >= 2).order_by(AuditEntryRow.number))
        assert not next(check_lines(lines, key, first=2)), "the line before it is not the first"


def test_what_does_not_open_is_said_from_the_next_night_on_and_an_hour_after_it_was_mended(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    _site, people = house(["coordinator"])
    coordinator = signed_in(visitor(), people["coordinator"])
    assert "not looked at yet" in coordinator.open(PAGE).text
    assert found() is None
    run_once(app, JOB)
    assert found() == set()
    assert "not looked at yet" not in coordinator.open(PAGE).text
    with db.writing(db.engine()) as session:
        session.add(KnockBoxRow(site_id=1, moment="", locked=b"altered"))
    run_once(app, JOB)
    assert found() == set(), "once a night"
    clock.move(hours=24)
    run_once(app, JOB)
    assert found() == {"boxes"}
    words = "Not all boxes of knocks open. Put the right key file kept-words back into YOUTHVOICE_KEYS."
    assert words in signed_in(visitor(), people["coordinator"]).open(PAGE).text
    assert "1 boxes of knocks do not open." in app.test_cli_runner().invoke(args=["doctor"]).output
    mend_box()
    run_once(app, JOB)
    assert found() == {"boxes"}
    clock.move(hours=1)
    run_once(app, JOB)
    assert found() == set(), "somebody may have put a key file back"


def test_a_changed_log_is_said_on_the_page(app: Flask, visitor: Callable[[], Visitor]) -> None:
    _site, people = house(["coordinator"])
    add_lines(3)
    with db.writing(db.engine()) as session:
        session.execute(update(AuditEntryRow).where(AuditEntryRow.number == 1).values(subject="another"))
    run_once(app, JOB)
    assert found() == {"log"}
    with db.reading(db.engine()) as session:
        text = write_metrics(read_state(session))
    assert 'youthvoice_content_fault{fault="log"} 1' in text
    assert 'youthvoice_content_fault{fault="views"} 0' in text
    assert "The log was changed from outside." in signed_in(visitor(), people["coordinator"]).open(PAGE).text


def test_the_check_gives_way_and_goes_on_where_it_was(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil_box()
    add_lines(3)
    monkeypatch.setattr(turns, "TURN_SECONDS", 0.0)
    assert [check_content() for _turn in range(3)] == [True, True, True], "one row a turn"
    assert found() is None
    turns.run_to_end(check_content)
    assert found() == {"boxes"}
    assert not check_content()


def test_a_check_that_fails_or_was_lost_begins_anew(
    app: Flask, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    house([])

    def fails() -> Iterator[bool]:
        raise OSError
        yield True

    kind = stored_content.KINDS["counts"]
    monkeypatch.setitem(stored_content.KINDS, "counts", kind._replace(check=fails))
    assert run_once(app, JOB) == ["content check"]
    assert found() is None
    monkeypatch.setitem(stored_content.KINDS, "counts", kind)
    run_once(app, JOB)
    assert found() is None, "another process may be on it"
    clock.move(minutes=5)
    run_once(app, JOB)
    assert found() == set()


def test_without_the_key_of_the_log_everything_else_is_looked_through(app: Flask) -> None:
    spoil_box()
    (context.settings().keys / "audit.v1.key").unlink()
    run_once(app, JOB)
    assert found() == {"boxes"}


def test_a_clock_that_went_back_does_not_stop_it(app: Flask, clock: StillClock) -> None:
    house([])
    run_once(app, JOB)
    clock.moment -= timedelta(days=30)
    spoil = KnockBoxRow(site_id=1, moment="", locked=b"altered")
    with db.writing(db.engine()) as session:
        session.add(spoil)
    run_once(app, JOB)
    assert found() == {"boxes"}


def test_the_page_reads_no_view_and_no_line_of_the_log(app: Flask, visitor: Callable[[], Visitor]) -> None:
    """It read every one, each minute in each process: with 300,000 lines 7.7 s of CPU and 380 MiB."""
    _site, people = house(["coordinator"])
    run_once(app, JOBS)
    coordinator, statements = signed_in(visitor(), people["coordinator"]), list[str]()
    coordinator.open(PAGE)

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(db.engine(), "before_cursor_execute", note)
    coordinator.open(PAGE)
    event.remove(db.engine(), "before_cursor_execute", note)
    assert statements
    whole = [words for words in statements if "FROM publications" in words or "audit_entries.subject" in words]
    assert not whole, whole

"""The log shows what was done to it, by whoever has the database (PRIVACY.md C, "Audit")."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from tests.support.seed_rows import Ground, ground
from youthvoice import db
from youthvoice.audit.audit_log import (
    Log,
    LogFault,
    LogHead,
    NotAHead,
    find_log_faults,
    head_mac,
    head_to_keep,
    is_head_kept,
    keep_head,
    last_head,
    read_head,
    seal_entry,
)
from youthvoice.audit.models import AuditEntryRow, AuditHeadRow
from youthvoice.config import Settings

DAY, LATER = date(2026, 11, 24), date(2026, 11, 25)


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Iterator[Ground]:
    with ground(settings, tmp_path / "keys") as laid:
        yield laid


def key(house: Ground) -> bytes:
    return house.keyring.key_or_new("audit")


def write(house: Ground, lines: int, day: date = DAY) -> None:
    with db.writing(house.engine) as session:
        for nth in range(lines):
            Log(day, "asha").add(session, "letter.open", f"{nth}")


def keep(house: Ground, day: date = DAY) -> LogHead | None:
    with db.writing(house.engine) as session:
        head, _stands = head_to_keep(session)
        return head if head and keep_head(session, key(house), day, head) else None


def found(house: Ground, *held: LogHead) -> list[LogFault]:
    with db.reading(house.engine) as session:
        return find_log_faults(session, key(house), held)


def cut(session: Session, after: int) -> None:
    session.execute(delete(AuditEntryRow).where(AuditEntryRow.number > after))


def forged(house: Ground, with_key: bytes) -> None:
    """Write lines 4 and 5 anew, in a chain of one's own."""
    with db.writing(house.engine) as session:
        before = session.get_one(AuditEntryRow, 3).seal
        for number in (4, 5):
            entry = session.get_one(AuditEntryRow, number)
            entry.subject = "nothing"
            entry.seal = before = seal_entry(with_key, entry, before)


@pytest.mark.dialect("moments")
def test_a_log_nobody_touched_is_whole_with_its_heads(house: Ground) -> None:
    write(house, 5)
    head = keep(house)
    assert head is not None
    write(house, 2, LATER)
    keep(house, LATER)
    assert found(house, head) == []


def test_an_edited_line_is_found(house: Ground) -> None:
    write(house, 5)
    with db.writing(house.engine) as session:
        session.execute(update(AuditEntryRow).where(AuditEntryRow.number == 3).values(actor="ravi"))
    assert found(house) == [LogFault("line", 3)]


def test_a_removed_line_is_found(house: Ground) -> None:
    write(house, 5)
    with db.writing(house.engine) as session:
        session.execute(delete(AuditEntryRow).where(AuditEntryRow.number == 2))
    assert found(house) == [LogFault("line", 2)]


def test_two_lines_that_changed_places_are_found(house: Ground) -> None:
    write(house, 5)
    with db.writing(house.engine) as session:
        for at, to in ((2, 100), (3, 2), (100, 3)):
            session.execute(update(AuditEntryRow).where(AuditEntryRow.number == at).values(number=to))
    assert found(house)[0] == LogFault("line", 2)


def test_a_log_that_was_cut_is_found_by_the_head_that_was_kept(house: Ground) -> None:
    write(house, 5)
    keep(house)
    with db.writing(house.engine) as session:
        cut(session, after=3)
    assert found(house) == [LogFault("short", 5)]
    write(house, 4)
    assert found(house) == [LogFault("other", 5)], "lines written since do not hide it"


def test_whoever_has_the_database_but_not_the_key_writes_no_line_that_passes(house: Ground) -> None:
    write(house, 5)
    keep(house)
    forged(house, with_key=bytes(32))
    assert found(house) == [LogFault("line", 4), LogFault("other", 5)]


def test_whoever_has_the_database_but_not_the_key_writes_no_head_that_passes(house: Ground) -> None:
    write(house, 5)
    keep(house)
    with db.writing(house.engine) as session:
        cut(session, after=3)
        shorter = LogHead(3, session.get_one(AuditEntryRow, 3).seal)
        values = {"number": 3, "seal": shorter.seal, "mac": head_mac(bytes(32), DAY, shorter)}
        session.execute(update(AuditHeadRow).values(values))
    assert found(house) == [LogFault("kept_head", 3)]


def test_a_head_of_another_day_does_not_pass_for_this_one(house: Ground) -> None:
    write(house, 3)
    keep(house)
    with db.writing(house.engine) as session:
        session.execute(update(AuditHeadRow).values(day=LATER))
    assert found(house) == [LogFault("kept_head", 3)]


def test_a_log_cut_with_its_heads_is_found_only_by_a_head_from_outside(house: Ground) -> None:
    write(house, 3)
    first = keep(house)
    write(house, 2, LATER)
    held = keep(house, LATER)
    with db.writing(house.engine) as session:
        cut(session, after=3)
        session.execute(delete(AuditHeadRow).where(AuditHeadRow.day == LATER))
    assert first is not None
    assert held is not None
    assert found(house) == found(house, first) == []
    assert found(house, held) == [LogFault("short", 5)]


def test_a_log_that_is_gone_altogether_is_found_by_a_head_from_outside(house: Ground) -> None:
    write(house, 3)
    held = keep(house)
    assert held is not None
    with db.writing(house.engine) as session:
        cut(session, after=0)
        session.execute(delete(AuditHeadRow))
    assert found(house, held) == [LogFault("short", 3)]


def test_even_with_the_audit_key_nobody_changes_what_is_held_outside(house: Ground) -> None:
    write(house, 5)
    held = keep(house)
    assert held is not None
    forged(house, with_key=key(house))
    with db.writing(house.engine) as session:
        now = last_head(session)
        assert now is not None
        session.execute(update(AuditHeadRow).values(seal=now.seal, mac=head_mac(key(house), DAY, now)))
    assert found(house) == []
    assert found(house, held) == [LogFault("other", 5)]


@pytest.mark.dialect("put in once")
def test_the_head_of_a_day_is_kept_once_and_not_of_an_empty_log(house: Ground) -> None:
    assert keep(house) is None
    write(house, 1)
    assert keep(house) == LogHead(1, last_seal(house))
    write(house, 1)
    assert keep(house) is None
    with db.reading(house.engine) as session:
        assert is_head_kept(session, DAY)
        assert not is_head_kept(session, LATER)
        assert head_to_keep(session)[1]


@pytest.mark.dialect("put in once")
def test_a_shorter_log_never_takes_the_place_of_a_head_that_was_kept(house: Ground) -> None:
    write(house, 5)
    held = keep(house)
    with db.writing(house.engine) as session:
        cut(session, after=3)
        assert head_to_keep(session) == (held, False)
    assert keep(house, LATER) == held


def last_seal(house: Ground) -> bytes:
    with db.reading(house.engine) as session:
        head = last_head(session)
    assert head is not None
    return head.seal


def test_a_head_is_read_as_somebody_typed_it_from_a_note() -> None:
    head = LogHead(12, bytes(range(32)))
    assert read_head(str(head)) == read_head(f"  {str(head).upper()[:20]} {str(head)[20:]}\n") == head
    for wrong in ("", "12", "12:", "0:" + "a" * 64, "-1:" + "a" * 64, "12:" + "g" * 64, "12:" + "a" * 63):
        with pytest.raises(NotAHead):
            read_head(wrong)


def test_the_command_tells_where_the_log_breaks_and_takes_heads_from_outside(app: Flask) -> None:
    runner = app.test_cli_runner()
    with db.writing(db.engine()) as session:
        for nth in range(3):
            Log(DAY, "asha").add(session, "letter.open", f"{nth}")
        held = last_head(session)
    whole = runner.invoke(args=["audit", "verify", "--head", str(held)])
    assert (whole.exit_code, whole.output) == (0, "The log is whole.\n")
    with db.writing(db.engine()) as session:
        cut(session, after=2)
    assert "as far as this house knows" in runner.invoke(args=["audit", "verify"]).output
    short = runner.invoke(args=["audit", "verify", "--head", str(held)])
    assert short.exit_code == 1
    assert "there was a line 3" in short.output
    assert "a head looks like" in runner.invoke(args=["audit", "verify", "--head", "three"]).output


def test_a_line_of_a_cut_end_does_not_fit_into_the_end_that_was_written_after_it(house: Ground) -> None:
    """Each seal holds the one before it: a line that the house did seal, elsewhere, takes no other's place."""
    write(house, 3)
    with db.reading(house.engine) as session:
        old = session.get_one(AuditEntryRow, 3)
        was = {"action": old.action, "subject": old.subject, "seal": old.seal}
    with db.writing(house.engine) as session:
        cut(session, 2)
    with db.writing(house.engine) as session:
        for subject in ("another", "one"):
            Log(DAY, "asha").add(session, "letter.open", subject)
    assert found(house) == []
    with db.writing(house.engine) as session:
        session.execute(update(AuditEntryRow).where(AuditEntryRow.number == 3).values(**was))
    assert found(house) == [LogFault("line", 4)]


@pytest.mark.dialect("writers wait for each other")
def test_many_write_at_once_and_every_line_is_there(house: Ground) -> None:
    """On PostgreSQL nobody queues before the database: they queue for the end of the log."""
    key(house)
    with ThreadPoolExecutor(6, initializer=lambda: house.app.app_context().push()) as hands:
        list(hands.map(lambda _nth: write(house, 4), range(6)))
    assert found(house) == []
    with db.reading(house.engine) as session:
        assert session.scalar(select(func.count()).select_from(AuditEntryRow)) == 24

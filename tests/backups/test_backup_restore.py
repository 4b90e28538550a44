"""A sealed copy and the way back: whole or not at all, and telling nothing but how much there is."""

import base64
import json
import os
import re
import secrets
import stat
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import pytest
from flask import Flask
from hypothesis import given, settings as settings_of_runs, strategies as st
from sqlalchemy import Column, Date, Engine, Integer, LargeBinary, MetaData, String, Table, insert, select, text
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from tests.conftest import StillClock
from tests.support.batches import OPENED, House, house
from tests.support.people import PASSWORD, house as house_with, signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db, metadata
from youthvoice.accounts.models import PersonRow
from youthvoice.accounts.people.store import close_account
from youthvoice.accounts.sign_in import staff_session
from youthvoice.accounts.sign_in.password_attempts import AuthenticationFailed
from youthvoice.audit.audit_log import first_broken_line
from youthvoice.audit.models import AuditEntryRow
from youthvoice.backups.archive import MAGIC, NEVER, CannotRestore, back_up, restore
from youthvoice.config import Settings
from youthvoice.privacy.crypto import record_macs, symmetric_encryption
from youthvoice.privacy.crypto.symmetric_encryption import (
    SealingContext,
    decrypt_padded,
    encrypt_padded,
    sealing_context,
)
from youthvoice.threads.models import ReceiptRow

pytestmark = pytest.mark.usefixtures("really_flushed")

KEY, OTHER_KEY = bytes(32), bytes([1]) * 32
CHUNK = 64 * 1024 + 32


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Iterator[House]:
    with house(settings, tmp_path / "house-keys") as made:
        round_ = made.open()
        made.send_many(round_, 12, food="good", night="no")
        made.close()
        made.send_many(made.open(), 3, food="bad")
        with db.writing(made.engine) as session:
            receipts = [{"id_hash": secrets.token_bytes(32), "month": "2026-11"} for _ in range(4000)]
            session.execute(insert(ReceiptRow), receipts)
        yield made


@pytest.fixture
def copy(home: House, tmp_path: Path) -> Path:
    file = tmp_path / "copy"
    assert back_up(home.engine, metadata.full_metadata(), KEY, file, OPENED).rows > 4000
    return file


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    engine = db.make_engine(f"sqlite:///{tmp_path}/empty/youthvoice.sqlite3")
    metadata.full_metadata().create_all(engine)
    yield engine
    engine.dispose()


def rows(engine: Engine) -> dict[str, list[str]]:
    with db.reading(engine) as session:
        kept = [table for table in metadata.full_metadata().sorted_tables if table.name not in NEVER]
        return {table.name: sorted(map(repr, session.execute(select(table)))) for table in kept}


def chunks(file: Path) -> list[bytes]:
    body = file.read_bytes().removeprefix(MAGIC)
    return [body[start : start + CHUNK] for start in range(0, len(body), CHUNK)]


def bring_back(engine: Engine, file: Path, key: bytes = KEY) -> str:
    """The code of why it did not come back; empty when it did."""
    try:
        restore(engine, metadata.full_metadata(), key, file, lambda _connection, _made: None)
    except CannotRestore as error:
        return error.code
    return ""


@pytest.mark.dialect("its own words of SQL")
def test_everything_comes_back_as_it_was(home: House, copy: Path, empty: Engine) -> None:
    assert bring_back(empty, copy) == ""
    assert rows(empty) == rows(home.engine)
    with empty.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM questionnaires WHERE notes IS NULL")), "no word `null`"


class PowerFails(Exception):
    """In the test's hand."""


def test_the_disk_has_the_new_copy_before_the_old_one_goes_and_its_name_before_it_is_said_to_be_there(
    home: House, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(handle: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    def noted_replace(part: Path, to: Path) -> Path:
        done.append("replaced")
        return replace(part, to)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    back_up(home.engine, metadata.full_metadata(), KEY, copy, OPENED)
    assert done == ["file", "replaced", "folder"]


@pytest.mark.parametrize("at", ["writing", "file", "replace", "folder"])
def test_whenever_the_power_fails_the_old_copy_is_whole_or_the_new_one_is(
    home: House, copy: Path, empty: Engine, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """As far as a test can tell: what a disk had not taken is lost for it, from the moment on that something fails."""
    fsync, replace = os.fsync, Path.replace

    def fails(*given: object) -> NoReturn:
        raise PowerFails

    def fails_at_last(key: bytes, piece: bytes, size: int, purpose: SealingContext) -> bytes:
        return fails() if str(purpose).endswith("last") else encrypt_padded(key, piece, size, purpose)

    def noted_fsync(handle: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        fails() if kind == at else fsync(handle)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", fails if at == "replace" else replace)
    if at == "writing":
        monkeypatch.setattr(symmetric_encryption, "encrypt_padded", fails_at_last)
    with pytest.raises(PowerFails):
        back_up(home.engine, metadata.full_metadata(), KEY, copy, OPENED)
    monkeypatch.undo()
    assert bring_back(empty, copy) == ""
    assert rows(empty) == rows(home.engine)
    assert back_up(home.engine, metadata.full_metadata(), KEY, copy, OPENED).rows > 4000, (
        "what was left over is in nobody's way"
    )


@pytest.mark.dialect("bytes and odd letters")
def test_every_chunk_is_as_long_as_every_other(copy: Path) -> None:
    assert len(chunks(copy)) > 2
    assert {len(chunk) for chunk in chunks(copy)} == {CHUNK}


@pytest.mark.parametrize(
    "change",
    [
        lambda all_: all_[:-1],
        lambda all_: all_[1:],
        lambda all_: [all_[1], all_[0], *all_[2:]],
        lambda all_: [*all_, all_[-1]],
        lambda all_: [*all_[:-1], all_[-1][:-1]],
        lambda all_: [all_[0], all_[-1]],
        lambda _all: [],
    ],
    ids=["last gone", "first gone", "swapped", "one more", "cut off", "middle gone", "none"],
)
def test_of_a_file_that_was_changed_nothing_comes_back(copy: Path, empty: Engine, change: object) -> None:
    assert callable(change)
    copy.write_bytes(MAGIC + b"".join(change(chunks(copy))))
    assert bring_back(empty, copy) == "damaged"
    assert not any(rows(empty).values())


def test_another_key_brings_nothing_back(copy: Path, empty: Engine) -> None:
    assert bring_back(empty, copy, OTHER_KEY) == "damaged"


@pytest.mark.dialect("its own words of SQL")
def test_it_comes_back_into_an_empty_house_only(home: House, copy: Path) -> None:
    assert bring_back(home.engine, copy) == "not_empty"


def test_what_is_no_backup_is_told_apart(copy: Path, empty: Engine) -> None:
    copy.write_bytes(b"youth voice backup 1\n" + copy.read_bytes())
    assert bring_back(empty, copy) == "not_a_backup"


@contextmanager
def database_of(tables: MetaData, file: Path) -> Iterator[Engine]:
    engine = db.make_engine(f"sqlite:///{file}")
    tables.create_all(engine)
    yield engine
    engine.dispose()


def copied(but: str = "") -> MetaData:
    """Every table of the code, but one."""
    tables = MetaData()
    for kept in metadata.full_metadata().sorted_tables:
        if kept.name != but:
            kept.to_metadata(tables)
    return tables


def _with_column(*, nullable: bool) -> MetaData:
    tables = copied()
    Table("sites", tables, Column("opening_words", String, nullable=nullable), extend_existing=True)
    return tables


def _with_table(name: str) -> MetaData:
    tables = copied()
    Table(name, tables, Column("opening_words", String))
    return tables


def _without_months() -> MetaData:
    tables = copied(but="receipts")
    Table("receipts", tables, Column("id_hash", LargeBinary(32), primary_key=True))
    return tables


@pytest.mark.parametrize(
    ("tables", "code", "named"),
    [
        (lambda: _with_column(nullable=False), "other_columns", "sites.opening_words"),
        (lambda: _with_table("services_of_tomorrow"), "other_tables", "services_of_tomorrow"),
        (lambda: copied(but="receipts"), "other_tables", "receipts"),
        (_without_months, "other_columns", "receipts.month"),
    ],
    ids=["a column more", "a table more", "a table less", "a column less"],
)
def test_a_copy_of_other_tables_brings_nothing_back_and_says_which(
    copy: Path, tmp_path: Path, tables: Callable[[], MetaData], code: str, named: str
) -> None:
    other = tables()
    with database_of(other, tmp_path / "other.sqlite3") as engine:
        with pytest.raises(CannotRestore) as refused:
            restore(engine, other, KEY, copy, lambda _connection, _made: None)
        assert (refused.value.code, refused.value.detail) == (code, named)
        with db.reading(engine) as session:
            assert not session.execute(select(other.tables["sites"])).all()


def test_a_column_more_that_can_do_without_a_value_stays_empty(home: House, copy: Path, tmp_path: Path) -> None:
    other = _with_column(nullable=True)
    with database_of(other, tmp_path / "other.sqlite3") as engine, db.reading(home.engine) as before:
        restore(engine, other, KEY, copy, lambda _connection, _made: None)
        sites = metadata.full_metadata().tables["sites"]
        with db.reading(engine) as session:
            assert session.execute(select(*sites.columns)).all() == before.execute(select(sites)).all()
            assert set(session.scalars(select(other.tables["sites"].c.opening_words))) == {None}


PLAIN: dict[str, type[TypeEngine[Any]]] = {"name": String, "count": Integer, "sound": LargeBinary, "day": Date}
VALUES = st.fixed_dictionaries(
    {"id": st.integers(1, 9)}
    | {"name": st.text("ab", max_size=3), "count": st.integers(0, 9), "sound": st.binary(max_size=4), "day": st.dates()}
)


def _plain_tables(columns: Sequence[str]) -> MetaData:
    tables = MetaData()
    Table("database_id", tables, Column("id", String, primary_key=True))
    kinds = {"id": Column("id", Integer, primary_key=True)} | {
        name: Column(name, kind, nullable=False) for name, kind in PLAIN.items()
    }
    Table("things", tables, *(kinds[name] for name in columns))
    return tables


@given(
    before=st.permutations(["id", *PLAIN]),
    after=st.permutations(["id", *PLAIN]),
    things=st.lists(VALUES, max_size=4, unique_by=lambda thing: thing["id"]),
)
@settings_of_runs(max_examples=30, deadline=None)
def test_each_value_comes_back_into_its_own_column_wherever_that_stands(
    before: list[str], after: list[str], things: list[dict[str, Any]]
) -> None:
    """What a migration moves or swaps does not change what a copy means: its columns have names."""
    with TemporaryDirectory() as folder:
        file, there, here = Path(folder, "copy"), _plain_tables(before), _plain_tables(after)
        with database_of(there, Path(folder, "before")) as engine:
            with engine.begin() as connection:
                connection.execute(insert(there.tables["things"]), things) if things else None
            back_up(engine, there, KEY, file, OPENED)
        with database_of(here, Path(folder, "after")) as engine:
            assert restore(engine, here, KEY, file, lambda _connection, _made: None) == len(things)
            with engine.connect() as connection:
                came = [dict(row) for row in connection.execute(select(here.tables["things"])).mappings()]
    assert came == sorted(things, key=lambda thing: thing["id"])


@pytest.mark.dialect("its own words of SQL")
def test_rows_lie_in_the_order_of_their_numbers_and_not_as_they_came(copy: Path) -> None:
    """PostgreSQL would give them in the order in which children sent them."""
    told = [decrypt_padded(KEY, chunk, _purpose(at, len(chunks(copy)))) for at, chunk in enumerate(chunks(copy))]
    documents = [json.loads(line) for line in zlib.decompress(b"".join(told)).splitlines()[1:]]
    hashes = [base64.b64decode(row[0]) for name, rows_ in documents if name == "receipts" for row in rows_]
    assert len(hashes) > 4000
    assert hashes == sorted(hashes)


def _purpose(at: int, number: int) -> SealingContext:
    return sealing_context("backup", at, "last" if at == number - 1 else "more")


def test_the_log_says_that_a_backup_was_brought_back_and_every_advocate_reads_it(
    app: Flask, clock: StillClock, visitor: Callable[[], Visitor], tmp_path: Path
) -> None:
    """Who restores undoes what happened since: departures, step-backs. The line stands in the chain, which holds."""
    _site, people = house_with(["advocate", "coordinator"])
    file = tmp_path / "copy"
    assert app.test_cli_runner().invoke(args=["backup", str(file)]).exit_code == 0
    clock.move(days=9)
    with db.writing(db.engine()) as session:
        for table in reversed(metadata.full_metadata().sorted_tables):
            session.execute(table.delete())
    said = app.test_cli_runner().invoke(args=["restore", str(file)])
    assert said.exit_code == 0, said.output
    with db.reading(db.engine()) as session:
        (line,) = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "house.restore"))
        assert (line.subject, line.actor, line.day) == ("2026-11-24T09:00Z", "command", clock().date())
        assert first_broken_line(session, context.keyring().key("audit")) is None
    told = "A backup of"
    for role, reads in (("advocate", True), ("coordinator", False)):
        assert (told in signed_in(visitor(), people[role]).open("/staff/").text) is reads
    clock.move(days=31)
    assert told not in signed_in(visitor(), people["advocate"]).open("/staff/").text


def test_whoever_left_since_does_not_come_back_with_an_older_backup(app: Flask, tmp_path: Path) -> None:
    """An account that was ended signed in again after a restore. Nothing but digits is kept beside the keys."""
    _site, people = house_with(["advocate", "facilitator"])
    file = tmp_path / "copy"
    assert app.test_cli_runner().invoke(args=["backup", str(file)]).exit_code == 0
    with db.writing(db.engine()) as session:
        close_account(session, session.get_one(PersonRow, people["facilitator"].id), context.today())
    with db.writing(db.engine()) as session:
        for table in reversed(metadata.full_metadata().sorted_tables):
            session.execute(table.delete())
    said = app.test_cli_runner().invoke(args=["restore", str(file)])
    assert said.exit_code == 0, said.output
    with pytest.raises(AuthenticationFailed):
        staff_session.sign_in(people["facilitator"].handle, PASSWORD)
    assert staff_session.sign_in(people["advocate"].handle, PASSWORD)
    with db.reading(db.engine()) as session:
        assert session.get_one(PersonRow, people["facilitator"].id).left_on
        assert first_broken_line(session, context.keyring().key("audit")) is None
    kept = context.keyring().folder / "departures"
    assert kept.stat().st_mode & 0o077 == 0
    assert re.fullmatch(r"([0-9a-f]{64}\n)+", kept.read_text("ascii"))


def test_a_damaged_line_beside_the_keys_keeps_back_no_other(app: Flask) -> None:
    folder, line = context.keyring().folder, record_macs.departure_line(context.keyring().key("people"), "somebody")
    (folder / "departures").write_bytes(b"\xff\xfe\n")
    record_macs.remember_departure(folder, line)
    assert line in record_macs.list_departures(folder)


def test_an_account_that_did_not_end_after_all_is_not_remembered(app: Flask) -> None:
    _site, people = house_with(["facilitator"])
    with pytest.raises(RuntimeError), db.writing(db.engine()) as session:
        _leave_and_fail(session, people["facilitator"].id)
    assert not record_macs.list_departures(context.keyring().folder)


def _leave_and_fail(session: Session, person_id: int) -> NoReturn:
    close_account(session, session.get_one(PersonRow, person_id), context.today())
    raise RuntimeError

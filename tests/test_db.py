"""What SQLite is told, and whose turn it is to write."""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url

from tests.support.people import house
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.sites.models import SiteRow

pytestmark = pytest.mark.sqlite("its files, and the line of its writers")


def the_file(engine: Engine) -> Path:
    return Path(str(engine.url.database))


def test_writers_of_two_processes_never_meet_a_locked_database(app: Flask, settings: Settings) -> None:
    """Whoever waits stands before the database, not in it: its own patience of ten seconds is never used up."""
    house([])
    other = db.make_engine(settings.database_url)
    order: list[str] = []

    def writes() -> None:
        with db.writing(other) as session:
            session.get_one(SiteRow, 1).name = "Second"
            order.append("second")

    try:
        with db.writing(db.engine()) as session:
            session.get_one(SiteRow, 1).name = "First"
            waiting = threading.Thread(target=writes)
            waiting.start()
            time.sleep(0.3)
            held = the_file(other).with_name(the_file(other).name + ".lock")
            assert held.exists()
            assert not is_free(held)
            order.append("first")
        waiting.join(5)
    finally:
        other.dispose()
    assert order == ["first", "second"]


def is_free(lock: Path) -> bool:
    import fcntl  # noqa: PLC0415

    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@pytest.mark.parametrize(
    ("pragma", "value"), [("secure_delete", 1), ("synchronous", 2), ("foreign_keys", 1), ("journal_mode", "wal")]
)
def test_every_connection_is_told_what_keeps_words_safe(app: Flask, pragma: str, value: object) -> None:
    """2 is FULL: an acknowledged answer outlives a power cut. Deleted words are overwritten."""
    with db.reading(db.engine()) as session:
        assert session.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_what_is_deleted_is_in_no_file_once_the_house_has_forgotten_it(app: Flask) -> None:
    house([])
    words = "Nobody ought to find these words again"
    for name in (words, "Example House"):
        with db.writing(db.engine()) as session:
            session.get_one(SiteRow, 1).name = name
    files = sorted(the_file(db.engine()).parent.glob("*.sqlite3*"))
    assert any(words.encode() in file.read_bytes() for file in files)
    db.truncate_write_ahead_log(db.engine())
    assert not any(words.encode() in file.read_bytes() for file in files)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (sqlite3.SQLITE_FULL, "no_room"),
        (sqlite3.SQLITE_IOERR_WRITE, "no_room"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "busy"),
        (sqlite3.SQLITE_READONLY, "closed"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "closed"),
        (sqlite3.SQLITE_CANTOPEN, "away"),
        (sqlite3.SQLITE_CONSTRAINT, None),
        (sqlite3.SQLITE_CORRUPT, None),
    ],
)
def test_only_what_may_pass_is_called_so_and_no_room_alone_is_no_room(code: int, why: str | None) -> None:
    error = sqlite3.OperationalError("example")
    error.sqlite_errorcode = code
    assert db.write_failure_of(error) == why
    assert db.is_write_failure(error) is (why is not None)


def test_a_full_disk_of_postgresql_is_known_too() -> None:
    states = (
        ("53100", "no_room"), ("58030", "no_room"), ("53300", "busy"), ("40P01", "busy"), ("57P03", "away"),
        ("25P04", "busy"), ("57014", "busy"),
        ("08006", "away"), ("23505", None), (None, None),
    )  # fmt: skip
    for state, why in states:
        assert db.write_failure_of(type("Error", (Exception,), {"sqlstate": state})()) == why


@pytest.mark.parametrize(
    ("url", "hosts", "ports", "which"),
    [
        ("postgresql://h:p%40@a:5432,b:5433/v", "a,b", "5432,5433", "read-write"),
        ("postgres://h:p%40@a,b/v", "a,b", "5432,5432", "read-write"),
        ("postgresql://h:p%40@a:5432,[::1]:5433/v?target_session_attrs=any", "a,::1", "5432,5433", "any"),
    ],
)
def test_of_several_hosts_the_driver_is_given_each_and_takes_the_one_that_can_be_written(
    url: str, hosts: str, ports: str, which: str
) -> None:
    """A second port was a traceback; and without a word the first host that answered was taken, a replica too."""
    engine = db.make_engine(Settings.read({"YOUTHVOICE_DATABASE_URL": url}).database_url)
    given = engine.dialect.create_connect_args(engine.url)[1]
    assert [given[name] for name in ("host", "port", "target_session_attrs")] == [hosts, ports, which]
    assert (given["user"], given["password"], given["dbname"]) == ("h", "p@", "v")


def test_the_host_that_answered_last_is_tried_first(postgres: str) -> None:
    """Each new connection waited for the host that was gone, for as long as it stood first in the address."""
    there = make_url(postgres).query["host"]
    engine = db.make_engine(f"postgresql+psycopg://postgres@/postgres?host=127.0.0.1,{there}&port=1,5432")
    tried: list[str] = []

    def look(_dialect: object, _entry: object, _where: object, how: dict[str, str]) -> None:
        tried.append(f"{how['host']} {how['port']}")

    event.listen(engine, "do_connect", look)
    for _ in range(2):
        engine.connect().close()
        engine.dispose()
    assert tried == [f"127.0.0.1,{there} 1,5432", f"{there},127.0.0.1 5432,1"]


def test_a_machine_that_is_gone_without_a_word_is_given_up_within_ten_seconds() -> None:
    """Who waited for its answer waited for two hours, as Linux asks for no sign of life before: see `make drill`."""
    engine, given = db.make_engine("postgresql+psycopg://h@192.0.2.1/v"), dict[str, int]()

    def look(_dialect: object, _entry: object, _where: object, how: dict[str, int]) -> None:
        given.update(how)
        raise ConnectionRefusedError

    event.listen(engine, "do_connect", look)
    with pytest.raises(ConnectionRefusedError):
        engine.connect()
    silent = max(given["keepalives_idle"] + given["keepalives_interval"], given["tcp_user_timeout"] / 1000)
    assert silent + given["connect_timeout"] < 10


def test_a_connection_that_is_given_back_holds_no_place_in_the_line(app: Flask) -> None:
    house([])
    connection = db.engine().connect().execution_options(writes=True)
    connection.execute(text("SELECT 1"))
    driver = connection.connection.dbapi_connection
    with closing(connection):
        assert driver is not None
        driver.execute("ROLLBACK")  # what broke here, nobody told SQLAlchemy
    assert is_free(the_file(db.engine()).with_name(the_file(db.engine()).name + ".lock"))

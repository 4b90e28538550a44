"""What a machine can do to an installation: adults read what is wrong, and it goes on by itself once that is mended."""

import itertools
import logging
import os
import signal
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from tests.support.full_disk import room_for
from tests.support.full_site import ALIVE, FullSite, Picture, full_site, in_process
from youthvoice import context, db, metadata, migrations
from youthvoice.config import Settings, name_process_user
from youthvoice.errors import KeyGone
from youthvoice.jobs.worker import Job, run_once
from youthvoice.jobs.worker_health import can_write
from youthvoice.schedule import JOBS

NOBODY = 65534
SHORT = [job for job in JOBS if job.name in {"knocks", "letters", "mail", "heads"}]


@pytest.fixture(scope="module")
def site() -> Iterator[FullSite]:
    """In a folder that another user may enter."""
    with tempfile.TemporaryDirectory(prefix="faults") as folder:
        Path(folder).chmod(0o755)
        with full_site(Path(folder, "site")) as full:
            full.clock.move(hours=4)
            yield full


def doctor(site: FullSite) -> str:
    answer = site.app.test_cli_runner().invoke(args=["doctor"])
    assert answer.exit_code == 1
    return answer.output


def goes_on(site: FullSite) -> None:
    """All is mended: every job does its work, in the same process or another one."""

    def do() -> None:
        assert run_once(site.app, SHORT) == []

    assert in_process(site, do) == ALIVE


def test_a_database_that_is_read_only_is_named(site: FullSite) -> None:
    site.put_back()
    everything = [site.folder, *site.folder.rglob("*")]
    is_root = os.geteuid() == 0
    file = site.folder / "var/youthvoice.sqlite3"
    file.chmod(0o400)

    def do() -> None:
        if is_root:  # whom no mode of a file stops
            for path in everything:
                os.chown(path, NOBODY, NOBODY)
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        words = doctor(site)
        assert f"{file} belongs to nobody and is not open to the user nobody" in words
        assert f"chown -R USER {file.parent}; chmod -R u+rwX {file.parent}" in words

    assert in_process(site, do) == ALIVE
    for path in everything:
        os.chown(path, os.geteuid(), os.getegid())
    site.put_back()
    goes_on(site)


@pytest.mark.postgresql("a server that is read-only")
def test_a_server_that_is_read_only_is_named_and_all_goes_on_after_it(app: Flask) -> None:
    engine = db.engine()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    engine.dispose()
    try:
        assert not can_write(engine)
        answer = app.test_cli_runner().invoke(args=["doctor"])
        assert "its file, folder or server is read-only, or its disk is full: postgresql" in answer.output
    finally:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET default_transaction_read_only = off"))
            connection.execute(text(f"ALTER DATABASE {name} RESET default_transaction_read_only"))
    engine.dispose()
    assert can_write(engine)
    assert run_once(app, SHORT) == []


@pytest.mark.postgresql("a server that cuts connections")
@pytest.mark.parametrize(
    ("limit", "statement", "why"),
    [
        ("idle_in_transaction_session_timeout", "", "away"),
        ("statement_timeout", "SELECT pg_sleep(1)", "busy"),
        ("", "SELECT pg_terminate_backend(pg_backend_pid())", "away"),
    ],
)
def test_a_connection_that_the_server_cut_is_one_that_is_away(app: Flask, limit: str, statement: str, why: str) -> None:
    """A child read "Something broke here" (500), which keeps nothing, for "Keep this page open" (503)."""
    engine = db.engine()

    def write() -> None:
        with db.writing(engine) as session:
            if limit:
                session.execute(text(f"SET LOCAL {limit} = '20ms'"))
            time.sleep(0.2)
            session.execute(text(statement or "SELECT 1"))

    with pytest.raises(DBAPIError) as raised:
        write()
    assert db.write_failure_of(raised.value) == why
    assert can_write(engine), "the next one gets another connection"


def test_after_a_full_disk_all_is_done_as_without_it(site: FullSite) -> None:
    """Room for nothing, for a part of a job, a job, and a part of the mail: nothing is lost or there twice."""
    pictures = [after_room_for(site, None) for _time in range(2)]
    columns = pictures[0].like(pictures[1])
    for size in (0, 50_000, 200_000, 1_000_000):
        assert after_room_for(site, size).told_by(columns) == pictures[0].told_by(columns), size


def after_room_for(site: FullSite, size: int | None) -> Picture:
    """What lies there after jobs that had only so much room, and then the same with all of it, up to the next day."""

    def do() -> None:
        logging.disable()
        if size is not None:
            with room_for(size):
                for job in SHORT:
                    with suppress(OSError, DBAPIError, sqlite3.Error):
                        job.do()
                    db.close_session()
        for _time in range(2):
            assert run_once(site.app, SHORT) == []
            site.clock.move(days=1)

    site.put_back()
    assert in_process(site, do) == ALIVE
    return site.picture()


KEYS = [("kept-words.v1.key", None), ("kept-words.v1.key", 40), ("threads.v1.key", None), ("threads.v1.key", 40)]


@pytest.mark.parametrize(("name", "bytes_left"), KEYS)
def test_a_key_file_that_is_away_or_cut_is_named_and_never_made_anew(
    site: FullSite, name: str, bytes_left: int | None
) -> None:
    """What would be written under a new key is lost once the right one is back."""
    site.put_back()
    file = site.folder / "keys" / name
    content = file.read_bytes()

    def do() -> None:
        if bytes_left is None:
            file.unlink()
        else:
            file.write_bytes(content[:bytes_left])
        logging.disable()
        run_once(site.app, SHORT)
        if bytes_left is None:
            assert not file.exists()
            with pytest.raises(KeyGone):
                context.keyring().key_or_new(name.partition(".")[0])
            assert f"Key files are missing: {name.partition('.')[0]}" in doctor(site)
        else:
            assert file.read_bytes() == content[:bytes_left]
            assert f"A key file is damaged. Put it back from the backup of the keys: {file}" in doctor(site)
        file.write_bytes(content)
        file.chmod(0o600)
        assert run_once(site.app, SHORT) == [], "it goes on in the same process"

    assert in_process(site, do) == ALIVE


def test_a_job_that_fails_each_time_is_logged_once_a_minute(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("youthvoice.context.time.monotonic", lambda: now[0])

    def fail() -> None:
        raise OSError

    for _second in range(180):
        run_once(app, [Job("mail", 2, fail), Job("sms", 2, fail)])
        now[0] += 1
    lines = [record.getMessage() for record in caplog.records]
    assert 3 <= lines.count("mail failed: OSError") <= 4
    assert 3 <= lines.count("sms failed: OSError") <= 4


# ---- Half a migration ----


def upgraded(settings: Settings, dies_before: int) -> int:
    """Bring the tables up to date in a process that dies before its n-th statement; how it ended."""
    if pid := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    engine, passed = db.make_engine(settings.database_url), [0]

    @event.listens_for(engine, "before_cursor_execute")
    def count_statement(*_arguments: Any) -> None:
        passed[0] += 1
        if passed[0] == dies_before:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        migrations.upgrade(engine, metadata.full_metadata())
    finally:
        os._exit(0)


@pytest.mark.dialect("tables that change in a transaction")
@pytest.mark.usefixtures("without_tables")
def test_a_migration_that_is_killed_between_its_statements_begins_again(settings: Settings) -> None:
    settings.data.mkdir(parents=True)
    engine = db.make_engine(settings.database_url)
    migrations.upgrade(engine, metadata.full_metadata(), "0001")
    engine.dispose()
    for statement in itertools.count(1):
        if upgraded(settings, statement) == 0:
            break
        with engine.connect() as connection:
            assert migrations.revision_of(connection) == "0001"
        engine.dispose()
    assert statement > 5
    assert migrations.is_current(engine)
    assert migrations.differences(engine, metadata.full_metadata()) == []
    engine.dispose()


# ---- Folders that are closed ----


CLOSED = ["var", "keys", "var/youthvoice.sqlite3.lock"]


@pytest.mark.parametrize("name", CLOSED)
def test_a_folder_or_file_that_is_closed_is_named_with_whose_it_is_and_what_to_do(site: FullSite, name: str) -> None:
    """Of a key folder nothing was said; of the others that the disk is full, to make room, or `Permission denied`."""
    site.put_back()
    everything = [site.folder, *site.folder.rglob("*")]
    is_root = os.geteuid() == 0
    closed, folder = site.folder / name, site.folder / name.partition("/")[0]

    def do() -> None:
        assert run_once(site.app, SHORT) == []
        db.engine().dispose()
        closed.touch()
        if is_root:  # whom no mode of a file stops
            for path in [site.folder, *site.folder.rglob("*")]:
                os.chown(path, NOBODY, NOBODY)
        closed.chmod(0o500 if closed.is_dir() else 0o400)
        if is_root:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        words = doctor(site)
        assert f"{closed} belongs to " in words
        assert f"is not open to the user {name_process_user()}, who runs this." in words
        assert f"chown -R USER {folder}; chmod -R u+rwX {folder}" in words

    assert in_process(site, do) == ALIVE
    for path in [*everything, closed]:
        if path.exists():
            path.chmod(0o700 if path.is_dir() else 0o600)
            os.chown(path, os.geteuid(), os.getegid())
    site.put_back()
    goes_on(site)

"""The file of SQLite is rewritten in the order of its keys, with little memory and only where there is room."""

import shutil
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from youthvoice import db
from youthvoice.jobs import file_order
from youthvoice.jobs.file_order import rewrite_file

pytestmark = pytest.mark.sqlite("its file")


def the_file(engine: Engine) -> Path:
    return Path(str(engine.url.database))


def resident(what: str) -> int:
    """Bytes of memory of this process: `VmRSS` now, `VmHWM` the most since it was reset."""
    (line,) = (line for line in Path("/proc/self/status").read_text("utf-8").splitlines() if line.startswith(what))
    return int(line.split()[1]) * 1024


def test_a_file_that_is_written_anew_needs_little_memory_and_lies_in_its_own_folder(app: Flask) -> None:
    """A machine of 1 GiB holds a file of 2 GiB; where the copy lies, elsewhere, may not be encrypted."""
    engine, megabytes = db.engine(), 48
    copies: set[str] = set()
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE large (id INTEGER PRIMARY KEY, body BLOB)")
        for _ in range(megabytes):
            connection.exec_driver_sql("INSERT INTO large (body) VALUES (zeroblob(1000000))")
            connection.commit()
        driver = connection.connection.dbapi_connection
        assert driver

    def look() -> None:
        for number in Path("/proc/self/fd").iterdir():
            with suppress(OSError):
                copies.add(str(number.readlink()))

    driver.set_progress_handler(look, 10)  # the pool gives the same connection again
    Path("/proc/self/clear_refs").write_text("5", "utf-8")
    before = resident("VmRSS")
    rewrite_file()
    assert resident("VmHWM") - before < megabytes * 1_000_000 / 2
    (copy,) = (Path(each) for each in copies if "etilqs" in each)
    assert copy.parent == the_file(engine).parent
    assert copy.name.endswith(" (deleted)"), "it has no name, so that a killed process leaves none"
    with db.reading(engine) as session:
        assert not session.scalar(text("PRAGMA cache_spill")), "a voice waits in memory for its commit, as before"


def test_a_disk_without_room_for_copy_and_log_is_not_filled_first(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    size, ran = the_file(db.engine()).stat().st_size, list[str]()
    monkeypatch.setattr(file_order, "_rewrite_in", lambda _cursor, folder: ran.append(folder))
    for free, runs in ((2 * size, 0), (2 * size + 1, 1)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder, free=free: SimpleNamespace(free=free))
        rewrite_file()
        assert len(ran) == runs

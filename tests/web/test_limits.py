"""Who counts as the same where floods are counted."""

import threading
import time
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Flask

from youthvoice import context
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.web.rate_limits import BoundedCounters, limiter, network_of, rate_limited


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
def counters(monkeypatch: pytest.MonkeyPatch) -> tuple[BoundedCounters, list[float]]:
    now = [1_000.0]
    monkeypatch.setattr("youthvoice.web.rate_limits.time.time", lambda: now[0])
    return BoundedCounters(), now


def test_a_window_ends_by_itself(counters: tuple[BoundedCounters, list[float]]) -> None:
    count, now = counters
    assert [count.incr("a", 30) for _ in range(3)] == [1, 2, 3]
    now[0] += 30
    assert count.incr("a", 30) == 1


def test_a_sweep_forgets_only_what_is_over(counters: tuple[BoundedCounters, list[float]]) -> None:
    count, now = counters
    count.incr("long", 600)
    count.incr("short", 10)
    now[0] += 61
    count.incr("other", 10)
    assert "short" not in count.expirations
    assert count.incr("long", 600) == 2


def test_counters_start_no_thread() -> None:
    """A process that has made them is forked; and a thread before that would give each process a second heap."""
    before = threading.active_count()
    count = BoundedCounters()
    count.incr("a", 60)
    assert threading.active_count() == before
    assert (count.get("a"), count.get("b"), count.check()) == (1, 0, True)


def test_no_count_is_lost_between_threads() -> None:
    """What another thread does between looking and adding must not be undone."""
    count = BoundedCounters()
    inside = threading.Event()

    class Slow(dict[str, float]):
        def get(self, key: str, default: float = 0) -> float:  # type: ignore[override]
            found = super().get(key, default)
            if not inside.is_set():
                inside.set()
                time.sleep(0.2)
            return found

    count.expirations = Slow()
    first = threading.Thread(target=count.incr, args=("a", 60))
    first.start()
    inside.wait(5)
    count.incr("a", 60)
    first.join()
    assert count.incr("a", 60) == 3


def guarded(*cookies: str, rate: str = "2 per minute", methods: tuple[str, ...] = ("POST",)) -> list[int]:
    """Statuses of a page that is asked for with each of these cookies."""

    def page() -> str:
        return "ok"

    app = Flask(__name__)
    app.config["RATELIMIT_STORAGE_URI"] = "memory://"
    limiter.init_app(app)
    nobody: dict[str, object] = {"vouched_sender": lambda: ""}
    context.init_app(app, cast(Any, SimpleNamespace(ports=nobody, settings=SimpleNamespace(box=False))))
    app.add_url_rule("/p", "p", rate_limited(rate)(page), methods=["GET", "POST"])
    made = []
    for method in methods:
        for cookie in cookies:
            client = app.test_client()
            client.set_cookie("tablet", cookie)
            made.append(client.open("/p", method=method).status_code)
    return made


def test_past_the_limit_a_page_is_refused() -> None:
    assert guarded("", "", "") == [200, 200, 429]


def test_looking_counts_nothing() -> None:
    assert guarded("", "", "", methods=("GET", "POST")) == [200] * 5 + [429]


def test_a_made_up_cookie_evades_no_limit() -> None:
    assert guarded("a", "b", "c") == [200, 200, 429]


def test_the_library_does_nothing_around_each_request(settings: Settings) -> None:
    """Its hooks would take a tenth of a response, for limits that nobody set."""
    app = create_app(settings)
    hooks = [*app.before_request_funcs[None], *app.after_request_funcs[None], *app.teardown_request_funcs.get(None, ())]
    assert not [hook for hook in hooks if "limiter" in repr(hook)]
    runtime_of(app).engine.dispose()

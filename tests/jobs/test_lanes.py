"""How jobs share a work process: lanes do not wait for each other, and a long job gives way within its lane."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.conftest import StillClock
from youthvoice.jobs import turns, worker
from youthvoice.jobs.turns import Turn, first_day_to_search, note_nothing_left
from youthvoice.jobs.worker import Job, run_forever, run_once
from youthvoice.schedule import JOBS

IN_ANY_ORDER = turns._in_any_order  # noqa: SLF001 - every other test takes the order of the list


def slowly(items: int, seen: list[str], name: str) -> Callable[[], bool]:
    """A job with so many items to do; each takes a third of a turn."""
    left = iter(range(items))

    def do() -> bool:
        turn = Turn()
        for _item in turn.take(left):
            seen.append(name)
            time.sleep(turns.TURN_SECONDS / 3)
        return turn.is_cut

    return do


@pytest.fixture(autouse=True)
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN_SECONDS", 0.06)


def test_a_turn_ends_after_its_time_and_takes_one_item_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    fetched: list[int] = []

    def items() -> Iterator[int]:
        for item in range(9):
            fetched.append(item)
            yield item

    turn = Turn()
    taken = []
    for item in turn.take(items()):
        taken.append(item)
        now[0] += 0.05
    assert (taken, turn.is_cut) == ([0, 1], True)
    assert fetched == taken, "to fetch a mail is to lease it: what is not sent now is not fetched"
    now[0] = 100.0
    late = Turn()
    now[0] = 200.0
    assert (list(late.take([7, 8])), late.is_cut) == ([7], True)
    assert (list(Turn().take([])), Turn().is_cut) == ([], False)


def test_each_process_takes_all_in_an_order_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_in_any_order", IN_ANY_ORDER)
    orders = {tuple(Turn().take_shuffled(range(20))) for _ in range(5)}
    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {tuple(range(20))}


def test_an_item_that_fails_waits_for_the_next_minute(app: Flask, clock: StillClock) -> None:
    """Its job is run again at once while others are left; it must come to rest once nothing but this one is."""
    with app.app_context():
        turns.put_off("report")
        clock.move(seconds=1)
        assert (turns.is_put_off("report"), turns.is_put_off("other")) == (True, False)
        clock.move(minutes=1)
        assert not turns.is_put_off("report")
        turns.put_off("report")
        assert turns.is_put_off("report")


def test_a_long_job_lets_the_others_of_its_lane_go_on(app: Flask) -> None:
    seen: list[str] = []
    jobs = [Job("long", 3600, slowly(9, seen, "long")), Job("short", 0, lambda: seen.append("short"))]
    run_forever(app, jobs, lambda: seen.count("long") == 9, pause=0)
    first = seen.index("short")
    assert seen.index("short") < 9
    assert "long" in seen[first:], "and it goes on after them, long before its hour is over"


def test_a_job_that_is_run_once_is_run_to_its_end(app: Flask) -> None:
    seen: list[str] = []
    assert run_once(app, [Job("long", 20, slowly(9, seen, "long"))]) == []
    assert len(seen) == 9


def test_a_lane_that_hangs_holds_up_no_other_and_the_process_no_longer_says_that_it_works(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail server that never answers: danger is still passed on, and `/health` turns red for who watches."""
    monkeypatch.setattr(worker, "ALIVE_SECONDS", 0.3)
    beats: list[float] = []
    monkeypatch.setattr(worker, "record_jobs", lambda *_: beats.append(time.monotonic()))
    hangs, clocks = threading.Event(), list[float]()
    jobs = [
        Job("mail", 0, lambda: bool(hangs.wait(60)), "sending"),
        Job("clocks", 0, lambda: clocks.append(time.monotonic()), "urgent"),
        Job("closing", 0, lambda: None),
    ]
    until = time.monotonic() + 30

    def is_silent_while_danger_is_passed_on() -> bool:
        return bool(beats and clocks) and clocks[-1] > beats[-1] + 1

    def stop() -> bool:
        if is_silent_while_danger_is_passed_on() or time.monotonic() > until:
            hangs.set()
        return hangs.is_set()

    run_forever(app, jobs, stop, pause=0.01)
    assert is_silent_while_danger_is_passed_on()


def test_a_called_lane_runs_its_frequent_jobs_at_once_and_no_other(app: Flask) -> None:
    """Danger is told by mail: it must not wait for the next look into the outbox."""
    mails, server_checks, calls = list[float](), list[float](), list[float]()
    until = time.monotonic() + 20

    def tell() -> None:
        if mails and not calls:
            calls.append(time.monotonic())
            turns.call_lane("sending")

    jobs = [
        Job("mail server", 3600, lambda: server_checks.append(time.monotonic()), "sending"),
        Job("mail", 9, lambda: mails.append(time.monotonic()), "sending"),
        Job("clocks", 0.01, tell, "urgent"),
        Job("closing", 0.1, lambda: None),
    ]
    run_forever(app, jobs, lambda: len(mails) == 2 or time.monotonic() > until, pause=5)
    assert mails[1] - calls[0] < 2
    assert len(server_checks) == 1


def test_what_an_urgent_report_calls_can_be_called() -> None:
    every = {job.name: job.every for job in JOBS if job.lane in {"sending", "texting"}}
    assert max(every["mail"], every["sms"]) <= getattr(worker, "_FREQUENT_SECONDS") < every["mail server"]  # noqa: B009


def test_each_lane_counts_as_seen_before_any_of_them_begins(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that began while the usual one looked at all of them ended the process."""
    seen: list[set[str]] = []
    monkeypatch.setattr(worker, "_run_lane", lambda *given: seen.append({*given[5].seen_at}))
    run_forever(app, [Job("mail", 0, lambda: None, "sending"), Job("clocks", 0, lambda: None, "urgent")], lambda: True)
    assert seen == [{"sending", "urgent", "usual"}] * 3


@pytest.mark.usefixtures("app")
def test_how_a_job_ended_while_results_are_recorded_is_recorded_next(monkeypatch: pytest.MonkeyPatch) -> None:
    beat = getattr(worker, "_Beat")([Job("mail", 0, lambda: None)], results={"mail": True, "closing": False})  # noqa: B009
    recorded: list[dict[str, bool]] = []

    def record(_engine: object, results: dict[str, bool], _more: object) -> None:
        recorded.append(results)
        beat.results["mail"] = True
        if len(recorded) == 1:
            raise OSError("full")

    monkeypatch.setattr(worker, "record_jobs", record)
    with pytest.raises(OSError, match="full"):
        beat.record()
    beat.record()
    assert recorded == [{"mail": True, "closing": False}] * 2
    assert beat.results == {"mail": True}


def test_a_process_whose_lane_ended_ends_so_that_it_is_started_anew(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die() -> None:
        raise SystemExit

    monkeypatch.setattr(threading, "excepthook", lambda _args: None)
    began = time.monotonic()
    with pytest.raises(RuntimeError, match="a lane has ended"):
        run_forever(app, [Job("mail", 0, die, "sending")], lambda: time.monotonic() > began + 10, pause=0.01)


def test_a_job_searches_all_days_at_its_start_and_once_an_hour_and_else_the_last_ones(
    app: Flask, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of ten years of rounds only the last days can have something new."""
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    today, found = clock.moment.date(), [first_day_to_search("search")]
    note_nothing_left("search", found[0])
    found.append(first_day_to_search("search"))
    now[0] += 3000
    note_nothing_left("search", found[1])  # of the last days: it does not put off the search of all
    found.append(first_day_to_search("search"))
    now[0] += 700
    found.append(first_day_to_search("search"))
    lately = today - timedelta(days=3)
    assert found == [date.min, lately, lately, date.min]
    assert first_day_to_search("another job") == date.min
    note_nothing_left("search", date.min)
    clock.move(days=-30)
    assert first_day_to_search("search") == date.min, "what a clock wrote that was fast is not taken for the present"

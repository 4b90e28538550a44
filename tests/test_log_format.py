"""What the log says, and what it never says, in both of its forms."""

import errno
import io
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus

import pytest
from flask import Flask

from tests.support.people import house, on_tablet
from tests.support.visitor import Visitor
from youthvoice import log_format
from youthvoice.config import Settings, SettingsError
from youthvoice.errors import KeyGone
from youthvoice.factory import create_app
from youthvoice.jobs.supervisor import SupervisedProcess
from youthvoice.jobs.worker import Job, run_forever, run_once

SECRET, ADDRESS = "purple giraffe", "203.0.113.77"
"""What a child wrote, and where she sat."""


class FullDisk(io.StringIO):
    """Takes nothing."""

    def write(self, _words: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    log_format.choose(is_json=False)


def fail() -> None:
    raise ValueError(SECRET)


def fail_everywhere(app: Flask, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch) -> None:
    """A page, a job, a process and what lies around pages fail, each with a child's words in its hand."""
    site_id, _people = house(["advocate"])
    tablet = on_tablet(visitor(), site_id)
    monkeypatch.setitem(app.view_functions, "tell.send", fail)
    told = {"words": SECRET}
    answer = tablet.client.post(f"/tell?{SECRET}", data=told, environ_base={"REMOTE_ADDR": ADDRESS})
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert run_once(app, [Job("mail", 2, fail)]) == ["mail"]
    SupervisedProcess("web", lambda: None)._plan_next_start(1.0, "SIGKILL")  # noqa: SLF001 - as where it has ended
    try:
        fail()
    except ValueError:
        logging.getLogger("another.library").exception("it failed")


@pytest.mark.parametrize("is_json", [False, True])
def test_a_job_that_fails_at_each_of_ten_thousand_rows_writes_twenty_lines_and_their_number(
    app: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, is_json: bool
) -> None:
    """It wrote ten thousand lines into the journal, every five minutes: those of a week before were gone."""
    seconds = [1000.0]
    monkeypatch.setattr("youthvoice.log_format.time.monotonic", lambda: seconds[0])
    log_format.choose(is_json=is_json)
    monkeypatch.setattr(log_format.LINES_BOUND, "_since", 0.0)

    def fail_at_each_row() -> None:
        for row in range(10_000):
            logging.getLogger("youthvoice.reviews.job").error("The review %s cannot be worked on", row)

    assert run_once(app, [Job("reviews", 300, fail_at_each_row)]) == []
    assert capsys.readouterr().err.count("cannot be worked on") == 20
    stops = iter((False, False, True))
    seconds[0] += 61
    run_forever(app, [Job("mail", 2, fail)], lambda: next(stops), pause=0)
    written = capsys.readouterr().err
    assert "9980 more lines like this were left out: The review ... cannot be worked on" in written
    assert written.count("mail failed: ValueError") == 1, "another kind is written all the same"


@pytest.mark.parametrize("is_json", [False, True])
def test_a_flood_of_one_failure_hides_no_other_one(
    app: Flask,
    visitor: Callable[[], Visitor],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    is_json: bool,
) -> None:
    """Of all pages and exceptions together twenty lines were written: a lost key went under."""
    log_format.choose(is_json=is_json)
    monkeypatch.setattr(log_format.LINES_BOUND, "_counts", Counter())
    site_id, _people = house(["advocate"])
    tablet = on_tablet(visitor(), site_id)
    monkeypatch.setitem(app.view_functions, "tell.send", fail)
    for _nth in range(30):
        tablet.client.post("/tell")

    def lose_key() -> None:
        raise KeyGone("pepper")

    monkeypatch.setitem(app.view_functions, "tell.send", lose_key)
    tablet.client.post("/tell")
    written = capsys.readouterr().err
    assert (written.count("ValueError on tell.send"), written.count("KeyGone on tell.send")) == (20, 1)


@pytest.mark.parametrize("is_json", [False, True])
def test_a_log_on_a_full_disk_ends_neither_a_page_nor_the_work_process(
    app: Flask, monkeypatch: pytest.MonkeyPatch, *, is_json: bool
) -> None:
    """What was left out was written outside of every precaution: the work process ended, and each page failed."""
    seconds = [1000.0]
    monkeypatch.setattr("youthvoice.log_format.time.monotonic", lambda: seconds[0])
    monkeypatch.setattr(log_format.LINES_BOUND, "_since", 0.0)
    monkeypatch.setattr("sys.stderr", FullDisk())
    log_format.choose(is_json=is_json)
    for write in (log_format.LINES_BOUND.write_left_out, lambda: app.logger.error("Another line")):
        for row in range(30):
            app.logger.error("The review %s cannot be worked on", row)
        seconds[0] += 61
        write()


@pytest.mark.parametrize("is_json", [False, True])
def test_neither_form_says_what_a_child_wrote_where_she_sat_or_which_address_she_opened(
    app: Flask,
    visitor: Callable[[], Visitor],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    *,
    is_json: bool,
) -> None:
    log_format.choose(is_json=is_json)
    fail_everywhere(app, visitor, monkeypatch)
    written = capsys.readouterr().err
    of_ours = [record for record in caplog.records if record.name.startswith("youthvoice")]
    said = written if is_json else written + "\n".join(map(logging.Formatter().format, of_ours))
    for expected in ("ValueError on tell.send", "mail failed: ValueError", "The web process has ended (SIGKILL)"):
        assert expected in said
    for hidden in (SECRET, ADDRESS, "/tell?", "another.library" if not is_json else SECRET):
        assert hidden not in said


def test_each_line_is_one_object_with_the_place_in_the_code(
    app: Flask,
    visitor: Callable[[], Visitor],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_format.choose(is_json=True)
    fail_everywhere(app, visitor, monkeypatch)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["level"], line["logger"]) for line in lines] == [
        ("error", app.logger.name),
        ("error", app.logger.name),
        ("info", "youthvoice"),
        ("error", "another.library"),
    ]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    assert "test_log_format.py" in lines[0]["message"]
    assert lines[3]["error"] == "ValueError"
    assert "test_log_format.py" in lines[3]["where"]


def test_the_server_of_pages_writes_its_lines_in_the_same_form() -> None:
    assert log_format.server_log() is None
    log_format.choose(is_json=True)
    chosen = log_format.server_log()
    assert chosen is not None
    assert chosen["formatters"]["json"]["()"] is log_format.JsonLine


def test_the_setting_is_text_or_json(settings: Settings) -> None:
    assert not settings.json_log
    assert Settings.read({"YOUTHVOICE_LOG": "json"}).json_log
    assert not Settings.read({"YOUTHVOICE_LOG": ""}).json_log
    with pytest.raises(SettingsError, match="it can be text or json"):
        Settings.read({"YOUTHVOICE_LOG": "yes"})


def test_it_is_chosen_before_anything_is_opened(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    create_app(replace(settings, json_log=True))
    log_format.write_line("here")
    assert json.loads(capsys.readouterr().err)["message"] == "here"

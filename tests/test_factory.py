"""A house that cannot start says why and what to do; never a traceback."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from tests.support.command_line import run
from tests.support.people import FIRST_NAMES
from youthvoice.factory import AddressMap

TOP = Path(__file__).parents[1]


def settings_in(tmp_path: Path, **settings: str) -> dict[str, str]:
    folders = {"YOUTHVOICE_DATA": str(tmp_path / "var"), "YOUTHVOICE_KEYS": str(tmp_path / "keys")}
    return {"YOUTHVOICE_MODE": "development", **folders, **settings}


def flask(tmp_path: Path, *given: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | settings_in(tmp_path, **settings)
    command = [sys.executable, "-m", "flask", "--app", str(TOP / "app.py"), *given]
    return subprocess.run(command, env=environment, cwd=TOP, capture_output=True, text=True, timeout=60, check=False)


def found(tmp_path: Path, **settings: str) -> str:
    """Refused in this process: by `SystemExit`, so never with a traceback. Gives what is said, or nothing."""
    answer = run("staff", "found", *FIRST_NAMES, settings=settings_in(tmp_path, **settings))
    if answer.exit_code == 0:
        return ""
    assert (answer.exit_code, type(answer.exception)) == (1, SystemExit), answer.exception
    return f"{answer.output}{answer.exception}"


def test_a_process_that_is_refused_says_so_without_a_traceback(tmp_path: Path) -> None:
    """What each refusal below says; `flask` as somebody types it."""
    answer = flask(tmp_path, "staff", "found", *FIRST_NAMES, YOUTHVOICE_DATABASE_URL="sqlite:////proc/version")
    assert "The database does not answer" in answer.stderr
    assert answer.returncode == 1
    assert "Traceback" not in answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("YOUTHVOICE_LIMITS_URL", "nowhere", "YOUTHVOICE_LIMITS_URL cannot be used; write redis://"),
        ("YOUTHVOICE_SMTP_URL", "mail.example.org", "YOUTHVOICE_SMTP_URL is no address of a mail server"),
        ("YOUTHVOICE_MODE", "production", "YOUTHVOICE_MODE=development"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_what_to_write(
    tmp_path: Path, setting: str, value: str, told: str
) -> None:
    assert told in found(tmp_path, **{setting: value})


def test_key_files_of_another_database_are_named_with_what_to_do(tmp_path: Path) -> None:
    assert found(tmp_path) == found(tmp_path / "other") == ""
    answer = flask(tmp_path, "doctor", YOUTHVOICE_KEYS=str(tmp_path / "other" / "keys"))
    assert answer.returncode == 1
    assert "These key files belong to another database." in answer.stderr
    assert str(tmp_path / "other" / "keys") in answer.stderr


def test_the_database_is_closed_to_others(tmp_path: Path) -> None:
    assert found(tmp_path) == ""
    (made,) = (tmp_path / "var").glob("*.sqlite3")
    assert made.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://house:hush@127.0.0.1:1/house", "Connection refused. Start it, or set YOUTHVOICE_DATABASE_URL"),
        ("mysql://house:hush@127.0.0.1/house", "YOUTHVOICE_DATABASE_URL is no address of a database"),
        ("nowhere", "YOUTHVOICE_DATABASE_URL is no address of a database"),
        (
            "postgresql://house:hush@127.0.0.1:1,127.0.0.1:x/house",
            "YOUTHVOICE_DATABASE_URL is no address of a database",
        ),
        ("postgresql://house:hush@127.0.0.1:1,127.0.0.1:2/house", "The database does not answer"),
        ("sqlite:////proc/nowhere/house.sqlite3", "The folder of the database cannot be made"),
        ("sqlite:////proc/version", "The database does not answer"),
    ],
)
def test_a_database_that_is_down_is_named_with_what_to_do(tmp_path: Path, url: str, told: str) -> None:
    said = found(tmp_path, YOUTHVOICE_DATABASE_URL=url)
    assert told in said
    assert "hush" not in said


def test_a_second_request_waits_while_the_first_one_reads_the_pages() -> None:
    """One that went on would find no address, and Flask would take none after it."""
    addresses, reading, go_on, found = AddressMap(), threading.Event(), threading.Event(), list[bool]()

    def fill() -> None:
        addresses.update()  # as reading the pages does
        reading.set()
        assert go_on.wait(9)
        addresses.add(Rule("/help", endpoint="help"))

    def ask() -> None:
        found.append(addresses.bind("localhost").test("/help"))

    addresses.fill = fill
    threads = [threading.Thread(target=ask) for _ in range(2)]
    threads[0].start()
    assert reading.wait(9)
    threads[1].start()
    threads[1].join(0.05)
    go_on.set()
    for thread in threads:
        thread.join()
    assert found == [True, True]

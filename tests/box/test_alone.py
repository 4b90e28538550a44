"""A box alone: it does nothing of what a house does, says how it stands, and tells a thief nothing of when who came."""

import os
import pwd
import re
import sqlite3
from collections.abc import Callable
from contextvars import Context
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.village import CANARY, Village, run
from youthvoice import commands, db
from youthvoice.box.job import JOBS
from youthvoice.config import Settings, SettingsError
from youthvoice.monitoring.installation_state import read_state
from youthvoice.monitoring.metrics import write_metrics
from youthvoice.schedule import JOBS as HOUSE_JOBS


def flask(box: Flask, *given: str, status: int = 0) -> str:
    return run(box.test_cli_runner(), *given, status=status, group="")


def test_its_work_process_does_its_own_work_alone(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []

    def serves(_port: int, _workers: int, list_jobs: Callable[[], object], *_more: object) -> bool:
        given.append(list_jobs())  # in a process of its own, where no application is
        return True

    monkeypatch.setattr("youthvoice.server.serve_processes", lambda *them: Context().run(serves, *them))
    monkeypatch.setattr("youthvoice.server.is_taken", lambda _port: False)  # `make run` may run meanwhile
    for at, expected in ((village.box, JOBS), (village.app, HOUSE_JOBS)):
        flask(at, "serve")
        assert given.pop() is expected
    flask(village.box, "work", "--once")
    assert village.box.test_client().get("/health").get_json() == {"database": True, "limits": True, "work": True}


def test_whoever_watches_it_hears_when_its_work_process_is_gone(village: Village) -> None:
    assert village.box.test_client().get("/health").status_code == 503


def test_nobody_is_made_or_signs_in_there_and_no_example_is_loaded(village: Village) -> None:
    told = flask(village.box, "--help")
    named = set(re.findall(r"^  (\w+)", told, re.MULTILINE))
    assert {"bundle", "doctor", "serve", "work"} <= named
    assert not named & {"audit", "backup", "restore", "staff", "surveys", "tablet", "reviews"}

    def wanted() -> bool:
        with village.box.app_context():
            return commands._wants_example()  # noqa: SLF001 - what `serve` asks before it serves

    assert not Context().run(wanted)


def test_the_doctor_says_what_a_box_needs(village: Village, clock: StillClock) -> None:
    flask(village.box, "work", "--once")
    assert flask(village.box, "doctor") == "All is well.\n"
    village.answers_one()
    clock.move(days=15)
    flask(village.box, "work", "--once")
    assert "Nothing came back from the main server since" in flask(village.box, "doctor", status=1)
    clock.move(days=300)
    assert "for ten months" in flask(village.box, "doctor", status=1)
    clock.move(days=-320)
    assert "The clock is wrong" in flask(village.box, "doctor", status=1)


def test_before_it_is_set_up_it_says_how(box: Flask) -> None:
    assert "youthvoice bundle setup FILE" in flask(box, "doctor", status=1)
    assert "not set up yet" in flask(box, "bundle", "out", "x", status=1)


@pytest.mark.parametrize(
    ("house", "mode"),
    [("ftp://a.org", "development"), ("https://", "development"), ("https://a.org/x", "development")],
)
def test_what_is_no_address_of_a_house_is_refused(house: str, mode: str) -> None:
    with pytest.raises(SettingsError, match="YOUTHVOICE_BOX_HOUSE"):
        Settings.read({"YOUTHVOICE_MODE": mode, "YOUTHVOICE_BOX_HOUSE": house})


def test_the_house_is_reached_by_https_alone_but_in_development() -> None:
    told = {"YOUTHVOICE_MODE": "production", "YOUTHVOICE_URL": "https://box.example.org"}
    plain = Settings.read({**told, "YOUTHVOICE_BOX_HOUSE": "http://house.example.org"})
    assert [line for line in plain.refusals() if "YOUTHVOICE_BOX_HOUSE" in line]
    locked = Settings.read({**told, "YOUTHVOICE_BOX_HOUSE": "https://house.example.org"})
    assert not [line for line in locked.refusals() if "YOUTHVOICE_BOX_HOUSE" in line]


def test_root_writes_nothing_where_the_service_has_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    if os.geteuid() == 0:
        os.chown(tmp_path / "data", pwd.getpwnam("nobody").pw_uid, -1)
    monkeypatch.setattr("youthvoice.config.os.geteuid", lambda: 0)
    owner = pwd.getpwuid((tmp_path / "data").stat().st_uid).pw_name
    told = {
        "YOUTHVOICE_URL": "https://box.example.org",
        "YOUTHVOICE_KEYS": str(tmp_path / "keys"),
        "YOUTHVOICE_BOX": "1",
    }
    (said,) = Settings.read({**told, "YOUTHVOICE_DATA": str(tmp_path / "data")}).refusals()
    assert f"sudo -u {owner}" in said
    assert not Settings.read({**told, "YOUTHVOICE_DATA": str(tmp_path / "new")}).refusals()


def lies_at(village: Village) -> dict[bytes, int]:
    """Where in the file each envelope begins, by the digest under which it is kept."""
    with sqlite3.connect(village.folder / "box-var" / "youthvoice.sqlite3") as opened:
        opened.execute("pragma wal_checkpoint(truncate)")
        heads = {bytes(row[0]) for row in opened.execute("select substr(blob, 80, 40) from box_envelopes")}
        digests = dict(opened.execute("select substr(blob, 20000, 40), digest from box_envelopes").fetchall())
    file = (village.folder / "box-var" / "youthvoice.sqlite3").read_bytes()
    assert heads
    return {digest: file.index(inside) for inside, digest in digests.items()}


def test_where_an_envelope_lies_in_the_file_tells_nothing_of_when_it_came(village: Village) -> None:
    for _nth in range(8):
        village.answers_one()
    before = lies_at(village)
    village.there("out", village.file("out"))  # mixes, as does the work process once an hour
    after = lies_at(village)
    assert sorted(before, key=before.__getitem__) != sorted(before), "eight came in the order of their random numbers"
    assert sorted(after, key=after.__getitem__) == sorted(after)
    log = village.folder / "box-var" / "youthvoice.sqlite3-wal"
    assert not log.exists() or log.stat().st_size == 0


def test_what_the_house_has_is_nowhere_on_the_disk_any_more(village: Village) -> None:
    village.answers_one()
    with sqlite3.connect(village.folder / "box-var" / "youthvoice.sqlite3") as opened:
        sealed = opened.execute("select blob from box_envelopes").fetchone()[0]
    village.carries("one")
    files = [one.read_bytes() for one in (village.folder / "box-var").rglob("*") if one.is_file()]
    assert not [file for file in files if sealed[200:264] in file or sealed[-64:] in file or CANARY.encode() in file]


def test_a_watcher_reads_how_it_is_in_the_same_words(village: Village) -> None:
    flask(village.box, "work", "--once")

    def read() -> str:
        with village.box.app_context(), db.reading(db.engine()) as session:
            return write_metrics(read_state(session))

    lines = Context().run(read).splitlines()
    assert "youthvoice_work_beat_age_seconds 0" in lines
    assert "youthvoice_key_files_missing 0" in lines
    assert [line for line in lines if line.startswith("youthvoice_job_failing")] == [
        f'youthvoice_job_failing{{job="{job.name}"}} 0' for job in JOBS
    ]

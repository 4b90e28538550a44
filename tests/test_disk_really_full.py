"""A disk of its own, really full: each says so, leaves no half file, and goes on when there is room.

A file system of a few megabytes is mounted, which takes the right to do so. That no file grows is tried elsewhere
without that right (`room_for`); here folders, temporary files and SQLite's log find no room either.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from tests.conftest import StillClock
from tests.support import papers, shared_setup
from tests.support.audio import webm_of
from tests.support.full_disk import fill, make_room, small_disk
from tests.support.open_rounds import LETTERS, a_house, kept, questions
from tests.support.people import house, signed_in
from tests.support.publications import make_house
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.models import PersonRow
from youthvoice.audit.audit_log import Log
from youthvoice.backups.nightly_copy import MARKER
from youthvoice.clips.store import list_takes
from youthvoice.clips.text_collector import clip_name
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.jobs.worker import run_once
from youthvoice.printing.models import KeptPdfRow
from youthvoice.publications.review import drafting
from youthvoice.publications.store import find_edition
from youthvoice.schedule import JOBS

(PRINTING,) = (job for job in JOBS if job.name == "papers")
MEGABYTE = 1024 * 1024
FOOD = "How was the food this week?"
SAID = {
    "en": "the disk is full",
    "hi": "डिस्क पर जगह नहीं बची है",
    "ar": "لم يبقَ مكان على القرص",
}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", 12 * MEGABYTE) as mounted:
        yield mounted


@pytest.fixture
def installed(settings: Settings, clock: StillClock, disk: Path) -> Iterator[Flask]:
    """An installation whose database lies on that disk, and whose copies go elsewhere."""
    here = replace(settings, data=disk / "var", database_url=f"sqlite:///{disk / 'var/youthvoice.sqlite3'}")
    with shared_setup.founded(here):
        made = create_app(here, clock)
    made.config["TESTING"] = True
    with made.app_context():
        yield made
    runtime_of(made).engine.dispose()


def files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if "-wal" not in file.name}


@pytest.mark.sqlite("a disk with the database on it")
@pytest.mark.parametrize("language", SAID)
def test_a_recording_comes_back_to_whoever_sent_it_and_is_kept_when_there_is_room(
    installed: Flask, disk: Path, language: str
) -> None:
    home = a_house()
    questionnaire = kept(questions(LETTERS), home.advocate)
    with db.writing(db.engine()) as session:
        session.get_one(PersonRow, home.coordinator.id).language = language
    browser, name = signed_in(Visitor(installed), home.coordinator), clip_name("en", FOOD)
    path = f"/staff/aloud/{questionnaire}/en/{name}"
    sound = webm_of(seconds=30)

    def send(status: int) -> str:
        browser.open(path)
        sent: dict[str, object] = {"sound": (BytesIO(sound), "voice.webm")}
        return browser.send(path, sent, status, content_type="multipart/form-data").text

    browser.open(path)
    before = files(disk)
    fill(disk)
    assert SAID[language] in send(503)
    make_room(disk)
    assert files(disk) == before
    with db.reading(db.engine()) as session:
        assert name not in list_takes(session)
    send(200)
    with db.reading(db.engine()) as session:
        assert name in list_takes(session)


def test_a_backup_leaves_no_half_file(app: Flask, disk: Path) -> None:
    house(["coordinator"])
    file = disk / "today.backup"

    def back_up() -> tuple[int, str]:
        ran = app.test_cli_runner().invoke(args=["backup", str(file)])
        return ran.exit_code, ran.output

    fill(disk)
    code, said = back_up()
    assert code == 1
    assert "No space left on device" in said
    make_room(disk)
    assert files(disk) == set()
    assert back_up()[0] == 0
    assert files(disk) == {file.name}


def test_a_nightly_copy_keeps_those_of_before_and_the_next_one_is_good(
    settings: Settings, clock: StillClock, disk: Path
) -> None:
    """Neither is an older one removed to make room, nor does a copy of a month stay without its night's."""
    (disk / MARKER).touch()
    made = create_app(replace(settings, mode="production", url="https://voice.example.org", backups=disk), clock)
    with made.app_context():
        house(["coordinator"])
        runner = made.test_cli_runner()
        assert runner.invoke(args=["backup"]).exit_code == 0
        before = files(disk)
        for _night in range(2):
            clock.moment += timedelta(days=31)
            fill(disk)
            said = runner.invoke(args=["backup"])
            assert said.exit_code == 1
            assert "The disk for backups is full" in said.output
            make_room(disk)
            assert files(disk) == before
        said = runner.invoke(args=["backup"])
        assert said.exit_code == 0, said.output
        assert len(files(disk)) > 1
    runtime_of(made).engine.dispose()


@pytest.mark.sqlite("a disk with the database on it")
def test_papers_that_found_no_room_are_made_when_there_is_some(installed: Flask, disk: Path) -> None:
    papers.need_font("hi")
    home = make_house()
    home.counted()
    with db.writing(db.engine()) as session:
        edition = find_edition(session, home.edition().first.slug, [home.site_id])
        assert edition
        advocate = home.people["advocate"]
        drafting.approve_edition(session, edition, advocate.id, context.today(), Log(context.today(), advocate.handle))

    def kept() -> int:
        with db.reading(db.engine()) as session:
            return session.scalar(select(func.count()).select_from(KeptPdfRow)) or 0

    before = files(disk)
    fill(disk)
    with pytest.raises((DBAPIError, sqlite3.Error)):
        PRINTING.do()
    db.close_session()
    make_room(disk)
    assert (kept(), files(disk)) == (0, before)
    assert run_once(installed, [PRINTING]) == []
    assert kept()

"""`youthvoice backup` without FILE: good is what came back from where it lies; the rest people hear of the same day."""

import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine, MetaData, select, text

from tests.conftest import StillClock
from tests.support.people import Somebody, house, signed_in
from tests.support.reports import tell
from tests.support.visitor import Visitor
from youthvoice import context, db, metadata
from youthvoice.access.guard import Caller
from youthvoice.audit.audit_log import Log
from youthvoice.backups import copy_place, trial
from youthvoice.backups.archive import LASTING_BODIES, MAGIC, Note, is_body, restore
from youthvoice.backups.copy_key import CopyKey
from youthvoice.backups.labels import REFUSAL_LABELS
from youthvoice.backups.nightly_copy import MARKER
from youthvoice.config import Settings, name_process_user
from youthvoice.context import runtime_of
from youthvoice.dashboard import labels
from youthvoice.dashboard.tasks import group_tasks
from youthvoice.factory import create_app
from youthvoice.sites.store import list_sites
from youthvoice.threads.models import ThreadEntryRow


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / MARKER).touch()
    return folder


@pytest.fixture
def production(settings: Settings, clock: StillClock, stick: Path) -> Iterator[Flask]:
    """An installation in which a child has told, with a place for its copies."""
    made = create_app(replace(settings, mode="production", url="https://voice.example.org", backups=stick), clock)
    with made.app_context():
        yield made
    runtime_of(made).engine.dispose()


@pytest.fixture
def people(production: Flask) -> dict[str, Somebody]:
    site_id, people = house(("advocate", "coordinator"))
    with db.writing(db.engine()) as session:
        Log(context.today(), "command").add(session, "staff.found", "example-house")
    tell(site_id, people.values())
    return people


def back_up(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["backup"])


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if file.name != MARKER)


def without_mark(folder: Path) -> list[str]:
    return ["-".join(name.split("-")[2:]) for name in names(folder)]


def doctor(app: Flask) -> str:
    lines = app.test_cli_runner().invoke(args=["doctor"]).output.splitlines()
    return "\n".join(line for line in lines if "backup" in line)


def to_do(app: Flask, coordinator: Somebody) -> list[str]:
    site_ids = frozenset({1})
    caller = Caller(coordinator.id, coordinator.handle, "", "coordinator", site_ids, "en", token="")
    with app.test_request_context("/staff/"), db.reading(db.engine()) as session:
        groups = group_tasks(session, caller, list_sites(session, site_ids))
        listed = [task for _code, tasks in groups for task in tasks if task.kind == "backup"]
        return [f"{labels.about(task, 'en')} · {labels.second(task, 'en')}".replace("\xa0", " ") for task in listed]


@pytest.mark.dialect("rows of PostgreSQL are compared with those that came back into SQLite")
def test_it_is_read_back_compared_and_only_then_good(
    production: Flask, people: dict[str, Somebody], stick: Path, settings: Settings
) -> None:
    assert "No backup was ever made" in doctor(production)
    made = back_up(production)
    assert made.exit_code == 0, made.output
    assert "brought back into a database of its own and compared: every row is there" in made.output
    assert without_mark(stick) == ["2026-11-24-month.bak", "2026-11-24.bak"]
    assert all((stick / name).stat().st_mode & 0o777 == 0o600 for name in names(stick))
    assert doctor(production) == ""
    assert list(settings.data.glob("backup-trial-*")) == []


def damage_one_bit(file: Path) -> None:
    with file.open("r+b") as copy:
        copy.seek(len(MAGIC) + 100)
        byte = copy.read(1)[0]
        copy.seek(-1, os.SEEK_CUR)
        copy.write(bytes([byte ^ 1]))


def cut_in_half(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def put_another_file_there(file: Path) -> None:
    file.write_bytes(b"a photograph")


@pytest.mark.parametrize("harm", [damage_one_bit, cut_in_half, put_another_file_there])
def test_what_does_not_come_back_is_refused_and_people_hear_of_it_the_same_day(
    *,
    production: Flask,
    people: dict[str, Somebody],
    stick: Path,
    clock: StillClock,
    monkeypatch: pytest.MonkeyPatch,
    harm: Callable[[Path], None],
) -> None:
    assert back_up(production).exit_code == 0
    good = names(stick)
    clock.move(days=1)
    with monkeypatch.context() as patch:
        patch.setattr(copy_place, "_drop_from_memory", harm)
        refused = back_up(production)
    assert refused.exit_code == 1
    assert "There is no good backup of this night. The backup was damaged when it was read back." in refused.output
    assert names(stick) == good, "nothing new that could pass for a copy, and nothing old that went"
    assert "The newest was refused: The backup was damaged" in doctor(production)
    assert to_do(production, people["coordinator"]) == [
        "The last backup is of Tue 24 Nov 2026 · The backup was damaged when it was read back."
    ]
    clock.move(hours=1)
    assert back_up(production).exit_code == 0
    assert to_do(production, people["coordinator"]) == []
    assert doctor(production) == ""


def test_a_row_that_comes_back_otherwise_is_noticed(
    production: Flask, people: dict[str, Somebody], stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def restore_wrongly(engine: Engine, tables: MetaData, key: CopyKey, file: Path, note: Note) -> int:
        rows = restore(engine, tables, key, file, note)
        with db.writing(engine) as session:
            session.execute(text("UPDATE sites SET name = 'elsewhere'"))
        return rows

    monkeypatch.setattr(trial, "restore", restore_wrongly)
    refused = back_up(production)
    assert refused.exit_code == 1
    assert "What came back from the backup was not what had been copied." in refused.output
    assert names(stick) == []


def test_another_key_is_noticed(
    production: Flask, people: dict[str, Somebody], stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as key files of another house in the place of those with which it was written."""

    def restore_with_other_key(engine: Engine, tables: MetaData, _key: CopyKey, file: Path, note: Note) -> int:
        return restore(engine, tables, bytes(32), file, note)

    monkeypatch.setattr(trial, "restore", restore_with_other_key)
    assert "was damaged when it was read back" in back_up(production).output
    assert names(stick) == []


@pytest.mark.parametrize(
    ("lacks", "sentence"),
    [
        ("folder", "The folder for backups is not there. Mount it, or set YOUTHVOICE_BACKUPS"),
        ("marker", "The disk or stick for backups is away, or was never marked. Mount it."),
    ],
)
def test_a_stick_that_is_away_is_noticed_and_nothing_is_written_in_its_place(
    production: Flask, people: dict[str, Somebody], stick: Path, lacks: str, sentence: str
) -> None:
    (stick / MARKER).unlink()
    if lacks == "folder":
        stick.rmdir()
    refused = back_up(production)
    assert refused.exit_code == 1
    assert sentence in refused.output
    assert not stick.exists() or names(stick) == []
    assert to_do(production, people["coordinator"])[0].startswith("No backup was ever made · The ")


@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "no_room"), (errno.EDQUOT, "no_room"), (errno.EIO, "cannot_write")]
)
def test_a_full_or_broken_stick_is_noticed_and_keeps_what_it_has(
    *,
    production: Flask,
    people: dict[str, Somebody],
    stick: Path,
    clock: StillClock,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    code: str,
) -> None:
    assert back_up(production).exit_code == 0
    good = names(stick)
    clock.move(days=40)

    def fails(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fails)
    refused = back_up(production)
    assert str(REFUSAL_LABELS[code]) in refused.output
    assert f"{stick}, by the user {name_process_user()}: {os.strerror(number)}" in refused.output
    assert names(stick) == good


def test_where_the_server_has_no_room_to_try_it_says_so(
    production: Flask, people: dict[str, Somebody], stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("youthvoice.backups.trial._PRAGMAS", ("max_page_count=200",))
    refused = back_up(production)
    assert "The server has no room to try a backup." in refused.output, refused.output
    assert names(stick) == []


def test_what_a_killed_run_leaves_goes_with_the_next_start(
    production: Flask, people: dict[str, Somebody], stick: Path, settings: Settings
) -> None:
    killed = settings.data / "backup-trial-killed"
    killed.mkdir()
    (killed / "youthvoice.sqlite3").touch()
    with trial.only_trial(settings.data):
        killed.mkdir()
        trial.remove_old_trials(settings.data)
        assert killed.exists(), "one that runs is left alone"
        assert "Another backup or rehearsal is running." in back_up(production).output
        assert "refused" not in doctor(production)
    runtime_of(create_app(runtime_of(production).settings)).engine.dispose()
    assert not killed.exists()
    mark = names(stick)
    assert back_up(production).exit_code == 0
    left = stick / f"{names(stick)[-1]}.unproved.abcdefgh.part"
    left.touch()
    assert back_up(production).exit_code == 0
    assert not left.exists()
    assert len(names(stick)) == len(mark) + 2


def test_old_ones_go_and_what_is_not_ours_stays(
    production: Flask, people: dict[str, Somebody], stick: Path, clock: StillClock
) -> None:
    others = ["2026-01-01.bak", "photograph.jpg", "youthvoice-ffffffff-2020-01-01.bak"]
    for name in others:
        (stick / name).touch()
    assert back_up(production).exit_code == 0
    clock.move(days=40)
    assert back_up(production).exit_code == 0
    left = [name for name in names(stick) if name not in others]
    assert ["-".join(name.split("-")[2:]) for name in left] == [
        "2026-11-24-month.bak",
        "2027-01-03-month.bak",
        "2027-01-03.bak",
    ]
    assert set(others) < set(names(stick))


def test_a_copy_of_a_month_holds_no_word_of_a_child_and_its_people_still_sign_in(
    production: Flask, people: dict[str, Somebody], stick: Path, tmp_path: Path
) -> None:
    """A child reads that locked spare copies end some weeks later; these are kept for thirteen months."""
    assert back_up(production).exit_code == 0
    of_month, whole = (stick / name for name in names(stick))
    key, full = CopyKey(context.keyring().key("backup")), metadata.full_metadata()
    bodies: dict[Path, list[int]] = {}
    for file in (of_month, whole):
        with trial.trial_folder(tmp_path) as folder, trial.restored_copy(folder, full, key, file) as engine:
            with db.reading(engine) as session:
                bodies[file] = [len(body) for body in session.scalars(select(ThreadEntryRow.body))]
            if file == of_month:
                development = replace(context.settings(), mode="development")
                with context.override(production, engine=engine, settings=development, caches={}):
                    browser = signed_in(Visitor(production), people["advocate"])
                    browser.open("/staff/")
                    browser.open("/staff/reports/")
                    assert production.test_cli_runner().invoke(args=["doctor"]).exit_code == 1
    assert bodies == {of_month: [0], whole: [bodies[whole][0]]}
    assert bodies[whole][0] > 0


def test_which_bodies_last_is_decided_for_each() -> None:
    """What nobody put into the list stands empty in copies of months: the safe side."""
    columns = {
        f"{table.name}.{column.name}"
        for table in metadata.full_metadata().tables.values()
        for column in table.columns
        if is_body(column)
    }
    assert columns >= LASTING_BODIES
    words = {
        "thread_entries.body",
        "thread_replies.body",
        "letters.body",
        "handed_items.body",
        "sheets.blob",
        "reviews.locked",
    }
    assert words <= columns - LASTING_BODIES


def test_without_a_folder_and_a_file_it_says_what_to_do(app: Flask) -> None:
    refused = back_up(app)
    assert refused.exit_code == 2
    assert "Name a FILE, or set YOUTHVOICE_BACKUPS" in refused.output

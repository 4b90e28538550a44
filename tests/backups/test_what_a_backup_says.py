"""`youthvoice backup`: what it refuses, what it says is in the file, and that its age is known afterwards."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.conftest import StillClock
from tests.support.people import Somebody, house
from tests.support.reports import tell
from youthvoice import context, db
from youthvoice.access.guard import Caller
from youthvoice.audit.audit_log import Log
from youthvoice.commands import record_backup
from youthvoice.config import Settings, read_version
from youthvoice.context import runtime_of
from youthvoice.dashboard import labels
from youthvoice.dashboard.tasks import group_tasks
from youthvoice.factory import create_app
from youthvoice.sites.store import list_sites


@pytest.fixture
def production(settings: Settings, clock: StillClock) -> Iterator[Flask]:
    """What is worth a backup."""
    made = create_app(replace(settings, mode="production", url="https://voice.example.org"), clock)
    with made.app_context():
        yield made
    runtime_of(made).engine.dispose()


def back_up(app: Flask, file: Path) -> Result:
    return app.test_cli_runner().invoke(args=["backup", str(file)])


def doctor(app: Flask) -> str:
    return app.test_cli_runner().invoke(args=["doctor"]).output


def test_a_database_without_anybody_in_it_is_refused(app: Flask, tmp_path: Path) -> None:
    refused = back_up(app, tmp_path / "copy")
    assert refused.exit_code == 1
    assert "nothing to back up. Is it the right one?" in refused.output
    assert not (tmp_path / "copy").exists()


def test_a_file_that_is_there_is_never_written_over(app: Flask, tmp_path: Path) -> None:
    house(("coordinator",))
    file = tmp_path / "copy"
    file.write_text("yesterday's")
    refused = back_up(app, file)
    assert refused.exit_code == 1
    assert "never written over: name another file" in refused.output
    assert file.read_text() == "yesterday's"


def test_it_says_in_words_what_is_in_it_and_not_how_many_told(production: Flask, tmp_path: Path) -> None:
    """Privacy C: whoever runs the machine reads no number of reports; nor does a row more or less tell of one."""
    site_id, people = house(("advocate", "coordinator"))
    with db.writing(db.engine()) as session:
        Log(context.today(), "command").add(session, "staff.found", "example-house")
    before = back_up(production, tmp_path / "before")
    assert before.exit_code == 0, before.output
    assert re.search(rf"before: sealed, 0\.\d MiB, of Youth Voice {re.escape(read_version())}\.", before.output)
    assert "In it: 1 site, 2 accounts, 0 rounds, " in before.output
    assert "the log since 24 November 2026" in before.output
    assert str(context.settings().keys) in before.output
    tell(site_id, people.values())
    after = back_up(production, tmp_path / "after")
    assert after.output.replace("after", "before") == before.output
    assert not re.search(r"report|letter", after.output)


def test_how_old_it_is_is_known_from_two_days_on_and_it_is_overdue_after_seven(
    production: Flask, clock: StillClock, tmp_path: Path
) -> None:
    house(("advocate", "coordinator"))
    with db.writing(db.engine()) as session:
        Log(context.today(), "command").add(session, "staff.found", "example-house")
    assert "No backup was ever made; the first is due." in doctor(production)
    assert back_up(production, tmp_path / "first").exit_code == 0
    assert "backup" not in doctor(production)
    clock.move(days=2)
    assert "The last backup is 2 days old; the next is due. Make one every day" in doctor(production)
    clock.move(days=6)
    assert "The last backup is 8 days old; the next is overdue." in doctor(production)
    assert back_up(production, tmp_path / "first").exit_code == 1
    assert "8 days old" in doctor(production), "a refused one is none"
    assert back_up(production, tmp_path / "second").exit_code == 0
    assert "backup" not in doctor(production)


def old_backups(app: Flask, site_id: int, person: Somebody, role: str) -> list[str]:
    """What stands on To do about backups, with when it is due."""
    caller = Caller(person.id, person.handle, person.handle, role, frozenset({site_id}), "en", token="")
    with app.test_request_context("/staff/"), db.reading(db.engine()) as session:
        groups = group_tasks(session, caller, list_sites(session, {site_id}))
        listed = [task for _code, tasks in groups for task in tasks if task.kind == "backup"]
        return [f"{labels.about(task, 'en')} · {labels.due(task)}".replace("\xa0", " ") for task in listed]


def test_a_coordinator_reads_it_on_to_do_and_nobody_else(app: Flask, clock: StillClock) -> None:
    site_id, people = house(("advocate", "coordinator"))
    with db.writing(db.engine()) as session:
        Log(context.today(), "command").add(session, "staff.found", "example-house")
    coordinator = people["coordinator"]
    assert old_backups(app, site_id, coordinator, "coordinator") == [], "in development nothing is to be kept"
    with context.override(app, settings=replace(context.settings(), mode="production")):
        assert old_backups(app, site_id, people["advocate"], "advocate") == []
        assert old_backups(app, site_id, coordinator, "coordinator") == ["No backup was ever made · Tue 1 Dec 2026"]
        record_backup()
        clock.move(days=1)
        assert old_backups(app, site_id, coordinator, "coordinator") == []
        clock.move(days=7)
        (late,) = old_backups(app, site_id, coordinator, "coordinator")
        assert late == "The last backup is of Tue 24 Nov 2026 · 1 day over"

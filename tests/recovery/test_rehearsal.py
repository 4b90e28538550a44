"""Two people get everything back, with what would be left after a loss; the log names them, nothing else stays."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextvars import Context
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.conftest import StillClock
from tests.support.long_tests import long_test
from tests.support.people import PASSWORD, Somebody, house
from tests.support.reports import tell
from youthvoice import context, db
from youthvoice.access.guard import Caller
from youthvoice.audit.audit_log import REHEARSED, Log, find_last_rehearsal, find_log_faults
from youthvoice.audit.log_lines import list_lines
from youthvoice.backups.nightly_copy import MARKER
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.dashboard import labels
from youthvoice.dashboard.tasks import group_tasks
from youthvoice.factory import create_app, start
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.sites.store import list_sites

HALVES = ("first-half", "second-half")


@dataclass(frozen=True)
class Rescue:
    """An installation, and what is left of it elsewhere."""

    app: Flask
    people: dict[str, Somebody]
    folder: Path

    def run(self, *arguments: str, given: str = "") -> Result:
        return self.app.test_cli_runner().invoke(args=arguments, input=given)

    def rehearse(self, *arguments: str) -> Result:
        return self.run("recovery", "rehearse", "--keys", str(self.folder / "keys"), *arguments)


@pytest.fixture
def rescue(settings: Settings, clock: StillClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rescue]:
    elsewhere = tmp_path / "elsewhere"
    stick = elsewhere / "stick"
    stick.mkdir(parents=True)
    (stick / MARKER).touch()
    made = create_app(replace(settings, mode="production", url="https://voice.example.org", backups=stick), clock)
    with made.app_context():
        site_id, people = house(("advocate", "coordinator"))
        with db.writing(db.engine()) as session:
            Log(context.today(), "command").add(session, "staff.found", "example-house")
        tell(site_id, people.values())
        shutil.copytree(context.settings().keys, elsewhere / "keys")
        monkeypatch.setenv("YOUTHVOICE_SIGN_IN", f"{people['coordinator'].handle}:{PASSWORD}")
        monkeypatch.setenv("YOUTHVOICE_SECOND_SIGN_IN", f"{people['advocate'].handle}:{PASSWORD}")
        yield Rescue(made, people, elsewhere)
    runtime_of(made).engine.dispose()


def rehearsals() -> list[tuple[str, str]]:
    with db.reading(db.engine()) as session:
        assert find_log_faults(session, context.keyring().key("audit")) == []
        lines = list_lines(session, context.today(), context.today())
        return [(line.actor, line.subject) for line in lines if line.action == REHEARSED]


@pytest.mark.dialect("a copy of PostgreSQL comes back into SQLite, and its pages open there")
def test_everything_comes_back_the_log_names_both_and_nothing_is_left_or_sent(rescue: Rescue) -> None:
    assert rescue.run("backup").exit_code == 0
    with db.reading(db.engine()) as session:
        mails = session.query(OutgoingMailRow).count()
    done = rescue.rehearse()
    assert done.exit_code == 0, done.output
    assert "Everything came back and opens, in 1 min" in done.output
    coordinator, advocate = rescue.people["coordinator"], rescue.people["advocate"]
    assert rehearsals() == [(coordinator.handle, f"{coordinator.id} with {advocate.id}")]
    assert rescue.run("audit", "verify").exit_code == 0
    assert list(context.settings().data.glob("backup-trial-*")) == []
    with db.reading(db.engine()) as session:
        assert session.query(OutgoingMailRow).count() == mails


def test_a_terminal_that_closes_leaves_no_copy_of_a_key(rescue: Rescue, monkeypatch: pytest.MonkeyPatch) -> None:
    """It lay beside the database until the next night."""
    before = signal.getsignal(signal.SIGHUP)  # ignored, where the tests run under `nohup`

    def closes(*_restored: object) -> None:
        assert signal.getsignal(signal.SIGHUP) not in {signal.SIG_DFL, signal.SIG_IGN}
        assert list(context.settings().data.glob("backup-trial-*/keys/*"))
        os.kill(os.getpid(), signal.SIGHUP)

    assert rescue.run("backup").exit_code == 0
    monkeypatch.setattr("youthvoice.recovery.commands._check", closes)
    assert rescue.rehearse().exit_code == 128 + signal.SIGHUP
    assert list(context.settings().data.glob("backup-trial-*")) == []
    assert signal.getsignal(signal.SIGHUP) is before
    assert rehearsals() == []


def test_a_key_of_two_people_seals_each_night_and_takes_both_halves_to_come_back(rescue: Rescue) -> None:
    halves = [str(rescue.folder / name) for name in HALVES]
    made = rescue.run("recovery", "make-key", *halves)
    assert made.exit_code == 0, made.output
    key = made.stdout.strip()
    with context.override(rescue.app, settings=replace(context.settings(), backup_key=key)):
        nightly = rescue.run("backup")
        assert nightly.exit_code == 0, nightly.output
        assert "It opens with the key folder and both halves" in nightly.output
        one = rescue.rehearse("--half", halves[0], "--half", halves[0])
        assert "Name two different halves" in one.output
        assert rehearsals() == []
        assert rescue.rehearse("--half", halves[0], "--half", halves[1]).exit_code == 0
        assert len(rehearsals()) == 1
        others = [f"{half}-other" for half in halves]
        rescue.run("recovery", "make-key", *others)
        wrong = rescue.rehearse("--half", halves[0], "--half", others[1])
        assert "these two halves are not those of its key" in wrong.output
        (copy,) = [file for file in (rescue.folder / "stick").glob("*.bak") if "month" not in file.name]
        answer = rescue.run("restore", str(copy))
        assert (answer.exit_code, "it is sealed for two people" in answer.output) == (1, False), (
            "the database is not empty"
        )
    again = rescue.run("recovery", "make-key", *halves)
    assert again.exit_code == 1, "a half is never written over"
    assert "Was it cut before it printed a line? Delete" in again.output


def restore_elsewhere(file: Path, *options: str) -> Result:
    """In a process of its own, as far as Flask can tell: with the settings that stand in the environment."""
    app = start()
    try:
        return Context().run(app.test_cli_runner().invoke, args=["restore", str(file), *options])
    finally:
        if "youthvoice" in app.extensions:
            runtime_of(app).engine.dispose()


@long_test("RUN")
def test_a_new_machine_takes_both_halves_and_says_what_a_copy_of_a_month_lacks(
    rescue: Rescue, monkeypatch: pytest.MonkeyPatch
) -> None:
    halves = [str(rescue.folder / name) for name in HALVES]
    key = rescue.run("recovery", "make-key", *halves).stdout.strip()
    with context.override(rescue.app, settings=replace(context.settings(), backup_key=key)):
        assert "Nothing that children told is in it." in rescue.run("backup").output
    whole, of_month = sorted((rescue.folder / "stick").glob("*.bak"), key=lambda file: len(file.name))
    both = [option for half in halves for option in ("--half", half)]
    lacks = "It is a copy of a month: what children told"
    for name, file in (("whole", whole), ("month", of_month)):
        place = rescue.folder / name
        shutil.copytree(rescue.folder / "keys", place / "keys")
        for setting, value in (("DATA", place / "data"), ("KEYS", place / "keys"), ("URL", "https://new.example.org")):
            monkeypatch.setenv(f"YOUTHVOICE_{setting}", str(value))
        monkeypatch.chdir(place)
        alone, without = restore_elsewhere(file, *both[:2]), restore_elsewhere(file)
        assert "Name two different halves" in alone.output
        assert "it is sealed for two people; name both halves" in without.output
        assert not (place / "data").exists(), "nothing was made"
        back = restore_elsewhere(file, *both)
        assert (back.exit_code, lacks in back.output) == (0, file == of_month), back.output


def test_a_wrong_public_key_is_refused_before_anything_is_written(rescue: Rescue) -> None:
    with context.override(rescue.app, settings=replace(context.settings(), backup_key="youthvoice-key: abc")):
        refused = rescue.run("backup")
        assert (refused.exit_code, rescue.run("backup", str(rescue.folder / "copy")).exit_code) == (1, 1)
        assert "The public key for backups cannot be read." in refused.output
    assert {file.name for file in (rescue.folder / "stick").iterdir()} == {MARKER}
    assert not (rescue.folder / "copy").exists()


@long_test("RUN")
def test_what_is_missing_is_named_and_the_log_says_nothing(rescue: Rescue) -> None:
    keys = rescue.folder / "keys"
    assert "no whole backup" in rescue.rehearse().output
    assert rescue.run("backup").exit_code == 0
    own = rescue.run("recovery", "rehearse", "--keys", str(context.settings().keys))
    assert "After a loss they are gone: bring their copy." in own.output
    (threads,) = keys.glob("threads.v1.key")
    threads.rename(rescue.folder / "threads")
    assert "These key files are missing in" in rescue.rehearse().output
    (rescue.folder / "threads").rename(threads)
    copy = max((rescue.folder / "stick").glob("*[0-9].bak"))
    copy.write_bytes(copy.read_bytes()[:-1])
    assert "the file is damaged" in rescue.rehearse().output
    assert rehearsals() == []
    assert list(context.settings().data.glob("backup-trial-*")) == []


def test_it_takes_two_people(rescue: Rescue, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rescue.run("backup").exit_code == 0
    monkeypatch.setenv("YOUTHVOICE_SECOND_SIGN_IN", f"{rescue.people['coordinator'].handle}:{PASSWORD}")
    assert "must be somebody else" in rescue.rehearse().output
    assert rehearsals() == []


@long_test("RUN")
def test_people_are_led_through_it_by_questions(rescue: Rescue) -> None:
    assert rescue.run("backup").exit_code == 0
    done = rescue.run("recovery", "rehearse", given=f"{rescue.folder}/nowhere\n{rescue.folder}/keys\n")
    assert done.exit_code == 0, done.output
    assert "1. The copy of the key folder: " in done.output


def to_do(rescue: Rescue) -> list[str]:
    person = rescue.people["coordinator"]
    caller = Caller(person.id, person.handle, "", "coordinator", person.site_ids, "en", token="")
    with rescue.app.test_request_context("/staff/"), db.reading(db.engine()) as session:
        groups = group_tasks(session, caller, list_sites(session, person.site_ids))
        listed = [task for _code, tasks in groups for task in tasks if task.kind == "rehearsal"]
        return [f"{labels.about(task, 'en')}: {labels.due(task)}".replace("\xa0", " ") for task in listed]


def test_it_is_asked_for_once_a_year(rescue: Rescue, clock: StillClock) -> None:
    assert rescue.run("backup").exit_code == 0
    assert to_do(rescue) == []
    clock.move(days=30)
    assert to_do(rescue) == ["Try whether everything comes back from the backup: Sat 23 Jan 2027"]
    assert "within a year" not in rescue.run("doctor").output
    clock.move(days=31)
    assert "Nobody tried within a year that everything comes back." in rescue.run("doctor").output
    assert rescue.rehearse().exit_code == 0
    assert to_do(rescue) == []
    assert "within a year" not in rescue.run("doctor").output
    clock.move(days=336)
    with db.reading(db.engine()) as session:
        assert find_last_rehearsal(session) is not None
    assert len(to_do(rescue)) == 1

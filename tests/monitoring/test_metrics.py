"""What whoever watches the machine reads: a known list of names, none of which moves because a child did something."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.offline import deliver
from tests.support.village_day import KINDS, VillageDay
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.config import read_version
from youthvoice.jobs.worker import Job, run_once
from youthvoice.jobs.worker_health import BACKUP, record_heartbeat
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.monitoring.installation_state import read_state, step_down
from youthvoice.monitoring.metrics import write_metrics
from youthvoice.schedule import JOBS

NAMES = {
    "youthvoice_info": ["version", "database", "migration"],
    "youthvoice_database_current": [],
    "youthvoice_work_beat_age_seconds": [],
    "youthvoice_job_last_success_age_seconds": ["job"],
    "youthvoice_job_failing": ["job"],
    "youthvoice_content_fault": ["fault"],
    "youthvoice_messages_fault": ["fault"],
    "youthvoice_backup_age_days": [],
    "youthvoice_backup_refused": [],
    "youthvoice_disk_free_bytes": ["disk"],
    "youthvoice_certificate_days": [],
    "youthvoice_certificate_due": [],
    "youthvoice_key_files_missing": [],
}
AGE_WITH_THE_CLOCK = {"youthvoice_job_last_success_age_seconds", "youthvoice_work_beat_age_seconds"}
LINE = re.compile(r'(?P<name>[a-z_]+)(?:\{(?P<labels>(?:[a-z]+="[^"\n]*",?)+)\})? (?P<value>[0-9.]+|\+Inf)')


def metrics() -> str:
    with db.reading(db.engine()) as session:
        return write_metrics(read_state(session))


def values(text: str) -> dict[str, float]:
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _space, value in lines}


@pytest.fixture(autouse=True)
def still_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: type("Usage", (), {"free": 12_345 * 1024**2})())


def test_every_name_and_label_is_known_and_each_line_is_of_the_format(app: Flask) -> None:
    run_once(app, JOBS)
    text = metrics()
    found: dict[str, set[str]] = {}
    jobs = set()
    for line in text.splitlines():
        if line.startswith("#"):
            assert re.fullmatch(r"# (HELP [a-z_]+ [^\n\\]+|TYPE [a-z_]+ gauge)", line)
            found.setdefault(line.split()[2], set())
            continue
        parts = LINE.fullmatch(line)
        assert parts, line
        labels = dict(re.findall(r'([a-z]+)="([^"]*)"', parts["labels"] or ""))
        found[parts["name"]] |= labels.keys()
        jobs |= {labels["job"]} if "job" in labels else set()
    assert {name: sorted(labels) for name, labels in found.items()} == {
        name: sorted(labels) for name, labels in NAMES.items()
    }, "a new name is a new thing that somebody outside learns: can it tell of a child?"
    assert jobs == {job.name for job in JOBS}
    assert f'youthvoice_info{{version="{read_version()}",database="{db.engine().url.get_backend_name()}"' in text
    assert text.endswith("\n")


def test_nothing_moves_when_children_tell_and_answer(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    """Not even with mail to those who are asked to read, in clear sight of the clock."""
    day = VillageDay(visitor)
    run_once(app, JOBS)
    before = metrics()
    for kind in KINDS:
        assert deliver(day.visitor(), day.seals(kind, "purple giraffe")).status_code == 201, kind
        assert metrics() == before, kind
        run_once(app, JOBS)
        assert metrics() == before, f"{kind}: and the jobs that follow"
    clock.move(days=1)
    run_once(app, JOBS)
    later = metrics()
    moved = {name for name, value in values(later).items() if value != values(before).get(name)}
    assert {name.partition("{")[0] for name in moved} <= AGE_WITH_THE_CLOCK, "what ages, and nothing else"
    assert values(later).keys() == values(before).keys()


def test_messages_that_do_not_leave_are_seen_once_a_day_and_never_how_many(app: Flask, clock: StillClock) -> None:
    run_once(app, JOBS)
    stuck = 'youthvoice_messages_fault{fault="stuck"}'
    before = metrics()
    assert values(before)[stuck] == 0
    with db.writing(db.engine()) as session:
        for number in (1, 2):
            session.add(OutgoingMailRow(message_id=f"<{number}>", locked=b"", tries=5, next_try_at=clock.moment))
    run_once(app, [job for job in JOBS if job.name == "message check"])
    assert metrics() == before, "the check of this day was made"
    clock.move(hours=18)
    run_once(app, [job for job in JOBS if job.name == "message check"])
    assert values(metrics())[stuck] == 1
    assert values(metrics())['youthvoice_messages_fault{fault="given_up"}'] == 0


def test_a_job_that_fails_says_so_until_it_succeeds(app: Flask, clock: StillClock) -> None:
    def fail() -> None:
        raise OSError("secret")

    run_once(app, [Job("mail", 2, lambda: None)])
    clock.move(hours=2)
    run_once(app, [Job("mail", 2, fail)])
    assert values(metrics())['youthvoice_job_failing{job="mail"}'] == 1
    assert values(metrics())['youthvoice_job_last_success_age_seconds{job="mail"}'] == timedelta(hours=2).seconds
    clock.move(minutes=14)
    run_once(app, [Job("mail", 2, lambda: None), Job("never", 2, fail)])
    clock.move(minutes=14)
    assert values(metrics())['youthvoice_job_failing{job="mail"}'] == 0
    assert values(metrics())['youthvoice_job_last_success_age_seconds{job="mail"}'] == 0, "by quarters of an hour"
    assert values(metrics())['youthvoice_job_last_success_age_seconds{job="never"}'] == float("inf")
    assert values(metrics())["youthvoice_work_beat_age_seconds"] == 600, "by five minutes"


def test_what_never_was_is_infinitely_old_and_what_is_not_known_is_not_there(app: Flask, clock: StillClock) -> None:
    assert values(metrics())["youthvoice_backup_age_days"] == float("inf")
    assert values(metrics())["youthvoice_work_beat_age_seconds"] == float("inf")
    assert not [name for name in values(metrics()) if name.startswith("youthvoice_certificate_days")]
    record_heartbeat(db.engine(), BACKUP)
    clock.move(hours=47)
    assert values(metrics())["youthvoice_backup_age_days"] == 1


def test_a_key_file_that_goes_is_noticed_while_everything_still_runs(app: Flask) -> None:
    assert values(metrics())["youthvoice_key_files_missing"] == 0
    (context.settings().keys / "kept-words.v1.key").unlink()
    assert values(metrics())["youthvoice_key_files_missing"] == 1


def test_a_voice_does_not_show_in_the_room_on_the_disk() -> None:
    megabyte = 1024**2
    assert step_down(12_345 * megabyte) == step_down(12_345 * megabyte - 5_000_000) == 10_000 * megabyte
    assert [step_down(free * megabyte) // megabyte for free in (0, 1, 4, 7, 499, 500, 999, 1000)] == [
        0, 1, 2, 5, 200, 500, 500, 1000,
    ]  # fmt: skip


def test_a_label_cannot_leave_its_quotes(app: Flask) -> None:
    with db.reading(db.engine()) as session:
        state = replace(read_state(session), version='1"\n\\')
    assert 'version="1\\"\\n\\\\"' in write_metrics(state)

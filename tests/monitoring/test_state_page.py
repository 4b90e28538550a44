"""The page *State of the installation*: worst first, in words, for a coordinator; nothing on it is of a child."""

import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.offline import deliver
from tests.support.people import house, make_person, signed_in
from tests.support.unattended_reports import make
from tests.support.village_day import VillageDay
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.config import INSTALLATION, SftpAddress
from youthvoice.dashboard.tasks import pressing_subjects
from youthvoice.jobs import worker_health
from youthvoice.jobs.worker import Job, run_once
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.monitoring.certificate import Certificate, HttpsFault
from youthvoice.monitoring.findings import list_findings, list_state_findings
from youthvoice.monitoring.installation_state import read_state
from youthvoice.monitoring.labels import group_label, group_rows, name_pressing_subjects
from youthvoice.schedule import JOBS

PAGE = "/staff/installation"


@pytest.fixture(autouse=True)
def still_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: type("Usage", (), {"free": 12_345 * 1024**2})())


def rows(page: str) -> str:
    return page.partition("<table")[2].partition("</table>")[0]


def test_what_is_late_is_on_top_with_who_mends_it_and_the_doctor_says_the_same(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    _site, people = house(["coordinator"])
    (context.settings().keys / "links.v1.key").unlink()
    page = rows(signed_in(visitor(), people["coordinator"]).open(PAGE).text)
    assert page.index("Late: 2") < page.index("Start it with: ") < page.index("Key files are missing: links.")
    assert page.index("Key files are missing: links.") < page.index("Good: ") < page.index("SQL")
    assert page.count("System administrator") >= 2
    assert "Work process" not in page.partition("Good: ")[2]
    said = app.test_cli_runner().invoke(args=["doctor"]).output
    with db.reading(db.engine()) as session:
        findings = list(list_findings(session))
    assert {"work", "keys", "steps"} <= {finding.subject for finding in findings}
    assert said.splitlines() == [f"- {finding.words}" for finding in findings]


def test_what_is_well_says_how_that_is_known(app: Flask, visitor: Callable[[], Visitor]) -> None:
    _site, people = house(["coordinator"])
    run_once(app, JOBS)
    page = rows(signed_in(visitor(), people["coordinator"]).open(PAGE).text)
    assert "Late: " not in page
    for words in ("running", f"{len(JOBS)} jobs, and none fails.", "10 GB free", "whole", "all there", "up to date"):
        assert words in page, words
    assert "Telephone line" not in page, "there is none"


def test_nothing_on_it_moves_when_children_tell_and_answer(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    day = VillageDay(visitor)
    coordinator = signed_in(visitor(), day.house.boss)
    run_once(app, JOBS)
    before = rows(coordinator.open(PAGE).text)
    with db.writing(db.engine()) as session:
        session.add(OutgoingMailRow(message_id="<1>", locked=b"", tries=9, next_try_at=clock.moment, given_up=True))
    for kind in ("survey", "tell", "talk", "good", "suggest"):
        assert deliver(day.visitor(), day.seals(kind, "purple giraffe")).status_code == 201
        run_once(app, JOBS)
        assert rows(coordinator.open(PAGE).text) == before, kind


def test_that_a_clock_of_a_report_stands_still_is_for_the_doctor_alone(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    """A coordinator who read it here would learn that there is a report, and might be who it is about."""
    site = make(clock)
    with db.writing(db.engine()) as session:
        coordinator = make_person(session, "coordinator", site.id)
    site.report(urgent=True)
    clock.move(hours=3)
    words = "was not handed on"
    assert words in app.test_cli_runner().invoke(args=["doctor"]).output
    assert words not in signed_in(visitor(), coordinator).open(PAGE).text


def test_what_cannot_wait_is_named_on_to_do_and_what_was_mended_is_not(app: Flask) -> None:
    def fail() -> None:
        raise OSError

    house(["coordinator"])

    def named(**settings: object) -> str:
        with (
            context.override(app, settings=replace(context.settings(), **settings)),  # type: ignore[arg-type]
            db.reading(db.engine()) as session,
        ):
            return name_pressing_subjects(session)

    run_once(app, [Job("closing", 20, fail)])
    production = {"mode": "production", "smtp_url": "smtp://127.0.0.1:9"}
    assert named() == "", "of an example nobody is asked"
    assert named(**production) == "Work process"
    assert named(mode="production") == "Work process and Mail"
    run_once(app, [Job("closing", 20, lambda: None), Job("mail server", 3600, fail)])
    assert named(**production) == "Mail"
    assert "The mail server let nobody in" in app.test_cli_runner().invoke(args=["doctor"]).output
    run_once(app, [Job("mail server", 3600, lambda: None)])
    assert named(**production) == ""


def test_to_do_leads_a_coordinator_to_it(
    app: Flask, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    _site, people = house(["coordinator", "advocate"])
    monkeypatch.setitem(context.runtime_of(app).ports, pressing_subjects.name, lambda _session: "Disk")
    page = signed_in(visitor(), people["coordinator"]).open("/staff/").text
    assert f'<a href="{PAGE}">Disk</a>' in page
    assert "Disk" not in signed_in(visitor(), people["advocate"]).open("/staff/").text


def certificate_that_ends(hours: int, life: timedelta = timedelta(days=90)) -> Callable[[StillClock], Certificate]:
    left = timedelta(hours=hours, minutes=1)
    return lambda clock: Certificate(clock.moment + left - life, clock.moment + left)


@pytest.mark.parametrize(
    ("look_up", "group"),
    [
        (certificate_that_ends(30 * 24), "Good"),
        (certificate_that_ends(13 * 24), "Soon"),
        (certificate_that_ends(2 * 24), "Late"),
        (certificate_that_ends(-24), "Late"),
        (certificate_that_ends(11, timedelta(hours=12)), "Good"),
        (lambda _clock: "refused", "Late"),
        (lambda _clock: None, "Not known from here"),
    ],
)
def test_a_certificate_that_ends_is_said_before_it_has(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    clock: StillClock,
    look_up: Callable[[StillClock], Certificate | HttpsFault | None],
    group: str,
) -> None:
    settings = replace(context.settings(), url="https://voice.example.org")
    monkeypatch.setattr("youthvoice.monitoring.installation_state.find_certificate", lambda: look_up(clock))
    with (
        context.override(app, settings=settings),
        app.test_request_context("/staff/"),
        db.reading(db.engine()) as session,
    ):
        state = read_state(session)
        groups = group_rows(state, list_state_findings(state, ()))
        (heading,) = [
            group_label(code, len(found)) for code, found in groups if any(row.label == "Certificate" for row in found)
        ]
    assert heading.startswith(f"{group}: ")


@pytest.mark.parametrize(
    ("installation", "start"),
    [(None, "youthvoice work"), ("north", "systemctl start youthvoice@north")],
)
def test_what_does_not_run_is_started_as_it_was_installed(
    app: Flask, monkeypatch: pytest.MonkeyPatch, installation: str | None, start: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        served = words_about_work(app, monkeypatch, installation, port)
    assert served == f"No work process: mail waits and nothing closes. Start it with: {start}"
    silent = words_about_work(app, monkeypatch, installation, port)
    assert "no page is served" in silent
    assert silent.endswith(f"Start it with: {start}")


def test_processes_that_are_services_of_their_own_are_named_as_such(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`youthvoice@house` was named, which is off there: started, it would have been a second of everything."""
    monkeypatch.setattr("youthvoice.config.SERVICES", tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        port, silent = first.getsockname()[1], second.getsockname()[1]
        for name in (f"web@{port}", f"web@{silent}", "work@1", "work@2"):
            (tmp_path / f"youthvoice-{name}.service").symlink_to("/usr/lib/systemd/system/some.service")
        second.close()
        words = words_about_work(app, monkeypatch, "house", silent)
        assert words.endswith("nothing closes. Start it with: systemctl start youthvoice-work@1 youthvoice-work@2")
        assert "no page is served" not in words
        with db.reading(db.engine()) as session:
            answers = [str(finding.words) for finding in list_findings(session)]
    unit = f"youthvoice-web@{silent}"
    assert f"Web processes do not answer: {unit}. See: systemctl status {unit}" in answers


@pytest.mark.dialect("what PostgreSQL says of its replicas")
def test_that_no_replica_follows_though_everything_waits_for_one_is_said(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.reading(db.engine()) as session:
        assert not worker_health.lacks_replica(session), "nothing waits"
        monkeypatch.setattr("youthvoice.monitoring.findings.lacks_replica", lambda _session: True)
        assert any("No replica follows" in finding.words for finding in list_findings(session))


def test_a_folder_of_backups_without_its_timer_is_said(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("youthvoice.monitoring.findings.SYSTEMD", tmp_path)
    monkeypatch.setattr("youthvoice.monitoring.findings.TIMERS", tmp_path)
    monkeypatch.setenv(INSTALLATION, "north")
    folder, server = Path("/mnt/b/north"), SftpAddress("voice", "backup.example.org", 22, "/copies")
    (words,) = words_about_backups(app, folder)
    assert "youthvoice-backup@north.timer is off" in words
    assert words.endswith("As root: youthvoice --house north init --backups /mnt/b/north")
    (words,) = words_about_backups(app, server)
    assert words.endswith("As root: systemctl enable --now youthvoice-backup@north.timer")
    assert not words_about_backups(app, None)
    (tmp_path / "youthvoice-backup@north.timer").symlink_to("/usr/lib/systemd/system/youthvoice-backup@.timer")
    assert not words_about_backups(app, folder)


def words_about_backups(app: Flask, backups: Path | SftpAddress | None) -> list[str]:
    with (
        context.override(app, settings=replace(context.settings(), backups=backups)),
        db.reading(db.engine()) as session,
    ):
        findings = list_state_findings(read_state(session), ())
        return [str(finding.words) for finding in findings if finding.subject == "backup"]


def words_about_work(app: Flask, monkeypatch: pytest.MonkeyPatch, installation: str | None, port: int) -> str:
    if installation:
        monkeypatch.setenv(INSTALLATION, installation)
    with (
        context.override(app, settings=replace(context.settings(), port=port)),
        db.reading(db.engine()) as session,
    ):
        findings = list_state_findings(read_state(session), ())
        return next(str(finding.words) for finding in findings if finding.subject == "work")

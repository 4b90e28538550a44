"""A clock that leaps by a year, or goes back: nothing ends early, nothing is lost, and all goes on once it is right.

Children's reports are kept for years and then end; no wrong date ends them before, and none stops who asks for help.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import TZPATH, ZoneInfo, reset_tzpath

import pytest
from flask import Flask
from sqlalchemy import update

from tests.conftest import StillClock
from tests.jobs.test_killed import EVENING, typeset
from tests.support.full_site import ALIVE, FullSite, Picture, full_site, in_process
from tests.support.long_tests import breadth
from tests.support.people import house
from tests.support.seed_rows import Place
from tests.support.unattended_reports import make
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.dashboard.backup_age import find_old_backup
from youthvoice.grievances.models import DailyNoticeRow
from youthvoice.jobs import clock_check
from youthvoice.jobs.daily import days_due, do_once
from youthvoice.jobs.worker import Job, record_work, run_once
from youthvoice.jobs.worker_health import (
    BACKUP,
    is_worker_alive,
    last_heartbeat,
    list_job_records,
    record_heartbeat,
    record_jobs,
)
from youthvoice.knocks.models import KnockBoxRow
from youthvoice.mail import outbox
from youthvoice.mail.messages import message_id_for
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.mail.sms import compose_sms
from youthvoice.monitoring.findings import list_pressing_subjects
from youthvoice.privacy.keys.key_names import MAIL
from youthvoice.schedule import JOBS
from youthvoice.surveys.batches.store import list_due_batches
from youthvoice.surveys.models import BatchRow
from youthvoice.threads.case_state import hour_after

YEAR = 366
ASKED_OF_THE_KERNEL = clock_check.is_synchronized
SENDING = [job for job in JOBS if job.name in {"mail", "sms"}]
ALSO = {"kept_pdfs", "heartbeats"}
"""When a paper was made, and when a job ran."""


@pytest.fixture(autouse=True)
def doubted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits of an installation, on a machine that asks no server of time."""
    monkeypatch.setattr(clock_check, "MAX_LEAP", timedelta(days=7))
    monkeypatch.setattr(clock_check, "MAX_AHEAD", timedelta(days=100))
    monkeypatch.setattr(clock_check, "MAX_RETURN", timedelta(hours=1))
    monkeypatch.setattr(clock_check, "is_synchronized", lambda: False)


# ---- Every job ----


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullSite]:
    """An evening on which every job did its work."""
    with full_site(tmp_path_factory.mktemp("leap") / "site") as full, pytest.MonkeyPatch.context() as patch:
        patch.setattr("youthvoice.printing.document.run_isolated", typeset)
        patch.setattr("youthvoice.printing.document.is_installed", lambda: True)
        work(full, 0)
        full.kept = full.keep()
        yield full


def work(site: FullSite, *days: int) -> Picture:
    """Every job does what is due on the evening of some days, one after the other, as one process would.

    What jobs write that come after those that send is sent two seconds later, not on the next day.
    """

    def do() -> None:
        evening = site.clock.moment + timedelta(hours=EVENING)
        for day in days:
            site.clock.moment = evening + timedelta(days=day)
            assert run_once(site.app, (*JOBS, *SENDING)) == []

    assert in_process(site, do) == ALIVE
    return site.picture()


@pytest.fixture(scope="module")
def without_leap(site: FullSite) -> tuple[Picture, dict[str, list[str]]]:
    """The next evening, and what is equal each time."""
    pictures = []
    for _time in range(2):
        site.put_back()
        pictures.append(work(site, 1))
    columns = pictures[0].like(pictures[1])
    return pictures[0], {table: names for table, names in columns.items() if table not in ALSO}


@pytest.mark.parametrize("days", breadth([YEAR], [-YEAR, 1, -1, 8, 10 * YEAR]))
def test_after_a_leap_and_back_all_is_as_without_it(
    site: FullSite, without_leap: tuple[Picture, dict[str, list[str]]], days: int
) -> None:
    expected, columns = without_leap
    site.put_back()
    seen = work(site, days, 1)
    assert seen.rows == expected.rows
    assert seen.keys == expected.keys
    assert set(seen.mails) >= set(expected.mails), "each is sent; who should sign in may be asked once more"
    for table in columns:
        assert seen.told_by(columns)[table] == expected.told_by(columns)[table], table


# ---- In doubt ----


def told(job: str) -> Job:
    """A job of that name that needs the clock, and says that it ran."""
    return Job(job, 0, lambda: RAN.append(job), needs_clock=True)


RAN: list[str] = []


@pytest.fixture
def ran() -> list[str]:
    RAN.clear()
    return RAN


def test_what_needs_the_clock_waits_for_a_word_and_the_rest_goes_on(
    app: Flask, clock: StillClock, ran: list[str]
) -> None:
    jobs = [told("ends"), Job("mail", 0, lambda: ran.append("mail"), "sending")]
    for days, expected in ((0, ["ends", "mail"]), (7, ["ends", "mail"]), (8, ["mail"]), (-YEAR, ["mail"])):
        ran.clear()
        clock.move(days=days)
        run_once(app, jobs)
        assert ran == expected, days
    answer = app.test_cli_runner().invoke(args=["work", "--clock-is-right"])
    assert "goes on within an hour" in answer.output
    ran.clear()
    run_once(app, jobs)
    assert ran == ["ends", "mail"]


def test_a_job_that_waits_for_the_clock_is_not_recorded_as_done(app: Flask, clock: StillClock) -> None:
    began = clock.moment
    jobs = [Job("ends", 0, lambda: False, needs_clock=True), Job("mail", 0, lambda: False, "sending")]
    assert run_once(app, jobs) == []
    clock.move(days=8)
    assert run_once(app, jobs) == []
    with db.reading(db.engine()) as session:
        records = {record.name: record.succeeded_at for record in list_job_records(session)}
    assert records == {"ends": began, "mail": clock.moment}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param(0, ["ends"], id="kept by a server of time"),
        pytest.param(1, ["ends"], id="a leap second comes"),
        pytest.param(5, [], id="kept by nobody"),
        pytest.param(-1, [], id="not to be asked in this container"),
    ],
)
def test_a_server_of_time_confirms_the_clock(  # noqa: PLR0917 - fixtures are arguments
    app: Flask,
    clock: StillClock,
    ran: list[str],
    monkeypatch: pytest.MonkeyPatch,
    state: int,
    expected: list[str],
) -> None:
    run_once(app, [])
    clock.move(days=100)
    monkeypatch.setattr(clock_check, "is_synchronized", ASKED_OF_THE_KERNEL)
    monkeypatch.setattr("ctypes.CDLL", lambda _name: SimpleNamespace(adjtimex=lambda _buffer: state))
    run_once(app, [told("ends")])
    assert ran == expected


@pytest.mark.parametrize(("is_kept", "days"), [(False, 6), (False, 1), (True, 30), (True, YEAR)])
def test_whoever_sets_the_clock_from_the_network_ends_no_year_in_an_hour(  # noqa: PLR0917 - fixtures are arguments
    app: Flask,
    clock: StillClock,
    ran: list[str],
    monkeypatch: pytest.MonkeyPatch,
    is_kept: bool,
    days: int,
) -> None:
    """A false server of time sets it on and on, by as much as is believed at once."""
    monkeypatch.setattr(clock_check, "is_synchronized", lambda: is_kept)
    run_once(app, [])
    began_at = clock.moment
    for _time in range(100 // days + 3):
        ran.clear()
        clock.move(days=days)
        run_once(app, [told("ends")])
        assert ran == (["ends"] if clock.moment - began_at <= timedelta(days=100) else [])
    app.test_cli_runner().invoke(args=["work", "--clock-is-right"])
    run_once(app, [told("ends")])
    assert ran == ["ends"], "a person is believed"


def test_a_house_that_was_off_for_a_summer_goes_on_when_its_line_breaks(
    app: Flask, clock: StillClock, ran: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_once(app, [])
    for days, is_kept in ((80, True), (1, False)):
        clock.move(days=days)
        monkeypatch.setattr(clock_check, "is_synchronized", lambda is_kept=is_kept: is_kept)
        run_once(app, [told("ends")])
    assert ran == ["ends", "ends"]


def test_the_kernel_answers() -> None:
    assert ASKED_OF_THE_KERNEL() in {True, False}


def test_doctor_and_to_do_say_so(app: Flask, clock: StillClock) -> None:
    run_once(app, [])
    clock.move(days=YEAR)
    run_once(app, [])
    words = app.test_cli_runner().invoke(args=["doctor"]).output
    assert "says 2027-11-25 and said 2026-11-24 last" in words
    assert "youthvoice work --clock-is-right" in words
    settings = replace(context.settings(), mode="production", smtp_url="smtp://127.0.0.1:9")
    with context.override(app, settings=settings), db.reading(db.engine()) as session:
        assert list_pressing_subjects(session) == ["work"]
        clock.move(days=-YEAR)
        assert list_pressing_subjects(session) == [], "and it is gone once the clock is right"


def test_time_goes_on_for_reports_while_the_clock_is_in_doubt(app: Flask, clock: StillClock) -> None:
    scene = make(clock)
    urgent, ordinary = scene.report(urgent=True), scene.report()
    record_work({})
    clock.move(days=YEAR)
    assert scene.after() == ["asha", "lata", "ravi"], "danger waits for no clock"
    assert scene.facts(ordinary).case.steps == {}, "no deadline passed"
    believed_at = _find_believed_at()
    record_work({})
    assert _find_believed_at() == believed_at, "the leap itself is no time"
    for _minute in range(60):
        clock.move(minutes=1)
        record_work({})
        record_work({})
    assert _find_believed_at() == believed_at + timedelta(hours=1), "an hour passes, of two work processes too"
    assert scene.after() == ["asha", "lata", "ravi"], "the next people are asked"
    clock.move(days=-YEAR, hours=1)
    assert scene.after() == ["omar"]
    assert scene.facts(urgent).case.steps == {"first_look": 2}


def _find_believed_at() -> datetime:
    with db.reading(db.engine()) as session:
        believed_at = last_heartbeat(session, clock_check.CLOCK)
    assert believed_at
    return believed_at


def test_a_report_that_came_while_the_clock_was_ahead_is_looked_at_all_the_same(app: Flask, clock: StillClock) -> None:
    scene = make(clock)
    record_work({})
    clock.move(days=YEAR)
    thread = scene.report()
    clock.move(days=-YEAR)
    assert scene.after()
    assert scene.facts(thread).case.clocks["first_look"] <= hour_after(clock.moment, 24)


# ---- What a wrong clock wrote before ----


@pytest.mark.parametrize(
    ("column", "now", "ahead"),
    [
        (DailyNoticeRow.day, date(2026, 11, 24), date(2027, 11, 24)),
        (KnockBoxRow.moment, "2026-11-24/16", "2027-11-24/12"),
    ],
)
@pytest.mark.dialect("on_conflict with a condition")
def test_a_day_that_is_far_ahead_was_never_done(app: Flask, column: object, now: object, ahead: object) -> None:
    site_id, _people = house([])
    done: list[object] = []
    for period in (ahead, now, now):
        do_once(column, {site_id: period}, lambda _session, _site_id, period: done.append(period))  # type: ignore[type-var, arg-type]
    assert done == [ahead, now]


def test_mail_whose_next_attempt_is_far_ahead_is_sent_now(app: Flask, clock: StillClock) -> None:
    for leased in (None, clock.moment + timedelta(days=YEAR)):
        with db.writing(db.engine()) as session:
            message_id = message_id_for(context.keyring().key(MAIL), context.settings(), "test", str(leased))
            message = compose_sms("Please sign in.", "+911234567890", message_id, context.now())
            outbox.put(session, message, clock.moment + timedelta(days=0 if leased else YEAR))
            own_row = OutgoingMailRow.message_id == message_id
            session.execute(update(OutgoingMailRow).where(own_row).values(leased_until=leased))
        with db.writing(db.engine()) as session:
            assert [mail.message_id for mail in outbox.lease(session, context.now())] == [message_id]
    with db.writing(db.engine()) as session:
        assert outbox.lease(session, context.now()) == [], "what is leased now is not sent twice"


def test_a_batch_that_a_wrong_clock_put_off_is_looked_at(app: Flask, clock: StillClock) -> None:
    with db.writing(db.engine()) as session:
        for nth, days in enumerate((0, 1, 3), 1):
            session.add(BatchRow(id=nth, answers_key="open-answers-2026Q4", due_at=clock.moment + timedelta(days=days)))
    with db.reading(db.engine()) as session:
        assert set(list_due_batches(session, clock.moment)) == {1, 3}


def test_health_is_not_good_for_a_year_because_a_clock_was_ahead(app: Flask, clock: StillClock) -> None:
    clock.move(days=YEAR)
    record_jobs(db.engine(), {"mail": True})
    record_heartbeat(db.engine(), BACKUP)
    clock.move(days=-YEAR)
    assert not is_worker_alive(db.engine())
    record_jobs(db.engine(), {"mail": False})
    with db.writing(db.engine()) as session:
        Log(context.today(), "command").add(session, "person.found")
    settings = replace(context.settings(), mode="production")
    with context.override(app, settings=settings), db.reading(db.engine()) as session:
        assert find_old_backup(session), "no copy was made in this year"
    with db.reading(db.engine()) as session:
        assert [record.is_failing for record in list_job_records(session)] == [True]


# ---- Days that are longer, shorter, or never were ----


HOURS = [datetime(2027, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(24 * 366 * 2)]


@pytest.mark.parametrize("hour", [0, 2, 23])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"])
def test_each_day_is_done_once_where_clocks_change_and_in_a_leap_year(
    app: Flask, clock: StillClock, zone: str, hour: int
) -> None:
    """A daily hour that a night does not have, or has twice."""
    days: list[date] = []
    place = Place(time_zone=zone, daily_hour=hour)
    for clock.moment in HOURS:
        day = days_due([place]).get(place.id)
        if day is not None and (not days or days[-1] < day):
            days.append(day)
    every = [date(2027, 1, 1) + timedelta(days=nth) for nth in range(len(days))]
    assert days == every or days[1:] == every[: len(days) - 1]
    assert date(2028, 2, 29) in days


def test_a_zone_whose_law_changed_keeps_its_days(app: Flask, clock: StillClock, tmp_path: Path) -> None:
    """India moves to the hour of Dhaka overnight; nothing is done twice on one day, or left out."""
    there = next(Path(folder) for folder in TZPATH if Path(folder, "Asia/Dhaka").exists())
    (tmp_path / "Asia").mkdir()
    shutil.copyfile(there / "Asia/Dhaka", tmp_path / "Asia/Kolkata")
    place, days = Place(), list[date]()
    clock.moment = datetime(2027, 3, 1, tzinfo=UTC)
    try:
        for nth in range(24 * 20):
            if nth == 24 * 10 + 11:  # half an hour before the daily hour of the old law
                reset_tzpath([str(tmp_path)])
                ZoneInfo.clear_cache()
            day = days_due([place]).get(place.id)
            if day is not None and (not days or days[-1] < day):
                days.append(day)
            clock.move(hours=1)
    finally:
        reset_tzpath()
        ZoneInfo.clear_cache()
    assert days == [date(2027, 3, 1) + timedelta(days=nth) for nth in range(20)]

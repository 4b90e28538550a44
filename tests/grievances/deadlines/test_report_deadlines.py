"""Nothing is left lying: whose clock is over goes to the next person, and at last outside (S9, S13, S14, S16, S17)."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import StillClock
from tests.support.people import signed_in
from tests.support.unattended_reports import Site, make
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.people.store import close_account
from youthvoice.accounts.store import find_person_row
from youthvoice.audit.models import AuditEntryRow
from youthvoice.errors import KeyGone
from youthvoice.grievances.deadlines import report_escalation
from youthvoice.grievances.deadlines.on_call_rota import Duty, add_duty, people_on_call
from youthvoice.grievances.deadlines.report_escalation import escalate_reports
from youthvoice.jobs.turns import find_call
from youthvoice.threads import store
from youthvoice.threads.case_state import hour_after, moment_of
from youthvoice.threads.entities import Thread


@pytest.fixture
def site(app: Flask, clock: StillClock) -> Site:
    return make(clock)


def log() -> list[tuple[str, str]]:
    with db.reading(db.engine()) as session:
        rows = session.execute(select(AuditEntryRow.action, AuditEntryRow.subject).order_by(AuditEntryRow.number))
        return [(row.action, row.subject) for row in rows]


def rota(site: Site, name: str, **when: object) -> None:
    with db.writing(db.engine()) as session:
        add_duty(session, Duty(site_id=site.id, person_id=site.people[name].id, **when))


@pytest.mark.dialect("moments")
def test_an_urgent_report_left_alone_reaches_the_outside_recipient_by_the_clock(site: Site) -> None:
    thread = site.report(urgent=True)
    assert site.after() == ["asha", "lata", "ravi"], "whoever is on call and the lead know at once"
    assert site.after(minutes=59) == []
    assert site.after(minutes=1) == ["asha", "lata", "ravi"]
    assert site.after(hours=1) == ["omar"]
    assert site.steps(thread) == ["next_person", "outside"]


def test_a_report_is_decrypted_again_only_once_it_changed_or_its_hour_has_come(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S14. The job looks each three seconds; ten thousand reports at rest cost it a list of numbers."""
    read: list[bytes] = []
    list_threads = store.list_threads_by_id

    def noted(session: Session, ids: Sequence[bytes]) -> Iterator[Thread]:
        read.extend(ids)
        return list_threads(session, ids)

    monkeypatch.setattr(store, "list_threads_by_id", noted)
    thread = site.report()
    site.after()
    site.after()
    read.clear()
    assert (site.after(minutes=5), read) == ([], [])
    site.after(hours=24)
    assert read == [thread]
    site.after(minutes=1)  # it reads what it changed itself
    read.clear()
    site.report(urgent=True)
    assert site.after(seconds=3) == ["asha", "lata", "ravi"]
    assert thread not in read


def test_whoever_may_be_in_danger_waits_behind_no_other_report(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """S16. A backlog of a night is worked off in turns; what came last and is urgent goes first."""
    for _ in range(6):
        site.report(harm=True)
    urgent = site.report(urgent=True)
    escalated: list[bytes] = []
    monkeypatch.setattr(
        report_escalation, "_escalate_report", lambda _session, thread_id, _now: escalated.append(thread_id)
    )
    monkeypatch.setattr("youthvoice.jobs.turns.TURN_SECONDS", 0)
    assert escalate_reports()
    assert escalated == [urgent]
    assert find_call("sending").is_set(), "its mail waits for no look into the outbox"
    assert find_call("texting").is_set()


def test_reports_that_do_not_open_are_tried_once_a_minute_and_hold_up_no_other(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S14. The job comes each two seconds, and at once while something is left."""
    lost = {site.report(urgent=True) for _ in range(2)}
    other = site.report(harm=True)
    tried: list[bytes] = []

    def escalate(_session: Session, thread_id: bytes, _now: datetime) -> None:
        tried.append(thread_id)
        if thread_id in lost:
            raise KeyGone("threads")

    monkeypatch.setattr(report_escalation, "_escalate_report", escalate)
    monkeypatch.setattr("youthvoice.jobs.turns.TURN_SECONDS", 0)
    for _turn in range(6):
        escalate_reports()
    assert [set(tried[:2]), set(tried[2:])] == [lost, {other}]
    site.clock.move(minutes=1)
    tried.clear()
    escalate_reports()
    assert set(tried) < lost


def test_an_ordinary_report_left_alone_reaches_the_outside_recipient_too(site: Site) -> None:
    rota(site, "ravi", weekday=context.today("Asia/Kolkata").weekday() + 1)
    thread = site.report()
    assert site.after() == []
    assert site.after(hours=24) == ["ravi"]
    assert site.after(hours=24) == ["asha", "ravi"], "nobody has the rota that day"
    assert site.after(hours=24) == ["omar"]
    assert site.steps(thread) == ["next_person", "next_person", "outside"]
    assert site.facts(thread).case.steps == {"first_look": 3}


def test_harm_goes_to_the_safeguarding_lead_at_the_full_hour_and_to_nobody_else(site: Site) -> None:
    thread = site.report(harm=True)
    assert site.after() == []
    assert site.after(hours=1) == ["lata"]
    assert site.after(hours=3) == ["asha", "lata", "ravi"]
    assert site.after(hours=4) == ["omar"]
    assert site.steps(thread) == ["next_person", "outside"]


def test_what_is_over_again_after_everybody_was_told_is_told_to_everybody_once_a_day(site: Site) -> None:
    site.report(urgent=True)
    for hours in (0, 1, 1):
        site.after(hours=hours)
    assert site.after(hours=1) == ["asha", "lata", "omar", "ravi"]
    assert site.after(hours=23) == []
    assert site.after(hours=1) == ["asha", "lata", "omar", "ravi"]


@pytest.mark.parametrize("left_out", ["asha", "ravi", "lata", "omar"])
def test_whoever_the_child_left_out_is_never_told_whatever_the_clock_says(site: Site, left_out: str) -> None:
    rota(site, "asha", weekday=context.today("Asia/Kolkata").weekday())
    site.report(urgent=True, left_out=[left_out])
    told = [name for hours in (0, 1, 1, 1, 24, 24) for name in site.after(hours=hours)]
    assert told
    assert left_out not in told


def test_a_report_that_nobody_at_the_site_reads_goes_outside_at_the_full_hour(site: Site) -> None:
    site.report(left_out=["asha", "ravi"])
    assert site.after() == []
    assert site.after(hours=1) == ["omar"]
    assert site.after() == []


@pytest.mark.parametrize(
    ("said", "left_out", "asked"),
    [({"harm": True}, [], ["lata"]), ({}, ["asha", "ravi"], ["omar"]), ({"flags": ("disagreed",)}, [], ["omar"])],
)
def test_no_mail_but_that_of_danger_tells_the_minute_in_which_a_child_told(
    site: Site, said: dict[str, Any], left_out: list[str], asked: list[str]
) -> None:
    """Who reads the log of a mail server, or sees a telephone light up, learns the hour, as of each deadline."""
    site.clock.move(minutes=7)
    site.report(left_out=left_out, **said)
    assert [site.after(seconds=3), site.after(minutes=20), site.after(minutes=32)] == [[], [], []]
    report_escalation._checks.forget()  # noqa: SLF001 - the work process is started anew: the hour stays
    assert site.after(minutes=1) == asked
    assert context.now().hour == 10
    assert site.after(minutes=50) == []
    site.report(urgent=True)
    assert site.after(seconds=3) == ["asha", "lata", "ravi"], "danger waits for no hour"


def test_how_often_a_row_was_written_tells_nothing_of_what_was_told(site: Site) -> None:
    """A thief who takes the database reads the number of each version: in the minute as in the hour after."""
    kinds: list[tuple[dict[str, bool], list[str]]] = [
        ({}, []), ({"harm": True}, []), ({"urgent": True}, []), ({}, ["asha", "ravi"]),
    ]  # fmt: skip
    threads = [site.report(left_out=left_out, **said) for said, left_out in kinds]
    for hours in (0, 0, 1, 0):
        site.after(hours=hours, seconds=3)
        assert len({site.facts(thread).version for thread in threads}) == 1


def test_whoever_has_left_is_not_told_any_more(site: Site) -> None:
    site.report()
    site.after()
    with db.writing(db.engine()) as session:
        person = find_person_row(session, site.people["asha"].id)
        assert person is not None
        close_account(session, person, context.today())
    assert site.after(hours=24) == ["ravi"]


def test_a_settled_clock_tells_nobody(site: Site) -> None:
    thread = site.report()
    site.after()
    case = site.facts(thread).case.having(state="open").without_clock("first_look", "answer")
    site.marks(thread, case)
    assert site.after(days=30) == []


def test_a_report_that_was_looked_at_but_not_answered_is_handed_on_by_its_answer(site: Site) -> None:
    thread = site.report()
    site.after()
    site.marks(thread, site.facts(thread).case.having(state="open").without_clock("first_look"))
    assert site.after(hours=71) == []
    assert site.after(hours=1) == ["asha", "ravi"]
    assert ("clock.over", thread.hex()) in log()


def test_every_hand_over_stands_in_the_log_with_its_thread_and_neither_clock_nor_person(site: Site) -> None:
    thread = site.report(urgent=True)
    for hours in (0, 1, 1):
        site.after(hours=hours)
    assert [line for line in log() if line[0].startswith("clock")] == [
        ("clock.over", thread.hex()),
        ("clock.over", thread.hex()),
    ]


def test_a_reprisal_goes_outside_at_the_full_hour_and_the_child_sees_it(site: Site) -> None:
    thread = site.report()
    site.announced()
    site.marks(thread, site.facts(thread).case.having(state="open", clocks={}).flagged("trouble", "tell_outside"))
    assert site.after() == []
    assert site.steps(thread) == []
    assert site.after(hours=1) == ["omar"]
    assert site.after() == []
    assert site.steps(thread) == ["outside"]
    assert "trouble" in site.facts(thread).case.flags
    site.marks(thread, site.facts(thread).case.flagged("trouble", "tell_outside"))
    assert site.after() == []
    assert site.after(hours=1) == ["omar"], "the next time she is in trouble it goes outside once more"


def test_a_child_who_disagrees_is_heard_one_rung_higher_each_time(site: Site) -> None:
    """S15."""
    thread = site.report()
    site.announced()
    for again in range(2):
        site.marks(thread, site.facts(thread).case.flagged("disagreed").unflagged("told_disagreed"))
        assert (site.after(), site.steps(thread)) == ([], ["outside"] * again)
        assert site.after(hours=1) == ["omar"], "nobody else reads it than asha and ravi, who had it in hand"
        assert site.after() == []
    assert site.steps(thread) == ["outside", "outside"]


def test_an_open_report_without_any_clock_gets_one(site: Site) -> None:
    thread = site.report()
    site.after()
    site.marks(thread, site.facts(thread).case.having(state="open", clocks={}))
    assert site.after() == []
    assert list(site.facts(thread).case.clocks) == ["go_on"]
    assert site.after(days=8) != []


def test_a_second_opinion_that_is_late_is_no_business_of_the_child(site: Site) -> None:
    thread = site.report()
    site.after()
    until = hour_after(context.now(), 72)
    site.marks(thread, site.facts(thread).case.having(state="open", clocks={"second": until, "go_on": until + 999}))
    assert site.after(days=4) != []
    assert site.steps(thread) == []


@pytest.mark.parametrize(
    ("state", "asked"),
    [("new", ["asha", "ravi"]), ("open", ["asha", "ravi"]), ("asked", ["asha", "ravi"]), ("closed", [])],
)
def test_whoever_is_on_call_is_told_of_danger_in_whatever_state_the_report_is(
    site: Site, state: str, asked: list[str]
) -> None:
    """A child says "danger, now" about something that an advocate opened days ago; only what is closed is over."""
    thread = site.report()
    assert site.after() == []
    later = hour_after(context.now(), 24)
    site.marks(thread, site.facts(thread).case.having(state=state, urgent=True, clocks={"go_on": later}))
    assert site.after() == asked
    assert site.after() == [], "once"


@pytest.mark.parametrize(
    ("state", "asked"), [("new", ["lata"]), ("open", ["lata"]), ("asked", ["lata"]), ("closed", [])]
)
def test_the_lead_is_told_of_harm_in_whatever_state_the_report_is(site: Site, state: str, asked: list[str]) -> None:
    """She reads what was told as harm only: the one that becomes so later was wrapped for her from its first day."""
    thread = site.report(harm=True)
    case = site.facts(thread).case
    site.marks(thread, case.having(state=state, clocks={"go_on": hour_after(context.now(), 24)}))
    site.after()
    assert site.after(hours=1) == asked
    assert site.after() == [], "once"


def test_a_reprisal_check_of_a_closed_report_is_handed_on(site: Site) -> None:
    thread = site.report()
    site.after()
    soon = hour_after(context.now(), 14 * 24)
    site.marks(thread, site.facts(thread).case.having(state="closed", clocks={"trouble_2": soon}))
    assert site.after(days=13) == []
    assert site.after(days=1) == ["asha", "ravi"]


def test_a_clock_moves_on_by_whole_hours(site: Site) -> None:
    thread = site.report(urgent=True)
    site.after(hours=1, minutes=7)
    until = moment_of(site.facts(thread).case.clocks["first_look"])
    assert until == (context.now() + timedelta(hours=1)).replace(minute=0) + timedelta(hours=1)


@pytest.mark.dialect("writers wait for each other")
def test_two_work_processes_at_once_tell_everything_once(site: Site, app: Flask) -> None:
    threads = [site.report(urgent=True) for _ in range(3)]

    def look() -> None:
        with app.app_context():
            escalate_reports()

    for hours, wanted in ((0, ["asha", "lata", "ravi"]), (1, ["asha", "lata", "ravi"]), (1, ["omar"])):
        site.clock.move(hours=hours)
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(Context().run, look) for _ in range(2)]:
                done.result()
        escalate_reports()
        assert site.asked() == sorted(wanted * 3)
    assert [site.steps(thread) for thread in threads] == [["next_person", "outside"]] * 3


def test_the_rota_names_days_of_the_week_and_days_once_which_come_first() -> None:
    duties = [
        Duty(site_id=1, person_id=10, weekday=1),
        Duty(site_id=1, person_id=11, weekday=1),
        Duty(site_id=1, person_id=12, first_day=date(2026, 12, 1), last_day=date(2026, 12, 2)),
    ]
    assert people_on_call(duties, date(2026, 11, 24)) == [10, 11]
    assert people_on_call(duties, date(2026, 12, 1)) == [12]
    assert people_on_call(duties, date(2026, 12, 2)) == [12]
    assert people_on_call(duties, date(2026, 12, 3)) == []
    assert people_on_call(duties, date(2026, 12, 8)) == [10, 11]


@pytest.mark.dialect("writers wait for each other")
def test_a_clock_that_is_handed_on_while_somebody_writes_is_nobody_who_was_faster(
    site: Site, visitor: Callable[[], Visitor]
) -> None:
    thread = site.report(urgent=True)
    path = f"/staff/reports/{thread.hex()}"
    browser = signed_in(visitor(), site.people["asha"])
    browser.open(path)
    browser.send(path)
    browser.open(f"{path}/note")
    site.marks(thread, site.facts(thread).case.with_clock("child_wrote", 1))
    site.after()
    assert "child_wrote" in site.facts(thread).case.steps
    browser.send(f"{path}/note", {"words": "I talk with the cook today."})
    assert "The note is kept" in browser.page
    assert "child_wrote" in site.facts(thread).case.steps, "and what the house noted stays"

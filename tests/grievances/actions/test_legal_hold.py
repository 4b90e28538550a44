"""A legal hold takes two who read the report, and so does its end; what is on hold outlives every month."""

from datetime import timedelta

from flask import Flask

from tests.conftest import StillClock
from tests.grievances.conftest import Team
from tests.support.report_actions import before
from tests.support.reports import Told, tell
from youthvoice import db
from youthvoice.threads.case_state import HELD, CaseState
from youthvoice.threads.retention.job import extend_and_end_months
from youthvoice.threads.store import list_all_threads


def closed(team: Team) -> Told:
    return tell(team.site_id, [team.asha, team.ravi], case=CaseState(state="closed", topic="food"))


def test_one_person_asks_and_another_says_yes(team: Team) -> None:
    told = closed(team)
    asha = before(team, team.asha, told)
    asha.does("hold", words="The court asked for it.")
    assert HELD not in told.marks.flags
    assert "The report has changed" in asha.browser.open(f"{told.path}/hold").text, "nobody agrees with herself"
    ravi = before(team, team.ravi, told)
    assert "The court asked for it." in ravi.reads()
    ravi.does("hold", words="Yes.")
    assert HELD in told.marks.flags
    assert "kept past its end" in ravi.reads()


def test_it_ends_by_two_again(team: Team) -> None:
    told = closed(team)
    for who in (team.asha, team.ravi):
        before(team, who, told).does("hold", words="The court asked for it.")
    ravi = before(team, team.ravi, told)
    assert "The report has changed" in ravi.browser.open(f"{told.path}/hold").text
    ravi.does("release", words="The court is done.")
    assert HELD in told.marks.flags
    before(team, team.asha, told).does("release", words="Yes.")
    assert HELD not in told.marks.flags


def test_what_is_on_hold_outlives_its_month(app: Flask, team: Team, clock: StillClock) -> None:
    held, ends = closed(team), closed(team)
    for who in (team.asha, team.ravi):
        before(team, who, held).does("hold", words="The court asked for it.")
    clock.moment += timedelta(days=3.2 * 365)
    extend_and_end_months()
    with db.reading(db.engine()) as session:
        assert [thread.id for thread in list_all_threads(session)] == [held.id]
    assert ends.id != held.id

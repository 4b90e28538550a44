"""Referred to a service, reported to an authority: recorded with days, and the child is told (S18, S19)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import StillClock
from tests.grievances.conftest import Team
from tests.support.report_actions import before
from tests.support.reports import tell
from youthvoice import db
from youthvoice.sites import service_directory
from youthvoice.threads.case_state import CaseState

REPORT: dict[str, Any] = {
    "authority": "Example Child Committee",
    "number": "GD 12/2026",
    "on": "2026-11-24",
    "at": "10:30",
}


@pytest.fixture
def clinic(team: Team) -> int:
    with db.writing(db.engine()) as session:
        values = {"name": "Example Clinic", "kind": "health", "phone": "0800 555 011", "languages": ["en"]}
        return service_directory.add_service(session, team.site_id, values)


def test_a_referral_is_followed_from_asking_to_what_came_of_it(team: Team, clinic: int) -> None:
    told = tell(team.site_id, [team.asha])
    asha = before(team, team.asha, told)
    for state, words in (
        ("asked", "referred to Example Clinic on Tue 24"),
        ("accepted", "Example Clinic accepted on Tue 24"),
        ("declined", "Example Clinic declined on Tue 24"),
        ("outcome", "Example Clinic told on Tue 24"),
    ):
        page = asha.does("refer", service=str(clinic), state=state, on="2026-11-24", words="The eye is looked at.")
        assert words in page.replace("\N{NO-BREAK SPACE}", " ")
    assert told.marks.day("acted")


def test_only_services_of_the_site_and_days_that_have_come(team: Team, clinic: int, clock: StillClock) -> None:
    told = tell(team.site_id, [team.asha])
    asha = before(team, team.asha, told)
    asha.does("refer", status=422, service="999", state="asked", on="2026-11-24")
    later = (clock() + timedelta(days=2)).date().isoformat()
    assert "has not come yet" in asha.does("refer", status=422, service=str(clinic), state="asked", on=later)


def test_a_report_to_an_authority_holds_what_the_law_asks_for_and_stops_its_clock(team: Team) -> None:
    told = tell(team.site_id, [team.asha], case=CaseState(state="open", harm=True, clocks={"authority": 10**6}))
    asha = before(team, team.asha, told)
    more: dict[str, Any] = {"simple": "y", "read_back": "y", "interpreter": "Meera Example", "words": "With the child."}
    page = asha.does("authority", **{**REPORT, **more}).replace("\N{NO-BREAK SPACE}", " ")
    assert "reported to Example Child Committee, number GD 12/2026" in page
    assert "on Tue 24 Nov 2026 at 10:30, in simple language, read back, interpreter: Meera Example" in page
    assert "authority" not in told.marks.clocks
    assert "authority" in told.marks.flags
    assert told.replies()[-1].said == {"step": "authority_told"}


@pytest.mark.parametrize("missing", ["authority", "number", "on", "at"])
def test_nothing_of_it_may_be_missing(team: Team, missing: str) -> None:
    told = tell(team.site_id, [team.asha])
    before(team, team.asha, told).does("authority", status=422, **{**REPORT, missing: ""})
    assert "authority" not in told.marks.flags

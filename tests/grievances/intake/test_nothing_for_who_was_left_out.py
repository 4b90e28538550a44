"""Every page that somebody can reach is the same before and after a child told without her (S14)."""

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.grievances.conftest import Team
from tests.support import unattended_reports
from tests.support.attacks.crawler import walk
from tests.support.long_tests import breadth
from tests.support.people import Somebody, make_person, signed_in
from tests.support.report_actions import before
from tests.support.reports import tell
from youthvoice import context, db
from youthvoice.audit.audit_log import Log, last_kept_head
from youthvoice.grievances.deadlines.report_escalation import escalate_reports
from youthvoice.witnesses.head_job import send_due_heads

_DRAWN_EACH_TIME = "/staff/me/codes"


def pages(team: Team, who: Somebody) -> dict[str, str]:
    found = walk(signed_in(team.visitor(), who).client, ["/staff/", "/staff/reports/?closed=1"])
    return {address: words for address, words in found.items() if not address.startswith(_DRAWN_EACH_TIME)}


@pytest.mark.parametrize("role", breadth(["advocate", "coordinator"], ["safeguarding_lead", "facilitator"]))
def test_nothing_changes_for_who_was_left_out(team: Team, role: str) -> None:
    with db.writing(db.engine()) as session:
        somebody = make_person(session, role, team.site_id, handle="somebody", name="Some Body")
        Log(context.today(), "asha").add(session, "sign-in")  # no log of an installation is empty
    empty = pages(team, somebody)
    assert len(empty) > 10, "the crawl reaches the desk"
    told = tell(team.site_id, [team.asha, team.olga], left_out=[team.ravi, team.lead, somebody])
    asha = before(team, team.asha, told)
    asha.does("answer", words="Thank you for telling me.")
    asha.does("note", words="a canary in a note")
    asha.does("record", action="talked", words="We talked.")
    asha.does("close", outcome="It is better.", words="It is better now.")
    before(team, team.olga, told).does("agree", answer="yes")
    assert pages(team, somebody) == empty


def test_the_head_of_the_log_grows_alike_on_a_day_on_which_the_clock_of_a_report_was_over(
    app: Flask, clock: StillClock
) -> None:
    """Every advocate sees the head of each day, and when nobody was here."""
    site = unattended_reports.make(clock)
    with db.writing(db.engine()) as session:
        Log(context.today(), "asha").add(session, "sign-in")
    grown = [day_without_anybody(clock) for _ in range(3)]
    site.report(left_out=["ravi"])
    grown += [day_without_anybody(clock) for _ in range(3)]
    assert len(set(grown[1:])) == 1


def day_without_anybody(clock: StillClock) -> int:
    """How many lines the head of the log went up."""
    with db.reading(db.engine()) as session:
        before = last_kept_head(session)
    clock.move(days=1)
    escalate_reports()
    send_due_heads()
    with db.reading(db.engine()) as session:
        after = last_kept_head(session)
    return (after[1].number if after else 0) - (before[1].number if before else 0)

"""Every page that somebody can reach is the same before and after a child told without her (S14)."""

import pytest

from tests.attacks.crawler import walk
from tests.grievances.acting import before
from tests.grievances.conftest import Team
from tests.grievances.telling import tell
from tests.people import Somebody, make_person, signed_in
from youthvoice import db

_DRAWN_EACH_TIME = "/staff/me/codes"


def pages(team: Team, who: Somebody) -> dict[str, str]:
    found = walk(signed_in(team.visitor(), who).client, ["/staff/", "/staff/reports/?closed=1"])
    return {address: words for address, words in found.items() if not address.startswith(_DRAWN_EACH_TIME)}


@pytest.mark.parametrize("role", ["advocate", "safeguarding_lead", "coordinator", "facilitator"])
def test_nothing_changes_for_who_was_left_out(team: Team, role: str) -> None:
    with db.writing(db.engine()) as session:
        somebody = make_person(session, role, team.site_id, handle="somebody", name="Some Body")
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

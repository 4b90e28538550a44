"""Whoever leaves sees what she reads and who else does; nothing is left that nobody reads."""

from tests.grievances.conftest import Team
from tests.grievances.telling import tell
from tests.pages import Visitor, calm
from tests.people import PASSWORD, make_person, signed_in
from youthvoice import db
from youthvoice.staff import store as people


def test_the_page_says_who_else_reads_and_puts_on_top_what_nobody_does(team: Team) -> None:
    shared = tell(team.site_id, [team.asha, team.ravi])
    alone = tell(team.site_id, [team.asha])
    hidden = tell(team.site_id, [team.ravi])
    page = team.at(team.asha).open("/staff/reports/leaving").text
    assert page.index(alone.path) < page.index(shared.path)
    assert hidden.path not in page
    assert page.count("Nobody else yet") == 1
    assert "Ravi Example" in page


def test_nobody_leaves_with_what_only_she_can_read(team: Team) -> None:
    there = make_third(team)
    told = tell(team.site_id, [team.asha])
    leave = f"/staff/people/{team.asha.id}/leave"
    there.open(leave)
    page = there.send(leave, {"second_handle": "mala", "second_password": PASSWORD}, 409).text
    assert "Something has to be given to another person first" in page
    assert told.path not in page
    assert still_there(team)


def test_a_coordinator_cannot_look_up_who_alone_was_told_something(team: Team) -> None:
    """S14: only where another advocate signed does the page say that something would be lost."""
    there = make_third(team)
    leave = f"/staff/people/{team.asha.id}/leave"
    before = calm(there.open(leave).text)
    tell(team.site_id, [team.asha])
    assert calm(there.open(leave).text) == before
    unsigned = there.send(leave, {"second_handle": "mala", "second_password": "not hers"}, 400).text
    assert "Something has to be given" not in unsigned


def test_who_reads_nothing_alone_leaves_as_before(team: Team) -> None:
    there = make_third(team)
    tell(team.site_id, [team.asha, team.ravi])
    leave = f"/staff/people/{team.asha.id}/leave"
    there.open(leave)
    there.send(leave, {"second_handle": "mala", "second_password": PASSWORD})
    assert not still_there(team)


def make_third(team: Team) -> Visitor:
    with db.writing(db.engine()) as session:
        made = make_person(session, "coordinator", team.site_id, team.other_id)
        for handle in ("mala", "nila"):
            make_person(session, "advocate", team.site_id, team.other_id, handle=handle)
    return signed_in(team.visitor(), made)


def still_there(team: Team) -> bool:
    with db.reading(db.engine()) as session:
        found = people.find(session, team.asha.id)
    return found is not None and found.left_on is None

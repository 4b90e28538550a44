"""Whoever leaves sees what she reads and who else does; nothing is left that nobody reads."""

from dataclasses import dataclass, replace

from tests.conftest import StillClock
from tests.grievances.conftest import Team
from tests.support.people import Somebody, agrees, make_person, on_tablet, signed_in
from tests.support.reports import tell
from tests.support.rounds import open_round, taken_of
from tests.support.visitor import Visitor, calm
from tests.threads.letters.test_letter_handover import anew
from youthvoice import db
from youthvoice.access.guard import Caller
from youthvoice.accounts.store import find_person_row
from youthvoice.grievances import reader_offboarding


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
    there, mala = make_third(team)
    told = tell(team.site_id, [team.asha])
    leave = f"/staff/people/{team.asha.id}/leave"
    there.open(leave)
    there.send(leave, {"second": mala.id})
    agreeing = signed_in(team.visitor(), mala)
    agrees(agreeing, 409)
    page = agreeing.page
    assert "Something has to be given to another person first" in page
    assert told.path not in page
    assert still_there(team)


def test_a_coordinator_cannot_look_up_who_alone_was_told_something(team: Team) -> None:
    """S14: only where another advocate signed does the page say that something would be lost."""
    there, mala = make_third(team)
    leave = f"/staff/people/{team.asha.id}/leave"
    before = calm(there.open(leave).text)
    tell(team.site_id, [team.asha])
    assert calm(there.open(leave).text) == before
    asked = there.send(leave, {"second": mala.id}).text
    assert "Something has to be given" not in asked


def test_who_reads_nothing_alone_leaves_as_before(team: Team) -> None:
    there, mala = make_third(team)
    tell(team.site_id, [team.asha, team.ravi])
    leave = f"/staff/people/{team.asha.id}/leave"
    there.open(leave)
    there.send(leave, {"second": mala.id})
    agrees(signed_in(team.visitor(), mala))
    assert not still_there(team)


def make_third(team: Team) -> tuple[Visitor, Somebody]:
    """A coordinator's browser, and one of two more advocates."""
    with db.writing(db.engine()) as session:
        made = make_person(session, "coordinator", team.site_id, team.other_id)
        mala, _nila = (
            make_person(session, "advocate", team.site_id, team.other_id, handle=handle) for handle in ("mala", "nila")
        )
    return signed_in(team.visitor(), made), mala


def still_there(team: Team) -> bool:
    with db.reading(db.engine()) as session:
        found = find_person_row(session, team.asha.id)
    return found is not None and found.left_on is None


def caller(who: Somebody) -> Caller:
    return Caller(who.id, who.handle, who.name, who.role, who.site_ids, "en", "")


@dataclass
class Box:
    """The letter box of the site."""

    team: Team

    def sends(self, words: str) -> None:
        """A child of the site writes; shown after its evening."""
        round_ = open_round([self.team.site_id], self.team.lata.id)
        taken_of(on_tablet(self.team.visitor(), self.team.site_id), round_, letter_box=words)


def test_the_page_says_how_many_letters_only_she_opens_and_tells_a_lead_of_none(team: Team, clock: StillClock) -> None:
    Box(team).sends("the tap drips")
    clock.move(hours=3)
    asha = team.at(team.asha)
    assert "others open them, too" in asha.open("/staff/reports/leaving").text
    anew(team.ravi)
    assert "<b>1 of them opens to nobody else yet" in asha.open("/staff/reports/leaving").text
    with db.reading(db.engine()) as session:
        assert [
            (one.number, one.alone) for one in reader_offboarding.list_read_letters(session, caller(team.asha))
        ] == [(1, 1)]
        became_lead = replace(caller(team.asha), role="safeguarding_lead")
        assert reader_offboarding.list_read_letters(session, became_lead) == [], "whatever her key opens"


def test_somebody_who_is_not_there_holds_nothing(team: Team) -> None:
    with db.reading(db.engine()) as session:
        assert not reader_offboarding.reads_alone(session, 10**6)


def test_the_last_reader_of_a_letter_is_held_as_the_last_reader_of_a_report_is(team: Team, clock: StillClock) -> None:
    """Also of one that is not shown yet."""
    Box(team).sends("the tap drips")
    with db.reading(db.engine()) as session:
        assert not reader_offboarding.reads_alone(session, team.asha.id)
    anew(team.ravi)
    with db.reading(db.engine()) as session:
        assert reader_offboarding.reads_alone(session, team.asha.id)

"""Who reads a report may change: one steps back, one gets it anew, two are linked; who was left out learns nothing."""

import pytest
from sqlalchemy.orm import Session

from tests.grievances.conftest import Team
from tests.support.people import Somebody, make_person
from tests.support.report_actions import before
from tests.support.reports import tell
from youthvoice import db
from youthvoice.accounts.people.store import change_person
from youthvoice.accounts.store import find_person_row, find_readers
from youthvoice.grievances.short_names import short_name
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.threads.case_state import TELL_OUTSIDE, CaseState
from youthvoice.threads.store import find_thread_readers


def test_whoever_steps_back_finds_nothing_any_more_and_the_others_go_on(team: Team) -> None:
    """S14."""
    told = tell(team.site_id, [team.asha, team.ravi])
    ravi = before(team, team.ravi, told)
    ravi.does("step-back", status=422, words="I am his uncle.")
    page = ravi.does("step-back", words="I am his uncle.", sure="y")
    assert "You stepped back" in page
    assert short_name(told.id) not in page
    ravi.browser.open(told.path, 404)
    asha = before(team, team.asha, told).reads()
    assert "I am his uncle." in asha
    assert "Only you can read this" in asha
    assert TELL_OUTSIDE not in told.marks.flags


def test_where_nobody_at_the_site_is_left_the_outside_recipient_has_it_and_is_told(team: Team) -> None:
    told = tell(team.site_id, [team.asha], case=CaseState(owner=team.asha.id))
    before(team, team.asha, told).does("step-back", sure="y")
    assert TELL_OUTSIDE in told.marks.flags
    assert told.marks.owner == 0
    assert told.replies()[-1].said["step"] == "outside"
    assert "Only you can read this" in before(team, team.olga, told).reads()


def test_the_last_reader_cannot_step_back(team: Team) -> None:
    told = tell(team.site_id, [team.asha], left_out=[team.olga])
    page = before(team, team.asha, told).does("step-back", status=422, sure="y")
    assert "Nobody else can read this yet" in page


def test_whoever_stepped_back_or_was_left_out_is_never_given_it_again(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi], left_out=[team.olga])
    before(team, team.ravi, told).does("step-back", sure="y")
    asha = before(team, team.asha, told)
    assert "The report has changed" in asha.browser.open(f"{told.path}/give").text


def test_whoever_is_new_at_the_site_may_be_given_it_and_the_child_is_told(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    with db.writing(db.engine()) as session:
        ravi = make_person(session, "advocate", team.site_id, handle="ravi-2", name="Ravi Renewed")
    asha = before(team, team.asha, told)
    page = asha.browser.open(f"{told.path}/give").text
    assert "Ravi Renewed, who is new to it: the child is told" in page
    asha.does("give", to=str(ravi.id))
    assert told.replies()[-1].said == {"step": "next_person", "name": "Ravi Renewed"}
    assert "You, Asha" not in before(team, ravi, told).reads()


def test_whoever_has_a_new_key_gets_it_back_and_the_child_knows_already(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.ravi])
    with db.writing(db.engine()) as session:
        renew(session, team.ravi)
    asha = before(team, team.asha, told)
    assert "Ravi Example, who read it with an earlier key" in asha.browser.open(f"{told.path}/give").text
    asha.does("give", to=str(team.ravi.id))
    assert [entry.said["step"] for entry in told.replies()] == ["told", "looked"]
    with db.reading(db.engine()) as session:
        found = find_readers(session, team.site_id).everybody
        holders = [(reader.person_id, reader.public_key) for reader in found]
        assert team.ravi.id in find_thread_readers(session, told.id, holders)


def renew(session: Session, who: Somebody) -> None:
    """She has a new key, which was compared and is trusted."""
    person = find_person_row(session, who.id)
    assert person
    change_person(session, person, public_key=new_pair().public, key_version=2)


def test_a_lead_is_offered_only_where_a_child_may_be_hurt(team: Team) -> None:
    for harm in (False, True):
        told = tell(team.site_id, [team.asha], case=CaseState(harm=harm))
        page = before(team, team.asha, told).browser.open(f"{told.path}/give").text
        assert ("Lee Example" in page) is harm


def test_two_reports_are_linked_both_ways_for_whoever_reads_both(team: Team) -> None:
    one, two = tell(team.site_id, [team.asha, team.ravi]), tell(team.site_id, [team.asha])
    asha = before(team, team.asha, one)
    asha.does("link", name=short_name(two.id).lower())
    assert two.path in asha.reads()
    assert one.path in before(team, team.asha, two).reads()
    alone = before(team, team.ravi, one).reads()
    assert two.path not in alone
    assert short_name(two.id) not in alone
    asha.does("link", status=422, name=short_name(two.id))


@pytest.mark.parametrize("name", ["", "ZZZ", "nothing"])
def test_nothing_is_linked_with_what_is_not_there(team: Team, name: str) -> None:
    told = tell(team.site_id, [team.asha])
    before(team, team.asha, told).does("link", status=422, name=name)


def test_reports_are_not_linked_where_one_who_was_left_out_would_learn_of_it(team: Team) -> None:
    """S14."""
    hers, other = tell(team.site_id, [team.asha, team.ravi]), tell(team.site_id, [team.asha], left_out=[team.ravi])
    page = before(team, team.asha, hers).does("link", status=422, name=short_name(other.id))
    assert "must not know of the other" in page
    unread = tell(team.site_id, [team.ravi])
    assert "No other report of yours" in before(team, team.asha, hers).does(
        "link", status=422, name=short_name(unread.id)
    )


def test_readers_are_those_whom_the_house_vouches_for(team: Team) -> None:
    told = tell(team.site_id, [team.asha])
    with db.writing(db.engine()) as session:
        forged = find_person_row(session, team.olga.id)
        assert forged
        forged.public_key = new_pair().public
    before(team, team.asha, told)
    page = before(team, team.asha, told).browser.open(f"{told.path}/give").text
    assert "Olga" not in page

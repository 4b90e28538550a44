"""Terms of representatives, their posts and nicknames (S23), and what a facilitator sees and does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support import people
from tests.support.committees import DAY, House, make_committee
from tests.support.people import signed_in
from tests.support.representatives import dealt, make, now
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.committees.elections.form_adapter import list_refusals
from youthvoice.committees.elections.rules import Candidate, ElectionOpening
from youthvoice.committees.entities import Committee
from youthvoice.committees.models import RepresentativeRow
from youthvoice.committees.representatives import rules
from youthvoice.committees.representatives.rules import CANDIDATE_PICTURES, Representative, fold_nickname, tidy_nickname
from youthvoice.committees.representatives.store import begin_term, end_term, list_in_office


def refused(committee: Committee, *nicknames: str) -> set[tuple[str, str]]:
    """Why these children cannot stand for the first post of a committee: code and nickname."""
    standing = tuple(Candidate(name, one.code) for name, one in zip(nicknames, CANDIDATE_PICTURES, strict=False))
    ends_at, way, post = context.now() + timedelta(hours=1), committee.kind.ways[0], committee.kind.posts[0]
    opening = ElectionOpening(post=post, way=way, tie="lot", standing=standing, voters=0, ends_at=ends_at)
    with db.reading(db.engine()) as session:
        return {
            (election_refusal.code, election_refusal.name)
            for election_refusal in list_refusals(session, committee, opening, context.now())
        }


def end(representative: Representative, why: str = "rest", day: date = DAY) -> None:
    with db.writing(db.engine()) as session:
        end_term(session, representative, day, why)


@pytest.mark.dialect("constraints, and writers who wait for each other")
class TestOnBoth:
    def test_a_term_lasts_as_long_as_the_committee_says_and_ends_by_itself(self, house: House) -> None:
        representative = make(house.committee("bal_panchayat"), post="chair")
        assert representative.ends_on == DAY + timedelta(days=182), "six months"
        assert representative.is_in_office(representative.ends_on)
        assert not representative.is_in_office(representative.ends_on + timedelta(days=1))
        with db.reading(db.engine()) as session:
            for day, number in ((DAY, 1), (representative.ends_on, 1), (representative.ends_on + timedelta(days=1), 0)):
                assert len(list_in_office(session, [house.site_id], day)) == number

    def test_of_each_post_there_is_one_but_of_members_there_are_several(self, house: House) -> None:
        panchayat, club = house.committee("bal_panchayat"), house.committee("flip_club")
        first, second = make(panchayat, "River", "chair"), make(panchayat, "Cloud", "chair")
        assert (now(first).ended_on, now(first).why) == (DAY, rules.FOLLOWED)
        assert now(second).is_in_office(DAY)
        members = [make(club, name) for name in ("Fox", "Hill")]
        assert all(now(representative).is_in_office(DAY) for representative in members)

    def test_a_nickname_is_had_once_at_a_site_while_she_is_in_office(self, house: House) -> None:
        club = house.committee("flip_club")
        one = make(club, "River")
        for name in ("River", " rIVER", "\u200fRiver", "Ｒiver"):
            dormitory = house.committee("dormitory", name=f"Dormitory {name}")
            assert refused(dormitory, name, "Cloud") == {("nickname_taken", name)}
            made = make(dormitory, name)
            assert fold_nickname(made.nickname) != fold_nickname(one.nickname)
            end(made)
        end(one)
        assert make(club, "River").nickname == "River"

    def test_whoever_was_elected_begins_even_where_her_nickname_was_taken_meanwhile(self, house: House) -> None:
        make(house.committee("flip_club"), "River")
        at = (house.committee("dormitory"), "speaker", "River", "1F422", "slips", DAY)
        with db.writing(db.engine()) as session:
            made = begin_term(session, *at)
        assert now(made).nickname == "River 2"

    def test_ending_a_term_takes_her_pictures_and_keeps_the_first_day(self, house: House) -> None:
        representative = make(house.committee("flip_club"))
        dealt(representative, house.site_id)
        before = now(representative)
        end(representative, "left")
        end(representative, "rest", DAY + timedelta(days=3))
        assert (now(representative).ended_on, now(representative).why) == (DAY, "left")
        assert now(representative).mark != before.mark

    def test_two_who_appoint_at_once_wait_for_each_other(self, house: House) -> None:
        """Nicknames lie locked, so no column keeps them apart: the rows of the site's committees are held."""
        make(house.committee("flip_club"), "River")
        with db.reading(db.engine()) as session:
            bodies = [one.body for one in session.scalars(select(RepresentativeRow))]
        assert len(bodies[0]) == len(_body_of(house, "R" * 20))


def _body_of(house: House, nickname: str) -> bytes:
    """A row's locked part, which is as long whatever she is called."""
    representative = make(house.committee("flip_club", name=f"Club {nickname}"), nickname)
    with db.reading(db.engine()) as session:
        return session.get_one(RepresentativeRow, representative.id).body


def test_posts_rotate(house: House) -> None:
    committee = house.committee("dormitory")
    first = make(committee, "River", "speaker")
    assert refused(committee, "river", "Cloud") == {("held_before", "river")}
    end(first)
    make(committee, "River", "deputy")
    make(committee, "Cloud", "speaker", DAY + timedelta(days=1))
    assert refused(committee, "River", "Cloud") == {("held_before", "Cloud")}


def test_a_term_that_was_a_mistake_never_was(house: House) -> None:
    committee = house.committee("dormitory")
    end(make(committee, "River", "speaker"), rules.MISTAKE)
    assert not refused(committee, "River", "Cloud")


def test_a_nickname_is_tidied_and_joiners_stay() -> None:
    assert tidy_nickname("\u202eRiver\u202c  of \n stars ") == "River of stars"
    assert tidy_nickname("क्‍ष") == "क्‍ष", "joiners stay"


@given(st.text(max_size=40))
def test_a_tidy_nickname_stays_tidy_and_turns_no_line(text: str) -> None:
    once = tidy_nickname(text)
    assert tidy_nickname(once) == once
    assert fold_nickname(text) == fold_nickname(once)
    assert not set(once) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\n\0")


# --- The facilitator's pages -------------------------------------------------------------------------------------


def address(committee: Committee, more: str = "") -> str:
    return f"/staff/committees/{committee.id}/representatives{more}"


def test_a_facilitator_sees_who_is_in_office_until_when(
    house: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    committee = house.committee("dormitory")
    browser = signed_in(visitor(), house.joshi)
    assert "Nobody is in office" in browser.open(address(committee)).text
    representative = make(committee, "نجمة")
    page = browser.open(address(committee)).text
    assert "<bdi>نجمة</bdi>" in page, "a right-to-left nickname does not turn its neighbours"
    assert "until 23\N{NO-BREAK SPACE}February\N{NO-BREAK SPACE}2027" in page
    assert "ends in" not in page
    clock.move(days=80)
    browser = signed_in(visitor(), house.joshi)
    assert "The term ends in 11 days." in browser.open(address(committee)).text
    desk = browser.open("/staff/").text
    assert "A term ends" in desk
    clock.move(days=12)
    desk = signed_in(visitor(), house.joshi).open("/staff/").text
    assert "See to it that what is open is handed over" in desk
    assert not now(representative).is_in_office(context.today())


def test_a_facilitator_gives_a_word_and_ends_a_term_with_a_reason(house: House, visitor: Callable[[], Visitor]) -> None:
    committee = house.committee("dormitory")
    representative = make(committee)
    browser = signed_in(visitor(), house.joshi)
    browser.open(address(committee))
    page = browser.send(address(committee, f"/{representative.key}/word")).text
    assert "Turn away." in page
    assert "15:15" not in page
    browser.open(address(committee, f"/{representative.key}/end"))
    assert "Choose why." in browser.send(address(committee, f"/{representative.key}/end"), status=422).text
    page = browser.send(address(committee, f"/{representative.key}/end"), {"why": "left"}).text
    assert "River is no longer in office." in page
    assert "1 has not handed over yet" in page
    assert "She has moved away" in page
    page = browser.send(address(committee, f"/{representative.key}/handed-over")).text
    assert "handed over yet" not in page
    assert now(representative).handed_over_on == DAY
    for more in ("word", "handed-over"):
        assert (
            browser.ask("POST", address(committee, f"/{representative.key}/{more}"), data=browser.hidden).status_code
            == 404
        )


def test_nobody_else_manages_representatives(house: House, visitor: Callable[[], Visitor]) -> None:
    committee = house.committee("dormitory")
    for person in (house.boss, house.asha):
        signed_in(visitor(), person).open(address(committee), status=403)
    with db.writing(db.engine()) as session:
        other = people.make_site(session, "other-house").id
        stranger = people.make_person(session, "facilitator", other, handle="stranger")
    representative = make(make_committee(other, stranger, "dormitory"), "Elsewhere")
    browser = signed_in(visitor(), house.joshi)
    browser.open(address(committee, f"/{representative.key}/end"), status=404)
    signed_in(visitor(), stranger).open(address(committee), status=404)


def test_an_election_refuses_who_cannot_hold_the_post_before_anybody_votes(
    house: House, visitor: Callable[[], Visitor]
) -> None:
    make(house.committee("flip_club"), "River")
    committee = house.committee("dormitory")
    browser = signed_in(visitor(), house.joshi)
    browser.open(f"/staff/committees/{committee.id}/elections/open")
    form = {
        "post": "speaker", "way": "hands", "tie": "lot", "ends_on": "2026-11-25", "ends_time": "18:00",
        "name_1": "River", "picture_1": "1F422", "name_2": "Cloud", "picture_2": "1F686",
    }  # fmt: skip
    page = browser.send(f"/staff/committees/{committee.id}/elections/open", dict(form), status=422).text
    assert "<bdi>River</bdi> is the nickname of somebody in office at this site." in page


def test_a_post_is_handed_over_to_whoever_follows_in_the_same_committee() -> None:
    """S23: what waits for a representative is nothing for a child of another committee."""
    old = Representative(
        b"a" * 16, 1, "speaker", "hands", "Kite", "kite", DAY, DAY + timedelta(days=90), None, None, "", bytes(8)
    )
    new = replace(old, id=b"b" * 16, nickname="Drum")
    assert rules.may_take_over(new, old)
    assert not rules.may_take_over(old, old)
    assert not rules.may_take_over(replace(new, committee_id=2), old)
    assert not rules.may_take_over(replace(new, post="chair"), old)

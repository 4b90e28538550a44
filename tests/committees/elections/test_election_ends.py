"""What comes after an election: her seat, what children are told, one slip in two hands, a committee that closes."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.committees.elections.test_ballots import left
from tests.committees.elections.test_election_pages import count, opened
from tests.conftest import StillClock
from tests.support.committees import DAY, House
from tests.support.elections import again, all_vote, close, deal, log, open_election, vote
from tests.support.people import agrees, on_tablet, signed_in
from tests.support.representatives import make, now
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.committees.elections import store
from youthvoice.committees.entities import Committee
from youthvoice.committees.representatives.rules import ANOTHER, Representative
from youthvoice.committees.representatives.store import list_in_office
from youthvoice.committees.store import find_committee, record_closing
from youthvoice.errors import Refused

GIRLS: dict[str, Any] = {"balance": "y"}


@pytest.fixture
def panchayat(house: House) -> Committee:
    return house.committee("bal_panchayat")


def in_office(committee: Committee) -> list[Representative]:
    with db.reading(db.engine()) as session:
        return list_in_office(session, [committee.site_id], context.today())


# ---- her seat


@pytest.mark.dialect("writers wait for each other")
def test_a_deputy_who_is_chosen_as_chair_leaves_her_post_and_keeps_her_nickname(
    house: House, panchayat: Committee
) -> None:
    representative = make(panchayat, "Mina", "deputy")
    election = open_election(house, panchayat, post="chair")
    all_vote(election, [0] * 5)
    close(election)
    (chair,) = in_office(panchayat)
    assert (chair.nickname, chair.post) == ("Mina", "chair")
    assert (now(representative).ended_on, now(representative).why) == (DAY, ANOTHER)


def test_a_facilitator_reads_that_somebody_who_stands_leaves_another_post(
    house: House, panchayat: Committee, visitor: Callable[[], Visitor]
) -> None:
    make(panchayat, "Mina", "member")
    joshi = signed_in(visitor(), house.joshi)
    opened(joshi, panchayat, post="chair", second=house.asha.id, **GIRLS)
    joshi.open(agrees(signed_in(visitor(), house.asha)))
    assert "<bdi>Mina</bdi> holds another post: Member. If she is chosen, that term ends" in joshi.page


def test_nobody_stands_for_two_posts_of_one_committee_at_once(
    house: House, panchayat: Committee, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    joshi, asha = signed_in(visitor(), house.joshi), signed_in(visitor(), house.asha)
    girls: dict[str, Any] = {**GIRLS, "second": house.asha.id}
    opened(joshi, panchayat, post="deputy", **girls)
    clock.move(minutes=1)  # two that were asked for in one moment stand in no order
    opened(joshi, panchayat, post="chair", **girls)
    agrees(asha)
    opened(joshi, panchayat, 422, post="deputy", **girls)
    said = "<bdi>Mina</bdi> is already a candidate for another post of this committee."
    assert said in joshi.page
    agrees(asha, 409)  # asked for before the other one was open
    assert said in asha.page
    opened(joshi, panchayat, post="deputy", **girls, name_1="Tara", name_2="Zoya")


def test_a_winner_whose_nickname_somebody_else_has_got_meanwhile_reads_her_new_one_with_her_facilitator(
    house: House, panchayat: Committee, visitor: Callable[[], Visitor]
) -> None:
    election = open_election(house, panchayat, post="chair")
    make(house.committee("flip_club"), "Mina")
    all_vote(election, [0] * 5)
    close(election)
    page = signed_in(visitor(), house.joshi).open(f"/staff/elections/{election.slug}").text
    assert "<bdi>Mina</bdi> is also somebody else in office. At the tablet she is <bdi>Mina 2</bdi>" in page
    assert f'href="/staff/committees/{panchayat.id}/representatives"' in page
    assert {representative.nickname for representative in in_office(panchayat)} == {"Mina", "Mina 2"}
    told = on_tablet(visitor(), house.site_id).open("/agenda").text
    assert "<bdi>Mina</bdi> is Chair now." in told, "the children know her by that"


# ---- what children are told


def test_the_agenda_tells_who_won_for_two_weeks_in_the_language_of_the_child(
    house: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    election = open_election(house)
    house.committee("bal_sabha", name="Assembly")
    all_vote(election, [1] * 6)
    tablet = on_tablet(visitor(), house.site_id)
    assert "Bablu" not in tablet.open("/agenda").text
    close(election)
    page = tablet.open("/agenda").text
    assert page.count("<bdi>Bablu</bdi> is Speaker now.") == 1
    assert "Tara" not in page
    tablet.open("/language/ar")
    page = tablet.open("/agenda").text
    assert 'dir="rtl"' in page
    assert "متحدث/ة الآن: <bdi>Bablu</bdi>." in page
    clock.move(days=15)
    assert "Bablu" not in tablet.open("/agenda").text


def test_a_vote_that_was_repeated_is_old_news(house: House, visitor: Callable[[], Visitor]) -> None:
    first = open_election(house)
    close(first)
    tablet = on_tablet(visitor(), house.site_id)
    assert "Fewer than five voted." in tablet.open("/agenda").text
    with db.reading(db.engine()) as session:
        committee = find_committee(session, first.committee_id)
    second = open_election(house, committee)
    all_vote(second, [2] * 5)
    close(second)
    page = tablet.open("/agenda").text
    assert "<bdi>Tara</bdi> is Speaker now." in page
    assert "Fewer than five voted." not in page


def test_children_are_told_two_weeks_from_the_count_however_late_adults_counted(
    house: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    election = open_election(house, way="hands", voters=0, ends_at=context.now() + timedelta(hours=1))
    clock.move(days=20)
    for who in (house.joshi, house.asha):
        count(signed_in(visitor(), who), election.slug, 4, 2, 1, 0)
    clock.move(days=13)
    assert "<bdi>Mina</bdi> is Speaker now." in on_tablet(visitor(), house.site_id).open("/agenda").text


# ---- one slip in two hands


@pytest.mark.dialect("writers wait for each other")
def test_two_sheets_with_one_slip_at_the_same_moment_count_once(app: Flask, house: House) -> None:
    election = open_election(house)
    (slip,) = deal(election, 1)
    ready, said = threading.Barrier(4), []

    def one(choice: int) -> None:
        ready.wait()
        with app.app_context():
            try:
                said.append(vote(election, choice, slip))
            except Refused as why:
                said.append(b"" if why.code == "slip" else b"over")

    threads = [threading.Thread(target=one, args=(choice,)) for choice in (0, 1, 2, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(said), sum(bool(one) for one in said)) == (4, 1)
    assert left()["ballots"] == 1


# ---- a committee that closes


def test_closing_a_committee_names_its_elections_calls_them_off_and_tells_the_children(
    house: House, visitor: Callable[[], Visitor]
) -> None:
    election = open_election(house)
    shown = open_election(house, way="hands", voters=0)
    all_vote(election, [1] * 6)
    boss, tablet = signed_in(visitor(), house.boss), on_tablet(visitor(), house.site_id)
    for one in (election, shown):
        address = f"/staff/committees/{one.committee_id}/close"
        assert "The election that runs: Speaker. It is called off" in boss.open(address).text
        assert again(one).is_running
        assert "Everything it said is kept." in boss.send(address).text
        assert (again(one).state, again(one).body.standing) == ("called_off", ())
        assert f"ballots-{one.slug}" not in context.keyring().names()
    assert left() == {"ballots": 0, "slips": 0, "representatives": 0}
    assert "This vote was called off." in tablet.open(f"/vote/{election.slug}", 410).text
    page = tablet.open("/agenda").text
    assert page.count("This vote was called off. Nothing was counted.") == 2
    assert "/agenda/suggest" not in page
    other = open_election(house)
    assert "The election that runs" not in boss.open(f"/staff/committees/{house.committee().id}/close").text
    assert again(other).is_running


def test_nobody_is_elected_into_a_committee_that_closed_at_that_moment(
    house: House, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    committee = house.committee("dormitory")
    election = open_election(house, committee)
    all_vote(election, [1] * 6)
    with db.writing(db.engine()) as session:
        record_closing(session, committee.id, DAY)
    assert close(election).state == "called_off"
    assert left()["representatives"] == 0
    joshi, other = signed_in(visitor(), house.joshi), house.committee("dormitory", name="Dormitory 9")
    monkeypatch.setattr(store, "lock_committee", lambda *_: False)
    opened(joshi, other, 422)
    assert "This committee no longer meets." in joshi.page
    assert 'value="Mina"' in joshi.page


def test_calling_off_everything_leaves_what_is_over(house: House) -> None:
    election = open_election(house)
    all_vote(election, [1] * 6)
    close(election)
    with db.writing(db.engine()) as session:
        store.call_off_elections(session, election.committee_id, context.now(), log())
    assert again(election).state == "done"

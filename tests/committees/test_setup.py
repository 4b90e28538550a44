"""A coordinator sets committees up, and reads nothing of what is on their agendas."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.committees import House, put
from tests.support.people import make_person, make_site, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.committees.entities import Committee, find_refusal_above
from youthvoice.committees.store import list_committees
from youthvoice.sites.site_page import SITES_SHOWN

LEADS_TO_A_GUIDE = re.compile('href="/staff/guide/[^"]*"')
"""A part of a guide is found by its heading, and one is about the way of an item."""

CLUB: dict[str, Any] = {
    "name": "Club by the river",
    "place": "the big room",
    "first_day": "2026-11-28",
    "first_time": "16:00",
    "rhythm_days": "14",
    "quorum": "3",
    "check_days": "2",
    "term_days": "365",
    "goes_up_to": "0",
}


def committees(house: House) -> list[Committee]:
    with db.reading(db.engine()) as session:
        return list_committees(session, [house.site_id])


def filled(house: House, **more: object) -> dict[str, object]:
    return {**CLUB, "site": house.site_id, "facilitator": house.joshi.id, **more}


def test_a_committee_is_set_up_changed_and_closed(house: House, visitor: Callable[[], Visitor]) -> None:
    browser = signed_in(visitor(), house.boss)
    assert "No committee meets here yet" in browser.open("/staff/committees/").text
    assert "Without a child it cannot meet." in browser.open("/staff/committees/new").text
    page = browser.open("/staff/committees/new/flip_club").text
    assert 'value="14"' in page  # S25: about twice a month
    page = browser.send("/staff/committees/new/flip_club", filled(house)).text
    assert "Club by the river is set up." in page
    assert "Saturday, 16:00, every 2 weeks" in page
    assert "Ms Joshi answers" in page
    (made,) = committees(house)
    assert made.first_at.isoformat() == "2026-11-28T10:30:00+00:00"  # four o'clock at the site
    browser.open(f"/staff/committees/{made.id}/change")
    page = browser.send(f"/staff/committees/{made.id}/change", filled(house, name="Club on the hill", quorum="5")).text
    assert "Club on the hill is changed." in page
    assert "5 children must be there" in page
    page = browser.open(f"/staff/committees/{made.id}/close").text
    assert ("Its next meetings." in page, "<h1>Close this committee</h1>" in page) == (True, True)
    assert "Everything it said is kept." in browser.send(f"/staff/committees/{made.id}/close").text
    assert not committees(house)
    assert "Closed" in browser.open("/staff/committees/").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Type a name"),
        ({"name": "x" * 81}, "At most 80 letters."),
        ({"quorum": "0"}, "A whole number from 1 to 500."),
        ({"quorum": "some"}, "Not a valid integer value"),
        ({"rhythm_days": ""}, "A whole number is needed."),
        ({"first_day": ""}, "Choose the day."),
        ({"first_time": "soon"}, "Not a valid time value"),
        ({"facilitator": "999"}, "Not a valid choice"),
        ({"goes_up_to": "999"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    house: House, visitor: Callable[[], Visitor], wrong: dict[str, str], said: str
) -> None:
    browser = signed_in(visitor(), house.boss)
    browser.open("/staff/committees/new/flip_club")
    page = browser.send("/staff/committees/new/flip_club", filled(house, **wrong), status=422).text
    assert said in page
    assert 'value="the big room"' in page
    assert not committees(house)


def test_two_committees_of_a_site_do_not_bear_one_name(house: House, visitor: Callable[[], Visitor]) -> None:
    house.committee(name="Club by the river")
    browser = signed_in(visitor(), house.boss)
    browser.open("/staff/committees/new/dormitory")
    page = browser.send("/staff/committees/new/dormitory", filled(house), status=422).text
    assert "There is a committee of this name at the site." in page


def test_a_village_hands_up_from_the_assembly_to_the_village_committee(house: House) -> None:
    """The chain Bal Sabha - Bal Panchayat - Village Child Committee, and no circle in it."""
    top = house.committee("village_child_committee")
    middle = house.committee("bal_panchayat", goes_up_to_id=top.id)
    every = {one.id: one for one in (top, middle)}
    assert find_refusal_above("bal_sabha", house.site_id, None, middle.id, every) is None
    assert find_refusal_above("bal_sabha", house.site_id, None, None, every) is None
    assert find_refusal_above("bal_sabha", 99, None, middle.id, every) == "other_site"
    assert find_refusal_above("bal_sabha", house.site_id, None, 99, every) == "other_site"
    assert find_refusal_above("dormitory", house.site_id, None, top.id, every) == "wrong_kind_above"
    assert find_refusal_above("village_child_committee", house.site_id, top.id, middle.id, every) == "wrong_kind_above"
    assert find_refusal_above("bal_panchayat", house.site_id, top.id, top.id, every) == "goes_up_in_a_circle"


def test_whoever_sets_up_reads_nothing_of_an_agenda(house: House, visitor: Callable[[], Visitor]) -> None:
    committee = house.committee()
    put(committee, words="canary on the agenda")
    boss = signed_in(visitor(), house.boss)
    for page in ("", f"{committee.id}", f"{committee.id}/change", f"{committee.id}/close"):
        text = boss.open(f"/staff/committees/{page}").text
        assert "canary" not in text
        main = text.split("<main")[1].split("</main>")[0].lower()
        assert "item" not in LEADS_TO_A_GUIDE.sub("", main)
    boss.open(f"/staff/committees/{committee.id}/agenda", status=403)
    for person in (house.joshi, house.asha):
        assert "canary" in signed_in(visitor(), person).open(f"/staff/committees/{committee.id}/agenda").text


def test_a_committee_of_another_site_is_none_of_hers(house: House, visitor: Callable[[], Visitor]) -> None:
    committee = house.committee()
    with db.writing(db.engine()) as session:
        from tests.support import people  # noqa: PLC0415 - a second site, for this one test

        other = people.make_site(session, "other-house").id
        stranger = people.make_person(session, "coordinator", other, handle="stranger")
    browser = signed_in(visitor(), stranger)
    for page in ("", "/change", "/close"):
        browser.open(f"/staff/committees/{committee.id}{page}", status=404)
    browser.open("/staff/committees/new/choir", status=404)


def test_of_many_sites_one_is_chosen_first_and_its_adults_alone_can_answer(
    house: House, visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        sites = [make_site(session, f"school-{nth}").id for nth in range(SITES_SHOWN)]
        other = make_site(session, "other-house").id
        national = make_person(session, "coordinator", house.site_id, *sites, handle="national")
        elsewhere = make_person(session, "facilitator", sites[3], handle="elsewhere", name="Elsewhere Example")
    desk, new = signed_in(visitor(), national), "/staff/committees/new"
    assert f'href="{new}?site={sites[3]}"' in desk.open(new).text
    assert "School 3" in desk.open(f"{new}?site_name=school 3").text
    for nowhere in ("", f"?site={other}", "?site=x"):
        assert f'href="{new}?site={sites[3]}"' in desk.open(f"{new}/flip_club{nowhere}").text, "she chooses one first"
    assert f'href="{new}/flip_club?site={sites[3]}"' in desk.open(f"{new}?site={sites[3]}").text
    page = desk.open(f"{new}/flip_club?site={sites[3]}").text
    assert page.count("<option") < SITES_SHOWN
    assert ("Elsewhere Example" in page, "Ms Joshi" in page) == (True, False)
    filled_in = {**CLUB, "site": sites[3], "facilitator": elsewhere.id}
    assert "Club by the river is set up." in desk.send(f"{new}/flip_club?site={sites[3]}", filled_in).text
    assert "Elsewhere Example" not in desk.open(f"{new}/flip_club?site={house.site_id}").text

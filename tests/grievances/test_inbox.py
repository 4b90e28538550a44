"""The desk of whoever reads reports: what is on it, in which order, and what is not (S14)."""

import re

import pytest

from tests.conftest import StillClock
from tests.grievances.conftest import Team
from tests.support.people import on_tablet
from tests.support.reports import WORDS, tell
from tests.support.rounds import open_round, taken_of
from youthvoice import db
from youthvoice.grievances.short_names import short_name
from youthvoice.sites.store import get_site
from youthvoice.threads.case_state import CaseState, hour_after

DESK = "/staff/reports/"


def listed(page: str) -> list[str]:
    """The short names on a page, from the top."""
    return re.findall(r"Report ([2-9B-Z]{3})", page)


def test_an_empty_desk_says_what_to_expect(team: Team) -> None:
    assert "What a child reports appears here immediately" in team.at(team.asha).open(DESK).text


def test_what_is_overdue_stands_on_top_with_its_clock_topic_and_next_step(team: Team, clock: StillClock) -> None:
    early = tell(team.site_id, [team.asha], case=CaseState(topic="food", clocks={"answer": hour_after(clock(), 200)}))
    late = tell(team.site_id, [team.asha], case=CaseState(topic="sleep", clocks={"first_look": hour_after(clock(), 1)}))
    clock.move(hours=5)
    page = team.at(team.asha).open(DESK).text
    assert listed(page) == [short_name(late.id), short_name(early.id)]
    assert page.index("Overdue: 1") < page.index("5 hours over") < page.index("Sleep and rooms") < page.index("Food")
    assert "Open it and read" in page
    assert "Answer the child" in page
    assert WORDS not in page
    clock.move(days=2)
    assert "2 days over" in team.at(team.asha).open(DESK).text


def test_whoever_was_left_out_finds_no_line_no_number_no_name(team: Team) -> None:
    """S14: list, counts, To do, search."""
    told = tell(team.site_id, [team.asha], left_out=[team.ravi])
    browser = team.at(team.ravi)
    empty = browser.open(DESK).text
    assert not listed(empty)
    assert "Nothing waits." in empty
    found = browser.open(f"{DESK}?name={short_name(told.id)}&closed=1").text
    assert "No report of yours is called so" in found
    assert "Nothing waits." not in found, "other things may wait"
    assert told.id.hex() not in found
    assert "Being shouted at" not in browser.open("/staff/").text
    browser.open(told.path, 404)
    browser.send(told.path, status=404)
    for act in ("answer", "note", "nothing"):
        browser.open(f"{told.path}/{act}", 404)


def test_a_lead_who_was_not_given_the_key_finds_nothing_and_the_outside_recipient_what_is_hers(team: Team) -> None:
    told = tell(team.site_id, [team.asha, team.olga])
    assert not listed(team.at(team.lead).open(DESK).text)
    assert listed(team.at(team.olga).open(DESK).text) == [short_name(told.id)]


def test_it_is_filtered_by_site_and_found_by_its_name_alone(team: Team) -> None:
    here, there = tell(team.site_id, [team.asha]), tell(team.other_id, [team.asha])
    browser = team.at(team.asha)
    assert set(listed(browser.open(DESK).text)) == {short_name(here.id), short_name(there.id)}
    assert listed(browser.open(f"{DESK}?site={team.other_id}").text) == [short_name(there.id)]
    with db.reading(db.engine()) as session:
        name = get_site(session, team.other_id).name
    assert listed(browser.open(f"{DESK}?site_name={name.upper()}&closed=1").text) == [short_name(there.id)]
    assert "Nothing waits at a site of yours with this name" in browser.open(f"{DESK}?site_name=elsewhere").text
    assert "Nothing waits." not in browser.page
    assert listed(browser.open(f"{DESK}?name={short_name(here.id).lower()}").text) == [short_name(here.id)]
    assert not listed(browser.open(f"{DESK}?name=shouted").text)


def test_what_is_closed_is_shown_on_request(team: Team) -> None:
    told = tell(team.site_id, [team.asha], case=CaseState(state="closed"))
    browser = team.at(team.asha)
    assert not listed(browser.open(DESK).text)
    assert listed(browser.open(f"{DESK}?closed=1").text) == [short_name(told.id)]


def test_fifty_lines_a_page_and_every_line_on_one_of_them(team: Team, clock: StillClock) -> None:
    for nth in range(53):
        tell(team.site_id, [team.asha], case=CaseState(clocks={"answer": hour_after(clock(), nth)}), answerable=False)
    browser = team.at(team.asha)
    first, second = browser.open(DESK).text, browser.open(f"{DESK}?page=2").text
    assert "53 things wait" in first
    assert (len(listed(first)), len(listed(second))) == (50, 3)
    assert "Page 2 of 2" in second
    assert listed(browser.open(f"{DESK}?page=99").text) == listed(second)


def test_letters_wait_on_the_same_desk(team: Team, clock: StillClock) -> None:
    """S38."""
    round_ = open_round([team.site_id], team.asha.id)
    taken_of(on_tablet(team.visitor(), team.site_id), round_, letter_box="the tap drips")
    assert "Letter box</a>" not in team.at(team.asha).open(DESK).text.partition("<main")[2]
    clock.move(hours=3)
    page = team.at(team.asha).open(DESK).text.partition("<main")[2]
    assert "1 letter" in page
    assert "/staff/letters/" in page
    assert "the tap drips" not in page
    assert "Letter box" not in team.at(team.olga).open(DESK).text.partition("<main")[2]


def test_letters_are_overdue_once_the_day_after_is_over_and_not_in_its_last_hour(team: Team, clock: StillClock) -> None:
    """S38."""
    round_ = open_round([team.site_id], team.asha.id)
    taken_of(on_tablet(team.visitor(), team.site_id), round_, letter_box="the tap drips")
    clock.move(hours=33)
    page = team.at(team.asha).open(DESK).text
    assert "Today: 1" in page, "half past eleven at night in Kolkata"
    assert "days over" not in page
    clock.move(hours=1)
    page = team.at(team.asha).open(DESK).text
    assert page.index("Overdue: 1") < page.index("1 day over")


@pytest.mark.parametrize("asked", ["?site=x", "?page=-3", "?page=x", "?site=999", "?name=%00x".replace("%00", "~")])
def test_nonsense_in_the_address_is_the_plain_desk(team: Team, asked: str) -> None:
    tell(team.site_id, [team.asha])
    team.at(team.asha).open(DESK + asked)

"""Fifty sites a page and a search by name, on every page that shows something of each site."""

from collections.abc import Callable
from unittest.mock import Mock

import pytest
from flask import Flask

from tests.support.people import make_person, make_site, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.access.permissions import COORDINATOR
from youthvoice.dashboard.entities import SITES_TO_DO_SHOWN
from youthvoice.privacy.text_folding import plain_words
from youthvoice.sites import site_page
from youthvoice.sites.site_page import SITES_SHOWN, TASKS, choose_sites, name_filter
from youthvoice.sites.store import change_site

_ALL = 120


def _coordinator(visitor: Callable[[], Visitor], number: int) -> tuple[Visitor, list[int]]:
    with db.writing(db.engine()) as session:
        site_ids = [make_site(session, f"house-{nth:03}").id for nth in range(number)]
        person = make_person(session, COORDINATOR, *site_ids)
    return signed_in(visitor(), person), site_ids


def _main(browser: Visitor, page: str) -> str:
    return browser.open(page).text.partition("<main")[2]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("École du Lac", "ecole"),
        ("École du Lac", "LAC école"),
        ("बाल गृह पणजी", "पणजी"),
        ("ज़िला स्कूल", "जिला"),
        ("مدرسة الأمل", "الامل"),
        ("مُدَرِّسة", "مدرسه"),
        ("مستشفى", "مستشفي"),
        ("Saint-Paul", "saint paul"),
        ("House", ""),
    ],
)
def test_a_site_is_found_however_its_name_is_typed(name: str, asked: str) -> None:
    assert name_filter(asked)(name)
    assert not name_filter("elsewhere")(name)


@pytest.mark.parametrize("words", ["o " * 40, "% " * 40, "h o m e"])
def test_a_search_of_many_words_folds_each_name_once(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """Forty words on a thousand sites took two seconds of one core."""
    fold = Mock(wraps=plain_words)
    monkeypatch.setattr(site_page, "plain_words", fold)
    is_wanted = name_filter(words)
    assert all(is_wanted(f"home {nth}") for nth in range(1000))
    assert fold.call_count <= 1000 + 40


def test_somebody_with_few_sites_sees_no_pages_and_no_search(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, _site_ids = _coordinator(visitor, 2)
    for page in ("/staff/", "/staff/sites", "/staff/people", "/staff/rounds/"):
        text = browser.open(page).text
        assert ("site_name" not in text, "Page 1" not in text) == (True, True)
    assert "House 001" in browser.open("/staff/sites?site_name=000").text  # no search where there is none to see


def test_fifty_sites_are_shown_and_the_others_are_counted(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, _site_ids = _coordinator(visitor, _ALL)
    first, last = _main(browser, "/staff/sites"), _main(browser, "/staff/sites?sites=3")
    assert (first.count("House 0"), "House 050" in first) == (SITES_SHOWN, False)
    assert "Sites 1 to 50 of 120" in first
    assert "70 more sites follow." in first
    assert ("House 119" in last, "more sites follow" in last, "Page 3 of 3" in last) == (True, False, True)
    assert "Page 3 of 3" in browser.open("/staff/sites?sites=999").text


def test_a_search_goes_through_all_sites_and_keeps_its_words(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, _site_ids = _coordinator(visitor, _ALL)
    text = _main(browser, "/staff/sites?site_name=HOUSE+117")
    assert ("House 117" in text, "House 001" in text, 'value="HOUSE 117"' in text) == (True, False, True)
    nothing = browser.open("/staff/sites?site_name=elsewhere").text
    assert "No site of yours has this name" in nothing
    assert "?site_name=house&amp;sites=2" in browser.open("/staff/sites?site_name=house").text
    hostile = _main(browser, "/staff/sites?_external=1&_scheme=javascript&endpoint=kiosk.front&sites=2")
    assert 'href="/staff/sites?_external=1' in hostile


def test_what_is_urgent_at_the_last_site_is_on_the_first_page(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, site_ids = _coordinator(visitor, _ALL)
    with db.writing(db.engine()) as session:
        for site_id in site_ids[60:]:
            change_site(session, site_id, {"helpline_tested": None})
    text = _main(browser, "/staff/sites")
    assert ("House 060" in text, "House 000" in text) == (True, False)
    assert "Something waits at 10 of them." in text


def test_the_sites_of_a_page_come_by_urgency_and_then_by_name(app: Flask) -> None:
    with db.writing(db.engine()) as session:
        site_ids = [make_site(session, f"house-{nth:03}").id for nth in range(SITES_SHOWN + 1)]
    with app.test_request_context("/staff/sites"), db.reading(db.engine()) as session:
        at = choose_sites(session, site_ids, {site_ids[7]: 1, site_ids[-1]: 2}, "sites.index")
        assert at.ids[:3] == [site_ids[-1], site_ids[7], site_ids[0]]
        assert at.waiting == 0


def test_numbers_in_names_count_as_numbers(app: Flask) -> None:
    names = [f"School {number}" for number in range(SITES_SHOWN)] + ["school", "School \u0967\u0968\u0969", "Annex 7b"]
    with db.writing(db.engine()) as session:
        ids = {make_site(session, f"school-{nth}", name=name).id: name for nth, name in enumerate(names)}
    with app.test_request_context("/staff/sites?site_name="), db.reading(db.engine()) as session:
        shown = [ids[site_id] for site_id in choose_sites(session, list(ids), most=60).ids]
    assert shown == ["Annex 7b", "school", *names[:SITES_SHOWN], names[-2]]


def test_to_do_shows_the_most_urgent_things_of_all_sites_first(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, site_ids = _coordinator(visitor, _ALL)
    with db.writing(db.engine()) as session:
        for site_id in site_ids:
            change_site(session, site_id, {"helpline_tested": None})
    text = browser.open("/staff/").text
    assert text.count("<tr data-step=") == SITES_TO_DO_SHOWN
    assert f"{_ALL - SITES_TO_DO_SHOWN} more sites follow." in text
    assert "House 117" in browser.open("/staff/?site_name=117").text


def test_other_sites_on_to_do_change_nothing_of_its_tasks_and_another_search_does(app: Flask) -> None:
    """Whoever read the second page of tasks and turned to the next sites stood before the first tasks again."""
    with db.writing(db.engine()) as session:
        site_ids = [make_site(session, f"house-{nth:03}").id for nth in range(_ALL)]
    address = f"/staff/?whose=all&site_name=house&page=4&{TASKS}=2"
    with app.test_request_context(address), db.reading(db.engine()) as session:
        at = choose_sites(session, site_ids, endpoint="dashboard.home")
        assert at.address(2, at.words) == f"/staff/?whose=all&{TASKS}=2&site_name=house&sites=2"
        assert at.address() == "/staff/?whose=all"
        assert at.kept == [("whose", "all")]


def test_the_side_column_names_three_sites_and_counts_the_others(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, _site_ids = _coordinator(visitor, 5)
    foot = browser.open("/staff/me").text.partition('class="foot"')[2].partition("</div>")[0]
    names = ", ".join(f"<bdi>House 00{number}</bdi>" for number in range(3))  # else a page in Arabic mixes them up
    assert f"{names}, and <bdi>2 more sites</bdi>" in foot

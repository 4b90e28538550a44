"""A form of somebody with many sites: she looks for them by name within it, and nothing that she typed is lost."""

import re
from collections.abc import Callable

import pytest

from tests.support.people import make_person, make_site, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.access.permissions import COORDINATOR
from youthvoice.sites.site_page import SITES_SHOWN
from youthvoice.sites.tablets.store import list_tablets

FIND = {"find_site": "1"}


class Desk:
    """A coordinator of some sites, and her browser."""

    def __init__(self, visitor: Callable[[], Visitor], number: int) -> None:
        with db.writing(db.engine()) as session:
            self.site_ids = [make_site(session, f"house-{nth:03}").id for nth in range(number)]
            self.other = make_site(session, "other-place").id
            person = make_person(session, COORDINATOR, *self.site_ids)
        self.browser = signed_in(visitor(), person)

    def open(self, page: str) -> str:
        """The page of a form."""
        return self.browser.open(page).text.partition("<main")[2]

    def send(self, page: str, values: dict[str, object], status: int = 200) -> str:
        """What a form answers."""
        return self.browser.send(page, values, status).text.partition("<main")[2]

    def tablets(self) -> list[tuple[int, str]]:
        """Site and name of each tablet."""
        with db.reading(db.engine()) as session:
            return [(tablet.site_id, tablet.name) for tablet in list_tablets(session, [*self.site_ids, self.other])]


@pytest.fixture
def desk(visitor: Callable[[], Visitor]) -> Desk:
    """A coordinator of many sites."""
    return Desk(visitor, SITES_SHOWN + 10)


def _is_chosen(text: str, site_id: int) -> bool:
    return f'checked id="site-0" name="site" type="radio" value="{site_id}"' in text


def test_of_few_sites_one_is_chosen_from_a_list(visitor: Callable[[], Visitor]) -> None:
    few = Desk(visitor, 3)
    text = few.open("/staff/tablets/new")
    assert ("find_site" in text, text.count("<option")) == (False, 3)


def test_of_many_sites_those_with_a_name_are_offered_and_what_was_typed_stays(desk: Desk) -> None:
    text = desk.open("/staff/tablets/new")
    assert ("House 0" in text, "You work at 60 sites" in text, "autofocus" in text) == (False, True, False)
    text = desk.send("/staff/tablets/new", {"name": "Common room", "find_name": "057", **FIND})
    assert ("House 057" in text, "House 056" in text, 'value="Common room"' in text) == (True, False, True)
    assert "There is a problem" not in text
    assert re.search(r'name="find_name"[^>]* autofocus', text), "a long form opens at what was found"
    text = desk.send("/staff/tablets/new", {"name": "", "find_name": "elsewhere", "site": desk.site_ids[57], **FIND})
    assert _is_chosen(text, desk.site_ids[57]), "what was chosen is offered, whatever she looks for"
    assert "No site of yours has this name" in text
    text = desk.send("/staff/tablets/new", {"name": "", "find_name": "house", **FIND})
    assert (text.count('type="radio"'), "The first 50 of 60 sites" in text) == (SITES_SHOWN, True)
    assert desk.tablets() == [], "who looks for a site keeps nothing yet"
    desk.send("/staff/tablets/new", {"name": "Common room", "find_name": "elsewhere", "site": desk.site_ids[57]})
    assert desk.tablets() == [(desk.site_ids[57], "Common room")]


def test_a_form_without_a_site_or_with_one_of_others_is_refused(desk: Desk) -> None:
    desk.open("/staff/tablets/new")
    assert "Choose a site." in desk.send("/staff/tablets/new", {"name": "Common room"}, 422)
    desk.send("/staff/tablets/new", {"name": "Common room", "site": desk.other}, 422)
    assert desk.tablets() == []


def test_an_address_that_names_a_site_chooses_it(desk: Desk) -> None:
    assert _is_chosen(desk.open(f"/staff/tablets/new?site={desk.site_ids[3]}"), desk.site_ids[3])


def test_several_sites_stay_chosen_over_several_searches(desk: Desk) -> None:
    name, first, second = "Meena Example", desk.site_ids[7], desk.site_ids[51]
    typed = {"name": name, "role": "facilitator", "sites": [first, second], "mail": "meena@example.org"}
    desk.open("/staff/people/new")
    text = desk.send("/staff/people/new", {**typed, "find_name": "house 030", **FIND})
    offered = [int(value) for value in re.findall(r'name="sites"[^>]*value="(\d+)"', text)]
    assert offered == [first, second, desk.site_ids[30]]
    assert text.count("checked") == 2
    assert f'value="{name}"' in text
    assert 'value="meena@example.org"' in text
    assert "/invited/" not in text


@pytest.mark.parametrize(
    "page", ["/staff/addresses/", "/staff/subscriptions/", "/staff/services/new", "/staff/sites/new"]
)
def test_each_form_of_one_site_looks_for_it_by_its_name(desk: Desk, page: str) -> None:
    assert 'type="radio"' not in desk.open(page)
    text = desk.send(page, {"find_name": "057", "lines": "family@example.org", **FIND})
    assert text.count('type="radio"') == 1
    assert "House 057" in text
    assert "There is a problem" not in text
    if page == "/staff/addresses/":
        assert "family@example.org" in text

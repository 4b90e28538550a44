"""A page of staff costs as much at sixty sites as at three: a national coordinator works at a thousand.

Each page shows fifty sites and a search (`sites.site_page`); a form offers those that were found (`sites.site_choice`).
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from flask import Flask

from tests.support.committees import make_committee
from tests.support.open_rounds import log
from tests.support.people import Somebody, make_person, make_site, signed_in
from tests.support.reviews import review_at
from tests.support.rounds import open_round
from tests.support.statements import counted_statements
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.access.permissions import ADVOCATE, COORDINATOR, FACILITATOR, PERMISSIONS
from youthvoice.knocks.rules import WeeklyHour
from youthvoice.knocks.store import ListeningTime, keep_listening_time
from youthvoice.sites.site_page import SITES_SHOWN
from youthvoice.sites.store import add_group
from youthvoice.sites.tablets.store import start_enrolment

FEW, MANY = 3, 60
ROLES = (COORDINATOR, ADVOCATE)

MOST_BYTES = 220_000
"""Of any page, at however many sites."""

_SITE = re.compile(r"Site \d+")


def _pages(app: Flask, role: str) -> Iterator[str]:
    """The addresses below `/staff` that somebody may open and that name nothing."""
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", "")
        is_page = rule.rule.startswith("/staff") and "GET" in (rule.methods or ()) and not rule.arguments
        if is_page and role in PERMISSIONS.get(permission, ()):
            yield rule.rule


def _country(numbers: range) -> list[int]:
    """Sites with their own people, a tablet, an open round, a club, a review and an adult who listens."""
    site_ids = []
    for number in numbers:
        with db.writing(db.engine()) as session:
            site_id = make_site(session, f"site-{number}").id
            coordinator, advocate, facilitator = (
                make_person(session, role, site_id, handle=f"{role}-{number}")
                for role in (COORDINATOR, ADVOCATE, FACILITATOR)
            )
            reviewer = make_person(session, "reviewer", site_id, handle=f"reviewer-{number}")
            add_group(session, site_id, "Upper class")
            start_enrolment(session, site_id, "Tablet 1")
            keep_listening_time(session, ListeningTime(site_id, advocate.id, "bench", (WeeklyHour(1, 16),)), log())
        open_round([site_id], coordinator.id)
        make_committee(site_id, facilitator)
        review_at(site_id, advocate, reviewer)
        site_ids.append(site_id)
    return site_ids


class Cost(NamedTuple):
    """What a page costs.

    Attributes:
        statements: to the database.
        sites: how many different ones it names.
        bytes: how long it is.
    """

    statements: int
    sites: int
    bytes: int


def _costs(visitor: Callable[[], Visitor], person: Somebody) -> dict[str, Cost]:
    """What each page of a person costs."""
    browser, costs = signed_in(visitor(), person), {}
    for page in _pages(browser.app, person.role):
        with counted_statements(db.engine()) as statements:
            answer = browser.ask("GET", page)
        if answer.status_code == 200:  # else nothing is there for her, or she is led elsewhere
            sites = set(_SITE.findall(answer.text)) if answer.mimetype == "text/html" else set()
            costs[page] = Cost(len(statements), len(sites), len(answer.data))
    return costs


def _everywhere(role: str, site_ids: list[int]) -> Somebody:
    with db.writing(db.engine()) as session:
        return make_person(session, role, *site_ids, handle=f"{role}-at-{len(site_ids)}")


def test_no_page_of_staff_grows_with_the_sites_of_its_reader(app: Flask, visitor: Callable[[], Visitor]) -> None:
    site_ids = _country(range(FEW))
    people = [_everywhere(role, site_ids) for role in ROLES]
    for person in people:
        _costs(visitor, person)  # what is read once in the life of a process
    few = [_costs(visitor, person) for person in people]
    site_ids += _country(range(FEW, MANY))
    many = [_costs(visitor, _everywhere(role, site_ids)) for role in ROLES]
    growth: dict[str, int] = {}
    for before, after in zip(few, many, strict=True):
        for page, cost in before.items():
            each = round((after[page].statements - cost.statements) / (MANY - FEW))  # every site has the same
            growth[page] = max(each, growth.get(page, 0))
    assert len(growth) > 40
    assert {page: each for page, each in growth.items() if each} == {}, "ask once for all sites"
    costs = [(page, cost) for after in many for page, cost in after.items()]
    assert {page for page, cost in costs if cost.sites > SITES_SHOWN} == set(), "show fifty: `sites.site_page`"
    assert {page: cost.bytes for page, cost in costs if cost.bytes > MOST_BYTES} == {}

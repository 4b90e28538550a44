"""A page of staff costs as much at sixty sites as at three: a national coordinator works at a thousand.

Each page shows fifty sites and a search (`sites.site_page`); a form offers those that were found (`sites.site_choice`).
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.support.committees import make_committee
from tests.support.open_rounds import log
from tests.support.people import Somebody, make_person, make_site, signed_in
from tests.support.reports import tell
from tests.support.reviews import review_at
from tests.support.rounds import open_round
from tests.support.statements import counted_statements
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.access.permissions import (
    ADVOCATE,
    COORDINATOR,
    FACILITATOR,
    OUTSIDE_RECIPIENT,
    PERMISSIONS,
    SAFEGUARDING_LEAD,
)
from youthvoice.accountability.store import create_answer_due
from youthvoice.committees.meetings.store import plan_meeting
from youthvoice.knocks.rules import WeeklyHour
from youthvoice.knocks.store import ListeningTime, keep_listening_time
from youthvoice.sites.models import TabletRow
from youthvoice.sites.site_page import SITES_SHOWN
from youthvoice.sites.store import add_group
from youthvoice.sites.tablets.store import start_enrolment

FEW, MANY = 3, 60
ROLES = (COORDINATOR, ADVOCATE, FACILITATOR, SAFEGUARDING_LEAD, OUTSIDE_RECIPIENT, "reviewer")

MOST_BYTES = 220_000
"""Of any page, at however many sites."""

LISTS = {"/staff/answers/": 2}
"""Pages with several lists, each of fifty lines at most."""

_SITE = re.compile(r"Site \d+")


def _pages(app: Flask, role: str) -> Iterator[str]:
    """The addresses below `/staff` that somebody may open and that name nothing."""
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", "")
        is_page = rule.rule.startswith("/staff") and "GET" in (rule.methods or ()) and not rule.arguments
        if is_page and role in PERMISSIONS.get(permission, ()):
            yield rule.rule


def _country(numbers: range) -> list[int]:
    """Sites with their own people, a tablet, an open round, a club, a review and an adult who listens.

    At each something waits: a meeting that nobody held, a late answer, a report, and an envelope on the tablet.
    """
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
            _hold_up(session, site_id)
            due = context.today() - timedelta(days=3)
            about = {"en": "A lamp for the stairs"}
            create_answer_due(
                session, site_id=site_id, kind="item", subject="1" * 32, about=about, due=due, owner_id=facilitator.id
            )
            keep_listening_time(session, ListeningTime(site_id, advocate.id, "bench", (WeeklyHour(1, 16),)), log())
        open_round([site_id], coordinator.id)
        committee = make_committee(site_id, facilitator)
        with db.writing(db.engine()) as session:
            plan_meeting(session, committee.id, context.now() - timedelta(days=3), context.now())
        tell(site_id, [advocate])
        review_at(site_id, advocate, reviewer)
        site_ids.append(site_id)
    return site_ids


def _hold_up(session: Session, site_id: int) -> None:
    """A tablet that said two days ago that something has waited on it for a month."""
    start_enrolment(session, site_id, "Tablet 1")
    said = context.now() - timedelta(days=2)
    status = {"waiting": True, "since": "2026-10-20", "room": True, "clock": 0, "seen_on": said.date().isoformat()}
    tablet = update(TabletRow).where(TabletRow.site_id == site_id)
    session.execute(tablet.values(status=status, status_at=said, shown=status))


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
    shown = {page: LISTS.get(page, 1) * SITES_SHOWN for page, _cost in costs}
    assert {page for page, cost in costs if cost.sites > shown[page]} == set(), "show fifty: `sites.site_page`"
    assert {page: cost.bytes for page, cost in costs if cost.bytes > MOST_BYTES} == {}

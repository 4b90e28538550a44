"""What a job asks the database for each site of a day: at a country's midnight it is asked a thousand times."""

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.open_rounds import log
from tests.support.people import make_person, make_site
from tests.support.statements import counted_statements
from youthvoice import db
from youthvoice.access.permissions import ADVOCATE, COORDINATOR
from youthvoice.accounts.people.store import set_address
from youthvoice.committees.models import SupportCountRow
from youthvoice.jobs.daily import do_once
from youthvoice.knocks.rules import WeeklyHour
from youthvoice.knocks.store import ListeningTime, keep_listening_time
from youthvoice.schedule import JOBS

FEW, MANY = 3, 30

A_SITE = {"daily": 4, "knocks": 1, "taps": 0.8, "support": 0.3, "care quarters": 0.0}
"""Statements that a site costs a job each day, at most. Its advocate's mail is three, and an adult listens; what is
looked for at all sites together costs none."""


def country(numbers: range) -> list[int]:
    """Sites with their own people, who get mail, and an adult who listens."""
    site_ids = []
    with db.writing(db.engine()) as session:
        for number in numbers:
            site_id = make_site(session, f"site-{number}").id
            for role in (COORDINATOR, ADVOCATE):
                person = make_person(session, role, site_id, handle=f"{role}-{number}")
                set_address(session, person.id, f"{person.handle}@example.org")
            keep_listening_time(session, ListeningTime(site_id, person.id, "bench", (WeeklyHour(1, 16),)), log())
            site_ids.append(site_id)
    return site_ids


def a_day(clock: StillClock) -> dict[str, int]:
    """How much each job asks on a day of the next week, after all daily hours."""
    clock.move(days=7)
    asked = {}
    for job in JOBS:
        if job.name in A_SITE:
            with counted_statements(db.engine()) as statements:
                while job.do():
                    pass
            asked[job.name] = len(statements)
    return asked


def test_a_site_costs_a_daily_job_few_statements(app: Flask, clock: StillClock) -> None:
    clock.move(hours=8)
    site_ids = country(range(FEW))
    a_day(clock)  # what is read once in the life of a process
    few = a_day(clock)
    site_ids += country(range(FEW, MANY))
    with db.writing(db.engine()) as session:
        make_person(session, ADVOCATE, *site_ids, handle="national")
    a_day(clock)
    many = a_day(clock)
    growth = {name: (many[name] - few[name]) / (MANY - FEW) for name in A_SITE}
    assert all(many.values()), "they ran"
    assert {name: each for name, each in growth.items() if each > A_SITE[name]} == {}


def test_one_site_that_fails_keeps_none_of_the_others(app: Flask) -> None:
    site_ids, done = country(range(4)), list[int]()

    def do(_session: object, together: list[int], _week: str) -> None:
        if site_ids[1] in together:
            raise ArithmeticError
        done.extend(together)

    for _run in range(40):  # each runs those that come before it by chance
        with pytest.raises(ArithmeticError):
            do_once(SupportCountRow.week, dict.fromkeys(site_ids, "2026-W48"), do)  # type: ignore[arg-type]
    assert sorted(done) == [site_ids[0], *site_ids[2:]]

"""A page is made from what was frozen: a million answers cost what a thousand do."""

import time
from collections.abc import Callable
from statistics import median

import pytest
from flask import Flask

from tests.support.publications import House, counts_of, link_to, make_house, starter
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.publications.guardians.store import add_address
from youthvoice.publications.review import drafting
from youthvoice.publications.store import find_edition


@pytest.fixture
def home(app: Flask) -> House:
    return make_house()


def milliseconds(home: House, name: str, n: int, browser: Visitor) -> float:
    questionnaire = starter(name)
    home.counted(name, n, counts_of(questionnaire, n))
    slug = home.edition().first.slug
    with db.writing(db.engine()) as session:
        edition = find_edition(session, slug, [home.site_id])
        assert edition
        day = context.today()
        log = Log(day, "advocate")
        drafting.approve_edition(session, edition, home.people["advocate"].id, day, log)
        coordinator = home.people["coordinator"].id
        add_address(session, home.site_id, f"{n}@example.org", "en", coordinator)
    page = f"/views/{link_to(slug)}"
    browser.open(page)
    taken = []
    for _again in range(7):
        begin = time.perf_counter()
        browser.open(page)
        taken.append(1000 * (time.perf_counter() - begin))
    return median(taken)


def test_a_million_answers_open_like_a_thousand(home: House, visitor: Callable[[], Visitor]) -> None:
    thousand = milliseconds(home, "daily-life-10-12", 1_000, visitor())
    million = milliseconds(home, "daily-life-7-9", 1_000_000, visitor())
    assert million < 5 * thousand + 20

"""A page is made from what was frozen: a million answers cost what a thousand do."""

import time
from collections.abc import Callable
from statistics import median

import pytest
from flask import Flask

from tests.pages import Visitor
from tests.publications.scene import House, counts_of, link_to, make_house, starter
from youthvoice import context as running
from youthvoice import db
from youthvoice.audit.log import Log
from youthvoice.publications import store
from youthvoice.publications.guardians import store as addresses
from youthvoice.publications.review import approval as approving


@pytest.fixture
def home(app: Flask) -> House:
    return make_house()


def milliseconds(home: House, name: str, n: int, browser: Visitor) -> float:
    questionnaire = starter(name)
    home.counted(name, n, counts_of(questionnaire, n))
    slug = home.edition().first.slug
    with db.writing(db.engine()) as session:
        edition = store.find(session, running.keyring(), slug, [home.site_id])
        assert edition
        day = running.today()
        log = Log(running.keyring().key("audit"), day, "advocate")
        approving.approve(session, edition, home.people["advocate"].id, day, log)
        coordinator = home.people["coordinator"].id
        addresses.add(session, running.keyring(), home.site_id, f"{n}@example.org", "en", coordinator)
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

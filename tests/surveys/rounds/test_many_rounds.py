"""Ten years of rounds: the list shows the newest of each site, and the others on further pages."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.people import make_person, make_site, signed_in
from tests.support.publications import House, make_house, starter
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.surveys.models import BatchRow, RoundRow, RoundSiteRow

ROUNDS = 60


@pytest.fixture
def home(app: Flask) -> House:
    return make_house()


def add_rounds(home: House, *site_ids: int) -> str:
    """So many rounds at each site, as the one that is there and stays open; gives its slug."""
    (first,) = home.open(starter("daily-life-10-12"))
    with db.writing(db.engine()) as session:
        row, batch_row = session.get_one(RoundRow, first.id), session.get_one(BatchRow, first.id)
        columns = set(RoundRow.__table__.columns.keys()) - {"id", "slug", "batch_id"}
        values = {name: getattr(row, name) for name in columns}
        for site_id in site_ids:
            for nth in range(ROUNDS - (site_id == home.site_id)):
                batch = BatchRow(answers_key=batch_row.answers_key, closed_on=context.today(), outcome="too_few")
                session.add(batch)
                session.flush()
                later = RoundRow(slug=f"round-{site_id}-{nth}", batch_id=batch.id, **values)
                session.add(later)
                session.flush()
                session.add(RoundSiteRow(round_id=later.id, site_id=site_id, first=True))
    return first.slug


def slugs_on(page: str) -> int:
    return page.count('href="/staff/rounds/round-')


def test_of_one_site_fifty_rounds_are_shown_at_a_time(home: House, visitor: Callable[[], Visitor]) -> None:
    open_slug = add_rounds(home, home.site_id)
    browser = signed_in(visitor(), home.people["coordinator"])
    pages = [browser.open(f"/staff/rounds/?at-{home.site_id}={page}").text for page in (1, 2)]
    assert [slugs_on(page) for page in pages] == [50 - 1, ROUNDS - 50]
    assert [f"/staff/rounds/{open_slug}" in page for page in pages] == [True, False], "it began before all others"
    assert f"{ROUNDS} rounds at" in pages[0]
    assert f"/staff/rounds/?at-{home.site_id}=2#site-{home.site_id}" in pages[0]


def test_of_several_sites_the_twelve_newest_of_each_are_shown(home: House, visitor: Callable[[], Visitor]) -> None:
    with db.writing(db.engine()) as session:
        other = make_site(session, "other-school").id
        coordinator = make_person(session, "coordinator", home.site_id, other, handle="of-two")
    open_slug = add_rounds(home, home.site_id, other)
    browser = signed_in(visitor(), coordinator)
    page = browser.open("/staff/rounds/").text
    assert slugs_on(page) == 24 - 1
    assert f"/staff/rounds/{open_slug}" in page
    assert f"round-{other}-{ROUNDS - 1}" in page
    assert f"round-{other}-{ROUNDS - 13}" not in page
    assert f"round-{other}-{ROUNDS - 13}" in browser.open(f"/staff/rounds/?at-{other}=2").text

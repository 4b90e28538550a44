"""Ten years of views: a list shows fifty, and opens no other; a letter opens those that it could contain."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from tests.conftest import StillClock
from tests.support.people import make_person, make_site, signed_in
from tests.support.publications import House, make_house
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability.models import AnswerDueRow
from youthvoice.publications import store
from youthvoice.publications.encryption import Publication, open_publication
from youthvoice.publications.models import PublicationRow
from youthvoice.publications.review import drafting

VIEWS = 60


@pytest.fixture
def home(app: Flask) -> House:
    return make_house()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The views that were decrypted."""
    views: list[int] = []

    def noted(row: PublicationRow) -> Publication:
        views.append(row.id)
        return open_publication(row)

    monkeypatch.setattr(store, "open_publication", noted)
    return views


def add_views(home: House, state: str) -> None:
    """So many versions of one view, in place of as many rounds."""
    home.counted()
    edition = home.edition()
    views = {audience: row.frozen for audience, row in edition.rows.items()}
    with db.writing(db.engine()) as session:
        for version in range(2, VIEWS + 1):
            store.add_edition(
                session,
                round_id=edition.first.round_id,
                site_ids=[home.site_id],
                views=views,
                room=60_000,
                day=context.today(),
                version=version,
            )
        session.execute(update(PublicationRow).values(state=state, approved_on=context.today()))


@pytest.mark.parametrize(
    ("who", "path", "state", "parameter"),
    [
        ("advocate", "/staff/publications/", "waiting", "waiting"),
        ("advocate", "/staff/publications/", "sent_back", "sent_back"),
        ("coordinator", "/staff/publications/", "approved", "to_send"),
        ("coordinator", "/staff/publications/", "sent", "sent"),
        ("reviewer", "/staff/publications/review", "sent", "page"),
    ],
)
def test_fifty_views_are_shown_and_no_other_is_decrypted(  # noqa: PLR0917 - the fixtures beside the cases
    home: House, visitor: Callable[[], Visitor], opened: list[int], who: str, path: str, state: str, parameter: str
) -> None:
    add_views(home, state)
    browser, texts, numbers = signed_in(visitor(), home.people[who]), [], []
    for page in (1, 2):
        opened.clear()
        texts.append(browser.open(f"{path}?{parameter}={page}").text)
        numbers.append(len(opened))
    assert numbers == [50, VIEWS - 50]
    assert f"{VIEWS} " in texts[0]
    assert f"{path}?{parameter}=2" in texts[0]
    assert f"{path}?{parameter}=1" in texts[1]


def test_of_many_sites_those_come_first_where_a_view_waits(home: House, visitor: Callable[[], Visitor]) -> None:
    home.counted()
    home.edition()
    with db.writing(db.engine()) as session:
        schools = [make_site(session, f"a-school-{nth:02}").id for nth in range(60)]
        advocate = make_person(session, "advocate", home.site_id, *schools, handle="national")
    page = signed_in(visitor(), advocate).open("/staff/publications/").text
    assert "Waits for your approval" in page
    assert "Find a site by its name" in page
    assert "11 more sites follow." in page
    assert "Something waits at" not in page


def test_a_letter_opens_what_was_approved_or_answered_since_the_last_one(
    home: House, clock: StillClock, opened: list[int]
) -> None:
    first, second = home.counted(), home.counted("needs-check")
    drafting.draft_due()
    long_ago = context.today() - timedelta(days=300)
    with db.writing(db.engine()) as session:
        session.execute(update(PublicationRow).values(state="approved", approved_on=long_ago))
    clock.move(days=10)
    monday = context.today() - timedelta(days=7)

    def rounds_read(since: date) -> list[int]:
        opened.clear()
        with db.writing(db.engine()) as session:
            views = [view.round_id for view, _site_row in store.list_views_at(session, home.site_id, since)]
        assert len(opened) == len(views)
        return views

    assert rounds_read(monday) == []
    assert rounds_read(long_ago) == [first.id, second.id]
    with db.writing(db.engine()) as session:
        answered = update(AnswerDueRow).where(AnswerDueRow.subject == second.slug, AnswerDueRow.kind == "round")
        session.execute(answered.values(settled_on=monday))
    assert rounds_read(monday) == [second.id]
    assert rounds_read(monday + timedelta(days=1)) == []

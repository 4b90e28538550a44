"""S6, A12: whose voice is missing, in bands of what was invited, with nothing of a child."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from tests.conftest import StillClock
from tests.support.people import signed_in
from tests.support.publications import House, make_house, starter
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.privacy.disclosure.safe_table import protect
from youthvoice.publications.review import drafting, voices
from youthvoice.publications.store import list_waiting_editions
from youthvoice.sites.models import SiteRow
from youthvoice.sites.store import add_group, get_site
from youthvoice.surveys.models import RoundRow


@pytest.fixture
def home(app: Flask) -> House:
    """A house with two groups, on a day on which the rounds of a year still end in it."""
    made = make_house()
    with db.writing(db.engine()) as session:
        for name in ("Class VII", "Dormitory B"):
            add_group(session, made.site_id, name)
    return made


def hear(home: House, name: str, n: int, invited: int, group: str = "", *, approve: bool = True) -> None:
    (facts,) = home.open(starter(name), group_name=group)
    with db.writing(db.engine()) as session:
        session.execute(update(RoundRow).where(RoundRow.id == facts.id).values(invited=invited))
    home.count(facts, n)
    drafting.draft_due()
    with db.writing(db.engine()) as session:
        (edition,) = list_waiting_editions(session, [home.site_id])
        log = Log(context.today(), "advocate")
        if approve:
            drafting.approve_edition(session, edition, home.people["advocate"].id, context.today(), log)


def told(home: House, app: Flask, year: int = 2026) -> voices.RenderedVoices:
    with db.reading(db.engine()) as session, app.test_request_context():
        return voices.render_voices(session, get_site(session, home.site_id), year)


def test_of_a_group_that_was_asked_a_band_is_told_and_the_other_one_is_missed(home: House, app: Flask) -> None:
    hear(home, "daily-life-10-12", 24, 30, "Class VII")
    found = told(home, app)
    low, high = protect({"answered": 24, "silent": 6}).band("answered")
    numbers = f"{low} to {high} of 30 invited answered"
    assert found.bars == (("Example House · Class VII", "most", numbers, low, high, 30),)
    assert found.missing == (
        "Dormitory B: not asked, or fewer than ten answered.",
        "Children who came or left: not asked, or fewer than ten answered.",
        "Which children did not answer, nobody knows: answers bear no name.",
    )


def test_where_the_whole_site_was_heard_no_group_is_missed(home: House, app: Flask) -> None:
    hear(home, "daily-life-10-12", 24, 30)
    assert not any("Dormitory" in sentence for sentence in told(home, app).missing)


def test_rounds_of_a_year_are_told_together_by_their_bands(home: House, app: Flask) -> None:
    hear(home, "daily-life-10-12", 24, 30)
    hear(home, "needs-check", 20, 40)
    bands = [protect([answered, silent]).bands[0] for answered, silent in ((24, 6), (20, 20))]
    ((_name, words, _numbers, low, high, n),) = told(home, app).bars
    assert (words, low, high, n) == ("", sum(one.low for one in bands), sum(one.high for one in bands), 70)


def test_of_waves_that_cards_link_it_says_that_the_band_is_of_who_answered_both(home: House, app: Flask) -> None:
    hear(home, "rights", 24, 30)
    with db.writing(db.engine()) as session:
        session.execute(update(RoundRow).values(link="card"))
    hear(home, "daily-life-10-12", 24, 30)
    assert [bar[0] for bar in told(home, app).bars] == [
        "Example House, before and after: both times", "Example House",
    ]  # fmt: skip


@pytest.mark.parametrize("answered", [14, 26])
def test_answers_of_one_band_are_told_alike(home: House, app: Flask, answered: int) -> None:
    hear(home, "daily-life-10-12", answered, 40)
    assert told(home, app).bars[0][1:] == ("about half", "14 to 26 of 40 invited answered", 14, 26, 40)


def test_a_category_of_fewer_than_ten_invited_is_not_told(home: House, app: Flask) -> None:
    hear(home, "daily-life-10-12", 10, 9)
    assert told(home, app).bars == ()


def test_a_language_of_the_site_without_the_questions_is_said(home: House, app: Flask) -> None:
    with db.writing(db.engine()) as session:
        session.execute(update(SiteRow).values(languages=["en", "hi", "ar", "bn"]))
    hear(home, "daily-life-10-12", 24, 30)
    assert any("Some questions were not there in: বাংলা." in one for one in told(home, app).missing)


def test_a_year_without_a_view_says_so_and_an_unapproved_view_changes_nothing(
    home: House, app: Flask, clock: StillClock
) -> None:
    nobody = ("Nobody was heard in a round of this year.",)
    assert (told(home, app).bars, told(home, app).missing) == ((), nobody)
    hear(home, "daily-life-10-12", 24, 30, approve=False)
    assert (told(home, app).bars, told(home, app).missing) == ((), nobody)


def test_reviewers_and_advocates_read_it_and_nobody_else(home: House, visitor: Callable[[], Visitor]) -> None:
    hear(home, "daily-life-10-12", 24, 30)
    slug = home.edition().first.slug
    for role in ("advocate", "reviewer"):
        browser = signed_in(visitor(), home.people[role])
        for address in ("/staff/publications/voices", f"/staff/publications/{slug}/review"):
            assert "19 to 30 of 30 invited answered" in browser.open(address).text
        assert "/staff/publications/voices" in browser.open("/staff/publications/review").text
    for role in ("coordinator", "facilitator", "safeguarding_lead", "outside_recipient"):
        signed_in(visitor(), home.people[role]).open("/staff/publications/voices", 403)
    advocate = signed_in(visitor(), home.people["advocate"])
    assert "invited answered" not in advocate.open(f"/staff/publications/{slug}").text

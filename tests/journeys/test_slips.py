"""A child with a slip: she answers a round that asks for one, and votes in secret. Duties: PRIVACY.md A1, A11."""

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select, update

from tests.journeys.support import browsers
from tests.journeys.support.navigators import ChildTablet
from tests.journeys.support.sites import Place, log_of
from tests.journeys.test_every_page import faults
from tests.support.long_tests import breadth
from youthvoice import context, db
from youthvoice.committees.elections import ballot_box
from youthvoice.committees.elections.rules import Candidate, Election, ElectionOpening
from youthvoice.committees.elections.store import add_election, find_election
from youthvoice.committees.models import BallotRow
from youthvoice.committees.representatives.rules import CANDIDATE_PICTURES
from youthvoice.committees.store import add_committee
from youthvoice.slips.store import Picks, deal_slips, slip_screens
from youthvoice.surveys.models import RoundRow
from youthvoice.surveys.responses.store import deal_round_slips

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
LANGUAGES = ["en", "hi", "ar"]
SIZES = [browsers.PHONE, browsers.TABLET]


def picks_of(dealt: list[tuple[object, ...]]) -> list[Picks]:
    return [tuple(screen.index(one) for screen, one in zip(slip_screens(len(of)), of, strict=True)) for of in dealt]


def deal(place: Place, number: int) -> list[Picks]:
    """The round of the place asks for slips from now on; these are dealt."""
    assert place.round
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        session.execute(update(RoundRow).where(RoundRow.id == place.round.id).values(slips=True))
        return picks_of(deal_round_slips(session, place.round, place.site_id, number))  # type: ignore[arg-type]


def open_vote(place: Place, number: int) -> tuple[Election, list[Picks]]:
    """A vote for the speaker of a dormitory, and its slips."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        values = {
            "preset": "dormitory", "name": "Dormitory 2", "facilitator_id": place.people["lata"].id, "place": "",
            "first_at": context.now(), "rhythm_days": 7, "quorum": 3, "term_days": 91, "check_days": 2,
            "opened_on": context.today(),
        }  # fmt: skip
        committee = add_committee(session, place.site_id, values)
        standing = tuple(
            Candidate(name, one.code) for name, one in zip(("Mina", "Bablu", "Tara"), CANDIDATE_PICTURES, strict=False)
        )
        opening = ElectionOpening(
            post="speaker", way="slips", tie="lot", standing=standing, voters=20,
            ends_at=context.now() + timedelta(hours=8),
        )  # fmt: skip
        log = log_of("lata")
        slug = add_election(session, committee.id, opening, place.people["lata"].id, log)
        election = find_election(session, slug)
        assert election
        return election, picks_of(deal_slips(session, election.slips, number, most=election.body.voters))  # type: ignore[arg-type]


def wrong(dealt: list[Picks]) -> Picks:
    return next(one for one in ((*dealt[0][:-1], nth) for nth in range(9)) if one not in dealt)


def puts_in(tablet: ChildTablet, slip: Picks) -> None:
    """Tap the pictures, one a screen."""
    for pick in slip:
        tablet.screen.locator(".tile").nth(pick).click()
        tablet.goes_on()


def test_a_wrong_slip_is_put_right_and_her_answers_are_still_there(tablet: ChildTablet, place: Place) -> None:
    dealt = deal(place, 2)
    tablet.begins()
    assert tablet.question == "slip/1"
    tablet.goes_on()
    expect(tablet.screen.locator("[data-why]")).to_have_text("Tap one picture first.")
    puts_in(tablet, wrong(dealt))
    first = tablet.question
    tablet.screen.locator("label.tile").first.click()
    tablet.goes_on()
    tablet.skips_the_rest()
    tablet.sends()
    expect(tablet.screen.locator("[data-why]")).to_contain_text("This slip was used already")
    assert tablet.question == "slip/1"
    puts_in(tablet, dealt[0])
    expect(tablet.page.locator("[data-end]")).to_be_visible()
    assert any(value for value in tablet.chosen())
    assert first
    tablet.sends()
    expect(tablet.page).to_have_url(f"{place.url}{place.survey}/thanks")
    assert place.sheets() == 1


def test_without_javascript_a_slip_counts_too(tablets: Tablets, place: Place) -> None:
    (slip,) = deal(place, 1)
    tablet = tablets(place, java_script_enabled=False)
    tablet.opens(place.survey)
    for nth, pick in enumerate(slip, 1):
        tablet.page.locator(f"[data-question='slip/{nth}'] .tile").nth(pick).click()
    tablet.sends()
    expect(tablet.page).to_have_url(f"{place.url}{place.survey}/thanks")
    assert place.sheets() == 1


@pytest.mark.parametrize(("language", "size"), breadth([("hi", SIZES[1])], [("en", SIZES[0]), ("ar", SIZES[0])]))
def test_the_screens_of_a_slip_fit_without_scrolling_and_are_accessible(
    tablets: Tablets, place: Place, language: str, size: tuple[int, int]
) -> None:
    (slip,) = deal(place, 1)
    election, voting = open_vote(place, 1)
    tablet = tablets(place, viewport={"width": size[0], "height": size[1]})
    tablet.page.context.add_cookies([{"name": "language", "value": language, "url": place.url}])
    found: list[str] = []
    tablet.opens(place.survey)
    tablet.agrees()
    for nth, pick in enumerate(slip):
        assert tablet.scrolls_by() <= 0, f"survey {nth}"
        found += faults(tablet.page, child=True) if nth == 0 else []
        tablet.screen.locator(".tile").nth(pick).click()
        tablet.goes_on()
    tablet.opens(f"/vote/{election.slug}")
    for nth, pick in enumerate(voting[0]):
        assert tablet.scrolls_by() <= 0, f"vote {nth}"
        found += faults(tablet.page, child=True) if nth == 0 else []
        tablet.screen.locator(".tile").nth(pick).click()
        tablet.goes_on()
    found += faults(tablet.page, child=True)
    for path in ("/open", "/", f"/vote/{election.slug}/thanks"):
        tablet.opens(path)
        found += faults(tablet.page, child=True)
    assert not found, "\n".join(found)


def test_a_child_votes_once_and_reads_who_won(tablets: Tablets, place: Place) -> None:
    election, dealt = open_vote(place, 7)
    tablet = tablets(place)
    tablet.opens("/language")
    tablet.chooses_language("English")
    tablet.page.get_by_role("link", name="Answer").click()
    tablet.page.get_by_role("link", name="Vote: Speaker").click()
    puts_in(tablet, wrong(dealt))
    tablet.screen.locator(".tile").filter(has_text="Bablu").click()
    tablet.goes_on()
    expect(tablet.screen.locator("[data-why]")).to_contain_text("This slip was used already")
    for _ in dealt[0]:
        tablet.screen.locator("[data-go=back]").click()
    puts_in(tablet, dealt[0])
    expect(tablet.screen.locator("input:checked")).to_have_value("1")
    tablet.goes_on()
    expect(tablet.page).to_have_url(f"{place.url}/vote/{election.slug}/thanks")
    with place.house.app.app_context():
        with db.reading(db.engine()) as session:
            assert session.scalar(select(func.count()).where(BallotRow.election_id == election.id)) == 1
        with db.writing(db.engine()) as session:
            for slip in dealt[1:6]:
                ballot_box.cast(session, election, secrets.token_bytes(16), 1, slip, context.now())
            ballot_box.close(session, election.id, context.now(), log_of("lata"))
    tablet.opens("/open")
    tablet.page.get_by_role("link", name="Who was chosen: Speaker").click()
    expect(tablet.page.locator("h1")).to_contain_text("Bablu is Speaker now.")
    assert not faults(tablet.page, child=True)

"""Class VII before a session about rights and after it, linked by cards: from the deck to a guardian's sheet in Hindi.

Duties: PRIVACY.md A1, A5, A13 and T8.
"""

import secrets
import unicodedata
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, log_of, settle
from tests.journeys.test_every_page import faults
from tests.support import papers
from tests.support.long_tests import long_test
from tests.support.publications import link_to
from youthvoice import context, db
from youthvoice.printing.job import print_due
from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.publications.guardians.store import add_address
from youthvoice.slips.store import Picks
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.surveys.models import RoundRow
from youthvoice.surveys.questionnaires.answer_encoding import encode_answers
from youthvoice.surveys.questionnaires.store import add_questionnaire, approve_questionnaire, load_starter
from youthvoice.surveys.responses.store import card_suffix, present_card, seal_response, store_response_with_slip
from youthvoice.surveys.rounds.entities import Round, Span
from youthvoice.surveys.rounds.opening import open_rounds
from youthvoice.surveys.rounds.rules import RoundOpening
from youthvoice.surveys.rounds.store import questionnaire_of_round

pytestmark = pytest.mark.journey
_SAID = ".first, .finding .statement, .finding h2:not(.topic), .change"
"""The sentences of a view; a question above its sentence only leads to it."""
Tablets = Callable[..., ChildTablet]
Desks = Callable[..., StaffDesk]
CHILDREN = 24


@pytest.fixture
def school(house: House) -> Place:
    return settle(house, survey=None)


def opens_the_pair(school: Place) -> list[Round]:
    """Two waves about rights, for one class, linked by cards."""
    asha, tomas, lata = (school.people[name] for name in ("asha", "tomas", "lata"))
    with school.house.app.app_context(), db.writing(db.engine()) as session:
        now, today = context.now(), context.today("Asia/Kolkata")
        questionnaire_row = add_questionnaire(
            session, load_starter("rights"), tomas.handle, today, log_of(tomas.handle)
        )
        approve_questionnaire(session, questionnaire_row, asha.id, today, log_of(asha.handle))
        week = today + timedelta(days=7)
        days = (("pre", today, today + timedelta(days=1)), ("post", week, week + timedelta(days=1)))
        opening = RoundOpening(
            questionnaire_id=questionnaire_row.id,
            purpose="awareness",
            link="card",
            spans=tuple(Span.of_days(wave, first, last, "Asia/Kolkata", now) for wave, first, last in days),
            site_ids=(school.site_id,),
            time_zone="Asia/Kolkata",
            invited=CHILDREN + 2,
            permission="Example permission, on file",
            decider_id=lata.id,
            answer_due=today + timedelta(days=40),
            opened_by=tomas.id,
            seconded_by=asha.id,
            group_name="Class VII",
        )
        return open_rounds(session, opening, log_of(tomas.handle))


def deals_the_cards(lata: StaffDesk, before: Round) -> list[Picks]:
    """The facilitator deals a deck; both halves of a card are alike."""
    lata.opens(f"/staff/rounds/{before.slug}/sitting")
    lata.presses("Print the cards")
    lata.fills(number=str(CHILDREN))
    lata.continues()
    lata.reads("Print this page now.")
    halves = _halves(lata)
    assert halves[0::2] == halves[1::2]
    assert len(set(halves)) == CHILDREN
    return halves[0::2]


def _halves(lata: StaffDesk) -> list[Picks]:
    shown = lata.page.locator(".half").evaluate_all(
        "all => all.map(half => [...half.querySelectorAll('.picture use')]"
        ".map(one => one.getAttribute('href').split('#p-')[1]))"
    )
    codes = [[one.code for one in screen] for screen in SCREENS]
    return [tuple(screen.index(code) for screen, code in zip(codes, half, strict=False)) for half in shown]


def puts_in(tablet: ChildTablet, card: Picks) -> None:
    for pick in card:
        tablet.screen.locator(".nine .tile").nth(pick).click()
        tablet.goes_on()


def others_answer(school: Place, round_: Round, cards: list[Picks], answer: str) -> None:
    """Children of the class at other tablets."""
    with school.house.app.app_context():
        with db.reading(db.engine()) as session:
            questionnaire = questionnaire_of_round(session, round_)
        for card in cards:
            slip = present_card(round_, school.site_id, card)
            coded = encode_answers(questionnaire, {"every_child": answer}) + card_suffix(round_, school.site_id, slip)
            made = seal_response(round_, secrets.token_bytes(16), coded, day=context.today())
            with db.writing(db.engine()) as session:
                store_response_with_slip(session.connection(), made, slip)


def a_week_passes(school: Place, before: Round, after: Round) -> None:
    """The first wave is over, the second one begins now."""
    with school.house.app.app_context(), db.writing(db.engine()) as session:
        now = context.now()
        session.execute(update(RoundRow).where(RoundRow.id == before.id).values(ends_at=now - timedelta(minutes=2)))
        session.execute(update(RoundRow).where(RoundRow.id == after.id).values(starts_at=now - timedelta(minutes=1)))


def answers_before(tablet: ChildTablet, late: ChildTablet, round_: Round, card: Picks) -> None:
    """One child with her card, one who has none."""
    thanks = f"{tablet.place.url}/survey/{round_.slug}/thanks"
    tablet.opens(f"/survey/{round_.slug}")
    tablet.agrees()
    assert tablet.question == "slip/1"
    assert not faults(tablet.page, child=True)
    puts_in(tablet, card)
    tablet.answers_and_goes_on("No")
    tablet.skips_the_rest()
    tablet.sends()
    expect(tablet.page).to_have_url(thanks)
    late.opens(f"/survey/{round_.slug}")
    late.agrees()
    late.answers_and_goes_on("I have no card")
    assert late.question == "every_child", "who has no card is asked for no other picture of it"
    late.skips_the_rest()
    late.sends()
    expect(late.page).to_have_url(thanks)


def answers_after(tablet: ChildTablet, late: ChildTablet, round_: Round, card: Picks) -> None:
    """The first child with the other half; then one who tries a half that was used, and goes on without."""
    thanks = f"{tablet.place.url}/survey/{round_.slug}/thanks"
    for child in (tablet, late):
        child.opens(f"/survey/{round_.slug}")
        child.agrees()
        puts_in(child, card)
        child.answers_and_goes_on("Yes")
        child.skips_the_rest()
        child.sends()
        if child is tablet:
            expect(child.page).to_have_url(thanks)
    expect(late.screen.locator("[data-why]")).to_contain_text("This card was used already")
    late.answers_and_goes_on("I have no card")
    late.sends()
    expect(late.page).to_have_url(thanks)


@long_test("WALKED")
def test_class_vii_before_a_session_and_after_it(school: Place, desks: Desks, tablets: Tablets) -> None:
    before, after = opens_the_pair(school)
    tablet, late = tablets(school), tablets(school)
    deck = deals_the_cards(desks(school, "lata"), before)
    answers_before(tablet, late, before, deck[0])
    others_answer(school, before, deck[1:], "no")
    a_week_passes(school, before, after)
    answers_after(tablet, late, after, deck[0])
    others_answer(school, after, deck[1:22], "yes")
    with school.house.app.app_context():
        close_due(after.ends_at + timedelta(hours=1))
    school.house.works_once()

    asha = desks(school, "asha")
    asha.opens(f"/staff/rounds/{after.slug}")
    asha.presses("Open the analysis")
    asha.reads("25 answers before, 23 after. 22 children answered both times; all figures are of them.")
    asha.reads("Of 22 children 22 learnt it, 0 forgot it; chance alone would rarely do that.")
    expect(asha.page.locator("figure svg")).to_have_count(2)
    assert not faults(asha.page, child=False)
    refused = desks(school, "tomas").opens(f"/staff/rounds/{after.slug}/analysis")
    assert refused.status == 403, "exact counts are for advocates alone"

    asha.opens("/staff/publications/")
    asha.page.get_by_role("main").get_by_role("link", name="Children's rights").first.click()
    asha.presses("Approve")
    asha.reads("Approved.")
    asha.opens(f"{asha.page.url.removeprefix(school.url)}/print/hi")
    asha.reads("22 बच्चों ने दोनों बार जवाब दिया")
    reads_it_on_one_page(school, asha)


def reads_it_on_one_page(school: Place, asha: StaffDesk) -> None:
    """A guardian follows the link of her letter to the sheet in Hindi: one page, with the words of the view."""
    papers.need_font("hi")
    slug, sentences = asha.page.url.split("/")[-3], asha.page.locator(_SAID).all_inner_texts()
    assert len(sentences) > 6, "a sentence for each question"
    with school.house.app.app_context():
        with db.writing(db.engine()) as session:
            add_address(session, school.site_id, "one@example.org", "hi", school.people["tomas"].id)
        link = f"{school.url}/views/{link_to(slug)}/paper/hi"
        asha.page.request.get(link)  # what is waited for is made before what is missing at other places
        print_due()
    answer = asha.page.request.get(link)
    assert answer.headers["content-type"] == "application/pdf", answer.text()
    told = _letters(papers.text_of(answer.body()))
    assert [one for one in sentences if _letters(one) not in told] == []
    (image,) = papers.images_of(answer.body())
    assert 0.03 < image.ink() < 0.4
    assert image.margins_are_white()


def _letters(words: str) -> str:
    """Without spaces: some are drawn between vowel signs."""
    return "".join(unicodedata.normalize("NFC", words).split())

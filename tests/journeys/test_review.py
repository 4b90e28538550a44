"""A child and her review, in Hindi: by voice at the tablet, taken back, read outside, decided, heard on a phone.

And a child whom nobody asked when she came.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.support.navigators import ChildTablet, StaffDesk, comes_true
from tests.journeys.support.sites import Place, log_of
from tests.journeys.test_every_page import faults
from tests.journeys.test_reply import cookies, slug, taps_pictures
from tests.journeys.test_telling import keeps_the_pictures, speaks
from tests.support.long_tests import long_test
from tests.support.people import Somebody, make_person
from tests.support.reviews import read_by, review_at, review_now, today
from youthvoice import db
from youthvoice.privacy.credentials.picture_codes import SCREENS, PictureCode
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.reviews import decisions, store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Review
from youthvoice.reviews.outside import pack_proposals
from youthvoice.reviews.statements import review_slip
from youthvoice.sites.tablets.store import list_tablets, set_tablet_voices
from youthvoice.threads.child_codes.code_visit import COOKIE
from youthvoice.web.graphics.picture_labels import picture_label

pytestmark = pytest.mark.journey
WITH_WORKER = True
Tablets = Callable[..., ChildTablet]
Desks = Callable[..., StaffDesk]
WHY = "हम रुकते हैं, जैसा आपने चाहा।"
SUNDAYS = "आप हर रविवार को जाएँगे।"

_HEARD = """
    window.heard = []; window.said = [];
    const Made = window.Audio;
    window.Audio = function (address) { heard.push(address); return new Made(address); };
    const voices = [{ name: "Near", lang: "hi-IN", localService: true }];
    speechSynthesis.getVoices = () => voices;
    speechSynthesis.speak = (one) => { said.push(one.text); setTimeout(() => one.onend?.(), 5); };
    const voice = { set(one) { this.near = one; }, get() { return null; } };
    Object.defineProperty(SpeechSynthesisUtterance.prototype, "voice", voice);
"""


@pytest.fixture
def rosa(place: Place) -> Somebody:
    """She decides at reviews here."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        return make_person(session, "reviewer", place.site_id, handle=f"rosa-{place.site_id}", name="Rosa Example")


@pytest.fixture
def review(place: Place, rosa: Somebody) -> Review:
    """It is tomorrow: this is the evening before."""
    with place.house.app.app_context():
        return review_at(place.site_id, place.people["asha"], rosa, 1, invited=("facilitator",), outside=True)


def in_hindi(page: Page) -> Page:
    page.add_init_script(_HEARD)
    return page


def puts_in_her_slip(tablet: ChildTablet, review: Review) -> None:
    with tablet.place.house.app.app_context(), db.writing(db.engine()) as session:
        dealt = review_slip.deal_slip(session, review)
        for one in list_tablets(session, [tablet.place.site_id]):
            set_tablet_voices(session, one.id, ["hi"])
    tablet.opens("/language")
    tablet.chooses_language("हिन्दी")
    tablet.page.locator("nav a[href='/mine']").click()
    tablet.page.locator("nav a[href='/plan']").click()
    for screen, picture in zip(SCREENS, dealt, strict=False):
        tablet.screen.locator(".tile:has(input)").nth(screen.index(picture)).click()
        tablet.goes_on()
    tablet.shows("/plan/words")


def prepares(tablet: ChildTablet) -> None:
    """By pictures and voice; Lata shall stay away, Rosa may read it, and the team outside."""
    tablet.goes_on()
    tablet.goes_on()
    tablet.answers_and_goes_on("स्कूल")
    tablet.skips_to("change")
    tablet.answers_and_goes_on("मेरा परिवार")
    speaks(tablet, 600)
    tablet.goes_on()
    tablet.skips_to("not_there")
    tablet.answers_and_goes_on("Lata Example")
    tablet.skips_to("readers")
    tablet.answers("Rosa Example")
    tablet.answers_and_goes_on("बाहर के लोग")
    tablet.goes_on_to("readback")
    assert not faults(tablet.page, child=True)


def hears_it_back(tablet: ChildTablet) -> None:
    """What she tapped is said aloud once she allows it, and her voice is played again."""
    page = tablet.page
    assert page.evaluate("[...said, ...heard]") == [], "silent until the child taps"
    tablet.screen.locator(".ask .listen").click()
    page.locator("[data-loud]").click()
    comes_true(page, lambda: page.evaluate("said.length > 8 && !document.querySelector('.speaking')"), "all is said")
    said = page.evaluate("said")
    for words in ("क्या अच्छा है?", "स्कूल", "मेरा परिवार", "Lata Example", "Rosa Example"):
        assert words in said
    tablet.screen.locator("[data-mine]").click()
    assert page.evaluate("heard.length") == 1


def comes_back(tablet: ChildTablet, code: PictureCode) -> None:
    tablet.opens("/language/hi")
    tablet.opens("/reply")
    taps_pictures(tablet, code)
    tablet.shows("/reply/review")


def changes_it_takes_it_back_and_gives_it_again(tablet: ChildTablet, review: Review) -> None:
    page, place = tablet.page, tablet.place
    page.locator("a[href='/reply/review/change']").click()
    tablet.goes_on()
    tablet.goes_on_to("not_there")
    tablet.answers("Lata Example")
    tablet.answers_and_goes_on("Ravi Example")
    tablet.goes_on_to("readback")
    tablet.goes_on()
    tablet.sends()
    tablet.shows("/reply/review")
    page.locator("a[href='/reply/review/take-back']").click()
    page.locator("form button[type=submit]").click()
    tablet.shows("/reply/review")
    with place.house.app.app_context():
        assert read_by(review, place.people["asha"]) is None
    page.locator("a[href='/reply/review/change']").click()
    tablet.goes_on()
    tablet.stops()
    tablet.sends()
    tablet.shows("/reply/review")
    with place.house.app.app_context():
        statement = read_by(review, place.people["asha"])
    assert statement
    assert statement.not_there == (place.people["ravi"].id,)
    assert statement.voice.startswith(b"\x1a\x45\xdf\xa3"), "her voice was kept"


def comes_to_its_day(place: Place, review: Review, rosa: Somebody) -> None:
    with place.house.app.app_context():
        with db.writing(db.engine()) as session:
            held = store.find_review(session, review.id, to_change=True)
            assert held
            store.change_review(session, held, day=today())
        assert read_by(review, rosa), "from the day on whom she chose opens it"
        assert read_by(review, place.people["ravi"]) is None


def is_read_outside(asha: StaffDesk, team: Page, review: Review) -> None:
    """By the link and the number, each said another way; her advocate is told of every try."""
    hers = f"/staff/reviews/{review.key}"
    asha.opens(hers)
    for words in ("Open her words", "Make a link", "Make the link"):
        asha.presses(words)
    link, number = (asha.page.locator(one).inner_text() for one in ("b.link", "b.spoken"))
    asha.presses("I have given both")

    def types(digits: str) -> str:
        team.goto(link)
        shows_nothing()
        team.locator("[name=number]").fill(digits)
        team.locator("main form button").click()
        return team.locator("main").inner_text()

    def shows_nothing() -> None:
        for words in ("मेरा परिवार", "K-17", "Rosa Example", "data-sound"):
            assert words not in team.content(), "whoever has the link alone"

    assert "यह नहीं खुला।" in types(f"{(int(number.replace(' ', '')) + 1) % 10**8:08}")
    shows_nothing()
    assert not faults(team, child=False)
    assert "मेरा परिवार" in types(number)
    sound = team.locator(".voice audio")
    sound.evaluate("(one) => one.play()")
    comes_true(team, lambda: sound.evaluate("(one) => one.currentTime > 0"), "her voice is heard")
    assert not faults(team, child=False)
    asha.opens(hers)
    asha.reads("The team opened her words")
    asha.reads("A wrong number")
    asha.presses("End this link")
    assert "यह नहीं खुला।" in types(number), "nor once it is over"
    shows_nothing()


def is_decided(place: Place, review: Review, rosa: Somebody) -> None:
    """Her wish is promised, and the plan waits because she asked for it."""
    with place.house.app.app_context():
        answers = (
            Decision("own", "yes", {"hi": SUNDAYS}, rosa.id, today()),
            Decision("family", "no_because", {"hi": "पहले चाचा से पूछना है।"}),
            Decision("plan", "paused", {"hi": WHY}, rosa.id, today() + timedelta(days=9)),
        )
        for answer in answers:
            with db.writing(db.engine()) as session:
                held = store.find_review(session, review.id, to_change=True)
                assert held
                decisions.decide(session, held, answer, held.version, rosa.id, log_of(rosa.handle))


def nothing_of_the_child_is_here(tablet: ChildTablet) -> None:
    assert tablet.chosen() == []
    for words in ("Ravi Example", WHY, SUNDAYS):
        assert words not in tablet.page.content()


def back_finds_nothing(tablet: ChildTablet) -> None:
    # The house may hear of it a moment later; by then the mark `left` has ended the visit.
    comes_true(tablet.page, lambda: not {COOKIE, "plan"} & cookies(tablet), "the visit is over")
    while tablet.presses_the_browsers_back():
        nothing_of_the_child_is_here(tablet)
    while tablet.presses_the_browsers_forward():
        nothing_of_the_child_is_here(tablet)


def test_the_plan_is_paused_on_her_wish_and_she_hears_why(  # noqa: PLR0917 - fixtures
    tablet: ChildTablet, tablets: Tablets, desks: Desks, place: Place, review: Review, rosa: Somebody
) -> None:
    in_hindi(tablet.page)
    puts_in_her_slip(tablet, review)
    prepares(tablet)
    hears_it_back(tablet)
    tablet.goes_on()
    tablet.sends()
    names = keeps_the_pictures(tablet)
    assert cookies(tablet) == {"tablet"}, "the slip and the language are forgotten"
    with place.house.app.test_request_context(headers={"Accept-Language": "hi"}):
        code = PictureCode(
            tuple(
                next(nth for nth, one in enumerate(screen) if picture_label(one.name) == name)
                for screen, name in zip(SCREENS, names, strict=True)
            )
        )
    comes_back(tablet, code)
    tablet.reads("Lata Example")
    changes_it_takes_it_back_and_gives_it_again(tablet, review)
    tablet.page.locator("footer a").click()
    tablet.is_at_the_first_screen()
    back_finds_nothing(tablet)
    comes_to_its_day(place, review, rosa)
    team = tablets(place, enrolled=False, locale="hi", viewport={"width": 1280, "height": 800})
    is_read_outside(desks(place, "asha"), team.page, review)
    is_decided(place, review, rosa)

    phone = tablets(place, enrolled=False, locale="hi")
    page = in_hindi(phone.page)
    phone.opens(f"/reply?at={slug(place)}")
    taps_pictures(phone, code)
    phone.reads(WHY)
    assert not faults(page, child=True)
    phone.reads("आपकी योजना")
    page.locator(".ask .listen").first.click()
    page.locator("[data-loud]").click()
    comes_true(page, lambda: page.evaluate(f"said.includes({WHY!r}) && said.includes({SUNDAYS!r})"), "why is said")
    page.locator(".message .listen.large:visible").first.click()
    comes_true(page, lambda: page.evaluate("heard.some((one) => one.endsWith('/reply/review/voice'))"), "her own voice")
    page.locator("a[href='/reply/review/not-right/own']").click()
    assert not faults(page, child=True)
    page.locator("textarea").press_sequentially(SUNDAYS)
    comes_true(page, lambda: page.evaluate(f"window.name.includes({SUNDAYS!r})"), "the last sign is kept, too")
    page.reload()
    expect(page.locator("textarea")).to_have_value(SUNDAYS)
    page.locator("form [data-start]").click()
    expect(page.locator("[data-halt]")).to_be_visible()
    page.wait_for_timeout(500)
    page.locator("form button[type=submit]").click()  # while she still speaks
    expect(page).to_have_url(f"{place.url}/reply/review?done=asked_again")
    with place.house.app.app_context():
        assert review_now(review).decided_on is None, "somebody looks at it again"
    is_asked_and_says_yes_and_no(phone, place, review)
    phone.leaves_fast()
    phone.is_on_the_harmless_page("hi")
    back_finds_nothing(phone)


@long_test("WALKED")
def test_nobody_asked_her_when_she_came_and_three_adults_read_it_until_she_is(
    desks: Desks, place: Place, rosa: Somebody
) -> None:
    """S13, S29: who opened it, who carries it, and the safeguarding lead, whom nobody invited."""
    with place.house.app.app_context():
        usual = {"step": "admission", "kind": "first", "opened_on": today() - timedelta(days=5)}
        review = review_at(place.site_id, place.people["asha"], rosa, 1, **usual)
    alarm = "Nobody asked the child before her review"
    at = {name: desks(place, name) for name in ("tomas", "meera", "asha")}
    for name, told in {"tomas": alarm, "meera": alarm, "asha": "Ask her alone"}.items():
        at[name].opens("/staff/")
        page = at[name].page
        page.locator("main tr", has_text=told).locator("a").click()
        expect(page).to_have_url(f"{place.url}/staff/reviews/{review.key}")
        expect(page.locator("main .alarm")).to_contain_text("Nobody asked her.")
        assert not faults(page, child=False)
    asha = at["asha"]
    asha.presses("She was asked")
    asha.page.locator("[name=outcome][value=chose_not]").check()
    asha.page.locator("[name=alone][value=yes]").check()
    asha.continues()
    expect(asha.page).to_have_url(f"{place.url}/staff/reviews/{review.key}")
    expect(asha.page.locator("main .alarm")).to_have_count(0)
    at["meera"].opens("/staff/")
    expect(at["meera"].page.locator("main tr", has_text=alarm)).to_have_count(0)


def is_asked_and_says_yes_and_no(phone: ChildTablet, place: Place, review: Review) -> None:
    """Her pack is to go to others: she reads and hears it, says yes with one tap, and takes it back with another."""
    page, reason = phone.page, "मई से वे आपकी देखभाल करेंगे।"
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        proposal = pack_proposals.new_proposal(
            held, today(), "River House", new_pair().public, ("words",), {"hi": reason}
        )
        pack_proposals.propose_pack(session, held, proposal, held.advocate_id, log_of("asha"))
    phone.opens("/reply/review")
    page.locator("main a[href='/reply/review/give']").click()
    phone.reads(reason)
    assert not faults(page, child=True)
    for answer, now in (("yes", "yes"), ("no", "no")):
        page.locator(f"form:has([value={answer}]) button[type=submit]").click()
        expect(page).to_have_url(f"{place.url}/reply/review?done=give_{answer}")
        with place.house.app.app_context():
            assert review_now(review).body.proposals[-1].state == now
        if answer == "yes":
            page.locator("main a[href='/reply/review/give']").click()
    phone.reads("River House")

"""A Bal Panchayat elects its chair in Arabic: slips, votes, its hour, who won, and her first item (S23, A11)."""

import re
import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.support import clock
from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, settle
from tests.journeys.test_reply import taps_pictures
from tests.journeys.test_slips import puts_in
from tests.support.committees import make_committee
from tests.support.long_tests import long_test
from youthvoice import context, db
from youthvoice.committees.elections import ballot_box
from youthvoice.committees.elections.store import find_election
from youthvoice.committees.entities import Committee
from youthvoice.privacy.credentials.picture_codes import CODE_LENGTH, SCREENS, PictureCode
from youthvoice.slips.store import Picks

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
Desks = Callable[..., StaffDesk]
STAND = ("مينا", "بابلو", "Tara 7")
CHAIR = "رئيس/ة"
USED = "هذه الورقة استُعملت من قبل، أو ليست من أوراقنا. لننظر إلى صورها مرة أخرى."
TIED = "تعادل اثنان أو أكثر. نصوّت مرة أخرى."


@pytest.fixture
def river(house: House) -> Place:
    """A site without a round."""
    return settle(house, survey=None)


@pytest.fixture
def panchayat(river: Place) -> Committee:
    """Its Bal Panchayat."""
    with river.house.app.app_context():
        return make_committee(river.site_id, river.people["lata"], "bal_panchayat", name="بال بانشايات النهر")


def a_desk(desks: Desks, place: Place, name: str) -> StaffDesk:
    """Somebody at a desk who reads Arabic."""
    desk = desks(place, name)
    desk.opens("/staff/me")
    desk.chooses("language", "العربية")
    desk.presses("Save")
    expect(desk.page.locator("html")).to_have_attribute("dir", "rtl")
    return desk


def a_tablet(tablets: Tablets, place: Place) -> ChildTablet:
    """A tablet on which a child chose Arabic."""
    tablet = tablets(place)
    tablet.opens("/language")
    tablet.chooses_language("العربية")
    expect(tablet.page.locator("html")).to_have_attribute("dir", "rtl")
    return tablet


def writes_down(lata: StaffDesk, committee: Committee, *standing: str, voters: str, tie: str = "lot") -> None:
    """The form of an election for the chair; a second adult is asked to agree."""
    lata.opens(f"/staff/committees/{committee.id}/elections")
    lata.presses("فتح انتخاب")
    lata.chooses("post", CHAIR)
    lata.page.locator("input[name=way][value=slips]").check()
    lata.page.locator(f"input[name=tie][value={tie}]").check()
    for nth, nickname in enumerate(standing, 1):
        lata.fills(**{f"name_{nth}": nickname})
    with lata.place.house.app.app_context():
        tomorrow = context.today("Asia/Kolkata") + timedelta(days=1)
    lata.fills(voters=voters, ends_on=tomorrow.isoformat())
    asks(lata)


def asks(lata: StaffDesk) -> None:
    """A second adult is asked: half of all posts will be girls."""
    lata.ticks("balance")
    lata.chooses("second", "Asha Example")
    lata.presses("اطلب الموافقة")


def agreed(lata: StaffDesk, asha: StaffDesk) -> str:
    """She agrees; gives the election, whose page the facilitator opens."""
    asha.agrees()
    lata.sees_what_came_of_it()
    expect(lata.page).to_have_url(re.compile("/staff/elections/"))
    return lata.page.url.rpartition("/")[2]


def deals(lata: StaffDesk, number: str) -> list[Picks]:
    """Deal slips; what stands on the page that is printed."""
    lata.fills(number=number)
    lata.presses("توزيع أوراق الصور")
    lata.reads("اطبع هذه الصفحة الآن.")
    return [pictures_on(one) for one in lata.page.locator("li.slip").all()]


def pictures_on(paper: Locator) -> Picks:
    """Which picture of each screen is on a slip, or on a representative's page."""
    shown = paper.locator(".picture use").evaluate_all(
        "all => all.map(one => one.getAttribute('href').split('#p-')[1])"
    )
    codes = [[one.code for one in screen] for screen in SCREENS]
    return tuple(screen.index(code) for screen, code in zip(codes, shown, strict=False))


def goes_to_the_vote(tablet: ChildTablet) -> None:
    """From the first page."""
    tablet.opens("/open")
    tablet.page.get_by_role("link", name=f"التصويت: {CHAIR}").click()


def votes(tablet: ChildTablet, slip: Picks, nickname: str) -> None:
    """Three pictures, and one who stands."""
    puts_in(tablet, slip)
    tablet.screen.locator(".tile").filter(has_text=nickname).click()
    tablet.goes_on()


def others_vote(place: Place, slug: str, choices: list[int], slips: list[Picks]) -> None:
    """So many other children, one after the other."""
    with place.house.app.app_context():
        for choice, slip in zip(choices, slips, strict=True):
            with db.writing(db.engine()) as session:
                election = find_election(session, slug)
                assert election
                sheet = secrets.token_bytes(16)
                ballot_box.cast(session, election, sheet, choice, slip, context.now())


def says_no_number(main: Locator, *names: str) -> None:
    """No votes, no turnout, and nobody who lost."""
    words = main.inner_text()
    assert not re.search(r"\d", words), words
    assert not any(name in words for name in names)


def gets_her_pictures(lata: StaffDesk, tablet: ChildTablet) -> PictureCode:
    """The facilitator's word shows the winner her seven pictures."""
    lata.presses("ممثلو الأطفال")
    lata.presses("إعطاء صور جديدة")
    word = lata.page.locator("b.typed").inner_text()
    tablet.opens("/agenda")
    tablet.page.get_by_role("link", name="لمن يمثّلنا").click()
    tablet.page.get_by_role("link", name="عندي رمز").locator("visible=true").click()
    tablet.page.locator("#word").fill(word)
    tablet.page.get_by_role("button", name="إظهار صوري").click()
    expect(tablet.screen.locator(".picture use")).to_have_count(CODE_LENGTH)
    code = PictureCode(pictures_on(tablet.screen))
    for _ in range(3):
        tablet.goes_on()
    tablet.screen.locator("[data-go=done]").click()
    tablet.is_at_the_first_screen()
    return code


def posts(tablet: ChildTablet, code: PictureCode, nickname: str, words: str) -> None:
    """She signs in with her pictures and puts something on the agenda."""
    tablet.chooses_language("العربية")
    tablet.opens("/agenda/mine")
    tablet.screen.locator("label").filter(has_text=nickname).click()
    tablet.goes_on()
    taps_pictures(tablet, code)
    tablet.page.locator("nav a[href='/agenda/post']").click()
    for box in ("topic", "wish"):
        tablet.page.locator(f"label:has(input[name={box}])").first.click()
    tablet.page.locator("#words").fill(words)
    tablet.page.get_by_role("button", name="إضافة إلى القائمة").click()
    tablet.reads("هو في قائمتنا الآن.")


@long_test("WALKED")
def test_children_elect_their_chair_in_arabic(
    river: Place, panchayat: Committee, tablets: Tablets, desks: Desks
) -> None:
    lata, tablet, late = a_desk(desks, river, "lata"), a_tablet(tablets, river), a_tablet(tablets, river)
    writes_down(lata, panchayat, *STAND, voters="8")
    slug = agreed(lata, desks(river, "asha"))
    slips = deals(lata, "8")
    assert len(set(slips)) == 8
    goes_to_the_vote(tablet)
    votes(tablet, slips[0], "مينا")
    tablet.reads("وصل تصويتك.")
    goes_to_the_vote(tablet)
    votes(tablet, slips[0], "بابلو")
    expect(tablet.screen.locator("[data-why]")).to_have_text(USED)
    goes_to_the_vote(late)
    puts_in(late, slips[7])
    others_vote(river, slug, [0, 0, 0, 1, 2], slips[1:6])

    clock.the_hour_of_the_vote(river)
    late.screen.locator(".tile").filter(has_text="بابلو").click()
    late.goes_on()
    won = f"{CHAIR} الآن: مينا."
    expect(late.page.locator("h1")).to_have_text(won)
    expect(late.page.locator("h1 bdi")).to_have_text("مينا")
    late.opens("/agenda")
    told = late.page.locator("article.item").first
    expect(told.locator("h3")).to_have_text(won)
    says_no_number(told, *STAND[1:])
    assert not any(name in late.page.content() for name in STAND[1:])
    lata.opens(f"/staff/elections/{slug}")
    lata.reads("تم اختيار مينا")
    says_no_number(lata.page.locator("main"), *STAND[1:])

    code = gets_her_pictures(lata, tablet)
    posts(tablet, code, "مينا", "نريد مصباحًا للدرج")
    late.opens("/agenda")
    late.reads("نريد مصباحًا للدرج")


@long_test("WALKED")
def test_a_tie_goes_by_the_rule_that_was_chosen_before(
    river: Place, panchayat: Committee, tablets: Tablets, desks: Desks
) -> None:
    lata, tablet = a_desk(desks, river, "lata"), a_tablet(tablets, river)
    writes_down(lata, panchayat, *STAND, voters="7", tie="again")
    slug = agreed(lata, desks(river, "asha"))
    others_vote(river, slug, [0, 0, 0, 2, 2, 2, 1], deals(lata, "7"))
    clock.the_hour_of_the_vote(river)
    tablet.opens("/agenda")
    expect(tablet.page.locator("article.item h3").first).to_have_text(TIED)
    lata.opens(f"/staff/elections/{slug}")
    says_no_number(lata.page.locator("main header"), STAND[1])
    lata.presses("فتح التصويت الثاني")
    expect(lata.page.locator("[name=name_1]")).to_have_value("مينا")
    expect(lata.page.locator("[name=name_2]")).to_have_value("Tara 7")
    expect(lata.page.locator("[name=name_3]")).to_have_value("")


@long_test("WALKED")
def test_an_election_that_cannot_be_says_why_in_arabic_and_keeps_what_was_typed(
    river: Place, panchayat: Committee, desks: Desks
) -> None:
    lata = a_desk(desks, river, "lata")
    writes_down(lata, panchayat, "مينا", voters="0", tie="again")
    said = lata.is_told_what_is_wrong()
    assert "يوجد مرشح واحد فقط." in said
    assert "لا أحد يحق له التصويت." in said
    expect(lata.page.locator("[name=name_1]")).to_have_value("مينا")
    expect(lata.page.locator("[name=tie][value=again]")).to_be_checked()
    lata.fills(name_2="Tara 7", voters="6")
    asks(lata)
    agreed(lata, desks(river, "asha"))
    lata.fills(number="0")
    lata.presses("توزيع أوراق الصور")
    lata.reads("اكتب عددًا صحيحًا، واحدًا على الأقل.")
    lata.fills(number="7")
    lata.presses("توزيع أوراق الصور")
    lata.reads("مع ما وُزّع من قبل يصبح العدد أكبر من عدد الأطفال. وزّع أقل.")
    expect(lata.page.locator("[name=number]")).to_have_value("7")

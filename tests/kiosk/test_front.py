"""A child's front page and what surrounds it (S7, S8; CHILD-UX)."""

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.people import Somebody, house, make_person, make_site, on_tablet
from tests.support.rounds import end, open_round, starter
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.store import find_person_row
from youthvoice.sites.tablets import store


@dataclass
class Home:
    """A site with a tablet."""

    site_id: int
    people: dict[str, Somebody]
    tablet: Visitor

    def speak(self, language: str = "en") -> Visitor:
        self.tablet.open(f"/language/{language}", 302, follow=False)
        return self.tablet


@pytest.fixture
def home(app: Flask, visitor: Callable[[], Visitor]) -> Home:
    site_id, people = house(["advocate", "facilitator"])
    return Home(site_id, people, on_tablet(visitor(), site_id))


def test_choosing_a_language_is_the_first_screen(home: Home) -> None:
    answer = home.tablet.open("/", 302, follow=False)
    assert answer.headers["Location"] == "/language"
    page = home.tablet.open("/language").text
    assert "<span>हिन्दी</span>" in page  # that nobody checked it is for adults
    assert '<a dir="rtl" href="/language/ar"><b>مرحبًا</b><span>العربية</span>' in page
    assert "<span>English</span>" in page  # checked


@pytest.mark.parametrize(("written", "said"), [("24/7", "day and night"), ("9 to 5", "<bdi>9 to 5</bdi>")])
def test_a_child_reads_day_and_night_and_no_numbers(
    app: Flask, visitor: Callable[[], Visitor], written: str, said: str
) -> None:
    with db.writing(db.engine()) as session:
        site_id = make_site(session, "always-house", helpline_hours=written).id
    tablet = on_tablet(visitor(), site_id)
    tablet.open("/language/en", 302, follow=False)
    page = tablet.open("/help").text
    assert said in page
    assert "24/7" not in page


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("hi", "ltr"), ("ar", "rtl")])
def test_the_front_page_speaks_the_chosen_language(home: Home, language: str, direction: str) -> None:
    page = home.speak(language).open("/").text
    assert f'<html lang="{language}" dir="{direction}"' in page
    assert "Example House" in page


def test_a_site_with_one_language_asks_no_child(app: Flask, visitor: Callable[[], Visitor]) -> None:
    with db.writing(db.engine()) as session:
        site_id = make_site(session, languages=["en"]).id
    tablet = on_tablet(visitor(), site_id)
    assert "What would you like to do?" in tablet.open("/").text
    assert tablet.open("/language", 302, follow=False).headers["Location"] == "/"


def test_coming_back_to_the_languages_forgets_the_child_before(home: Home) -> None:
    home.speak("hi").open("/language")
    assert home.tablet.client.get_cookie("language") is None


@pytest.mark.parametrize("choice", ["hi", "ar", "en.large", "hi.large", "hi.covered"])
def test_the_first_screen_does_not_show_what_the_child_before_chose(home: Home, choice: str) -> None:
    """It stayed in her language, with large letters, for a minute and a half after a child who walked away."""
    home.tablet.client.delete_cookie("language")
    anew = home.tablet.open("/language").text
    home.tablet.client.set_cookie("language", choice)
    assert home.tablet.open("/language").text == anew


def test_by_ear_alone_is_chosen_beside_the_letters_and_left_at_the_same_place(home: Home) -> None:
    usual = home.speak("hi").open("/").text
    hidden = 'data-ear hidden data-turns="covered" href="/language/hi.covered"'
    assert hidden in usual, "until the tablet knows that it has a voice"
    covered = home.tablet.open("/language/hi.covered").text
    assert 'translate="no" class="covered">' in covered
    assert 'class="tool uncovers" data-turns="covered" href="/language/hi"' in covered
    assert 'class="covered"' not in home.tablet.open("/language/hi").text


def test_an_unknown_language_is_not_found(home: Home) -> None:
    home.tablet.open("/language/xx", 404)


def test_one_open_round_is_one_tap_away(home: Home) -> None:
    round_ = open_round([home.site_id], home.people["facilitator"].id)
    assert f'href="/survey/{round_.slug}"' in home.speak().open("/").text


def test_several_open_rounds_are_a_list_of_tiles(home: Home) -> None:
    slugs = [open_round([home.site_id], home.people["facilitator"].id).slug for _ in range(3)]
    assert 'href="/open"' in home.speak().open("/").text
    page = home.tablet.open("/open").text
    assert all(f'href="/survey/{slug}"' in page for slug in slugs)


def test_rounds_with_one_title_are_told_apart_by_age_wave_and_last_day(home: Home) -> None:
    lata = home.people["facilitator"].id
    until = context.now() + timedelta(days=9)
    for name, columns in (
        ("daily-life-7-9", {}),
        ("daily-life-10-12", {}),
        ("daily-life-10-12", {"wave": "pre"}),
        ("daily-life-10-12", {"wave": "post", "ends_at": until}),
        ("daily-life-10-12", {"purpose": "care"}),
        ("daily-life-10-12", {"group_name": "Class VII"}),
    ):
        open_round([home.site_id], lata, starter(name), **columns)
    page = home.speak().open("/open").text
    tiles = re.findall(r"<span>My days here</span><small[^>]*>(.*?)</small></span>", page)
    last, later = (f"{day.day}\N{NO-BREAK SPACE}{day:%B}" for day in (until - timedelta(days=2), until))
    assert tiles == [
        f"7 to 9 years old<br>Until {last}",
        f"10 to 12 years old<br>Until {last}",
        f"10 to 12 years old<br>The first time<br>Until {last}",
        f"10 to 12 years old<br>The second time<br>Until {later}",
        "10 to 12 years old",
        f"<bdi>Class VII</bdi><br>Until {last}",
    ]


def test_rounds_that_are_alike_in_everything_say_who_answers(home: Home) -> None:
    with db.writing(db.engine()) as session:
        other = make_person(session, "facilitator", home.site_id, handle="other", name="Other Example")
    for decider in (home.people["facilitator"].id, other.id):
        open_round([home.site_id], decider)
    page = home.speak().open("/open").text
    assert re.findall(r"<br>([^<]*) answers</small>", page) == ["Facilitator Example", "Other Example"]


def test_when_nothing_is_open_the_page_says_so_and_what_else_there_is(home: Home) -> None:
    end(open_round([home.site_id], home.people["facilitator"].id))
    home.speak().open("/")
    page = home.tablet.open("/open").text
    assert "Nothing is open today." in page
    assert 'href="/we-did"' in page


def test_every_door_looks_alike_and_none_bears_a_number(home: Home) -> None:
    open_round([home.site_id], home.people["facilitator"].id)
    page = home.speak().open("/").text
    doors = re.findall(r'<a class="tile[^>]*>.*?<span>(.*?)</span>', page, re.DOTALL)
    assert doors == ["Answer", "Tell", "Our list", "Mine", "Come and see", "Help"]


def test_no_two_doors_of_the_front_page_lead_to_the_same_page(home: Home) -> None:
    page = home.speak().open("/").text
    ways = re.findall(r'<a class="tile[^>]* href="([^"]*)"', page)
    assert len(ways) == len(set(ways)) == 6


def test_the_doors_stand_in_the_same_places_whatever_is_open(home: Home) -> None:
    """A child who cannot read finds a door by its place."""

    def doors() -> list[str]:
        return re.findall(r'<a class="tile[^>]*>.*?<use href="([^"]*)" x=', home.tablet.open("/").text, re.DOTALL)

    home.speak()
    empty = doors()
    open_round([home.site_id], home.people["facilitator"].id)
    with db.writing(db.engine()) as session:
        for role in ("advocate", "outside_recipient", "reviewer"):
            make_person(session, role, home.site_id, handle=f"new-{role}", name=f"New {role}")
    assert doors() == empty
    assert len(empty) == 6


@pytest.mark.parametrize(
    "path", ["/open", "/tell", "/agenda", "/mine", "/see", "/reply", "/we-did", "/choose", "/rights"]
)
def test_behind_each_door_of_a_site_where_nothing_is_open_is_a_kind_page(home: Home, path: str) -> None:
    answer = home.speak().ask("GET", path)
    assert answer.status_code == (404 if path == "/tell" else 200)
    assert 'href="/help"' in answer.text


def test_where_reviews_are_held_mine_leads_to_both(home: Home) -> None:
    assert 'href="/reply"' in home.speak().open("/").text
    with db.writing(db.engine()) as session:
        make_person(session, "reviewer", home.site_id, handle="reva", name="Reva Example")
    assert 'href="/mine"' in home.tablet.open("/").text
    page = home.tablet.open("/mine").text
    assert page.index('href="/reply"') < page.index('href="/plan"')


def test_see_holds_what_changed_and_the_rights(home: Home) -> None:
    page = home.speak().open("/see").text
    assert page.index('href="/we-did"') < page.index('href="/rights"')


def test_rounds_of_another_site_are_not_shown(home: Home) -> None:
    with db.writing(db.engine()) as session:
        other = make_site(session, "other-house").id
    round_ = open_round([other], home.people["facilitator"].id)
    assert round_.slug not in home.speak().open("/").text
    assert round_.slug not in home.tablet.open("/open").text


def test_the_help_card_is_that_of_the_place(home: Home) -> None:
    """S7."""
    page = home.speak().open("/help").text
    for words in (
        "Example line",
        "1098",
        "day and night",
        "हिन्दी",
        "Advocate Example",
        "112",
        "the person at the gate",
    ):
        assert words in page


def test_danger_is_the_first_row_of_help_and_each_number_calls(home: Home) -> None:
    page = home.speak().open("/help").text
    rows = re.findall(r'<(?:a|div) class="call[^>]*>', page)
    assert rows[0] == '<a class="call first" href="tel:112">'
    assert rows[1] == '<a class="call" href="tel:1098">'


def test_a_number_that_nobody_wrote_down_is_no_link(app: Flask, visitor: Callable[[], Visitor]) -> None:
    with db.writing(db.engine()) as session:
        site_id = make_site(session, "wordy-house", danger_number="", helpline_number="").id
    tablet = on_tablet(visitor(), site_id)
    tablet.open("/language/en", 302, follow=False)
    assert "tel:" not in tablet.open("/help").text


@pytest.mark.parametrize("path", ["/open", "/rights", "/tell", "/reply", "/we-did", "/choose", "/language", "/nowhere"])
def test_the_hand_leads_to_help_from_every_page_and_brings_its_rows_along(home: Home, path: str) -> None:
    page = home.speak().ask("GET", path).text
    assert '<a class="tool hand" data-help href="/help">' in page
    assert page.index('href="tel:112"') > page.index("data-helps")


def test_an_advocate_who_was_written_into_the_database_is_not_named(home: Home) -> None:
    """PRIVACY.md C: only who this house vouches for."""
    with db.writing(db.engine()) as session:
        false = make_person(session, "facilitator", home.site_id, handle="false", name="False Example")
        person = find_person_row(session, false.id)
        assert person is not None
        person.role = "advocate"
    assert "False Example" not in home.speak().open("/help").text


def test_a_device_that_is_not_connected_gets_help_and_how_to_connect(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    page = visitor().open("/").text
    assert "not connected" in page
    assert 'href="/enrol"' in page
    visitor().open("/help")
    visitor().open("/language")
    visitor().open("/open", 403)


@pytest.mark.parametrize("path", ["/open", "/help", "/rights", "/language", "/credits", "/enrol"])
def test_children_s_pages_stay_nowhere(home: Home, path: str) -> None:
    answer = home.speak().open(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'data-front="/language"' in answer.text
    assert 'data-exit href="/exit/en"' in answer.text


@pytest.mark.parametrize(("language", "word"), [("en", "Blue"), ("hi", "नीला"), ("ar", "أزرق")])
def test_the_dark_corner_leads_to_a_page_in_the_child_s_language(home: Home, language: str, word: str) -> None:
    page = home.speak(language).open("/help").text
    address = f"/exit/{language}"
    assert f'data-exit href="{address}"' in page
    assert f'<link rel="prefetch" href="{address}">' in page
    direction = "rtl" if language == "ar" else "ltr"
    harmless = home.tablet.open(address).text
    assert f'<html lang="{language}" dir="{direction}"' in harmless
    assert word in harmless


def test_the_page_behind_the_dark_corner_is_kept_and_tells_nothing(home: Home) -> None:
    for path in ("/exit", "/exit/hi", "/exit/ar"):
        answer = home.tablet.open(path)
        assert answer.headers["Cache-Control"] == "public, max-age=604800"
        assert "Set-Cookie" not in answer.headers
        seen = re.sub(r"<[^>]*>", "", answer.text)
        assert not re.search(r"youth|voice|survey|help|child", seen, re.IGNORECASE)
    home.tablet.open("/exit/xx", 404)


def test_adults_read_on_their_page_that_a_language_is_not_checked_and_no_child_on_hers(home: Home) -> None:
    for language in ("en", "hi", "ar"):
        foot = home.speak(language).open("/").text.partition('href="/credits">')[2]
        assert "·" not in foot.partition("</a>")[0]
    page = home.speak("en").open("/credits").text
    assert "हिन्दी" in page
    assert "العربية" in page


def test_the_pictures_are_credited(home: Home) -> None:
    assert "CC BY-SA 4.0" in home.tablet.open("/credits").text


# ---- Connecting a tablet


def code_for(site_id: int) -> str:
    with db.writing(db.engine()) as session:
        return store.start_enrolment(session, site_id, "Tablet 9")


def test_a_tablet_is_connected_with_the_code_of_the_picture(home: Home, visitor: Callable[[], Visitor]) -> None:
    code, new = code_for(home.site_id), visitor()
    assert f'value="{code}"' in new.open(f"/enrol?code={code}").text
    answer = new.send("/enrol", {"code": code.lower().replace("-", " ")}, 303, follow=False)
    cookie = answer.headers["Set-Cookie"]
    for words in ("tablet=", "HttpOnly", "SameSite=Lax", "Max-Age="):
        assert words in cookie
    new.open("/language/en")
    assert "Example House" in new.open("/").text


def test_a_code_works_once_and_not_for_ever(home: Home, visitor: Callable[[], Visitor], clock: StillClock) -> None:
    spent, old = code_for(home.site_id), code_for(home.site_id)
    visitor().send("/enrol", {"code": spent}, 303, follow=False)
    assert "does not work" in visitor().send("/enrol", {"code": spent}, 422).text
    clock.move(minutes=16)
    visitor().send("/enrol", {"code": old}, 422)


def test_codes_cannot_be_tried_in_floods_nor_from_another_site(home: Home, visitor: Callable[[], Visitor]) -> None:
    stranger = visitor()
    stranger.send("/enrol", {"code": "KITE-0000"}, 403, headers={"Sec-Fetch-Site": "cross-site"})
    assert {stranger.client.post("/enrol", data={"code": f"KITE-{n}"}).status_code for n in range(30)} == {422, 429}


def test_connecting_over_plain_http_says_so_in_production(home: Home) -> None:
    with context.override(home.tablet.app, settings=dataclasses.replace(context.settings(), mode="production")):
        assert "not safe" in home.tablet.open("/enrol").text
        assert "not safe" not in home.tablet.open("/enrol", base_url="https://localhost").text


def test_what_a_tablet_lays_by_for_later_forgets_no_language_and_signs_nobody_out(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    """Its worker opens the first screen and the last one while a child is in the middle of something."""
    with db.writing(db.engine()) as session:
        site_id = make_site(session).id
    tablet = on_tablet(visitor(), site_id)
    tablet.open("/language/hi")
    tablet.ask("GET", "/language", headers={"Youth-Voice-Language": "ar"})
    assert '<html lang="hi"' in tablet.open("/").text
    tablet.open("/language")
    assert '<html lang="hi"' not in tablet.open("/help").text, "a child who goes there herself is forgotten"

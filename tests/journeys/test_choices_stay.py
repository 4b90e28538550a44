"""Nothing that a child tapped, typed, said or decided about readers is undone in silence.

Source: CHILD-UX.md, "What she chose stays".
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.support.by_ear import with_voices
from tests.journeys.support.navigators import ChildTablet, StaffDesk, comes_true
from tests.journeys.support.review_slips import deal_slip, review_tomorrow
from tests.journeys.support.sites import Place
from tests.journeys.test_comes_back import begins_anew
from tests.journeys.test_telling import found_by, keeps_the_pictures, leaves_out, listed, opens_tell, pictures, told
from tests.support.long_tests import breadth, long_test
from tests.support.people import make_person
from youthvoice import db
from youthvoice.privacy.credentials.picture_codes import SCREENS, Picture
from youthvoice.reviews.entities import Review

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
WORDS = "Only I chose this sentence."


def strip(tablet: ChildTablet) -> str:
    """What the strip under the bar says; empty where there is none."""
    return tablet.page.locator("[data-strip] b").locator("visible=true").inner_text() if is_shown(tablet) else ""


def is_shown(tablet: ChildTablet) -> bool:
    return tablet.page.locator("[data-strip]").is_visible()


def says_on_each_screen(tablet: ChildTablet) -> list[str]:
    """What the strip says, from the next screen to the last question."""
    seen = []
    while tablet.question:
        seen.append(strip(tablet))
        tablet.skips()
    return seen


def test_where_somebody_is_left_out_there_is_no_skip_and_she_stays_left_out(tablet: ChildTablet, place: Place) -> None:
    opens_tell(tablet)
    tablet.skips_to("topic")
    tablet.answers_and_goes_on("Feeling unsafe")
    tablet.skips_to("readers")
    assert tablet.screen.locator(".moves > *").all_inner_texts() == ["Next"]
    tablet.answers("Ravi")
    tablet.goes_on()
    tablet.skips_the_rest()
    tablet.sends()
    keeps_the_pictures(tablet)
    assert found_by(place, "ravi") == []
    assert found_by(place, "asha")


def test_skip_of_a_small_choice_leads_to_what_else_is_open_and_is_gone_once_a_picture_is_chosen(
    tablet: ChildTablet, place: Place
) -> None:
    path = place.opens_choice()
    tablet.opens("/language")
    tablet.chooses_language("English")
    tablet.page.locator("nav a[href='/open']").click()
    tablet.page.locator(f"nav a[href='{path}']").click()
    tablet.screen.get_by_text("Skip").click()
    tablet.shows("/open")
    tablet.page.locator(f"nav a[href='{path}']").click()
    tile, skip = tablet.screen.locator("label.tile").first, tablet.screen.get_by_text("Skip")
    tile.click()
    expect(skip).to_be_hidden()
    tablet.page.wait_for_timeout(700)  # else the second tap is one in a hurry
    tile.click()  # taken back with her own tap
    expect(skip).to_be_visible()
    tile.click()
    tablet.screen.locator("[data-go=send]").click()
    tablet.shows(f"{path}/thanks")


def test_a_third_topic_is_not_taken_and_a_sentence_says_so(tablet: ChildTablet) -> None:
    opens_tell(tablet)
    tablet.skips_to("topic")
    tablet.answers("Food")
    tablet.answers("Being hit")
    hit = tablet.screen.locator("label.tile").filter(has_text="Being hit")
    before, says = hit.bounding_box(), tablet.screen.get_by_role("status")
    expect(says).to_be_hidden()
    tablet.answers("Something broken")
    assert tablet.chosen() == ["food", "hit"], "what she chose stays"
    expect(says).to_have_text("Two are enough. Tap one again to take it back.")
    expect(tablet.screen.get_by_text("You can tap two.")).to_be_hidden()
    after = hit.bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < before["height"] / 2, "no other tile comes under her finger"
    tablet.answers("Being hit")
    expect(says).to_be_hidden()
    tablet.answers("Something broken")
    tablet.answers("Being teased")
    tablet.goes_on()
    tablet.goes_back()
    expect(says).to_be_hidden()
    assert tablet.chosen() == ["food", "broken"]


def test_skip_is_gone_once_something_is_tapped_typed_or_spoken_and_undoes_nothing(tablet: ChildTablet) -> None:
    opens_tell(tablet)
    tablet.skips_to("topic")
    skip = tablet.screen.locator("[data-go=skip]")
    expect(skip).to_be_visible()
    tablet.answers("Food")
    expect(skip).to_be_hidden()
    tablet.answers("Food")  # taken back with her own tap
    expect(skip).to_be_visible()
    tablet.skips_to("tell")
    tablet.screen.locator("textarea").press_sequentially("I")
    expect(skip).to_be_hidden()
    tablet.screen.locator("textarea").press("Backspace")
    expect(skip).to_be_visible()
    tablet.screen.locator("[data-start]").click()
    expect(skip).to_be_hidden()
    tablet.page.wait_for_timeout(600)
    tablet.screen.locator("[data-halt]").click()
    expect(skip).to_be_hidden()
    tablet.goes_on()
    tablet.goes_back()
    expect(tablet.screen.locator("[data-replay]")).to_be_visible()
    tablet.screen.locator("[data-drop]").click()
    expect(skip).to_be_visible()


def test_a_second_tap_takes_an_answer_back_but_two_in_a_hurry_do_not(tablet: ChildTablet) -> None:
    tablet.begins()
    tile = tablet.screen.locator("label.tile").first
    tile.dblclick()
    assert len(tablet.chosen()) == 1
    tablet.page.wait_for_timeout(700)
    tile.click()
    assert tablet.chosen() == []
    expect(tablet.screen.locator("[data-go=skip]")).to_be_visible()


def test_from_the_readers_to_send_a_strip_says_who_cannot_see_it(tablet: ChildTablet) -> None:
    opens_tell(tablet)
    while tablet.question != "readers":
        assert not is_shown(tablet)
        tablet.skips()
    tablet.goes_on()
    seen = says_on_each_screen(tablet)
    assert not seen[0], "on the screen of the limit each of them stands below by name"
    assert set(seen[1:]) == {
        "\u2068Asha Example\u2069, \u2068Ravi Example\u2069, and \u2068Meera Example\u2069 read it."
    }, "what is told of nothing may be anything: the lead reads it too"
    assert strip(tablet) == seen[1]
    heads = tablet.page.locator("[data-strip] .head").locator("visible=true")
    assert heads.count() == 3, "as many faces as names"
    tablet.page.locator("[data-strip]").click()
    assert tablet.question == "readers"
    assert not is_shown(tablet)
    leaves_out(tablet, "Ravi", "Meera")
    tablet.goes_on()
    assert tablet.screen.get_attribute("aria-labelledby") == "end", "back to where she was"
    assert not is_shown(tablet), "among those who read it stands, once, who cannot"
    out = tablet.screen.locator(".rows > .out:visible").all_inner_texts()
    assert [" ".join(one.split()) for one in out] == [f"{name} Example cannot see this" for name in ("Ravi", "Meera")]


def test_whoever_helps_and_is_left_out_is_said_to_know_it_now_and_not_to_read_it(tablet: ChildTablet) -> None:
    """She cannot at once "know what you tell" and "not see this"."""
    opens_tell(tablet)
    tablet.answers_and_goes_on("An adult helps")
    tablet.answers_and_goes_on("Asha")
    tablet.skips_to("readers")
    leaves_out(tablet, "Asha", "Meera")
    tile = tablet.screen.locator("label.reader").filter(has_text="Asha")
    assert tile.inner_text().split("\n")[-1] == "helps you now, cannot read it later"
    tablet.goes_on()
    assert strip(tablet) == (
        "\u2068Meera Example\u2069 cannot see this. \u2068Asha Example\u2069 helps you now, but cannot read it later."
    )
    tablet.skips_the_rest()
    assert rows_of(tablet)[0] == "Asha Example: helps you now, cannot read it later"
    while tablet.question != "company":
        tablet.goes_back()
    tablet.answers("Just me")
    tablet.skips_to("readers")
    tablet.goes_on()
    assert strip(tablet) == "\u2068Asha Example\u2069 and \u2068Meera Example\u2069 cannot see this."


def test_at_a_desk_whoever_helps_and_is_left_out_is_known_without_a_tap(
    desks: Callable[[Place, str], StaffDesk], place: Place
) -> None:
    desk = desks(place, "asha")
    desk.opens("/staff/help-tell")
    desk.presses("English")
    screen = desk.page.locator(".screen.now")
    while screen.get_attribute("data-question") != "readers":
        screen.locator("[data-go=next]").click()
    screen.locator("label").filter(has_text="Asha").click()
    screen.locator("[data-go=next]").click()
    expect(desk.page.locator("[data-strip] b")).to_have_text(
        "\u2068Asha Example\u2069 helps you now, but cannot read it later."
    )


def test_where_a_child_may_be_hurt_the_strip_names_the_safeguarding_lead_too(tablet: ChildTablet) -> None:
    opens_tell(tablet)
    tablet.skips_to("topic")
    tablet.answers_and_goes_on("Being hit")
    tablet.skips_to("by_whom")
    tablet.answers("An adult here")
    tablet.skips_to("tell")
    assert {"Asha", "Ravi", "Meera"} == set(re.findall(r"\u2068(\w+)", strip(tablet)))
    tablet.page.locator("[data-strip]").click()
    leaves_out(tablet, "Ravi")
    tablet.goes_on()
    assert strip(tablet) == "\u2068Ravi Example\u2069 cannot see this."


def test_where_many_read_it_the_strip_stays_short_and_never_says_too_much(tablets: Tablets, place: Place) -> None:
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        for name in ("Binta", "Chen", "Dewi", "Elif", "Femi"):
            make_person(session, "advocate", place.site_id, handle=f"{name.lower()}-{place.site_id}", name=name)
    tablet = tablets(place)
    opens_tell(tablet)
    tablet.skips_to("tell")
    assert strip(tablet) == "All of them may read it."
    for leaves, says in (
        (("Binta", "Chen"), "\u2068Binta\u2069 and \u2068Chen\u2069 cannot see this."),
        (("Binta", "Chen", "Dewi"), "Those with a cross cannot see this."),
        (
            ("Binta", "Chen", "Dewi", "Elif", "Femi"),
            "\u2068Asha Example\u2069, \u2068Ravi Example\u2069, and \u2068Meera Example\u2069 read it.",
        ),
    ):
        tablet.page.locator("[data-strip]").click()
        leaves_out(tablet, *leaves)
        tablet.goes_on()
        assert strip(tablet) == says
        assert tablet.page.locator("[data-strip] .head.out").count() == len(leaves)


@pytest.mark.parametrize(
    ("language", "words"),
    [("हिन्दी", "\u2068Ravi Example\u2069 को यह नहीं दिखता।"), ("العربية", "لا يصل هذا إلى: \u2068Ravi Example\u2069.")],
)
def test_the_strip_speaks_the_childs_language(language: str, words: str, tablet: ChildTablet) -> None:
    opens_tell(tablet, language)
    tablet.skips_to("readers")
    leaves_out(tablet, "Ravi")
    tablet.goes_on()
    assert strip(tablet) == words


def test_stop_leads_to_what_goes_and_who_reads_and_never_past_them(tablet: ChildTablet, place: Place) -> None:
    """She stops after the topic, and never met the screen of the readers."""
    opens_tell(tablet)
    tablet.skips_to("topic")
    tablet.answers("Being shouted at")
    tablet.stops()
    assert tablet.screen.locator("[data-readback] b").all_inner_texts() == ["Being shouted at"]
    rows = tablet.screen.locator(".rows li:visible").all_inner_texts()
    assert [re.sub(r"\s*\n\s*", ": ", row) for row in rows] == [
        "Asha Example",
        "Ravi Example",
        "Meera Example",
        "Olga Example",
    ]
    tablet.reads("If a child is in danger, they must tell others, even if you say no.")
    tablet.page.locator("[data-strip]").click()
    leaves_out(tablet, "Asha")
    tablet.goes_on()
    rows = tablet.screen.locator(".rows li.out").all_inner_texts()
    assert [re.sub(r"\s*\n\s*", ": ", row) for row in rows] == ["Asha Example: cannot see this"]
    tablet.sends()
    keeps_the_pictures(tablet)
    assert found_by(place, "asha") == []
    assert found_by(place, "ravi")


@pytest.mark.parametrize("language", breadth(["हिन्दी"], ["English", "العربية"]))
def test_whoever_reads_and_what_no_no_can_stop_are_seen_above_send_on_a_phone(
    language: str, tablet: ChildTablet
) -> None:
    opens_tell(with_voices(tablet), language)
    tablet.skips_to("topic")
    tablet.screen.locator("label.tile").first.click()
    tablet.skips_the_rest()
    bar = tablet.screen.locator(".sends > .tile").first.bounding_box()
    assert bar
    lines = (*tablet.screen.locator(".rows > li:visible").all(), tablet.screen.locator(".says > .soft.runner"))
    assert len(lines) == 5
    for line in lines:
        box = line.bounding_box()
        assert box
        assert box["y"] + box["height"] <= bar["y"]
    assert bar["height"] >= 96, "and it is as large as ever"


def test_where_all_of_the_house_are_left_out_whoever_reads_from_outside_is_named(tablet: ChildTablet) -> None:
    opens_tell(tablet)
    tablet.skips_to("readers")
    leaves_out(tablet, "Asha", "Ravi", "Meera")
    assert "reads it" in tablet.screen.locator("label.reader").filter(has_text="Olga").inner_text()
    tablet.goes_on()
    assert listed(tablet) == ["Olga Example"]
    tablet.reads("Olga Example\u2069 reads it.")


def test_nobody_is_left_to_read_it_is_not_sent_without_a_network_either(tablet: ChildTablet) -> None:
    opens_tell(tablet)
    tablet.skips_to("topic")
    tablet.answers("Food")
    tablet.stops()
    tablet.page.locator("[data-strip]").click()
    leaves_out(tablet, "Asha", "Ravi", "Meera", "Olga")
    tablet.goes_back()
    sent: list[str] = []
    tablet.page.on("request", lambda request: sent.append(request.method))
    tablet.sends()
    assert tablet.question == "readers"
    tablet.reads("Then nobody reads it.")
    assert "POST" not in sent


def test_the_last_screen_shows_what_goes_with_her_voice(tablet: ChildTablet, place: Place) -> None:
    told(tablet, WORDS)
    tablet.skips_the_rest()
    assert tablet.screen.locator("[data-readback] > li").all_inner_texts() == [
        "What is it about?\nFood",
        f"Your own words\n{WORDS}",
    ]
    expect(tablet.screen.locator("[data-mine]")).to_be_visible()
    tablet.sends()
    pictures(tablet)
    assert found_by(place, "asha")[0].said["words"] == WORDS


def test_a_suggestion_with_words_on_another_screen_is_shown_before_it_goes(tablet: ChildTablet, place: Place) -> None:
    place.meets("flip_club")
    tablet.opens("/language")
    tablet.chooses_language("English")
    tablet.opens("/agenda/suggest")
    tablet.screen.locator("label.tile").first.click()
    tablet.screen.locator("[data-go=next]").click()
    tablet.writes(WORDS)
    tablet.goes_back()
    tablet.screen.locator("[data-go=send]").click()
    assert tablet.screen.get_attribute("aria-labelledby") == "end"
    assert WORDS in tablet.screen.locator("[data-readback]").inner_text()
    tablet.goes_back()
    tablet.goes_back()
    tablet.answers("Mend it")
    tablet.screen.locator("[data-go=send]").click()
    lines = [line.split("\n") for line in tablet.screen.locator("[data-readback] > li").all_inner_texts()]
    assert [line[0] for line in lines] == ["What is it about?", "What should happen?", "Your own words"]
    assert lines[1][-1] == "Mend it"


def test_the_last_screen_of_a_survey_shows_what_goes_and_who_gets_what_of_it(tablet: ChildTablet, place: Place) -> None:
    with_voices(tablet).begins()
    tablet.answers("Very good")
    tablet.stops()
    expect(tablet.screen.locator("[data-letter]")).to_be_hidden()
    tablet.goes_back()
    tablet.skips_to("letter_box")
    tablet.writes(WORDS)
    tablet.skips_the_rest()
    expect(tablet.screen.locator("[data-letter] bdi")).to_have_text(WORDS)
    others = tablet.screen.locator("[data-letter] small")
    expect(others).to_be_hidden()
    tablet.goes_back()
    while tablet.question != "letter_box":
        tablet.goes_back()
    tablet.answers("Yes, others may see")
    tablet.skips_the_rest()
    expect(others).to_have_text("Yes, others may see")
    expect(others).to_be_visible()
    rows = [" ".join(row.split()) for row in tablet.screen.locator(".brief li").all_inner_texts()]
    assert rows == [
        "Asha Example sees how many said what, reads the letter box",
        "Ravi Example sees how many said what, reads the letter box",
        "Lata Example sees about how many, and must answer",
        "Nobody sees what you tapped",
    ]
    chose = tablet.screen.locator(".chose .readback > li")
    expect(chose).to_have_count(1)
    expect(chose).to_be_hidden()
    tablet.screen.locator(".chose > summary").click()
    expect(chose).to_be_visible()
    assert (chose.locator("b").inner_text(), chose.locator(".picture").count()) == ("Very good", 1)
    tablet.goes_back()
    tablet.skips_the_rest()
    expect(chose).to_be_hidden()
    for row in tablet.screen.locator(".rows > li:visible").all():
        box, foot = row.bounding_box(), tablet.screen.locator(".sends > .tile").first.bounding_box()
        assert box
        assert foot
        assert box["y"] + box["height"] <= foot["y"], "nothing of it lies under the bar"
    tablet.sends()
    tablet.is_thanked()
    assert place.letters() == 1


@pytest.fixture
def review(place: Place) -> Review:
    return review_tomorrow(place)


def opens_plan(tablet: ChildTablet, review: Review) -> tuple[Picture, ...]:
    """Where a slip is put in; gives the pictures of hers."""
    tablet.opens("/language")
    tablet.chooses_language("English")
    dealt = deal_slip(tablet.place, review)
    tablet.opens("/plan")
    return dealt


def prepares(tablet: ChildTablet, review: Review) -> None:
    """Her slip, and past the first two screens."""
    dealt = opens_plan(tablet, review)
    for screen, picture in zip(SCREENS, dealt, strict=False):
        tablet.screen.locator(".tile:has(input)").nth(screen.index(picture)).click()
        tablet.goes_on()
    expect(tablet.page).to_have_url(f"{tablet.place.url}/plan/words")
    tablet.goes_on()
    tablet.screen.locator("[data-go=next]").click()


def rows_of(tablet: ChildTablet) -> list[str]:
    """Who is named as a reader, with what she does."""
    rows = tablet.screen.locator(".rows li:visible").all_inner_texts()
    return [re.sub(r"\s*\n\s*", ": ", row) for row in rows]


def test_a_review_lists_who_reads_and_says_what_it_means_that_nobody_may(tablet: ChildTablet, review: Review) -> None:
    prepares(tablet, review)
    tablet.answers("School")
    tablet.skips_to("readers")
    assert tablet.screen.locator(".moves > *").all_inner_texts() == ["Next"]
    said = "decides, but cannot see your wishes or answer them."
    tablet.reads(said)
    assert "decides" in tablet.screen.locator("label").filter(has_text="Rosa").inner_text()
    tablet.goes_on()
    assert rows_of(tablet) == ["Asha Example: carries your words"]
    tablet.reads(said)
    tablet.goes_back()
    tablet.answers("Rosa")
    tablet.goes_on()
    assert rows_of(tablet) == ["Asha Example: carries your words", "Rosa Example: decides"]
    assert tablet.page.get_by_text(said).locator("visible=true").count() == 0
    tablet.page.reload()
    comes_true(tablet.page, lambda: tablet.question == "limit", "she is where she was")
    assert rows_of(tablet) == ["Asha Example: carries your words", "Rosa Example: decides"]
    tablet.stops()
    assert strip(tablet) == "\u2068Asha Example\u2069 and \u2068Rosa Example\u2069 read it."
    assert rows_of(tablet) == ["Asha Example: carries your words", "Rosa Example: decides"]
    assert tablet.screen.locator("[data-readback] b").all_inner_texts() == ["School"]


def test_nobody_is_wanted_and_unwanted_and_a_sentence_says_which_tap_counts(
    tablet: ChildTablet, review: Review
) -> None:
    prepares(tablet, review)
    tablet.skips_to("there")
    tablet.answers("Ravi")
    tablet.answers("Meera")
    tablet.goes_on()
    says, ravi = tablet.screen.get_by_role("status"), str(tablet.place.people["ravi"].id)
    expect(says).to_be_hidden()
    tablet.answers("Ravi")
    name = "\u2068Ravi Example\u2069"
    expect(says).to_have_text(f"Before you said {name} should be there. Now you say {name} should stay away.")
    chosen = tablet.page.locator("[name=there]:checked, [name=not_there]:checked")
    assert [(one.get_attribute("name"), one.get_attribute("value")) for one in chosen.all()] == [
        ("there", str(tablet.place.people["meera"].id)),
        ("not_there", ravi),
    ]
    tablet.goes_back()
    expect(says).to_be_hidden()
    tablet.answers("Ravi")
    expect(says).to_have_text(f"Before you said {name} should stay away. Now you say {name} should be there.")
    tablet.answers("Ravi")  # taken back: he stands nowhere
    expect(says).to_be_hidden()
    assert ravi not in [one.get_attribute("value") for one in chosen.all()]
    tablet.answers("Ravi")
    tablet.goes_on()
    expect(tablet.screen.locator("[data-go=skip]")).to_be_visible()
    tablet.stops()
    lines = tablet.screen.locator("[data-readback] > li").all_inner_texts()
    assert [line.splitlines()[0] for line in lines] == ["Who should be there?"]


@long_test("WALKED")
def test_the_pictures_of_a_statement_stay_though_her_slip_is_used_up(tablet: ChildTablet, review: Review) -> None:
    prepares(tablet, review)
    tablet.answers("School")
    tablet.skips_to("limit")
    tablet.skips_the_rest()
    tablet.sends()
    seen = pictures(tablet)
    for _again in range(2):
        tablet.page.reload()
        tablet.shows("/plan/sent")
        expect(tablet.screen.get_by_role("status")).to_have_text(
            "Thank you. Your words are safe. It is sent. Here are your pictures again.", use_inner_text=True
        )
        assert pictures(tablet) == seen
    tablet.goes_on()
    begins_anew(tablet.page)
    tablet.shows("/plan/sent")
    assert pictures(tablet) == seen
    tablet.screen.get_by_role("button", name="I have them").click()
    tablet.page.reload()
    tablet.reads("Thank you. Your words are safe.")
    assert seen[0] not in str(tablet.page.evaluate("window.name"))
    tablet.screen.locator("[data-go=done]").click()
    tablet.is_at_the_first_screen()
    tablet.opens("/plan/sent")
    tablet.reads("Your pictures are not shown here any more.")
    tablet.screen.get_by_role("link", name="First page").click()
    tablet.is_at_the_first_screen()


def test_the_pictures_of_a_slip_that_she_put_in_outlive_a_reload(tablet: ChildTablet, review: Review) -> None:
    dealt = opens_plan(tablet, review)
    tablet.screen.locator(".tile:has(input)").nth(SCREENS[0].index(dealt[0])).click()
    tablet.goes_on()
    tablet.page.reload()
    expect(tablet.page.locator("[data-slots] .filled")).to_have_count(1)
    begins_anew(tablet.page)
    tablet.shows("/plan")
    expect(tablet.page.locator("[data-slots] .filled")).to_have_count(1)
    for screen, picture in zip(SCREENS[1:], dealt[1:], strict=False):
        tablet.screen.locator(".tile:has(input)").nth(screen.index(picture)).click()
        tablet.goes_on()
    tablet.shows("/plan/words")
    comes_true(tablet.page, lambda: tablet.page.evaluate("window.name") == "", "the slip is forgotten")


def test_whoever_has_no_slip_reads_that_something_is_filled_in_for_her(tablet: ChildTablet, review: Review) -> None:
    opens_tell(tablet)
    sentence = "Some of it is filled in for you already. Look at it, and change what you like."
    assert sentence not in tablet.page.content()
    tablet.opens("/plan")
    tablet.screen.get_by_role("button", name="I have no slip").click()
    tablet.shows("/tell")
    tablet.reads(sentence)

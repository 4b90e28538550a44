"""A kept version is revised in the builder: what an import made up, words, answers, pictures, ranges; by two people."""

import io
import re
from collections.abc import Callable, Sequence

import openpyxl
import pytest
from flask import Flask

from tests.support.open_rounds import LETTERS, House, a_house, file, kept, log, questions
from tests.support.people import make_person, on_tablet, signed_in
from tests.support.rounds import open_round
from tests.support.visitor import Visitor
from tests.surveys.questionnaires.test_builder import DRAFTS, adds, finished, writes
from tests.surveys.questionnaires.test_questionnaire_pages import _upload
from tests.surveys.questionnaires.test_xlsform import PLAIN, workbook
from youthvoice import context, db
from youthvoice.access.permissions import COORDINATOR
from youthvoice.surveys.questionnaires import store, text_size
from youthvoice.surveys.questionnaires.drafts import store as draft_store
from youthvoice.surveys.questionnaires.drafts.labels import version_changes
from youthvoice.surveys.questionnaires.importer import read_file
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.store import load_starter
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.surveys.questionnaires.xlsform.xlsform_writer import write_template
from youthvoice.web.uploads import MAX_FIELDS

NewVisitor = Callable[[], Visitor]
ROWS: Sequence[Sequence[object]] = [
    ["deviceid", "deviceid"],
    PLAIN,
    ["select_one q3", "food", "How was the food?"],
    ["select_one often", "listen", "Do adults listen?"],
    ["select_one c", "colour", "Which colour?"],
    ["integer", "friends", "How many friends?"],
]
CHOICES: Sequence[Sequence[object]] = [
    ["yn", "yes", "Yes"],
    ["yn", "no", "No"],
    *(["q3", at, said] for at, said in enumerate(("Bad", "OK", "Good"))),
    *(["often", at, said] for at, said in enumerate(("Always", "Sometimes", "Never"))),
    *(["c", said.lower(), said] for said in ("Red", "Green", "Blue")),
]


@pytest.fixture
def house(app: Flask) -> House:
    return a_house()


@pytest.fixture
def browser(house: House, visitor: NewVisitor) -> Visitor:
    return signed_in(visitor(), house.coordinator)


def _newest(name: str) -> tuple[int, int, Questionnaire]:
    with db.reading(db.engine()) as session:
        questionnaire_row = store.latest_version(session, name)
        assert questionnaire_row
        return questionnaire_row.id, questionnaire_row.version, store.load_questionnaire(session, questionnaire_row.id)


def test_a_plain_form_comes_to_a_childs_screen_with_kinds_and_pictures(house: House, browser: Visitor) -> None:
    page = _upload(browser, workbook(ROWS, CHOICES), "Our form.xlsx")
    assert "Left out or made up" in page
    assert "“deviceid” would tell who answers, where or when. The row was left out." in page
    here, _version, found = _newest("our-form")
    kinds = {one.name: one.kind for one in found.questions}
    assert kinds == {
        "warm": "yes_no", "food": "faces", "listen": "faces", "colour": "choose_one", "friends": "number",
    }  # fmt: skip
    screens = browser.open(f"/staff/questionnaires/{here}/preview/en").text
    for face in ("1F641", "1F610", "1F642"):
        assert screens.count(f'href="#p-{face}"') == 2


def revises(browser: Visitor, questionnaire_id: int) -> str:
    """Open the draft of the next version as its button does; gives its address."""
    page = browser.open(f"/staff/questionnaires/{questionnaire_id}").text
    assert f'action="{DRAFTS}/of/{questionnaire_id}"' in page
    return browser.send(f"{DRAFTS}/of/{questionnaire_id}").request.path


def heads(browser: Visitor, path: str, status: int = 200, **changed: object) -> str:
    """Save the head of a draft with some of it changed."""
    browser.open(path)
    usual = {"title_en": "Our form", "languages": ["en"], "ages": "10-12", "purpose": "regular"}
    return browser.send(path, usual | changed, status).text


def finishes(browser: Visitor, path: str, status: int = 200) -> str:
    browser.open(path)
    return browser.send(f"{path}/finish", {}, status).text


def imported(browser: Visitor) -> int:
    _upload(browser, workbook(ROWS, CHOICES), "Our form.xlsx")
    return _newest("our-form")[0]


def notes_of(name: str) -> list[str]:
    with db.reading(db.engine()) as session:
        questionnaire_row = store.latest_version(session, name)
        assert questionnaire_row
        return [code for _row, code, _values in questionnaire_row.notes or ()]


def test_all_that_an_import_made_up_is_put_right_in_the_draft_of_the_next_version(
    house: House, browser: Visitor
) -> None:
    here = imported(browser)
    before = _newest("our-form")[2]
    path = revises(browser, here)
    page = browser.open(path).text
    assert "follows version 1 of \u2068our-form\u2069" in page
    assert "Left out or made up" in page
    assert "The ranges for “friends” were made automatically." in page
    assert "were made automatically" in browser.open(f"{path}/questions/5").text
    heads(browser, path, ages="10-12")
    writes(browser, f"{path}/questions/1", picture="teacup-without-handle", answer_0_good="y")
    writes(browser, f"{path}/questions/2", answer_2_good="y")
    writes(browser, f"{path}/questions/3", answer_0_good="", answer_2_good="y")
    writes(
        browser, f"{path}/questions/4", answer_0_picture="red-apple", answer_1_picture="leafy-green",
        answer_2_picture="1F535",
    )  # fmt: skip
    page = writes(browser, f"{path}/questions/5", ends="1, 4")
    assert 'value="0-1, 2-4, 5+"' in page
    assert "were made automatically" not in page
    finishes(browser, path)
    there, version, after = _newest("our-form")
    warm, food, listen, colour, friends = after.questions
    assert (version, after.ages) == (2, "10-12")
    assert (warm.picture, warm.good) == ("1F375", ("yes",))
    assert [one.picture for one in food.options] == ["1F641", "1F610", "1F642"]
    assert listen.good == ("2",)  # "Never" is good here: the faces turn round
    assert [one.picture for one in colour.options] == ["1F34E", "1F96C", "1F535"]
    assert [(one.low, one.high) for one in friends.bins] == [(0, 1), (2, 4), (5, 999_999)]
    assert notes_of("our-form") == ["would_identify"], "what somebody has looked at is no note any more"
    with db.reading(db.engine()) as session:
        assert store.load_questionnaire(session, here) == before
        new_row = store.find_stored_questionnaire(session, there)
        assert new_row
        assert not new_row.approved_on


MORE = """
[[question]]
name = "after"
kind = "choose_one"
text = { en = "What do you do after school?" }
options = [{ key = "ball", picture = "ball", en = "Ball" }, { key = "books", picture = "books", en = "Books" }]
[[question]]
name = "friends"
kind = "number"
text = { en = "How many friends are here?" }
bins = [{ key = "few", low = 0, high = 2, en = "0–2" }, { key = "many", low = 3, high = 999999, en = "3+" }]
"""


def test_from_a_revision_over_an_advocate_to_the_screens_of_the_next_round(
    house: House, browser: Visitor, visitor: NewVisitor
) -> None:
    path = revises(browser, kept(questions(MORE), house.advocate))
    writes(browser, f"{path}/questions/1", text_en="How was lunch this week?")
    writes(browser, f"{path}/questions/2", answer_2_en="Music", answer_2_picture="musical-note")
    writes(browser, f"{path}/questions/3", ends="0-4, 5+")
    finishes(browser, path)
    there, version, questionnaire = _newest("example-days")
    assert (version, questionnaire.questions[1].keys) == (2, ("ball", "books", "music"))
    offered = '<option value="{}">'.format
    opening = "/staff/rounds/open/questions"
    assert offered(there) not in browser.open(opening).text, "nobody approved it yet"
    advocate = signed_in(visitor(), house.advocate)
    assert f"/staff/questionnaires/{there}" in advocate.open("/staff/").text
    advocate.open(f"/staff/questionnaires/{there}/approve")
    advocate.send(f"/staff/questionnaires/{there}/approve", {"seen": "y"})
    assert offered(there) in browser.open(opening).text
    round_ = open_round([house.site_id], house.coordinator.id, questionnaire)
    screens = on_tablet(visitor(), house.site_id).open(f"/survey/{round_.slug}").text
    for words in ("How was lunch this week?", "Music", "0–4", "5+"):
        assert words in screens
    assert "How was the food" not in screens


def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(house: House, browser: Visitor) -> None:
    path = revises(browser, imported(browser))
    page = writes(browser, f"{path}/questions/1", picture="teacop-without-handle")
    assert "Did you mean “teacup-without-handle”?" in page
    assert 'value="teacop-without-handle"' in page
    page = writes(browser, f"{path}/questions/5", ends="5, 3")
    assert "Ranges follow one another from small to large" in page
    assert 'value="5, 3"' in page
    ticked = {f"answer_{at}_good": "y" for at in range(3)}
    assert "Every answer is ticked as a good one." in writes(browser, f"{path}/questions/2", **ticked)
    page = finishes(browser, path, 422)
    assert "First fix" in page
    assert _newest("our-form")[1] == 1
    writes(browser, f"{path}/questions/5", ends="")
    assert "Write two to five ranges" in browser.page


def test_a_question_becomes_a_scale_of_faces_and_its_pictures_come_back(house: House, browser: Visitor) -> None:
    path = revises(browser, imported(browser))
    colours = f"{path}/questions/4"
    writes(
        browser, colours, answer_0_picture="red-apple", answer_1_picture="leafy-green", answer_2_picture="blue-circle"
    )
    page = writes(browser, colours, kind="faces")
    assert 'name="answer_0_picture"' not in page
    assert "1F34E" not in browser.open(f"{colours}/screen/en").text
    writes(browser, colours, answer_0_good="y")
    page = writes(browser, colours, kind="choose_one")
    assert re.search(r'name="answer_0_picture"[^>]* value="apple"', page)
    writes(browser, colours, kind="faces")
    heads(browser, path)
    finishes(browser, path)
    question = finished("our-form").questions[3]
    assert (question.kind, question.good) == ("faces", ("red",))
    assert [one.picture for one in question.options] == ["1F642", "1F610", "1F641"], "happy at the good end"


def test_an_approved_version_stays_and_an_old_one_leads_to_the_newest(house: House, browser: Visitor) -> None:
    here = kept(questions(LETTERS), house.advocate)
    path = revises(browser, here)
    writes(browser, f"{path}/questions/1", picture="egg")
    finishes(browser, path)
    there, version, after = _newest("example-days")
    assert (version, after.questions[0].picture) == (2, "1F95A")
    with db.reading(db.engine()) as session:
        first, second = (store.find_stored_questionnaire(session, one) for one in (here, there))
        assert first
        assert second
        assert first.approved_on
        assert not second.approved_on
        assert store.load_questionnaire(session, here).questions[0].picture is None
    assert "Revise it" not in browser.open(f"/staff/questionnaires/{here}").text.split("<h2")[0]
    page = browser.send(f"{DRAFTS}/of/{here}")
    assert "Version 2 is newer: the draft begins with that." in page.text
    assert "follows version 2" in page.text


def test_a_draft_without_a_change_makes_no_version(house: House, browser: Visitor) -> None:
    here = kept(questions(LETTERS), house.advocate)
    path = revises(browser, here)
    assert "Nothing differs from version 1 yet." in finishes(browser, path, 422)
    writes(browser, f"{path}/questions/1")
    assert "Nothing differs from version 1 yet." in finishes(browser, path, 422), "a save alone is no change"
    assert _newest("example-days")[1] == 1


def test_a_long_form_is_revised_question_by_question(house: House, browser: Visitor) -> None:
    rows = [["select_one yn", f"q{at}", f"Is tea number {at} warm?"] for at in range(80)]
    _upload(browser, workbook(rows, CHOICES), "Our form.xlsx")
    here, _version, before = _newest("our-form")
    path = revises(browser, here)
    assert "There is no room for more questions." in browser.open(path).text
    writes(browser, f"{path}/questions/80", picture="egg", answer_0_good="y")
    finishes(browser, path)
    after = _newest("our-form")[2]
    assert (after.questions[-1].picture, after.questions[-1].good) == ("1F95A", ("yes",))
    assert after.questions[:-1] == before.questions[:-1]


LANGUAGES = ("en", "hi", "ar", "fr")


def _many(purpose: str = "regular") -> Questionnaire:
    """24 answers in four languages: more boxes than one form may send."""
    words = ", ".join(f'{code} = "{{0}}"' for code in LANGUAGES)
    options = ", ".join(f'{{ key = "k{at}", {words.format(f"Answer {at}")} }}' for at in range(24))
    groups = [("low", range(12)), ("high", range(12, 24))]
    merge = ", ".join(
        f'{{ key = "{key}", {words.format(key)}, options = {[f"k{at}" for at in places]} }}' for key, places in groups
    )
    text = f"""
purpose = "{purpose}"
ages = "10-12"
languages = ["{'", "'.join(LANGUAGES)}"]
title = {{ {words.format("Many")} }}
[[question]]
name = "which"
kind = "choose_one"
harm = ["k1", "k22"]
safety = true
options = [{options}]
merge = [{merge}]
text = {{ {words.format("Which one?")} }}
"""
    return read_toml(text.encode(), "many")


def test_more_answers_than_one_form_sends_are_revised_page_by_page(house: House, browser: Visitor) -> None:
    here = kept(_many(), house.advocate)
    path = revises(browser, here)
    question = f"{path}/questions/1"
    page = browser.open(question).text
    shown = len(re.findall(r'name="answer_\d+_key"', page))
    assert 10 < shown < 24
    assert f"1 to {shown} of 24" in page
    assert len(re.findall(r'<(?:input|select)[^>]* name="', page)) < MAX_FIELDS
    page = writes(browser, question, do=f"start-{shown}", answer_0_en="The first")
    assert f"{shown + 1} to 24 of 24" in page
    assert re.search(r'<input checked[^>]*name="answer_22_harm"', page)
    further = f"{question}?start={shown}"
    page = browser.open(further).text
    sent: dict[str, object] = {name: value for name, value in _sent(page).items() if not name.endswith("22_harm")}
    browser.send(question, sent | {"answer_23_en": "The last", "answer_23_picture": "egg", "do": "up-23"})
    finishes(browser, path)
    before, after = _many().questions[0], finished("many").questions[0]
    assert [one.key for one in after.options] == [*(f"k{at}" for at in range(22)), "k23", "k22"]
    assert (after.options[0].text["en"], after.options[22].text["en"]) == ("The first", "The last")
    assert after.options[22].picture == "1F95A"
    assert after.harm == ("k1",)
    assert after.merge == before.merge
    assert after.options[1:22] == before.options[1:22]


def _sent(page: str) -> dict[str, object]:
    """What a browser sends of a question's form."""
    from tests.surveys.questionnaires.test_builder import _boxes  # noqa: PLC0415

    return _boxes(page)


def test_only_who_may_import_revises(house: House, visitor: NewVisitor) -> None:
    here = kept(questions())
    for person in (house.advocate, house.facilitator):
        browser = signed_in(visitor(), person)
        assert "Revise it" not in browser.open(f"/staff/questionnaires/{here}").text
        browser.send(f"{DRAFTS}/of/{here}", {}, 403)
    browser = signed_in(visitor(), house.coordinator)
    browser.open(f"/staff/questionnaires/{here}")
    browser.send(f"{DRAFTS}/of/99", {}, 404)
    assert browser.ask("GET", f"/staff/questionnaires/{here}/revise").status_code == 404


def test_a_draft_says_which_questions_are_not_compared_with_earlier_rounds(house: House, browser: Visitor) -> None:
    here = kept(questions(LETTERS), house.advocate)
    path = revises(browser, here)
    assert "Not compared with earlier rounds" not in browser.open(path).text
    page = writes(browser, f"{path}/questions/1", text_en="How was the meal today?")
    assert "New since version 1: other words." in page
    page = browser.open(path).text
    assert page.count("Not compared with earlier rounds. New since version 1: other words.") == 1
    browser.open(path)
    page = browser.send(f"{path}/order", {"do": "out-2"}).text
    gone = r"<h3[^>]*><bdi>What would you change here\?</bdi></h3><ul><li>No longer asked</li>"
    assert re.search(gone, page)


def test_maker_and_approver_read_what_is_different_and_in_which_language_alone(
    house: House, visitor: NewVisitor, browser: Visitor
) -> None:
    path = revises(browser, kept(load_starter("daily-life-10-12"), house.advocate))
    assert "Nothing is different." in browser.open(path).text
    writes(browser, f"{path}/questions/1", text_hi="आज खाना कैसा था?")
    alone = "Only the words in Hindi are different. Do the other languages still say the same?"
    line = "What is asked (Hindi): “\u2068आज खाना कैसा था?\u2069”, before “"
    page = browser.open(path).text
    assert (alone in page, line in page) == (True, True), page
    finishes(browser, path)
    stored = _newest("daily-life-10-12")[0]
    advocate = signed_in(visitor(), house.advocate)
    page = advocate.open(f"/staff/questionnaires/{stored}/approve").text
    assert ("Changed since version 1" in page, alone in page, line in page) == (True, True, True)
    path = revises(browser, stored)
    writes(browser, f"{path}/questions/1", text_en="How was the meal?")
    assert "Changed since version 2" in browser.open(path).text, "a draft begins with the newest version"
    finishes(browser, path)
    page = advocate.open(f"/staff/questionnaires/{stored + 1}/approve").text
    assert "Changed since version 1" in page, "what children were asked last is what an advocate compares it with"
    assert ("How was the meal?" in page, line in page, "Only the words in" in page) == (True, True, True)


def test_a_mark_is_said_with_its_answer_also_where_its_key_looks_like_a_language(app: Flask) -> None:
    before = read_toml(GREETING.encode(), "greeting")
    after = read_toml(GREETING.replace('en = "Hi"', 'good = true, en = "Hi"').encode(), "greeting")
    with app.test_request_context():
        changes = version_changes("en", after, before)
    assert changes == ([("What do adults say first?", ["A good answer: Answer “Hi”: new"])], [])
    with app.test_request_context():
        back = version_changes("en", before, after)
    assert back == ([("What do adults say first?", ["A good answer: Answer “Hi”: taken out"])], [])


GREETING = """
title = { en = "Words", hi = "शब्द" }
purpose = "regular"
ages = "10-12"
languages = ["en", "hi"]
[[question]]
name = "first_word"
kind = "faces"
text = { en = "What do adults say first?", hi = "बड़े पहले क्या कहते हैं?" }
options = [
  { key = "none", en = "Nothing", hi = "कुछ नहीं" }, { key = "hi", en = "Hi", hi = "नमस्ते" },
  { key = "fine", good = true, en = "Hello", hi = "कैसे हो" }, { key = "kind", good = true, en = "Dear", hi = "प्रिय" },
]
"""


def test_a_draft_that_would_grow_too_large_follows_no_newer_version(
    house: House, browser: Visitor, nadia: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = kept(questions(LETTERS), house.advocate)
    first, second = revises(browser, here), revises(nadia, here)
    adds(nadia, second, "yes_no")
    writes(nadia, f"{second}/questions/3", text_en="Is there a garden?", answer_0_good="y")
    finishes(nadia, second)
    monkeypatch.setattr(text_size, "MAX_TEXTS", 8)
    there = _newest("example-days")[0]
    page = browser.open(first).text
    draft_id = first.rpartition("/")[2]
    page = browser.send(f"{DRAFTS}/of/{there}", {"draft": draft_id}).text
    assert "This does not fit any more, and is not saved" in page
    assert "Is there a garden?" not in browser.open(f"{first}/questions/2").text
    assert "2 questions" in page


def test_a_questionnaire_that_children_may_have_answered_keeps_its_purpose(house: House, browser: Visitor) -> None:
    here = kept(questions(), house.advocate)
    path = revises(browser, here)
    page = heads(browser, path, 422, title_en="Other days", purpose="awareness")
    assert "Its purpose stays “Regular”" in page
    assert 'value="Other days"' in page, "nothing else that was typed is lost"
    other = kept(questions(name="never-asked"))
    heads(browser, revises(browser, other), purpose="awareness")
    finishes(browser, revises(browser, other))
    assert finished("never-asked").purpose == "awareness"


def test_a_language_that_is_added_has_the_ranges_in_figures(house: House, browser: Visitor) -> None:
    path = revises(browser, imported(browser))
    heads(browser, path, title_hi="हमारा", languages=["en", "hi"])
    page = writes(browser, f"{path}/questions/5", text_hi="कितने दोस्त?")
    assert "no words yet" not in page
    assert re.search(r"\d–\d", browser.open(f"{path}/questions/5/screen/hi").text)


def test_ranges_that_say_harm_do_not_lose_that_unseen(house: House, browser: Visitor) -> None:
    number = """
[[question]]
name = "hungry"
kind = "number"
safety = true
harm = ["often"]
text = { en = "How many days without lunch?" }
bins = [{ key = "seldom", low = 0, high = 2, en = "0–2" }, { key = "often", low = 3, high = 7, en = "3–7" }]
"""
    path = revises(browser, kept(questions(number), house.advocate))
    question = f"{path}/questions/2"
    writes(browser, question, picture="egg")
    assert "“often” was marked" in writes(browser, question, ends="0-3, 4-7")
    finishes(browser, path, 422)
    writes(browser, question, ends="0-1, 2, 3-7")
    finishes(browser, path)
    after = finished("example-days").questions[1]
    assert (after.harm, after.safety, len(after.bins)) == (("often",), True, 3)


@pytest.fixture
def nadia(house: House, visitor: NewVisitor) -> Visitor:
    """A second coordinator."""
    with db.writing(db.engine()) as session:
        person = make_person(session, COORDINATOR, house.site_id, handle="nadia")
    return signed_in(visitor(), person)


def test_two_who_revise_one_version_lose_nothing_of_each_other(house: House, browser: Visitor, nadia: Visitor) -> None:
    here = kept(questions(LETTERS), house.advocate)
    first, second = revises(browser, here), revises(nadia, here)
    assert "Nadia Example has a draft of the next version too" in browser.open(first).text
    assert "has a draft of the next version too" in browser.open(f"/staff/questionnaires/{here}").text
    nadia.open(first, 404)
    writes(nadia, f"{second}/questions/1", text_en="How was lunch?", picture="egg")
    finishes(nadia, second)
    writes(browser, f"{first}/questions/1", text_en="How was supper?")
    writes(browser, f"{first}/questions/2", text_en="What would you add?")
    page = finishes(browser, first, 422)
    assert "Version 2 has been saved since. Bring it into your draft first." in page
    assert "yours “\u2068How was supper?\u2069”, version 2 “\u2068How was lunch?\u2069”" in page
    there = _newest("example-days")[0]
    assert "Go on with your draft" in browser.open(f"/staff/questionnaires/{there}").text
    assert browser.send(f"{DRAFTS}/of/{there}").request.path == first, "her draft, which says so"
    page = browser.send(f"{DRAFTS}/of/{there}", {"draft": first.rpartition("/")[2]}).text
    assert "Your draft follows version 2 now." in page
    assert "has been saved since" not in page
    finishes(browser, first)
    food, wish = _newest("example-days")[2].questions
    assert (food.text["en"], food.picture) == ("How was supper?", "1F95A")
    assert wish.text["en"] == "What would you add?"


def test_she_may_take_what_the_version_has_where_both_changed_it(
    house: House, browser: Visitor, nadia: Visitor
) -> None:
    here = kept(questions(LETTERS), house.advocate)
    first, second = revises(browser, here), revises(nadia, here)
    writes(nadia, f"{second}/questions/1", text_en="How was lunch?")
    finishes(nadia, second)
    writes(browser, f"{first}/questions/1", text_en="How was supper?")
    there = _newest("example-days")[0]
    page = browser.open(first).text
    assert 'name="take" value="food"' in page
    browser.send(f"{DRAFTS}/of/{there}", {"draft": first.rpartition("/")[2], "take": "food"})
    assert 'value="How was lunch?"' in browser.open(f"{first}/questions/1").text


def test_nobody_brings_a_version_into_the_draft_of_another(house: House, browser: Visitor, nadia: Visitor) -> None:
    here = kept(questions(LETTERS), house.advocate)
    first = revises(browser, here)
    nadia.open(f"/staff/questionnaires/{here}")
    nadia.send(f"{DRAFTS}/of/{here}", {"draft": first.rpartition("/")[2]}, 404)
    for number in ("9" * 19, "-1", "x"):
        nadia.send(f"{DRAFTS}/of/{here}", {"draft": number}, 404)
    other = kept(questions(name="other-days"), house.advocate)
    browser.open(first)
    browser.send(f"{DRAFTS}/of/{other}", {"draft": first.rpartition("/")[2]}, 404)


def test_a_name_that_somebody_took_meanwhile_is_left_to_her(house: House, browser: Visitor, nadia: Visitor) -> None:
    paths = []
    for maker in (browser, nadia):
        maker.open(f"{DRAFTS}/new")
        sent: dict[str, object] = {"title": "Our garden", "languages": ["en"], "ages": "10-12", "purpose": "regular"}
        path = maker.send(f"{DRAFTS}/new", sent).request.path
        writes(maker, adds(maker, path, "yes_no"), text_en="Is it warm?", answer_0_good="y")
        paths.append(path)
    finishes(browser, paths[0])
    assert "It will be called our-garden-2." in nadia.open(paths[1]).text
    finishes(nadia, paths[1])
    assert (_newest("our-garden")[1], _newest("our-garden-2")[1]) == (1, 1)


def test_a_version_that_came_after_the_one_on_the_page_is_shown_first(house: House, browser: Visitor) -> None:
    here = kept(questions(LETTERS), house.advocate)
    path = revises(browser, here)
    writes(browser, f"{path}/questions/1", picture="egg")
    second = kept(questions(LETTERS, meal="meal"))
    browser.open(path)
    third = kept(questions(LETTERS, meal="lunch"))
    page = browser.send(f"{DRAFTS}/of/{second}", {"draft": path.rpartition("/")[2]}).text
    assert "Version 3 has been saved since" in page
    browser.send(f"{DRAFTS}/of/{third}", {"draft": path.rpartition("/")[2]})
    with db.reading(db.engine()) as session:
        (draft,) = draft_store.list_drafts(session, house.coordinator.id)
    assert (draft.body.base, draft.body.questions[0]["picture"]) == (3, "1F95A")
    assert draft.body.questions[0]["text"]["en"] == "How was the lunch this week?"


def test_a_sent_back_version_says_why_on_its_draft(house: House, browser: Visitor) -> None:
    here = kept(questions(LETTERS))
    with db.writing(db.engine()) as session:
        questionnaire_row = store.find_stored_questionnaire(session, here, to_change=True)
        assert questionnaire_row
        reason = "The second question is too long."
        store.send_questionnaire_back(session, questionnaire_row, reason, house.advocate.id, context.today(), log())
    page = browser.open(revises(browser, here)).text
    assert "sent back" in page
    assert reason in page


def test_the_template_comes_in_as_it_is_and_has_every_column(house: House, browser: Visitor) -> None:
    answer = browser.client.get("/staff/questionnaires/template.xlsx")
    assert answer.status_code == 200
    assert answer.data[:2] == b"PK"
    file = read_file(write_template(), "questionnaire.xlsx")
    assert file.notes == ()
    assert [question.kind for question in file.questionnaire.questions] == [
        "yes_no", "faces", "faces", "choose_many", "number", "words",
    ]  # fmt: skip
    question = file.questionnaire.question("night")
    assert question
    assert question.harm == ("never",)
    sheets = openpyxl.load_workbook(io.BytesIO(write_template()))
    columns = {cell.value for sheet in sheets for cell in sheet[1]}
    page = browser.open("/staff/questionnaires/import").text
    for column in ("kind", "good", "harm", "safety", "bins", "picture", "purpose", "ages"):
        assert column in columns
        assert f'<code dir="ltr">{column}</code>' in page


def test_what_an_advocate_decides_is_not_listed_as_a_thing_to_put_right(house: House, browser: Visitor) -> None:
    rows = [PLAIN, ["text", "street_name", "Give the new street a name"], ["select_one none", "odd", "Odd?"]]
    page = _upload(browser, workbook(rows), "Our form.xlsx", 422)
    first, second = page.split("An advocate will be asked about these")
    assert "seems to ask who the child is" not in first
    assert "seems to ask who the child is" in second
    assert "2 things to fix" in first


def test_a_file_of_ours_brings_no_notes(house: House, browser: Visitor) -> None:
    assert "Left out or made up" not in _upload(browser, file(LETTERS), "days.toml")

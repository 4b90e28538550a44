"""A coordinator makes a questionnaire question by question; what a file could not hold, the builder does not finish."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.open_rounds import LETTERS, House, kept, questions
from tests.support.people import signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.audit.models import AuditEntryRow
from youthvoice.surveys.models import QuestionnaireDraftRow
from youthvoice.surveys.questionnaires import store
from youthvoice.surveys.questionnaires.drafts import draft, store as draft_store
from youthvoice.surveys.questionnaires.errors import QuestionnaireRefused
from youthvoice.surveys.questionnaires.labels import fault_message
from youthvoice.surveys.questionnaires.question_identity import question_hash
from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.surveys.questionnaires.toml_file.toml_writer import file_shape, write_toml
from youthvoice.surveys.questionnaires.xlsform.xlsform_reader import import_xlsform

NewVisitor = Callable[[], Visitor]
STARTERS = sorted((Path(__file__).parents[3] / "surveys").glob("*.toml"))
DRAFTS = "/staff/questionnaires/drafts"


def _boxes(page: str) -> dict[str, object]:
    """What a browser sends of the question's form as it stands, the answers it lists included."""
    form = page[page.index('<form method="post" novalidate') :]
    found: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", form[: form.index("</form>")]):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in said and (said.get("type") != "checkbox" or " checked" in tag):
            found[said["name"]] = said.get("value", "y")
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected[^>]*value="([^"]*)"', inner)
        found[name] = chosen[1] if chosen else ""
    return found


def begins(browser: Visitor, title: str = "Our garden", **more: object) -> str:
    """A new draft; gives its address."""
    browser.open(f"{DRAFTS}/new")
    sent: dict[str, object] = {"title": title, "languages": ["en", "hi"], "ages": "10-12", "purpose": "regular"}
    page = browser.send(f"{DRAFTS}/new", sent | more)
    assert page.request.path.startswith(f"{DRAFTS}/")
    return page.request.path


def adds(browser: Visitor, path: str, kind: str) -> str:
    """A question; gives its address."""
    browser.open(path)
    return browser.send(f"{path}/order", {"do": "add", "kind": kind}).request.path


def writes(browser: Visitor, path: str, do: str = "stay", **boxes: object) -> str:
    """Change some boxes of a question."""
    page = browser.open(path).text
    return browser.send(path, _boxes(page) | boxes | {"do": do}).text


def finished(name: str) -> Questionnaire:
    with db.reading(db.engine()) as session:
        questionnaire_row = store.latest_version(session, name)
        assert questionnaire_row
        return store.load_questionnaire(session, questionnaire_row.id)


@pytest.mark.parametrize("file", STARTERS, ids=lambda file: file.stem)
def test_a_questionnaire_goes_through_a_draft_and_a_file_unchanged(file: Path) -> None:
    questionnaire = read_toml(file, file.stem)
    assert read_toml(write_toml(file_shape(questionnaire)).encode(), file.stem) == questionnaire
    draft_check = draft.check_draft(draft.draft_of(questionnaire))
    assert draft_check.questionnaire == questionnaire
    assert draft_check.faults == ()


def test_a_title_of_blanks_begins_no_draft(browser: Visitor) -> None:
    browser.open(f"{DRAFTS}/new")
    sent: dict[str, object] = {"title": "   ", "languages": ["en"], "ages": "10-12", "purpose": "regular"}
    assert "Write a title." in browser.send(f"{DRAFTS}/new", sent, 422).text
    assert _drafts() == []


def test_odd_letters_come_through_a_file() -> None:
    found = read_toml(STARTERS[0], "x")
    body = draft.draft_of(found)
    body.head["title"]["en"] = 'A "quote", a \\ and \x7f, \u2028 and 🙂'
    again = read_toml(write_toml(body.shape()).encode(), "x")
    assert again.title["en"] == body.head["title"]["en"]


def test_a_questionnaire_is_made_question_by_question_and_waits_for_an_advocate(
    house: House, browser: Visitor, visitor: NewVisitor
) -> None:
    path = begins(browser)
    food = adds(browser, path, "faces")
    page = writes(browser, food, text_en="How is the garden?", text_hi="बगीचा कैसा है?", picture="seedling")
    assert 'class="screen-beside"' in page
    water = adds(browser, path, "choose_one")
    writes(
        browser, water, text_en="Who waters it?", text_hi="पानी कौन देता है?", answer_0_en="We do", answer_0_hi="हम",
        answer_0_picture="child", answer_1_en="Adults", answer_1_hi="बड़े", answer_1_picture="family",
        when="how_is_the_garden = good",
    )  # fmt: skip
    number = adds(browser, path, "number")
    writes(browser, number, text_en="How many plants?", text_hi="कितने पौधे?", ends="0, 3, 9")
    assert "Title: no words yet in Hindi." in browser.open(path).text
    head: dict[str, object] = {
        "title_en": "Our garden",
        "title_hi": "हमारा बगीचा",
        "languages": ["en", "hi"],
        "ages": "10-12",
    }
    page = browser.send(path, head | {"purpose": "regular", "unchecked": ["hi"]}).text
    assert "All checks pass." in page, re.findall(r"<span>(.*?)</span></li>", page)
    browser.send(f"{path}/finish")
    questionnaire = finished("our-garden")
    assert [(question.name, question.kind) for question in questionnaire.questions] == [
        ("how_is_the_garden", "faces"), ("who_waters_it", "choose_one"), ("how_many_plants", "number"),
    ]  # fmt: skip
    assert (questionnaire.languages, questionnaire.drafts, questionnaire.title_in("hi")) == (
        ("en", "hi"),
        ("hi",),
        "हमारा बगीचा",
    )
    first, second, third = questionnaire.questions
    assert first.picture == "1F331"
    assert first.options[0].text["hi"] == "बहुत ख़राब"
    assert second.keys == ("we_do", "adults")
    assert str(second.when) == "how_is_the_garden = good"
    assert [(one.low, one.high) for one in third.bins][:3] == [(0, 0), (1, 3), (4, 9)]
    advocate = signed_in(visitor(), house.advocate)
    assert "our-garden" in advocate.open("/staff/questionnaires/").text
    with db.reading(db.engine()) as session:
        assert session.scalars(select(QuestionnaireDraftRow)).all() == []


def test_what_a_file_is_refused_for_the_builder_does_not_finish_and_says_where(browser: Visitor) -> None:
    path = begins(browser)
    asked = adds(browser, path, "choose_one")
    long = "Why is it that every single one of us must always go out so early?"
    page = writes(browser, asked, text_en=long, answer_0_en="Yes", answer_0_picture="no-such-picture", when="x = y")
    exported = browser.ask("GET", f"{path}/export.toml").data
    with pytest.raises(QuestionnaireRefused) as why:
        read_toml(exported, "our-garden")
    said = {fault_message(one) for one in why.value.faults if one.code not in {"missing_language", "how_many_options"}}
    assert {"“options” is missing.", *said} - {"“options” is missing."} == said
    assert len(said) >= 3
    said |= {"What is asked: no words yet in Hindi.", "Answer 1: no words yet in Hindi.", "Answers so far: 1."}
    said = {words.replace("“why_is_it_that_every_single_on”", f"“{long}”") for words in said}
    for words in said:
        assert words.replace("'", "&#39;") in page or words.replace("'", "&#39;") in browser.open(path).text
    page = browser.send(f"{path}/finish", {}, 422).text
    assert "First fix" in page
    with db.reading(db.engine()) as session:
        assert store.list_newest_versions(session) == []


def test_what_seems_to_ask_about_abuse_or_a_name_is_said_and_left_to_an_advocate(browser: Visitor) -> None:
    path = begins(browser, languages=["en"])
    asked = adds(browser, path, "yes_no")
    assert "hurt: “hit” (English)" in writes(browser, asked, text_en="Did anyone hit you?")
    assert "whether this child was hurt" not in writes(browser, asked, text_en="Is the garden large?")
    writes(browser, asked, answer_0_good="y")
    words = adds(browser, path, "words")
    assert "seems to ask who the child is" in writes(browser, words, text_en="What is your name?")
    browser.open(path)
    assert "seems to ask who a child is" in browser.send(f"{path}/finish").text


def test_answers_without_a_picture_are_told_and_the_picture_of_a_question_is_shown(browser: Visitor) -> None:
    path = begins(browser, languages=["en"])
    asked = adds(browser, path, "choose_many")
    page = writes(
        browser, asked, text_en="What do you like there?", picture="tree", answer_0_en="Trees", answer_1_en="Bees"
    )
    assert "Answers without a picture: 2." in page
    assert "With its result, on boards and in letters" in page
    page = browser.open(path).text
    assert "All checks pass." not in page
    assert "1 thing needs a look" in page
    writes(browser, asked, answer_0_picture="tree", answer_1_picture="honeybee")
    assert "All checks pass." in browser.open(path).text


def test_one_more_answer_gives_one_more_row_and_keeps_what_was_typed(browser: Visitor) -> None:
    path = begins(browser, languages=["en"])
    asked = adds(browser, path, "choose_one")
    page = writes(browser, asked, text_en="Which?", answer_0_en="Ant")
    rows = re.findall(r'name="answer_\d+_key"', page)
    page = writes(browser, asked, do="more", answer_0_en="Bee")
    assert len(re.findall(r'name="answer_\d+_key"', page)) == len(rows) + 1
    assert 'value="Bee"' in page
    page = writes(browser, adds(browser, path, "yes_no"), text_en="Is it large?")
    assert "One more answer" not in page


def test_questions_and_answers_move_and_go(browser: Visitor) -> None:
    path = begins(browser, languages=["en"])
    one, two = adds(browser, path, "choose_one"), adds(browser, path, "words")
    writes(browser, one, text_en="Which?", answer_0_en="Ant", answer_1_en="Bee")
    writes(browser, one, answer_2_en="Cat", answer_1_harm="y")
    page = writes(browser, one, do="up-2")
    assert re.findall(r'name="answer_\d_en"[^>]*value="(\w+)"', page) == ["Ant", "Cat", "Bee"]
    page = writes(browser, one, do="out-0")
    assert re.findall(r'name="answer_\d_en"[^>]*value="(\w+)"', page) == ["Cat", "Bee"]
    assert re.search(r'<input checked[^>]*name="answer_1_harm"', page)
    page = writes(browser, one, do="out-1")
    assert " checked" not in page
    page = writes(browser, two, do="list", text_en="What else?")
    assert page.index("Which?") < page.index("What else?")
    page = browser.send(f"{path}/order", {"do": f"up-{two.rsplit('/', 1)[1]}"}).text
    assert page.index("What else?") < page.index("Which?")
    page = browser.send(f"{path}/order", {"do": f"out-{one.rsplit('/', 1)[1]}"}).text
    assert "Which?" not in page


def test_a_page_that_was_open_all_the_while_drops_no_answer_that_it_did_not_show(browser: Visitor) -> None:
    path = begins(browser, languages=["en"])
    asked = adds(browser, path, "choose_one")
    before = _boxes(writes(browser, asked, text_en="Which?", answer_0_en="Ant", answer_1_en="Bee"))
    writes(browser, asked, answer_2_en="Cat", answer_2_harm="y")
    page = browser.send(asked, before | {"answer_0_en": "Big ant", "do": "stay"}).text
    assert re.findall(r'name="answer_\d_en"[^>]*value="([\w ]+)"', page) == ["Big ant", "Bee", "Cat"]
    assert re.search(r'<input checked[^>]*name="answer_2_harm"', page)
    letters = _boxes(writes(browser, asked, kind="words"))
    writes(browser, asked, kind="choose_one")
    page = browser.send(asked, letters | {"kind": "choose_one", "do": "stay"}).text
    assert re.findall(r'name="answer_\d_en"[^>]*value="([\w ]+)"', page) == ["Big ant", "Bee", "Cat"]


def test_nothing_typed_is_lost_when_kind_or_languages_change(browser: Visitor) -> None:
    path = begins(browser)
    asked = adds(browser, path, "choose_one")
    writes(browser, asked, text_en="Which?", text_hi="कौन?", answer_0_en="Ant", answer_0_hi="चींटी", answer_1_en="Bee")
    assert "Ant" not in writes(browser, asked, kind="words")
    browser.open(path)
    browser.send(path, {"title_en": "Our garden", "languages": ["en"], "ages": "7-9", "purpose": "regular"})
    assert "चींटी" not in writes(browser, asked, kind="choose_one")
    browser.open(path)
    browser.send(path, {"title_en": "Our garden", "languages": ["en", "hi"], "ages": "7-9", "purpose": "regular"})
    page = browser.open(asked).text
    assert "Ant" in page
    assert "चींटी" in page


def test_a_kept_version_is_changed_in_a_draft_and_stays_as_it_is(house: House, browser: Visitor) -> None:
    here = kept(questions(LETTERS), house.advocate)
    browser.open(f"/staff/questionnaires/{here}")
    path = browser.send(f"{DRAFTS}/of/{here}").request.path
    browser.open(f"/staff/questionnaires/{here}")
    assert browser.send(f"{DRAFTS}/of/{here}").request.path == path, "one draft of a version is enough"
    asked = adds(browser, path, "yes_no")
    writes(browser, asked, text_en="Is it warm?", answer_0_good="y")
    browser.open(path)
    browser.send(f"{path}/finish")
    with db.reading(db.engine()) as session:
        first, second = (store.find_version(session, "example-days", number) for number in (1, 2))
        assert first
        assert second
        assert second.approved_on is None
        before, after = (store.load_questionnaire(session, one.id) for one in (first, second))
    assert after.questions[:-1] == before.questions
    assert after.questions[-1].name == "is_it_warm"


def test_a_draft_is_hers_alone_and_lies_locked(house: House, browser: Visitor, visitor: NewVisitor) -> None:
    path = begins(browser, title="Canary garden")
    with db.reading(db.engine()) as session:
        (row,) = session.scalars(select(QuestionnaireDraftRow)).all()
        assert b"anary" not in row.locked
        assert draft_store.find_draft(session, row.id, row.person_id + 1) is None
    signed_in(visitor(), house.advocate).open(path, 403)
    assert "Canary garden" in browser.open("/staff/questionnaires/").text
    browser.open(f"{path}/throw")
    browser.send(f"{path}/throw")
    browser.open(path, 404)


def test_a_draft_that_nobody_changes_is_told_about_and_then_thrown_away(
    house: House, browser: Visitor, visitor: NewVisitor, clock: StillClock
) -> None:
    left, worked_on = begins(browser, title="Left garden"), begins(browser, title="New garden")
    near = "This draft is deleted on"
    clock.move(days=149)
    browser = signed_in(visitor(), house.coordinator)
    page = browser.open(left).text
    assert near not in page
    assert "You last changed it on" in page
    clock.move(days=1)
    browser = signed_in(visitor(), house.coordinator)
    assert near in browser.open(left).text
    assert browser.open("/staff/questionnaires/").text.count("unless you change it") == 2
    adds(browser, worked_on, "words")
    assert near not in browser.open(worked_on).text
    clock.move(days=29)
    draft_store.expire_drafts()
    assert len(_drafts()) == 2
    clock.move(days=1)
    draft_store.expire_drafts()
    draft_store.expire_drafts()
    browser = signed_in(visitor(), house.coordinator)
    browser.open(left, 404)
    assert "New garden" in browser.open(worked_on).text
    with db.reading(db.engine()) as session:
        (line,) = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "questionnaire.draft.expire"))
    assert (line.actor, line.subject, line.day) == ("work", left.rpartition("/")[2], clock().date())


def _drafts() -> list[int]:
    with db.reading(db.engine()) as session:
        return list(session.scalars(select(QuestionnaireDraftRow.id)))


def test_the_screen_beside_is_a_childs_and_only_our_own_page_may_frame_it(house: House, browser: Visitor) -> None:
    path = begins(browser)
    asked = adds(browser, path, "yes_no")
    assert "shows here as soon as" in browser.open(asked).text
    browser.open(f"{asked}/screen/en", 404)
    writes(browser, asked, text_en="Is it warm?", text_hi="क्या गर्म है?")
    screen = browser.open(f"{asked}/screen/hi")
    assert "क्या गर्म है?" in screen.text
    assert 'action="/survey/preview"' in screen.text
    assert "frame-ancestors 'self'" in screen.headers["Content-Security-Policy"]
    around = browser.open(asked).headers["Content-Security-Policy"]
    assert "frame-src 'self'" in around
    assert "frame-ancestors 'none'" in around
    browser.open(f"{asked}/screen/ar", 404)


@pytest.mark.parametrize("do", ["up-999", "out--1", "down-x", "up-" + "9" * 50, "", "nothing"])
def test_odd_orders_change_nothing(browser: Visitor, do: str) -> None:
    path = begins(browser, languages=["en"])
    asked = adds(browser, path, "choose_many")
    writes(browser, asked, text_en="Which?", answer_0_en="Ant", answer_1_en="Bee")
    before = browser.ask("GET", f"{path}/export.toml").data
    writes(browser, asked, do=do)
    browser.open(path)
    browser.send(f"{path}/order", {"do": do})
    assert browser.ask("GET", f"{path}/export.toml").data == before


def test_what_is_too_long_is_said_at_its_box_and_still_stands_there(browser: Visitor) -> None:
    path = begins(browser, languages=["en"])
    asked = adds(browser, path, "words")
    page = browser.open(asked).text
    page = browser.send(asked, _boxes(page) | {"text_en": "w" * 400}, 422).text
    assert "w" * 400 in page


def test_one_sheet_asks_before_and_now(browser: Visitor) -> None:
    path = begins(browser, title="Rights before and now", languages=["en"], purpose="awareness")
    before, now = adds(browser, path, "yes_no"), adds(browser, path, "yes_no")
    writes(browser, before, text_en="Did you know your rights?", answer_0_good="y", moment="before")
    assert "how it is now; before: Did you know your rights?" in browser.open(now).text
    writes(
        browser, now, text_en="Do you know your rights?", answer_0_good="y", moment="now did_you_know_your_rights",
        says_en="say they know their rights",
    )  # fmt: skip
    browser.open(path)
    browser.send(f"{path}/finish")
    one, two = finished("rights-before-and-now").questions
    assert (one.moment, two.moment, two.pair) == ("before", "now", one.name)
    assert dict(two.says or {}) == {"en": "say they know their rights"}


def test_a_question_built_again_under_another_name_is_the_question_asked_before(browser: Visitor) -> None:
    """T9: what a question is goes by its words and answers, whoever builds it."""
    made: list[Question] = []
    for title, first_words in (("One garden", "Which is best?"), ("Two gardens", "Something else")):
        path = begins(browser, title=title, languages=["en"])
        asked = adds(browser, path, "choose_one")
        writes(browser, asked, text_en=first_words, answer_0_en="Ant", answer_1_en="Bee")
        writes(browser, asked, text_en="Which is best?")
        browser.open(path)
        browser.send(f"{path}/finish")
        made += finished(title.lower().replace(" ", "-")).questions
    assert made[0].name != made[1].name
    assert question_hash(made[0]) == question_hash(made[1])


def test_a_draft_without_faults_is_downloaded_as_a_workbook(browser: Visitor) -> None:
    path = begins(browser, languages=["en"])
    asked = adds(browser, path, "yes_no")
    assert browser.ask("GET", f"{path}/export.xlsx").status_code == 404
    writes(browser, asked, text_en="Is it warm?", answer_0_good="y")
    back = import_xlsform(browser.ask("GET", f"{path}/export.xlsx").data, "our-garden.xlsx").questionnaire
    again = read_toml(browser.ask("GET", f"{path}/export.toml").data, "our-garden")
    assert back.questions == again.questions
    browser.open(path)
    browser.send(f"{path}/finish")
    assert finished("our-garden") == again
    page = browser.open("/staff/questionnaires/").text
    (here,) = re.findall(r"/staff/questionnaires/(\d+)\"", page)
    assert read_toml(browser.ask("GET", f"/staff/questionnaires/{here}/export.toml").data, "our-garden") == again

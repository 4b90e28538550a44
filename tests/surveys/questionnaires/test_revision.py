"""After an import somebody looks through a form: ages, pictures, good side, ranges; nothing changes unseen."""

import io
from collections.abc import Callable, Sequence

import openpyxl
import pytest
from flask import Flask

from tests.support.open_rounds import LETTERS, House, a_house, file, kept, questions
from tests.support.people import signed_in
from tests.support.visitor import Visitor
from tests.surveys.questionnaires.test_questionnaire_pages import _upload
from tests.surveys.questionnaires.test_xlsform import PLAIN, workbook
from youthvoice import db
from youthvoice.surveys.questionnaires import store
from youthvoice.surveys.questionnaires.importer import read_file
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.xlsform.xlsform_writer import write_template

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


def _filled(questionnaire: Questionnaire, **changed: object) -> dict[str, object]:
    """What the page's boxes hold when somebody changes some of them."""
    usual: dict[str, object] = {
        "ages": questionnaire.ages,
        "scale_1": "y",
        "scale_2": "y",
        "good_1": "2",
        "ends_4": "0, 2, 5, 10",
    }
    return usual | changed


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


def test_what_is_chosen_makes_the_next_version_and_the_first_stays(house: House, browser: Visitor) -> None:
    _upload(browser, workbook(ROWS, CHOICES), "Our form.xlsx")
    here, version, before = _newest("our-form")
    assert version == 1
    page = browser.open(f"/staff/questionnaires/{here}/revise").text
    assert "How was the food?" in page
    chosen = _filled(
        before, ages="10-12", picture_0="teacup-without-handle", good_0="yes", good_2="2", answer_3_0="red-apple",
        answer_3_1="leafy-green", answer_3_2="1F535", ends_4="1, 4",
    )  # fmt: skip
    browser.send(f"/staff/questionnaires/{here}/revise", chosen)
    _there, version, after = _newest("our-form")
    assert version == 2
    warm, food, listen, colour, friends = after.questions
    assert after.ages == "10-12"
    assert (warm.picture, warm.good) == ("1F375", ("yes",))
    assert [one.picture for one in food.options] == ["1F641", "1F610", "1F642"]
    assert listen.good == ("2",)  # "Never" is good here: the faces turn round
    assert [one.picture for one in listen.options] == ["1F641", "1F610", "1F642"]
    assert [one.picture for one in colour.options] == ["1F34E", "1F96C", "1F535"]
    assert [(one.low, one.high) for one in friends.bins] == [(0, 1), (2, 4), (5, 999_999)]
    with db.reading(db.engine()) as session:
        assert store.load_questionnaire(session, here) == before
        (newest,) = store.list_newest_versions(session)
        assert [code for _row, code, _values in newest.notes or ()] == ["would_identify"]
        assert not newest.approved_on


def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(house: House, browser: Visitor) -> None:
    _upload(browser, workbook(ROWS, CHOICES), "Our form.xlsx")
    here, _version, found = _newest("our-form")
    browser.open(f"/staff/questionnaires/{here}/revise")
    wrong = _filled(found, picture_0="teacop-without-handle", ends_4="5, 3", answer_3_0="red-apple")
    page = browser.send(f"/staff/questionnaires/{here}/revise", wrong, 422).text
    assert "There is a problem" in page
    assert "Did you mean “teacup-without-handle”?" in page
    assert "each larger than the one before" in page
    assert 'value="red-apple"' in page
    everything = _filled(found) | {"good_1": ["0", "1", "2"]}
    assert "every answer counts as good" in browser.send(f"/staff/questionnaires/{here}/revise", everything, 422).text
    assert _newest("our-form")[1] == 1


def test_an_approved_version_is_never_changed_and_an_old_one_not_looked_through(house: House, browser: Visitor) -> None:
    here = kept(questions(LETTERS), house.advocate)
    browser.open(f"/staff/questionnaires/{here}/revise")
    browser.send(
        f"/staff/questionnaires/{here}/revise", {"ages": "10-12", "scale_0": "y", "good_0": "good", "picture_0": "egg"}
    )
    there, version, after = _newest("example-days")
    assert (version, after.questions[0].picture) == (2, "1F95A")
    with db.reading(db.engine()) as session:
        first, second = (store.find_stored_questionnaire(session, one) for one in (here, there))
        assert first
        assert second
        assert first.approved_on
        assert not second.approved_on
        assert store.load_questionnaire(session, here).questions[0].picture is None
    page = browser.send(f"/staff/questionnaires/{here}/revise", {"ages": "7-9"}, 422).text
    assert "newer version" in page
    assert _newest("example-days")[1] == 2


def test_a_long_form_never_asks_for_more_values_than_a_form_may_send(house: House, browser: Visitor) -> None:
    rows = [["select_one yn", f"q{at}", f"Is tea number {at} warm?"] for at in range(80)]
    _upload(browser, workbook(rows, CHOICES), "Our form.xlsx")
    here, _version, found = _newest("our-form")
    page = browser.open(f"/staff/questionnaires/{here}/revise").text
    assert "longer than this page" in page
    many = page.count('name="picture_')
    assert 40 < many < 80
    chosen: dict[str, object] = {f"picture_{at}": "egg" for at in range(many)}
    chosen.update({f"good_{at}": "yes" for at in range(many)}, ages="13-17")
    browser.send(f"/staff/questionnaires/{here}/revise", chosen)
    after = _newest("our-form")[2]
    assert [one.picture for one in after.questions] == ["1F95A"] * many + [None] * (80 - many)
    assert after.questions[-1] == found.questions[-1]


def test_only_who_may_import_looks_through_a_questionnaire(house: House, visitor: NewVisitor) -> None:
    here = kept(questions())
    for person in (house.advocate, house.facilitator):
        signed_in(visitor(), person).open(f"/staff/questionnaires/{here}/revise", 403)
    signed_in(visitor(), house.coordinator).open("/staff/questionnaires/99/revise", 404)


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
    assert "2 things to put right" in first


def test_a_file_of_ours_brings_no_notes(house: House, browser: Visitor) -> None:
    assert "Left out or made up" not in _upload(browser, file(LETTERS), "days.toml")

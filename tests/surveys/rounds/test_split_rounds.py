"""A view in parts is declared when its round opens, by a question that is marked for it, and never later (A5, A7)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.support.open_rounds import NOW, House, a_house, file, kept, log, questions
from tests.support.people import on_tablet, signed_in
from tests.support.visitor import Visitor
from tests.surveys.questionnaires.test_xlsform import workbook
from tests.surveys.rounds.test_commands import OPEN, _decider, _run, _sign
from tests.surveys.rounds.test_round_pages import CHECK, _days, _second, _walked
from youthvoice import db
from youthvoice.surveys.questionnaires.errors import QuestionnaireRefused
from youthvoice.surveys.questionnaires.importer import read_file
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.surveys.questionnaires.toml_file.toml_writer import file_shape, write_toml
from youthvoice.surveys.questionnaires.xlsform.xlsform_writer import write_xlsform
from youthvoice.surveys.rounds.entities import Span
from youthvoice.surveys.rounds.opening import check_opening, open_rounds
from youthvoice.surveys.rounds.store import find_round

GENDER = """
[[question]]
name = "who"
kind = "choose_one"
%s
text = { en = "Are you a girl or a boy?" }
options = [
  { key = "girl", picture = "girl", en = "Girl" },
  { key = "boy", picture = "boy", en = "Boy" },
  { key = "else", picture = "seedling", en = "Neither" },
]
merge = [
  { key = "girls", options = ["girl"], en = "Girls" },
  { key = "all", options = ["boy", "else"], en = "Boys, neither" },
]
"""
SPLIT = GENDER % 'split = "gender"'
DEPENDS = """
[[question]]
name = "room"
kind = "yes_no"
when = "who = girl"
text = { en = "Do you have a room for girls?" }
"""
PAIR = (
    Span("pre", NOW, datetime(2026, 12, 4, tzinfo=UTC)),
    Span("post", datetime(2026, 12, 5, tzinfo=UTC), datetime(2026, 12, 9, tzinfo=UTC)),
)


@pytest.fixture
def house(app: Flask) -> House:
    return a_house()


def _codes(house: House, questionnaire: Questionnaire, **other: object) -> set[str]:
    here = kept(questionnaire, house.advocate)
    with db.reading(db.engine()) as session:
        return {one.code for one in check_opening(session, house.opening(here, **other)).refusals}


def test_a_round_may_be_split_by_a_question_marked_for_it(house: House) -> None:
    assert _codes(house, questions(SPLIT), split="gender") == set()


@pytest.mark.parametrize(
    ("more", "other", "code"),
    [
        (GENDER % "", {"split": "gender"}, "nothing_splits"),
        (SPLIT, {"split": "age"}, "nothing_splits"),
        (SPLIT, {"split": "food"}, "nothing_splits"),
        (SPLIT, {"split": "who"}, "nothing_splits"),
        (SPLIT + DEPENDS, {"split": "gender"}, "split_is_asked_about"),
        (SPLIT, {"split": "gender", "invited": 19}, "too_few_to_split"),
        (SPLIT, {"split": "gender", "purpose": "care", "invited": 0}, "never_split"),
        (SPLIT, {"split": "gender", "spans": PAIR}, "pair_is_never_split"),
        (SPLIT, {"split": "gender", "spans": PAIR, "link": "card"}, "pair_is_never_split"),
    ],
)
def test_what_would_tell_too_much_or_nothing_never_opens(
    house: House, more: str, other: dict[str, object], code: str
) -> None:
    """Neither by what is published itself, nor of a pair, nor where no part can reach ten."""
    assert _codes(house, questions(more), **other) == {code}


def test_a_question_that_is_not_published_may_be_asked_again_and_every_other_not(house: House) -> None:
    """T9: two rounds of one quarter cannot split the same answers in two ways."""
    by_age = SPLIT.replace("gender", "age").replace('"who"', '"years"').replace("girl or a boy", "child of ten")
    questionnaire = questions(SPLIT, by_age)
    here = kept(questionnaire, house.advocate)
    with db.writing(db.engine()) as session:
        open_rounds(session, house.opening(here, split="gender"), log())
    with db.reading(db.engine()) as session:
        again = check_opening(session, house.opening(here, split="age"))
    refused = [one.values["questions"] for one in again.refusals if one.code == "asked_already"]
    assert refused == [("How was the food this week?",)], "the age splits this time; the gender, not published, is free"
    other = questions(SPLIT, name="other-days", meal="breakfast")
    assert _codes(house, other, split="gender") == set()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ('split = "gender"\nright = "girl"', "split_not_here"),
        ('split = "gender"\nsafety = true\nharm = ["girl"]', "split_not_here"),
        ('split = "gender"\ngood = ["girl"]', "split_not_here"),
        ('split = "faith"', "not_one_of"),
    ],
)
def test_a_file_marks_only_plain_facts(wrong: str, code: str) -> None:
    with pytest.raises(QuestionnaireRefused) as refused:
        read_toml(file(GENDER % wrong), "example-days")
    assert [fault.code for fault in refused.value.faults] == [code]


def test_two_questions_never_split_by_the_same(house: House) -> None:
    second = SPLIT.replace('"who"', '"again"').replace("Are you", "So you are")
    with pytest.raises(QuestionnaireRefused) as refused:
        questions(SPLIT, second)
    assert [fault.code for fault in refused.value.faults] == ["split_twice"]


def test_the_mark_survives_both_kinds_of_files_and_changes_no_digest_of_before() -> None:
    found = questions(SPLIT)
    again = read_toml(write_toml(file_shape(found)).encode(), found.name)
    assert again.digest == found.digest
    assert [question.split for question in read_file(write_xlsform(found), "x.xlsx").questionnaire.splitting] == [
        "gender"
    ]
    assert "split" not in questions(GENDER % "").to_json()


def test_a_form_of_others_marks_a_question_in_a_column_of_its_own() -> None:
    asked, headers = ["integer", "years", "How old are you?", "0-10, 11+"], ("type", "name", "label", "bins", "split")
    file = read_file(workbook([[*asked, "age"]], headers=headers), "form.xlsx")
    assert [question.split for question in file.questionnaire.splitting] == ["age"]
    with pytest.raises(QuestionnaireRefused) as refused:
        read_file(workbook([[*asked, "faith"]], headers=headers), "form.xlsx")
    assert [(one.code, one.row) for one in refused.value.faults] == [("not_one_of", 2)]


def test_the_command_declares_it_and_says_what_it_means(
    app: Flask, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sign(monkeypatch, "YOUTHVOICE_SIGN_IN", house.coordinator)
    _sign(monkeypatch, "YOUTHVOICE_SECOND_SIGN_IN", house.advocate)
    kept(questions(SPLIT), house.advocate)
    wrong = _run(app, *OPEN, "--invited", 24, "--split", "food", *_decider(house), status=1)
    assert "one that is published itself never does" in wrong.stderr
    said = _run(app, *OPEN, "--invited", 24, "--split", "gender", *_decider(house))
    assert "by gender: Girls, Boys, neither, or did not say." in said.stderr
    assert "only where each part has ten answers or more" in said.stderr
    with db.reading(db.engine()) as session:
        round_ = find_round(session, said.stdout.strip())
    assert round_ is not None
    assert round_.split == "gender"


def test_two_adults_and_the_children_are_told_of_the_parts(
    app: Flask, house: House, visitor: Callable[[], Visitor]
) -> None:
    here = kept(questions(SPLIT), house.advocate)
    browser = _walked(signed_in(visitor(), house.coordinator), _days(house, here, split="gender"))
    for words in ("View in parts", "Girls · Boys, neither, or did not say", "children are told of them"):
        assert words in browser.page
    answer = browser.send(CHECK, _second(house))
    agreeing = signed_in(visitor(), house.advocate)
    page = agreeing.open(answer.request.path).text
    assert "Girls · Boys, neither, or did not say" in page
    with db.writing(db.engine()) as session:
        (facts,) = open_rounds(session, house.opening(here, split="gender"), log())
    assert "View in parts" in browser.open(f"/staff/rounds/{facts.slug}").text
    child = on_tablet(visitor(), house.site_id).open(f"/survey/{facts.slug}").text
    assert "We show apart: <bdi>Girls</bdi> · <bdi>Boys, neither, or did not say</bdi>." in child


def test_the_form_asks_nothing_about_parts_where_no_question_makes_any(
    app: Flask, house: House, visitor: Callable[[], Visitor]
) -> None:
    here = kept(questions(GENDER % ""), house.advocate)
    browser = _walked(signed_in(visitor(), house.coordinator), _days(house, here), until="children")
    assert "shown in parts" not in browser.open("/staff/rounds/open/children").text

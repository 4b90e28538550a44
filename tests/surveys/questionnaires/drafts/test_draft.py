"""What a draft keeps beside what its file will have, and what it says of what is missing."""

from datetime import date

from flask import Flask

from tests.surveys.questionnaires.drafts.test_version_merge import BASE, a_draft
from youthvoice.surveys.models import QuestionnaireRow
from youthvoice.surveys.questionnaires.drafts.draft import (
    DraftBody,
    DraftQuestion,
    check_draft,
    name_question,
    remove_answer,
)
from youthvoice.surveys.questionnaires.drafts.labels import question_faults
from youthvoice.surveys.questionnaires.drafts.store import Lineage
from youthvoice.surveys.questionnaires.errors import faults_as_data, faults_from_data, make_fault


def a_question(**values: object) -> tuple[DraftBody, DraftQuestion]:
    """A draft in English and Hindi with one question of two answers, which has words in English alone."""
    body = DraftBody(
        "ours", {"purpose": "regular", "ages": "10-12", "languages": ["en", "hi"], "title": {"en": "Ours"}}
    )
    options = [{"key": key, "en": key.title()} for key in ("red", "green")]
    usual = {"name": "colour", "kind": "choose_one", "text": {"en": "Which colour?"}, "options": options}
    return body, body.add(usual | values)


def lines(body: DraftBody) -> list[str]:
    return question_faults(body, body.questions[0], check_draft(body).at(1))


def test_what_lacks_words_is_said_of_what_children_will_see_alone(app: Flask) -> None:
    with app.test_request_context("/staff/"):
        body, question = a_question(hint={"en": ""}, says={})
        assert [line for line in lines(body) if "no words yet" in line] == [
            "What is asked: no words yet in Hindi.",
            "Answer 1: no words yet in Hindi.",
            "Answer 2: no words yet in Hindi.",
        ]
        question["hint"]["en"] = "One only."
        question["kind"] = "words"
        assert [line for line in lines(body) if "no words yet" in line] == [
            "What is asked: no words yet in Hindi.",
            "A second line, in small letters: no words yet in Hindi.",
        ]


def test_marks_of_answers_that_another_kind_hides_are_in_no_file_and_come_back() -> None:
    body, question = a_question(kind="yes_no", harm=["red"], safety=True, good=["green"])
    ranges = [{"key": f"from_{low}", "low": low, "high": low + 2} for low in (0, 3)]
    before = body.shape()["question"][0]
    assert (before["harm"], before["safety"]) == (["red"], True)
    question |= {"kind": "number", "bins": ranges}
    table = body.shape()["question"][0]
    assert (table["harm"], table["good"], table["safety"]) == ([], [], False)
    question["kind"] = "yes_no"
    assert body.shape()["question"][0] == before


def test_with_an_answer_go_its_marks() -> None:
    _body, question = a_question(right="red", publish=True, good=["red", "green"], harm=["red"], safety=True)
    remove_answer(question, 0)
    assert [key for key in ("right", "publish", "harm", "safety") if key in question] == []
    assert question["good"] == ["green"]
    _body, question = a_question(right="red", publish=True)
    remove_answer(question, 1)
    assert (question["right"], question["publish"]) == ("red", True)


def test_a_question_keeps_the_name_under_which_children_answered_it() -> None:
    body, question = a_question(name="question_1")
    name_question(body, question, fixed={"question_1"})
    assert question["name"] == "question_1"
    name_question(body, question)
    assert question["name"] == "which_colour"


def test_what_is_put_right_in_one_question_is_still_said_of_another() -> None:
    body, _question = a_question()
    body.notes = faults_as_data(make_fault("bins_made", name=name) for name in ("colour", "friends"))
    body.settle_notes({"bins_made"}, "colour")
    assert [fault.values["name"] for fault in faults_from_data(body.notes)] == ["friends"]
    body.settle_notes({"bins_made"})
    assert not body.notes


def test_a_version_that_was_withdrawn_may_be_made_again_as_it_was() -> None:
    questionnaire = check_draft(a_draft()).questionnaire
    for withdrawn_on, refusal in ((None, "same"), (date(2026, 11, 20), "")):
        version = QuestionnaireRow(digest=questionnaire.digest, withdrawn_on=withdrawn_on)
        assert Lineage(version, BASE, version).refusal(questionnaire) == refusal

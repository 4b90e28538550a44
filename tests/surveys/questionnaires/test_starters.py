"""The starter questionnaires keep every rule of a child's screen, in English, Hindi and Arabic (S5, S32)."""

from pathlib import Path

import pytest

from youthvoice.surveys.questionnaires.questionnaire import SMALL_CHILDREN, Questionnaire
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.surveys.questionnaires.wording_rules import (
    MAX_OPTION_WORDS,
    MAX_QUESTION_WORDS,
    MAX_QUESTIONS_BY_AGES,
    count_words,
    size_warnings,
)
from youthvoice.surveys.responses.screens import Speaker, make_screens

FOLDER = Path(__file__).parents[3] / "surveys"
FILES = sorted(FOLDER.glob("*.toml"))
NAMES = {
    "daily-life-4-6", "daily-life-7-9", "daily-life-10-12", "daily-life-13-17", "needs-check", "rights",
    "rights-one-sheet",
    "admission", "permanent-release", "how-were-you-treated", "feedback", "everyday-choice",
    "choice-food", "choice-activity", "choice-chore", "choice-film", "choice-outing",
}  # fmt: skip


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def starter(request: pytest.FixtureRequest) -> Questionnaire:
    file: Path = request.param
    return read_toml(file, file.stem)


def test_every_starter_is_there() -> None:
    assert {file.stem for file in FILES} == NAMES


def test_nothing_about_a_starter_needs_a_second_look(starter: Questionnaire) -> None:
    assert size_warnings(starter) == ()


def test_a_starter_speaks_three_languages_and_calls_two_of_them_drafts(starter: Questionnaire) -> None:
    assert starter.languages == ("en", "hi", "ar")
    assert starter.drafts == ("hi", "ar")


def test_a_starter_is_short(starter: Questionnaire) -> None:
    assert len(starter.questions) <= MAX_QUESTIONS_BY_AGES[starter.ages]
    for question in starter.questions:
        assert all(count_words(text) <= MAX_QUESTION_WORDS for text in question.text.values())
        assert all(count_words(text) <= MAX_OPTION_WORDS for one in question.tiles for text in one.text.values())


def test_every_screen_and_every_tile_has_a_picture(starter: Questionnaire) -> None:
    for question in starter.questions:
        assert question.picture
        assert all(option.picture for option in question.options)
        assert len({option.picture for option in question.options}) == len(question.options)


def test_every_counted_question_can_be_published_with_a_sentence(starter: Questionnaire) -> None:
    assert not {"good_missing", "merge_missing"} & {fault.code for fault in size_warnings(starter)}
    for question in starter.coded:
        if question.kind in {"faces", "yes_no"} or question.right:
            assert question.says


def test_a_starter_ends_with_an_easy_question(starter: Questionnaire) -> None:
    question = starter.questions[-1]
    assert question.coded
    assert not question.safety
    assert question.right is None


def test_care_has_no_letter_box_and_every_regular_shelter_survey_has_one() -> None:
    found = [read_toml(file, file.stem) for file in FILES]
    assert not any(questionnaire.letter_boxes for questionnaire in found if questionnaire.purpose in {"care", "choice"})
    regular = [one for one in found if one.name.startswith("daily-life") and one.ages != SMALL_CHILDREN]
    assert all(questionnaire.letter_boxes for questionnaire in regular)


def test_small_children_are_asked_what_older_ones_are_in_two_faces_and_nothing_about_harm() -> None:
    """S17, S32: an adult sits beside them."""
    small, older = (read_toml(FOLDER / f"daily-life-{ages}.toml", "one") for ages in (SMALL_CHILDREN, "7-9"))
    assert len(small.questions) == 4
    for question in small.questions:
        assert question.kind == "faces"
        assert len(question.options) == 2
        assert not question.safety
        assert older.question(question.name)


def test_each_shelter_survey_asks_whether_children_are_safe_at_night() -> None:
    for file in FILES:
        if file.stem.startswith("daily-life") and not file.stem.endswith(SMALL_CHILDREN):
            question = read_toml(file, file.stem).question("safe_at_night")
            assert question
            assert question.safety


def test_the_one_sheet_version_asks_before_and_now() -> None:
    questionnaire = read_toml(FOLDER / "rights-one-sheet.toml", "rights-one-sheet")
    pairs = {question.name: question.pair for question in questionnaire.questions if question.moment == "now"}
    assert len(pairs) == 3
    assert all(questionnaire.question(before or "") for before in pairs.values())


def test_no_answer_of_a_starter_is_marked_as_wrong(starter: Questionnaire) -> None:
    """CHILD-UX.md: no red crosses; a tick and a cross are marks of ink."""
    shown = make_screens(starter, Speaker("en", "en", "en"))
    assert not {"2705", "274C", "274E"} & {tile.code for screen in shown for tile in screen.tiles}

"""What makes an everyday choice, when it ends, and how a tie ends (S33, A11)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, strategies as st

from tests.support.rounds import starter
from youthvoice.surveys.batches.rules import find_winners
from youthvoice.surveys.choices.forms import READY_KINDS, load_ready_choice
from youthvoice.surveys.choices.labels import choice_refusal_message
from youthvoice.surveys.choices.rules import (
    ChoiceProposal,
    OptionLine,
    circumstance_refusals,
    closes_at,
    make_choice_questionnaire,
    next_evening,
    proposal_refusals,
)
from youthvoice.surveys.questionnaires.picture_library import list_pictures, picture_code, picture_name
from youthvoice.surveys.rounds.entities import describe_winner

RICE = OptionLine("curry-and-rice", {"en": "Dal and rice", "hi": "दाल और चावल"})
NOODLES = OptionLine("steaming-bowl", {"en": "Noodles", "hi": "नूडल्स"})
WISH = ChoiceProposal("food", {"en": "What for Friday?", "hi": "शुक्रवार को क्या खाएँ?"}, (RICE, NOODLES))


def codes(wish: ChoiceProposal) -> dict[str, str]:
    """Where what is refused."""
    return {one.at: one.code for one in proposal_refusals(wish)}


def test_two_pictures_with_words_in_two_languages_are_a_choice() -> None:
    assert codes(WISH) == {}
    questionnaire = make_choice_questionnaire(WISH, 7, ["en"])
    assert (questionnaire.name, questionnaire.purpose, questionnaire.languages, questionnaire.drafts) == (
        "choice-food-7",
        "choice",
        ("en", "hi"),
        ("hi",),
    )
    assert [one.picture for one in questionnaire.coded[0].options] == ["1F35B", "1F35C"]


def test_what_is_asked_again_to_the_letter_is_the_same_version() -> None:
    assert make_choice_questionnaire(WISH, 7, ["en"]).digest == make_choice_questionnaire(WISH, 7, ["en"]).digest
    other = replace(WISH, rows=(NOODLES, RICE))
    assert make_choice_questionnaire(other, 7, ["en"]).digest != make_choice_questionnaire(WISH, 7, ["en"]).digest


@pytest.mark.parametrize(
    ("changed", "at", "code"),
    [
        ({"question": {"en": "", "hi": ""}}, "question_en", "no_question"),
        ({"question": {"en": "w " * 13, "hi": ""}}, "question_en", "question_too_long"),
        ({"rows": (RICE,)}, "picture_2", "too_few_options"),
        ({"rows": (RICE, replace(NOODLES, picture=""))}, "picture_2", "picture_missing"),
        ({"rows": (RICE, replace(NOODLES, picture="steaming-bowls"))}, "picture_2", "picture_near"),
        ({"rows": (RICE, replace(NOODLES, picture="curry-and-rice"))}, "picture_2", "picture_twice"),
        ({"rows": (RICE, OptionLine("steaming-bowl", {"en": "Noodles", "hi": ""}))}, "word_2_hi", "word_missing"),
        ({"rows": (RICE, OptionLine("steaming-bowl", {"en": "a b c d", "hi": "क"}))}, "word_2_en", "word_too_long"),
        ({"rows": (RICE, OptionLine("steaming-bowl", {"en": "dal and RICE", "hi": "क"}))}, "word_2_en", "word_twice"),
        ({"question": {"en": "What for Friday?", "hi": ""}}, "question_hi", "question_missing"),
        ({"question": {"en": "What is your name?", "hi": "तुम क्या खाओगे?"}}, "question_en", "choice_asks_who"),
        ({"question": {"en": "Who hit you today?", "hi": "तुम क्या खाओगे?"}}, "question_en", "choice_asks_abuse"),
    ],
)
def test_everything_else_is_refused_at_its_box(changed: dict[str, object], at: str, code: str) -> None:
    assert codes(replace(WISH, **changed))[at] == code  # type: ignore[arg-type] # one part of the wish


@pytest.mark.parametrize("code", ["picture_near", "word_missing", "too_few_children", "open_already"])
def test_every_refusal_has_words(app: object, code: str) -> None:
    found = [*circumstance_refusals(open_already=True, invited=4)]
    found += proposal_refusals(replace(WISH, rows=(RICE, OptionLine("steaming-bowls", {"en": "Noodles", "hi": ""}))))
    said = {one.code: choice_refusal_message(one) for one in found}
    assert "%(" not in said[code]


@pytest.mark.parametrize("kind", READY_KINDS)
def test_each_ready_made_choice_is_one(kind: str) -> None:
    question = load_ready_choice(kind).questions[0]
    rows = tuple(OptionLine(picture_name(one.picture or ""), one.text) for one in question.options)
    assert codes(ChoiceProposal(kind, question.text, rows)) == {}


def test_every_picture_of_the_shelf_is_there_and_can_be_searched() -> None:
    assert len(list_pictures()) > 90
    assert all(picture_code(one.name) == one.code for one in list_pictures())
    assert {one.name for one in list_pictures("rice")} == {"curry and rice", "rice"}
    assert list_pictures(kind="activity")[0].name == "football"


def test_a_choice_ends_at_the_daily_hour_and_offers_the_next_one_there_is() -> None:
    morning, night = datetime(2026, 11, 24, 4, 0, tzinfo=UTC), datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert next_evening(morning, 17, "Asia/Kolkata") == date(2026, 11, 24)
    assert next_evening(night, 17, "Asia/Kolkata") == date(2026, 11, 25)  # it is half past five there
    assert closes_at(date(2026, 11, 24), 17, "Asia/Kolkata") == datetime(2026, 11, 24, 11, 30, tzinfo=UTC)


def last(keys: Sequence[str]) -> str:
    """A lot that always falls on the last."""
    return keys[-1]


@given(st.lists(st.integers(0, 6), min_size=4, max_size=4))
def test_whatever_is_voted_a_tie_ends_by_the_rule_that_was_chosen(votes: list[int]) -> None:
    questionnaire = starter("everyday-choice")
    keys = questionnaire.coded[0].keys
    counts = {"saturday": dict(zip(keys, votes, strict=True)) | {"dont_know": 0, "did_not_say": 0}}
    best = [key for key in keys if counts["saturday"][key] == max(votes)]
    won = {rule: find_winners(questionnaire, counts, sum(votes), rule, last) for rule in ("first", "lot", "both")}
    if sum(votes) < 5:
        assert set(map(len, won.values())) == {0}
        return
    assert won["first"] == {"saturday": (best[0],)}
    assert won["lot"] == {"saturday": (best[-1],)}
    assert won["both"] == {"saturday": tuple(best) if len(best) == 2 else (best[-1],)}


def test_two_that_won_are_said_together_in_every_language() -> None:
    question = make_choice_questionnaire(WISH, 7, []).coded[0]
    assert describe_winner(question, question.keys)["en"] == "Dal and rice + Noodles: What for Friday?"
    assert describe_winner(question, ()) == {}

"""Answers become bytes of one length, and are counted."""

import random
import time
from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.support.answer_sheets import decode_answers
from tests.support.batches import a_question, a_questionnaire
from youthvoice.surveys.questionnaires.answer_encoding import (
    UNKNOWN,
    NotACodedAnswer,
    encode_answers,
    find_questions_with_harm,
    tally_answers,
)
from youthvoice.surveys.questionnaires.kinds import MAX_CODED_OPTIONS
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml

FILE = b"""
purpose = "regular"
ages = "10-12"
languages = ["en"]
title = { en = "Example" }
[scales]
yes_no = [{ key = "yes", good = true, en = "Yes" }, { key = "no", en = "No" }]
[[question]]
name = "safe"
kind = "yes_no"
safety = true
harm = ["no"]
text = { en = "Do you feel safe at night?" }
[[question]]
name = "talk"
kind = "yes_no"
when = "safe = no"
text = { en = "Is there someone to talk to?" }
[[question]]
name = "wishes"
kind = "choose_many"
text = { en = "What would you like?" }
options = [{ key = "ball", en = "A ball" }, { key = "book", en = "A book" }, { key = "kite", en = "A kite" }]
[[question]]
name = "months"
kind = "number"
lasting = true
text = { en = "How many months have you been here?" }
bins = [
  { key = "new", low = 0, high = 5, en = "Up to 5" },
  { key = "long", low = 6, high = 240, en = "6 or more" },
]
[[question]]
name = "law"
kind = "yes_no"
right = "yes"
text = { en = "Does every child have rights?" }
[[question]]
name = "box"
kind = "words"
text = { en = "What else?" }
"""


@pytest.fixture(scope="module")
def asked() -> Questionnaire:
    return read_toml(FILE, "example")


def test_a_sheet_comes_back_as_it_was_answered(asked: Questionnaire) -> None:
    sheet = encode_answers(
        asked, {"safe": "no", "talk": "dont_know", "wishes": ("kite", "ball"), "months": "6", "box": "x"}
    )
    assert decode_answers(asked, sheet) == {
        "safe": "no", "talk": "dont_know", "wishes": ("ball", "kite"), "months": "long", "law": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"safe": "yes"},
        {"wishes": ()},
        {"wishes": ("dont_know",)},
        {"box": "words " * 100},
        {"safe": None, "months": "240"},
    ],
)
def test_every_sheet_has_the_same_length(asked: Questionnaire, answers: Mapping[str, str]) -> None:
    assert len(encode_answers(asked, answers)) == 1 + 1 + 4 + 1 + 1


def test_an_answer_that_is_ruled_out_is_not_stored(asked: Questionnaire) -> None:
    assert encode_answers(asked, {"safe": "yes", "talk": "no"}) == encode_answers(asked, {"safe": "yes"})


@pytest.mark.parametrize(
    "answers",
    [
        {"safe": "maybe"},
        {"months": "241"},
        {"months": "-1"},
        {"months": "1e3"},
        {"months": "٣"},
        {"months": "9" * 5000},
        {"wishes": ("ball", "car")},
        {"wishes": ("ball", "ball")},
        {"wishes": ("ball", "dont_know")},
        {"law": ("yes",)},
    ],
)
def test_an_answer_the_question_does_not_take_is_refused(asked: Questionnaire, answers: Mapping[str, str]) -> None:
    with pytest.raises(NotACodedAnswer):
        encode_answers(asked, answers)


def test_single_answers_add_up_to_all_children(asked: Questionnaire) -> None:
    sheets = [
        encode_answers(asked, {"safe": "yes", "law": "no"}),
        encode_answers(asked, {"safe": "no", "talk": "yes"}),
        encode_answers(asked, {}),
    ]
    counts = tally_answers(asked, sheets)
    assert counts["safe"] == {"yes": 1, "no": 1, "dont_know": 0, "did_not_say": 1}
    for name in ("safe", "talk", "months", "law"):
        assert sum(counts[name].values()) == 3


def test_options_of_choose_many_are_counted_one_by_one(asked: Questionnaire) -> None:
    sheets = [encode_answers(asked, {"wishes": given}) for given in (("ball", "book"), ("ball",), ("dont_know",), ())]
    assert tally_answers(asked, sheets)["wishes"] == {
        "ball": 2,
        "book": 1,
        "kite": 0,
        "dont_know": 1,
        "did_not_say": 1,
    }


def test_one_answer_that_says_harm_is_noticed_and_not_counted(asked: Questionnaire) -> None:
    fine = [encode_answers(asked, {"safe": "yes"})] * 9
    assert find_questions_with_harm(asked, fine) == ()
    assert find_questions_with_harm(asked, [*fine, encode_answers(asked, {"safe": "no"})]) == ("safe",)


def test_of_several_answers_that_say_harm_one_is_enough() -> None:
    question = a_question("safe", "always", "seldom", "never", safety=True, harm=("seldom", "never"))
    questionnaire = replace(a_questionnaire(), questions=(question,))
    for said, found in (("always", ()), ("seldom", ("safe",)), ("never", ("safe",))):
        assert (
            find_questions_with_harm(
                questionnaire,
                [encode_answers(questionnaire, {"safe": "always"}), encode_answers(questionnaire, {"safe": said})],
            )
            == found
        )


def test_a_sheet_of_another_questionnaire_is_not_counted(asked: Questionnaire) -> None:
    with pytest.raises(ValueError, match="not of this questionnaire"):
        tally_answers(asked, [b"\x00"])


def test_ten_thousand_sheets_are_counted_quickly(asked: Questionnaire) -> None:
    rng = random.Random(1)  # noqa: S311 - example answers
    ways = [encode_answers(asked, {"safe": rng.choice(["yes", "no"]), "wishes": ("ball",)}) for _ in range(50)]
    sheets = [rng.choice(ways) for _ in range(10_000)]
    began = time.process_time()
    tally_answers(asked, sheets)
    assert time.process_time() - began < 0.5


def test_a_sheet_of_another_length_is_of_another_questionnaire() -> None:
    questionnaire = a_questionnaire()
    sheet = encode_answers(questionnaire, {"food": "good"})
    for wrong in (sheet + b"\x00", sheet[:-1], b""):
        with pytest.raises(ValueError, match="not of this questionnaire"):
            tally_answers(questionnaire, [wrong])


def test_one_answer_to_a_question_of_several_is_that_option_and_no_part_of_its_name() -> None:
    """`book` is within `notebook`; whoever taps the long one has not tapped the short one."""
    question = a_question("wishes", "book", "notebook", kind="choose_many")
    questionnaire = replace(a_questionnaire(), questions=(question,))
    assert decode_answers(questionnaire, encode_answers(questionnaire, {"wishes": "notebook"})) == {
        "wishes": ("notebook",)
    }


def test_the_last_of_as_many_options_as_there_may_be_is_not_taken_for_i_do_not_know() -> None:
    question = a_question("town", *(f"t{nth}" for nth in range(MAX_CODED_OPTIONS)))
    questionnaire = replace(a_questionnaire(), questions=(question,))
    last = f"t{MAX_CODED_OPTIONS - 1}"
    assert decode_answers(questionnaire, encode_answers(questionnaire, {"town": last})) == {"town": last}
    assert 1 + MAX_CODED_OPTIONS <= UNKNOWN

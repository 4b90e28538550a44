"""A questionnaire file is read, or everything that is wrong with it is said, with rows, in plain words."""

import json

import pytest
from hypothesis import given, settings, strategies as st

from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, QuestionnaireRefused
from youthvoice.surveys.questionnaires.labels import FAULT_MESSAGES, fault_message
from youthvoice.surveys.questionnaires.question_identity import question_hash
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.skip_logic import (
    Condition,
    UnreadableCondition,
    condition_from_data,
    parse_condition,
)
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml
from youthvoice.surveys.questionnaires.wording_rules import size_warnings

HEAD = """\
purpose = "regular"
ages = "10-12"
languages = ["en"]
title = { en = "Example" }
[scales]
faces = [
  { key = "very_bad", en = "Very bad" },
  { key = "bad", en = "Bad" },
  { key = "good", good = true, en = "Good" },
  { key = "very_good", good = true, en = "Very good" },
]
yes_no = [{ key = "yes", good = true, en = "Yes" }, { key = "no", en = "No" }]
"""
FOOD = """
[[question]]
name = "food"
kind = "faces"
text = { en = "How was the food this week?" }
"""
HEAD_ROWS = HEAD.count("\n")
AFTER_FOOD = HEAD_ROWS + FOOD.count("\n")


def read(text: str | bytes, **how: frozenset[str]) -> Questionnaire:
    return read_toml(text.encode() if isinstance(text, str) else text, "example", **how)


def refusals(text: str | bytes) -> tuple[QuestionnaireFault, ...]:
    with pytest.raises(QuestionnaireRefused) as refused:
        read(text)
    for fault in refused.value.faults:
        assert fault_message(fault).strip()
    return refused.value.faults


def codes(text: str | bytes) -> set[str]:
    return {fault.code for fault in refusals(text)}


def question(body: str) -> str:
    """A file with `food` and one more question that asks about lunch unless told otherwise."""
    named = "" if "name =" in body else 'name = "more"\n'
    worded = "" if "text =" in body else 'text = { en = "How was lunch?" }\n'
    return f"{HEAD}{FOOD}\n[[question]]\n{named}{worded}{body}\n"


def test_a_plain_file_is_read() -> None:
    questionnaire = read(HEAD + FOOD)
    assert questionnaire.question("food") == questionnaire.questions[0]
    assert questionnaire.questions[0].keys == ("very_bad", "bad", "good", "very_good")
    assert questionnaire.questions[0].good == ("good", "very_good")
    assert size_warnings(questionnaire) == ()


def test_what_was_stored_is_what_was_read() -> None:
    body = """kind = "choose_one"
when = "food = bad or (food = very_bad and food != good)"
options = [{key="a", en="A"}, {key="b", en="B"}, {key="c", en="C"}, {key="d", en="D"}, {key="e", en="E"},
  {key="f", en="F"}]
merge = [{key="z", en="First", options=["a","b","c"]}, {key="y", en="Last", options=["d","e","f"]}]
lasting = true"""
    found = read(question(body))
    again = Questionnaire.from_json(found.to_json())
    assert again == found
    assert again.digest == found.digest
    assert list(again.questions[1].merge or ()) == ["z", "y"]


def test_a_change_of_one_letter_changes_the_digest() -> None:
    assert read(HEAD + FOOD).digest != read(HEAD + FOOD.replace("week", "Week")).digest


def test_every_error_is_said_at_once_with_its_row() -> None:
    text = question('kind = "yes_no"\nwhen = "lunch = bad"\npicture = "no such thing at all"\nplese = true')
    found = {(fault.row, fault.code) for fault in refusals(text.replace("10-12", "9-99"))}
    at = AFTER_FOOD + 2
    assert {
        (2, "not_one_of"),
        (at + 4, "when_not_earlier"),
        (at + 5, "unknown_picture_near"),
        (at + 6, "unknown_key_near"),
    } <= found


def test_an_unknown_key_is_named_with_the_nearest_known_one() -> None:
    (fault,) = refusals(question('kind = "yes_no"\nsaftey = true'))
    assert fault.values["near"] == "safety"
    assert "Did you mean “safety”?" in fault_message(fault)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('kind = "stars"', "not_one_of"),
        ('kind = "yes_no"\nname = "food"', "duplicate_name"),
        ('kind = "yes_no"\ntext = { hi = "x" }', "missing_language"),
        ('kind = "yes_no"\nsafety = true', "safety_without_harm"),
        ('kind = "yes_no"\nharm = ["no"]', "harm_without_safety"),
        ('kind = "yes_no"\nharm = ["maybe"]\nsafety = true', "mark_unknown"),
        ('kind = "yes_no"\nright = "perhaps"', "right_unknown"),
        ('kind = "yes_no"\npublish = "right"', "right_missing"),
        ('kind = "yes_no"\ngood = ["yes", "no"]', "all_good"),
        ('kind = "faces"\nlasting = true', "lasting_not_here"),
        ('kind = "yes_no"\nwhen = "food = green"', "when_unknown_answer"),
        ('kind = "yes_no"\nwhen = "food ="', "when_unreadable"),
        ('kind = "yes_no"\nwhen = "more = yes"', "when_not_earlier"),
        ('kind = "yes_no"\nmoment = "now"', "pair_and_now"),
        ('kind = "yes_no"\nmoment = "now"\npair = "food"', "pair_unknown"),
        ('kind = "choose_one"', "how_many_options"),
        ('kind = "choose_one"\nscale = "nothing"', "unknown_scale"),
        ('kind = "choose_one"\noptions = [{key="a", en="A"}, {key="a", en="B"}]', "duplicate_option"),
        ('kind = "choose_one"\noptions = [{key="dont_know", en="A"}, {key="b", en="B"}]', "reserved_option"),
        (
            'kind = "choose_one"\noptions = [{key="a", en="One two three four"}, {key="b", en="B"}]',
            "option_too_long",
        ),
        (
            'kind = "faces"\noptions = [{key="a", en="A"}, {key="b", good=true, en="B"}, {key="c", en="C"}]',
            "scale_size",
        ),
        ('kind = "number"', "how_many_bins"),
        (
            'kind = "yes_no"\ntext = { en = "1 2 3 four five six seven eight nine ten eleven twelve 13" }',
            "question_too_long",
        ),
        ('kind = "words"\ntext = { en = "What is your name?" }', "asks_who"),
        ('kind = "words"\ntext = { en = "Where do you live?" }', "asks_who"),
        ('kind = "yes_no"\ntext = { en = "Did anyone here hit you?" }', "asks_abuse"),
        ('kind = "yes_no"\ntext = { en = "Have you been touched badly?" }', "asks_abuse"),
        ("kind = 5", "not_a_text"),
        ('kind = "yes_no"\nsafety = "yes"', "not_true_or_false"),
        ('kind = "yes_no"\ntext = "How?"', "not_words"),
        ('kind = "yes_no"\noptions = 7', "not_tables"),
        ('kind = "yes_no"\nharm = [1]', "not_a_list"),
        ('kind = "words"\nmax_length = 1.5', "not_a_number"),
        ('kind = "words"\noptions = [{key="a", en="A"}, {key="b", en="B"}]', "options_not_wanted"),
    ],
)
def test_what_is_wrong_is_refused(body: str, code: str) -> None:
    assert code in codes(question(body))


def test_many_options_need_a_merge_that_covers_each_once() -> None:
    options = ", ".join(f'{{key="o{at}", en="{at}"}}' for at in range(6))
    body = f'kind = "choose_one"\noptions = [{options}]\n'
    assert codes(question(body)) == {"merge_missing"}
    some = 'merge = [{key="x", en="X", options=["o0","o1"]}, {key="y", en="Y", options=["o1","o2","o3","o4"]}]'
    assert codes(question(body + some)) == {"merge_twice", "merge_forgot"}


@pytest.mark.parametrize(
    ("second", "code"),
    [("11, high = 20", "bins_overlap"), ("13, high = 20", "bins_gap"), ("12, high = 9", "bin_upside_down")],
)
def test_bins_stand_side_by_side(second: str, code: str) -> None:
    bins = f'bins = [{{key="few", low=0, high=11, en="Few"}}, {{key="many", low={second}, en="Many"}}]'
    assert code in codes(question(f'kind = "number"\n{bins}'))


def test_a_question_about_the_place_is_not_about_this_child() -> None:
    body = 'kind = "yes_no"\ngood = ["no"]\ntext = { en = "Do adults here hit children?" }'
    assert read(question(body)).questions[1].kind == "yes_no"


def test_an_advocate_can_confirm_that_a_question_does_not_ask_who_a_child_is() -> None:
    text = question(
        'kind = "words"\nname = "street"\ntext = { en = "What should the new street be called? Your name?" }'
    )
    assert codes(text) == {"asks_who"}
    assert read(text, confirmed=frozenset({"street"})).letter_boxes


def test_no_confirmation_lets_a_question_about_abuse_through() -> None:
    text = question('kind = "yes_no"\nname = "hit"\ntext = { en = "Did a teacher hit you?" }')
    with pytest.raises(QuestionnaireRefused):
        read(text, confirmed=frozenset({"hit"}))


def test_care_has_no_letter_box() -> None:
    assert codes(question('kind = "words"').replace('"regular"', '"care"')) == {"no_letter_box_here"}


def test_a_choice_is_one_question() -> None:
    assert codes(question('kind = "yes_no"').replace('"regular"', '"choice"')) == {"choice_is_one_question"}


SMALL = """\
purpose = "regular"
ages = "4-6"
languages = ["en"]
title = { en = "Example" }
[scales]
faces = [{ key = "not_nice", en = "Not nice" }, { key = "nice", good = true, en = "Nice" }]
yes_no = [{ key = "yes", good = true, en = "Yes" }, { key = "no", en = "No" }]
[[question]]
name = "food"
kind = "faces"
text = { en = "Is the food nice?" }
"""


@pytest.mark.parametrize(
    "wrong",
    [
        SMALL.replace(
            '"faces"\n', '"choose_one"\noptions = [{ key = "rice", en = "Rice" }, { key = "soup", en = "Soup" }]\n'
        ),
        SMALL.replace('"faces"\n', '"words"\n') + SMALL[SMALL.index("[[") :].replace('"food"', '"play"'),
        SMALL + 'safety = true\nharm = ["not_nice"]\n',
        SMALL + SMALL[SMALL.index("[[") :].replace('"food"', '"play"') + 'when = "food = nice"\n',
    ],
)
def test_beside_an_adult_small_children_tap_one_of_two_faces_about_nothing_that_may_be_harm(wrong: str) -> None:
    """S17, S32."""
    assert read(SMALL).questions[0].keys == ("not_nice", "nice")
    assert "small_children_tap_faces" in codes(wrong)


def test_small_children_are_asked_four_things_of_their_daily_life() -> None:
    more = "".join(SMALL[SMALL.index("[[") :].replace('"food"', f'"q{at}"') for at in range(4))
    assert codes(SMALL + more) == {"too_many_questions"}
    assert codes(SMALL.replace('"regular"', '"care"')) == {"not_for_small_children"}


def test_too_many_questions_are_too_many() -> None:
    more = "".join(FOOD.replace("food", f"q{at}", 1) for at in range(16))
    assert "too_many_questions" in codes(HEAD + more)


def test_a_negative_only_warns() -> None:
    questionnaire = read(question('kind = "yes_no"\ntext = { en = "Is lunch not good?" }'))
    assert [fault.code for fault in size_warnings(questionnaire)] == ["negative"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"x" * (5 << 20), "too_large"),
        (b'title = "\xff"', "not_utf8"),
        (b"\x00\x00", "not_toml"),
        (b"a = " + b"[" * 100_000, "not_toml"),
        (b"a = " + b"9" * 5000, "not_toml"),
        (b"[[question]\n", "not_toml"),
        (b"", "missing"),
        (b"question = 3\nscales = 1\ntitle = []\nlanguages = {}\npurpose = 1979-05-27", "not_tables"),
        (b"[question]\nname = 1", "not_tables"),
        (b'languages = ["english", ""]', "not_a_list"),
    ],
)
def test_a_hostile_file_is_refused_and_not_crashed_on(data: bytes, code: str) -> None:
    assert code in codes(data)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([*(HEAD + FOOD).split("\n"), "\x00", "[", "kind = {}", "[[question.options]]", "a.b = 1"]))
)
def test_any_shuffle_of_lines_is_read_or_refused(lines: list[str]) -> None:
    try:
        read("\n".join(lines))
    except QuestionnaireRefused as refused:
        assert all(fault_message(fault) for fault in refused.faults)  # noqa: PT017 - most shuffles are refused, some are not


class AnyValue(dict[str, str]):
    """Values for the words of any fault."""

    def __missing__(self, key: str) -> str:
        return key


def test_every_code_has_words() -> None:
    values = AnyValue()
    for code in FAULT_MESSAGES:
        assert "%(" not in FAULT_MESSAGES[code] % values


def test_a_condition_says_the_same_as_data_and_as_text() -> None:
    rule = parse_condition("food = bad or (sleep != good and wish = a, b)")
    assert condition_from_data(json.loads(json.dumps(rule.to_data()))) == rule
    assert parse_condition(str(rule)) == rule
    assert rule.to_data()[0] == "either"


@pytest.mark.parametrize(
    "text", ["", "food", "= bad", "food = bad or", "(food = bad", "food ~ bad", "a = b c", "(" * 500]
)
def test_an_unreadable_condition_says_where(text: str) -> None:
    with pytest.raises(UnreadableCondition):
        parse_condition(text)


def test_is_not_holds_where_nothing_was_said() -> None:
    assert Condition("is_not", "food", ("bad",)).holds({})
    assert not Condition("is", "food", ("bad",)).holds({})


def test_a_ruled_out_answer_counts_for_nothing_after_it() -> None:
    second = (
        'kind = "yes_no"\nname = "warm"\nwhen = "food = bad"\ntext = { en = "Warm?" }\n'
        '[[question]]\nname = "why"\nkind = "yes_no"\n'
    )
    questionnaire = read(question(second + 'when = "warm = yes"\ntext = { en = "Was tea warm?" }'))
    assert [question.name for question in questionnaire.asked({"food": "good", "warm": "yes", "why": "no"})] == ["food"]
    assert questionnaire.kept({"food": "good", "warm": "yes", "why": "no", "other": "x"}) == {"food": "good"}
    assert questionnaire.kept({"food": "bad", "warm": "yes", "why": "no"}) == {
        "food": "bad",
        "warm": "yes",
        "why": "no",
    }


def test_a_renamed_copy_is_the_same_question() -> None:
    one = read(HEAD + FOOD).questions[0]
    two = read(HEAD + FOOD.replace('"food"', '"meals"').replace("this week?", " THIS  week")).questions[0]
    other = read(HEAD + FOOD.replace("food this", "tea this")).questions[0]
    assert question_hash(one) == question_hash(two)
    assert question_hash(one) != question_hash(other)


def test_a_scale_without_a_good_side_is_not_published() -> None:
    assert "good_missing" not in {fault.code for fault in size_warnings(read(HEAD + FOOD))}
    assert codes(HEAD.replace("good = true, ", "") + FOOD) == {"good_missing"}

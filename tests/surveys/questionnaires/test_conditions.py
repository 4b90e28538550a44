"""When a question is asked: read, decided and written as it was meant."""

import pytest
from hypothesis import given, strategies as st

from youthvoice.surveys.questionnaires.skip_logic import Condition, condition_from_data, parse_condition

KEYS = ("bad", "good", "never")
NAMES = ("food", "night", "school")


def test_either_of_two_answers_is_enough() -> None:
    asked = parse_condition("food = bad or night = bad")
    assert [asked.holds(said) for said in ({"food": "bad"}, {"night": "bad"}, {"food": "good", "night": "good"})] == [
        True, True, False,
    ]  # fmt: skip


def test_neither_of_several_looks_at_each_of_them() -> None:
    asked = parse_condition("food != bad, never")
    assert [asked.holds({"food": said}) for said in KEYS] == [False, True, False]
    assert asked.holds({}), "a question that was skipped has no answer"


@pytest.mark.parametrize("written", ["food = bad OR night = bad", "food = bad Or night = bad"])
def test_its_words_are_read_in_capitals_too(written: str) -> None:
    assert parse_condition(written) == parse_condition("food = bad or night = bad")
    assert parse_condition("food = bad AND night = bad") == parse_condition("food = bad and night = bad")


def test_brackets_are_written_where_they_change_the_meaning() -> None:
    asked = parse_condition("(food = bad or night = bad) and school = never")
    assert str(asked) == "(food = bad or night = bad) and school = never"
    assert not parse_condition(str(asked)).holds({"food": "bad", "school": "good"})


_RULES = st.recursive(
    st.builds(
        lambda rule, name, key: Condition(rule, name, (key,)),
        st.sampled_from(["is", "is_not"]),
        st.sampled_from(NAMES),
        st.sampled_from(KEYS),
    ),
    lambda inner: st.builds(
        lambda rule, parts: Condition(rule, parts=tuple(parts)),
        st.sampled_from(["all", "either"]),
        st.lists(inner, min_size=2, max_size=3),
    ),
    max_leaves=6,
)


@given(_RULES, st.dictionaries(st.sampled_from(NAMES), st.sampled_from(KEYS)))
def test_what_is_written_down_asks_the_same_children(rule: Condition, said: dict[str, str]) -> None:
    """An export, and the lists that a tablet reads, mean what the form meant, however deep it goes."""
    assert parse_condition(str(rule)).holds(said) == rule.holds(said)
    assert condition_from_data(rule.to_data()).holds(said) == rule.holds(said)

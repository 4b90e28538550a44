"""A3: which categories a question is published in."""

import pytest
from hypothesis import given, strategies as st

from youthvoice.privacy.disclosure.safe_table import protect
from youthvoice.privacy.disclosure.tabulation import DID_NOT_SAY, merge_answers, tabulate, tabulate_options

FACES = ("very_sad", "sad", "so_so", "happy", "very_happy")
GOOD = {"happy", "very_happy"}


def test_below_sixty_a_scale_publishes_its_good_side_and_everything_else() -> None:
    counts = dict(zip((*FACES, "did_not_say"), (1, 2, 3, 9, 8, 1), strict=True))
    assert tabulate(counts, scale=True, good=GOOD) == (protect({"good": 17, "rest": 7}),)


def test_from_sixty_on_five_faces_and_silence_are_six_categories() -> None:
    counts = dict(zip((*FACES, "did_not_say"), (5, 10, 10, 20, 10, 5), strict=True))
    assert tabulate(counts, scale=True, good=GOOD) == (protect(counts),)


@pytest.mark.parametrize(("yes", "no"), [("yes", "no"), ("right", "wrong")])
def test_yes_no_and_right_answers_are_two_sides_below_sixty_and_three_from_there(yes: str, no: str) -> None:
    few, many = {yes: 30, no: 20, "did_not_say": 9}, {yes: 30, no: 20, "did_not_say": 10}
    assert tabulate(few, scale=True, good={yes}) == (protect({"good": 30, "rest": 29}),)
    assert tabulate(many, scale=True, good={yes}) == (protect(many),)


def test_do_not_know_counts_as_silence() -> None:
    said = {"food": 9, "play": 9, "did_not_say": 2, "dont_know": 4}
    assert tabulate(said, scale=False) == (protect({"food": 9, "play": 9, "did_not_say": 6}),)


def test_silence_is_a_category_also_when_everybody_spoke() -> None:
    (table,) = tabulate({"food": 10, "play": 14}, scale=False)
    assert table.keys == ("food", "play", "did_not_say")


@pytest.mark.parametrize("n", [10, 12])
def test_among_ten_or_twelve_children_a_choice_of_several_is_not_published(n: int) -> None:
    assert tabulate({"food": n - 4, "play": 4}, scale=False) == ()
    assert tabulate({"yes": n - 4, "no": 4}, scale=True, good={"yes"})


def test_more_than_five_options_are_published_only_with_a_declared_merge() -> None:
    counts = dict.fromkeys("abcdef", 5)
    assert tabulate(counts, scale=False) == ()
    (table,) = tabulate(counts, scale=False, groups={"early": ["a", "b", "c"], "late": ["d", "e", "f"]})
    assert table == protect({"early": 15, "late": 15, "did_not_say": 0})


def test_one_option_of_many_is_chosen_or_not_silence_included() -> None:
    assert tabulate_options({"food": 20, "play": 90}, 100) == {
        "food": protect({"chosen": 20, "not_chosen": 80}),
        "play": protect({"chosen": 90, "not_chosen": 10}),
    }


def test_an_option_that_more_than_all_chose_is_refused() -> None:
    with pytest.raises(ValueError, match="whole number"):
        tabulate_options({"food": 31}, 30)


@pytest.mark.parametrize("good", [set[str](), {"glad"}, set(FACES) | {"did_not_say"}, {"did_not_say"}])
def test_a_scale_without_a_proper_good_side_is_refused(good: set[str]) -> None:
    with pytest.raises(ValueError, match="One side"):
        tabulate(dict.fromkeys(FACES, 4), scale=True, good=good)


def test_fewer_than_ten_children_are_refused() -> None:
    with pytest.raises(ValueError, match="never published"):
        tabulate({"yes": 5, "no": 4}, scale=True, good={"yes"})


def test_a_wrong_count_does_not_hide_in_a_sum() -> None:
    with pytest.raises(ValueError, match="whole number"):
        tabulate({"yes": 15, "no": -1, "dont_know": 1}, scale=True, good={"yes"})


@pytest.mark.parametrize(
    "groups", [{"x": ["a"]}, {"x": ["a", "b"], "y": ["b"]}, {"x": ["a", "b", "c"]}, {"x": ["a", "a", "b"]}]
)
def test_a_merge_puts_every_answer_in_exactly_one_group(groups: dict[str, list[str]]) -> None:
    with pytest.raises(ValueError, match="exactly one group"):
        merge_answers({"a": 1, "b": 2}, groups)


def test_a_merge_leaves_silence_by_itself_unless_it_is_named() -> None:
    counts = {"did_not_say": 3, "a": 1, "b": 2}
    assert merge_answers(counts, {"x": ["a", "b"]}) == {"x": 3, "did_not_say": 3}
    assert merge_answers(counts, {"x": ["a"], "rest": ["b", "did_not_say"]}) == {"x": 1, "rest": 5}


@given(st.integers(0, 6), st.permutations([0, 0, 3, 20, 40]))
def test_the_categories_depend_on_n_alone(silent: int, spread: list[int]) -> None:
    counts = {**dict(zip(FACES, spread, strict=True)), "did_not_say": silent}
    first = {**dict.fromkeys(FACES, 0), "sad": 63, "did_not_say": silent}
    assert [table.keys for table in tabulate(counts, scale=True, good=GOOD)] == [
        table.keys for table in tabulate(first, scale=True, good=GOOD)
    ]


def test_ranges_of_a_number_are_published_as_declared_below_sixty_too() -> None:
    """They have no good side; they are no scale."""
    (table,) = tabulate({"0-4": 9, "5-9": 8, "10-19": 7}, scale=False)
    assert table.keys == ("0-4", "5-9", "10-19", DID_NOT_SAY)

"""Does an answer repeat what the child told (S38)?"""

import pytest
from hypothesis import given, strategies as some

from youthvoice.grievances.case.repeated_words import find_repetitions

TOLD = "a grown up shouted at me at dinner becaus I left my plate. everybody looked"


def kinds(answer: str, told: str = TOLD, names: tuple[str, ...] = ()) -> list[str]:
    return [found.kind for found in find_repetitions(answer, [told], names)]


@pytest.mark.parametrize(
    "answer",
    [
        "Thank you for telling me. I talk with all the grown-ups, without saying that a child told me.",
        "Nobody should shout at you.",
        "We look at dinner together.",
        "",
    ],
)
def test_a_kind_answer_of_ones_own_passes(answer: str) -> None:
    assert not kinds(answer, names=("Ravi Example",))


def test_four_words_in_a_row_are_found_whatever_stands_between_them() -> None:
    (found,) = find_repetitions("You said: SHOUTED at me, at dinner - I am sorry", [TOLD], [])
    assert (found.kind, found.words) == ("words", "SHOUTED at me at dinner")
    assert not kinds("they shouted at me")  # three
    assert kinds("they shouted at me at noon") == ["words"]


def test_a_few_words_are_found_whole() -> None:
    assert kinds("Who says he hits me does right", told="he hits me") == ["words"]
    assert not kinds("food is what we talk about", told="food")


def test_names_of_adults_are_found_by_any_part_of_them() -> None:
    assert kinds("I asked ravi about it.", names=("Ravi Menon", "Lata Rao")) == ["name"]
    assert not kinds("I asked them about it.", names=("Ravi Menon",))


def test_what_is_quoted_is_found_from_one_word_on() -> None:
    assert kinds("You wrote “plate”, I read it.") == ["quote"]
    assert not kinds("I read “the rights of children”.")


def test_hindi_and_arabic_are_compared_like_any_other() -> None:
    assert kinds("मैंने पढ़ा: खाने के समय मुझ पर, चिल्लाए", told="खाने के समय मुझ पर चिल्लाए") == ["words"]
    assert kinds("قرأت: صرخ في وجهي أمام الجميع", told="صَرَخَ في وجهي أمام الجميع") == ["words"]
    assert not kinds("धन्यवाद कि आपने बताया।", told="खाने के समय मुझ पर चिल्लाए")


@given(
    some.text(max_size=80),
    some.lists(some.text(max_size=60), max_size=3),
    some.lists(some.text(max_size=20), max_size=3),
)
def test_any_text_is_read_and_what_is_found_is_of_the_answer(answer: str, told: list[str], names: list[str]) -> None:
    for found in find_repetitions(answer, told, names):
        assert found.kind in {"words", "name", "quote"}
        assert all(word in answer for word in found.words.split())


@given(some.lists(some.sampled_from(["lamp", "food", "night", "cold", "bed"]), min_size=4, max_size=12))
def test_whoever_repeats_everything_is_always_warned(words: list[str]) -> None:
    assert find_repetitions(f"I read that {' '.join(words)} and act.", [" ".join(words)], [])

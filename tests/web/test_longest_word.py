"""How many letters the longest word of a name has."""

import pytest

from youthvoice.web.graphics.pictures import longest_word


@pytest.mark.parametrize(
    ("words", "letters"),
    [
        ("", 0),
        ("bus", 3),
        ("mushroom", 8),
        ("hot air balloon", 7),
        ("गुब्बारा", 4),
        ("فُطْر", 3),
        ("ลูกโป่ง", 5),
        ("автобус", 8),
    ],
)
def test_signs_above_and_below_do_not_make_a_word_longer(words: str, letters: int) -> None:
    assert longest_word(words) == letters

"""What a clip is called: by its language and by exactly what is said."""

import pytest
from markupsafe import Markup

from youthvoice.clips.text_collector import clip_name, language_of, spoken_words, take_name


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("How was the food?", "How was the food?"),
        (Markup("<b>Skip</b> any  question.\n <b>Stop</b> any time."), "Skip any question. Stop any time."),
        (Markup("<bdi>Asha</bdi><br>Speaks up"), "Asha Speaks up"),
        (Markup("Fish &amp; rice"), "Fish & rice"),
        ("a < b", "a < b"),
        ("", ""),
    ],
)
def test_what_is_said_is_what_is_shown(words: str, said: str) -> None:
    assert spoken_words(words) == said


def test_the_same_words_written_in_two_ways_of_unicode_are_one_clip() -> None:
    assert spoken_words("e\N{COMBINING ACUTE ACCENT}") == spoken_words("\N{LATIN SMALL LETTER E WITH ACUTE}")


def test_a_changed_letter_and_another_language_are_another_clip() -> None:
    names = {clip_name("en", "Good"), clip_name("en", "Good."), clip_name("hi", "Good"), clip_name("e", "nGood")}
    assert len(names) == 4
    assert all(len(name) == 24 and set(name) <= set("0123456789abcdef") for name in names)


def test_two_recordings_of_the_same_words_differ() -> None:
    assert take_name(b"one") != take_name(b"two")
    assert len(take_name(b"one")) == 8


def test_words_in_another_language_than_the_page_say_so() -> None:
    marked = Markup('<span lang="zh-Hant" dir="ltr">食物</span>')
    assert language_of(marked, "en") == "zh_Hant"
    assert language_of(marked + Markup(" and more"), "en") == "en"
    assert language_of("plain", "hi") == "hi"

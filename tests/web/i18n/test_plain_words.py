"""A sentence for a child: what is long or an office's word is asked about, in each language (S30)."""

import pytest

from youthvoice.web.i18n import plain_words


@pytest.mark.parametrize(
    ("language", "text", "hard"),
    [
        ("en", "You visit her on Sundays.", []),
        ("en", "Pursuant to the plan, rehabilitation continues.", ["Pursuant", "rehabilitation"]),
        ("en", "It ends with immediate effect.", ["with immediate effect"]),
        ("en", "Your grandmother is happy.", []),
        ("en", "Deinstitutionalisations", ["Deinstitutionalisations"]),
        ("hi", "आप हर रविवार दादी से मिलेंगे।", []),
        ("hi", "आपका पुनर्वास विचाराधीन है।", ["पुनर्वास", "विचाराधीन"]),
        ("ar", "تزور جدتك كل يوم أحد.", []),
        ("ar", "إعادة التأهيل بموجب الخطة", ["إعادة التأهيل", "التأهيل", "بموجب"]),
        ("ar", "بِمُوجِبِ الخطة", ["بِمُوجِبِ"]),
    ],
)
def test_hard_words_are_found_as_they_stand(language: str, text: str, hard: list[str]) -> None:
    assert sorted(plain_words.find_hard_words({language: text})) == sorted(hard)


def test_a_sentence_that_never_ends_is_asked_about() -> None:
    assert plain_words.find_hard_words({"en": "and then " * 13}) == ["and then and then …"]
    assert plain_words.find_hard_words({"en": "We go there. " * 13}) == []


@pytest.mark.parametrize(("letters", "too_long"), [(240, False), (241, True)])
def test_a_sentence_has_240_letters(letters: int, *, too_long: bool) -> None:
    assert plain_words.is_too_long({"en": "a" * letters}) is too_long
    assert plain_words.is_too_long({"en": "Short.", "hi": "क" * letters}) is too_long

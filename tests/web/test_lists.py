"""Lists as each language writes them."""

import pytest
from flask import Flask
from flask_babel import force_locale
from markupsafe import Markup

from youthvoice.web.i18n.formats import join_list


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Asha, Ravi, and Olga"),
        ("hi", "Asha, Ravi, और Olga"),
        ("ar", "\u2068Asha\u2069 و\u2068Ravi\u2069 و\u2068Olga\u2069"),
    ],
)
def test_a_list_reads_as_its_language_writes_it(app: Flask, language: str, told: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert join_list(["Asha", "Ravi", "Olga"]) == told


def test_one_or_nothing_needs_no_comma(app: Flask) -> None:
    with app.test_request_context():
        assert join_list(["Asha"]) == "Asha"
        assert not join_list([])


def test_markup_stays_markup_and_text_stays_text(app: Flask) -> None:
    with app.test_request_context():
        assert isinstance(join_list([Markup("<b>A</b>"), Markup("B")]), Markup)
        assert not isinstance(join_list(["<b>A</b>", Markup("B")]), Markup)


def test_thai_tells_names_of_two_words_apart(app: Flask) -> None:
    with app.test_request_context(), force_locale("th"):
        assert join_list(["Asha Example", "Ravi Example"]) == "Asha Example และ Ravi Example"
        assert join_list(["Asha Example", "Ravi Example", "Olga"]) == "Asha Example, Ravi Example และ Olga"
        assert join_list(["Asha Example"]) == "Asha Example"


@pytest.mark.parametrize(
    ("language", "names", "words"),
    [
        ("ar", ["Asha", "Ravi", "أمل"], "\u2068Asha\u2069 و\u2068Ravi\u2069 وأمل"),
        ("en", ["أمل", "Asha", "نور 2"], "\u2068أمل\u2069, Asha, and \u2068نور 2\u2069"),
        ("hi", ["Asha", "आशा"], "Asha और आशा"),
        ("ar", ["Asha"], "Asha"),
    ],
)
def test_names_in_a_script_of_the_other_direction_keep_their_places(
    app: Flask, language: str, names: list[str], words: str
) -> None:
    with app.test_request_context(), force_locale(language):
        assert join_list(names) == words

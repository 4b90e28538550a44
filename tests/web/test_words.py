"""The catalogues: plurals that work in every language, placeholders that exist, and who has checked them."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

TEMPLATES = sorted((Path(__file__).parents[2] / "youthvoice").rglob("*.html"))
CATALOGUES = sorted((Path(__file__).parents[2] / "translations").glob("*/LC_MESSAGES/*.po"))
ARABIC = next(path for path in CATALOGUES if path.parts[-3] == "ar" and path.stem == "messages")
SURVEYS = sorted((Path(__file__).parents[2] / "surveys").glob("*.toml"))
ONE_IS_NAMED = {"at %(site)s"}  # the one site is said by its name


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_number_is_said_wherever_one_form_stands_for_several_numbers(path: Path) -> None:
    """In Hindi the singular is said of none too; "one" would be a lie then."""
    catalogue = _read(path)
    told = [
        (one.id[0], one.string[0])
        for one in catalogue
        if isinstance(one.id, tuple) and isinstance(one.string, tuple) and "%(num)s" in one.id[1]
        if one.id[0] not in ONE_IS_NAMED
    ]
    assert told or path.stem == "starters"
    assert not [singular for singular, _ in told if "%(num)s" not in singular]
    if catalogue.num_plurals == 2:  # one and none share a form
        assert not [string for _, string in told if string and "%(num)s" not in string]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_no_translation_asks_for_what_its_sentence_does_not_have(path: Path) -> None:
    catalogue = _read(path)
    assert not [(message.id, error) for message in catalogue for error in message.check(catalogue)]


def test_in_arabic_a_path_stands_between_quotation_marks() -> None:
    """A full stop after it stood before its first slash: "./srv" is another folder than "/srv"."""
    said = [str(one.string) for one in _read(ARABIC) if "%(folder)s" in str(one.id)]
    assert said
    assert not [words for words in said if not re.search("«\u2066?%\\(folder\\)s\u2069?»", words)]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_catalogue_says_first_whether_a_speaker_has_checked_it(path: Path) -> None:
    """`make words` must not lose these lines."""
    first, second = path.read_text("utf-8").splitlines()[:2]
    assert first.startswith("# ")
    assert "checked" in second


def _hindi_of(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from [str(inside)] if key == "hi" and isinstance(inside, str) else _hindi_of(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _hindi_of(inside)


def test_a_hindi_sentence_ends_with_a_danda() -> None:
    """A plain dot is for numbers, names of files and what is written as a program reads it."""
    messages = [one for path in CATALOGUES if path.parts[-3] == "hi" for one in _read(path)]
    said = [words for one in messages for words in ([one.string] if isinstance(one.string, str) else one.string or ())]
    said += [words for file in SURVEYS for words in _hindi_of(tomllib.loads(file.read_text("utf-8")))]
    spoken = [words for words in said if re.search("[\u0900-\u097f]", words)]
    assert len(spoken) > 500
    assert not [words for words in spoken if re.search(r"[^\s.]\.(?=[\s”<)]|$)", words)]


def test_a_comma_between_two_values_is_that_of_the_language() -> None:
    """Arabic has its own: `_(", ")`, or the filter `listed`."""
    lines = [(path.name, line) for path in TEMPLATES for line in path.read_text("utf-8").splitlines()]
    latin = [(name, line) for name, line in lines if re.search(r'(?:[%}]\}|>), (?:\{[{%]|<)|join\(", "\)', line)]
    assert [name for name, _line in latin] == ["statement.html"], "what a browser reads aloud has one comma everywhere"


def test_a_language_is_written_in_a_page_as_html_writes_it() -> None:
    """`zh-Hant`, and not the `zh_Hant` of our codes."""
    pages = [(path.name, path.read_text("utf-8")) for path in TEMPLATES]
    written = [(name, value) for name, page in pages for value in re.findall(r'lang="\{\{([^}]*)\}\}"', page)]
    assert len(written) > 20
    as_html = re.compile(r"language_tag|replace|^ tag $|^ language\|default")
    assert not [place for place in written if not as_html.search(place[1])]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_word_of_the_house_is_said_in_every_language(path: Path) -> None:
    """An entry that is empty, or marked as a guess, is shown in English."""
    lacking = [one.id for one in _read(path) if one.id and (one.fuzzy or "" in _forms(one.string))]
    assert not lacking, f"`make words`, then fill {path}, then `make catalogues`"


def _forms(string: object) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (str(string or ""),)

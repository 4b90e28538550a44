"""Starters in the languages whose folder translates them (`translations/*/LC_MESSAGES/starters.po`)."""

from gettext import NullTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from youthvoice.surveys.questionnaires import store
from youthvoice.surveys.questionnaires.toml_file import starter_languages
from youthvoice.surveys.questionnaires.toml_file.starter_languages import add_languages, list_texts

NAME = "daily-life-7-9"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`translations` with one made-up language: each text in capitals."""
    monkeypatch.setattr(starter_languages, "shared_folder", lambda _name: tmp_path)
    monkeypatch.setattr(starter_languages, "_catalogue", starter_languages._catalogue.__wrapped__)  # noqa: SLF001 - uncached
    catalog = Catalog("eo")
    for kind, text in list_texts(store.load_starter(NAME)):
        catalog.add(text, text.upper(), context=kind)
    own = tmp_path / "eo" / "LC_MESSAGES"
    own.mkdir(parents=True)
    with (own / "starters.mo").open("wb") as out:
        write_mo(out, catalog)
    return tmp_path


def test_a_starter_speaks_a_language_more_as_a_draft(folder: Path) -> None:
    starter = store.load_starter(NAME)
    more = add_languages(starter, ["eo"])
    assert more.languages == (*starter.languages, "eo")
    assert more.drafts == (*starter.drafts, "eo")
    assert more.title["eo"] == "MY DAYS HERE"
    (food, *_rest) = more.questions
    assert food.text["eo"] == "HOW DO YOU FEEL ABOUT THE FOOD?"
    assert [option.text["eo"] for option in food.options] == ["SAD", "IN BETWEEN", "HAPPY"]
    assert food.says
    assert food.says["eo"] == "SAY THE FOOD MAKES THEM HAPPY"
    assert [question.when for question in more.questions] == [question.when for question in starter.questions]
    assert add_languages(more, ["eo", "hi"]) == more


def test_a_language_that_lacks_a_text_of_a_starter_is_not_offered_in_it(folder: Path) -> None:
    other = store.load_starter("rights")
    assert list_texts(other) - list_texts(store.load_starter(NAME))
    assert add_languages(other, ["eo", "xx"]) == other


def test_a_translation_may_be_the_same_word(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Same(NullTranslations):
        def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002 - as in the standard library
            return message

    monkeypatch.setattr(starter_languages, "_catalogue", lambda _language: Same())
    assert "nl" in add_languages(store.load_starter(NAME), ["nl"]).languages


@pytest.mark.parametrize("name", store.starter_names())
def test_every_starter_is_whole_in_every_language_that_translates_starters(name: str) -> None:
    files = (Path(__file__).parents[4] / "translations").glob("*/LC_MESSAGES/starters.po")
    codes = {file.parts[-3] for file in files}
    assert codes <= set(store.load_starter(name, frozenset(codes)).languages)

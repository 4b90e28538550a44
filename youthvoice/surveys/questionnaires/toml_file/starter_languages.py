"""Starters in more languages than their files hold: a catalogue in the folder of each language translates them."""

import json
from collections.abc import Collection, Iterator
from functools import lru_cache
from gettext import NullTranslations, translation
from typing import Any, Final

from youthvoice.config import shared_folder
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire

CATALOGUE: Final = "starters"
"""Name of a language's catalogue of the texts of starters; its context says what kind of text each is."""

_SOURCE: Final = "en"

_OF_OPTIONS: Final = frozenset({"options", "bins", "merge"})


def list_texts(questionnaire: Questionnaire) -> set[tuple[str, str]]:
    """The English texts of a starter, each with its kind: `title`, `text` of a question, `option`, `hint` or `says`."""
    return {(kind, texts[_SOURCE]) for kind, texts in _texts(json.loads(questionnaire.to_json()))}


def add_languages(questionnaire: Questionnaire, languages: Collection[str]) -> Questionnaire:
    """A starter with these languages as well, as drafts that no speaker has checked.

    A language that it has already, or whose catalogue lacks one of its texts, is left out.
    """
    data = json.loads(questionnaire.to_json())
    for language in languages:
        catalogue = _catalogue(language)
        translated = [(texts, catalogue.pgettext(kind, texts[_SOURCE])) for kind, texts in _texts(data)]
        if language in questionnaire.languages or not all(text for _texts_of, text in translated):
            continue
        for texts, text in translated:
            texts[language] = text
        data["languages"].append(language)
        data["drafts"].append(language)
    return Questionnaire.from_json(json.dumps(data))


def _texts(data: Any, kind: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every text in all its languages, with its kind; without `audio`, which names clips."""
    if isinstance(data, dict) and isinstance(data.get(_SOURCE), str):
        yield kind, data
    elif isinstance(data, dict):
        for name, value in data.items():
            if name != "audio":
                yield from _texts(value, "option" if name in _OF_OPTIONS or kind == "option" else name)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value, kind)


class _Untranslated(NullTranslations):
    """What a catalogue says of a text that it lacks: nothing, for a translation may be the same word."""

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002 - the standard library's own
        return ""


@lru_cache(maxsize=32)
def _catalogue(language: str) -> NullTranslations:
    catalogue = translation(CATALOGUE, shared_folder("translations"), [language], fallback=True)
    catalogue.add_fallback(_Untranslated())
    return catalogue

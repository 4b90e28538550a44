"""The texts that children read, from the catalogues that come along: English, translation, marks, and their subject.

What each sentence is about comes from `translations/danger.toml`: those about danger and consent are listed there.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from babel.messages import Catalog, Message, pofile
from markupsafe import Markup

from youthvoice.clips.text_collector import clip_name, spoken_words
from youthvoice.config import shared_folder
from youthvoice.translation.text_marks import TextMark, hash_text, read_marks
from youthvoice.web.i18n.languages import CHILD_CATALOGUE, SOURCE_LANGUAGE

DANGER: Final = "danger"
CONSENT: Final = "consent"

SUBJECTS: Final = (DANGER, CONSENT)
"""Subjects of sentences that a speaker has to read before children do: danger, and what a child agrees to."""

NOWHERE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CatalogueText:
    """One text in one language.

    Attributes:
        language: code.
        source: the English, and its plural if it has one.
        words: the translation in each of its forms; all empty where there is none.
        subject: `danger`, `consent`, or empty.
        marks: of people, in the catalogue, about these very words.
        name: the hash of this text.
        clip: the name of its recording; empty for a text without words, with a plural, or with a name, number or day
            in it.
        places: files of the code that say it.
    """

    language: str
    source: tuple[str, ...]
    words: tuple[str, ...]
    subject: str
    marks: tuple[TextMark, ...]
    name: str
    clip: str
    places: tuple[str, ...] = ()

    @property
    def is_translated(self) -> bool:
        """Whether each of its forms has words."""
        return all(self.words)


def read_texts(language: str) -> tuple[CatalogueText, ...]:
    """Every text for children in one language, those about danger first, then those about consent.

    The tuple is empty for the language in which the texts were written: nothing is translated into it.

    Raises:
        FileNotFoundError: the language has no catalogue.
    """
    if is_source(language):
        return ()
    return _read_texts(shared_folder("translations"), language)


@cache
def _read_texts(folder: Path, language: str) -> tuple[CatalogueText, ...]:
    subjects = read_subjects(folder)
    catalog = read_catalog(folder / language / "LC_MESSAGES" / f"{CHILD_CATALOGUE}.po", language)
    places = _read_places(folder)
    texts = [make_text(language, message, subjects, places) for message in catalog if message.id]
    order = (*SUBJECTS, "")
    return tuple(sorted(texts, key=lambda catalogue_text: order.index(catalogue_text.subject)))


def read_catalog(path: Path, language: str) -> Catalog:
    """A catalogue as Babel reads it."""
    with path.open("rb") as file:
        return pofile.read_po(file, locale=language)


@cache
def read_subjects(folder: Path) -> Mapping[str, str]:
    """What each listed sentence is about, by its English; of a text with a plural by the singular."""
    sentences = tomllib.loads((folder / "danger.toml").read_text("utf-8"))
    return {sentence: subject for subject in SUBJECTS for sentence in sentences[subject]}


@cache
def _read_places(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """In which files each text is, by its English."""
    with (folder / f"{CHILD_CATALOGUE}.pot").open("rb") as file:
        template = pofile.read_po(file)
    return {_forms(message.id)[0]: tuple(path for path, _line in message.locations) for message in template}


def make_text(
    language: str, message: Message, subjects: Mapping[str, str], places: Mapping[str, tuple[str, ...]] = NOWHERE
) -> CatalogueText:
    """One message of a catalogue as a text.

    Args:
        language: of the catalogue.
        message: of Babel.
        subjects: from `read_subjects`.
        places: in which files each text is, by its English.
    """
    source, words = _forms(message.id), _forms(message.string)
    name = hash_text(language, message.context or "", source, words)
    is_whole = len(words) == 1 and not any(mark in words[0] for mark in ("%(", "{"))
    return CatalogueText(
        language=language,
        source=source,
        words=words,
        subject=subjects.get(source[0], ""),
        marks=read_marks(message.user_comments, name),
        name=name,
        clip=clip_name(language, spoken_words(Markup(words[0]))) if is_whole and words[0] else "",  # noqa: S704 - only read
        places=places.get(source[0], ()),
    )


def _forms(words: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (words or "",) if isinstance(words, str | None) else tuple(words)


def is_source(language: str) -> bool:
    """Whether the texts were written in this language: it has no translation that somebody would have to read."""
    return language == SOURCE_LANGUAGE

"""In which order translators read: danger, consent, then screen by screen (`_ORDER`); and words of the glossary."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Final, NamedTuple

from youthvoice.config import shared_folder
from youthvoice.translation.catalogue_texts import CatalogueText, read_texts

_SCREENS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("all", ("web/",)),
    ("reply", ("kiosk/reply/", "kiosk/templates/kiosk/reply/")),
    ("front", ("kiosk/", "sites/")),
    ("answer", ("surveys/",)),
    ("tell", ("grievances/", "threads/", "knocks/")),
    ("good", ("good_news/",)),
    ("agenda", ("committees/",)),
    ("review", ("reviews/",)),
)
"""The part of a file, by the beginning of its path; the first one counts. What is in none of them families read."""

_ORDER: Final = ("danger", "consent", "all", "front", "answer", "tell", "good", "reply", "agenda", "review", "families")

_MAX_EXAMPLES: Final = 3


class GlossaryTerm(NamedTuple):
    """A word that has one meaning everywhere, and how other texts of the language say it.

    Attributes:
        term: in English.
        meaning: what it is.
        examples: other texts in which it is said.
    """

    term: str
    meaning: str
    examples: tuple[CatalogueText, ...]


def part_of_text(catalogue_text: CatalogueText) -> str:
    """The part in which a text is read: its subject, else the screen on which children meet it first."""
    if catalogue_text.subject:
        return catalogue_text.subject
    return min(map(_part_of_place, catalogue_text.places), key=_ORDER.index, default="families")


def _part_of_place(place: str) -> str:
    path = place.removeprefix("youthvoice/")
    return next((part for part, beginnings in _SCREENS if path.startswith(beginnings)), "families")


@cache
def list_in_order(language: str) -> tuple[CatalogueText, ...]:
    """The texts of a language as translators read them."""
    return tuple(sorted(read_texts(language), key=lambda catalogue_text: _ORDER.index(part_of_text(catalogue_text))))


@cache
def group_by_part(language: str) -> Mapping[str, Sequence[CatalogueText]]:
    """Texts of a language by their part, in the order of reading; parts without one are left out."""
    return {part: tuple(members) for part, members in groupby(list_in_order(language), key=part_of_text)}


def list_terms(catalogue_text: CatalogueText) -> list[GlossaryTerm]:
    """The words of the glossary in a text, each with other texts of the same language that say it."""
    terms = []
    for term, meaning in _read_glossary().items():
        pattern = re.compile(rf"\b{re.escape(term)}s?\b", re.IGNORECASE)
        if pattern.search(catalogue_text.source[0]):
            others = (other for other in list_in_order(catalogue_text.language) if other.name != catalogue_text.name)
            examples = [other for other in others if other.is_translated and pattern.search(other.source[0])]
            terms.append(GlossaryTerm(term, meaning, tuple(examples[:_MAX_EXAMPLES])))
    return terms


@cache
def _read_glossary() -> Mapping[str, str]:
    text = (shared_folder("translations") / "glossary.toml").read_text("utf-8")
    return {str(term): str(meaning) for term, meaning in tomllib.loads(text).items()}

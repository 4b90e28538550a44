"""The state of a text, and which sentences a coordinator has to sign for: pure.

Two people stand for a sentence when two different names wrote or read it. A machine has no name, and agreeing to a
change is no reading. A sentence about danger or consent is *open* where it is not translated, where it lacks two
people, or where a reader understood it as something else, even if two others read it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from youthvoice.translation.catalogue_texts import CatalogueText, is_source
from youthvoice.translation.text_marks import READ, TRIED, WROTE, TextMark

MIN_PEOPLE: Final = 2

DIFFERS: Final = "differs"
"""Kind of a reading by somebody who then said that the English means something else."""

HAD_READ: Final = "read"
TAKEN_ON: Final = "taken"
AS_EXAMPLE: Final = "example"

WAYS: Final = (HAD_READ, TAKEN_ON)
"""What a coordinator can sign: a speaker read every screen; or nobody did, and it is offered all the same."""

Readings = Mapping[str, tuple[TextMark, ...]]
"""What adults of this installation said of a text: marks, and those of kind `differs`; by the hash of their text."""


@dataclass(frozen=True, slots=True)
class LanguageState:
    """How far a language is.

    Attributes:
        total: texts for children.
        translated: those that have words in this language.
        read: those that a speaker read who did not write them.
        recorded: those with a clip.
        recordable: those that can be recorded once for all: without a name, a number or a day.
        tried: those that somebody tried with children.
        listed: sentences about danger and consent.
        open: those of them without two people, or in doubt.
        doubted: hashes of the open ones that somebody understood as something else.
    """

    total: int
    translated: int
    read: int
    recorded: int
    recordable: int
    tried: int
    listed: int
    open: tuple[CatalogueText, ...]
    doubted: frozenset[str]

    @property
    def is_whole(self) -> bool:
        """Whether no text is missing."""
        return self.translated == self.total


def marks_of(catalogue_text: CatalogueText, readings: Readings) -> tuple[TextMark, ...]:
    """Marks of the catalogue, then those of this installation."""
    return (*catalogue_text.marks, *readings.get(catalogue_text.name, ()))


def list_people(marks: Iterable[TextMark]) -> frozenset[str]:
    """The different people who wrote or read a text, each by a name without case and spaces."""
    return frozenset("".join(mark.name.split()).casefold() for mark in marks if mark.kind in {WROTE, READ})


def is_read(marks: Collection[TextMark]) -> bool:
    """Whether somebody read it who did not write it."""
    wrote = list_people(mark for mark in marks if mark.kind == WROTE)
    return bool(list_people(mark for mark in marks if mark.kind == READ) - wrote)


def has_kind(marks: Iterable[TextMark], kind: str) -> bool:
    """Whether there is a mark of a kind."""
    return any(mark.kind == kind for mark in marks)


def is_open(catalogue_text: CatalogueText, readings: Readings) -> bool:
    """Whether it is about danger or consent, and is not translated, lacks two people, or is understood otherwise."""
    if not catalogue_text.subject or is_source(catalogue_text.language):
        return False
    marks = marks_of(catalogue_text, readings)
    return not catalogue_text.is_translated or has_kind(marks, DIFFERS) or len(list_people(marks)) < MIN_PEOPLE


def assess_language(
    catalogue_texts: Collection[CatalogueText], readings: Readings, clips: Collection[str]
) -> LanguageState:
    """Count the texts of a language by their state.

    Args:
        catalogue_texts: every text of the language.
        readings: of this installation.
        clips: names of the clips that exist.
    """
    marks = [marks_of(catalogue_text, readings) for catalogue_text in catalogue_texts]
    open_texts = list_open(catalogue_texts, readings)
    return LanguageState(
        total=len(catalogue_texts),
        translated=sum(catalogue_text.is_translated for catalogue_text in catalogue_texts),
        read=sum(is_read(marks_of_text) for marks_of_text in marks),
        recorded=sum(catalogue_text.clip in clips for catalogue_text in catalogue_texts),
        recordable=sum(bool(catalogue_text.clip) for catalogue_text in catalogue_texts),
        tried=sum(has_kind(marks_of_text, TRIED) for marks_of_text in marks),
        listed=sum(bool(catalogue_text.subject) for catalogue_text in catalogue_texts),
        open=open_texts,
        doubted=frozenset(text.name for text in open_texts if has_kind(readings.get(text.name, ()), DIFFERS)),
    )


def list_open(catalogue_texts: Iterable[CatalogueText], readings: Readings) -> tuple[CatalogueText, ...]:
    """The sentences about danger and consent that are open, see `is_open`."""
    return tuple(catalogue_text for catalogue_text in catalogue_texts if is_open(catalogue_text, readings))


def list_unsigned(open_texts: Iterable[CatalogueText], signed_texts: Collection[str]) -> tuple[CatalogueText, ...]:
    """The open sentences that a signature does not cover: all without one, and those that changed since."""
    return tuple(catalogue_text for catalogue_text in open_texts if catalogue_text.name not in signed_texts)

"""One question, frozen: what is asked, how it may be answered, how it may be published."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal, NamedTuple

from youthvoice.surveys.questionnaires.skip_logic import Condition

Words = Mapping[str, str]  # language -> text
Kind = Literal["faces", "yes_no", "choose_one", "choose_many", "number", "words", "say"]
Moment = Literal["before", "now"]
Publish = Literal["choices", "right"]

KINDS: tuple[Kind, ...] = ("faces", "yes_no", "choose_one", "choose_many", "number", "words", "say")
CODED: tuple[Kind, ...] = ("faces", "yes_no", "choose_one", "choose_many", "number")
WITH_OPTIONS: tuple[Kind, ...] = ("faces", "yes_no", "choose_one", "choose_many")
DONT_KNOW = "dont_know"  # an answer that every coded question takes
DID_NOT_SAY = "did_not_say"  # the category of a skipped or ruled-out question; never a key of an option
MAX_LENGTH = 1000  # characters in a letter box, unless the file says less


@dataclass(frozen=True, slots=True)
class Option:
    """One answer tile."""

    key: str
    text: Words
    picture: str | None = None  # OpenMoji code, "1F642"


@dataclass(frozen=True, slots=True)
class Bin:
    """A range of whole numbers, both ends included; its key is what is stored."""

    key: str
    low: int
    high: int
    text: Words


class Merge(NamedTuple):
    """Options that are published as one."""

    text: Words
    options: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What one screen asks. `dont_know` and the skip belong to every coded question and are not listed."""

    name: str
    kind: Kind
    text: Words
    hint: Words | None = None
    picture: str | None = None
    options: tuple[Option, ...] = ()
    when: Condition | None = None
    right: str | None = None  # the right option of a knowledge item
    publish: Publish = "choices"
    safety: bool = False  # PRIVACY.md A9
    harm: tuple[str, ...] = ()  # answers that say a child is hurt or afraid
    good: tuple[str, ...] = ()  # the declared good side of a scale, A3
    merge: Mapping[str, Merge] | None = None
    lasting: bool = False  # a fact that is asked once a year, A1
    bins: tuple[Bin, ...] = ()
    please: bool = False  # "please answer": shown, never forced
    moment: Moment | None = None
    pair: str | None = None  # on a `now` question: its `before` question
    max_length: int = MAX_LENGTH
    audio: Words | None = None  # language -> reference of a clip
    says: Words | None = None  # "say the food is good", for "Most of the 24 answers say the food is good"

    @property
    def coded(self) -> bool:
        """Whether it has an answer that is counted (not a letter box, not a screen to hear)."""
        return self.kind in CODED

    @property
    def single(self) -> bool:
        """Whether one answer at most is given."""
        return self.coded and self.kind != "choose_many"

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of its answers, as declared: options or bins, without `dont_know`."""
        return tuple(one.key for one in self.tiles)

    @property
    def tiles(self) -> tuple[Option | Bin, ...]:
        """Its options or bins, as declared."""
        return (*self.options, *self.bins)

    def bin_of(self, number: int) -> Bin | None:
        """The bin a number falls in; None where no bin holds it."""
        return next((bin_ for bin_ in self.bins if bin_.low <= number <= bin_.high), None)

    def label(self, key: str) -> Words | None:
        """The words of an option or bin; None for `dont_know` and unknown keys."""
        return next((one.text for one in self.tiles if one.key == key), None)

    def takes(self, answer: str | tuple[str, ...] | None) -> bool:
        """Whether this is an answer that the question can have.

        Args:
            answer: a key; a number as digits; a tuple of keys for `choose_many`; the text of a letter box;
                None is a skip.
        """
        if answer is None:
            return True
        if self.kind == "choose_many":
            chosen = (answer,) if isinstance(answer, str) else answer
            return len(set(chosen)) == len(chosen) and (chosen == (DONT_KNOW,) or set(chosen) <= set(self.keys))
        if not isinstance(answer, str) or self.kind == "say":
            return False
        if self.kind == "words":
            return len(answer) <= self.max_length
        if self.kind == "number":
            return answer == DONT_KNOW or self._in_a_bin(answer)
        return answer == DONT_KNOW or answer in self.keys

    def _in_a_bin(self, digits: str) -> bool:
        plain = digits.isascii() and digits.isdigit() and len(digits) < 10  # noqa: PLR2004 - more is no count
        return plain and self.bin_of(int(digits)) is not None


def words(**languages: str) -> Words:
    """Immutable words: `words(en="Yes", hi="हाँ")`."""
    return MappingProxyType(dict(languages))

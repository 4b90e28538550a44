"""A statement as a value, and as the entry of a thread. Pure.

What should change becomes wishes: one for each picture, and one for the child's own text or recording. Each wish keeps
its id when the child changes the others, so that a decision is never about another wish.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

import msgspec

OWN_WISH: Final = "own"
"""Id of the wish in the child's own words; the other wishes have the code of their picture."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything that a child says to one review; what the child skipped is empty. Its `repr` shows none of it.

    Attributes:
        good: codes of `options.LIFE` that are good.
        good_words: what is good, in the child's own words.
        change: codes of `options.LIFE` that should change.
        afraid: codes of `options.LIFE` that the child is afraid of.
        words: what should change, in the child's own words.
        voice: the recording; empty without one.
        voice_kind: `audio/webm` or `audio/ogg`.
        there: rows of `people` who should be there.
        not_there: rows of `people` who should not.
        speaks: code of `options.SPEAKS`.
        comes: code of `options.COMES`.
        hears: code of `options.HEARS`.
        readers: rows of `people` whom the child allows to read it; the advocate always may.
        outside: whether the team of another organisation may read it.
        language: in which the child wrote or spoke.
        helper: name of the adult beside the child; empty without one.
    """

    good: tuple[str, ...] = field(default=(), repr=False)
    good_words: str = field(default="", repr=False)
    change: tuple[str, ...] = field(default=(), repr=False)
    afraid: tuple[str, ...] = field(default=(), repr=False)
    words: str = field(default="", repr=False)
    voice: bytes = field(default=b"", repr=False)
    voice_kind: str = field(default="", repr=False)
    there: tuple[int, ...] = field(default=(), repr=False)
    not_there: tuple[int, ...] = field(default=(), repr=False)
    speaks: str = field(default="", repr=False)
    comes: str = field(default="", repr=False)
    hears: str = field(default="", repr=False)
    readers: frozenset[int] = field(default=frozenset(), repr=False)
    outside: bool = field(default=False, repr=False)
    language: str = "en"
    helper: str = field(default="", repr=False)

    @property
    def wishes(self) -> tuple[str, ...]:
        """Ids of the wishes, in the order in which they are decided: the child's own words first."""
        own = (OWN_WISH,) if self.words.strip() or self.voice else ()
        return (*own, *self.change)

    @property
    def says_nothing(self) -> bool:
        """Whether the child chose to say nothing, and only wants to read the decisions."""
        values = (self.good, self.good_words.strip(), self.afraid, self.there, self.not_there, self.speaks, self.comes)
        return not self.wishes and not any(values)

    def said(self) -> dict[str, Any]:
        """Everything but the recording, as plain values for JSON."""
        values: dict[str, Any] = msgspec.to_builtins(replace(self, voice=b""), order="deterministic")
        return {name: value for name, value in values.items() if name != "voice"}

    @classmethod
    def read(cls, values: Mapping[str, Any], voice: bytes) -> Self:
        """The statement of an entry; other keys of the entry are ignored."""
        return replace(msgspec.convert(values, cls), voice=voice)

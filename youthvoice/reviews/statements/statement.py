"""A statement as values, and as the entry of a thread that holds it. Pure.

What should change becomes wishes: one for each picture, and one for what she wrote or said herself. Each keeps its id
when she changes the others, so that a decision is never about another wish.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

import msgspec

OWN_WISH: Final = "own"
"""Id of the wish in her own words or voice; the others have the code of their picture."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything a child says to one review; whatever she skipped is empty. Nothing of it is ever printed.

    Attributes:
        good: codes of `options.LIFE` that are good.
        good_words: what is good in her own words.
        change: codes of `options.LIFE` that should change.
        afraid: codes of `options.LIFE` that she is afraid of.
        words: what should change, in her own words.
        voice: as she recorded it; empty without one.
        voice_kind: `audio/webm` or `audio/ogg`.
        there: rows of `people` who should be there.
        not_there: rows of `people` who should not.
        speaks: code of `options.SPEAKS`.
        comes: code of `options.COMES`.
        hears: code of `options.HEARS`.
        readers: rows of `people` who may read it, each by a yes of hers; the advocate always does.
        outside: whether the team of another organisation may read it.
        language: the one she said it in.
        helper: name of the adult beside her; empty where she was alone.
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
        """Ids of what should change, in the order in which it is decided: her own words first."""
        own = (OWN_WISH,) if self.words.strip() or self.voice else ()
        return (*own, *self.change)

    @property
    def says_nothing(self) -> bool:
        """Whether she chose to say nothing, and only reads what is decided."""
        told = (self.good, self.good_words.strip(), self.afraid, self.there, self.not_there, self.speaks, self.comes)
        return not self.wishes and not any(told)

    def said(self) -> dict[str, Any]:
        """Everything but the voice, as JSON can say it."""
        said: dict[str, Any] = msgspec.to_builtins(replace(self, voice=b""), order="deterministic")
        return {name: value for name, value in said.items() if name != "voice"}

    @classmethod
    def read(cls, said: Mapping[str, Any], voice: bytes) -> Self:
        """The statement of an entry; what else stands there is none of it."""
        return replace(msgspec.convert(said, cls), voice=voice)

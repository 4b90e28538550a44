"""What the store of introductions returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from youthvoice.introductions.rules import PORTRAIT, TEXT
from youthvoice.web.graphics.picture_addresses import portrait_code


class PartKey(NamedTuple):
    """Which part of an introduction: its kind, and its language; that of a portrait is empty."""

    kind: str
    language: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.language}".strip()


@dataclass(frozen=True, slots=True)
class DraftPart:
    """A part that its owner just drew, recorded or wrote."""

    key: PartKey
    content: bytes = field(repr=False)
    media: str


@dataclass(frozen=True, slots=True)
class IntroductionPart:
    """One part of an adult's introduction.

    Attributes:
        digest: names its content.
        media: its media type.
        words: the text, where its kind is `WORDS`; empty for other kinds.
        approved_by: row of the colleague who approved it; None for a draft.
    """

    person_id: int
    key: PartKey
    digest: str
    media: str
    words: str = field(default="", repr=False)
    approved_by: int | None = None
    approved_on: date | None = None

    @property
    def is_approved(self) -> bool:
        """Whether children see it."""
        return self.approved_by is not None

    @property
    def picture(self) -> str:
        """The code of a portrait for `picture`; empty for other kinds."""
        return portrait_code(self.digest, self.media) if self.key.kind == PORTRAIT else ""

    @property
    def is_sound(self) -> bool:
        """Whether it is heard and not seen."""
        return self.key.kind != PORTRAIT and self.media != TEXT


@dataclass(frozen=True, slots=True)
class ApprovedIntroductions:
    """Every approved part of the installation.

    Attributes:
        portraits: codes of pictures, by person.
        greetings: digests, by person and language.
        words: by person and language.
        version: changes when any of them changes.
    """

    portraits: Mapping[int, str]
    greetings: Mapping[tuple[int, str], str]
    words: Mapping[tuple[int, str], str]
    version: str

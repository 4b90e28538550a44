"""What is known of meetings and their minutes, as values."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal, get_args

MeetingState = Literal["planned", "held", "missed", "cancelled"]
MinutesState = Literal["", "draft", "approved", "locked"]
Field = Literal["talked", "decided", "doing"]

FIELDS: Final[tuple[Field, ...]] = get_args(Field)
"""What minutes say: what was talked about, what was decided, who does what by when."""

PICTURES: Final = {"talked": "1F5E8", "decided": "1F44D", "doing": "1F4C5"}
"""The OpenMoji picture of each field."""

MOST_LETTERS: Final = 1200
"""Of one field of the minutes, and of one note."""


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """One meeting; the fields are those of `models.Meeting`, but for what its minutes say."""

    id: int
    committee_id: int
    starts_at: datetime
    planned_for: datetime | None
    place: str
    state: MeetingState
    children: int | None
    adults: int | None
    quorum: int | None
    sequence: int
    changed_at: datetime
    minutes: MinutesState
    version: int
    approved_on: date | None
    locked_on: date | None

    def where(self, usual: str) -> str:
        """Its own place, else the usual one of its committee."""
        return self.place or usual


@dataclass(frozen=True, slots=True)
class Note:
    """What was added to minutes once they were locked."""

    day: date
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Minutes:
    """What was said at a meeting; locked in its row. Never a name of a child (S26).

    Attributes:
        talked: what was talked about.
        decided: what was decided.
        doing: who does what by when.
        language: code of the one in which it is written; empty where nobody said.
        notes: what was added afterwards, the oldest first.
    """

    talked: str = field(default="", repr=False)
    decided: str = field(default="", repr=False)
    doing: str = field(default="", repr=False)
    language: str = ""
    notes: tuple[Note, ...] = ()

    def said(self, name: Field) -> str:
        """The words of one field."""
        return str(getattr(self, name))

    @property
    def is_empty(self) -> bool:
        """Whether nobody wrote anything yet."""
        return not any(self.said(name).strip() for name in FIELDS)

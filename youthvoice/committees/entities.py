"""What is known of committees and their items, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from youthvoice.committees.item_states import State
from youthvoice.committees.presets import PRESETS, Preset

Words = Mapping[str, str]  # language -> text

TOPICS: Final[Mapping[str, str]] = {
    "food": "1F35A",
    "broken": "1F528",
    "play": "26BD",
    "sleep": "1F6CF",
    "learning": "1F4DA",
    "other": "1F4AC",
}
"""What an item is about, with its OpenMoji picture, in the order in which tiles show them."""

WISHES: Final[Mapping[str, str]] = {"mend": "1F527", "more": "2795", "talk": "1F5E8"}
"""What should happen, with its picture."""

MOST_LETTERS: Final = 600
"""Of the words of an item, in any language."""

HELD_WHY: Final = ("names", "unclear", "asking")
"""Codes: it may name somebody, nobody is sure what it means, somebody has to be asked first."""

DECLINED_WHY: Final = ("one_person", "there_already", "hurts", "unclear", "not_ours")
"""Codes of the reasons that stand on the agenda in place of what was suggested."""


@dataclass(frozen=True, slots=True)
class CommitteeFacts:
    """One committee; the fields are those of `models.Committee`."""

    id: int
    site_id: int
    preset: str
    name: str
    facilitator_id: int
    place: str
    first_at: datetime
    rhythm_days: int
    quorum: int
    term_days: int
    check_days: int
    goes_up_to_id: int | None
    opened_on: date
    closed_on: date | None
    calendar_version: int = 1

    @property
    def kind(self) -> Preset:
        """What its preset makes of it."""
        return PRESETS[self.preset]

    @property
    def is_open(self) -> bool:
        """Whether it still meets."""
        return self.closed_on is None


@dataclass(frozen=True, slots=True)
class Held:
    """Why a suggestion waits, and who decides by when."""

    why: str
    by: int
    until: date


@dataclass(frozen=True, slots=True)
class Moved:
    """Who was given what concerned one child, and until when she answers."""

    names: tuple[str, ...]
    until: date


@dataclass(frozen=True, slots=True)
class ItemBody:
    """What an item says; locked in its row.

    Attributes:
        topic: key of `TOPICS`.
        wish: key of `WISHES`, or empty.
        words: by language; empty where pictures say it all, or where it waits unread.
        source: `suggestion`, `representative` or `meeting`: never a person (S27).
        held: of a suggestion that waits.
        letter: of a suggestion that waits: hex id of the letter that it is.
        moved: of one that left the agenda for the advocates.
        why: code of the reason, of one that was declined.
        decided: what the children decided, as the minutes say it, of one that was settled.
        again: how many meetings it waited through.
        alone: whether children talk about it without adults first, who learn only that there is such a thing.
    """

    topic: str
    wish: str = ""
    words: Words = field(default_factory=dict, repr=False)
    source: str = "suggestion"
    held: Held | None = None
    letter: str = ""
    moved: Moved | None = None
    why: str = ""
    decided: str = field(default="", repr=False)
    again: int = 0
    alone: bool = False


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One item of an agenda.

    Attributes:
        id: 16 bytes.
        position: smallest first.
        day: of its last step.
        meeting_id: that talks about it, or talked last.
        from_id: what it was in the committee below.
        body: what it says.
        support: how many said "me too" as of the last weekly count; shown in words only.
        version: goes up with every change.
    """

    id: bytes
    committee_id: int
    state: State
    position: int
    day: date
    meeting_id: int | None
    from_id: bytes | None
    body: ItemBody
    support: int = field(repr=False)
    version: int

    @property
    def subject(self) -> str:
        """What an answer that is owed about it bears."""
        return self.id.hex()

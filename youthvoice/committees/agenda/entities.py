"""Agenda items as values, their states, and the transitions between them.

    suggested -> on_agenda -> discussed -> with_adults -> answered -> done

An item may also leave the agenda for the advocates (`moved`), be declined with a reason that the agenda shows
(`declined`), be settled by the children themselves, or go up to another committee. If children say "Not yet", an item
goes back from `answered` or `done` to the adults. Source: DESIGN.md 5, "An agenda"; STANDARDS S9, S26.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, get_args

Words = Mapping[str, str]  # language -> text

TOPICS: Final[Mapping[str, str]] = {
    "food": "1F958",
    "broken": "1F527",
    "play": "1F3B2",
    "sleep": "1F6CF",
    "learning": "1F4DA",
    "other": "1F4AC",
}
"""What an item is about, with its OpenMoji picture, in the order in which tiles show them."""

WISHES: Final[Mapping[str, str]] = {"mend": "1F6E0", "more": "2795", "talk": "1F5E8"}
"""What should happen, with its picture."""

MAX_ITEM_CHARACTERS: Final = 600
"""Of the words of an item, in any language."""

HOLD_REASONS: Final = ("names", "unclear", "asking")
"""Codes: it may name somebody, its meaning is unclear, somebody has to be asked first."""

DECLINE_REASONS: Final = ("one_person", "there_already", "hurts", "unclear", "not_ours")
"""Codes of the reasons that the agenda shows in place of the suggestion."""

ItemState = Literal[
    "suggested", "on_agenda", "discussed", "with_adults", "answered", "done", "settled", "went_up", "moved", "declined"
]

ITEM_STATES: Final[tuple[ItemState, ...]] = get_args(ItemState)

TRANSITIONS: Final[Mapping[ItemState, frozenset[ItemState]]] = {
    "suggested": frozenset({"on_agenda", "moved", "declined"}),
    "on_agenda": frozenset({"discussed", "moved"}),
    "discussed": frozenset({"on_agenda", "with_adults", "settled", "went_up", "moved"}),
    "with_adults": frozenset({"answered", "moved"}),
    "answered": frozenset({"done", "with_adults", "moved"}),
    "done": frozenset({"with_adults"}),
    "settled": frozenset({"on_agenda", "moved"}),
    "went_up": frozenset({"discussed"}),  # it comes back where the committee above was closed
    "moved": frozenset(),
    "declined": frozenset(),
}

OPEN_STATES: Final[frozenset[ItemState]] = frozenset({"suggested", "on_agenda", "discussed", "with_adults", "answered"})
"""Items that are not finished."""

WAITING_STATES: Final[frozenset[ItemState]] = frozenset({"on_agenda", "discussed"})
"""Items for a meeting; what is not finished by its end is carried over to the next one."""


class IllegalTransition(ValueError):
    """An item may not change from its state to another one.

    Attributes:
        state: its state.
        to: the other state.
    """

    def __init__(self, state: str, to: str) -> None:
        super().__init__(f"{state} -> {to}")
        self.state, self.to = state, to


def check_transition(state: ItemState, to: ItemState) -> None:
    """Refuse a transition that is not in `TRANSITIONS`.

    Raises:
        IllegalTransition: there is no such transition.
    """
    if to not in TRANSITIONS[state]:
        raise IllegalTransition(state, to)


@dataclass(frozen=True, slots=True)
class HeldSuggestion:
    """Why a suggestion is on hold, and who decides by when."""

    why: str
    by: int
    until: date


@dataclass(frozen=True, slots=True)
class ItemReferral:
    """The readers of an item that concerned one child, and the day by which they answer."""

    names: tuple[str, ...]
    until: date


@dataclass(frozen=True, slots=True)
class ItemBody:
    """The content of an item; encrypted in its row.

    Attributes:
        topic: key of `TOPICS`.
        wish: key of `WISHES`, or empty.
        words: texts by language; empty if pictures say it all, or if nobody has read it yet.
        source: `suggestion`, `representative` or `meeting`; never a person (S27).
        held: of a suggestion on hold.
        letter: of a suggestion on hold: the hex id of its letter.
        moved: of an item that left the agenda for the advocates.
        why: code of the reason, of a declined suggestion.
        decided: of a settled item: what the children decided, as in the minutes; by language, or one text of unknown
            language.
        again: how many meetings it has waited through.
        alone: whether children discuss it without adults first; adults then learn only that there is such an item.
        picture: key of `labels.ITEM_PICTURES` if an adult chose one that fits better than the topic's; else empty.
    """

    topic: str
    wish: str = ""
    words: Words = field(default_factory=dict, repr=False)
    source: str = "suggestion"
    held: HeldSuggestion | None = None
    letter: str = ""
    moved: ItemReferral | None = None
    why: str = ""
    decided: Words | str = field(default="", repr=False)
    again: int = 0
    alone: bool = False
    picture: str = ""


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One item of an agenda.

    Attributes:
        id: 16 bytes.
        position: smallest first.
        day: of its last transition.
        meeting_id: the meeting that will discuss it, or discussed it last.
        from_id: the item that it was in the committee below.
        body: its content.
        support: number of "me too" at the last weekly count; shown in words only.
        version: goes up with every change.
    """

    id: bytes
    committee_id: int
    state: ItemState
    position: int
    day: date
    meeting_id: int | None
    from_id: bytes | None
    body: ItemBody
    support: int = field(repr=False)
    version: int

    @property
    def subject(self) -> str:
        """The subject of the answer due about it."""
        return self.id.hex()

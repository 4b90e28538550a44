"""Agenda items as values, their states, and the only ways between them.

    suggested -> on_agenda -> discussed -> with_adults -> answered -> done

Beside that way an item may leave the agenda for the advocates (`moved`), be refused with a reason that stands on the
agenda (`declined`), be settled by the children themselves, or go up to another committee. "Not yet" leads back from
`answered` and from `done` to the adults. Source: DESIGN.md 5, "An agenda"; STANDARDS S9, S26.
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
"""Codes: it may name somebody, nobody is sure what it means, somebody has to be asked first."""

DECLINE_REASONS: Final = ("one_person", "there_already", "hurts", "unclear", "not_ours")
"""Codes of the reasons that stand on the agenda in place of what was suggested."""

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
"""Something still has to happen."""

WAITING_STATES: Final[frozenset[ItemState]] = frozenset({"on_agenda", "discussed"})
"""What a meeting talks about; not done by its end, it is carried over to the next."""


class IllegalTransition(ValueError):
    """An item may not go from where it is to there.

    Attributes:
        state: where it is.
        to: where it should have gone.
    """

    def __init__(self, state: str, to: str) -> None:
        super().__init__(f"{state} -> {to}")
        self.state, self.to = state, to


def check_transition(state: ItemState, to: ItemState) -> None:
    """Let an item pass.

    Raises:
        IllegalTransition: there is no such way.
    """
    if to not in TRANSITIONS[state]:
        raise IllegalTransition(state, to)


@dataclass(frozen=True, slots=True)
class HeldSuggestion:
    """Why a suggestion waits, and who decides by when."""

    why: str
    by: int
    until: date


@dataclass(frozen=True, slots=True)
class ItemReferral:
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
        decided: what the children decided, as the minutes say it, of one that was settled: by language, or one text
            of which nobody wrote down the language.
        again: how many meetings it waited through.
        alone: whether children talk about it without adults first, who learn only that there is such a thing.
        picture: key of `labels.ITEM_PICTURES` where an adult found one that fits better than the topic's; else empty.
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
        day: of its last step.
        meeting_id: that talks about it, or talked last.
        from_id: what it was in the committee below.
        body: what it says.
        support: how many said "me too" as of the last weekly count; shown in words only.
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
        """What an answer that is owed about it bears."""
        return self.id.hex()

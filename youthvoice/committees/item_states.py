"""The states of an agenda item, and the only ways between them. Pure.

    suggested -> on_agenda -> discussed -> with_adults -> answered -> done

Beside that way an item may leave the agenda for the advocates (`moved`), be refused with a reason that stands on the
agenda (`declined`), be settled by the children themselves, or go up to another committee. "Not yet" leads back from
`answered` and from `done` to the adults. Source: DESIGN.md 5, "An agenda"; STANDARDS S9, S26.
"""

from collections.abc import Mapping
from typing import Final, Literal, get_args

State = Literal[
    "suggested", "on_agenda", "discussed", "with_adults", "answered", "done", "settled", "went_up", "moved", "declined"
]
STATES: Final[tuple[State, ...]] = get_args(State)

WAYS: Final[Mapping[State, frozenset[State]]] = {
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

OPEN: Final[frozenset[State]] = frozenset({"suggested", "on_agenda", "discussed", "with_adults", "answered"})
"""Something still has to happen."""

WAITING: Final[frozenset[State]] = frozenset({"on_agenda", "discussed"})
"""What a meeting talks about; not done by its end, it is carried over to the next."""


class NotThatWay(ValueError):
    """An item may not go from where it is to there.

    Attributes:
        state: where it is.
        to: where it should have gone.
    """

    def __init__(self, state: str, to: str) -> None:
        super().__init__(f"{state} -> {to}")
        self.state, self.to = state, to


def check(state: State, to: State) -> None:
    """Let an item pass.

    Raises:
        NotThatWay: there is no such way.
    """
    if to not in WAYS[state]:
        raise NotThatWay(state, to)

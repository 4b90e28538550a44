"""When a clock is over, who is told next. Pure: ids and codes, no words.

Rungs are climbed one by one, each time a clock is over again: whoever is on call, all advocates, the safeguarding
leads, the outside recipients; only those who read the thread, so whoever was left out is on no rung.
Source: STANDARDS.md S9, S14, S16, S17; DESIGN.md 5, "Telling".
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from youthvoice.grievances.child_thread.rules import DISAGREED, TELL_OUTSIDE, TOLD_DISAGREED
from youthvoice.grievances.time_limits import ANSWER, FIRST_LOOK
from youthvoice.threads.case_state import Marks

ANNOUNCED: Final = "announced"
TOLD_URGENT: Final = "told_urgent"
TOLD_HARM: Final = "told_harm"
"""Flags of this module, so that nobody is told the same thing twice. Every thread is announced, also where nobody has
to be told: from outside all look alike."""

LOOKED_LATE: Final = "late_first_look"
"""Flag: the first look came too late, or never; a year's figures say how many of them did not."""

LEAST_HOURS: Final = 24
"""Once everybody was told, they are told again no more often."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Who reads a thread, by rung; rows of `people`.

    Attributes:
        on_call: whom the rota names today, or all advocates.
        advocates: all of them.
        leads: safeguarding leads.
        outside: outside recipients.
        has_rota: whether the site has a rota, whoever it names today: the rungs are the same from day to day.
    """

    on_call: tuple[int, ...]
    advocates: tuple[int, ...]
    leads: tuple[int, ...]
    outside: tuple[int, ...]
    has_rota: bool

    @property
    def inside(self) -> frozenset[int]:
        """Everybody who reads it and is not of another organisation."""
        return frozenset((*self.advocates, *self.leads))

    @property
    def last(self) -> frozenset[int]:
        """Who is told when it must go outside: the outside recipients, or whoever there is where none reads it."""
        return frozenset(self.outside or self.leads or self.advocates)


def ladder_of(on_call: Sequence[int] | None, roles: Mapping[str, Iterable[int]], reads: Collection[int]) -> Ladder:
    """The ladder of one thread.

    Args:
        on_call: whom the rota names; where none of them reads it all advocates are on call. None without a rota.
        roles: everybody at the site by `advocates`, `leads`, `outside`.
        reads: who can open the thread.
    """
    mine = {role: tuple(one for one in people if one in reads) for role, people in roles.items()}
    known = {*mine["advocates"], *mine["leads"]}
    named = tuple(one for one in on_call or () if one in known)
    return Ladder(named or mine["advocates"], **mine, has_rota=on_call is not None)


def at_once(marks: Marks, ladder: Ladder) -> tuple[frozenset[int], tuple[str, ...]]:
    """Who is told without any clock, and the flags that say so afterwards.

    Somebody in danger: whoever is on call. Harm: the safeguarding leads. The child says that it was not put right:
    one rung more than had it in hand. Nobody at the site reads it, or it was said to go outside: the outside
    recipients.
    """
    told: set[int] = set()
    flags = [ANNOUNCED]
    if DISAGREED in marks.flags:
        told.update(_next_above(marks, ladder) if TOLD_DISAGREED not in marks.flags else ())
        flags.append(TOLD_DISAGREED)
    if marks.urgent and marks.state != "closed":
        told.update(ladder.on_call if TOLD_URGENT not in marks.flags else ())
        flags.append(TOLD_URGENT)
    if marks.harm and marks.state != "closed":
        told.update(ladder.leads if TOLD_HARM not in marks.flags else ())
        flags.append(TOLD_HARM)
    if goes_outside(marks) or (ANNOUNCED not in marks.flags and not ladder.inside):
        told.update(ladder.last)
    return frozenset(told), tuple(flags)


def is_announced(marks: Marks) -> bool:
    """Whether everybody was told who is to be told without any clock."""
    wanted = {ANNOUNCED} | ({TOLD_DISAGREED} if DISAGREED in marks.flags else set())
    if marks.state != "closed":
        wanted |= ({TOLD_URGENT} if marks.urgent else set()) | ({TOLD_HARM} if marks.harm else set())
    return wanted <= set(marks.flags) and not goes_outside(marks)


def goes_outside(marks: Marks) -> bool:
    """Whether somebody said that the outside recipient is to be told at once."""
    return TELL_OUTSIDE in marks.flags


def over(marks: Marks, hour: int) -> list[str]:
    """The clocks that are over, by name; nobody is asked for an answer as well while nobody has even looked.

    Args:
        marks: of the thread.
        hour: whole hours since 1970 UTC that have passed.
    """
    names = sorted(name for name, until in marks.clocks.items() if until <= hour)
    return [name for name in names if name != ANSWER] if FIRST_LOOK in marks.clocks else names


def rungs(marks: Marks, ladder: Ladder) -> list[frozenset[int]]:
    """The rungs of a thread's clocks, from the first to the last.

    Where somebody is in danger whoever is on call knows already: the first rung is all advocates. Where a child may be
    hurt the leads know already, and are told again with the first.
    """
    parts = [ladder.on_call, ladder.advocates] if ladder.has_rota and not marks.urgent else [ladder.advocates]
    if marks.harm:
        parts[0] = (*parts[0], *ladder.leads)
    else:
        parts.append(ladder.leads)
    found = [frozenset(part) for part in parts if part]
    return [*(rung for rung in found if rung != ladder.last), ladder.last]


def _next_above(marks: Marks, ladder: Ladder) -> frozenset[int]:
    climbed = rungs(marks, ladder)
    return climbed[min(1, len(climbed) - 1)]


def next_rung(marks: Marks, name: str, ladder: Ladder) -> frozenset[int]:
    """Who is told when a clock is over once more; after the last rung everybody who reads it."""
    climbed, step = rungs(marks, ladder), marks.steps.get(name, 0)
    return climbed[step] if step < len(climbed) else ladder.inside | ladder.last


def asked_so_far(marks: Marks, name: str, ladder: Ladder) -> frozenset[int]:
    """Everybody who was told of a clock since it runs; nobody while it was never over."""
    asked = frozenset[int]().union(*rungs(marks, ladder)[: marks.steps.get(name, 0)])
    return asked | ladder.inside | ladder.last if is_climbed(marks, name, ladder) else asked


def is_climbed(marks: Marks, name: str, ladder: Ladder) -> bool:
    """Whether everybody was told of a clock already."""
    return marks.steps.get(name, 0) >= len(rungs(marks, ladder))


def moved_on(marks: Marks, name: str, until: int) -> Marks:
    """A clock that was over is over again later, and one step higher."""
    steps = {**marks.steps, name: marks.steps.get(name, 0) + 1}
    return marks.having(clocks={**marks.clocks, name: until}, steps=steps)

"""What one person asks a second one: an entry that waits, until another one answers it by its id. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from youthvoice.threads.entries import Entry

KINDS: Final = frozenset({"handed", "hold", "summary", "no_authority"})
"""Entries that may be questions: their `said.state` ends with `asked`. An answer names one as `said.question`."""


def waiting(said: Iterable[Entry], *kinds: str) -> list[Entry]:
    """The questions of some kinds that nobody has answered, the oldest first.

    Args:
        said: everything in a report, in order.
        kinds: some of `KINDS`; none for all.
    """
    listed: Sequence[Entry] = list(said)
    answered = {one.said.get("question") for one in listed}
    wanted = frozenset(kinds) or KINDS
    return [one for one in listed if one.kind in wanted and is_question(one) and one.id.hex() not in answered]


def is_question(entry: Entry) -> bool:
    """Whether an entry asks a second person."""
    return entry.kind in KINDS and str(entry.said.get("state", "")).endswith("asked")


def for_her(said: Iterable[Entry], person_id: int, *kinds: str) -> Entry | None:
    """The oldest question that somebody can answer: nobody answers her own. None where there is none."""
    return next((one for one in waiting(said, *kinds) if one.by != person_id), None)

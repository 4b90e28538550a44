"""Turns of jobs: one that has much to do gives way to the others of its lane after a second, and goes on after them.

A job that has left something urgent for another lane calls it, so that it does not wait for its next turn.
"""

import random
import threading
import time
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from datetime import date, timedelta
from typing import Final, Literal, TypeVar

from youthvoice import context

_Item = TypeVar("_Item")

Lane = Literal["usual", "urgent", "sending", "texting", "printing"]
"""`urgent`: deadlines, knocks. `sending`: mail servers, main servers. `texting`: modems. `printing`:
papers, and what is looked through at night."""

TURN_SECONDS: Final = 1.0

_put_off: Final = context.AppCache[Hashable, int](50_000)
"""By item: the minute in which it failed in this process."""


def put_off(item: Hashable) -> None:
    """Let an item that failed, and so stays due, wait for the next minute: else its job would never come to rest."""
    _put_off.put(item, _minute())


def is_put_off(item: Hashable) -> bool:
    """Whether an item failed in this minute."""
    return _put_off.find(item) == _minute()


def _minute() -> int:
    return int(context.now().timestamp()) // 60


_LATELY: Final = timedelta(days=3)  # what comes due the day after, in any time zone, with a day to spare

_nothing_left: Final = context.AppCache[str, date](20, seconds=3600)
"""By job: the day on which this process found nothing left of all days."""


def first_day_to_search(job: str) -> date:
    """The day from which on a job searches for what is due: of ten years of rounds, all but the last days are done.

    Once an hour it searches all days, and so does each process when it starts, or when a clock was set back.
    """
    day = _nothing_left.find(job)
    return date.min if day is None or day > context.today() else day - _LATELY


def note_nothing_left(job: str, first_day: date) -> None:
    """Note that a job did all that it found from this day on."""
    if first_day == date.min:
        _nothing_left.put(job, context.today())


_calls: Final = context.AppCache[Lane, threading.Event](10)
"""By lane: set since it was called."""


def call_lane(lane: Lane) -> None:
    """Let another lane of this process run its frequent jobs now: what they are for is committed."""
    find_call(lane).set()


def find_call(lane: Lane) -> threading.Event:
    """Whether a lane is called; its thread waits for it between its jobs."""
    return _calls.get(lane, threading.Event)


class Turn:
    """One turn of a job, from its creation on.

    Attributes:
        is_cut: whether items are left for the next turn.
    """

    def __init__(self) -> None:
        self._until = time.monotonic() + TURN_SECONDS
        self.is_cut = False

    @property
    def is_over(self) -> bool:
        """Whether its time is over."""
        return time.monotonic() >= self._until

    def take(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """Yield items until the turn is over, and at least one, so that each turn brings the job on.

        None is fetched that is not yielded: to fetch one may mean to lease it.
        """
        iterator, is_first = iter(items), True
        while is_first or not self.is_over:
            is_first = False
            try:
                yield next(iterator)
            except StopIteration:
                return
        self.is_cut = True

    def take_shuffled(self, items: Collection[_Item]) -> Iterator[_Item]:
        """As `take`, in an order of its own in each process, so that several do not all begin with the same one."""
        yield from self.take(_in_any_order(items))


def _in_any_order(items: Collection[_Item]) -> list[_Item]:
    return random.sample(list(items), len(items))


def run_to_end(do: Callable[[], bool]) -> None:
    """Run a job, turn after turn, until nothing is left."""
    while do():
        pass

"""Turns of jobs: one that has much to do gives way to the others of its lane after a second, and goes on after them."""

import random
import time
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from typing import Final, TypeVar

from youthvoice import context

_Item = TypeVar("_Item")

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

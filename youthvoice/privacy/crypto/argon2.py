"""Argon2id: turns a password or a picture code into a key, slowly and with much memory, one run at a time.

One thread per process does it, which limits the memory to one run however many people sign in at the same time (a
semaphore does not). A forked worker gets a thread of its own.
Source: RFC 9106; PRIVACY.md C for the costs.
"""

import hashlib
import hmac
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from argon2.low_level import Type, hash_secret_raw

Result = TypeVar("Result")

ROOT_BYTES = 32

MAX_PASSES = 16

MAX_MEMORY_KIB = 1024 * 1024

MIN_MEMORY_KIB = 8


@dataclass(frozen=True)
class Argon2Cost:
    """The cost of one run; one lane.

    Attributes:
        time: passes over the memory.
        memory_kib: memory in KiB.
    """

    time: int
    memory_kib: int

    def __post_init__(self) -> None:
        if not (1 <= self.time <= MAX_PASSES and MIN_MEMORY_KIB <= self.memory_kib <= MAX_MEMORY_KIB):
            raise ValueError("No cost that Argon2 runs at here")

    def __str__(self) -> str:
        return f"argon2id-t{self.time}-m{self.memory_kib}-p1"

    @classmethod
    def parse(cls, text: str) -> "Argon2Cost":
        """Read a cost from its text.

        Raises:
            ValueError: the text is not a cost, or is out of bounds.
        """
        words = text.split("-")
        cost = cls(int(words[1][1:]), int(words[2][1:])) if len(words) == len(("kind", "t", "m", "p")) else None
        if cost is None or str(cost) != text:
            raise ValueError("Not a cost")
        return cost


PASSWORD_COST = Argon2Cost(time=3, memory_kib=64 * 1024)
"""For people's passwords."""

CODE_COST = Argon2Cost(time=2, memory_kib=19 * 1024)
"""For children's picture codes."""


class _OneAtATime:
    """A pool of one thread, started on first use and created again in a forked process."""

    def __init__(self) -> None:
        self._renew()
        os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="argon2")

    def run(self, work: Callable[[], Result]) -> Result:
        return self._pool.submit(work).result()


_queue = _OneAtATime()


def derive_root(secret: bytes, salt: bytes, pepper: bytes, cost: Argon2Cost) -> bytes:
    """32 bytes from a secret that a person remembers: Argon2id(secret, HMAC-SHA256(pepper, salt)).

    Args:
        secret: the password's or code's bytes.
        salt: one per person, or the site of a code; any length.
        pepper: the pepper key's 32 bytes; without it a thief of the database cannot guess secrets.
        cost: of one guess.
    """
    peppered = hmac.new(pepper, salt, hashlib.sha256).digest()
    return _queue.run(lambda: hash_secret_raw(secret, peppered, cost.time, cost.memory_kib, 1, ROOT_BYTES, Type.ID))

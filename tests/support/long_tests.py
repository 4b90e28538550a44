"""What takes a minute each or longer, and runs with `make test-long` alone."""

import os
from collections.abc import Sequence
from typing import TypeVar

import pytest

RUNS_LONG = "LONG_TESTS" in os.environ
"""For a test that is drawn anew each time: whether it may take minutes."""

Case = TypeVar("Case")


def breadth(here: Sequence[Case], further: Sequence[Case]) -> list[Case]:
    """Cases of one claim: what holds it each time, and the further languages or sizes of `make test-long`.

    Args:
        here: the case in which it breaks first, such as the longest words or the smallest screen.
        further: all others.
    """
    return [*here, *(further if RUNS_LONG else ())]


def long_test(undone: str = "RUN") -> pytest.MarkDecorator:
    """Skip loudly everywhere else.

    Args:
        undone: what is not done here, such as `WALKED`.
    """
    return pytest.mark.skipif("LONG_TESTS" not in os.environ, reason=f"NOT {undone} here, but by `make test-long`")

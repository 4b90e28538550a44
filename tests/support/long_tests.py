"""What takes a minute each or longer, and runs with `make test-long` alone."""

import os

import pytest

RUNS_LONG = "LONG_TESTS" in os.environ
"""For a test that is drawn anew each time: whether it may take minutes."""


def long_test(undone: str = "RUN") -> pytest.MarkDecorator:
    """Skip loudly everywhere else.

    Args:
        undone: what is not done here, such as `WALKED`.
    """
    return pytest.mark.skipif("LONG_TESTS" not in os.environ, reason=f"NOT {undone} here, but by `make test-long`")

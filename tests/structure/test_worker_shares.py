"""Several workers begin with what takes longest, and no test is lost or run twice by that."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.worker_shares import SLOWEST, in_shares, path_of


@dataclass(frozen=True)
class Collected:
    nodeid: str


def many(quick: int) -> list[Collected]:
    """Three tests of each module, in the order of their names."""
    modules = sorted([*map(path_of, SLOWEST), *(f"tests/quick/test_{nth}.py" for nth in range(quick))])
    return [Collected(f"{module}::test_{name}") for module in modules for name in "abc"]


@pytest.mark.parametrize("workers", [1, 2, 3, 4])
def test_every_share_begins_with_its_part_of_the_slowest(workers: int) -> None:
    tests = many(100)
    shared = in_shares(tests, workers)
    assert sorted(each.nodeid for each in shared) == [each.nodeid for each in tests]
    begin, left = 0, len(shared)
    for nth in range(workers):
        slow = [path_of(module) for module in SLOWEST[nth::workers]]
        assert [each.nodeid.partition("::")[0] for each in shared[begin : begin + 3 * len(slow) : 3]] == slow
        size = left // (workers - nth)  # as `worksteal` cuts them
        begin, left = begin + size, left - size


def test_tests_of_a_module_lie_together() -> None:
    """What a module sets up once is set up once more only where a border goes through it."""
    modules = [each.nodeid.partition("::")[0] for each in in_shares(many(100), 3)]
    assert sum(one != other for one, other in pairwise(modules)) <= len(set(modules)) - 1 + 2


def test_where_there_are_few_none_is_lost() -> None:
    tests = many(0)[:5]
    assert sorted(each.nodeid for each in in_shares(tests, 4)) == [each.nodeid for each in tests]


def test_every_slow_module_is_there() -> None:
    top = Path(__file__).parents[2]
    assert [module for module in SLOWEST if not (top / path_of(module)).is_file()] == []

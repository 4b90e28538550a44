"""The reader we defend against: she knows n, the categories, her friends' answers, and this source code.

She works in two ways. With few children she writes down every table there could have been and keeps those
that are published as hers was: that needs no idea of how the publisher works. With many she adds up the
ends of bands; a test shows that both ways see the same.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from itertools import accumulate, chain, combinations, pairwise
from typing import NamedTuple

Counts = tuple[int, ...]
Publisher = Callable[[Sequence[int]], Hashable]


class Left(NamedTuple):
    """How many children may be in some union of categories, for all a reader can tell."""

    low: int
    high: int
    values: int


class Victim(NamedTuple):
    """A table whose publication says too much about a union, and what the reader is left with."""

    counts: Counts
    union: tuple[int, ...]
    left: Left


class Betrayed(NamedTuple):
    """A table in which friends, by their own answers, learn the answer of every other child."""

    counts: Counts
    union: tuple[int, ...]
    friends: Counts


def tables(n: int, categories: int) -> Iterator[Counts]:
    """Every way `n` children can fall in so many categories."""
    for cuts in combinations(range(n + categories - 1), categories - 1):
        ends = (-1, *cuts, n + categories - 1)
        yield tuple(after - before - 1 for before, after in pairwise(ends))


def unions(categories: int) -> list[tuple[int, ...]]:
    """Every union of categories that is neither none nor all of them."""
    return list(chain.from_iterable(combinations(range(categories), size) for size in range(1, categories)))


def images(publish: Publisher, n: int, categories: int) -> list[list[Counts]]:
    """Tables that are published alike, together."""
    alike: defaultdict[Hashable, list[Counts]] = defaultdict(list)
    for counts in tables(n, categories):
        alike[publish(counts)].append(counts)
    return list(alike.values())


def left(image: Collection[Counts], union: Collection[int]) -> Left:
    """What a reader can tell about a union from all the tables it may have been."""
    sums = {sum(counts[position] for position in union) for counts in image}
    return Left(min(sums), max(sums), len(sums))


def victims(publish: Publisher, n: int, categories: int, width: int) -> Iterator[Victim]:
    """Find tables that leave fewer than `width` possibilities, or say all or none, about a union."""
    for image in images(publish, n, categories):
        for union in unions(categories):
            seen = left(image, union)
            if seen.values < width or seen.high == 0 or seen.low == n:
                yield Victim(image[0], union, seen)


def betrayed(publish: Publisher, n: int, categories: int, friends: int) -> Iterator[Betrayed]:
    """Find tables in which so many friends, or fewer, learn that every other child is in a union, or none."""
    pools = [pool for size in range(friends + 1) for pool in tables(size, categories)]
    for image in images(publish, n, categories):
        for pool in pools:
            fits = [counts for counts in image if all(map(int.__ge__, counts, pool))]
            for union in unions(categories) if fits else ():
                known = sum(pool[position] for position in union)
                seen = left(fits, union)
                if seen.high == known or n - seen.low == sum(pool) - known:
                    yield Betrayed(fits[0], union, pool)


def sweep(n: int, widths: Sequence[int], most: int) -> set[tuple[int, int]]:
    """Every range a reader can be left with, over all patterns of bands, up to `most` categories, all unions.

    A pattern is some bands inside the union and some outside; only their summed ends matter, so this is exact
    although far fewer cases are looked at than there are patterns.
    """
    starts = list(accumulate(widths, initial=0))
    ends = [(low, following - 1) for low, following in pairwise(starts)]
    sums = [{(0, 0)}]
    for _ in range(most - 1):
        sums.append({(low + a, high + b) for low, high in sums[-1] for a, b in ends})
    found = set()
    for inside in range(1, most):
        for outside in range(1, most - inside + 1):
            rest = [(n - high, n - low) for low, high in sums[outside]]
            found |= {(max(a, c), min(b, d)) for a, b in sums[inside] for c, d in rest if a <= d and c <= b}
    return found

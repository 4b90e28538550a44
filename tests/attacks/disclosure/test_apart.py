"""T9 of classes that two adults declared to share no child: both views, their verdicts, and the whole site's.

Of each table a reader knows the band now, the band of the wave before, and what is said of the change (A6). She takes
every number that fits these, lays the tables that are published beside each other, and asks of one child whether both
answers are possible still: of a child of one class, of neither, and of both, whatever was declared.
What is published of a quarter is what `overlaps` lets be asked. Whoever lets the whole site be asked too must fall.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations, product
from typing import Literal

import pytest

from tests.support.attacks.naive_publishers import NAIVE
from youthvoice.privacy.disclosure.change_verdicts import JudgedChange, judge_groups, say_change
from youthvoice.privacy.disclosure.safe_table import protect
from youthvoice.surveys.rounds.rules import overlaps

Table = Literal["VI", "VII", "site"]
TABLES: tuple[Table, ...] = ("VI", "VII", "site")
IDS: Mapping[Table, int | None] = {"VI": 6, "VII": 7, "site": None}
Place = Literal["VI", "VII", "neither", "both"]
Shows = Callable[[int, int, int], Hashable]
"""What is published of one table: children who said yes in the wave before, now, and how many they are."""


def ours(before: int, now: int, n: int) -> Hashable:
    """Both bands, and what is said of the change between two waves whose children are not linked."""
    first, then = (protect([yes, n - yes]).bands[0] for yes in (before, now))
    return first, then, say_change(first, n, then, n, JudgedChange(judge_groups(before, n, now, n), is_linked=False))


@cache
def images(shows: Shows, n: int) -> Mapping[Hashable, frozenset[int]]:
    """By what is published, every number of yes that would have been published so."""
    numbers_by_view: defaultdict[Hashable, set[int]] = defaultdict(set)
    for before, now in product(range(n + 1), repeat=2):
        numbers_by_view[shows(before, now, n)].add(now)
    return {shown: frozenset(numbers) for shown, numbers in numbers_by_view.items()}


def asked_in_order(order: Sequence[Table]) -> frozenset[Table]:
    """The tables of one quarter, where these are to be asked one after the other and the classes are declared apart."""
    tables: list[Table] = []
    for table in order:
        apart = {6, 7} if table != "site" else set[int]()
        groups = [[] if (there := IDS[one]) is None else [there] for one in tables]
        if not any(overlaps(IDS[table], apart, one) for one in groups):
            tables.append(table)
    return frozenset(tables)


PUBLISHED = {asked_in_order(order) for order in permutations(TABLES)}


@dataclass(frozen=True)
class School:
    """Children of each class and of neither, and where the one stands who is looked for."""

    vi: int
    vii: int
    rest: int
    place: Place

    @property
    def sizes(self) -> Mapping[Table, int]:
        """How many children each table is of, which everybody knows."""
        return {"VI": self.vi, "VII": self.vii, "site": self.vi + self.vii + self.rest - (self.place == "both")}

    def answers(self, numbers: Mapping[Table, frozenset[int]]) -> set[int]:
        """What she may have said, 1 for yes, where each table has one of these numbers of yes."""
        rest = self.rest - (self.place == "neither")
        return {
            hers
            for hers, in_vi, in_vii in product((0, 1), numbers["VI"], numbers["VII"])
            if self._others_fit(in_vi, self.vi, hers, is_hers=self.place in {"VI", "both"})
            and self._others_fit(in_vii, self.vii, hers, is_hers=self.place in {"VII", "both"})
            and any(self._whole(in_vi, in_vii, hers) + more in numbers["site"] for more in range(rest + 1))
        }

    def _whole(self, in_vi: int, in_vii: int, hers: int) -> int:
        return in_vi + in_vii + {"both": -hers, "neither": hers}.get(self.place, 0)

    @staticmethod
    def _others_fit(number: int, n: int, hers: int, *, is_hers: bool) -> bool:
        return not is_hers or 0 <= number - hers <= n - 1


def given_away(shows: Shows, published: frozenset[Table], school: School) -> Iterator[str]:
    """Everything that can be published together from which a reader learns what one child said."""
    everything = {table: frozenset(range(n + 1)) for table, n in school.sizes.items()}
    listed = [images(shows, school.sizes[table]).items() if table in published else () for table in TABLES]
    for views_shown in product(*(views or [(None, everything[at])] for at, views in zip(TABLES, listed, strict=True))):
        numbers = {at: view[1] for at, view in zip(TABLES, views_shown, strict=True)}
        if len(answers := school.answers(numbers)) == 1:
            yield f"{school}: {[view[0] for view in views_shown]} tell that she said {answers}"


PLACES: tuple[Place, ...] = ("VI", "VII", "neither", "both")
SIZES = [(10, 10, 1), (10, 11, 2), (12, 14, 5), (13, 10, 1), (20, 20, 1), (20, 24, 3), (21, 12, 1)]


def schools(sizes: Sequence[tuple[int, int, int]], places: Sequence[Place] = PLACES) -> Iterator[School]:
    return (School(*size, place) for size in sizes for place in places)


def test_of_a_quarter_either_the_classes_are_published_or_the_site() -> None:
    assert {frozenset({"VI", "VII"}), frozenset({"site"})} == PUBLISHED


@pytest.mark.parametrize("size", SIZES)
def test_nobody_learns_what_one_child_said_from_classes_apart_and_their_verdicts(size: tuple[int, int, int]) -> None:
    """Not of a child either who is in both, against what was declared: she is counted twice, and told of by neither."""
    disclosures = [each for tables in PUBLISHED for one in schools([size]) for each in given_away(ours, tables, one)]
    assert disclosures == []


def test_verdicts_are_among_what_is_read() -> None:
    verdicts = {shown[2] for n in (20, 24, 44) for shown in images(ours, n) if isinstance(shown, tuple)}
    assert verdicts == {"more", "fewer", "no_clear_change", "too_wide"}


@pytest.mark.parametrize("place", PLACES)
def test_it_sees_through_a_house_that_asks_the_whole_site_as_well(place: Place) -> None:
    """With our own bands and verdicts: a part, its other part and the whole narrow each other."""
    everything = frozenset(TABLES)
    assert next(
        (
            each
            for one in schools([(10, 10, 1), (10, 11, 1), (11, 10, 1)], [place])
            for each in given_away(ours, everything, one)
        ),
        None,
    )


@pytest.mark.parametrize("naive", NAIVE)
def test_it_sees_through_naive_publishers_of_both_classes_alone(naive: Callable[[Sequence[int]], Hashable]) -> None:
    """Where all or none of a class said yes, exact numbers and stars tell what each child said."""

    def shows(_before: int, now: int, n: int) -> Hashable:
        return naive([now, n - now])

    classes = frozenset[Table]({"VI", "VII"})
    if naive.__name__ == "round_to_five":  # rounds away what classes tell alone, not what the whole adds
        classes = frozenset(TABLES)
    assert next((each for one in schools([(10, 10, 1), (11, 12, 1)]) for each in given_away(shows, classes, one)), None)

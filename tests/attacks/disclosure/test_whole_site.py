"""T1 to T7 over the sum of everything that is published, with everything switched on at once.

Lives of one site go on from the same moment with the same random numbers. In one no child answers for three weeks, in
the other all do: nothing that anybody can open differs. Then one child changes her mind everywhere, within the bands:
nothing differs in all that came of it. A few more do so: that shows in every kind of output, so the eyes are open.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.attacks.disclosure.test_crawl import PARAMETERS
from tests.attacks.disclosure.test_once import by_batch, published, twice
from tests.conftest import StillClock
from tests.support import papers
from tests.support.attacks.adversary import unions
from tests.support.attacks.crawler import look
from tests.support.attacks.opposite_lives import Picture, picture
from tests.support.attacks.whole_site import CHILDREN, CONTENT, LANGUAGES, Life, Seen, Start, settings_in, start
from tests.support.long_tests import RUNS_LONG, long_test
from youthvoice.factory import create_app
from youthvoice.printing.job import print_due
from youthvoice.privacy.disclosure.bands import demands_of
from youthvoice.privacy.disclosure.safe_table import feasible_band
from youthvoice.publications.snapshot import tables_of
from youthvoice.surveys.rounds.entities import Round

pytestmark = pytest.mark.sqlite
OTHERS = CHILDREN - 1
QUERY = "?" + urlencode([(name, value) for name in PARAMETERS for value in ("1", "girls", "all", "")])


@dataclass(frozen=True)
class Told:
    """All that a life told: to readers, to families, and to a thief who has no key."""

    seen: Seen
    letters: Mapping[str, bytes]
    stolen: Picture


@pytest.fixture(scope="module")
def began(tmp_path_factory: pytest.TempPathFactory) -> Start:
    for language in LANGUAGES:
        papers.need_font(language)
    folder, clock = tmp_path_factory.mktemp("whole") / "first", StillClock()
    app = create_app(settings_in(folder), clock)
    with app.app_context():
        return start(app, clock, folder)


@pytest.fixture(scope="module")
def answered(began: Start, tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Where all children but one have answered for three weeks; the drip is weighed on the way (T5)."""
    folder = tmp_path_factory.mktemp("weeks")
    seen = []
    for name in ("silent", "spoke"):
        with began.life(folder / name, seed=1) as (life, rounds):
            seen.append(three_weeks(life, rounds, began.deck[:OTHERS] if name == "spoke" else ()))
            moment = life.clock.moment
    assert sum(map(len, seen[0].values())) > 250, "the crawl reaches the house"
    assert differing(*seen) == [], "T5: sheets, letters before their hour and taps change nothing for anybody"
    return replace(began, folder=folder / "spoke", moment=moment)


def three_weeks(life: Life, rounds: Sequence[Round], deck: Sequence[tuple[int, ...]]) -> Seen:
    """Sheets drip in, or none does; every week the work process looks, and in the end everybody else does."""
    life.everybody_comes()
    for week in range(3):
        for nth, card in enumerate(deck):
            if nth // 8 == week:
                life.sends(rounds[0], None, is_content=nth < CONTENT)
            if week == 0:
                life.sends(rounds[1], card, is_content=nth >= CONTENT)
                life.sends(rounds[3], None, is_content=nth < CONTENT, age=age_of(nth))
        life.works(days=7)
    life.everybody_comes()
    if deck:  # these wait for the daily hour (A10)
        life.writes(rounds[0], 6)
        life.taps()
    return life.everything(readers=() if RUNS_LONG else DRIP)


DRIP = ("anybody", "tablet", "coordinator", "outside_recipient", "safeguarding_lead")
"""Who looks in the three weeks, of all who look at what comes of them."""


def age_of(nth: int) -> str:
    """Every second child is older: twelve and twelve."""
    return "12" if nth % 2 else "9"


@contextmanager
def goes_on(began: Start, folder: Path, minds: Sequence[bool]) -> Iterator[Life]:
    """The last days of all rounds, and all that comes of them; and a review of the child who had not answered.

    Args:
        began: where all but one child have answered.
        folder: new.
        minds: whether each is content in the second wave; the last one is the child who had not answered the first
            round, and whose word of an earlier year, too, was put right or not.
    """
    with began.life(folder, seed=2) as (life, (single, _before, after, parts)):
        for nth, card in enumerate(began.deck[:OTHERS]):
            life.sends(after, card, is_content=minds[nth])
        for asked in (single, parts):
            life.sends(asked, None, is_content=minds[-1], age=age_of(OTHERS))
        life.everybody_comes()
        wish, words, sentence = SAYS[minds[-1]]
        review = life.prepares(wish, words)
        life.works(days=8)
        life.everybody_comes()
        life.decides_at(review, wish, sentence)
        life.freezes([*minds, False])
        life.decides()
        life.works(days=14)  # past the turn of the quarter: letters on a rhythm go
        life.everybody_comes()
        for address in life.packs():
            life.eyes["coordinator"].ask("GET", address)
        print_due()
        print_due()
        yield life


SAYS = {
    True: ("school", "I want to stay with my friends", "You stay with them, and learn here."),
    False: ("family", "I want to go to my grandmother", "It is too far for now, and we ask her."),
}
"""A wish, her own words and what is said to both, of the one child of a review: whether she is content or not."""


def told(life: Life) -> Told:
    return Told(life.everything(life.links()), life.letters(), picture())


def differing(one: Mapping[str, Mapping[str, object]], other: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Where two lives differ: reader and address."""
    return [
        f"{who} {at}"
        for who in one
        for at in sorted({*one[who], *other[who]})
        if one[who].get(at) != other[who].get(at)
    ]


def minds_of(content: int, *, last: bool) -> list[bool]:
    return [nth < content for nth in range(OTHERS - 1)] + [last]


@long_test("RUN")
def test_nobody_learns_what_one_child_said_from_the_sum_of_everything(answered: Start, tmp_path: Path) -> None:
    """T3; and T1, T2, T4 and T7 of all of it."""
    with goes_on(answered, tmp_path / "content", minds_of(CONTENT, last=True)) as life:
        one = told(life)
        nothing_is_told_twice_or_too_closely(answered.slugs)
        no_parameter_tells_more(life, one.seen)
    with goes_on(answered, tmp_path / "not", minds_of(CONTENT, last=False)) as life:
        other = told(life)
    assert sum(bool(_A_REVIEW.fullmatch(at)) for pages in one.seen.values() for at in pages) > 3, "they find her review"
    assert differing(one.seen, other.seen) == []
    assert differing({"mail": one.letters}, {"mail": other.letters}) == []
    assert differing({"thief": one.stolen}, {"thief": other.stolen}) == []
    shows_what_many_said(one, answered, tmp_path / "few")


def nothing_is_told_twice_or_too_closely(slugs: Sequence[str]) -> None:
    """T4; T1 and T2 of every table that was really published, unions included."""
    single, before, after, parts = slugs
    views = published()
    assert {view["round"] for view in views} >= {single, after, parts}
    in_parts = [one for view in views if view["round"] == parts for one in view["questions"] if one.get("parts")]
    assert in_parts, "the round in parts is told of in parts"
    assert twice(by_batch(views, {after: before}, {})) == []
    for _name, _key, _when, table in chain.from_iterable(map(tables_of, views)):
        asked = demands_of(table.n)
        for union in unions(len(table.keys)):
            low, high = feasible_band(table.bands, table.n, union)
            assert high - low + 1 >= asked.width
            assert high > asked.friends
            assert low < table.n - asked.friends


def no_parameter_tells_more(life: Life, seen: Seen) -> None:
    """T7."""
    for who in ("anybody", "reviewer", "coordinator"):
        for address in filter(_PUBLISHED.match, seen[who]):
            said, _links = look(life.eyes[who].client, address + QUERY)
            assert said.replace(QUERY, "") == seen[who][address], f"{who} {address}"


_PUBLISHED = re.compile("/views/|/influence|/staff/(influence|publications|subscriptions|delivery)/")


_A_REVIEW = re.compile("/staff/reviews/[0-9a-f]{32}")


def shows_what_many_said(one: Told, answered: Start, folder: Path) -> None:
    """The attack can succeed: where enough children change their minds, it shows in every kind of output."""
    readers = ("anybody", "outside_recipient", "reviewer", "safeguarding_lead", "tablet")
    with goes_on(answered, folder, minds_of(CONTENT - 10, last=False)) as life:
        seen, letters = life.everything(life.links(), readers), life.letters()
    found = differing(seen, one.seen)
    for kind in (
        "/paper/hi",
        "/influence.csv",
        "/influence.json",
        "/view.csv",
        "/review",
        "/we-did",
        "/staff/figures/",
    ):
        assert any(at.endswith(kind) for at in found), kind
    assert differing({"mail": letters}, {"mail": one.letters}) != []

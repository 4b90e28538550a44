"""The rules of elections: who may be voted for, and who won."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from youthvoice.committees.committee_kinds import PRESETS
from youthvoice.committees.elections.rules import (
    MIN_VOTES,
    Candidate,
    ElectionOpening,
    decide_result,
    find_opening_refusals,
)
from youthvoice.committees.entities import Committee
from youthvoice.committees.representatives.rules import CANDIDATE_PICTURES, fold_nickname
from youthvoice.slips.store import slip_screens

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINA, RAVI, TARA = (
    Candidate(name, one.code) for name, one in zip(("Mina", "Ravi", "Tara"), CANDIDATE_PICTURES, strict=False)
)
GOOD = ElectionOpening(
    post="speaker", way="slips", tie="lot", standing=(MINA, RAVI), voters=20, ends_at=NOW + timedelta(hours=8)
)


def committee(preset: str = "dormitory", **more: object) -> Committee:
    kind = PRESETS[preset]
    committee = Committee(
        id=1, site_id=1, preset=preset, name="Dormitory 2", facilitator_id=1, place="", first_at=NOW,
        rhythm_days=kind.rhythm_days, quorum=kind.quorum, term_days=kind.term_days, check_days=2, goes_up_to_id=None,
        opened_on=NOW.date(), closed_on=None,
    )  # fmt: skip
    return replace(committee, **more)  # type: ignore[arg-type]


def codes(
    opening: ElectionOpening, at: Committee | None = None, held: tuple[str, ...] = (), running: bool = False
) -> set[str]:
    return {
        election_refusal.code
        for election_refusal in find_opening_refusals(
            opening, at or committee(), holders=held, running=running, now=NOW
        )
    }


def test_a_good_election_is_refused_by_nothing() -> None:
    assert codes(GOOD) == set()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"standing": ()}, "nobody_stands"),
        ({"standing": (MINA,)}, "one_stands_alone"),
        ({"standing": (MINA, replace(RAVI, nickname=" mina "))}, "same_nickname"),
        ({"standing": (MINA, replace(RAVI, picture=MINA.picture))}, "same_picture"),
        ({"standing": (MINA, replace(RAVI, nickname="R" * 21))}, "no_nickname"),
        ({"voters": 0}, "no_voters"),
        ({"voters": 4}, "too_few_voters"),
        ({"voters": 4001}, "too_many_voters"),
        ({"post": "chair"}, "no_such_post"),
        ({"way": "nomination", "standing": (MINA,)}, "not_this_way"),
        ({"ends_at": NOW}, "ends_wrong"),
        ({"ends_at": NOW + timedelta(days=32)}, "ends_wrong"),
    ],
)
def test_everything_that_cannot_be_is_refused(changed: dict[str, object], code: str) -> None:
    assert codes(replace(GOOD, **changed)) == {code}  # type: ignore[arg-type]


def test_twelve_may_stand_and_thirteen_not() -> None:
    many = tuple(Candidate(f"Child {nth}", one.code) for nth, one in enumerate(CANDIDATE_PICTURES[:13]))
    assert codes(replace(GOOD, standing=many[:12])) == set()
    assert codes(replace(GOOD, standing=many)) == {"too_many_stand"}


def test_who_stands_alone_is_nominated_where_that_is_a_way() -> None:
    at, post = committee("youth_group"), "speaker"
    assert codes(replace(GOOD, post=post, standing=(MINA,)), at) == {"one_stands"}
    assert codes(replace(GOOD, post=post, way="nomination", standing=(MINA,), voters=0), at) == set()
    assert codes(replace(GOOD, post=post, way="nomination", voters=0), at) == {"one_is_nominated"}


def test_a_closed_committee_elects_nobody_and_a_post_has_one_election_at_a_time() -> None:
    assert codes(GOOD, committee(closed_on=date(2026, 11, 1))) == {"committee_closed"}
    assert codes(GOOD, running=True) == {"runs_already"}


def test_posts_rotate() -> None:
    assert codes(GOOD, held=("MINA",)) == {"held_before"}
    assert codes(GOOD, held=("Meena",)) == set()


def test_half_of_a_bal_panchayat_are_girls_as_two_adults_say() -> None:
    at = committee("bal_panchayat")
    assert codes(replace(GOOD, post="chair"), at) == {"no_balance"}
    assert codes(replace(GOOD, post="chair", balance=True), at) == set()


def test_no_picture_of_a_child_who_stands_can_be_on_a_slip() -> None:
    on_slips = {one.code for screen in slip_screens(4) for one in screen}
    assert len({one.code for one in CANDIDATE_PICTURES}) == len(CANDIDATE_PICTURES) >= 12
    assert on_slips.isdisjoint(one.code for one in CANDIDATE_PICTURES)


@given(st.text(max_size=20))
def test_a_nickname_is_compared_without_capitals_and_blanks(name: str) -> None:
    assert fold_nickname(f"  {name} ") == fold_nickname(fold_nickname(name))


COUNTS = st.lists(st.integers(0, 40), min_size=2, max_size=12)


@given(COUNTS, st.integers(0, 40), st.sampled_from(["slips", "paper", "hands"]), st.sampled_from(["lot", "again"]))
def test_who_won_is_who_a_plain_count_says_and_ties_follow_the_rule(
    counts: list[int], nobody: int, way: str, tie: str
) -> None:
    drawn: list[tuple[int, ...]] = []

    def draw(places: tuple[int, ...]) -> int:
        drawn.append(tuple(places))
        return places[-1]

    found = decide_result(counts, nobody, way=way, tie=tie, draw=draw)  # type: ignore[arg-type]
    first = tuple(place for place in range(len(counts)) if all(counts[place] >= other for other in counts))
    if sum(counts) + nobody < (1 if way == "hands" else MIN_VOTES):
        assert (found.state, found.positions) == ("too_few", ())
    elif nobody > max(counts):
        assert (found.state, found.positions) == ("nobody", ())
    elif len(first) == 1:
        assert (found.state, found.positions, drawn) == ("done", first, [])
    elif tie == "lot":
        assert (found.state, found.positions, drawn) == ("done", (first[-1],), [first])
    else:
        assert (found.state, found.positions, drawn) == ("again", first, [])


@pytest.mark.parametrize("other", ["Mina\u200f", "\u2067mina\u2069", "Ｍina"])
def test_marks_that_nobody_sees_do_not_tell_two_nicknames_apart(other: str) -> None:
    twice = (Candidate("Mina", CANDIDATE_PICTURES[0].code), Candidate(other, CANDIDATE_PICTURES[1].code))
    assert codes(replace(GOOD, standing=twice)) == {"same_nickname"}
    unseen = (Candidate("Mina", CANDIDATE_PICTURES[0].code), Candidate("\u200f", CANDIDATE_PICTURES[1].code))
    assert codes(replace(GOOD, standing=unseen)) == {"no_nickname"}

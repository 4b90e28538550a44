"""Who reads a report, and what counts as harm, for every choice a child can make (S14, S17)."""

from itertools import product

import pytest
from hypothesis import assume, given, strategies as st

from youthvoice.access.permissions import ADVOCATE, OUTSIDE_RECIPIENT, SAFEGUARDING_LEAD
from youthvoice.accounts.store import Reader, Readers
from youthvoice.grievances.intake import intake_options
from youthvoice.grievances.intake.rules import (
    MIN_READERS_INSIDE,
    TOPICS_BY_GRAVITY,
    CannotBeLeftOut,
    first_readers,
    gravest_first,
    is_harm,
)
from youthvoice.threads.child_fields import SKIPPED, pick_codes, pick_label

EVERY_TOPIC = (SKIPPED, *pick_codes(intake_options.TOPICS))
EVERY_BY_WHOM = (SKIPPED, *pick_codes(intake_options.BY_WHOM))


def people(first: int, how_many: int, role: str) -> tuple[Reader, ...]:
    return tuple(Reader(first + nth, f"{role} {nth}", bytes(32), role) for nth in range(how_many))


@st.composite
def houses(draw: st.DrawFn) -> Readers:
    many = st.integers(0, 4)
    return Readers(
        people(1, draw(many), ADVOCATE),
        people(11, draw(many), SAFEGUARDING_LEAD),
        people(21, draw(many), OUTSIDE_RECIPIENT),
    )


left_outs = st.frozensets(st.integers(1, 25))


def ids(some: tuple[Reader, ...]) -> frozenset[int]:
    return frozenset(reader.person_id for reader in some)


@given(houses(), left_outs, st.booleans())
def test_whoever_is_left_out_never_reads_and_nobody_else_is_lost(
    house: Readers, out: frozenset[int], harm: bool
) -> None:
    may = ids(house.advocates) | ids(house.outside) | (ids(house.leads) if harm else frozenset())
    try:
        reads = first_readers(house, out, harm)
    except CannotBeLeftOut:
        return
    assert reads == may - out
    assert reads


@given(houses(), left_outs)
def test_a_safeguarding_lead_reads_only_what_may_be_harm(house: Readers, out: frozenset[int]) -> None:
    assume(house.advocates and house.outside)
    out -= ids(house.advocates) | ids(house.outside)
    assert not first_readers(house, out, harm=False) & ids(house.leads)
    assert first_readers(house, out, harm=True) & ids(house.leads) == ids(house.leads) - out


@given(houses(), st.booleans())
def test_everybody_at_the_site_may_be_left_out_because_the_outside_has_it(house: Readers, harm: bool) -> None:
    assume(house.outside)
    inside = ids(house.advocates) | ids(house.leads)
    assert first_readers(house, inside, harm) == ids(house.outside)


@given(houses(), left_outs, st.booleans())
def test_without_the_outside_at_least_two_others_read(house: Readers, out: frozenset[int], harm: bool) -> None:
    assume(house.outside)
    out |= ids(house.outside)
    rest = (ids(house.advocates) | (ids(house.leads) if harm else frozenset())) - out
    if len(rest) >= MIN_READERS_INSIDE:
        assert first_readers(house, out, harm) == rest
        return
    with pytest.raises(CannotBeLeftOut) as refused:
        first_readers(house, out, harm)
    assert refused.value.code == ("outside_stays" if rest else "nobody")


def test_danger_is_harm_whatever_was_picked() -> None:
    assert all(is_harm(topic, by, urgent=True) for topic, by in product(EVERY_TOPIC, EVERY_BY_WHOM))


def test_feeling_unsafe_and_being_shouted_at_are_harm_whoever_it_was() -> None:
    assert all(
        is_harm(topic, by, urgent=False)
        for topic, by in product(("unsafe", "shouted_at", "hit", "touched", "teased"), EVERY_BY_WHOM)
    )


def test_food_and_a_broken_lamp_are_everyday_things_whoever_it_was() -> None:
    assert not any(is_harm(topic, by, urgent=False) for topic, by in product(("food", "broken"), EVERY_BY_WHOM))


@pytest.mark.parametrize(
    ("topic", "by_whom", "harm"),
    [
        ("sleep", "thing", False),
        ("sleep", "", False),
        ("sleep", "adult", True),
        ("sleep", "child", True),
        ("other", "thing", False),
        ("other", "unknown", True),
        ("other", "online", True),
        ("", "family", True),
        ("", "thing", False),
    ],
)
def test_what_a_person_did_to_a_child_may_be_harm(topic: str, by_whom: str, harm: bool) -> None:
    assert is_harm(topic, by_whom, urgent=False) is harm


def test_a_child_who_only_speaks_may_have_been_hurt() -> None:
    assert is_harm(SKIPPED, SKIPPED, urgent=False)


def test_every_pick_has_a_code_of_its_own_and_at_most_three_words() -> None:
    for some in (
        intake_options.TOPICS,
        intake_options.WHOM,
        intake_options.BY_WHOM,
        intake_options.MAY_KNOW,
        intake_options.WHERE,
    ):
        assert len(set(pick_codes(some))) == len(some)
        assert all(len(str(one.words).split()) <= 3 for one in some)
    assert pick_label(intake_options.TOPICS, "food") == "Food"
    assert pick_label(intake_options.TOPICS, SKIPPED) == ""


def test_the_gravest_topic_comes_first_and_none_is_none() -> None:
    assert gravest_first(["food", "sleep"], "adult") == ["sleep", "food"]
    assert gravest_first(["broken", "sleep"], "thing") == ["sleep", "broken"]
    assert gravest_first(["other", "shouted_at", "unsafe"], "") == ["unsafe", "shouted_at", "other"]
    assert gravest_first(["teased", "shouted_at", "hit", "touched"], "") == ["touched", "hit", "shouted_at", "teased"]
    assert gravest_first([], "adult") == []


def test_every_topic_has_a_weight() -> None:
    assert set(TOPICS_BY_GRAVITY) == set(pick_codes(intake_options.TOPICS))


@given(
    st.sets(st.sampled_from(TOPICS_BY_GRAVITY)),
    st.sampled_from(["", *pick_codes(intake_options.BY_WHOM)]),
)
def test_several_topics_are_harm_as_soon_as_one_of_them_is(topics: set[str], by_whom: str) -> None:
    """S17."""
    first = next(iter(gravest_first(topics, by_whom)), "")
    each = [is_harm(one, by_whom, urgent=False) for one in topics or {""}]
    assert is_harm(first, by_whom, urgent=False) == any(each)

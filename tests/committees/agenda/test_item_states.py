"""S9, S26: an item walks only the drawn ways, and is never simply gone."""

import pytest
from hypothesis import given, strategies as st

from youthvoice.committees.agenda.entities import (
    ITEM_STATES,
    OPEN_STATES,
    TRANSITIONS,
    WAITING_STATES,
    IllegalTransition,
    ItemState,
    check_transition,
)
from youthvoice.committees.committee_kinds import PRESETS

ENDS = {"moved", "declined"}


@given(st.sampled_from(ITEM_STATES), st.sampled_from(ITEM_STATES))
def test_only_the_drawn_ways_are_open(state: ItemState, to: ItemState) -> None:
    if to in TRANSITIONS[state]:
        check_transition(state, to)
    else:
        with pytest.raises(IllegalTransition):
            check_transition(state, to)


def test_every_state_but_the_beginnings_is_reached_and_only_two_are_ends() -> None:
    reached = {to for ways in TRANSITIONS.values() for to in ways}
    assert set(ITEM_STATES) - reached == {"suggested"}
    assert {state for state in ITEM_STATES if not TRANSITIONS[state]} == ENDS
    assert set(TRANSITIONS) == set(ITEM_STATES)


def test_what_adults_owe_cannot_be_settled_without_an_answer() -> None:
    assert "done" not in TRANSITIONS["with_adults"]
    assert "settled" not in TRANSITIONS["with_adults"]
    assert TRANSITIONS["answered"] >= {"done", "with_adults"}


def test_what_concerns_one_child_can_leave_from_everywhere_it_may_be_seen() -> None:
    assert all("moved" in TRANSITIONS[state] for state in OPEN_STATES)
    assert WAITING_STATES < OPEN_STATES


def test_six_committees_and_what_makes_each_itself() -> None:
    assert set(PRESETS) == {
        "flip_club",
        "bal_sabha",
        "bal_panchayat",
        "dormitory",
        "youth_group",
        "village_child_committee",
    }
    assert PRESETS["flip_club"].rhythm_days == 14  # S25
    assert PRESETS["flip_club"].ways == ("nomination",)
    assert PRESETS["bal_panchayat"].term_days == 182
    assert PRESETS["bal_panchayat"].balance == "half_girls"
    assert PRESETS["bal_sabha"].ways == ()
    assert PRESETS["dormitory"].alone_first
    assert PRESETS["village_child_committee"].owner == "named"
    assert all(kind.with_child for kind in PRESETS.values())  # S24
    assert all(set(kind.goes_up_to) <= set(PRESETS) for kind in PRESETS.values())


def test_nobody_talks_about_a_suggestion_before_an_advocate_has_seen_it() -> None:
    """S26: it may name somebody, or tell of harm."""
    assert TRANSITIONS["suggested"] == {"on_agenda", "moved", "declined"}


def test_what_was_talked_about_and_not_settled_is_carried_over_and_what_waits_is_open() -> None:
    """S25: else it would be forgotten."""
    assert {"on_agenda", "discussed"} == WAITING_STATES
    assert WAITING_STATES | {"suggested", "with_adults", "answered"} == OPEN_STATES

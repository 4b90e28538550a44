"""What counts as an answer (S9, S11, S13)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from youthvoice.accountability.rules import (
    ANSWER_DUE_KINDS,
    done_day_refusal,
    due_state,
    is_answered,
    kinds_with,
    may_ask_children,
    reply_kinds,
    reply_refusal,
    tap_verdict,
    was_answered_late,
)

DUE = date(2026, 12, 12)


@pytest.mark.parametrize("owed", ["round", "item", "choice"])
@pytest.mark.parametrize("kind", ["noted", "read", "", "done"])
def test_noted_is_not_an_answer(owed: str, kind: str) -> None:
    """S11."""
    assert reply_refusal(owed, "", kind, ["We read it."], ()) == "not_an_answer"


def test_one_table_says_what_is_answered_to_children_and_what_goes_up_the_ladder() -> None:
    in_public = {"round", "item", "choice", "session"}
    to_children = {kind for kind in ANSWER_DUE_KINDS if reply_kinds(kind) == ("yes", "partly", "no_because")}
    assert to_children == in_public | {"review"}
    assert kinds_with("escalates") == in_public | kinds_with("in_danger") | kinds_with("of_a_review") | {"care_gap"}
    assert kinds_with("of_a_review") == {"review", "statement", "promise"}
    assert kinds_with("in_danger") == {"safety", "too_many"}
    assert kinds_with("after_approval") == {"round", "review"}
    assert kinds_with("by_itself") == {"letters", "suggestions", "held", "statement"}
    assert kinds_with("quiet") == {"safety"}
    assert kinds_with("has_board_entry") == in_public - {"round"}


def day(days: int) -> date:
    return DUE + timedelta(days=days)


@pytest.mark.parametrize(
    ("owed", "kind", "done_by", "expected"),
    [
        ("item", "yes", None, None),
        ("item", "partly", None, None),
        ("item", "yes", day(30), None),
        ("item", "yes", day(-20), None),
        ("item", "no_because", day(1), "day_of_a_no"),
        ("item", "yes", day(400), "day_too_far"),
        ("choice", "partly", None, "day_missing"),
        ("choice", "partly", day(-1), "day_is_over"),
        ("choice", "partly", day(0), None),
        ("choice", "yes", None, None),
        ("safety", "done", None, None),
    ],
)
def test_a_day_belongs_to_a_yes_and_not_yet_needs_one(
    owed: str, kind: str, done_by: date | None, expected: str | None
) -> None:
    """S33: asked, done, not yet until when, why."""
    assert done_day_refusal(owed, kind, done_by, DUE) == expected


def test_children_are_asked_about_a_promise_only_from_its_day_on() -> None:
    assert may_ask_children("yes", None, None, DUE)
    assert may_ask_children("partly", DUE, None, DUE)
    assert not may_ask_children("partly", day(1), None, DUE)
    assert not may_ask_children("no_because", None, None, DUE)
    assert not may_ask_children("yes", None, DUE, DUE), "they said so already"


@pytest.mark.parametrize(
    ("yes", "not_yet", "expected"),
    [(0, 0, "wait"), (0, 2, "wait"), (0, 3, "opened_again"), (1, 2, "opened_again"), (2, 2, "wait"), (2, 1, "wait"),
     (3, 0, "confirmed"), (3, 2, "confirmed"), (3, 3, "wait"), (3, 4, "opened_again")],
)  # fmt: skip
def test_three_taps_at_least_and_the_larger_side(yes: int, not_yet: int, expected: str) -> None:
    """S9: the children say whether it helped."""
    assert tap_verdict(yes, not_yet) == expected


@given(st.integers(0, 40), st.integers(0, 40))
def test_no_two_children_alone_open_or_confirm_anything(yes: int, not_yet: int) -> None:
    said = tap_verdict(yes, not_yet)
    assert said == "wait" or yes + not_yet >= 3
    assert (said == "opened_again") <= (not_yet > yes)
    assert (said == "confirmed") <= (yes > not_yet)


def test_no_needs_its_reason() -> None:
    assert reply_refusal("round", "", "no_because", ["  "], ()) == "reason_missing"
    assert reply_refusal("round", "", "no_because", ["The cook is away."], ()) is None


def test_every_answer_has_a_sentence() -> None:
    assert reply_refusal("round", "", "yes", [""], ()) == "words_missing"
    assert reply_refusal("safety", "", "done", [""], ()) == "words_missing"
    assert reply_refusal("round", "", "yes", ["x" * 601], ()) == "too_long"


def test_only_a_published_question_has_an_answer_of_its_own() -> None:
    assert reply_refusal("round", "sleep", "yes", ["We will."], ("food",)) == "unknown_part"
    assert reply_refusal("round", "food", "yes", ["We will."], ("food",)) is None


def test_a_task_is_done_and_not_answered() -> None:
    assert reply_refusal("safety", "", "yes", ["We talked."], ()) == "not_an_answer"
    assert reply_refusal("safety", "", "done", ["We talked."], ()) is None


def test_the_whole_or_every_part_settles_it() -> None:
    assert is_answered({""}, ("food", "sleep"))
    assert not is_answered({"food"}, ("food", "sleep"))
    assert is_answered({"food", "sleep"}, ("food", "sleep"))
    assert not is_answered((), ())
    assert not is_answered({"", "food"}, ("food", "sleep"), opened_again=["sleep"])


@pytest.mark.parametrize(("day", "expected"), [(1, "due"), (9, "due_soon"), (12, "due_soon"), (13, "overdue")])
def test_the_day_it_is_due_is_still_in_time(day: int, expected: str) -> None:
    assert due_state(date(2026, 12, day), DUE, None, ready=True) == expected


def test_what_cannot_be_answered_yet_is_late_all_the_same() -> None:
    """S13: a view that nobody approves must not keep the alarm silent."""
    assert due_state(date(2026, 12, 11), DUE, None, ready=False) == "coming"
    assert due_state(date(2026, 12, 13), DUE, None, ready=False) == "overdue"


def test_a_late_answer_stays_late() -> None:
    assert was_answered_late(DUE, date(2026, 12, 13))
    assert not was_answered_late(DUE, DUE)
    assert not was_answered_late(DUE, None)

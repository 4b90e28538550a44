"""What counts as an answer (S9, S11, S13)."""

from datetime import date

import pytest

from youthvoice.answers.rules import is_answered, refusal, state, was_late

DUE = date(2026, 12, 12)


@pytest.mark.parametrize("kind", ["noted", "read", "", "done"])
def test_noted_is_not_an_answer(kind: str) -> None:
    """S11."""
    assert refusal("round", "", kind, ["We read it."], ()) == "not_an_answer"


def test_no_needs_its_reason() -> None:
    assert refusal("round", "", "no_because", ["  "], ()) == "reason_missing"
    assert refusal("round", "", "no_because", ["The cook is away."], ()) is None


def test_every_answer_has_a_sentence() -> None:
    assert refusal("round", "", "yes", [""], ()) == "words_missing"
    assert refusal("safety", "", "done", [""], ()) == "words_missing"
    assert refusal("round", "", "yes", ["x" * 601], ()) == "too_long"


def test_only_a_published_question_has_an_answer_of_its_own() -> None:
    assert refusal("round", "sleep", "yes", ["We will."], ("food",)) == "unknown_part"
    assert refusal("round", "food", "yes", ["We will."], ("food",)) is None


def test_a_task_is_done_and_not_answered() -> None:
    assert refusal("safety", "", "yes", ["We talked."], ()) == "not_an_answer"
    assert refusal("safety", "", "done", ["We talked."], ()) is None


def test_the_whole_or_every_part_settles_it() -> None:
    assert is_answered({""}, ("food", "sleep"))
    assert not is_answered({"food"}, ("food", "sleep"))
    assert is_answered({"food", "sleep"}, ("food", "sleep"))
    assert not is_answered((), ())


@pytest.mark.parametrize(("day", "expected"), [(1, "due"), (9, "due_soon"), (12, "due_soon"), (13, "overdue")])
def test_the_day_it_is_due_is_still_in_time(day: int, expected: str) -> None:
    assert state(date(2026, 12, day), DUE, None, ready=True) == expected


def test_what_cannot_be_answered_yet_is_late_all_the_same() -> None:
    """S13: a view that nobody approves must not keep the alarm silent."""
    assert state(date(2026, 12, 11), DUE, None, ready=False) == "coming"
    assert state(date(2026, 12, 13), DUE, None, ready=False) == "overdue"


def test_a_late_answer_stays_late() -> None:
    assert was_late(DUE, date(2026, 12, 13))
    assert not was_late(DUE, DUE)
    assert not was_late(DUE, None)

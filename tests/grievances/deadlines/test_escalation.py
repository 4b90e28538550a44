"""The rungs of a report: who is told first, next and at last (S9, S14, S17)."""

import pytest

from youthvoice.grievances.deadlines.report_escalation import (
    EscalationLevels,
    EscalationPosition,
    is_announced,
    is_fully_escalated,
    list_levels,
    next_level,
    notified_so_far,
    notified_without_deadline,
    position_of,
)
from youthvoice.threads.case_state import (
    ANNOUNCED,
    DISAGREED,
    NOTIFIED_DISAGREED,
    NOTIFIED_HARM,
    NOTIFIED_URGENT,
    CaseState,
)

ASHA, RAVI, MEERA, OLGA = 1, 2, 3, 4


def ladder(*, has_rota: bool = True) -> EscalationLevels:
    return EscalationLevels((ASHA,), (ASHA, RAVI), (MEERA,), (OLGA,), has_rota)


def test_whoever_is_on_call_comes_first_unless_she_knows_already_because_somebody_is_in_danger() -> None:
    """In danger she was told at once: the first rung is all advocates, and no rung is climbed twice or left out."""
    ordinary = [{ASHA}, {ASHA, RAVI}, {MEERA}, {OLGA}]
    assert list_levels(EscalationPosition(0), ladder()) == ordinary
    assert list_levels(EscalationPosition(0), ladder(has_rota=False)) == ordinary[1:]
    assert list_levels(EscalationPosition(0, harm=True), ladder()) == [{ASHA, MEERA}, {ASHA, RAVI}, {OLGA}]
    assert list_levels(EscalationPosition(0, urgent=True, harm=True), ladder()) == [{ASHA, RAVI, MEERA}, {OLGA}]
    assert next_level(EscalationPosition(0, urgent=True, harm=True), ladder()) == {ASHA, RAVI, MEERA}


def test_a_clock_of_a_report_stands_where_its_own_steps_say() -> None:
    case = CaseState(harm=True, steps={"answer": 2})
    assert position_of(case, "answer") == EscalationPosition(2, harm=True)
    assert position_of(case, "go_on") == EscalationPosition(0, harm=True)
    assert position_of(case.having(urgent=True), "answer") == EscalationPosition(2, urgent=True, harm=True)


@pytest.mark.parametrize(
    ("rota", "danger", "asked"),
    [
        ("rota", "", "A AR M O ARMO ARMO"),
        ("rota", "urgent", "AR M O ARMO ARMO ARMO"),
        ("rota", "harm", "AM AR O ARMO ARMO ARMO"),
        ("rota", "urgent harm", "ARM O ARMO ARMO ARMO ARMO"),
        ("", "", "AR M O ARMO ARMO ARMO"),
        ("", "urgent", "AR M O ARMO ARMO ARMO"),
        ("", "harm", "ARM O ARMO ARMO ARMO ARMO"),
        ("", "urgent harm", "ARM O ARMO ARMO ARMO ARMO"),
    ],
)
def test_who_is_asked_next_at_every_position(rota: str, danger: str, asked: str) -> None:
    """The table was written with the ladder as it was when letters borrowed a case for it: nobody else is asked now."""
    here, by_letter = ladder(has_rota=bool(rota)), {"A": ASHA, "R": RAVI, "M": MEERA, "O": OLGA}
    so_far: set[int] = set()
    for step, letters in enumerate(asked.split()):
        position = EscalationPosition(step, urgent="urgent" in danger, harm="harm" in danger)
        people = {by_letter[letter] for letter in letters}
        assert notified_so_far(position, here) == so_far
        assert is_fully_escalated(position, here) == ("ARMO" in asked.split()[: step + 1])
        assert next_level(position, here) == people
        so_far |= people


def test_the_leads_are_told_at_once_of_harm_also_where_it_is_weighed_as_harm_later() -> None:
    """S17. An ordinary report is no report of which they know: they are told in the moment in which it becomes one."""
    told, flags = notified_without_deadline(CaseState(), ladder())
    assert (told, flags) == (frozenset(), (ANNOUNCED,))
    case = CaseState(harm=True, flags=flags)
    assert not is_announced(case)
    told, flags = notified_without_deadline(case, ladder())
    assert (told, flags) == (frozenset({MEERA}), (ANNOUNCED, NOTIFIED_HARM))
    assert is_announced(CaseState(harm=True, flags=flags))
    assert notified_without_deadline(CaseState(harm=True, flags=flags), ladder())[0] == frozenset()


@pytest.mark.parametrize(
    ("marks", "told", "flag"),
    [
        (CaseState(harm=True), {MEERA}, NOTIFIED_HARM),
        (CaseState(urgent=True), {ASHA}, NOTIFIED_URGENT),
        (CaseState(harm=True, state="closed"), set(), None),
        (CaseState(urgent=True, state="closed"), set(), None),
    ],
)
def test_of_a_closed_report_nobody_is_told_at_once_nor_is_it_said_that_somebody_was(
    marks: CaseState, told: set[int], flag: str | None
) -> None:
    assert notified_without_deadline(marks, ladder()) == (frozenset(told), (ANNOUNCED, *filter(None, [flag])))


def test_a_child_who_disagrees_is_heard_one_rung_above_who_had_it_and_no_higher() -> None:
    """S15."""
    disagreed = CaseState(flags=(DISAGREED, ANNOUNCED))
    assert notified_without_deadline(disagreed, ladder())[0] == {ASHA, RAVI}
    assert notified_without_deadline(disagreed, ladder(has_rota=False))[0] == {MEERA}
    alone = EscalationLevels((ASHA,), (ASHA,), (), (), has_rota=True)
    assert notified_without_deadline(disagreed, alone)[0] == {ASHA}, "where one rung is all there is, it is hers"
    again = CaseState(flags=(DISAGREED, ANNOUNCED, NOTIFIED_DISAGREED))
    assert notified_without_deadline(again, ladder())[0] == frozenset()

"""The rungs of a report: who is told first, next and at last (S9, S14, S17)."""

from youthvoice.grievances.escalation import Ladder, asked_so_far, next_rung, rungs
from youthvoice.threads.marks import Marks

ASHA, RAVI, MEERA, OLGA = 1, 2, 3, 4


def ladder(*, has_rota: bool = True) -> Ladder:
    return Ladder((ASHA,), (ASHA, RAVI), (MEERA,), (OLGA,), has_rota)


def test_whoever_is_on_call_comes_first_unless_she_knows_already_because_somebody_is_in_danger() -> None:
    """In danger she was told at once: the first rung is all advocates, and no rung is climbed twice or left out."""
    ordinary = [{ASHA}, {ASHA, RAVI}, {MEERA}, {OLGA}]
    assert rungs(Marks(), ladder()) == ordinary
    assert rungs(Marks(), ladder(has_rota=False)) == ordinary[1:]
    assert rungs(Marks(harm=True), ladder()) == [{ASHA, MEERA}, {ASHA, RAVI}, {OLGA}]
    assert rungs(Marks(harm=True, urgent=True), ladder()) == [{ASHA, RAVI, MEERA}, {OLGA}]
    assert next_rung(Marks(harm=True, urgent=True), "answer", ladder()) == {ASHA, RAVI, MEERA}


def test_who_was_asked_so_far_are_those_of_the_rungs_that_were_climbed() -> None:
    found = [asked_so_far(Marks(steps={"answer": step}), "answer", ladder()) for step in range(6)]
    assert found[:4] == [set(), {ASHA}, {ASHA, RAVI}, {ASHA, RAVI, MEERA}]
    assert found[4] == found[5] == {ASHA, RAVI, MEERA, OLGA}
    assert asked_so_far(Marks(steps={"answer": 2}), "go_on", ladder()) == set()

"""A child's yes counts for these words and this person, and nobody says it in her place (S20, S31)."""

from datetime import date
from typing import Any

from youthvoice.grievances.actions.hand_over import entries_child_allowed
from youthvoice.threads.entities import CHILD, ThreadEntry

DAY, ASHA, LATA, TOMAS = date(2026, 11, 24), 1, 7, 8


def asks(question: str, *items: str, to: int = LATA, kind: str = "advocate") -> ThreadEntry:
    said = {"ask": "may_know", "to": to, "items": list(items), "question": question}
    return ThreadEntry(kind, ASHA, DAY, said=said)


def says(question: str, answer: str = "yes", by: int = CHILD) -> ThreadEntry:
    said: dict[str, Any] = {"answer": answer, "question": question}
    return ThreadEntry("may_know", by, DAY, said=said)


def test_her_yes_counts_for_the_words_of_that_question_and_for_that_person() -> None:
    said = [asks("one", "aa"), asks("two", "bb", "cc"), asks("three", "dd", to=TOMAS), says("two")]
    assert entries_child_allowed(said, LATA) == {"bb", "cc"}
    assert entries_child_allowed(said, TOMAS) == frozenset()
    assert entries_child_allowed([*said, says("one"), says("three")], LATA) == {"aa", "bb", "cc"}


def test_her_last_answer_counts() -> None:
    assert entries_child_allowed([asks("one", "aa"), says("one"), says("one", "no")], LATA) == frozenset()
    assert entries_child_allowed([asks("one", "aa"), says("one", "no"), says("one")], LATA) == {"aa"}


def test_no_adult_says_yes_in_her_place() -> None:
    assert entries_child_allowed([asks("one", "aa"), says("one", by=ASHA)], LATA) == frozenset()


def test_what_was_never_asked_of_her_is_not_allowed() -> None:
    assert entries_child_allowed([asks("one", "aa", kind="note"), says("one")], LATA) == frozenset()
    assert entries_child_allowed([says("one"), asks("one", "aa")], LATA) == frozenset(), (
        "a yes before the question is none"
    )

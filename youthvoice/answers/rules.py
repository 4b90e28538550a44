"""What counts as an answer, and when it is late. Pure.

Source: STANDARDS.md 9 (an answer due, with a date), 11 (only yes, partly, no because), 13 (silence raises an
alarm).
"""

from collections.abc import Collection
from datetime import date
from typing import Final, Literal

State = Literal["overdue", "due_soon", "due", "coming", "settled"]

TO_CHILDREN: Final = ("yes", "partly", "no_because")
OF_A_TASK: Final = ("done",)
BY_ITSELF: Final = frozenset({"letters"})
"""What is settled by being done, never by saying so: a letter that nobody opened was not looked at."""
WHOLE: Final = ""
MOST_LETTERS: Final = 600  # of a sentence for children
SOON_DAYS: Final = 3


def kinds(kind: str) -> tuple[str, ...]:
    """How something owed may be answered; "noted" is not an answer.

    Args:
        kind: of what is owed, such as `round` or `safety`.
    """
    return TO_CHILDREN if kind == "round" else OF_A_TASK


def refusal(owed_kind: str, part: str, kind: str, words: Collection[str], parts: Collection[str]) -> str | None:
    """Why something is no answer; None when it is one.

    Args:
        owed_kind: of what is owed.
        part: the question that is answered; empty for the whole.
        kind: of the answer.
        words: the sentence for children, or what was done; in every language in which it was said.
        parts: the questions that can be answered one by one.

    Returns:
        `not_an_answer`, `unknown_part`, `reason_missing`, `words_missing`, `too_long` or None.
    """
    if kind not in kinds(owed_kind):
        return "not_an_answer"
    if part != WHOLE and part not in parts:
        return "unknown_part"
    if not any(text.strip() for text in words):
        return "reason_missing" if kind == "no_because" else "words_missing"
    return "too_long" if any(len(text) > MOST_LETTERS for text in words) else None


def is_answered(answered: Collection[str], parts: Collection[str]) -> bool:
    """Whether nothing is owed any more: the whole was answered, or every single part.

    Args:
        answered: the parts with an answer; empty text stands for the whole.
        parts: the parts there are.
    """
    return WHOLE in answered or (bool(parts) and set(parts) <= set(answered))


def state(today: date, due: date, settled_on: date | None, *, ready: bool) -> State:
    """How pressing something is; the day it is due is still in time.

    Args:
        today: at the site.
        due: the day it is owed by.
        settled_on: when it was answered.
        ready: whether it can be answered yet; what cannot be answered is late all the same.
    """
    if settled_on is not None:
        return "settled"
    if today > due:
        return "overdue"
    if not ready:
        return "coming"
    return "due_soon" if (due - today).days <= SOON_DAYS else "due"


def was_late(due: date, settled_on: date | None) -> bool:
    """Whether it was answered, but after its day."""
    return settled_on is not None and settled_on > due

"""What counts as an answer, when it is late, and when children say that it is done. Pure.

Source: STANDARDS.md 9 (an answer due, with a date), 11 (only yes, partly, no because), 13 (silence raises an
alarm), 33 (asked, done, not yet, why).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

State = Literal["overdue", "due_soon", "due", "coming", "settled"]
Really = Literal["confirmed", "opened_again", "wait"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What is the same of everything owed of a kind.

    Attributes:
        to_children: answered yes, partly or no because, in words that children read; else a task that is done.
        after_approval: answered only once an advocate approved what children said.
        by_itself: settled by being done, never by saying so: a letter that nobody opened was not looked at.
        quiet: its row tells nothing, not even that it was answered (`rows`).
        from_a_room: on the children's board in its own words; a round is there with its published view.
        partly_has_a_date: "not yet" says until when.
        in_danger: a child may be hurt: silence goes the way of a report, to the safeguarding leads and then outside.
        of_a_round: its subject begins with a round, which several may be called like.
    """

    to_children: bool = False
    after_approval: bool = False
    by_itself: bool = False
    quiet: bool = False
    from_a_room: bool = False
    partly_has_a_date: bool = False
    in_danger: bool = False
    of_a_round: bool = False

    @property
    def climbs(self) -> bool:
        """Whether silence past the day goes up a rung (`ladder`): where children wait for words, or may be hurt."""
        return self.to_children or self.in_danger


KINDS: Final[Mapping[str, Kind]] = {
    "round": Kind(to_children=True, after_approval=True, of_a_round=True),
    "item": Kind(to_children=True, from_a_room=True),
    "choice": Kind(to_children=True, from_a_room=True, partly_has_a_date=True, of_a_round=True),
    "session": Kind(to_children=True, from_a_room=True),
    "safety": Kind(quiet=True, in_danger=True, of_a_round=True),
    "too_many": Kind(in_danger=True, of_a_round=True),
    "letters": Kind(by_itself=True),
    "suggestions": Kind(by_itself=True),
    "held": Kind(by_itself=True),
}
"""Everything that can be owed: the one place where kinds differ."""

TO_CHILDREN: Final = ("yes", "partly", "no_because")
OF_A_TASK: Final = ("done",)
SAID_YES: Final = frozenset({"yes", "partly"})
"""What may bear a day, and what children are asked about: is it really done?"""
WHOLE: Final = ""
MOST_LETTERS: Final = 600  # of a sentence for children
SOON_DAYS: Final = 3
AGAIN_DAYS: Final = 14
"""How long there is for an answer that was opened again."""
FEWEST_TAPS: Final = 3
_A_YEAR: Final = timedelta(days=366)


def kinds_that(name: str) -> frozenset[str]:
    """The kinds of which something is true.

    Args:
        name: an attribute of `Kind`, such as `climbs`.
    """
    return frozenset(code for code, kind in KINDS.items() if getattr(kind, name))


def kinds(kind: str) -> tuple[str, ...]:
    """How something owed may be answered; "noted" is not an answer.

    Args:
        kind: of what is owed, such as `round` or `safety`.
    """
    return TO_CHILDREN if KINDS[kind].to_children else OF_A_TASK


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


def refusal_of_a_day(owed_kind: str, kind: str, done_by: date | None, today: date) -> str | None:
    """Why the day by which something is done does not fit its answer; None when it does.

    Args:
        owed_kind: of what is owed.
        kind: of the answer.
        done_by: the day; one that is over says since when it is done.
        today: at the site.

    Returns:
        `day_missing` (not yet says until when), `day_of_a_no`, `day_is_over`, `day_too_far` or None.
    """
    not_yet = KINDS[owed_kind].partly_has_a_date and kind == "partly"
    if done_by is None:
        return "day_missing" if not_yet else None
    if kind not in SAID_YES:
        return "day_of_a_no"
    if not_yet and done_by < today:
        return "day_is_over"
    return "day_too_far" if abs(done_by - today) > _A_YEAR else None


def is_answered(answered: Collection[str], parts: Collection[str], opened_again: Collection[str] = ()) -> bool:
    """Whether nothing is owed any more: the whole was answered, or every single part.

    Args:
        answered: the parts with an answer; empty text stands for the whole.
        parts: the parts there are.
        opened_again: parts of which children said that it is not done, and that were not answered since.
    """
    if opened_again:
        return False
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


def may_ask_children(kind: str, done_by: date | None, confirmed_on: date | None, today: date) -> bool:
    """Whether children are asked "is it really done?": of a promise only from its day on, and until they said yes.

    Args:
        kind: of the answer.
        done_by: the day by which it was promised.
        confirmed_on: the day on which children said that it is done.
        today: at the site.
    """
    return kind in SAID_YES and confirmed_on is None and (done_by is None or done_by <= today)


def really(yes: int, not_yet: int) -> Really:
    """What so many taps say together; fewer than three, or as many of each, wait for those of the next day.

    Args:
        yes: taps that said "yes, it is done".
        not_yet: taps that said "not yet".
    """
    if yes + not_yet < FEWEST_TAPS or yes == not_yet:
        return "wait"
    if not_yet > yes:
        return "opened_again"
    return "confirmed" if yes >= FEWEST_TAPS else "wait"

"""What counts as an answer, when it is late, who is asked next, when children say that it is done. Pure.

Source: STANDARDS.md 9 (an answer due, with a date), 11 (only yes, partly, no because), 13 (silence raises an
alarm), 33 (asked, done, not yet, why).

    the owner -> the site's decision-maker -> the advocates
    the advocates -> the safeguarding leads -> the outside recipients, where a child may be hurt

Each has a day; when it has passed in silence, the next is asked. A rung on which nobody stands is left out. On the last
rung it stays until somebody answers: silence never answers anything, and never ends anything. Where a child may be hurt
everybody is asked again and again then.
Source: STANDARDS.md 9, 13 and 17.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args

DueState = Literal["overdue", "due_soon", "due", "coming", "settled"]

TapVerdict = Literal["confirmed", "opened_again", "wait"]


@dataclass(frozen=True, slots=True)
class AnswerDueKind:
    """What is the same of everything owed of a kind.

    Attributes:
        to_children: answered yes, partly or no because, in words that children read; else a task that is done.
        after_approval: answered only once an advocate approved what children said.
        by_itself: settled by being done, never by saying so: a letter that nobody opened was not looked at.
        quiet: its row tells nothing, not even that it was answered (`encryption`).
        has_board_entry: on the children's board in its own words; a round is there with its published view.
        partly_has_a_date: "not yet" says until when.
        in_danger: a child may be hurt: silence goes the way of a report, to the safeguarding leads and then outside.
        of_a_round: its subject begins with a round, which several may be called like.
        of_a_review: about one child: answered on the page of her review, part by part, each with a day and with who
            does it; read by nobody else, and in no figure.
        of_a_gap: children were not asked or not answered: advocates and safeguarding leads see it and may answer it
            from the first day, beside the role that owes it.
    """

    to_children: bool = False
    after_approval: bool = False
    by_itself: bool = False
    quiet: bool = False
    has_board_entry: bool = False
    partly_has_a_date: bool = False
    in_danger: bool = False
    of_a_round: bool = False
    of_a_review: bool = False
    of_a_gap: bool = False

    @property
    def climbs(self) -> bool:
        """Whether silence past the day goes up a rung (`next_rung`): where children wait for words, or may be hurt."""
        return self.to_children or self.in_danger or self.of_a_review or self.of_a_gap


ANSWER_DUE_KINDS: Final[Mapping[str, AnswerDueKind]] = {
    "round": AnswerDueKind(to_children=True, after_approval=True, of_a_round=True),
    "item": AnswerDueKind(to_children=True, has_board_entry=True),
    "choice": AnswerDueKind(to_children=True, has_board_entry=True, partly_has_a_date=True, of_a_round=True),
    "session": AnswerDueKind(to_children=True, has_board_entry=True),
    "safety": AnswerDueKind(quiet=True, in_danger=True, of_a_round=True),
    "too_many": AnswerDueKind(in_danger=True, of_a_round=True),
    "letters": AnswerDueKind(by_itself=True),
    "suggestions": AnswerDueKind(by_itself=True),
    "held": AnswerDueKind(by_itself=True),
    "statement": AnswerDueKind(by_itself=True, of_a_review=True),
    "review": AnswerDueKind(to_children=True, after_approval=True, of_a_review=True),
    "promise": AnswerDueKind(of_a_review=True),
    "care_gap": AnswerDueKind(of_a_gap=True),
}
"""Everything that can be owed: the one place where kinds differ."""

WHOLE: Final = ""

REPLIES_TO_CHILDREN: Final = ("yes", "partly", "no_because")

REPLIES_TO_TASKS: Final = ("done",)

PLAN: Final = "plan"
"""Name of the part of a review that is about the plan as a whole."""

PLAN_OUTCOMES: Final = ("revised", "paused", "kept")
"""What may become of a plan (S30); kept only with reasons."""

SAID_YES: Final = frozenset({"yes", "partly", "revised", "paused"})
"""What may bear a day, and what children are asked about: is it really done?"""

MAX_REPLY_CHARACTERS: Final = 600  # of a sentence for children

SOON_DAYS: Final = 3

AGAIN_DAYS: Final = 14
"""How long there is for an answer that was opened again."""

MIN_TAPS: Final = 3

_A_YEAR: Final = timedelta(days=366)

_OF_WISHES: Final = frozenset({"review", "promise"})

Rung = Literal["owner", "decision_maker", "advocates", "leads", "outside"]

RUNGS: Final[tuple[Rung, ...]] = get_args(Rung)
"""Of all ladders, each before those above it."""

STEP_DAYS: Final = 7
"""How long each has who is asked after the owner; and the owner herself, where she could not answer before her day."""

DANGER_DAYS: Final = 2
"""The same where a child may be hurt; and so often everybody is asked again once the last was asked."""

REMIND_DAYS: Final = 3


def kinds_with(name: str) -> frozenset[str]:
    """The kinds of which something is true.

    Args:
        name: an attribute of `Kind`, such as `climbs`.
    """
    return frozenset(code for code, kind in ANSWER_DUE_KINDS.items() if getattr(kind, name))


def reply_kinds(kind: str, part: str = WHOLE) -> tuple[str, ...]:
    """How something owed may be answered; "noted" is not an answer.

    Args:
        kind: of what is owed, such as `round` or `safety`.
        part: of it; empty for the whole.
    """
    if part == PLAN and ANSWER_DUE_KINDS[kind].of_a_review:
        return PLAN_OUTCOMES
    return REPLIES_TO_CHILDREN if ANSWER_DUE_KINDS[kind].to_children else REPLIES_TO_TASKS


def reply_refusal(owed_kind: str, part: str, kind: str, words: Collection[str], parts: Collection[str]) -> str | None:
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
    if part not in parts and (part != WHOLE or _is_review(owed_kind)):
        return "unknown_part"
    if kind not in reply_kinds(owed_kind, part):
        return "not_an_answer"
    if not any(text.strip() for text in words):
        return "reason_missing" if kind in {"no_because", "kept"} else "words_missing"
    return "too_long" if any(len(text) > MAX_REPLY_CHARACTERS for text in words) else None


def done_day_refusal(owed_kind: str, kind: str, done_by: date | None, today: date) -> str | None:
    """Why the day by which something is done does not fit its answer; None when it does.

    Args:
        owed_kind: of what is owed.
        kind: of the answer.
        done_by: the day; one that is over says since when it is done.
        today: at the site.

    Returns:
        `day_missing` (not yet says until when), `day_of_a_no`, `day_is_over`, `day_too_far` or None.
    """
    not_yet = ANSWER_DUE_KINDS[owed_kind].partly_has_a_date and kind == "partly"
    if done_by is None:
        promised = _is_review(owed_kind) and kind in SAID_YES
        return "day_missing" if not_yet else "day_of_a_promise" if promised else None
    if kind not in SAID_YES:
        return "day_of_a_no"
    if not_yet and done_by < today:
        return "day_is_over"
    return "day_too_far" if abs(done_by - today) > _A_YEAR else None


def is_wish(kind: str, part: str) -> bool:
    """Whether a part is about one wish of a child: nobody learns of it who may not open her words (S31).

    Args:
        kind: of what is owed.
        part: its name; of a promise after the key of its review and a stroke.
    """
    return kind in _OF_WISHES and part.rpartition("/")[2] != PLAN


def only_wishes_wait(kind: str, parts: Collection[str], answered: Collection[str]) -> bool:
    """Whether what waits is about wishes alone: then no ladder climbs, for nobody above may know of them.

    Args:
        kind: of what is owed.
        parts: there are.
        answered: the parts with an answer that stands.
    """
    waits = set(parts) - set(answered)
    return bool(waits) and all(is_wish(kind, part) for part in waits)


def _is_review(owed_kind: str) -> bool:
    """Whether it is decided part by part, each with a day: a wish cannot be dropped (S30)."""
    return owed_kind == "review"


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


def due_state(today: date, due: date, settled_on: date | None, *, ready: bool) -> DueState:
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


def was_answered_late(due: date, settled_on: date | None) -> bool:
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


def tap_verdict(yes: int, not_yet: int) -> TapVerdict:
    """What so many taps say together; fewer than three, or as many of each, wait for those of the next day.

    Args:
        yes: taps that said "yes, it is done".
        not_yet: taps that said "not yet".
    """
    if yes + not_yet < MIN_TAPS or yes == not_yet:
        return "wait"
    if not_yet > yes:
        return "opened_again"
    return "confirmed" if yes >= MIN_TAPS else "wait"


def answer_deadline(due: date, shown_on: date | None, asked_until: date | None) -> date:
    """The last day that is in time for whoever is asked now.

    Args:
        due: the day that children were told.
        shown_on: the day from which it could be answered; None where that was always.
        asked_until: the day of a higher rung; None on the owner's.
    """
    if asked_until is not None:
        return asked_until
    return due if shown_on is None or shown_on <= due else shown_on + timedelta(days=STEP_DAYS)


def next_rung(rung: Rung, last_day: date, today: date, above: Collection[Rung], *, open_: bool = True) -> Rung | None:
    """The rung that is asked now; None while it stays where it is.

    Args:
        rung: who is asked so far.
        last_day: hers, as `until` says.
        today: at the site.
        above: the rungs of its ladder on which somebody stands; those below `rung` mean nothing.
        open_: nobody has answered, and it can be answered.
    """
    if not open_ or today <= last_day:
        return None
    higher = RUNGS[RUNGS.index(rung) + 1 :]
    return next((one for one in higher if one in above), None)


def deadline_of_rung(passed: date, today: date, days: int = STEP_DAYS) -> date:
    """The last day of whoever is asked today.

    Args:
        passed: the day that has passed in silence.
        today: later than that; much later where no work process ran.
        days: that she has.
    """
    return max(passed, today - timedelta(days=1)) + timedelta(days=days)


def is_reminder_due(last_day: date, today: date, reminded_on: date | None) -> bool:
    """Whether whoever is asked is reminded today: three days before her day and on it, once each.

    Args:
        last_day: as `until` says.
        today: at the site; a day on which no work process ran is made up for.
        reminded_on: when she was reminded last.
    """
    marks = [day for day in (last_day - timedelta(days=REMIND_DAYS), last_day) if day <= today]
    return bool(marks) and today <= last_day and (reminded_on is None or reminded_on < marks[-1])

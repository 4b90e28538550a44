"""Rules of answers due: what counts as an answer, when it is late, who is asked next, when children confirm it. Pure.

Source: STANDARDS.md 9 (an answer due, with a date), 11 (only yes, partly, no because), 13 (silence raises an alarm), 33
(asked, done, not yet, why).

    the owner -> the site's decision-maker -> the advocates
    the advocates -> the safeguarding leads -> the outside recipients, where a child may be hurt

Each level has a day. When it passes without an answer, the next level is asked. A level without people is skipped. The
last level keeps it until somebody answers: silence never counts as an answer, and never ends anything. Where a child
may be hurt, everybody is then asked again and again.
Source: STANDARDS.md 9, 13 and 17.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args

from youthvoice.access import permissions

DueState = Literal["overdue", "due_soon", "due", "coming", "settled"]

TapVerdict = Literal["confirmed", "opened_again", "wait"]

DECIDING_ROLES: Final = frozenset(
    {permissions.COORDINATOR, permissions.FACILITATOR, permissions.SAFEGUARDING_LEAD, permissions.REVIEWER}
)
"""Who may be the decision-maker of a site.

Not the advocates, who are asked afterwards; nor the outside recipient, who belongs to another organisation.
"""


@dataclass(frozen=True, slots=True)
class AnswerDueKind:
    """What all answers due of a kind have in common.

    Attributes:
        to_children: answered yes, partly or no because, in a text for children; otherwise a task that is done.
        after_approval: can be answered only once an advocate approved what children said.
        by_itself: settled automatically when the work is done, never by saying so, such as opening letters.
        quiet: its rows do not even tell whether they were answered (`encryption`).
        has_board_entry: shown on the children's board by itself; a round is shown there with its published view.
        partly_has_a_date: `partly` means "not yet", and needs a day.
        in_danger: a child may be hurt: it escalates like a report, to the safeguarding leads and then outside.
        of_a_round: its subject begins with a round; several can have the same name.
        of_a_review: about one child: answered on the page of the review, part by part, each with a day and a person;
            read by nobody else, and in no figure.
        of_a_gap: children were not asked or not answered: advocates and safeguarding leads see it and may answer it
            from the first day, besides the role that owns it.
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
    def escalates(self) -> bool:
        """Whether it escalates after its day (`next_level`): where children wait for an answer, or may be hurt."""
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
"""All kinds of answers due. Their differences are only here."""

WHOLE: Final = ""

REPLIES_TO_CHILDREN: Final = ("yes", "partly", "no_because")

REPLIES_TO_TASKS: Final = ("done",)

PLAN: Final = "plan"
"""Name of the part of a review that is the plan as a whole."""

PLAN_OUTCOMES: Final = ("revised", "paused", "kept")
"""Decisions about a plan (S30); `kept` needs a reason."""

SAID_YES: Final = frozenset({"yes", "partly", "revised", "paused"})
"""Answers that can have a day, and that children are asked to confirm."""

MAX_REPLY_CHARACTERS: Final = 600  # of the text for children

SOON_DAYS: Final = 3

AGAIN_DAYS: Final = 14
"""Days to answer again after children reopened an answer."""

MIN_TAPS: Final = 3

_A_YEAR: Final = timedelta(days=366)

_OF_WISHES: Final = frozenset({"review", "promise"})

Rung = Literal["owner", "decision_maker", "advocates", "leads", "outside"]
"""A level of escalation, as columns store it."""

RUNGS: Final[tuple[Rung, ...]] = get_args(Rung)
"""All levels in order; each kind uses some of them."""

STEP_DAYS: Final = 7
"""Days that each level above the owner has; and the owner, where the answer was impossible before its deadline."""

DANGER_DAYS: Final = 2
"""The same where a child may be hurt; also the interval in which everybody is asked again after the last level."""

REMIND_DAYS: Final = 3


def kinds_with(name: str) -> frozenset[str]:
    """The kinds with a property.

    Args:
        name: an attribute of `AnswerDueKind`, such as `escalates`.
    """
    return frozenset(code for code, kind in ANSWER_DUE_KINDS.items() if getattr(kind, name))


def reply_kinds(kind: str, part: str = WHOLE) -> tuple[str, ...]:
    """The possible answers; "noted" is none of them.

    Args:
        kind: of the answer due, such as `round` or `safety`.
        part: of it; empty for the whole.
    """
    if part == PLAN and ANSWER_DUE_KINDS[kind].of_a_review:
        return PLAN_OUTCOMES
    return REPLIES_TO_CHILDREN if ANSWER_DUE_KINDS[kind].to_children else REPLIES_TO_TASKS


def reply_refusal(due_kind: str, part: str, kind: str, words: Collection[str], parts: Collection[str]) -> str | None:
    """Why something is no answer; None where it is one.

    Args:
        due_kind: of the answer due.
        part: the question; empty for the whole.
        kind: of the answer.
        words: the text for children, or what was done, in all its languages.
        parts: the questions that can be answered one by one.

    Returns:
        `not_an_answer`, `unknown_part`, `reason_missing`, `words_missing`, `too_long` or None.
    """
    if part not in parts and (part != WHOLE or _is_review(due_kind)):
        return "unknown_part"
    if kind not in reply_kinds(due_kind, part):
        return "not_an_answer"
    if not any(text.strip() for text in words):
        return "reason_missing" if kind in {"no_because", "kept"} else "words_missing"
    return "too_long" if any(len(text) > MAX_REPLY_CHARACTERS for text in words) else None


def done_day_refusal(
    due_kind: str, kind: str, done_by: date | None, today: date, last_day: date | None = None
) -> str | None:
    """Why the day by which something is done does not fit its answer; None where it does.

    Args:
        due_kind: of the answer due.
        kind: of the answer.
        done_by: the day; a past one says since when it is done.
        today: at the site.
        last_day: of a site that closes.

    Returns:
        `day_missing` (of a `not yet`), `day_of_a_promise`, `day_of_a_no`, `day_is_over`, `day_after_last`,
        `day_too_far` or None.
    """
    not_yet = ANSWER_DUE_KINDS[due_kind].partly_has_a_date and kind == "partly"
    if done_by is None:
        promised = _is_review(due_kind) and kind in SAID_YES
        return "day_missing" if not_yet else "day_of_a_promise" if promised else None
    if kind not in SAID_YES:
        return "day_of_a_no"
    if not_yet and done_by < today:
        return "day_is_over"
    if last_day is not None and done_by > last_day:
        return "day_after_last"
    return "day_too_far" if abs(done_by - today) > _A_YEAR else None


def is_wish(kind: str, part: str) -> bool:
    """Whether a part is about one wish of a child, of which only people who may open the statement may know (S31).

    Args:
        kind: of the answer due.
        part: its name; of a promise with the key of its review and a slash before it.
    """
    return kind in _OF_WISHES and part.rpartition("/")[2] != PLAN


def only_wishes_wait(kind: str, parts: Collection[str], answered: Collection[str]) -> bool:
    """Whether only wishes wait: then nothing escalates, because nobody above may know of them.

    Args:
        kind: of the answer due.
        parts: all parts.
        answered: the parts with a present answer.
    """
    waits = set(parts) - set(answered)
    return bool(waits) and all(is_wish(kind, part) for part in waits)


def _is_review(due_kind: str) -> bool:
    """Whether it is decided part by part, each with a day: no wish can be dropped (S30)."""
    return due_kind == "review"


def is_answered(answered: Collection[str], parts: Collection[str], opened_again: Collection[str] = ()) -> bool:
    """Whether everything is answered: the whole, or every part.

    Args:
        answered: the parts with an answer; an empty name is the whole.
        parts: all parts.
        opened_again: parts that children reopened and that were not answered since.
    """
    if opened_again:
        return False
    return WHOLE in answered or (bool(parts) and set(parts) <= set(answered))


def due_state(today: date, due: date, settled_on: date | None, *, ready: bool) -> DueState:
    """How urgent it is; the deadline itself is still in time.

    Args:
        today: at the site.
        due: its deadline.
        settled_on: when it was answered.
        ready: whether it can be answered yet; it can be overdue even before that.
    """
    if settled_on is not None:
        return "settled"
    if today > due:
        return "overdue"
    if not ready:
        return "coming"
    return "due_soon" if (due - today).days <= SOON_DAYS else "due"


def was_answered_late(due: date, settled_on: date | None) -> bool:
    """Whether it was answered after its deadline."""
    return settled_on is not None and settled_on > due


def may_ask_children(kind: str, done_by: date | None, confirmed_on: date | None, today: date) -> bool:
    """Whether children are asked to confirm: of a promise only from its day on, and until they confirmed it.

    Args:
        kind: of the answer.
        done_by: the day of the promise.
        confirmed_on: the day on which children confirmed it.
        today: at the site.
    """
    return kind in SAID_YES and confirmed_on is None and (done_by is None or done_by <= today)


def tap_verdict(yes: int, not_yet: int) -> TapVerdict:
    """What the taps say together.

    Fewer than three in all, a tie, or fewer than three that say yes wait for those of the next day: it takes three
    children to say that it is done, and a majority of three to say that it is not.

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
    """The last day in time for the level that is asked now.

    Args:
        due: the day that children were told.
        shown_on: the day from which it could be answered; None where it always could.
        asked_until: the deadline of a higher level; None on the owner's.
    """
    if asked_until is not None:
        return asked_until
    return due if shown_on is None or shown_on <= due else shown_on + timedelta(days=STEP_DAYS)


def next_level(rung: Rung, last_day: date, today: date, above: Collection[Rung], *, open_: bool = True) -> Rung | None:
    """The next level to ask; None where the present one stays.

    Args:
        rung: the level that is asked now.
        last_day: its deadline.
        today: at the site.
        above: the levels with people; those below `rung` have no effect.
        open_: whether nobody has answered, and it can be answered.
    """
    if not open_ or today <= last_day:
        return None
    higher = RUNGS[RUNGS.index(rung) + 1 :]
    return next((level for level in higher if level in above), None)


def deadline_of_level(passed: date, today: date, days: int = STEP_DAYS) -> date:
    """The last day in time for a level that is asked today.

    Args:
        passed: the deadline that passed.
        today: later than that; much later where no work process ran.
        days: how many the level has.
    """
    return max(passed, today - timedelta(days=1)) + timedelta(days=days)


def is_reminder_due(last_day: date, today: date, reminded_on: date | None) -> bool:
    """Whether a reminder is due today: three days before the deadline and on it, once each.

    Args:
        last_day: the deadline.
        today: at the site; a day on which no work process ran is made up for.
        reminded_on: the day of the last reminder.
    """
    reminder_days = [day for day in (last_day - timedelta(days=REMIND_DAYS), last_day) if day <= today]
    return bool(reminder_days) and today <= last_day and (reminded_on is None or reminded_on < reminder_days[-1])

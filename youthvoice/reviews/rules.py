"""Rules of reviews: valid values, days by which something is due, reasons to refuse. Pure.

    opened -> an advocate carries it -> the child is asked -> the child prepares a statement, or chooses not to
    -> the day: chosen readers open it -> a decision for every wish and for the plan -> the child reads it

Until the day the child may change the statement or take it back; from the day on it counts.
Source: STANDARDS.md S9 (an answer due), S29 to S32; DESIGN.md 5, "A review".
"""

import re
from datetime import date, timedelta
from typing import Final, Literal

Stage = Literal["opened", "preparing", "deciding", "planned", "decided"]
"""`planned` means that the plan is decided. A reader who may not know of wishes sees no later stage."""

WordsOfChild = Literal["given", "taken_back", "asked", "nobody_asked"]

CARE_STEPS: Final = ("admission", "recovery", "reintegration", "aftercare")
"""The steps of care; a child is asked at each (S32)."""

REVIEW_KINDS: Final = ("first", "regular", "wish", "release")
"""The first one after admission, a regular one, one that the child asked for, the one before release."""

OFFER_OUTCOMES: Final = ("prepares", "chose_not")

ATTENDANCE: Final = ("there", "part", "not_there")

PACK_PARTS: Final = ("words", "voice", "earlier")
"""What goes to another organisation besides decisions: the statement, the recording, decisions of earlier reviews."""

YES_WAYS: Final = ("spoken", "written", "interpreter", "page")
"""How the child agreed: to the advocate, in writing or a drawing, with an interpreter, on their own page."""

BESIDE_ADVOCATE: Final = YES_WAYS[:3]
"""The ways that the advocate records."""

LEGAL_GROUND: Final = "legal_ground"
"""The value in place of a way where the child did not agree."""

LEGAL_GROUNDS: Final = ("court_order", "transfer", "law")
"""An order of a court; an order that moves the child to another organisation's care; a paragraph of a law."""

GROUNDS_WITH_WORDS: Final = frozenset({"court_order"})
"""Grounds on which the statement can go without consent, where the order asks for it; the recording never goes."""

TOLD_BEFORE: Final = ("told", "not_reached", "danger")
"""The advocate told the child before; nobody could reach the child; telling before would be a danger to somebody."""

MAX_PROPOSALS: Final = 6
"""The child is asked at most this often about one review, so that nobody asks until the child agrees."""


def parts_on_ground(code: str, *, asks_for_words: bool, earlier: bool) -> tuple[str, ...]:
    """What goes on a legal ground besides decisions: no more than the ground needs (S20, S31).

    Args:
        code: of `LEGAL_GROUNDS`.
        asks_for_words: whether the order itself asks for the statement.
        earlier: whether decisions of earlier reviews go too.
    """
    words = ("words",) if asks_for_words and code in GROUNDS_WITH_WORDS else ()
    return (*words, *(("earlier",) if earlier else ()))


MAX_CASE_CHARACTERS: Final = 40

MAX_DAYS_AHEAD: Final = 366

OFFER_DAYS: Final = 2
"""The child is asked at least this many days before the review."""

DECISION_DAYS: Final = 7
"""Every wish has its decision within this many days after the review."""

AGAIN_DAYS: Final = 14
"""A new decision that the child asked for takes at most this many days."""

MAX_OPENINGS: Final = 60
"""The newest openings of a review, or of a link to it, that are kept."""

_WORD: Final = re.compile(r"[^\W\d_]{2,}")

_MAX_CAPITALS: Final = 4

_CASE_NUMBER: Final = re.compile(r"[^\W_](?:[\w ./-]*[^\W_])?")


def case_number_refusal(text: str) -> str | None:
    """Why a text is no case number; None where it is one.

    A case number has a digit. It is one line of letters, digits, spaces and ``. / - _``. It is neither a date nor a
    telephone number, which tell who the child is like a name does. Letters side by side are capitals, at most four:
    anything else may be a name.

    Returns:
        `case_missing`, `case_too_long`, `case_shape`, `case_word`, `case_is_a_day`, `case_is_a_number` or None.
    """
    number = text.strip()
    if not number:
        return "case_missing"
    if len(number) > MAX_CASE_CHARACTERS:
        return "case_too_long"
    if not _CASE_NUMBER.fullmatch(number) or not any(sign.isdigit() for sign in number):
        return "case_shape"
    if _HAS_A_DAY.search(number):
        return "case_is_a_day"
    if any(not word.isupper() or len(word) > _MAX_CAPITALS for word in _WORD.findall(number)):
        return "case_word"
    digits = sum(sign.isdigit() for sign in number)
    has_only_digits = digits >= _MIN_SPACED_DIGITS and not any(sign.isalpha() for sign in number)
    return "case_is_a_number" if has_only_digits or _HAS_MANY_DIGITS.search(number) else None


_HAS_A_DAY: Final = re.compile(
    r"(?<!\d)(?:\d{1,2}[ ./-]\d{1,2}[ ./-]\d{2,4}|\d{4}[ ./-]\d{1,2}[ ./-]\d{1,2}|\d{1,2} ?[^\W\d_]{3,} ?\d{2,4})(?!\d)"
)

_HAS_MANY_DIGITS: Final = re.compile(r"\d{8,}")
"""A telephone number without spaces, also beside letters."""

_MIN_SPACED_DIGITS: Final = 9
"""A text without a letter and with this many digits is a telephone number, however its digits are grouped."""


def day_refusal(day: date, today: date, last_day: date | None = None) -> str | None:
    """Why a review cannot be on a day; None where it can.

    Args:
        day: of the review.
        today: at the site.
        last_day: of a site that closes.

    Returns:
        `day_is_over`, `day_after_last`, `day_too_far` or None. Today is possible: the child can still be asked before.
    """
    if day < today:
        return "day_is_over"
    if last_day is not None and day > last_day:
        return "day_after_last"
    return "day_too_far" if day > today + timedelta(days=MAX_DAYS_AHEAD) else None


def offer_due(day: date, opened_on: date) -> date:
    """The last day in time to ask the child: two days before the review, but not before it was opened."""
    return max(opened_on, day - timedelta(days=OFFER_DAYS))


def decisions_due(day: date) -> date:
    """The last day in time for a decision."""
    return day + timedelta(days=DECISION_DAYS)


def again_due(today: date) -> date:
    """The last day in time for a new decision that the child asked for."""
    return today + timedelta(days=AGAIN_DAYS)


def can_change(day: date, today: date) -> bool:
    """Whether the child may still change or take back the statement: until the end of the day before the review."""
    return today < day


AskingAlarm = Literal["nobody_asked", "asked_late"]


def is_asked_in_time(asked_on: date | None, day: date, opened_on: date) -> bool:
    """Whether the child was asked with time to think; a later day of the review gives that time again (S29)."""
    return asked_on is not None and asked_on <= offer_due(day, opened_on)


def asking_alarm(
    words: WordsOfChild, asked_on: date | None, day: date, opened_on: date, today: date
) -> AskingAlarm | None:
    """What is wrong about asking the child; None until the last day in time is over (S29).

    Asked too late stays too late: recording it afterwards gives the child no time. Where the child made a statement all
    the same, it is no alarm, because nobody can do anything about it now; the review and the figures of steps of care
    show it.

    Args:
        words: whether there is a statement.
        asked_on: the first day on which the child was asked, or made a statement.
        day: of the review.
        opened_on: the day on which it was opened.
        today: at the site.
    """
    if words == "nobody_asked":
        return "nobody_asked" if today > offer_due(day, opened_on) else None
    return "asked_late" if words == "asked" and not is_asked_in_time(asked_on, day, opened_on) else None


def is_decision_late(day: date, today: date, look_until: date | None = None) -> bool:
    """Whether a waiting decision is late (S9).

    Args:
        day: of the review.
        today: at the site.
        look_until: the day of a new decision about a wish, as far as the reader may know of it.
    """
    return today > (look_until or decisions_due(day))


WEEK: Final = timedelta(days=7)
"""The time after which the people who may know of a waiting wish are asked again."""


def may_ask_about_wishes(due: date, asked_on: date | None, today: date) -> bool:
    """Whether the people who may know of a waiting wish, or a promise for one, are asked today.

    Args:
        due: the last day in time.
        asked_on: when they were last asked; None where they never were.
        today: at the site.
    """
    return today >= due and (asked_on is None or today >= asked_on + WEEK)


def fold_case_number(number: str) -> str:
    """A case number for comparison: capitals and spaces do not matter."""
    return "".join(number.split()).casefold()


PromiseState = Literal["kept", "open", "late", "said_done"]


def promise_state(promised_on: date, done_by: date, confirmed_on: date | None, today: date) -> tuple[PromiseState, int]:
    """The state of a promise on a day; only the child says that it is kept (S30).

    Args:
        promised_on: the day of the decision.
        done_by: the day by which it is done. A day before the decision means that it was done then.
        confirmed_on: the day on which the child confirmed it; None before.
        today: at the site.

    Returns:
        The state, and by how many days it is late or was kept too late; 0 otherwise.
    """
    is_done = done_by < promised_on
    if confirmed_on is not None:
        return "kept", 0 if is_done else max(0, (confirmed_on - done_by).days)
    if is_done:
        return "said_done", 0
    return ("late", (today - done_by).days) if today > done_by else ("open", 0)

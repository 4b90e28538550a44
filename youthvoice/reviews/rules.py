"""What a review may be, by when what is owed, and what is refused. Pure.

    opened -> an advocate carries it -> the child is asked -> she prepares a statement, or chooses not to
    -> the day: chosen readers open it -> a decision for every wish and for the plan -> she reads it

Until the day she may change what she said, or take it back; from the day on it counts.
Source: STANDARDS.md S9 (an answer due), S29 to S32; DESIGN.md 5, "A review".
"""

import re
from datetime import date, timedelta
from typing import Final, Literal

Stage = Literal["opened", "preparing", "deciding", "planned", "decided"]
"""`planned`, the plan is decided, is all that whoever may not know of wishes ever reads of it."""

WordsOfChild = Literal["given", "taken_back", "asked", "nobody_asked"]

CARE_STEPS: Final = ("admission", "recovery", "reintegration", "aftercare")
"""The steps at each of which a child is asked (S32)."""

REVIEW_KINDS: Final = ("first", "regular", "wish", "release")
"""The first one after she came, one by the calendar, one that she asked for, the one before she leaves."""

OFFER_OUTCOMES: Final = ("prepares", "chose_not")

ATTENDANCE: Final = ("there", "part", "not_there")

PACK_PARTS: Final = ("words", "voice", "earlier")
"""What goes to another organisation besides the decisions: what she said, her voice, what earlier reviews decided."""

YES_WAYS: Final = ("spoken", "written", "interpreter", "page")
"""How the child said yes: to her advocate, in writing or a drawing, with an interpreter, on her own page."""

BESIDE_ADVOCATE: Final = YES_WAYS[:3]
"""Those that her advocate writes down."""

LEGAL_GROUND: Final = "legal_ground"
"""Stands where a way of saying yes does: it was none of hers."""

LEGAL_GROUNDS: Final = ("court_order", "transfer", "law")
"""An order of a court; an order that moves her to the care of others; a paragraph that asks for it."""

GROUNDS_WITH_WORDS: Final = frozenset({"court_order"})
"""On which her words can go without her yes, where the order itself asks for them; her voice never does."""

TOLD_BEFORE: Final = ("told", "not_reached", "danger")
"""The advocate told her before; nobody could reach her; telling her before would be a danger to somebody."""

MAX_PROPOSALS: Final = 6
"""So often the pack of one review is proposed at most: nobody is asked until she says yes."""


def parts_on_ground(code: str, *, asks_for_words: bool, earlier: bool) -> tuple[str, ...]:
    """What goes on a legal ground besides what is decided: never more than the ground needs (S20, S31).

    Args:
        code: of `LEGAL_GROUNDS`.
        asks_for_words: whether the order itself asks for what she said.
        earlier: whether what earlier reviews decided goes, too.
    """
    words = ("words",) if asks_for_words and code in GROUNDS_WITH_WORDS else ()
    return (*words, *(("earlier",) if earlier else ()))


MAX_CASE_CHARACTERS: Final = 40

MAX_DAYS_AHEAD: Final = 366

OFFER_DAYS: Final = 2
"""So many days before the review she was asked at the latest."""

DECISION_DAYS: Final = 7
"""So many days after it every wish has its decision, in a sentence for her."""

AGAIN_DAYS: Final = 14
"""So long a new look takes at most that she asked for."""

_WORD: Final = re.compile(r"[^\W\d_]{2,}")

_LONGEST_OF_CAPITALS: Final = 4

_CASE_NUMBER: Final = re.compile(r"[^\W_](?:[\w ./-]*[^\W_])?")


def case_number_refusal(text: str) -> str | None:
    """Why something is no case number; None when it is one.

    A case number has a digit, is one line of letters, digits and ``. / -``, and is neither a day nor a telephone
    number: those tell who the child is, as a name does. Letters stand in capitals, four in a row at most: anything else
    may be a name, too.

    Returns:
        `case_missing`, `case_too_long`, `case_shape`, `case_word`, `case_is_a_day`, `case_is_a_number` or None.
    """
    said = text.strip()
    if not said:
        return "case_missing"
    if len(said) > MAX_CASE_CHARACTERS:
        return "case_too_long"
    if not _CASE_NUMBER.fullmatch(said) or not any(sign.isdigit() for sign in said):
        return "case_shape"
    if _HAS_A_DAY.search(said):
        return "case_is_a_day"
    if any(not one.isupper() or len(one) > _LONGEST_OF_CAPITALS for one in _WORD.findall(said)):
        return "case_word"
    digits = sum(sign.isdigit() for sign in said)
    all_digits = digits >= _DIGITS_OF_A_PHONE and not any(sign.isalpha() for sign in said)
    return "case_is_a_number" if all_digits or _HAS_A_NUMBER.search(said) else None


_HAS_A_DAY: Final = re.compile(
    r"(?<!\d)(?:\d{1,2}[ ./-]\d{1,2}[ ./-]\d{2,4}|\d{4}[ ./-]\d{1,2}[ ./-]\d{1,2}|\d{1,2} ?[^\W\d_]{3,} ?\d{2,4})(?!\d)"
)

_HAS_A_NUMBER: Final = re.compile(r"\d{8,}")

_DIGITS_OF_A_PHONE: Final = 9


def day_refusal(day: date, today: date) -> str | None:
    """Why a review cannot be on a day.

    Args:
        day: of the review.
        today: at the site.

    Returns:
        `day_is_over`, `day_too_far` or None; today is still a day on which she can be asked first.
    """
    if day < today:
        return "day_is_over"
    return "day_too_far" if day > today + timedelta(days=MAX_DAYS_AHEAD) else None


def offer_due(day: date, opened_on: date) -> date:
    """The last day on which asking her is in time: two days before the review, or at once where that is over."""
    return max(opened_on, day - timedelta(days=OFFER_DAYS))


def decisions_due(day: date) -> date:
    """The last day on which a decision is in time."""
    return day + timedelta(days=DECISION_DAYS)


def again_due(today: date) -> date:
    """The last day on which a new look that she asked for is in time."""
    return today + timedelta(days=AGAIN_DAYS)


def can_change(day: date, today: date) -> bool:
    """Whether she may still change her statement or take it back: until the day before the review has ended."""
    return today < day


AskingAlarm = Literal["nobody_asked", "asked_late"]


def is_asked_in_time(asked_on: date | None, day: date, opened_on: date) -> bool:
    """Whether she was asked while she had time to think; a day that is moved gives her that time again (S29)."""
    return asked_on is not None and asked_on <= offer_due(day, opened_on)


def asking_alarm(
    words: WordsOfChild, asked_on: date | None, day: date, opened_on: date, today: date
) -> AskingAlarm | None:
    """What is wrong about asking her; nothing before the last day on which it is in time is over (S29).

    Asked too late stays what it is: that it is written down afterwards gives her no time. Where she gave a statement
    all the same it is no alarm, for there is nothing that anybody could still do; her review and the figures of steps
    of care say it.

    Args:
        words: whether there are words of hers.
        asked_on: the first day on which she was asked, or said something.
        day: of the review.
        opened_on: the day on which it was opened.
        today: at the site.
    """
    if words == "nobody_asked":
        return "nobody_asked" if today > offer_due(day, opened_on) else None
    return "asked_late" if words == "asked" and not is_asked_in_time(asked_on, day, opened_on) else None


def is_decision_late(day: date, today: date, look_until: date | None = None) -> bool:
    """Whether a decision that waits is late (S9).

    Args:
        day: of the review.
        today: at the site.
        look_until: the day of a new look that she asked for at a wish, as far as the reader may know of it.
    """
    return today > (look_until or decisions_due(day))


WEEK: Final = timedelta(days=7)
"""So often those are asked anew who may know that a wish waits."""


def may_ask_about_wishes(due: date, asked_on: date | None, today: date) -> bool:
    """Whether those who may know of it are asked today about a wish, or a promise for one, that waits.

    Args:
        due: the last day that is in time.
        asked_on: when they were asked last; None where they never were.
        today: at the site.
    """
    return today >= due and (asked_on is None or today >= asked_on + WEEK)


def same_case(number: str) -> str:
    """A case number as it is compared: two that differ in capitals or blanks are one."""
    return "".join(number.split()).casefold()


PromiseState = Literal["kept", "open", "late", "said_done"]


def promise_state(promised_on: date, done_by: date, confirmed_on: date | None, today: date) -> tuple[PromiseState, int]:
    """What became of a promise on a day; nobody but the child says that it is kept (S30).

    Args:
        promised_on: the day on which it was decided.
        done_by: the day by which it is done; one that was over when it was decided says since when it is done.
        confirmed_on: the day on which she said that it is done; None while she did not.
        today: at the site.

    Returns:
        Its state, and by how many days it is late or was kept too late; 0 where it is not.
    """
    is_done = done_by < promised_on
    if confirmed_on is not None:
        return "kept", 0 if is_done else max(0, (confirmed_on - done_by).days)
    if is_done:
        return "said_done", 0
    return ("late", (today - done_by).days) if today > done_by else ("open", 0)

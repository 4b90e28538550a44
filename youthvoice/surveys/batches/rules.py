"""When a batch closes, and how. Pure.

Source: PRIVACY.md A1 (ten, a tenth more than invited, fourteen days for the tablets, care rounds), A9
(safety), A11 (choices).
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from youthvoice.context import day_at
from youthvoice.privacy.disclosure.bands import MIN_BATCH
from youthvoice.privacy.keys.key_names import quarter_of
from youthvoice.surveys.questionnaires.answer_encoding import Counts
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire

Wait = Literal["not_ended", "tablets", "quarter_end", "under_ten", "invited_number", "key_gone", "unreadable"]

Outcome = Literal["counted", "chosen", "too_few", "too_many", "discarded"]

Step = Literal["run_on", "look"]

Ties = Literal["first", "lot", "both"]
"""How a tie ends: with what stands first, by lot, or both are told; where three or more are alike, always by lot."""

Draw = Callable[[Sequence[str]], str]

MIN_VOTES: Final = 5  # of a choice

MAX_TOLD_WINNERS: Final = 2  # that may be told after a tie; more would tell too much, and decide nothing

TABLETS_DAYS: Final = 14  # how long a tablet may take to empty its queue

PATIENCE_DAYS: Final = 365  # then what cannot be counted is given up

SAFETY_DAYS: Final = 3  # the advocates talk with the group by then

TOO_MANY_DAYS: Final = 7  # the advocates have looked why by then


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchState:
    """Where a batch that is not closed stands.

    Attributes:
        purpose: of its round.
        starts_at: first moment.
        ends_at: the first moment after it; of waves that cards link, after both.
        invited: children; 0 while a care round waits for the number.
        sheets: responses that are stored.
        readable: those that open; differs from `sheets` only where something was altered or a key is lost.
        tablets_waiting: names of the tablets of its sites that may hold something from before its end. A tablet
            without an offline queue is empty.
        looked: the quarter in which a care round was last looked at, such as `2026Q4`; None before the first
            time.
        time_zone: of its first site.
        key_gone: whether there are sheets and no key.
        pairs: children who answered both waves, where cards link them; None elsewhere.
        cards_misused: whether a card came twice in one wave, or more came than were dealt (T8).
        first_wave_ends_at: of waves that cards link; None elsewhere.
    """

    purpose: str
    starts_at: datetime
    ends_at: datetime
    invited: int
    sheets: int
    readable: int
    tablets_waiting: tuple[str, ...]
    looked: str | None
    time_zone: str
    key_gone: bool = False
    pairs: int | None = None
    cards_misused: bool = False
    first_wave_ends_at: datetime | None = None

    @property
    def counted(self) -> int:
        """How many children would be counted."""
        return self.readable if self.pairs is None else self.pairs


@dataclass(frozen=True, slots=True)
class BatchDecision:
    """What happens to a batch now.

    Attributes:
        code: what it waits for, how it closes, or a step of a care round: `run_on` ends it and opens its
            successor, `look` remembers that this quarter began below ten.
        until: the moment a wait ends at the latest; None where nobody can say.
        tablets: names of those that it waits for.
    """

    code: Wait | Outcome | Step
    until: datetime | None = None
    tablets: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome | None:
        """How it closes; None while it does not."""
        code = self.code
        if code in {"counted", "chosen", "too_few", "too_many", "discarded"}:
            return code
        return None


def decide_without_opening(batch_state: BatchState, now: datetime) -> BatchDecision | None:
    """What a batch waits for that needs no sheet to be opened or counted; None where its sheets matter."""
    if now < batch_state.ends_at:
        return _before_its_end(batch_state, now)
    tablets_until = batch_state.ends_at + timedelta(days=TABLETS_DAYS)
    if batch_state.tablets_waiting and now < tablets_until and batch_state.purpose != "choice":
        return BatchDecision("tablets", tablets_until, batch_state.tablets_waiting)
    return None


def _before_its_end(batch_state: BatchState, now: datetime) -> BatchDecision | None:
    if batch_state.purpose != "care":
        first = batch_state.first_wave_ends_at
        is_due = first is not None and now >= first and batch_state.looked is None
        is_waited_for = first is not None and batch_state.tablets_waiting and now < first + timedelta(days=TABLETS_DAYS)
        return None if is_due and not is_waited_for else BatchDecision("not_ended", batch_state.ends_at)
    seen = batch_state.looked or quarter_at(batch_state.starts_at, batch_state.time_zone)
    if quarter_at(now, batch_state.time_zone) != seen:
        return None
    waits: Wait = "under_ten" if batch_state.looked else "quarter_end"
    return BatchDecision(waits, min(batch_state.ends_at, next_quarter(now, batch_state.time_zone)))


def decide_batch(batch_state: BatchState, now: datetime) -> BatchDecision:
    """What happens to a batch at a moment.

    A care round is looked at once a quarter: closing when the tenth sheet arrives would tell when it arrived.
    """
    if waits := decide_without_opening(batch_state, now):
        return waits
    if now < batch_state.ends_at and batch_state.first_wave_ends_at is not None:
        return _hindrance(batch_state) or BatchDecision("look", batch_state.ends_at)
    if now < batch_state.ends_at:
        return _at_a_quarters_end(batch_state, now)
    if waits := _hindrance(batch_state):
        return BatchDecision("discarded") if now >= batch_state.ends_at + timedelta(days=PATIENCE_DAYS) else waits
    return BatchDecision(_outcome(batch_state))


def _outcome(batch_state: BatchState) -> Outcome:
    if batch_state.purpose == "care" and batch_state.readable < MIN_BATCH:
        return "too_few"
    if batch_state.cards_misused or has_too_many_responses(batch_state.sheets, batch_state.invited):
        return "too_many"
    if batch_state.purpose == "choice":
        return "chosen" if batch_state.readable >= MIN_VOTES else "too_few"
    return "counted" if batch_state.counted >= MIN_BATCH else "too_few"


def _at_a_quarters_end(batch_state: BatchState, now: datetime) -> BatchDecision:
    year_is_over = now >= batch_state.starts_at + timedelta(days=PATIENCE_DAYS)
    if batch_state.sheets >= MIN_BATCH or year_is_over:
        return BatchDecision("run_on")
    return BatchDecision("look", min(batch_state.ends_at, next_quarter(now, batch_state.time_zone)))


def _hindrance(batch_state: BatchState) -> BatchDecision | None:
    if batch_state.key_gone:
        return BatchDecision("key_gone")
    if batch_state.sheets and not batch_state.readable:
        return BatchDecision("unreadable")
    if batch_state.purpose == "care" and not batch_state.invited and batch_state.sheets >= MIN_BATCH:
        return BatchDecision("invited_number")
    return None


def has_too_many_responses(sheets: int, invited: int) -> bool:
    """Whether over a tenth more sheets arrived than children were invited."""
    return sheets * 10 > invited * 11


def find_winners(
    questionnaire: Questionnaire,
    counts: dict[str, dict[str, int]],
    sheets: int,
    ties: Ties = "first",
    draw: Draw = secrets.choice,
) -> dict[str, tuple[str, ...]]:
    """What won, by question: the most votes, a tie ending by the rule that was chosen before.

    Args:
        questionnaire: a choice.
        counts: from `tally_answers`.
        sheets: responses in all.
        ties: how a tie ends.
        draw: draws the lot.

    Returns:
        The key of the winner, or of both, for every question with five votes or more; no count.
    """
    return {
        question.name: _won(question.keys, counts[question.name], ties, draw)
        for question in questionnaire.coded
        if count_votes(counts[question.name], sheets) >= MIN_VOTES
        and any(counts[question.name][key] for key in question.keys)
    }


def _won(keys: Sequence[str], counts: Counts, ties: Ties, draw: Draw) -> tuple[str, ...]:
    most = max(counts[key] for key in keys)
    best = [key for key in keys if counts[key] == most]
    if len(best) == 1 or ties == "first":
        return (best[0],)
    if ties == "both" and len(best) == MAX_TOLD_WINNERS:
        return tuple(best)
    return (draw(best),)


def count_votes(counts: Counts, sheets: int) -> int:
    """Children who chose something in a question, out of all sheets."""
    return sheets - counts["dont_know"] - counts["did_not_say"]


def quarter_at(moment: datetime, time_zone: str) -> str:
    """The quarter it is at a site, such as `2026Q4`."""
    return quarter_of(day_at(moment, time_zone))


def next_quarter(moment: datetime, time_zone: str) -> datetime:
    """The first moment of the next quarter at a site."""
    local = moment.astimezone(ZoneInfo(time_zone))
    month = (local.month - 1) // 3 * 3 + 4
    year, month = (local.year + 1, 1) if month > 12 else (local.year, month)  # noqa: PLR2004 - months
    return datetime(year, month, 1, tzinfo=ZoneInfo(time_zone))

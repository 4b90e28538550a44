"""Decide when a batch closes, and with which outcome. Pure.

Source: PRIVACY.md A1 (ten, a tenth more than invited, fourteen days for the tablets, care rounds), A9
(safety), A11 (choices).
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from youthvoice.context import day_at
from youthvoice.privacy.disclosure.bands import MIN_BATCH
from youthvoice.privacy.keys.key_names import quarter_name
from youthvoice.surveys.questionnaires.answer_encoding import Counts
from youthvoice.surveys.questionnaires.questionnaire import FEEDBACK, Questionnaire
from youthvoice.surveys.rounds.entities import RUNS_ON, midnight_at
from youthvoice.surveys.rounds.rules import first_day_of_next_quarter

Wait = Literal[
    "not_ended", "tablets", "quarter_end", "under_ten", "invited_number", "key_gone", "unreadable", "late_taps"
]

Outcome = Literal["counted", "chosen", "too_few", "too_many", "discarded"]

Step = Literal["run_on", "look"]

Ties = Literal["first", "lot", "both"]
"""How a tie ends: the first option wins, a lot decides, or both are published; among three or more always by lot."""

Draw = Callable[[Sequence[str]], str]

MIN_VOTES: Final = 5  # of a choice

MAX_PUBLISHED_WINNERS: Final = 2  # after a tie; more would disclose too much and decide nothing

TABLETS_DAYS: Final = 14  # how long a tablet may take to empty its queue

PATIENCE_DAYS: Final = 365  # then a batch that cannot be counted is discarded, and a care round ends with few answers

SAFETY_DAYS: Final = 3  # by then the advocates talk with the group

FEEDBACK_DAYS: Final = 30  # from the closing on, for the answer to what children said of answers

TOO_MANY_DAYS: Final = 7  # by then the advocates check why

_TABLET_CHECKS: Final = timedelta(minutes=10)  # a batch that waits for tablets is not checked at each delivery

_OBSTACLE_CHECKS: Final = timedelta(hours=1)  # of a lost key that somebody may put back

_LONGEST_WAIT: Final = timedelta(days=1)  # then a batch is checked whatever its dates say: a clock may have been wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchState:
    """What the rules know about a batch that is not closed.

    Attributes:
        purpose: of its round.
        starts_at: first moment.
        ends_at: the first moment after it; where cards link two waves, after both.
        invited: number of children; 0 while a care round waits for it.
        responses: how many are stored; where cards link two waves, in the larger one.
        readable: how many of them can be decrypted: all, unless one was altered or a key is lost; where cards link two
            waves, of both.
        tablets_waiting: names of tablets of its sites that may still hold responses from before its end. A tablet
            without an offline queue is empty.
        looked: the quarter, such as `2026Q4`, in which the batch was last checked while it stays open: a care round,
            or two waves that cards link, once the first is over. None before the first check.
        time_zone: of its first site.
        key_gone: whether there are responses and no key.
        pairs: how many children answered both waves, where cards link them; None elsewhere.
        cards_misused: whether a card was used twice in one wave, or more were used than were dealt (T8).
        first_wave_ends_at: where cards link two waves; None elsewhere.
    """

    purpose: str
    starts_at: datetime
    ends_at: datetime
    invited: int
    responses: int
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
        """How many children would be counted if the batch closed now."""
        return self.readable if self.pairs is None else self.pairs


@dataclass(frozen=True, slots=True)
class BatchDecision:
    """What happens to a batch now.

    Attributes:
        code: what it waits for, how it closes, or a step of a care round: `run_on` ends it and opens its
            successor, `look` records that this quarter began with fewer than ten responses, or that the first of two
            linked waves is over.
        until: the latest moment at which the wait ends; None where it is unknown.
        tablets: names of the tablets that it waits for.
    """

    code: Wait | Outcome | Step
    until: datetime | None = None
    tablets: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome | None:
        """How the batch closes; None while it stays open."""
        code = self.code
        if code in {"counted", "chosen", "too_few", "too_many", "discarded"}:
            return code
        return None


def decide_without_opening(batch_state: BatchState, now: datetime) -> BatchDecision | None:
    """Decide from dates and tablets alone what a batch waits for; None where its responses must be opened."""
    if now < batch_state.ends_at:
        return _before_its_end(batch_state, now)
    tablets_until = batch_state.ends_at + timedelta(days=TABLETS_DAYS)
    if batch_state.tablets_waiting and now < tablets_until and batch_state.purpose != "choice":
        return BatchDecision("tablets", tablets_until, batch_state.tablets_waiting)
    if batch_state.purpose == FEEDBACK and now < tablets_until:  # a page of an answer may be open on any device
        return BatchDecision("late_taps", tablets_until)
    return None


def _before_its_end(batch_state: BatchState, now: datetime) -> BatchDecision | None:
    if batch_state.purpose not in RUNS_ON:
        # of two linked waves the first is checked once, after its end, for its safety questions
        first = batch_state.first_wave_ends_at
        is_due = first is not None and now >= first and batch_state.looked is None
        is_waited_for = first is not None and batch_state.tablets_waiting and now < first + timedelta(days=TABLETS_DAYS)
        return None if is_due and not is_waited_for else BatchDecision("not_ended", batch_state.ends_at)
    last_quarter = batch_state.looked or quarter_at(batch_state.starts_at, batch_state.time_zone)
    if quarter_at(now, batch_state.time_zone) != last_quarter:
        return None
    waits: Wait = "under_ten" if batch_state.looked else "quarter_end"
    return BatchDecision(waits, min(batch_state.ends_at, next_quarter(now, batch_state.time_zone)))


def next_check(batch_state: BatchState, decision: BatchDecision, now: datetime) -> datetime:
    """When the job checks a batch again that stays open after a decision."""
    if decision.code == "run_on":
        return now
    waits = {"tablets": _TABLET_CHECKS, "key_gone": _OBSTACLE_CHECKS, "unreadable": _OBSTACLE_CHECKS}
    changes = (batch_state.first_wave_ends_at, batch_state.ends_at, decision.until)
    longest = _TABLET_CHECKS if _waits_for_first_wave(batch_state, now) else waits.get(decision.code, _LONGEST_WAIT)
    return min([now + longest, *(moment for moment in changes if moment is not None and moment > now)])


def _waits_for_first_wave(batch_state: BatchState, now: datetime) -> bool:
    """Whether tablets may hold responses of the first of two linked waves, which is over and was not checked."""
    first = batch_state.first_wave_ends_at
    return first is not None and first <= now < batch_state.ends_at and batch_state.looked is None


def decide_batch(batch_state: BatchState, now: datetime) -> BatchDecision:
    """Decide what happens to a batch at a moment.

    A care round is checked once a quarter: closing when the tenth response arrives would reveal when it arrived.
    """
    if waits := decide_without_opening(batch_state, now):
        return waits
    if now < batch_state.ends_at and batch_state.first_wave_ends_at is not None:
        return _obstacle(batch_state) or BatchDecision("look", batch_state.ends_at)
    if now < batch_state.ends_at:
        return _at_quarter_end(batch_state, now)
    if waits := _obstacle(batch_state):
        return BatchDecision("discarded") if now >= batch_state.ends_at + timedelta(days=PATIENCE_DAYS) else waits
    return BatchDecision(_outcome(batch_state))


def _outcome(batch_state: BatchState) -> Outcome:
    if batch_state.purpose in RUNS_ON and batch_state.readable < MIN_BATCH:
        return "too_few"
    if batch_state.purpose == FEEDBACK:  # its tickets count what may come, and not who was invited
        return "counted"
    if batch_state.cards_misused or has_too_many_responses(batch_state.responses, batch_state.invited):
        return "too_many"
    if batch_state.purpose == "choice":
        return "chosen" if batch_state.readable >= MIN_VOTES else "too_few"
    return "counted" if batch_state.counted >= MIN_BATCH else "too_few"


def _at_quarter_end(batch_state: BatchState, now: datetime) -> BatchDecision:
    year_is_over = now >= batch_state.starts_at + timedelta(days=PATIENCE_DAYS)
    if batch_state.responses >= MIN_BATCH or year_is_over:
        return BatchDecision("run_on")
    return BatchDecision("look", min(batch_state.ends_at, next_quarter(now, batch_state.time_zone)))


def _obstacle(batch_state: BatchState) -> BatchDecision | None:
    if batch_state.key_gone:
        return BatchDecision("key_gone")
    if batch_state.responses and not batch_state.readable:
        return BatchDecision("unreadable")
    if batch_state.purpose == "care" and not batch_state.invited and batch_state.responses >= MIN_BATCH:
        return BatchDecision("invited_number")
    return None


def has_too_many_responses(responses: int, invited: int) -> bool:
    """Whether over a tenth more responses arrived than children were invited."""
    return responses * 10 > invited * 11


def find_winners(
    questionnaire: Questionnaire,
    counts: dict[str, dict[str, int]],
    responses: int,
    ties: Ties = "first",
    draw: Draw = secrets.choice,
) -> dict[str, tuple[str, ...]]:
    """Find what won, by question: the option with most votes; a tie ends by the rule that was set before.

    Args:
        questionnaire: a choice.
        counts: from `tally_answers`.
        responses: responses in all.
        ties: the rule for a tie.
        draw: picks at random among equals.

    Returns:
        The key of the winner, or of both, for every question with five votes or more; no count.
    """
    return {
        question.name: _winners_of(question.keys, counts[question.name], ties, draw)
        for question in questionnaire.coded
        if count_votes(counts[question.name], responses) >= MIN_VOTES
        and any(counts[question.name][key] for key in question.keys)
    }


def _winners_of(keys: Sequence[str], counts: Counts, ties: Ties, draw: Draw) -> tuple[str, ...]:
    most = max(counts[key] for key in keys)
    best = [key for key in keys if counts[key] == most]
    if len(best) == 1 or ties == "first":
        return (best[0],)
    if ties == "both" and len(best) == MAX_PUBLISHED_WINNERS:
        return tuple(best)
    return (draw(best),)


def count_votes(counts: Counts, responses: int) -> int:
    """How many children chose an option of a question, of all responses."""
    return responses - counts["dont_know"] - counts["did_not_say"]


def quarter_at(moment: datetime, time_zone: str) -> str:
    """The quarter at a site at a moment, such as `2026Q4`."""
    return quarter_name(day_at(moment, time_zone))


def next_quarter(moment: datetime, time_zone: str) -> datetime:
    """The first moment of the next quarter at a site."""
    return midnight_at(first_day_of_next_quarter(day_at(moment, time_zone)), time_zone)

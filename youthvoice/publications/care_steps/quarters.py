"""The steps of care of a site in a quarter, counted once and frozen; and the explanation due for each gap.

Adults must ask a child and answer. For these duties a cell says "at every review" or "a gap", with one child as with
fifty, and never how many. Whether children spoke is their own decision: for fewer than ten children nothing is shown,
for ten or more a band. Both duties depend on what adults did and when. If adults did their duty, nothing that one child
said, withheld or took back changes a cell. A new look that the child asked for does not count against the first answer.

Source: STANDARDS.md S13, S32; PRIVACY.md A1, A4, A7, A8.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, Literal

from babel.dates import format_interval
from flask_babel import get_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.permissions import COORDINATOR
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.rules import PLAN, answer_deadline
from youthvoice.accountability.store import create_answer_due, find_by_subjects
from youthvoice.compiled_sql import insert_into
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.disclosure.bands import MIN_BATCH
from youthvoice.privacy.disclosure.safe_table import SafeTable, from_data, protect, to_data
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.publications.models import CareQuarterRow
from youthvoice.publications.rhythm import next_start, period_start
from youthvoice.reviews.entities import Review
from youthvoice.reviews.rules import CARE_STEPS, decisions_due, fold_case_number, is_asked_in_time
from youthvoice.reviews.store import list_first_days, list_reviews_between
from youthvoice.sites.store import Site, list_all_sites
from youthvoice.surveys.rounds.entities import CARE, Round
from youthvoice.surveys.rounds.store import list_first_starts, list_rounds
from youthvoice.web.i18n.formats import in_every_language

Duty = Literal["every", "gap", "none", "silent"]
"""What adults did: at every review, not at every one, no review, or no review in a year."""

RoundAnswers = Literal["ten", "few", "none"]
"""Answers to the questions on coming and leaving: ten or more and counted, fewer so far, or nobody was asked."""

SPOKE, REST = "spoke", "rest"

FROZEN_AFTER_MONTHS: Final = 1
"""A quarter is counted this long after its end, when the answers of its last days are due."""

QUARTERS_OF_SILENCE: Final = 4
"""A step without a review for this many quarters is a gap, at a site that holds reviews."""


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """The facts about one review that the steps of care need.

    Attributes:
        step: code of `reviews.rules.CARE_STEPS`.
        child: a value that is the same for two reviews of one child.
        asked: whether the child was asked in time (`reviews.rules.is_asked_in_time`).
        spoke: whether a statement of the child counts.
        answered: whether the plan had its first answer by the due day.
    """

    step: str
    child: str = field(repr=False)
    asked: bool
    spoke: bool
    answered: bool


@dataclass(frozen=True, slots=True)
class StepCells:
    """One step in one quarter of a site.

    Attributes:
        asked: whether children were asked.
        spoke: for ten or more children, how many said something; else None.
        answered: whether answers came by the due day.
    """

    asked: Duty
    spoke: SafeTable | None
    answered: Duty

    @property
    def has_gap(self) -> bool:
        """Whether adults must explain a gap."""
        return bool({self.asked, self.answered} & {"gap", "silent"})


@dataclass(frozen=True, slots=True)
class RoundCells:
    """The questions on coming and leaving (rounds of purpose `care`) in one quarter of a site."""

    asked: Duty
    spoke: RoundAnswers
    answered: Duty

    @property
    def has_gap(self) -> bool:
        """Whether an answer to children did not come by the due day."""
        return self.answered == "gap"


@dataclass(frozen=True, slots=True)
class CareQuarter:
    """A quarter of a site, written once.

    Attributes:
        first: its first day.
        steps: by code of `CARE_STEPS`.
        rounds: the questions on coming and leaving.
    """

    first: date
    steps: Mapping[str, StepCells]
    rounds: RoundCells

    @property
    def has_gap(self) -> bool:
        """Whether somebody must write down what is done about a gap."""
        return self.rounds.has_gap or any(step_cells.has_gap for step_cells in self.steps.values())


def last_due_quarter(today: date) -> date:
    """The first day of the latest quarter that can be counted.

    Args:
        today: at the site.
    """
    running = period_start("quarterly", today)
    last = _quarter_before(running)
    return last if today.month - running.month >= FROZEN_AFTER_MONTHS else _quarter_before(last)


def quarters_to_count(today: date, began: date, done: Collection[date]) -> list[date]:
    """The quarters that can be counted and were not, the oldest first; at most a year of them.

    Args:
        today: at the site.
        began: the first day on which children were asked anything there.
        done: counted quarters, by first day.
    """
    quarter, quarters = last_due_quarter(today), []
    for _each in range(QUARTERS_OF_SILENCE):
        if next_start("quarterly", quarter) > began and quarter not in done:
            quarters.append(quarter)
        quarter = _quarter_before(quarter)
    return quarters[::-1]


def count_quarter(
    first: date, reviews: Iterable[ReviewFacts], round_cells: RoundCells, before: Sequence[CareQuarter]
) -> CareQuarter:
    """Count a quarter; no number is stored.

    Args:
        first: its first day.
        reviews: those whose day is in the quarter.
        round_cells: the questions on coming and leaving in it.
        before: counted quarters of the site.
    """
    reviews = list(reviews)
    silent_steps = _silent_steps(first, before)
    cells = {
        step: _cells([facts for facts in reviews if facts.step == step], silent=step in silent_steps)
        for step in CARE_STEPS
    }
    return CareQuarter(first, cells, round_cells)


def _cells(reviews: Sequence[ReviewFacts], *, silent: bool) -> StepCells:
    """The cells of one step."""
    if not reviews:
        return StepCells("silent" if silent else "none", None, "none")
    return StepCells(
        "every" if all(review_facts.asked for review_facts in reviews) else "gap",
        _spoke_table(reviews),
        "every" if all(review_facts.answered for review_facts in reviews) else "gap",
    )


def _spoke_table(reviews: Sequence[ReviewFacts]) -> SafeTable | None:
    """How many children said something; None for fewer than ten children."""
    children = {review_facts.child for review_facts in reviews}
    spoke = {review_facts.child for review_facts in reviews if review_facts.spoke}
    if len(children) < MIN_BATCH:
        return None
    return protect({SPOKE: len(spoke), REST: len(children) - len(spoke)})


def _silent_steps(first: date, before: Sequence[CareQuarter]) -> Collection[str]:
    """The steps without a review in the earlier quarters, if a whole year of them was counted."""
    care_quarters = {quarter.first: quarter for quarter in before}
    quarters = []
    for _each in range(QUARTERS_OF_SILENCE - 1):
        first = _quarter_before(first)
        if first not in care_quarters:
            return ()
        quarters.append(care_quarters[first])
    return {step for step in CARE_STEPS if all(quarter.steps[step].asked in {"none", "silent"} for quarter in quarters)}


def _quarter_before(quarter: date) -> date:
    return period_start("quarterly", date.fromordinal(quarter.toordinal() - 1))


def list_gaps(quarter: CareQuarter) -> Iterator[str]:
    """The codes of steps with a gap, and `rounds`."""
    yield from (step for step, cells in quarter.steps.items() if cells.has_gap)
    if quarter.rounds.has_gap:
        yield "rounds"


GAP: Final = "care_gap"
"""The kind of the answer due for a gap (`accountability.rules`)."""

GAP_DAYS: Final = 14
"""Days to write down what is done about a gap."""

_PADDED_BYTES: Final = 2_000  # of a quarter, with figures or without


def freeze_care_quarters_due() -> None:
    """The job: count each quarter of a site once, when it is old enough; later events change nothing in it."""
    with db.reading(db.engine()) as session:
        due = list(_quarters_due(session))
    for site, today, quarter in due:
        with db.writing(db.engine()) as session:
            _freeze(session, site, quarter, today)


def _quarters_due(session: Session) -> Iterator[tuple[Site, date, date]]:
    """The quarters that can be counted now: each with its site, and today there."""
    done: dict[int, set[date]] = {}
    for site_id, quarter in session.execute(select(CareQuarterRow.site_id, CareQuarterRow.first)):
        done.setdefault(site_id, set()).add(quarter)
    rounds_began, reviews_began = list_first_starts(session, CARE), list_first_days(session)
    for site in list_all_sites(session):
        began = [reviews_began[site.id]] if site.id in reviews_began else []
        if site.id in rounds_began:
            began.append(context.day_at(rounds_began[site.id], site.time_zone))
        today = context.today(site.time_zone)
        for quarter in quarters_to_count(today, min(began), done.get(site.id, ())) if began else ():
            yield site, today, quarter


def _freeze(session: Session, site: Site, first: date, today: date) -> None:
    """Count and store one quarter of a site, and create the answer due for a gap."""
    last = next_start("quarterly", first) - timedelta(days=1)
    before = list_care_quarters(session, [site.id]).get(site.id, [])
    review_facts, round_cells = _review_facts(session, site, first, last), _round_cells(session, site, first, last)
    quarter = count_quarter(first, review_facts, round_cells, before)
    locked = encrypt_json(context.keyring(), KEPT_WORDS, _to_stored(quarter), _purpose(site.id, first), _PADDED_BYTES)
    values = {"site_id": site.id, "first": first, "locked": locked}
    new = insert_into(CareQuarterRow, session.get_bind().dialect).values(values)
    session.execute(new.on_conflict_do_nothing())
    if quarter.has_gap:
        create_answer_due(
            session,
            site_id=site.id,
            kind=GAP,
            subject=first.isoformat(),
            about=in_every_language(lambda: quarter_label(first)),
            due=today + timedelta(days=GAP_DAYS),
            owner_role=COORDINATOR,
            day=today,
        )


def quarter_label(first: date) -> str:
    """A quarter by its first and last month, in the present gettext language."""
    last = next_start("quarterly", first) - timedelta(days=1)
    return str(format_interval(first, last, "yMMMM", locale=get_locale() or "en"))


def _review_facts(session: Session, site: Site, first: date, last: date) -> list[ReviewFacts]:
    reviews = list_reviews_between(session, site.id, first, last)
    answers_due = find_by_subjects(session, "review", [review.key for review in reviews])
    return [_to_review_facts(review, answers_due.get(review.key)) for review in reviews]


def _to_review_facts(review: Review, answer_due: AnswerDue | None) -> ReviewFacts:
    return ReviewFacts(
        step=review.body.step,
        child=fold_case_number(review.body.case_number),
        asked=is_asked_in_time(review.body.asked_on, review.day, review.body.opened_on),
        spoke=review.valid_statement is not None,
        answered=answer_due is not None and _is_answered(answer_due, decisions_due(review.day)),
    )


def _is_answered(answer_due: AnswerDue, due: date) -> bool:
    """Whether the plan had its first answer by a day.

    Wishes never count here, so that no figure shows whether there are any.
    """
    days = [reply.day for reply in (*answer_due.earlier_of(PLAN), answer_due.reply(PLAN)) if reply]
    return bool(days) and min(days) <= due


def _care_rounds(session: Session, site: Site) -> list[Round]:
    return [round_ for round_ in list_rounds(session, [site.id]) if round_.purpose == CARE]


def _round_cells(session: Session, site: Site, first: date, last: date) -> RoundCells:
    """The cells of the questions on coming and leaving."""
    rounds = _care_rounds(session, site)
    zone = site.time_zone
    open_rounds = [round_ for round_ in rounds if round_.first_day(zone) <= last and round_.last_day(zone) >= first]
    closed = [round_ for round_ in rounds if round_.closed_on is not None and round_.closed_on <= last]
    is_counted = any(
        round_.outcome == "counted" and round_.closed_on and round_.closed_on >= first for round_ in closed
    )
    answers_due = find_by_subjects(session, "round", [round_.slug for round_ in closed])
    are_answered = [
        is_answered
        for round_ in closed
        if (is_answered := _is_round_answered(round_, answers_due.get(round_.slug), first, last)) is not None
    ]
    return RoundCells(
        asked="every" if open_rounds else "none",
        spoke="ten" if is_counted else "few" if open_rounds else "none",
        answered="gap" if not all(are_answered) else "every" if are_answered else "none",
    )


def _is_round_answered(round_: Round, answer_due: AnswerDue | None, first: date, last: date) -> bool | None:
    """Whether a closed round was answered by its due day; None if that day is in another quarter."""
    if answer_due is None or round_.closed_on is None:
        return None
    due = max(answer_deadline(round_.answer_due, answer_due.shown_on, None), round_.closed_on)
    if not first <= due <= last:
        return None
    return answer_due.answered_on is not None and answer_due.answered_on <= due


def list_care_quarters(session: Session, site_ids: Collection[int]) -> Mapping[int, list[CareQuarter]]:
    """The frozen quarters of some sites, the latest first.

    Raises:
        CannotOpen, KeyGone: the kept-words key is not the one it was encrypted with.
    """
    care_quarters: dict[int, list[CareQuarter]] = {}
    query = select(CareQuarterRow).where(CareQuarterRow.site_id.in_(site_ids)).order_by(CareQuarterRow.first.desc())
    for row in session.scalars(query):
        kept_quarter = decrypt_json(
            context.keyring(), KEPT_WORDS, row.locked, _purpose(row.site_id, row.first), _KeptQuarter
        )
        care_quarters.setdefault(row.site_id, []).append(_from_stored(kept_quarter))
    return care_quarters


@dataclass(frozen=True, slots=True)
class _KeptCells:
    """`StepCells` as stored: bands as `to_data` writes them."""

    asked: Duty
    spoke: dict[str, Any] | None
    answered: Duty


@dataclass(frozen=True, slots=True)
class _KeptQuarter:
    first: date
    steps: dict[str, _KeptCells]
    rounds: RoundCells


def _to_stored(quarter: CareQuarter) -> _KeptQuarter:
    steps = {
        step: _KeptCells(step_cells.asked, to_data(step_cells.spoke) if step_cells.spoke else None, step_cells.answered)
        for step, step_cells in quarter.steps.items()
    }
    return _KeptQuarter(quarter.first, steps, quarter.rounds)


def _from_stored(kept_quarter: _KeptQuarter) -> CareQuarter:
    steps = {
        step: StepCells(
            kept_cells.asked, from_data(kept_cells.spoke) if kept_cells.spoke else None, kept_cells.answered
        )
        for step, kept_cells in kept_quarter.steps.items()
    }
    return CareQuarter(kept_quarter.first, steps, kept_quarter.rounds)


def _purpose(site_id: int, first: date) -> SealingContext:
    return sealing_context("care-quarter", site_id, first.isoformat())

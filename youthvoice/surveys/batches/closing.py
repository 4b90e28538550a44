"""Close batches when their rule is met: the job, the steps for one batch, and the deletion of keys.

Everything about one batch happens in one transaction. A process that dies half-way leaves the batch unchanged, and two
processes that run together close it once. Keys are destroyed after the commit.

The job destroys a key as soon as the last batch that uses it has closed, even when its quarter is not over, so that a
backup holds no responses that can still be opened. A round that opens later in the same quarter gets new random bytes
under the same name, which open nothing older. The next run of the job finishes what stopped half-way.

The job also clears the database's write-ahead log, which would show the order of writes: a response next to the letter
that was sent with it.

Source: PRIVACY.md A1, A2, A9, A11.
"""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accountability.store import create_answer_due
from youthvoice.audit.audit_log import Log
from youthvoice.context import day_at
from youthvoice.privacy.keys.key_names import care_answers_key
from youthvoice.surveys.batches import rules, store
from youthvoice.surveys.batches.transitions import count_changes, count_transitions
from youthvoice.surveys.models import BatchRow, RoundRow
from youthvoice.surveys.questionnaires.answer_encoding import count_harmed, tally_answers
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.responses.store import forget_round_slips
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.opening import add_round, create_round_answer_due
from youthvoice.surveys.rounds.split import declared_split
from youthvoice.surveys.rounds.status import create_choice_answer_due, release_answer
from youthvoice.surveys.rounds.store import end_early, questionnaire_of_round
from youthvoice.threads import receipts

_COPIED_COLUMNS = (
    "questionnaire_id", "purpose", "wave", "link", "ends_at", "permission", "decider_id", "answer_due",
    "opened_by", "seconded_by",
)  # fmt: skip


def continue_care_round(session: Session, round_: Round, now: datetime, day: date) -> str:
    """End a care round and open its successor at the same moment, with a key of its own.

    An adult enters the number of invited children when the successor closes, so it starts at 0.

    Returns:
        The slug of the successor.
    """
    old = session.scalars(select(RoundRow).where(RoundRow.id == round_.id)).one()
    planned = {name: getattr(old, name) for name in _COPIED_COLUMNS}
    slug = secrets.token_hex(6)
    key = care_answers_key(slug, 1)
    successor = add_round(session, slug, None, key, round_.site_ids, starts_at=now, invited=0, **planned)
    create_round_answer_due(session, successor)
    end_early(session, round_, now, day)
    return slug


@dataclass(frozen=True, slots=True)
class OpenedBatch:
    """A batch that this transaction has locked, with its round and its opened responses.

    Attributes:
        batch: its row.
        round: its round.
        responses: its responses, opened in memory only.
        zone: time zone of its first site.
        now: this moment.
        log: in the name of the actor who closes it.
    """

    batch: BatchRow
    round: Round
    responses: store.OpenedResponses
    zone: str
    now: datetime
    log: Log

    @property
    def day(self) -> date:
        """Today at its first site."""
        return day_at(self.now, self.zone)


def apply_decision(session: Session, opened_batch: OpenedBatch, decision: rules.BatchDecision) -> rules.BatchDecision:
    """Carry out a decision; one that waits changes nothing.

    Returns:
        What happened: the decision, or after a quarterly check what the batch waits for now.
    """
    if decision.code == "run_on":
        _open_successor(session, opened_batch)
    elif decision.code == "look":
        return _record_quarter_check(session, opened_batch, decision)
    elif decision.outcome is not None:
        _close(session, opened_batch, decision.outcome)
    return decision


def _open_successor(session: Session, opened_batch: OpenedBatch) -> None:
    """End a care round and open its successor; a later run of the job closes the old batch."""
    successor = continue_care_round(session, opened_batch.round, opened_batch.now, opened_batch.day)
    opened_batch.log.add(session, "round.run_on", f"{opened_batch.round.slug} {successor}")


def _record_quarter_check(
    session: Session, opened_batch: OpenedBatch, decision: rules.BatchDecision
) -> rules.BatchDecision:
    """Note that this quarter was checked, and return the decision with what the batch waits for now.

    That is `under_ten` responses, or where cards link two waves the end of both: `not_ended`.
    """
    quarter = rules.quarter_at(opened_batch.now, opened_batch.zone)
    opened_batch.batch.looked = quarter
    _create_safety_tasks(session, opened_batch, f"/{quarter}")
    return replace(decision, code="not_ended" if opened_batch.round.has_cards else "under_ten")


def _close(session: Session, opened_batch: OpenedBatch, outcome: rules.Outcome) -> None:
    """Close a batch: store its counts or winners, if there are any, and delete its responses.

    The outcome is stored in the row of the batch, and `batch.` with the outcome is the action in the log.
    """
    _create_safety_tasks(session, opened_batch)
    _store_counts(session, opened_batch, outcome)
    if outcome == "too_many":
        _create_advocate_task(session, opened_batch, "too_many", "", opened_batch.round.titles, rules.TOO_MANY_DAYS)
    if outcome != "counted":  # there will be no view that the decider would have to wait for
        release_answer(session, opened_batch.round.slug, (), opened_batch.day)
    opened_batch.batch.closed_on, opened_batch.batch.outcome = opened_batch.day, outcome
    store.delete_responses(session, opened_batch.round)
    if opened_batch.round.slips or opened_batch.round.has_cards:
        forget_round_slips(session, opened_batch.round)
    opened_batch.log.add(session, f"batch.{outcome}", opened_batch.round.slug)


def _store_counts(session: Session, opened_batch: OpenedBatch, outcome: rules.Outcome) -> None:
    """Store the exact counts, or the winners of a choice, locked in the batch's row."""
    if outcome not in {"counted", "chosen"}:
        return
    questionnaire = questionnaire_of_round(session, opened_batch.round)
    responses, batch = opened_batch.responses.coded, opened_batch.batch
    if opened_batch.responses.pairs is not None:
        batch.sealed_counts = _lock_pair_counts(questionnaire, opened_batch)
        return
    counts = tally_answers(questionnaire, responses)
    if outcome == "counted":
        transitions = count_transitions(questionnaire, responses)
        split = declared_split(questionnaire, opened_batch.round.split, responses) if opened_batch.round.split else None
        batch.sealed_counts = store.lock_counts(
            context.keyring(), batch.id, len(responses), counts, transitions, split=split
        )
    else:
        ties = store.tie_rule_of_round(session, opened_batch.round.id)
        won = rules.find_winners(questionnaire, counts, len(responses), ties)  # perhaps nothing: that is locked too
        batch.sealed_counts = store.lock_winners(context.keyring(), batch.id, won)
        create_choice_answer_due(session, opened_batch.round, questionnaire, won, opened_batch.day)


def _lock_pair_counts(questionnaire: Questionnaire, opened_batch: OpenedBatch) -> bytes:
    """Lock the counts of the children who answered both waves (PRIVACY.md A1, A5).

    A child who answered only one of two waves that cards link is not counted.
    """
    pairs = opened_batch.responses.pairs or ()
    before, after = ([pair[wave] for pair in pairs] for wave in (0, 1))
    first = store.FirstWave(tally_answers(questionnaire, before), opened_batch.responses.waves)
    counts, changes = tally_answers(questionnaire, after), count_changes(questionnaire, pairs)
    return store.lock_counts(context.keyring(), opened_batch.batch.id, len(pairs), counts, changes, first)


def _create_safety_tasks(session: Session, opened_batch: OpenedBatch, when: str = "") -> None:
    """A9: create a dated task for the advocates about every safety question, also under ten responses.

    The task holds no number. Where cards link two waves this happens after each of them. Every safety question creates
    a row, locked and of equal length. Where no child reported harm the row is a placeholder that nobody is shown, so
    that a row reveals nothing.
    """
    questionnaire = questionnaire_of_round(session, opened_batch.round)
    harmed = count_harmed(questionnaire, opened_batch.responses.coded)
    for question in questionnaire.coded:
        if question.safety:
            what, about = f"/{question.name}{when}", question.text if question.name in harmed else {}
            _create_advocate_task(
                session, opened_batch, "safety", what, about, rules.SAFETY_DAYS, might_be=question.text
            )


def _create_advocate_task(  # noqa: PLR0913, PLR0917 - a task has as many sides
    session: Session,
    opened_batch: OpenedBatch,
    kind: str,
    what: str,
    about: Mapping[str, str],
    days: int,
    might_be: Mapping[str, str] | None = None,
) -> None:
    for site_id in opened_batch.round.site_ids:
        create_answer_due(
            session,
            site_id=site_id,
            kind=kind,
            subject=f"{opened_batch.round.slug}{what}",
            about=about,
            might_be=might_be,
            due=opened_batch.day + timedelta(days=days),
            owner_role=ADVOCATE,
        )


OPEN_ANSWERS_PREFIX = "open-answers-"


def destroy_unused_answer_keys() -> list[str]:
    """Destroy every open-answers key that no open batch uses.

    Returns:
        The names of the keys that ended.
    """
    with db.reading(db.engine()) as session:
        if not _unused_key_names(session):
            return []
    with db.writing(db.engine()) as session:
        _block_round_openings(session)
        ended = _unused_key_names(session)
        for name in ended:
            context.keyring().destroy(name)
    return ended


def _unused_key_names(session: Session) -> list[str]:
    used = set(session.scalars(select(BatchRow.answers_key).where(BatchRow.closed_on.is_(None))))
    return [name for name in context.keyring().names() if name.startswith(OPEN_ANSWERS_PREFIX) and name not in used]


def _block_round_openings(session: Session) -> None:
    """Make rounds that open now wait until their old key is destroyed; on SQLite every writer waits anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE batches IN SHARE ROW EXCLUSIVE MODE"))


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BatchLine:
    """The result for one batch in one run of the job.

    Attributes:
        slug: of its round.
        code: how it closed or what it waits for (`batches.rules`), `run_on` or `failed`.
        until: the day a wait ends, where one is known.
        tablets: names of those that it waits for, as of the last daily hour, so that a delivery changes nothing (T5).
    """

    slug: str
    code: str
    until: date | None = None
    tablets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosingReport:
    """One line for each batch that was open before this run, oldest first."""

    lines: tuple[BatchLine, ...]

    def with_code(self, *codes: str) -> tuple[str, ...]:
        """The slugs of the rounds with one of these codes."""
        return tuple(line.slug for line in self.lines if line.code in codes)


class NotAllBatchesClosed(Exception):
    """At least one batch could not be closed; all the others were handled."""


def close_due_job() -> None:
    """Close every batch that is due; the work process runs this job.

    Raises:
        NotAllBatchesClosed: after everything else was done.
    """
    report = close_due(context.now())
    if report.with_code("failed"):
        raise NotAllBatchesClosed


def close_due(now: datetime, actor: str = "work") -> ClosingReport:
    """Close every batch whose rule is met, and destroy the keys that no open batch uses.

    Args:
        now: this moment.
        actor: for the log.
    """
    with db.reading(db.engine()) as session:
        rounds = store.list_unclosed_rounds(session)
    lines = [_close_or_log(batch_id, slug, now, actor) for batch_id, slug in rounds]
    destroy_unused_answer_keys()
    report = ClosingReport(tuple(line for line in lines if line))
    if report.with_code("counted", "chosen", "too_few", "too_many", "discarded"):
        db.truncate_write_ahead_log(db.engine())
    return report


def _close_or_log(batch_id: int, slug: str, now: datetime, actor: str) -> BatchLine | None:
    """Close one batch if it is due; log a failure, so that one batch cannot keep the others open."""
    try:
        with db.reading(db.engine()) as session:
            if line := _waiting_line(session, batch_id, now):
                return line
        with db.writing(db.engine()) as session:
            return _decide_and_apply(session, batch_id, now, actor)
    except Exception as error:  # noqa: BLE001 - logged, reported as `failed`, tried again in the next run
        _log.error("closing %s: %s", slug, type(error).__name__)
        return BatchLine(slug, "failed")


def _waiting_line(session: Session, batch_id: int, now: datetime) -> BatchLine | None:
    """What a batch waits for, as far as its dates and tablets show; no lock is taken."""
    round_ = store.find_round_of_batch(session, batch_id)
    if round_ is None:
        return None
    zone = store.time_zone_of_round(session, round_)
    waits = rules.decide_without_opening(store.find_batch_state(session, round_, zone, now), now)
    return _batch_line(session, round_, waits, zone, now) if waits else None


def _decide_and_apply(session: Session, batch_id: int, now: datetime, actor: str) -> BatchLine | None:
    batch = store.lock_batch(session, batch_id)
    round_ = store.find_round_of_batch(session, batch_id)
    if batch is None or round_ is None:
        return None
    zone = store.time_zone_of_round(session, round_)
    opened_responses = store.open_responses(session, round_)
    decision = rules.decide_batch(store.find_batch_state(session, round_, zone, now, opened_responses), now)
    log = Log(day_at(now, zone), actor)
    opened_batch = OpenedBatch(batch, round_, opened_responses, zone, now, log)
    return _batch_line(session, round_, apply_decision(session, opened_batch, decision), zone, now)


def _batch_line(session: Session, round_: Round, decision: rules.BatchDecision, zone: str, now: datetime) -> BatchLine:
    until = day_at(decision.until, zone) if decision.until else None
    tablets = store.list_shown_tablets(session, round_, now) if decision.tablets else ()
    return BatchLine(round_.slug, decision.code, until, tuple(tablets))


def sweep_due_receipts() -> None:
    """Delete receipts older than twelve months, and clear the order of the last hour's writes; a job."""
    today = context.today()
    with db.reading(db.engine()) as session:
        are_any = receipts.has_old_receipts(session, today)
    if are_any:
        with db.writing(db.engine()) as session:
            receipts.forget_old_receipts(session, today)
    db.truncate_write_ahead_log(db.engine())

"""The jobs that close every batch whose rule is met, destroy keys that nothing needs, and delete old receipts.

Everything about one batch happens in one transaction (`closing.apply_decision`). A process that dies half-way leaves
the batch unchanged, and two processes that run together close it once. Keys are destroyed after the commit.

`close_due` destroys a key as soon as the last batch that uses it has closed, even when its quarter is not over, so that
a backup holds no responses that can still be opened. A round that opens later in the same quarter gets new random bytes
under the same name, which open nothing older. A job of its own finishes what stopped half-way.

It also clears the database's write-ahead log, which would show the order of writes: a response next to the letter that
was sent with it.

Source: PRIVACY.md A1, A2.
"""

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.jobs.turns import Turn
from youthvoice.surveys.batches import rules, store
from youthvoice.surveys.batches.closing import OpenedBatch, apply_decision
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import list_rounds_of_batch
from youthvoice.threads import receipts

_log = logging.getLogger(__name__)

OPEN_ANSWERS_PREFIX = "open-answers-"
"""How the names of the keys begin under which responses are encrypted until they are counted."""


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


_CLOSED: Final = ("counted", "chosen", "too_few", "too_many", "discarded")

_FAILED_SECONDS: Final = 10  # until a batch is tried again: in the next run of the job, after all that wait longer


def close_due_job() -> bool:
    """Close every batch that is due, in an order of its own in each process; the work process runs this job.

    Returns:
        Whether some are left for the next turn.

    Raises:
        NotAllBatchesClosed: after everything else was done.
    """
    now, turn = context.now(), Turn()
    with db.reading(db.engine()) as session:
        due = store.list_due_batches(session, now)
    report = _close(turn.take_shuffled(due), now, "work", skip_locked=True)
    if report.with_code(*_CLOSED):
        destroy_unused_answer_keys()
    is_stuck = {line.code for line in report.lines} == {"failed"}  # as on a full disk: the rest waits, too
    if (turn.is_cut or len(due) == store.MAX_DUE) and not is_stuck:
        return True
    if report.with_code("failed"):
        raise NotAllBatchesClosed
    return False


def close_due(now: datetime, actor: str = "work") -> ClosingReport:
    """Close every batch whose rule is met, and destroy the keys that no open batch uses.

    Every open batch is checked, so that the report says of each what it waits for.

    Args:
        now: this moment.
        actor: for the log.
    """
    with db.reading(db.engine()) as session:
        batches = store.list_open_batches(session)
    report = _close(batches, now, actor)
    destroy_unused_answer_keys()
    return report


def _close(batches: Iterable[int], now: datetime, actor: str, *, skip_locked: bool = False) -> ClosingReport:
    lines = [_close_or_log(batch_id, now, actor, skip_locked=skip_locked) for batch_id in batches]
    report = ClosingReport(tuple(line for line in lines if line))
    if report.with_code(*_CLOSED):
        db.truncate_write_ahead_log(db.engine())
    return report


def sweep_due_receipts() -> None:
    """Delete receipts older than twelve months, and clear the order of the last minute's writes; a job."""
    today = context.today()
    with db.reading(db.engine()) as session:
        are_any = receipts.has_old_receipts(session, today)
    if are_any:
        with db.writing(db.engine()) as session:
            receipts.forget_old_receipts(session, today)
    db.truncate_write_ahead_log(db.engine())


def _close_or_log(batch_id: int, now: datetime, actor: str, *, skip_locked: bool) -> BatchLine | None:
    """Close one batch if it is due; log a failure, so that one batch cannot keep the others open.

    It is reported as `failed` and tried again in the next run.
    """
    try:
        with db.writing(db.engine()) as session:
            return _decide_and_apply(session, batch_id, now, actor, skip_locked=skip_locked)
    except Exception as error:
        if not skip_locked and db.is_write_failure(error):  # a command says what is wrong with the disk
            raise
        slug = _postpone(batch_id, now)
        _log.error("closing %s: %s", slug, type(error).__name__)
        return BatchLine(slug, "failed")


def _postpone(batch_id: int, now: datetime) -> str:
    """Let a batch that failed go behind those that wait longer; returns the slug of its round."""
    with suppress(Exception), db.writing(db.engine()) as session:  # where nothing can be written it stays due
        store.check_again_at(session, [batch_id], now + timedelta(seconds=_FAILED_SECONDS))
    with db.reading(db.engine()) as session:
        return store.slug_of_batch(session, batch_id)


def _decide_and_apply(
    session: Session, batch_id: int, now: datetime, actor: str, *, skip_locked: bool
) -> BatchLine | None:
    row = store.lock_batch(session, batch_id, skip_locked=skip_locked)
    rounds = list_rounds_of_batch(session, batch_id) if row else []
    if row is None or not rounds:
        return None
    round_ = rounds[-1]
    zone = store.time_zone_of_round(session, round_)
    batch_state = store.find_batch_state(session, row, rounds, zone, now)
    decision = rules.decide_without_opening(batch_state, now)
    if decision is None:
        responses = store.open_responses(session, rounds)
        batch_state = store.with_responses(batch_state, responses)
        log = Log(context.day_at(now, zone), actor)
        batch = OpenedBatch(row, rounds, responses, zone, now, log)
        decision = apply_decision(session, batch, rules.decide_batch(batch_state, now))
    if row.closed_on is None:
        row.due_at = rules.next_check(batch_state, decision, now)
    return _batch_line(session, round_, decision, zone, now)


def _batch_line(session: Session, round_: Round, decision: rules.BatchDecision, zone: str, now: datetime) -> BatchLine:
    until = context.day_at(decision.until, zone) if decision.until else None
    tablets = store.list_shown_tablets(session, round_, now) if decision.tablets else ()
    return BatchLine(round_.slug, decision.code, until, tuple(tablets))


def destroy_leftover_answer_keys() -> None:
    """Destroy the keys of a process that died between its commit and their destruction. A job."""
    destroy_unused_answer_keys()


def destroy_unused_answer_keys() -> list[str]:
    """Destroy every open-answers key that no open batch uses.

    Returns:
        The names of the keys that ended.
    """
    with db.reading(db.engine()) as session:
        if not _unused_key_names(session):
            return []
    with db.writing(db.engine()) as session:
        store.block_round_openings(session)
        ended = _unused_key_names(session)
        for name in ended:
            context.keyring().destroy(name)
    return ended


def _unused_key_names(session: Session) -> list[str]:
    used = store.list_used_answer_keys(session)
    return [name for name in context.keyring().names() if name.startswith(OPEN_ANSWERS_PREFIX) and name not in used]

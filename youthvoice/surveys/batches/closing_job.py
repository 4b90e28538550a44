"""Close batches by rule, and report what waits for what.

Everything about one batch happens in one transaction; a process that dies in between leaves the batch as it
was. Two processes at once close it once. Keys end after the commit.
Source: PRIVACY.md A1, A2, A9, A11.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.audit.log import Log
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.surveys.batches import closing_rules
from youthvoice.surveys.batches import key_disposal as answer_keys
from youthvoice.surveys.batches import store as waiting
from youthvoice.surveys.batches.closing_rules import Decision
from youthvoice.surveys.batches.closing_steps import Look, take_step
from youthvoice.surveys.rounds.entities import RoundFacts

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one batch at this look.

    Attributes:
        slug: of its round.
        code: how it closed or what it waits for (`closing_rules`), `run_on`, or `failed`.
        until: the day a wait ends, where one is known.
    """

    slug: str
    code: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ClosingReport:
    """One line per batch that was not closed before, oldest first."""

    lines: tuple[Line, ...]

    def with_code(self, *codes: str) -> tuple[str, ...]:
        """The slugs of the rounds with one of these codes."""
        return tuple(line.slug for line in self.lines if line.code in codes)


class NotAllClosed(Exception):
    """Some batch could not be closed; the others were."""


def close_due_job() -> None:
    """Close what is due; for the work process.

    Raises:
        NotAllClosed: after everything else was done.
    """
    report = close_due(db.engine(), running.keyring(), running.now())
    if report.with_code("failed"):
        raise NotAllClosed


def close_due(engine: Engine, keyring: Keyring, now: datetime, actor: str = "work") -> ClosingReport:
    """Close every batch whose rule is met, and end the keys that nothing needs any more.

    Args:
        engine: each batch gets a transaction of its own.
        keyring: the key files.
        now: this moment.
        actor: for the log.
    """
    with db.reading(engine) as session:
        rounds = waiting.waiting_rounds(session)
    lines = [_tried(engine, keyring, batch_id, slug, now, actor) for batch_id, slug in rounds]
    answer_keys.end_unused(engine, keyring)
    report = ClosingReport(tuple(line for line in lines if line))
    if report.with_code("counted", "chosen", "too_few", "too_many", "discarded"):
        db.forget_what_was_deleted(engine)
    return report


def _tried(  # noqa: PLR0913, PLR0917 - what `close_due` was given, and which batch
    engine: Engine, keyring: Keyring, batch_id: int, slug: str, now: datetime, actor: str
) -> Line | None:
    """One batch that cannot be closed must not keep the others open."""
    try:
        with db.reading(engine) as session:
            if line := _waits(session, batch_id, now):
                return line
        with db.writing(engine) as session:
            return _looked_at(session, keyring, batch_id, now, actor)
    except Exception as error:  # noqa: BLE001 - logged, told as `failed`, tried again at the next look
        _log.error("closing %s: %s", slug, type(error).__name__)
        return Line(slug, "failed")


def _waits(session: Session, batch_id: int, now: datetime) -> Line | None:
    """What a batch waits for that can be told without holding it up."""
    facts = waiting.round_of(session, batch_id)
    if facts is None:
        return None
    zone = waiting.time_zone_of(session, facts)
    waits = closing_rules.without_opening(waiting.standing(session, facts, zone), now)
    return _line(facts, waits, zone) if waits else None


def _looked_at(session: Session, keyring: Keyring, batch_id: int, now: datetime, actor: str) -> Line | None:
    batch = waiting.hold(session, batch_id)
    facts = waiting.round_of(session, batch_id)
    if batch is None or facts is None:
        return None
    zone = waiting.time_zone_of(session, facts)
    opened = waiting.open_sheets(session, keyring, facts)
    decision = closing_rules.decide(waiting.standing(session, facts, zone, opened), now)
    log = Log(keyring.key("audit"), waiting.day_at(now, zone), actor)
    return _line(facts, take_step(session, Look(batch, facts, opened, zone, now, keyring, log), decision), zone)


def _line(facts: RoundFacts, decision: Decision, zone: str) -> Line:
    return Line(facts.slug, decision.code, waiting.day_at(decision.until, zone) if decision.until else None)

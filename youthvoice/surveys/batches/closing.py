"""Close batches by rule: the job, the steps of one batch in its transaction, the end of its key.

Everything about one batch happens in one transaction; a process that dies in between leaves the batch as it
was. Two processes at once close it once. Keys end after the commit.

A key ends as soon as the last batch that uses it has closed, even when its quarter is not over: what was
counted should not lie openable in a backup. A round that opens later in the same quarter gets new random
bytes under the same name, which open nothing of what was before. What stopped half-way is finished at the
next look.

The database forgets the order of what was written: in its log the last writes lie in the order they came, a sheet
beside the letter that was sent with it.

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
from youthvoice.surveys.rounds.opening import add_round, owe_answer
from youthvoice.surveys.rounds.split import declared_split
from youthvoice.surveys.rounds.status import create_choice_answer_due, release_answer
from youthvoice.surveys.rounds.store import end_early, questionnaire_of_round
from youthvoice.threads import receipts

_SAME = (
    "questionnaire_id", "purpose", "wave", "link", "ends_at", "permission", "decider_id", "answer_due",
    "opened_by", "seconded_by",
)  # fmt: skip


def continue_care_round(session: Session, round_: Round, now: datetime, day: date) -> str:
    """End a care round and open its successor, with a key of its own, in the same moment.

    The number of children invited to the successor is entered at its closing, so it starts at 0.

    Returns:
        The slug of the successor.
    """
    old = session.scalars(select(RoundRow).where(RoundRow.id == round_.id)).one()
    planned = {name: getattr(old, name) for name in _SAME}
    slug = secrets.token_hex(6)
    key = care_answers_key(slug, 1)
    successor = add_round(session, slug, None, key, round_.site_ids, starts_at=now, invited=0, **planned)
    owe_answer(session, successor)
    end_early(session, round_, now, day)
    return slug


@dataclass(frozen=True, slots=True)
class BatchUnderReview:
    """A batch that is held, with all that is known of it at this moment.

    Attributes:
        batch: its row.
        facts: its round.
        opened: its sheets, in memory only.
        zone: time zone of its first site.
        now: this moment.
        log: in the name of who closes.
    """

    batch: BatchRow
    facts: Round
    opened: store.OpenedSheets
    zone: str
    now: datetime
    log: Log

    @property
    def day(self) -> date:
        """Today at its first site."""
        return day_at(self.now, self.zone)


def apply_decision(
    session: Session, under_review: BatchUnderReview, decision: rules.BatchDecision
) -> rules.BatchDecision:
    """Do what was decided; a wait does nothing.

    Returns:
        What happened; a look finds `under_ten`.
    """
    if decision.code == "run_on":
        return _run_on(session, under_review, decision)
    if decision.code == "look":
        return _record_quarter_check(session, under_review, decision)
    return _close(session, under_review, decision) if decision.outcome else decision


def _run_on(session: Session, under_review: BatchUnderReview, decision: rules.BatchDecision) -> rules.BatchDecision:
    successor = continue_care_round(session, under_review.facts, under_review.now, under_review.day)
    under_review.log.add(session, "round.run_on", f"{under_review.facts.slug} {successor}")
    return decision


def _record_quarter_check(
    session: Session, under_review: BatchUnderReview, decision: rules.BatchDecision
) -> rules.BatchDecision:
    quarter = rules.quarter_at(under_review.now, under_review.zone)
    under_review.batch.looked = quarter
    _ask_for_help(session, under_review, f"/{quarter}")
    return replace(decision, code="not_ended" if under_review.facts.has_cards else "under_ten")


def _close(session: Session, under_review: BatchUnderReview, decision: rules.BatchDecision) -> rules.BatchDecision:
    _ask_for_help(session, under_review)
    _keep(session, under_review, decision)
    if decision.code == "too_many":
        _owe_advocates(session, under_review, "too_many", "", under_review.facts.titles, rules.TOO_MANY_DAYS)
    if decision.code != "counted":  # there will be no view that the decider would have to wait for
        release_answer(session, under_review.facts.slug, (), under_review.day)
    under_review.batch.closed_on, under_review.batch.outcome = under_review.day, decision.code
    store.delete_sheets(session, under_review.facts)
    if under_review.facts.slips or under_review.facts.has_cards:
        forget_round_slips(session, under_review.facts)
    under_review.log.add(session, f"batch.{decision.code}", under_review.facts.slug)
    return decision


def _keep(session: Session, under_review: BatchUnderReview, decision: rules.BatchDecision) -> None:
    """Put what may be kept into the batch, locked."""
    if decision.code not in {"counted", "chosen"}:
        return
    questionnaire, sheets, batch = (
        questionnaire_of_round(session, under_review.facts),
        under_review.opened.coded,
        under_review.batch,
    )
    if under_review.opened.pairs is not None:
        batch.sealed_counts = _locked_pairs(questionnaire, under_review)
        return
    counts = tally_answers(questionnaire, sheets)
    if decision.code == "counted":
        moved = count_transitions(questionnaire, sheets)
        split = declared_split(questionnaire, under_review.facts.split, sheets) if under_review.facts.split else None
        batch.sealed_counts = store.lock_counts(context.keyring(), batch.id, len(sheets), counts, moved, split=split)
    else:
        ties = store.tie_rule_of_round(session, under_review.facts.id)
        won = rules.find_winners(questionnaire, counts, len(sheets), ties)  # perhaps nothing: that is locked too
        batch.sealed_counts = store.lock_winners(context.keyring(), batch.id, won)
        create_choice_answer_due(session, under_review.facts, questionnaire, won, under_review.day)


def _locked_pairs(questionnaire: Questionnaire, under_review: BatchUnderReview) -> bytes:
    """Of waves that cards link, pairs alone: who answered once is counted nowhere (PRIVACY.md A1, A5)."""
    pairs = under_review.opened.pairs or ()
    before, after = ([pair[wave] for pair in pairs] for wave in (0, 1))
    first = store.FirstWave(tally_answers(questionnaire, before), under_review.opened.waves)
    counts, changes = tally_answers(questionnaire, after), count_changes(questionnaire, pairs)
    return store.lock_counts(context.keyring(), under_review.batch.id, len(pairs), counts, changes, first)


def _ask_for_help(session: Session, under_review: BatchUnderReview, when: str = "") -> None:
    """A9: a dated task, without a number, also under ten. Of waves that cards link it comes after each of them.

    Every safety question leaves one, locked and of equal length; where no child said harm it is blank and nobody is
    shown it, so that its row tells nothing.
    """
    questionnaire = questionnaire_of_round(session, under_review.facts)
    harmed = count_harmed(questionnaire, under_review.opened.coded)
    for question in questionnaire.coded:
        if question.safety:
            what, about = f"/{question.name}{when}", question.text if question.name in harmed else {}
            _owe_advocates(session, under_review, "safety", what, about, rules.SAFETY_DAYS, might_be=question.text)


def _owe_advocates(  # noqa: PLR0913, PLR0917 - a task has as many sides
    session: Session,
    under_review: BatchUnderReview,
    kind: str,
    what: str,
    about: Mapping[str, str],
    days: int,
    might_be: Mapping[str, str] | None = None,
) -> None:
    for site_id in under_review.facts.site_ids:
        create_answer_due(
            session,
            site_id=site_id,
            kind=kind,
            subject=f"{under_review.facts.slug}{what}",
            about=about,
            might_be=might_be,
            due=under_review.day + timedelta(days=days),
            owner_role=ADVOCATE,
        )


OPEN_ANSWERS_PREFIX = "open-answers-"


def destroy_unused_answer_keys() -> list[str]:
    """Destroy every open-answers key that no open batch uses.

    Returns:
        The names of the keys that ended.
    """
    with db.reading(db.engine()) as session:
        if not _unused(session):
            return []
    with db.writing(db.engine()) as session:
        _keep_rounds_from_opening(session)
        ended = _unused(session)
        for name in ended:
            context.keyring().destroy(name)
    return ended


def _unused(session: Session) -> list[str]:
    used = set(session.scalars(select(BatchRow.answers_key).where(BatchRow.closed_on.is_(None))))
    return [name for name in context.keyring().names() if name.startswith(OPEN_ANSWERS_PREFIX) and name not in used]


def _keep_rounds_from_opening(session: Session) -> None:
    """A round that opens meanwhile waits until its old key is gone; on SQLite every writer waits anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE batches IN SHARE ROW EXCLUSIVE MODE"))


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BatchLine:
    """What became of one batch at this look.

    Attributes:
        slug: of its round.
        code: how it closed or what it waits for (`batches.rules`), `run_on`, or `failed`.
        until: the day a wait ends, where one is known.
        tablets: names of those that it waits for, as it was at the daily hour: a delivery moves nothing (T5).
    """

    slug: str
    code: str
    until: date | None = None
    tablets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosingReport:
    """One line per batch that was not closed before, oldest first."""

    lines: tuple[BatchLine, ...]

    def with_code(self, *codes: str) -> tuple[str, ...]:
        """The slugs of the rounds with one of these codes."""
        return tuple(line.slug for line in self.lines if line.code in codes)


class NotAllBatchesClosed(Exception):
    """Some batch could not be closed; the others were."""


def close_due_job() -> None:
    """Close what is due; for the work process.

    Raises:
        NotAllBatchesClosed: after everything else was done.
    """
    report = close_due(context.now())
    if report.with_code("failed"):
        raise NotAllBatchesClosed


def close_due(now: datetime, actor: str = "work") -> ClosingReport:
    """Close every batch whose rule is met, and end the keys that nothing needs any more.

    Args:
        now: this moment.
        actor: for the log.
    """
    with db.reading(db.engine()) as session:
        rounds = store.list_unclosed_rounds(session)
    lines = [_tried(batch_id, slug, now, actor) for batch_id, slug in rounds]
    destroy_unused_answer_keys()
    report = ClosingReport(tuple(line for line in lines if line))
    if report.with_code("counted", "chosen", "too_few", "too_many", "discarded"):
        db.truncate_write_ahead_log(db.engine())
    return report


def _tried(batch_id: int, slug: str, now: datetime, actor: str) -> BatchLine | None:
    """One batch that cannot be closed must not keep the others open."""
    try:
        with db.reading(db.engine()) as session:
            if line := _waits(session, batch_id, now):
                return line
        with db.writing(db.engine()) as session:
            return _looked_at(session, batch_id, now, actor)
    except Exception as error:  # noqa: BLE001 - logged, told as `failed`, tried again at the next look
        _log.error("closing %s: %s", slug, type(error).__name__)
        return BatchLine(slug, "failed")


def _waits(session: Session, batch_id: int, now: datetime) -> BatchLine | None:
    """What a batch waits for that can be told without holding it up."""
    round_ = store.find_round_of_batch(session, batch_id)
    if round_ is None:
        return None
    zone = store.time_zone_of_round(session, round_)
    waits = rules.decide_without_opening(store.find_batch_state(session, round_, zone, now), now)
    return _line(session, round_, waits, zone, now) if waits else None


def _looked_at(session: Session, batch_id: int, now: datetime, actor: str) -> BatchLine | None:
    batch = store.lock_batch(session, batch_id)
    round_ = store.find_round_of_batch(session, batch_id)
    if batch is None or round_ is None:
        return None
    zone = store.time_zone_of_round(session, round_)
    opened_sheets = store.open_sheets(session, round_)
    decision = rules.decide_batch(store.find_batch_state(session, round_, zone, now, opened_sheets), now)
    log = Log(day_at(now, zone), actor)
    under_review = BatchUnderReview(batch, round_, opened_sheets, zone, now, log)
    return _line(session, round_, apply_decision(session, under_review, decision), zone, now)


def _line(session: Session, round_: Round, decision: rules.BatchDecision, zone: str, now: datetime) -> BatchLine:
    until = day_at(decision.until, zone) if decision.until else None
    tablets = store.list_shown_tablets(session, round_, now) if decision.tablets else ()
    return BatchLine(round_.slug, decision.code, until, tuple(tablets))


def sweep_due_receipts() -> None:
    """The job: forget receipts that are older than twelve months, and the order of what came in the last hour."""
    today = context.today()
    with db.reading(db.engine()) as session:
        are_any = receipts.has_old_receipts(session, today)
    if are_any:
        with db.writing(db.engine()) as session:
            receipts.forget_old_receipts(session, today)
    db.truncate_write_ahead_log(db.engine())

"""Close one batch: store its counts or winners, give the advocates their tasks, delete its responses.

A batch is the responses that are counted together: those of one round, or of two waves that cards link. `rules` decides
whether it is due; `closing_job` opens its responses in memory and calls `apply_decision` here, in one transaction.

- A round for which nobody plans an end (*care round*) closes each time enough children have answered: first the round
  is ended and a *successor* takes the answers from then on; the next run of the job closes the batch.
- A *choice* stores its winners only; every other batch its exact counts, locked. Nobody sees either here.
- Where a child reported harm, the advocates get a task; the rows of these tasks are the same where none did.

Source: PRIVACY.md A1, A2, A9, A11.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice import context
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

_COPIED_COLUMNS = (
    "questionnaire_id", "purpose", "wave", "link", "ends_at", "permission", "decider_id", "answer_due",
    "opened_by", "seconded_by",
)  # fmt: skip
"""What a successor has from the care round before it."""


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
    successor = _continue_care_round(session, opened_batch.round, opened_batch.now, opened_batch.day)
    opened_batch.log.add(session, "round.run_on", f"{opened_batch.round.slug} {successor}")


def _continue_care_round(session: Session, round_: Round, now: datetime, day: date) -> str:
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
    if opened_batch.responses.pairs is not None:
        opened_batch.batch.sealed_counts = _lock_pair_counts(questionnaire, opened_batch)
    elif outcome == "counted":
        opened_batch.batch.sealed_counts = _lock_all_counts(questionnaire, opened_batch)
    else:
        _store_winners(session, questionnaire, opened_batch)


def _lock_all_counts(questionnaire: Questionnaire, opened_batch: OpenedBatch) -> bytes:
    """Lock the counts of all children in the batch, and of its parts where the round declared a split."""
    responses, split = opened_batch.responses.coded, opened_batch.round.split
    return store.lock_counts(
        context.keyring(),
        opened_batch.batch.id,
        len(responses),
        tally_answers(questionnaire, responses),
        count_transitions(questionnaire, responses),
        split=declared_split(questionnaire, split, responses) if split else None,
    )


def _store_winners(session: Session, questionnaire: Questionnaire, opened_batch: OpenedBatch) -> None:
    """Store what won in a choice, perhaps nothing, and that adults now owe children an answer to it."""
    responses, batch = opened_batch.responses.coded, opened_batch.batch
    ties = store.tie_rule_of_round(session, opened_batch.round.id)
    won = rules.find_winners(questionnaire, tally_answers(questionnaire, responses), len(responses), ties)
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

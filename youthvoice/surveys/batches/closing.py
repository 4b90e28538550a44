"""Close one batch: store its counts or winners, give the advocates their tasks, delete its responses.

A batch is the responses that are counted together: those of one round, or of two waves that cards link. `rules` decides
whether it is due; `closing_job` opens its responses in memory and calls `apply_decision` here, in one transaction.

- A round that runs on (a *care round*, or one of feedback) closes at the end of a quarter by which ten children have
  answered, or after a year: first the round is ended and a *successor* takes the answers from then on; the next run of
  the job closes the batch.
- A *choice* stores its winners only; every other batch its exact counts, encrypted. Nobody sees either here.
- Where a child reported harm, the advocates get a task; the rows of these tasks are the same where none did.

Source: PRIVACY.md A1, A2, A9, A11.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accountability.store import create_answer_due
from youthvoice.audit.audit_log import Log
from youthvoice.privacy.keys.key_names import care_answers_key
from youthvoice.sites.store import get_site
from youthvoice.surveys.batches import rules, store
from youthvoice.surveys.batches.transitions import count_changes, count_transitions
from youthvoice.surveys.models import BatchRow, RoundRow
from youthvoice.surveys.questionnaires.answer_encoding import find_questions_with_harm, tally_answers
from youthvoice.surveys.questionnaires.questionnaire import FEEDBACK, Questionnaire
from youthvoice.surveys.responses.store import forget_round_slips
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.opening import (
    add_round,
    create_round_answer_due,
    find_feedback_decider,
    open_feedback_round,
)
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
        row: of the batch.
        rounds: its round, or both where cards link two waves, in order.
        responses: its responses, opened in memory only.
        zone: time zone of its first site.
        now: this moment.
        log: in the name of the actor who closes it.
    """

    row: BatchRow
    rounds: Sequence[Round]
    responses: store.OpenedResponses
    zone: str
    now: datetime
    log: Log

    @property
    def round(self) -> Round:
        """The round with which it closes: the last one."""
        return self.rounds[-1]

    @property
    def day(self) -> date:
        """Today at its first site."""
        return context.day_at(self.now, self.zone)


def apply_decision(session: Session, batch: OpenedBatch, decision: rules.BatchDecision) -> rules.BatchDecision:
    """Carry out a decision; one that waits changes nothing.

    Returns:
        What happened: the decision, or after a quarterly check what the batch waits for now.
    """
    if decision.code == "run_on":
        if batch.round.purpose == FEEDBACK:  # here, so that a child who reads an answer is always asked how it was
            end_early(session, batch.round, batch.now, batch.day)
            open_feedback_round(session, get_site(session, batch.round.site_ids[0]))
            return decision
        _open_successor(session, batch)
    elif decision.code == "look":
        return _record_quarter_check(session, batch, decision)
    elif decision.outcome is not None:
        _close(session, batch, decision.outcome)
    return decision


def _open_successor(session: Session, batch: OpenedBatch) -> None:
    """End a care round and open its successor; a later run of the job closes the old batch."""
    successor = _continue_care_round(session, batch.round, batch.now, batch.day)
    batch.log.add(session, "round.run_on", f"{batch.round.slug} {successor}")


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


def _record_quarter_check(session: Session, batch: OpenedBatch, decision: rules.BatchDecision) -> rules.BatchDecision:
    """Store that this quarter was checked, and return the decision with what the batch waits for now.

    That is the next quarter, with `under_ten` responses; where cards link two waves, the end of both: `not_ended`.
    """
    quarter = rules.quarter_at(batch.now, batch.zone)
    batch.row.looked = quarter
    _create_safety_tasks(session, batch, f"/{quarter}")
    return replace(decision, code="not_ended" if batch.round.has_cards else "under_ten")


def _close(session: Session, batch: OpenedBatch, outcome: rules.Outcome) -> None:
    """Close a batch: store its counts or winners, if there are any, and delete its responses.

    The outcome is stored in the row of the batch, and `batch.` with the outcome is the action in the log. Of its moment
    nothing but the day stays: it comes ten minutes at most after the last tablet has delivered.
    """
    _create_safety_tasks(session, batch)
    _store_counts(session, batch, outcome)
    if outcome == "too_many":
        _create_advocate_task(session, batch, "too_many", "", batch.round.titles, rules.TOO_MANY_DAYS)
    if outcome == "counted" and batch.round.purpose == FEEDBACK:
        _create_feedback_answer_due(session, batch)
    if outcome != "counted":  # there will be no view that the decider would have to wait for
        release_answer(session, batch.round.slug, (), batch.day)
    batch.row.closed_on, batch.row.due_at = batch.day, batch.round.ends_at
    batch.row.outcome = outcome
    store.delete_responses(session, batch.rounds)
    if batch.round.slips or batch.round.has_cards:
        forget_round_slips(session, batch.round)
    batch.log.add(session, f"batch.{outcome}", batch.round.slug)


def _create_feedback_answer_due(session: Session, batch: OpenedBatch) -> None:
    """A coordinator of today answers what children said of answers within thirty days of the day it was counted on."""
    decider_id = (
        find_feedback_decider(session, batch.round.site_ids[0], batch.round.decider_id) or batch.round.decider_id
    )
    due = batch.day + timedelta(days=rules.FEEDBACK_DAYS)
    values = {"answer_due": due, "decider_id": decider_id}
    session.execute(update(RoundRow).where(RoundRow.id == batch.round.id).values(values))
    create_round_answer_due(session, replace(batch.round, answer_due=due, decider_id=decider_id))


def _store_counts(session: Session, batch: OpenedBatch, outcome: rules.Outcome) -> None:
    """Store the exact counts, or the winners of a choice, encrypted in the batch's row."""
    if outcome not in {"counted", "chosen"}:
        return
    questionnaire = questionnaire_of_round(session, batch.round)
    if batch.responses.pairs is not None:
        batch.row.sealed_counts = _encrypt_pair_counts(questionnaire, batch)
    elif outcome == "counted":
        batch.row.sealed_counts = _encrypt_all_counts(questionnaire, batch)
    else:
        _store_winners(session, questionnaire, batch)


def _encrypt_all_counts(questionnaire: Questionnaire, batch: OpenedBatch) -> bytes:
    """Encrypt the counts of all children in the batch, and of its parts where the round declared a split."""
    coded, split = batch.responses.coded, batch.round.split
    return store.encrypt_counts(
        context.keyring(),
        batch.row.id,
        len(coded),
        tally_answers(questionnaire, coded),
        count_transitions(questionnaire, coded),
        split=declared_split(questionnaire, split, coded) if split else None,
    )


def _store_winners(session: Session, questionnaire: Questionnaire, batch: OpenedBatch) -> None:
    """Store what won in a choice, perhaps nothing, and that adults now owe children an answer to it."""
    coded = batch.responses.coded
    ties = store.tie_rule_of_round(session, batch.round.id)
    won = rules.find_winners(questionnaire, tally_answers(questionnaire, coded), len(coded), ties)
    batch.row.sealed_counts = store.encrypt_winners(context.keyring(), batch.row.id, won)
    create_choice_answer_due(session, batch.round, questionnaire, won, batch.day)


def _encrypt_pair_counts(questionnaire: Questionnaire, batch: OpenedBatch) -> bytes:
    """Encrypt the counts of the children who answered both waves (PRIVACY.md A1, A5).

    A child who answered only one of two waves that cards link is not counted.
    """
    pairs = batch.responses.pairs or ()
    before, after = ([pair[wave] for pair in pairs] for wave in (0, 1))
    first = store.FirstWave(tally_answers(questionnaire, before), batch.responses.waves)
    counts, changes = tally_answers(questionnaire, after), count_changes(questionnaire, pairs)
    return store.encrypt_counts(context.keyring(), batch.row.id, len(pairs), counts, changes, first)


def _create_safety_tasks(session: Session, batch: OpenedBatch, check: str = "") -> None:
    """A9: create a dated task for the advocates about every safety question, also under ten responses.

    The task holds no number. Where cards link two waves this happens after each of them. Every safety question creates
    a row, encrypted and of equal length. Where no child reported harm the row is a placeholder that nobody is shown, so
    that a row reveals nothing. `check` tells the tasks of a quarterly check, `/2026Q4`, from those of the closing.
    """
    questionnaire = questionnaire_of_round(session, batch.round)
    harmed = find_questions_with_harm(questionnaire, batch.responses.coded)
    for question in questionnaire.coded:
        if question.safety:
            suffix, about = f"/{question.name}{check}", question.text if question.name in harmed else {}
            _create_advocate_task(session, batch, "safety", suffix, about, rules.SAFETY_DAYS, might_be=question.text)


def _create_advocate_task(  # noqa: PLR0913, PLR0917 - a task has as many sides
    session: Session,
    batch: OpenedBatch,
    kind: str,
    suffix: str,
    about: Mapping[str, str],
    days: int,
    might_be: Mapping[str, str] | None = None,
) -> None:
    for site_id in sorted(batch.round.site_ids):  # the order in which pages of safety tasks are locked
        create_answer_due(
            session,
            site_id=site_id,
            kind=kind,
            subject=f"{batch.round.slug}{suffix}",
            about=about,
            might_be=might_be,
            due=batch.day + timedelta(days=days),
            owner_role=ADVOCATE,
        )

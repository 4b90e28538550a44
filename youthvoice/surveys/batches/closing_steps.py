"""What closing one batch does, inside its transaction.

Source: PRIVACY.md A1, A2, A9, A11.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from youthvoice.access.permissions import ADVOCATE
from youthvoice.accountability import store as answers
from youthvoice.audit.log import Log
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.surveys.batches import care_rollover as care
from youthvoice.surveys.batches import closing_rules
from youthvoice.surveys.batches import store as waiting
from youthvoice.surveys.batches.closing_rules import Decision
from youthvoice.surveys.batches.counts import lock_counts, lock_winners, transitions
from youthvoice.surveys.batches.tally import harmed, tally
from youthvoice.surveys.choices import store as choice_store
from youthvoice.surveys.models import Batch
from youthvoice.surveys.responses.slips import check as with_slips
from youthvoice.surveys.rounds import answer_due as owing
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import RoundFacts


@dataclass(frozen=True, slots=True)
class Look:
    """A batch that is held, with all that is known of it at this moment.

    Attributes:
        batch: its row.
        facts: its round.
        opened: its sheets, in memory only.
        zone: time zone of its first site.
        now: this moment.
        keyring: the key files.
        log: in the name of who closes.
    """

    batch: Batch
    facts: RoundFacts
    opened: waiting.Opened
    zone: str
    now: datetime
    keyring: Keyring
    log: Log

    @property
    def day(self) -> date:
        """Today at its first site."""
        return waiting.day_at(self.now, self.zone)


def take_step(session: Session, look: Look, decision: Decision) -> Decision:
    """Do what was decided; a wait does nothing.

    Returns:
        What happened; a look finds `under_ten`.
    """
    if decision.code == "run_on":
        return _run_on(session, look, decision)
    if decision.code == "look":
        return _remember_the_look(session, look, decision)
    return _close(session, look, decision) if decision.outcome else decision


def _run_on(session: Session, look: Look, decision: Decision) -> Decision:
    successor = care.run_on(session, look.keyring, look.facts, look.now, look.day)
    look.log.add(session, "round.run_on", f"{look.facts.slug} {successor}")
    return decision


def _remember_the_look(session: Session, look: Look, decision: Decision) -> Decision:
    quarter = closing_rules.quarter_at(look.now, look.zone)
    look.batch.looked = quarter
    _ask_for_help(session, look, f"/{quarter}")
    return replace(decision, code="under_ten")


def _close(session: Session, look: Look, decision: Decision) -> Decision:
    _ask_for_help(session, look)
    _keep(session, look, decision)
    if decision.code == "too_many":
        _owe_advocates(session, look, "too_many", "", look.facts.titles, closing_rules.TOO_MANY_DAYS)
    if decision.code != "counted":  # there will be no view that the decider would have to wait for
        owing.let_answer(session, look.keyring, look.facts.slug, (), look.day)
    look.batch.closed_on, look.batch.outcome = look.day, decision.code
    waiting.delete_sheets(session, look.facts)
    if look.facts.slips:
        with_slips.forget(session, look.facts)
    look.log.add(session, f"batch.{decision.code}", look.facts.slug)
    return decision


def _keep(session: Session, look: Look, decision: Decision) -> None:
    """Put what may be kept into the batch, locked."""
    if decision.code not in {"counted", "chosen"}:
        return
    questions, sheets, batch = store.questions_of(session, look.facts), look.opened.coded, look.batch
    counts = tally(questions, sheets)
    if decision.code == "counted":
        moved = transitions(questions, sheets)
        batch.sealed_counts = lock_counts(look.keyring, batch.id, len(sheets), counts, moved)
    else:
        ties = choice_store.ties_of(session, look.facts.id)
        won = closing_rules.winners(questions, counts, len(sheets), ties)  # perhaps nothing: that is locked too
        batch.sealed_counts = lock_winners(look.keyring, batch.id, won)
        owing.owe_choice(session, look.keyring, look.facts, questions, won, look.day)


def _ask_for_help(session: Session, look: Look, when: str = "") -> None:
    """A9: a dated task, without a number, also under ten.

    Every safety question leaves one, locked and of equal length; where no child said harm it is blank and nobody is
    shown it, so that its row tells nothing.
    """
    questions = store.questions_of(session, look.facts)
    said = harmed(questions, look.opened.coded)
    for question in questions.coded:
        if question.safety:
            what, about = f"/{question.name}{when}", question.text if question.name in said else {}
            _owe_advocates(session, look, "safety", what, about, closing_rules.SAFETY_DAYS, might_be=question.text)


def _owe_advocates(  # noqa: PLR0913, PLR0917 - a task has as many sides
    session: Session,
    look: Look,
    kind: str,
    what: str,
    about: Mapping[str, str],
    days: int,
    might_be: Mapping[str, str] | None = None,
) -> None:
    for site_id in look.facts.site_ids:
        answers.owe(
            session,
            look.keyring,
            site_id=site_id,
            kind=kind,
            subject=f"{look.facts.slug}{what}",
            about=about,
            might_be=might_be,
            due=look.day + timedelta(days=days),
            owner_role=ADVOCATE,
        )

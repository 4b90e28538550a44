"""Store everyday choices: one adult prepares one, an advocate's approval opens it, and it may be repeated."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accounts.store import find_person, list_advocates, names_of_people
from youthvoice.audit.audit_log import Log
from youthvoice.errors import ConcurrentUpdate
from youthvoice.sites.store import Site, find_site
from youthvoice.surveys.choices.rules import AGAIN_DAYS, circumstance_refusals, closes_at
from youthvoice.surveys.models import ChoiceRow, RoundRow
from youthvoice.surveys.questionnaires.question_identity import question_hash
from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire
from youthvoice.surveys.questionnaires.store import approve_questionnaire, find_stored_questionnaire, load_questionnaire
from youthvoice.surveys.rounds.entities import Round, Span
from youthvoice.surveys.rounds.opening import find_site_readiness, open_rounds
from youthvoice.surveys.rounds.rules import RoundOpening, RuleRefusal, opening_refusals
from youthvoice.surveys.rounds.store import list_rounds_by_id


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice with its questionnaire and the names of its adults.

    Attributes:
        questionnaire: with one question.
        decider: name of the adult who carries out the result.
        preparer: name of the adult who prepared it.
        round: its round; None before it is opened.
    """

    row: ChoiceRow
    questionnaire: Questionnaire
    decider: str
    preparer: str
    round: Round | None

    @property
    def question(self) -> Question:
        """The question."""
        return self.questionnaire.coded[0]

    def waits(self, now: datetime) -> bool:
        """Whether an advocate can still approve it."""
        return self.round is None and self.row.dropped_on is None and now < self.row.closes_at


def plan_choice(  # noqa: PLR0913 - all that a choice fixes
    site: Site, evening: date, *, decider_id: int, answer_due: date, invited: int, ties: str
) -> ChoiceRow:
    """The row of a choice that is not stored yet.

    Args:
        site: whose children choose.
        evening: the day it ends, at the daily hour.
        decider_id: the adult who carries out the result.
        answer_due: the day by which it is done.
        invited: number of children of the site.
        ties: one of `rules.TIE_RULES`.
    """
    ends = closes_at(evening, site.daily_hour, site.time_zone)
    return ChoiceRow(
        site_id=site.id, closes_at=ends, decider_id=decider_id, answer_due=answer_due, invited=invited, ties=ties
    )


def prepare_choice(  # noqa: PLR0913, PLR0917 - what is stored, by whom, when
    session: Session, questionnaire_id: int, choice_row: ChoiceRow, person_id: int, day: date, log: Log
) -> int:
    """Store a choice for an advocate to approve; returns its row id.

    Args:
        session: may write.
        questionnaire_id: from `store.add_questionnaire`.
        choice_row: from `plan_choice`.
        person_id: the adult who prepares it.
        day: today at the site.
        log: in her name.
    """
    choice_row.questionnaire_id, choice_row.prepared_by, choice_row.prepared_on = questionnaire_id, person_id, day
    session.add(choice_row)
    session.flush()
    log.add(session, "choice.prepare", str(choice_row.id))
    return choice_row.id


def lock_choice(session: Session, choice_id: int) -> ChoiceRow | None:
    """Lock the row of a choice until the commit; None if it was approved or dropped already."""
    choice = session.scalar(
        select(ChoiceRow).where(ChoiceRow.id == choice_id).with_for_update().execution_options(populate_existing=True)
    )
    return choice if choice is not None and choice.round_id is None and choice.dropped_on is None else None


def drop_choice(session: Session, choice_id: int, day: date, log: Log) -> bool:
    """Take back a choice that was not asked yet; False if somebody decided about it first."""
    choice_row = lock_choice(session, choice_id)
    if choice_row is None:
        return False
    choice_row.dropped_on = day
    log.add(session, "choice.drop", str(choice_id))
    return True


def find_choice(session: Session, choice_id: int, site_ids: Collection[int]) -> Choice | None:
    """Find a choice of some sites."""
    query = select(ChoiceRow).where(ChoiceRow.id == choice_id, ChoiceRow.site_id.in_(site_ids))
    return next(iter(_load_choices(session, query)), None)


def list_choices(session: Session, site_ids: Collection[int], since: datetime) -> list[Choice]:
    """List the choices of some sites that end after a moment, the latest first."""
    query = select(ChoiceRow).where(ChoiceRow.site_id.in_(site_ids), ChoiceRow.closes_at > since)
    return _load_choices(session, query.order_by(ChoiceRow.closes_at.desc(), ChoiceRow.id.desc()))


def list_waiting_choices(session: Session, site_ids: Collection[int], now: datetime) -> list[Choice]:
    """List the choices that wait for an advocate's approval, the next to end first."""
    query = select(ChoiceRow).where(ChoiceRow.site_id.in_(site_ids), *_waits(now))
    return _load_choices(session, query.order_by(ChoiceRow.closes_at, ChoiceRow.id))


def sites_with_waiting(session: Session, site_ids: Collection[int], now: datetime) -> set[int]:
    """The sites with a choice that waits for an advocate's approval."""
    return set(session.scalars(select(ChoiceRow.site_id).where(ChoiceRow.site_id.in_(site_ids), *_waits(now))))


def _waits(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return ChoiceRow.round_id.is_(None), ChoiceRow.dropped_on.is_(None), ChoiceRow.closes_at > now


def find_choice_questionnaires(session: Session) -> frozenset[int]:
    """The row ids of the questionnaire versions that belong to choices; those are approved on a page of their own."""
    return frozenset(session.scalars(select(ChoiceRow.questionnaire_id)))


def is_question_asked(session: Session, site_id: int, question: Question, now: datetime) -> bool:
    """Whether the same question is open at a site, or waits for approval there."""
    wanted_hash = question_hash(question)
    choices = (choice for choice in list_choices(session, [site_id], now) if choice.row.dropped_on is None)
    return any(
        question_hash(choice.question) == wanted_hash
        for choice in choices
        if choice.round is None or choice.round.state(now) != "closed"
    )


def _load_choices(session: Session, query: Select[ChoiceRow]) -> list[Choice]:
    rows = session.scalars(query).all()
    people = names_of_people(session, [each for row in rows for each in (row.decider_id, row.prepared_by)])
    ids = [row.round_id for row in rows if row.round_id is not None]
    rounds = {round_.id: round_ for round_ in list_rounds_by_id(session, ids)}
    return [
        Choice(
            row=row,
            questionnaire=load_questionnaire(session, row.questionnaire_id),
            decider=people[row.decider_id],
            preparer=people[row.prepared_by],
            round=rounds.get(row.round_id or 0),
        )
        for row in rows
    ]


def opening_of_choice(choice_row: ChoiceRow, zone: str, second: int | None = None) -> RoundOpening:
    """The opening of a choice's round, from now on, signed by the adult who prepared it, if it is stored already."""
    return RoundOpening(
        questionnaire_id=choice_row.questionnaire_id or 0,
        purpose="choice",
        spans=(Span("single", context.now(), choice_row.closes_at),),
        site_ids=(choice_row.site_id,),
        time_zone=zone,
        invited=choice_row.invited,
        permission=str(_("An everyday choice; an advocate approved every word and picture.")),
        decider_id=choice_row.decider_id,
        answer_due=choice_row.answer_due,
        opened_by=choice_row.prepared_by or 0,
        seconded_by=second,
    )


def check_choice(session: Session, choice_row: ChoiceRow, questionnaire: Questionnaire) -> list[RuleRefusal]:
    """Every rule that a choice breaks as a round; its texts are taken as valid.

    Raises:
        KeyError: there is no such site.
    """
    site_readiness, decider = (
        find_site_readiness(session, choice_row.site_id),
        find_person(session, choice_row.decider_id),
    )
    rule_refusals = opening_refusals(
        opening_of_choice(choice_row, site_readiness.time_zone),
        questionnaire,
        approved=True,
        sites=[site_readiness],
        decider_is_here=decider is not None and decider.left_on is None,
        asked_identities=(),  # a choice may be asked at any time (A11)
        now=context.now(),
    )
    return [replace(refusal, at="closes") if refusal.at == "until" else refusal for refusal in rule_refusals]


def check_new_choice(session: Session, choice_row: ChoiceRow, questionnaire: Questionnaire) -> list[RuleRefusal]:
    """As `check_choice`, and whether the same question is open already; for a choice that is not stored yet."""
    is_asked = is_question_asked(session, choice_row.site_id, questionnaire.coded[0], context.now())
    circumstances = circumstance_refusals(open_already=is_asked, invited=choice_row.invited)
    return [*check_choice(session, choice_row, questionnaire), *circumstances]


def open_choice(session: Session, choice: Choice, second: int, log: Log) -> str:
    """Open a choice with an advocate's approval, as the second adult of its round; returns the round's slug.

    Args:
        session: may write; the caller commits.
        choice: one that waits.
        second: the advocate.
        log: in the name of the advocate, or of the adult who repeats what the advocate allowed to repeat.

    Raises:
        ConcurrentUpdate: it no longer waits.
    """
    choice_row = lock_choice(session, choice.row.id)
    site = find_site(session, choice.row.site_id)
    questionnaire_row = find_stored_questionnaire(session, choice.row.questionnaire_id)
    if choice_row is None or site is None or questionnaire_row is None:
        raise ConcurrentUpdate
    approve_questionnaire(session, questionnaire_row, second, context.today(site.time_zone), log)
    (round_,) = open_rounds(session, opening_of_choice(choice_row, site.time_zone, second), log)
    choice_row.round_id = round_.id
    session.flush()
    return round_.slug


def allow_repeats(session: Session, choice_id: int, day: date) -> None:
    """Allow a choice to be repeated with other days for a quarter without another approval."""
    until = day + timedelta(days=AGAIN_DAYS)
    session.execute(update(ChoiceRow).where(ChoiceRow.id == choice_id).values(again_until=until))


def signer_of_repeat(session: Session, choice: Choice, day: date) -> int | None:
    """The advocate who allowed to repeat a choice, if that still holds and the advocate still reads at the site."""
    conditions = (
        ChoiceRow.questionnaire_id == choice.row.questionnaire_id,
        ChoiceRow.site_id == choice.row.site_id,
        ChoiceRow.again_until >= day,
    )
    query = select(RoundRow.seconded_by).join(ChoiceRow, ChoiceRow.round_id == RoundRow.id).where(*conditions)
    signer = session.scalar(query.order_by(ChoiceRow.again_until.desc()).limit(1))
    readers = list_advocates(session, choice.row.site_id)
    return signer if signer in {reader.person_id for reader in readers} else None

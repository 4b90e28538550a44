"""Everyday choices as they are kept: prepared by one adult, opened by the yes of another, asked again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from youthvoice.accounts.store import names
from youthvoice.audit.log import Log
from youthvoice.surveys.batches.closing_rules import Ties
from youthvoice.surveys.models import Choice, Round
from youthvoice.surveys.questionnaires import store as questionnaire_store
from youthvoice.surveys.questionnaires.question import Question
from youthvoice.surveys.questionnaires.question_identity import identity
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import RoundFacts


@dataclass(frozen=True, slots=True)
class Plan:
    """What is fixed with a choice: where, until when, who does it by which day, how a tie ends.

    Attributes:
        invited: children of the site.
        ties: `lot` or `both`.
    """

    site_id: int
    closes_at: datetime
    decider_id: int
    answer_due: date
    invited: int
    ties: str


@dataclass(frozen=True, slots=True)
class ChoiceFacts:
    """One choice.

    Attributes:
        questions: its questionnaire; one question.
        round: once it was opened.
        again_until: until when it may be asked again without an advocate; None where she wants to be asked.
    """

    id: int
    questionnaire_id: int
    questions: Questionnaire
    plan: Plan
    decider: str
    prepared_by: int
    preparer: str
    prepared_on: date
    again_until: date | None
    dropped_on: date | None
    round: RoundFacts | None

    @property
    def question(self) -> Question:
        """What is asked."""
        return self.questions.coded[0]

    def waits(self, now: datetime) -> bool:
        """Whether an advocate can still say yes to it."""
        return self.round is None and self.dropped_on is None and now < self.plan.closes_at


def prepare(  # noqa: PLR0913, PLR0917 - what is kept, who keeps it, when
    session: Session, questionnaire_id: int, plan: Plan, person_id: int, day: date, log: Log
) -> int:
    """Keep a choice for an advocate to look at; gives its row.

    Args:
        session: may write.
        questionnaire_id: from `questionnaire_store.add_questionnaire`.
        plan: what is fixed with it.
        person_id: who prepares it.
        day: today at the site.
        log: in her name.
    """
    made = Choice(
        questionnaire_id=questionnaire_id,
        site_id=plan.site_id,
        closes_at=plan.closes_at,
        decider_id=plan.decider_id,
        answer_due=plan.answer_due,
        invited=plan.invited,
        ties=plan.ties,
        prepared_by=person_id,
        prepared_on=day,
    )
    session.add(made)
    session.flush()
    log.add(session, "choice.prepare", str(made.id))
    return made.id


def hold(session: Session, choice_id: int) -> Choice | None:
    """The row until the commit, if nobody decided about it yet."""
    held = session.scalar(
        select(Choice).where(Choice.id == choice_id).with_for_update().execution_options(populate_existing=True)
    )
    return held if held is not None and held.round_id is None and held.dropped_on is None else None


def drop(session: Session, choice_id: int, day: date, log: Log) -> bool:
    """Take back a choice that was not asked yet; False when somebody decided about it a moment ago."""
    held = hold(session, choice_id)
    if held is None:
        return False
    held.dropped_on = day
    log.add(session, "choice.drop", str(choice_id))
    return True


def let_again(session: Session, choice_id: int, until: date) -> None:
    """An advocate lets it be asked again with other days, without asking her, until a day."""
    session.execute(update(Choice).where(Choice.id == choice_id).values(again_until=until))


def ties_of(session: Session, round_id: int) -> Ties:
    """How a tie ends in a round; `first` where it was opened without the page of choices."""
    found = session.scalar(select(Choice.ties).where(Choice.round_id == round_id))
    if found == "lot":
        return "lot"
    return "both" if found == "both" else "first"


def find(session: Session, choice_id: int, site_ids: Collection[int]) -> ChoiceFacts | None:
    """One choice of these sites."""
    return next(iter(_facts(session, select(Choice).where(Choice.id == choice_id, Choice.site_id.in_(site_ids)))), None)


def of_sites(session: Session, site_ids: Collection[int], since: datetime) -> list[ChoiceFacts]:
    """The choices of some sites that end or ended after a moment, the latest first."""
    query = select(Choice).where(Choice.site_id.in_(site_ids), Choice.closes_at > since)
    return _facts(session, query.order_by(Choice.closes_at.desc(), Choice.id.desc()))


def waiting(session: Session, site_ids: Collection[int], now: datetime) -> list[ChoiceFacts]:
    """What waits for an advocate's yes, the next evening first."""
    query = select(Choice).where(
        Choice.site_id.in_(site_ids), Choice.round_id.is_(None), Choice.dropped_on.is_(None), Choice.closes_at > now
    )
    return _facts(session, query.order_by(Choice.closes_at, Choice.id))


def questionnaires_of_choices(session: Session) -> frozenset[int]:
    """The versions that belong to choices; they are approved on a page of their own."""
    return frozenset(session.scalars(select(Choice.questionnaire_id)))


def is_asked(session: Session, site_id: int, question: Question, now: datetime) -> bool:
    """Whether the same question is open at a site, or waits there for an advocate."""
    known = identity(question)
    found = (one for one in of_sites(session, [site_id], now) if one.dropped_on is None)
    return any(
        identity(one.question) == known for one in found if one.round is None or one.round.state(now) != "closed"
    )


def allows_again(session: Session, questionnaire_id: int, site_id: int, day: date) -> int | None:
    """Who said of this version that it may be asked again at the site without asking her; None where nobody did."""
    return session.scalar(
        select(Round.seconded_by)
        .join(Choice, Choice.round_id == Round.id)
        .where(Choice.questionnaire_id == questionnaire_id, Choice.site_id == site_id, Choice.again_until >= day)
        .order_by(Choice.again_until.desc())
        .limit(1)
    )


def _facts(session: Session, query: Select[Choice]) -> list[ChoiceFacts]:
    rows = session.scalars(query).all()
    people = names(session, [each for row in rows for each in (row.decider_id, row.prepared_by)])
    rounds = {facts.id: facts for facts in store.rounds_by_id(session, _ids(row.round_id for row in rows))}
    return [
        ChoiceFacts(
            id=row.id,
            questionnaire_id=row.questionnaire_id,
            questions=questionnaire_store.questionnaire(session, row.questionnaire_id),
            plan=Plan(row.site_id, row.closes_at, row.decider_id, row.answer_due, row.invited, row.ties),
            decider=people[row.decider_id],
            prepared_by=row.prepared_by,
            preparer=people[row.prepared_by],
            prepared_on=row.prepared_on,
            again_until=row.again_until,
            dropped_on=row.dropped_on,
            round=rounds.get(row.round_id or 0),
        )
        for row in rows
    ]


def _ids(found: Iterable[int | None]) -> list[int]:
    return [one for one in found if one is not None]

"""Everyday choices as they are kept: prepared by one adult, opened by the yes of another, asked again."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from youthvoice.accounts.store import find_person, list_advocates, names_of_people
from youthvoice.audit.audit_log import Log
from youthvoice.context import day_at
from youthvoice.errors import ConcurrentUpdate
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites.store import find_site
from youthvoice.surveys.choices.rules import AGAIN_DAYS, circumstance_refusals
from youthvoice.surveys.models import ChoiceRow, RoundRow
from youthvoice.surveys.questionnaires.question_identity import question_hash
from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire
from youthvoice.surveys.questionnaires.store import approve_questionnaire, find_stored_questionnaire, load_questionnaire
from youthvoice.surveys.rounds.entities import Round, Span
from youthvoice.surveys.rounds.opening import find_site_readiness, open_rounds
from youthvoice.surveys.rounds.rules import RoundOpening, RuleRefusal, opening_refusals
from youthvoice.surveys.rounds.store import list_rounds_by_id


@dataclass(frozen=True, slots=True)
class ChoicePlan:
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
class Choice:
    """One choice.

    Attributes:
        questions: its questionnaire; one question.
        round: once it was opened.
        again_until: until when it may be asked again without an advocate; None where she wants to be asked.
    """

    id: int
    questionnaire_id: int
    questions: Questionnaire
    plan: ChoicePlan
    decider: str
    prepared_by: int
    preparer: str
    prepared_on: date
    again_until: date | None
    dropped_on: date | None
    round: Round | None

    @property
    def question(self) -> Question:
        """What is asked."""
        return self.questions.coded[0]

    def waits(self, now: datetime) -> bool:
        """Whether an advocate can still say yes to it."""
        return self.round is None and self.dropped_on is None and now < self.plan.closes_at


def prepare_choice(  # noqa: PLR0913, PLR0917 - what is kept, who keeps it, when
    session: Session, questionnaire_id: int, plan: ChoicePlan, person_id: int, day: date, log: Log
) -> int:
    """Keep a choice for an advocate to look at; gives its row.

    Args:
        session: may write.
        questionnaire_id: from `store.add_questionnaire`.
        plan: what is fixed with it.
        person_id: who prepares it.
        day: today at the site.
        log: in her name.
    """
    made = ChoiceRow(
        questionnaire_id=questionnaire_id,
        prepared_by=person_id,
        prepared_on=day,
        **asdict(plan),
    )
    session.add(made)
    session.flush()
    log.add(session, "choice.prepare", str(made.id))
    return made.id


def lock_choice(session: Session, choice_id: int) -> ChoiceRow | None:
    """The row until the commit, if nobody decided about it yet."""
    held = session.scalar(
        select(ChoiceRow).where(ChoiceRow.id == choice_id).with_for_update().execution_options(populate_existing=True)
    )
    return held if held is not None and held.round_id is None and held.dropped_on is None else None


def drop_choice(session: Session, choice_id: int, day: date, log: Log) -> bool:
    """Take back a choice that was not asked yet; False when somebody decided about it a moment ago."""
    held = lock_choice(session, choice_id)
    if held is None:
        return False
    held.dropped_on = day
    log.add(session, "choice.drop", str(choice_id))
    return True


def find_choice(session: Session, choice_id: int, site_ids: Collection[int]) -> Choice | None:
    """One choice of these sites."""
    return next(
        iter(_facts(session, select(ChoiceRow).where(ChoiceRow.id == choice_id, ChoiceRow.site_id.in_(site_ids)))), None
    )


def list_choices(session: Session, site_ids: Collection[int], since: datetime) -> list[Choice]:
    """The choices of some sites that end or ended after a moment, the latest first."""
    query = select(ChoiceRow).where(ChoiceRow.site_id.in_(site_ids), ChoiceRow.closes_at > since)
    return _facts(session, query.order_by(ChoiceRow.closes_at.desc(), ChoiceRow.id.desc()))


def list_waiting_choices(session: Session, site_ids: Collection[int], now: datetime) -> list[Choice]:
    """What waits for an advocate's yes, the next evening first."""
    query = select(ChoiceRow).where(
        ChoiceRow.site_id.in_(site_ids),
        ChoiceRow.round_id.is_(None),
        ChoiceRow.dropped_on.is_(None),
        ChoiceRow.closes_at > now,
    )
    return _facts(session, query.order_by(ChoiceRow.closes_at, ChoiceRow.id))


def choice_questionnaires_query(session: Session) -> frozenset[int]:
    """The versions that belong to choices; they are approved on a page of their own."""
    return frozenset(session.scalars(select(ChoiceRow.questionnaire_id)))


def is_question_asked(session: Session, site_id: int, question: Question, now: datetime) -> bool:
    """Whether the same question is open at a site, or waits there for an advocate."""
    known = question_hash(question)
    found = (one for one in list_choices(session, [site_id], now) if one.dropped_on is None)
    return any(
        question_hash(one.question) == known for one in found if one.round is None or one.round.state(now) != "closed"
    )


def is_repeat_allowed(session: Session, questionnaire_id: int, site_id: int, day: date) -> int | None:
    """Who said of this version that it may be asked again at the site without asking her; None where nobody did."""
    return session.scalar(
        select(RoundRow.seconded_by)
        .join(ChoiceRow, ChoiceRow.round_id == RoundRow.id)
        .where(
            ChoiceRow.questionnaire_id == questionnaire_id, ChoiceRow.site_id == site_id, ChoiceRow.again_until >= day
        )
        .order_by(ChoiceRow.again_until.desc())
        .limit(1)
    )


def _facts(session: Session, query: Select[ChoiceRow]) -> list[Choice]:
    rows = session.scalars(query).all()
    people = names_of_people(session, [each for row in rows for each in (row.decider_id, row.prepared_by)])
    ids = [row.round_id for row in rows if row.round_id is not None]
    rounds = {facts.id: facts for facts in list_rounds_by_id(session, ids)}
    return [
        Choice(
            id=row.id,
            questionnaire_id=row.questionnaire_id,
            questions=load_questionnaire(session, row.questionnaire_id),
            plan=ChoicePlan(**{name: getattr(row, name) for name in ChoicePlan.__dataclass_fields__}),
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


def opening_of_choice(plan: ChoicePlan, questionnaire_id: int, zone: str, first: int, now: datetime) -> RoundOpening:
    """The round of a plan, from now on, signed by the first adult."""
    return RoundOpening(
        questionnaire_id=questionnaire_id,
        purpose="choice",
        link="none",
        spans=(Span("single", now, plan.closes_at),),
        site_ids=(plan.site_id,),
        time_zone=zone,
        invited=plan.invited,
        permission=str(_("An everyday choice; an advocate approved every word and picture.")),
        decider_id=plan.decider_id,
        answer_due=plan.answer_due,
        opened_by=first,
    )


def weigh_choice(
    session: Session, keyring: Keyring, plan: ChoicePlan, questions: Questionnaire, now: datetime
) -> list[RuleRefusal]:
    """Everything that keeps a choice from being asked, as far as its words are right.

    Args:
        session: may only read.
        keyring: the key files.
        plan: what is fixed with it.
        questions: what is asked.
        now: this moment.

    Raises:
        KeyError: there is no such site.
    """
    ready = find_site_readiness(session, plan.site_id, keyring.key("people"), now)
    decider = find_person(session, plan.decider_id)
    opening = opening_of_choice(plan, 0, ready.time_zone, 0, now)
    here = decider is not None and decider.left_on is None
    found = opening_refusals(opening, questions, approved=True, sites=[ready], decider_is_here=here, asked=(), now=now)
    return [replace(one, at="closes") if one.at == "until" else one for one in found]


def weigh_new_choice(
    session: Session, keyring: Keyring, plan: ChoicePlan, questions: Questionnaire, now: datetime
) -> list[RuleRefusal]:
    """The same for a choice that is to be prepared, where the same question may be open already."""
    is_asked = is_question_asked(session, plan.site_id, questions.coded[0], now)
    return [
        *weigh_choice(session, keyring, plan, questions, now),
        *circumstance_refusals(open_already=is_asked, invited=plan.invited),
    ]


def open_choice(  # noqa: PLR0913, PLR0917 - who opens what, with which keys, when
    session: Session, keyring: Keyring, choice: Choice, second: int, now: datetime, log: Log
) -> str:
    """An advocate's yes: she approves the words and is the second adult who opens the round; gives its slug.

    Args:
        session: may write; the caller commits.
        keyring: the key files.
        choice: what waits.
        second: the advocate.
        now: this moment.
        log: in her name.

    Raises:
        ConcurrentUpdate: it does not wait any more.
    """
    held = lock_choice(session, choice.id)
    site = find_site(session, choice.plan.site_id)
    stored = find_stored_questionnaire(session, choice.questionnaire_id)
    if held is None or site is None or stored is None:
        raise ConcurrentUpdate
    approve_questionnaire(session, stored, second, day_at(now, site.time_zone), log)
    opening = opening_of_choice(choice.plan, stored.id, site.time_zone, choice.prepared_by, now)
    (opened,) = open_rounds(session, keyring, replace(opening, seconded_by=second), log)
    held.round_id = opened.id
    session.flush()
    return opened.slug


def may_repeat_choice(session: Session, choice_id: int, day: date) -> None:
    """The advocate lets it be asked again for a quarter, with other days, without asking her."""
    until = day + timedelta(days=AGAIN_DAYS)
    session.execute(update(ChoiceRow).where(ChoiceRow.id == choice_id).values(again_until=until))


def signer_of_repeat(session: Session, keyring: Keyring, choice: Choice, day: date, now: datetime) -> int | None:
    """The advocate whose yes still counts for asking a choice again: she is here, and reads at the site."""
    signer = is_repeat_allowed(session, choice.questionnaire_id, choice.plan.site_id, day)
    readers = list_advocates(session, choice.plan.site_id, keyring.key("people"), now)
    return signer if signer in {one.person_id for one in readers} else None

"""Open a choice: the adult who prepared it and the advocate who says yes are the two who open a round."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice.accounts import store as people
from youthvoice.audit.log import Log
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites import store as places
from youthvoice.surveys.choices import store as choice_store
from youthvoice.surveys.choices.rules import AGAIN_DAYS, Around, refusals_around
from youthvoice.surveys.choices.store import ChoiceFacts, Plan
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.opening.preconditions import site_ready
from youthvoice.surveys.rounds.opening.rules import Opening, Refusal
from youthvoice.surveys.rounds.opening.rules import refusals as refusals_of_rounds
from youthvoice.surveys.rounds.opening.store import open_rounds
from youthvoice.surveys.rounds.periods import Span


class DecidedAlready(Exception):
    """Somebody decided about this choice a moment ago."""


def opening_of(plan: Plan, questionnaire_id: int, zone: str, first: int, now: datetime) -> Opening:
    """The round of a plan, from now on, signed by the first adult."""
    return Opening(
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


def weigh(session: Session, keyring: Keyring, plan: Plan, questions: Questionnaire, now: datetime) -> list[Refusal]:
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
    site, ready = places.site(session, plan.site_id), site_ready(session, plan.site_id, keyring.key("people"), now)
    assert site is not None  # `site_ready` found it
    decider = people.find(session, plan.decider_id)
    opening = opening_of(plan, 0, site.time_zone, 0, now)
    here = decider is not None and decider.left_on is None
    found = refusals_of_rounds(
        opening, questions, approved=True, sites=[ready], decider_is_here=here, asked=(), now=now
    )
    return [replace(one, at="closes") if one.at == "until" else one for one in found]


def weigh_new(session: Session, keyring: Keyring, plan: Plan, questions: Questionnaire, now: datetime) -> list[Refusal]:
    """The same for a choice that is to be prepared, where the same question may be open already."""
    is_asked = choice_store.is_asked(session, plan.site_id, questions.coded[0], now)
    return [*weigh(session, keyring, plan, questions, now), *refusals_around(Around(is_asked, plan.invited))]


def open_choice(  # noqa: PLR0913, PLR0917 - who opens what, with which keys, when
    session: Session, keyring: Keyring, choice: ChoiceFacts, second: int, now: datetime, log: Log
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
        DecidedAlready: it does not wait any more.
    """
    held = choice_store.hold(session, choice.id)
    site = places.site(session, choice.plan.site_id)
    stored = store.stored_questionnaire(session, choice.questionnaire_id)
    if held is None or site is None or stored is None:
        raise DecidedAlready
    store.approve(session, stored, second, now.astimezone(ZoneInfo(site.time_zone)).date(), log)
    opening = opening_of(choice.plan, stored.id, site.time_zone, choice.prepared_by, now)
    (opened,) = open_rounds(session, keyring, replace(opening, seconded_by=second), log)
    held.round_id = opened.id
    session.flush()
    return opened.slug


def may_be_asked_again(session: Session, choice_id: int, day: date) -> None:
    """The advocate lets it be asked again for a quarter, with other days, without asking her."""
    choice_store.let_again(session, choice_id, day + timedelta(days=AGAIN_DAYS))


def signer_again(session: Session, keyring: Keyring, choice: ChoiceFacts, day: date, now: datetime) -> int | None:
    """The advocate whose yes still counts for asking a choice again: she is here, and reads at the site."""
    signer = choice_store.allows_again(session, choice.questionnaire_id, choice.plan.site_id, day)
    readers = people.advocates(session, choice.plan.site_id, keyring.key("people"), now)
    return signer if signer in {one.person_id for one in readers} else None

"""Between forms and rules of everyday choices: what stands in the boxes at first, what was typed, what was refused."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accounts.trust import trusted_at
from youthvoice.sites.store import SiteFacts
from youthvoice.surveys.choices import labels as choice_words
from youthvoice.surveys.choices import opening as choice_opening
from youthvoice.surveys.choices import rules as choice_rules
from youthvoice.surveys.choices import store as choice_store
from youthvoice.surveys.choices.forms import AgainForm, ChoiceForm, filled
from youthvoice.surveys.choices.picture_library import name_of
from youthvoice.surveys.choices.presets import KINDS, OWN, picture_of, ready
from youthvoice.surveys.choices.rules import Wish
from youthvoice.surveys.choices.store import ChoiceFacts, Plan
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.rounds.opening.rules import Refusal

LISTED = timedelta(days=92)
"""How far back choices are listed."""


def kinds() -> tuple[str, ...]:
    """What can be asked."""
    return (*KINDS, OWN)


def new_form(session: Session, kind: str, site: SiteFacts, person_id: int) -> ChoiceForm:
    """The form of a new choice, filled with what is ready."""
    start: dict[str, Any] = _ready(kind) | _usual(session, site, person_id)
    form = ChoiceForm.asking(site.languages, start)
    offer(session, form, site.id)
    return form


def _ready(kind: str) -> dict[str, str]:
    if kind == OWN:
        return {}
    question = ready(kind).questions[0]
    return filled(question.text, ((name_of(one.picture or ""), one.text) for one in question.options))


def _usual(session: Session, site: SiteFacts, person_id: int) -> dict[str, Any]:
    """This evening, done by whoever asks until the next day; as many children as last time."""
    evening = choice_rules.next_evening(running.now(), site.daily_hour, site.time_zone)
    before = choice_store.of_sites(session, [site.id], running.now() - LISTED)
    return {
        "closes": evening,
        "due": evening + timedelta(days=1),
        "decider": person_id,
        "ties": choice_rules.TIES[0],
        "invited": before[0].plan.invited if before else None,
    }


def again_form(session: Session, choice: ChoiceFacts, site: SiteFacts) -> AgainForm:
    """The form of asking again: as last time, but this evening."""
    usual = _usual(session, site, choice.plan.decider_id)
    form = AgainForm(data={**usual, "ties": choice.plan.ties, "invited": choice.plan.invited})
    offer(session, form, site.id)
    return form


def offer(session: Session, form: AgainForm, site_id: int) -> None:
    """Who can do what wins: every adult of the site with an account."""
    form.offer((person.id, person.name) for person in trusted_at(session, [site_id]))


def wish_of(form: ChoiceForm, kind: str) -> Wish:
    """What somebody would like to ask."""
    title = dict(ready(kind).title) if kind != OWN else None
    return Wish(kind, form.question, form.rows, picture_of(kind), title)


def plan_of(form: AgainForm, site: SiteFacts) -> Plan:
    """What a valid form fixes."""
    return Plan(
        site_id=site.id,
        closes_at=choice_rules.closes_at(form.closes.data, site.daily_hour, site.time_zone),
        decider_id=form.decider.data,
        answer_due=form.due.data,
        invited=form.invited.data,
        ties=form.ties.data,
    )


def looked_at(
    session: Session, form: ChoiceForm, kind: str, site: SiteFacts
) -> tuple[Questionnaire | None, list[Refusal]]:
    """The questionnaire of a valid form, or everything that keeps it from being asked."""
    wish = wish_of(form, kind)
    if found := list(choice_rules.refusals(wish)):
        return None, found
    questions = choice_rules.questionnaire(wish, site.id, site.checked_languages)
    return questions, choice_opening.weigh_new(
        session, running.keyring(), plan_of(form, site), questions, running.now()
    )


def put(form: AgainForm, found: list[Refusal]) -> None:
    """Say refusals at their boxes; those without a box above all of them."""
    for one in found:
        if one.at in form:
            field = form[one.at]
            field.errors = [*field.errors, choice_words.say(one)]
        else:
            form.form_errors = [*form.form_errors, choice_words.say(one)]

"""Between forms and rules of everyday choices: what stands in the boxes at first, what was typed, what was refused."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accounts.store import list_people_trusted_now
from youthvoice.sites.store import Site
from youthvoice.surveys.choices import rules
from youthvoice.surveys.choices.forms import ChoiceForm, RepeatChoiceForm, initial_choice_data
from youthvoice.surveys.choices.store import Choice, ChoicePlan, list_choices, weigh_new_choice
from youthvoice.surveys.questionnaires.picture_library import picture_name
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.store import load_starter
from youthvoice.surveys.rounds.rules import RuleRefusal

READY_KINDS: Final = ("food", "activity", "chore", "film", "outing")


OWN_KIND: Final = "own"  # a question of one's own


def load_ready_choice(kind: str) -> Questionnaire:
    """The ready-made choice of a kind.

    Raises:
        KeyError: there is no such kind.
    """
    if kind not in READY_KINDS:
        raise KeyError(kind)
    return load_starter(f"choice-{kind}")


def picture_of_kind(kind: str) -> str:
    """The picture of a kind; of a question of one's own a ballot box."""
    return load_ready_choice(kind).questions[0].picture or "" if kind in READY_KINDS else "1F5F3"


LISTED_TIME = timedelta(days=92)
"""How far back choices are listed."""


def choice_kinds() -> tuple[str, ...]:
    """What can be asked."""
    return (*READY_KINDS, OWN_KIND)


def new_choice_form(session: Session, kind: str, site: Site, person_id: int) -> ChoiceForm:
    """The form of a new choice, filled with what is ready."""
    start: dict[str, Any] = _ready(kind) | _usual(session, site, person_id)
    form = ChoiceForm.asking(site.languages, start)
    fill_deciders(session, form, site.id)
    return form


def _ready(kind: str) -> dict[str, str]:
    if kind == OWN_KIND:
        return {}
    question = load_ready_choice(kind).questions[0]
    return initial_choice_data(question.text, ((picture_name(one.picture or ""), one.text) for one in question.options))


def _usual(session: Session, site: Site, person_id: int) -> dict[str, Any]:
    """This evening, done by whoever asks until the next day; as many children as last time."""
    evening = rules.next_evening(context.now(), site.daily_hour, site.time_zone)
    before = list_choices(session, [site.id], context.now() - LISTED_TIME)
    return {
        "closes": evening,
        "due": evening + timedelta(days=1),
        "decider": person_id,
        "ties": rules.TIE_RULES[0],
        "invited": before[0].plan.invited if before else None,
    }


def repeat_choice_form(session: Session, choice: Choice, site: Site) -> RepeatChoiceForm:
    """The form of asking again: as last time, but this evening."""
    usual = _usual(session, site, choice.plan.decider_id)
    form = RepeatChoiceForm(data={**usual, "ties": choice.plan.ties, "invited": choice.plan.invited})
    fill_deciders(session, form, site.id)
    return form


def fill_deciders(session: Session, form: RepeatChoiceForm, site_id: int) -> None:
    """Who can do what wins: every adult of the site with an account."""
    form.offer((person.id, person.name) for person in list_people_trusted_now(session, [site_id]))


def to_choice_wish(form: ChoiceForm, kind: str) -> rules.ChoiceWish:
    """What somebody would like to ask."""
    title = dict(load_ready_choice(kind).title) if kind != OWN_KIND else None
    return rules.ChoiceWish(kind, form.question, form.rows, picture_of_kind(kind), title)


def to_choice_plan(form: RepeatChoiceForm, site: Site) -> ChoicePlan:
    """What a valid form fixes."""
    return ChoicePlan(
        site_id=site.id,
        closes_at=rules.closes_at(form.closes.data, site.daily_hour, site.time_zone),
        decider_id=form.decider.data,
        answer_due=form.due.data,
        invited=form.invited.data,
        ties=form.ties.data,
    )


def check_choice_form(
    session: Session, form: ChoiceForm, kind: str, site: Site
) -> tuple[Questionnaire | None, list[RuleRefusal]]:
    """The questionnaire of a valid form, or everything that keeps it from being asked."""
    wish = to_choice_wish(form, kind)
    if found := list(rules.wish_refusals(wish)):
        return None, found
    questions = rules.make_choice_questionnaire(wish, site.id, site.checked_languages)
    return questions, weigh_new_choice(session, context.keyring(), to_choice_plan(form, site), questions, context.now())

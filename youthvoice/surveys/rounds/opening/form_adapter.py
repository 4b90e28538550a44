"""Between the form and the rules of opening: what can be chosen, what was chosen, what was refused."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms import SelectChoice

from youthvoice import context as running
from youthvoice.accounts import store as people
from youthvoice.accounts.trust import trusted_at
from youthvoice.sites import store as places
from youthvoice.surveys.models import StoredQuestionnaire
from youthvoice.surveys.rounds import labels as page_words
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import MINIMUM, RUNS_ON
from youthvoice.surveys.rounds.opening import labels as opening_words
from youthvoice.surveys.rounds.opening.forms import STEPS, OpenForm, says_no_purpose
from youthvoice.surveys.rounds.opening.rules import Opening, Refusal
from youthvoice.surveys.rounds.periods import Span
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.dates import day as written
from youthvoice.web.i18n.lists import listed


class Line(NamedTuple):
    """One line of what two adults fix: the field that asks it, what it is called, what was said."""

    field: str
    label: str
    words: str


def offer(session: Session, form: OpenForm, site_ids: Collection[int]) -> None:
    """Fill in what can be chosen: approved questionnaires, the caller's sites, adults who work there."""
    approved = store.approved_questionnaires(session)
    choose = SelectChoice(0, _("Choose"))
    form.questionnaire.choices = [choose, *(SelectChoice(one.id, _titled(session, one)) for one in approved)]
    form.sites.choices = [SelectChoice(site.id, site.name) for site in places.sites_of(session, site_ids)]
    everybody = SelectChoice("", _("Everybody there"))
    of_one = places.groups_of(session, form.sites_here[0]) if len(form.sites_here) == 1 else []
    form.group.choices = [everybody, *(SelectChoice(one.name, one.name) for one in of_one)]
    adults = trusted_at(session, site_ids)
    form.decider.choices = [choose, *(SelectChoice(person.id, person.name) for person in adults)]
    if form.questionnaire.data in {one.id for one in approved}:
        form.questions = store.questionnaire(session, form.questionnaire.data)


def _titled(session: Session, stored: StoredQuestionnaire) -> str:
    """What is asked, in the reader's language, and which version by the name that commands know."""
    return f"{store.questionnaire(session, stored.id).title_in(languages.chosen())} · {store.called(stored)}"


def opening_of(session: Session, form: OpenForm, first: int) -> Opening:
    """What a form asks for, signed by the first adult.

    Its questions and its sites must be filled in well. What comes later is taken, as long as it is missing, so that
    nothing speaks against it.
    """
    first_site = places.site(session, form.sites.data[0])
    zone, now = first_site.time_zone if first_site else "UTC", running.now()
    days = form.days(running.today(zone))
    spans = tuple(Span.of_days(wave, from_day, last, zone, now) for wave, from_day, last in days)
    return Opening(
        questionnaire_id=form.questionnaire.data,
        purpose=form.purpose_wanted,
        link="sheet" if form.asks_before_and_now else "none",
        spans=spans,
        site_ids=tuple(form.sites.data),
        time_zone=zone,
        invited=0 if form.purpose_wanted == RUNS_ON else form.invited.data or MINIMUM,
        permission=(form.permission.data or "").strip(),
        decider_id=form.decider.data or first,
        answer_due=form.due.data or date.max,
        opened_by=first,
        group_name=form.group_wanted,
        slips=form.purpose_wanted != RUNS_ON and bool(form.slips.data),
    )


_ELSEWHERE = {"pair": "times", "link": "questionnaire", "purpose": "questionnaire"}


def put(form: OpenForm, refusal: Refusal, step: str = "") -> bool:
    """Say a refusal at its field; on a page that asks only some, whether it belongs there.

    That a question was asked already belongs to the days too: another quarter is one way out.
    """
    name = _ELSEWHERE.get(refusal.at, refusal.at)
    if step == "days" and refusal.code == "asked_already":
        name = "starts"
    if step and name not in form.asked(step):
        return False
    field, words = form[name], opening_words.say(refusal)
    field.errors = [*field.errors, *([] if words in field.errors else [words])]
    return True


def step_of(field: str) -> str:
    """The page that asks a field."""
    return next(step for step, names in STEPS.items() if field in names)


def lines(session: Session, opening: Opening) -> list[Line]:
    """Everything that is fixed, in words: what both adults read before they say yes."""
    return list(_lines(session, opening))


def _lines(session: Session, opening: Opening) -> Iterator[Line]:
    stored = store.stored_questionnaire(session, opening.questionnaire_id)
    yield Line("questionnaire", _("Questionnaire"), _titled(session, stored) if stored else "")
    asked = stored is not None and says_no_purpose(store.questionnaire(session, stored.id))
    yield Line("purpose" if asked else "questionnaire", _("Purpose"), page_words.purpose(opening.purpose))
    if opening.link == "sheet":
        yield Line("questionnaire", _("How often"), _("Once; each sheet asks “before” and “now”"))
    elif opening.purpose in {"regular", "awareness"}:
        times = _("Twice, before and after; it counts as one asking") if len(opening.spans) > 1 else _("Once")
        yield Line("times", _("How often"), times)
    sites = {site.id: site.name for site in places.sites_of(session, opening.site_ids)}
    yield Line("sites", _("Where"), listed([sites[one] for one in opening.site_ids if one in sites]))
    if opening.group_name:
        yield Line("group", _("Who is asked?"), opening.group_name)
    yield from _days(opening)
    if opening.purpose != RUNS_ON:
        yield Line("invited", _("Children invited"), str(opening.invited))
        yield Line("slips", _("Slips"), _("Only an answer with a slip counts") if opening.slips else _("None"))
    yield Line("permission", _("Permission on file"), opening.permission)
    decider = people.find(session, opening.decider_id)
    yield Line("decider", _("Who answers the children"), decider.name if decider else "")
    yield Line("due", _("Answer due"), written(opening.answer_due))


def _days(opening: Opening) -> Iterator[Line]:
    fields = (("starts", "until"), ("after_from", "after_until"))
    labels = (_("First day"), _("Last day")), (_("First day of the round after"), _("Last day of the round after"))
    for span, names, called in zip(opening.spans, fields, labels, strict=False):
        yield Line(names[0], called[0], written(span.first_day(opening.time_zone)))
        yield Line(names[1], called[1], written(span.last_day(opening.time_zone)))

"""Between the form and the rules of opening: what can be chosen, what was chosen, what was refused."""

from collections.abc import Collection

from sqlalchemy.orm import Session
from wtforms import SelectChoice

from youthvoice import running
from youthvoice.places import store as places
from youthvoice.staff.trust import trusted_at
from youthvoice.surveys import opening_words, store
from youthvoice.surveys.models import StoredQuestionnaire
from youthvoice.surveys.opening import Opening, Refusal
from youthvoice.surveys.opening_forms import OpenForm
from youthvoice.surveys.spans import Span
from youthvoice.web import languages


def offer(session: Session, form: OpenForm, site_ids: Collection[int]) -> None:
    """Fill in what can be chosen: approved questionnaires, the caller's sites, adults who work there."""
    approved = store.approved_questionnaires(session)
    form.questionnaire.choices = [SelectChoice(one.id, _titled(session, one)) for one in approved]
    form.sites.choices = [SelectChoice(site.id, site.name) for site in places.sites_of(session, site_ids)]
    adults = trusted_at(session, site_ids)
    form.decider.choices = [SelectChoice(person.id, person.name) for person in adults]


def _titled(session: Session, stored: StoredQuestionnaire) -> str:
    """What is asked, in the reader's language, and which version by the name that commands know."""
    return f"{store.questionnaire(session, stored.id).title_in(languages.chosen())} · {store.called(stored)}"


def opening_of(session: Session, form: OpenForm, first: int, second: int | None) -> Opening:
    """What a valid form asks for, signed by the first adult and, unless None, the second."""
    first_site = places.site(session, form.sites.data[0])
    zone = first_site.time_zone if first_site else "UTC"
    now = running.now()
    return Opening(
        questionnaire_id=form.questionnaire.data,
        purpose=form.purpose.data,
        link=form.link.data,
        spans=tuple(Span.of_days(wave, first, last, zone, now) for wave, first, last in form.days()),
        site_ids=tuple(form.sites.data),
        time_zone=zone,
        invited=form.invited.data,
        permission=form.permission.data.strip(),
        decider_id=form.decider.data,
        answer_due=form.due.data,
        opened_by=first,
        seconded_by=second,
        slips=form.slips.data,
    )


def put(form: OpenForm, refusal: Refusal) -> None:
    """Say a refusal at its field."""
    field = form[refusal.at]
    field.errors = [*field.errors, opening_words.say(refusal)]

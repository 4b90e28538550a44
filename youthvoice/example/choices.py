"""What the example's children choose today, and who decides where adults stay silent. All invented."""

from datetime import timedelta

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accountability.escalation import decision_makers
from youthvoice.accounts import store as staff
from youthvoice.example.rounds import log_of
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts
from youthvoice.surveys.choices import opening as choice_opening
from youthvoice.surveys.choices import rules as choice_rules
from youthvoice.surveys.choices import store as choice_store
from youthvoice.surveys.choices.picture_library import name_of
from youthvoice.surveys.choices.presets import picture_of, ready
from youthvoice.surveys.choices.rules import Row, Wish
from youthvoice.surveys.choices.store import Plan
from youthvoice.surveys.questionnaires import store as questionnaire_store

_KIND = "food"
_CHILDREN = 32


def ask(session: Session, site_id: int) -> None:
    """Lata asks about food until tomorrow evening; Asha said yes. Where nobody answers, Tomas is asked."""
    site = places.site(session, site_id)
    people = {handle: staff.by_handle(session, handle) for handle in ("lata", "asha", "tomas")}
    lata, asha, tomas = people["lata"], people["asha"], people["tomas"]
    if site is None or lata is None or asha is None or tomas is None:
        raise LookupError(site_id)
    here = places.facts(site)
    decision_makers.name(session, site_id, tomas.id, log_of("tomas"), here.slug)
    choice_id = _prepare(session, here, lata.id)
    choice = choice_store.find(session, choice_id, [site_id])
    if choice is None:
        raise LookupError(choice_id)
    choice_opening.open_choice(session, running.keyring(), choice, asha.id, running.now(), log_of("asha"))


def _prepare(session: Session, site: SiteFacts, lata_id: int) -> int:
    question = ready(_KIND).questions[0]
    rows = [Row(name_of(one.picture or ""), one.text) for one in question.options]
    wish = Wish(_KIND, question.text, rows, picture_of(_KIND), ready(_KIND).title)
    asked = choice_rules.questionnaire(wish, site.id, site.checked_languages)
    stored = questionnaire_store.add_questionnaire(session, asked, "lata", running.today(), log_of("lata"))
    tomorrow = choice_rules.next_evening(running.now(), site.daily_hour, site.time_zone) + timedelta(days=1)
    plan = Plan(
        site_id=site.id,
        closes_at=choice_rules.closes_at(tomorrow, site.daily_hour, site.time_zone),
        decider_id=lata_id,
        answer_due=tomorrow + timedelta(days=2),
        invited=_CHILDREN,
        ties=choice_rules.TIES[0],
    )
    return choice_store.prepare(session, stored.id, plan, lata_id, running.today(site.time_zone), log_of("lata"))

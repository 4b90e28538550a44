"""An everyday choice that is open, without the pages of adults. Plainly invented."""

from datetime import timedelta

from tests.support.people import Somebody
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.sites.store import get_site
from youthvoice.surveys.choices.forms import load_ready_choice
from youthvoice.surveys.choices.store import find_choice, open_choice, plan_choice, prepare_choice
from youthvoice.surveys.questionnaires.store import add_questionnaire


def open_ready_choice(site_id: int, facilitator: Somebody, advocate: Somebody, kind: str = "food") -> str:
    """One prepared it, and the other said yes; gives its address. It ends tomorrow at the daily hour."""
    with db.writing(db.engine()) as session:
        site, log = get_site(session, site_id), Log(context.today(), facilitator.handle)
        today = context.today(site.time_zone)
        questionnaire_row = add_questionnaire(session, load_ready_choice(kind), facilitator.handle, today, log)
        ends, due = today + timedelta(days=1), today + timedelta(days=4)
        choice_row = plan_choice(site, ends, decider_id=facilitator.id, answer_due=due, invited=20, ties="lot")
        choice_id = prepare_choice(session, questionnaire_row.id, choice_row, facilitator.id, today, log)
        choice = find_choice(session, choice_id, [site_id])
        assert choice
        return f"/survey/{open_choice(session, choice, advocate.id, Log(context.today(), advocate.handle))}"

"""Reviews as steps of care count them, and the quarters that come of them."""

from collections.abc import Collection
from datetime import timedelta

from tests.conftest import StillClock
from tests.support.reviews import Panel, today
from youthvoice import db
from youthvoice.accountability.rules import PLAN
from youthvoice.audit.audit_log import Log
from youthvoice.publications.care_steps.quarters import CareQuarter, freeze_care_quarters_due, list_care_quarters
from youthvoice.publications.rhythm import next_start
from youthvoice.reviews import decisions, store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Offer, Review


def offer(panel: Panel, review: Review, outcome: str) -> None:
    """Asha writes down today that she asked the child."""
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        asked = Offer(today(), panel.asha.id, outcome, alone=True)
        store.record_offer(session, held, asked, Log(today(), "asha"))


def decide_all(panel: Panel, review: Review, without: Collection[str] = ()) -> None:
    """Rosa decides the plan and every wish today, each in its own transaction."""
    with db.reading(db.engine()) as session:
        now = store.find_review(session, review.id)
        assert now
        wishes = now.valid_statement.wishes if now.valid_statement else ()
    day = today() + timedelta(days=10)
    for part in (PLAN, *wishes):
        if part in without:
            continue
        kind = "revised" if part == PLAN else "yes"
        decision = Decision(part, kind, {"en": "You go there on Sundays."}, panel.lata.id, day)
        with db.writing(db.engine()) as session:
            held = store.find_review(session, review.id, to_change=True)
            assert held
            decisions.decide(session, held, decision, held.version, panel.rosa.id, Log(today(), "rosa"))


def freeze_next(clock: StillClock) -> None:
    """The running quarter is over for a month, and the work process counts it."""
    due = next_start("quarterly", today()) + timedelta(days=31)
    clock.move(days=(due - today()).days)
    freeze_care_quarters_due()


def counted(panel: Panel) -> list[CareQuarter]:
    """The quarters of the site, the latest first."""
    with db.reading(db.engine()) as session:
        return list_care_quarters(session, [panel.site_id]).get(panel.site_id, [])


def cells(panel: Panel, step: str) -> tuple[str, str]:
    """Whether children were asked, and answered, at a step in the latest quarter."""
    found = counted(panel)[0].steps[step]
    return found.asked, found.answered

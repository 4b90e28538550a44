"""In whatever order children open, tap, skip, reload and go back, a report gives one response to a round (A1, T8).

`TESTS_ORDERS` is how many orders are tried; set it high for a night.
"""

import os
from collections.abc import Callable
from itertools import count
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings as trials, stateful, strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.kiosk.reply.test_feedback import ASKS, thread_page, ticket_of
from tests.support.long_tests import RUNS_LONG
from tests.support.people import make_person, make_site, on_tablet
from tests.support.suggestions import JSON
from tests.support.threads import Told, message, told
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.privacy.credentials.picture_codes import PictureCode
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.rounds.opening import open_feedback_rounds
from youthvoice.surveys.rounds.store import find_feedback_round
from youthvoice.threads.case_state import CaseState
from youthvoice.web.random_ids import new_submission_id

ORDERS: Final = int(os.environ.get("TESTS_ORDERS", "8" if RUNS_LONG else "4"))
REPORTS: Final = 3
REPORT: Final = st.integers(0, REPORTS - 1)
WAYS: Final = st.sampled_from(["kind", "unkind", "skip", "nothing"])
_numbers = count()


class EveryOrder(stateful.RuleBasedStateMachine):
    """The rows of the open round are compared with a plain memory of which report has said something in it."""

    visitor: Callable[[], Visitor]
    clock: StillClock

    @initialize()
    def begins(self) -> None:
        number = next(_numbers)
        with db.writing(db.engine()) as session:
            self.site_id = make_site(session, f"feedback-{number}").id
            for role in ("advocate", "coordinator"):
                make_person(session, role, self.site_id, handle=f"{role}-{number}")
        open_feedback_rounds()
        self.tablet = on_tablet(self.visitor(), self.site_id)
        codes = [PictureCode((nth, 1, 2, 3, 4, 5, 6)) for nth in range(REPORTS)]
        self.reports: list[Told] = [told(self.site_id, code=code, case=CaseState(state="open")) for code in codes]
        self.pages: dict[int, str] = {}
        self.said: set[int] = set()
        self.settled: set[int] = set()
        self.answered: set[int] = set()

    @rule(report=REPORT)
    def an_adult_answers(self, report: int) -> None:
        self.reports[report].answer(message("A lamp comes.", context.today("Asia/Kolkata")))
        self.answered.add(report)

    @rule(report=REPORT)
    def opens(self, report: int) -> None:
        """For the first time, after a reload, or once more days later: she is asked unless it is settled."""
        self.clock.move(minutes=1)
        page = thread_page(self.tablet, self.reports[report])
        assert (ASKS in page) == (report in self.answered - self.settled)
        if ASKS in page:
            self.pages[report] = page

    @precondition(lambda self: self.pages)
    @rule(data=st.data(), way=WAYS)
    def taps(self, data: st.DataObject, way: str) -> None:
        """From a page that lies there, perhaps since before she tapped on another."""
        report = data.draw(st.sampled_from(sorted(self.pages)))
        self.clock.move(minutes=1)
        address, ticket = ticket_of(self.pages[report])
        form: dict[str, object] = {"sheet": new_submission_id(), "ticket": ticket}
        form |= {"skip": "1"} if way == "skip" else {} if way == "nothing" else {"a-kind": way}
        self.tablet.send(address, form, 422 if way == "nothing" else 201, headers=JSON)
        if way == "nothing" or report in self.settled:
            return
        self.settled.add(report)
        if way != "skip":
            self.said.add(report)

    @rule()
    def a_day_passes(self) -> None:
        """No round is over, for fewer than ten have answered."""
        self.clock.move(days=1)
        close_due(context.now())
        open_feedback_rounds()

    @invariant()
    def a_report_has_one_response_at_most(self) -> None:
        if not hasattr(self, "site_id"):
            return
        with db.reading(db.engine()) as session:
            round_ = find_feedback_round(session, self.site_id, context.now())
            assert round_
            query = select(func.count()).select_from(ResponseRow).where(ResponseRow.round_id == round_.id)
            assert session.scalar(query) == len(self.said)


@pytest.mark.sqlite("the rules are the program's own")
def test_in_every_order_a_report_gives_one_response_to_a_round(
    visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    EveryOrder.visitor, EveryOrder.clock = staticmethod(visitor), clock
    phases = {*Phase} - ({Phase.explain} if "TESTS_ORDERS" in os.environ else {Phase.shrink, Phase.explain})
    run = trials(
        max_examples=ORDERS,
        stateful_step_count=25,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    stateful.run_state_machine_as_test(EveryOrder, settings=run)

"""An adult of whom children say if she was kind, and somebody who holds one ticket: what they learn, what they can do.

Duties: PRIVACY.md A1, A2, A13.
"""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.kiosk.reply.test_feedback import answered, count, several, the_round, thread_page, ticket_of
from tests.support.people import Somebody, house, on_tablet, signed_in
from tests.support.suggestions import JSON
from tests.support.visitor import Visitor
from youthvoice import context
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.rounds.opening import open_feedback_rounds
from youthvoice.web.random_ids import new_submission_id
from youthvoice.web.rate_limits import tablet_cookie

NewVisitor = Callable[[], Visitor]
DOWNLOADS = ("", "/figures.csv", "/figures.json", "/shares.svg", "/moves.svg")


@pytest.fixture
def place(app: Flask) -> tuple[int, dict[str, Somebody]]:
    assert app
    made = house(["advocate", "coordinator", "outside_recipient"])
    open_feedback_rounds()
    return made


def test_whoever_answers_reports_reads_no_exact_figure_of_how_she_answered(
    place: tuple[int, dict[str, Somebody]], visitor: NewVisitor, clock: StillClock
) -> None:
    """`ccaa8e7f`: the analysis told the one advocate of a house "unkind: 11": what each child said of her."""
    site_id, people = place
    several(on_tablet(visitor(), site_id), site_id, 11, kind="unkind")
    slug = the_round(site_id).slug
    clock.move(days=60)
    for _run in range(2):
        close_due(context.now())
    advocate = signed_in(visitor(), people["advocate"])
    page = advocate.open(f"/staff/rounds/{slug}").text
    assert "/analysis" not in page
    assert "ended early" not in page, "nobody planned it"
    for download in DOWNLOADS:
        refused = advocate.ask("GET", f"/staff/rounds/{slug}/analysis{download}")
        assert refused.status_code == 409
        assert "nobody sees exact figures" in refused.text


def test_made_up_cookies_get_no_more_tries_with_a_ticket(
    place: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    """`ccaa8e7f`: each made-up cookie had 120 a minute of its own, and each try took the line of writers."""
    address, ticket = ticket_of(thread_page(on_tablet(visitor(), place[0]), answered(place[0])))
    phone, statuses = visitor(), []
    for nth in range(140):
        phone.client.set_cookie(tablet_cookie(), f"made-up-{nth}")
        form = {"sheet": new_submission_id(), "ticket": ticket, "a-kind": "kind"}
        statuses.append(phone.ask("POST", address, data=form, headers=JSON).status_code)
    assert set(statuses) == {201, 429}
    assert statuses.count(201) <= 120
    assert count(ResponseRow) == 1


def test_a_flood_of_tickets_on_the_houses_line_keeps_no_tablet_waiting(
    place: tuple[int, dict[str, Somebody]], visitor: NewVisitor
) -> None:
    tablet = on_tablet(visitor(), place[0])
    address, ticket = ticket_of(thread_page(tablet, answered(place[0])))
    form = {"ticket": ticket, "a-kind": "kind"}
    flood = [
        visitor().ask("POST", address, data={**form, "sheet": new_submission_id()}).status_code for _ in range(125)
    ]
    assert 429 in flood
    assert tablet.ask("POST", address, data={**form, "sheet": new_submission_id()}, headers=JSON).status_code == 201

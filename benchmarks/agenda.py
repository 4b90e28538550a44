"""The children's agenda of a site with a long past: opened over HTTP at a tablet."""

import time
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from statistics import median
from typing import Final

from sqlalchemy.orm import Session

from benchmarks.house import House, like_the_others, opened
from benchmarks.load import Connection
from benchmarks.server import SERVE, free_port, started
from youthvoice import context, db
from youthvoice.accountability.store import create_answer_due
from youthvoice.accounts.store import find_person_row_by_handle
from youthvoice.committees.agenda.entities import TOPICS, ItemBody, ItemState
from youthvoice.committees.agenda.store import add_item
from youthvoice.committees.entities import Committee
from youthvoice.committees.models import MeetingRow
from youthvoice.committees.store import add_committee
from youthvoice.example import people
from youthvoice.sites.store import find_site_by_slug

_OPENED: Final = 20  # times in each run
_STATES: Final[tuple[ItemState, ...]] = ("on_agenda", "discussed", "with_adults", "answered", "done", "settled")


def milliseconds(folder: Path, number: int, meetings: int, runs: int) -> float:
    """How long the agenda takes with so many items, from asking to the last byte.

    Args:
        folder: empty.
        number: items, a sixth in each state, those with adults owed by somebody.
        meetings: that were held, every week.
        runs: medians of `_OPENED` pages each, of which the median is given.
    """
    house = like_the_others(folder)
    with opened(house), db.writing(db.engine()) as session:
        _fill(session, number, meetings)
    port = free_port()
    with started(SERVE, house.environment, port):
        return median(median(_opening(port, house)) for _ in range(runs))


def _opening(port: int, house: House) -> Iterator[float]:
    client = Connection(port)
    for _ in range(_OPENED):
        began = time.perf_counter()
        answer = client.ask("GET", "/agenda", house.cookies[0])
        yield 1000 * (time.perf_counter() - began)
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"the agenda: {answer.status}")
    client.close()


def _fill(session: Session, number: int, meetings: int) -> None:
    site, lata = find_site_by_slug(session, people.SLUG), find_person_row_by_handle(session, "lata")
    if site is None or lata is None:
        raise LookupError(people.SLUG)
    first = context.now().replace(microsecond=0) - timedelta(weeks=meetings)
    values = {"preset": "flip_club", "name": "Club", "facilitator_id": lata.id, "first_at": first, "rhythm_days": 7}
    numbers = {"quorum": 3, "term_days": 365, "check_days": 2, "opened_on": first.date()}
    committee = add_committee(session, site.id, values | numbers)
    for week in range(meetings):
        at = first + timedelta(weeks=week)
        session.add(
            MeetingRow(committee_id=committee.id, starts_at=at, changed_at=at, state="held", children=8, adults=1)
        )
    session.flush()
    for nth in range(number):
        _put(session, committee, nth, lata.id)


def _put(session: Session, committee: Committee, nth: int, owner_id: int) -> None:
    today, state = context.today(), _STATES[nth % len(_STATES)]
    said = {"en": f"A lamp for the stairs, {nth}", "hi": f"सीढ़ियों के लिए बत्ती, {nth}"}
    body = ItemBody(list(TOPICS)[nth % len(TOPICS)], "mend", said)
    item_id = add_item(session, committee.id, body, today, state=state)
    if state == "with_adults":
        create_answer_due(
            session,
            site_id=committee.site_id,
            kind="item",
            subject=item_id.hex(),
            about=said,
            due=today + timedelta(days=14),
            owner_id=owner_id,
            day=today,
        )

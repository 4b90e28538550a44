"""The list of reviews with many of them: opened over HTTP by a coordinator who is signed in."""

from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Final

from sqlalchemy.orm import Session

from benchmarks.house import House, like_the_others, opened
from benchmarks.load import page_times
from benchmarks.server import SERVE, free_port, started
from youthvoice import context, db
from youthvoice.access import sessions
from youthvoice.access.guard import cookie_name
from youthvoice.access.permissions import COORDINATOR
from youthvoice.accounts.people.store import FROM_THE_START, Newcomer, add_person, key_binding
from youthvoice.audit.audit_log import Log
from youthvoice.example import people
from youthvoice.privacy.credentials.passwords import make_secret
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.privacy.crypto.session_keys import session_token
from youthvoice.reviews import store
from youthvoice.reviews.entities import ReviewBody
from youthvoice.reviews.rules import CARE_STEPS
from youthvoice.sites.store import find_site_by_slug

_OPENED: Final = 20  # times in each run


def milliseconds(folder: Path, reviews: int, runs: int) -> float:
    """How long the list takes with so many reviews, from asking to the last byte; it shows fifty of them.

    Args:
        folder: empty.
        reviews: of one site, from overdue to next month, a tenth of them late.
        runs: medians of `_OPENED` pages each, of which the median is given.
    """
    house = like_the_others(folder)
    cookie = _filled(house, reviews)
    port = free_port()
    with started(SERVE, house.environment, port):
        return median(median(page_times(port, "/staff/reviews/", cookie, _OPENED)) for _ in range(runs))


def _filled(house: House, reviews: int) -> str:
    with opened(house), db.writing(db.engine()) as session:
        site = find_site_by_slug(session, people.SLUG)
        if site is None:
            raise LookupError(people.SLUG)
        person_id, token = _signed_in(session, site.id)
        today = context.today(site.time_zone)
        for nth in range(reviews):
            body = ReviewBody(
                case_number=f"K-{nth}", step=CARE_STEPS[nth % 4], kind="regular", opened_by=person_id,
                opened_on=today - timedelta(days=60), carried_since=today - timedelta(days=60),
            )  # fmt: skip
            store.open_review(
                session, Log(today, "bench"), site_id=site.id, day=today + timedelta(days=nth % 80 - 8),
                advocate_id=person_id, reviewer_id=person_id, body=body,
            )  # fmt: skip
        return f"{cookie_name()}={token}"


def _signed_in(session: Session, site_id: int) -> tuple[int, str]:
    keyring, pair, token, handle = context.keyring(), new_pair(), session_token(), "bench"
    secret = make_secret(token, keyring.key("pepper"), key_binding(handle, 1), pair=pair)
    newcomer = Newcomer(handle, "Bench Example", COORDINATOR, secret, "en", FROM_THE_START)
    person = add_person(session, newcomer, [site_id])
    sessions.start(session, person.id, pair.private, token, context.now())
    return person.id, token

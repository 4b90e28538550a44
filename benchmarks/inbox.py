"""The advocates' desk with many open reports: opened over HTTP by somebody who is signed in."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from sqlalchemy.orm import Session

from benchmarks.house import House, like_the_others, opened
from benchmarks.load import page_times
from benchmarks.server import SERVE, free_port, started
from youthvoice import context, db
from youthvoice.access import sessions
from youthvoice.access.guard import cookie_name
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accounts.people.store import FROM_THE_START, Newcomer, add_person, key_binding
from youthvoice.accounts.store import Reader, find_readers
from youthvoice.example import people
from youthvoice.grievances.intake import intake_options
from youthvoice.privacy.credentials.passwords import make_secret
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.privacy.crypto.session_keys import session_token
from youthvoice.sites.store import find_site_by_slug
from youthvoice.threads.case_state import CaseState, hour_after
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.sealed_thread import new_thread
from youthvoice.threads.store import add_thread

_OPENED = 20  # times in each run


def milliseconds(folder: Path, reports: int, runs: int) -> float:
    """How long a page of the desk takes with so many open reports, from asking to the last byte.

    Args:
        folder: empty.
        reports: all sealed by the house's own code, all open to whoever asks, clocks from overdue to next month.
        runs: medians of `_OPENED` pages each, of which the median is given.
    """
    house = like_the_others(folder)
    cookie = _told(house, reports)
    port = free_port()
    with started(SERVE, house.environment, port):
        return median(median(page_times(port, "/staff/reports/", cookie, _OPENED)) for _ in range(runs))


def _told(house: House, reports: int) -> str:
    """Let children tell, and an advocate sign in who reads all of it; gives her Cookie header."""
    with opened(house), db.writing(db.engine()) as session:
        site = find_site_by_slug(session, people.SLUG)
        if site is None:
            raise LookupError(people.SLUG)
        token = _signed_in(session, site.id)
        readers = find_readers(session, site.id).everybody
        for nth in range(reports):
            _tell(session, site.id, nth, readers)
        return f"{cookie_name()}={token}"


def _signed_in(session: Session, site_id: int) -> str:
    keyring, pair, token, handle = context.keyring(), new_pair(), session_token(), "bench"
    secret = make_secret(token, keyring.key("pepper"), key_binding(handle, 1), pair=pair)
    newcomer = Newcomer(handle, "Bench Example", ADVOCATE, secret, "en", FROM_THE_START)
    person = add_person(session, newcomer, [site_id])
    sessions.start(session, person.id, pair.private, token, context.now())
    return token


def _tell(session: Session, site_id: int, nth: int, everybody: Sequence[Reader]) -> None:
    """One invented report; its clock is over some hours ago or in some weeks."""
    keyring, now = context.keyring(), context.now()
    topic = intake_options.TOPICS[nth % len(intake_options.TOPICS)].code
    case = CaseState(state="open", topic=topic, clocks={"answer": hour_after(now, nth % 800 - 100)})
    made = new_thread(
        keyring,
        site_id=site_id,
        day=now.date(),
        month="2029-11",
        case=case,
        entries=[ThreadEntry("told", CHILD, now.date(), said={"topic": topic, "words": "The lamp is broken."})],
        everybody=everybody,
        reads={reader.person_id for reader in everybody},
    )
    add_thread(session, made)

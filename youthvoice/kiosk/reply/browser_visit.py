"""The visit of this browser: where the child reported, the cookie of the visit, and the thread that it opens.

A place that does not exist looks like one that does: shelters may be secret, and somebody who tries names must learn
nothing. It counts its wrong attempts as a place does, each name separately: counted together, a name that is slowed at
its first attempt would show that it does not exist. No code opens anything there.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final, TypeVar

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from youthvoice import context, db
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.grievances.child_thread import ChildThreadView, TranscriptCheck, child_thread_view
from youthvoice.privacy.keys import key_names
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.sites.store import Site, find_only_site, find_site_as_typed, fold_site_name, get_site
from youthvoice.sites.tablets.device import current_tablet
from youthvoice.threads.case_state import REPORT, STATEMENT
from youthvoice.threads.child_codes.code_visit import VISITS, ChildVisit, CodeScope, read_cookie, write_cookie
from youthvoice.threads.entities import Thread
from youthvoice.threads.store import find_thread, read_replies
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import wide_line

Answer = TypeVar("Answer", bound=Response)

_PURPOSE: Final = "visits"


@dataclass(frozen=True, slots=True)
class ChildThread:
    """A thread, opened with the child's code.

    Attributes:
        thread: as stored, with its case.
        site: where the child reported.
        view: what the child can read of it.
    """

    thread: Thread
    site: Site
    view: ChildThreadView = field(repr=False)


def current_visit() -> ChildVisit | None:
    """The visit of this browser; None where there is none, or it has ended."""
    return read_cookie(_key(), VISITS.brought(), context.now())


def carry_visit(answer: Answer, visit: ChildVisit) -> Answer:
    """Renew the visit's cookie on a response, for ten more minutes."""
    return VISITS.set_on(answer, write_cookie(_key(), visit, context.now()))


def end_visit(answer: Answer) -> Answer:
    """Delete the cookies of the visit and of the child's language on a response."""
    end_earlier_visit(answer).delete_cookie(languages.COOKIE)
    return answer


def end_earlier_visit(answer: Answer) -> Answer:
    """Delete the cookie of a visit that nobody left; the language stays, which is perhaps that of the next child."""
    VISITS.delete_on(answer)
    return answer


def open_thread(visit: ChildVisit) -> ChildThread | None:
    """Open the child's thread; None where there is none, or it has ended: both look alike."""
    return open_report(db.session(), visit)


def leads_to_review(session: Session, visit: ChildVisit) -> bool:
    """Whether the visit's code opened a statement for a review, and not a report."""
    thread = find_thread(session, visit.thread_id)
    return thread is not None and thread.case.kind == STATEMENT


def open_report(session: Session, visit: ChildVisit) -> ChildThread | None:
    """As `open_thread`, in a session of the caller: the telephone line has no browser."""
    thread = find_thread(session, visit.thread_id)
    if thread is None or thread.case.kind != REPORT:
        return None
    try:
        thread_entries = read_replies(session, thread, visit.private)
    except (CannotOpen, KeyGone):
        return None
    site = get_site(session, thread.site_id)
    return ChildThread(thread, site, child_thread_view(thread_entries, thread.case))


def question_label(visit: ChildVisit, ask: str) -> str:
    """The label that readers see for a question to the child; empty where there is no question with this id."""
    with db.reading(db.engine()) as session:  # the answer is written in a transaction of its own
        child_thread = open_report(session, visit)
    asks = child_thread.view.asks if child_thread else ()
    return next((str(entry.said.get("question") or "") for entry in asks if entry.id.hex() == ask), "")


def find_check(visit: ChildVisit, ask: str) -> TranscriptCheck | None:
    """The open question about an entry with this id, and the child's answer to it; None where there is none."""
    with db.reading(db.engine()) as session:
        child_thread = open_report(session, visit)
    checks = child_thread.view.checks if child_thread else ()
    return next((check for check in checks if check.entry.id.hex() == ask.lower()), None)


def _key() -> bytes:
    return context.keyring().derive(key_names.COOKIE, _PURPOSE)


MAX_PLACE_CHARACTERS: Final = 120


def asks_place(place: str) -> bool:
    """Whether the child has to type where the report was sent.

    Args:
        place: the place in this page's address.
    """
    if current_tablet() is not None or place:
        return False
    with db.reading(db.engine()) as session:
        return find_only_site(session) is None


def place_in_request() -> str:
    """The place in this request, as typed; empty on a tablet."""
    return (
        ""
        if current_tablet() is not None
        else request.values.get("at", "").replace("\0", "")[:MAX_PLACE_CHARACTERS].strip()
    )


def code_scope(place: str) -> CodeScope:
    """The place of this tablet, or the one that was typed.

    Args:
        place: from `place_in_request`.
    """
    line = wide_line()
    if tablet := current_tablet():
        return CodeScope(tablet.site.id, context.today(tablet.site.time_zone), tablet.tablet_id, line=line)
    with db.reading(db.engine()) as session:
        site = find_site_as_typed(session, place) if place else find_only_site(session)
        if site is not None:
            return CodeScope(site.id, context.today(site.time_zone), place=place, line=line)
    return CodeScope(_number_of_unknown_place(place), context.today(), place=place, line=line)


def _number_of_unknown_place(place: str) -> int:
    """The number of a place that does not exist: negative, the same for the same name, one of 65,536."""
    name = fold_site_name(place).encode("utf-8", "surrogatepass")
    digest = hmac.digest(context.keyring().key(PEPPER), b"nowhere|" + name, hashlib.sha256)
    return -1 - int.from_bytes(digest[:2], "big")

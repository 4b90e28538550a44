"""The visit of this browser: where the child told, its cookie, and the thread that it opens.

A place that does not exist is not told from one that does: shelters may be secret, so whoever tries names learns
nothing. It counts its wrong tries as a place does, apart from all others - were they counted together, a name that is
slowed at its first try would be told from one that is not - and no code opens anything there.
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
from youthvoice.grievances.child_thread import ChildThreadView, child_thread_view
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
        facts: of the thread.
        site: where she told.
        seen: what was said to her.
    """

    facts: Thread
    site: Site
    seen: ChildThreadView = field(repr=False)


def current_visit() -> ChildVisit | None:
    """The visit of this browser; None where there is none, or it is over."""
    return read_cookie(_key(), VISITS.brought(), context.now())


def carry_visit(answer: Answer, visit: ChildVisit) -> Answer:
    """An answer with which the visit goes on for ten minutes."""
    return VISITS.set_on(answer, write_cookie(_key(), visit, context.now()))


def end_visit(answer: Answer) -> Answer:
    """An answer after which there is no visit, and no language of this child's."""
    VISITS.delete_on(answer).delete_cookie(languages.COOKIE)
    return answer


def open_thread(visit: ChildVisit) -> ChildThread | None:
    """Her thread; None where there is none, or it has ended: both look alike."""
    return _opened(db.session(), visit)


def leads_to_review(visit: ChildVisit) -> bool:
    """Whether her pictures open a statement for a review, and no report."""
    thread = find_thread(db.session(), visit.thread_id)
    return thread is not None and thread.case.kind == STATEMENT


def _opened(session: Session, visit: ChildVisit) -> ChildThread | None:
    thread = find_thread(session, visit.thread_id)
    if thread is None or thread.case.kind != REPORT:
        return None
    try:
        thread_entries = read_replies(session, thread, visit.private)
    except (CannotOpen, KeyGone):
        return None
    site = get_site(session, thread.line.site_id)
    return ChildThread(thread, site, child_thread_view(thread_entries, thread.case))


def question_label(visit: ChildVisit, ask: str) -> str:
    """What a question to her is called among her readers; empty where she was asked nothing of this id."""
    with db.reading(db.engine()) as session:  # what she says is written in a transaction of its own
        child_thread = _opened(session, visit)
    asks = child_thread.seen.asks if child_thread else ()
    return next((str(entry.said.get("question") or "") for entry in asks if entry.id.hex() == ask), "")


def _key() -> bytes:
    return context.keyring().derive(key_names.COOKIE, _PURPOSE)


MAX_PLACE_CHARACTERS: Final = 120


def asks_where_told(told: str) -> bool:
    """Whether this device has to say where the child told.

    Args:
        told: what its address says already.
    """
    if current_tablet() is not None or told:
        return False
    with db.reading(db.engine()) as session:
        return find_only_site(session) is None


def where_told() -> str:
    """What this request says about the place, as it was written; empty on a tablet."""
    return (
        ""
        if current_tablet() is not None
        else request.values.get("at", "").replace("\0", "")[:MAX_PLACE_CHARACTERS].strip()
    )


def code_scope(said: str) -> CodeScope:
    """The place of this device, or the one that was written.

    Args:
        said: from `told`.
    """
    line = wide_line()
    if tablet := current_tablet():
        return CodeScope(tablet.site.id, context.today(tablet.site.time_zone), tablet.tablet_id, line=line)
    with db.reading(db.engine()) as session:
        site = find_site_as_typed(session, said) if said else find_only_site(session)
        if site is not None:
            return CodeScope(site.id, context.today(site.time_zone), place=said, line=line)
    return CodeScope(_nowhere(said), context.today(), place=said, line=line)


def _nowhere(said: str) -> int:
    """The number of a place that does not exist: below zero, the same for the same name, one of 65,536."""
    name = fold_site_name(said).encode("utf-8", "surrogatepass")
    digest = hmac.digest(context.keyring().key(PEPPER), b"nowhere|" + name, hashlib.sha256)
    return -1 - int.from_bytes(digest[:2], "big")

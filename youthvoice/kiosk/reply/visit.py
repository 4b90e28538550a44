"""The visit of this browser: its cookie, and the thread that it opens."""

from dataclasses import dataclass, field
from typing import Final, TypeVar

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from youthvoice import context as running
from youthvoice import db
from youthvoice.grievances.child_thread.view import ForChild, for_child
from youthvoice.privacy.crypto.sealing import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone
from youthvoice.privacy.keys.names import COOKIE
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts
from youthvoice.threads import messages as conversation
from youthvoice.threads import store as thread_store
from youthvoice.threads.child_codes import visit_cookie as visits
from youthvoice.threads.child_codes.visit_cookie import Visit
from youthvoice.threads.entities import ThreadFacts
from youthvoice.web.i18n import languages

Answer = TypeVar("Answer", bound=Response)

_PURPOSE: Final = "visits"


@dataclass(frozen=True, slots=True)
class Hers:
    """A thread, opened with the child's code.

    Attributes:
        facts: of the thread.
        site: where she told.
        seen: what was said to her.
    """

    facts: ThreadFacts
    site: SiteFacts
    seen: ForChild = field(repr=False)


def current() -> Visit | None:
    """The visit of this browser; None where there is none, or it is over."""
    return visits.read(_key(), request.cookies.get(visits.COOKIE, ""), running.now())


def carried(answer: Answer, visit: Visit) -> Answer:
    """An answer with which the visit goes on for ten minutes."""
    answer.set_cookie(
        visits.COOKIE,
        visits.written(_key(), visit, running.now()),
        path=visits.PATH,
        httponly=True,
        samesite="Strict",
        secure=not running.settings().development,
    )
    return answer


def end(answer: Answer) -> Answer:
    """An answer after which there is no visit, and no language of this child's."""
    answer.delete_cookie(visits.COOKIE, path=visits.PATH, httponly=True, samesite="Strict")
    answer.delete_cookie(languages.COOKIE)
    return answer


def thread_of(visit: Visit) -> Hers | None:
    """Her thread; None where there is none, or it has ended: both look alike."""
    return _opened(db.session(), visit)


def _opened(session: Session, visit: Visit) -> Hers | None:
    keyring = running.keyring()
    facts = thread_store.facts(session, keyring, visit.thread_id)
    if facts is None:
        return None
    try:
        said = conversation.said_to_child(session, keyring, facts, visit.private)
    except (CannotOpen, KeyGone):
        return None
    site = places.site(session, facts.line.site_id)
    assert site is not None  # a foreign key says so
    return Hers(facts, places.facts(site), for_child(said, facts.marks))


def question_of(visit: Visit, ask: str) -> str:
    """What a question to her is called among her readers; empty where she was asked nothing of this id."""
    with db.reading(db.engine()) as session:  # what she says is written in a transaction of its own
        hers = _opened(session, visit)
    asks = hers.seen.asks if hers else ()
    return next((str(one.said.get("question") or "") for one in asks if one.id.hex() == ask), "")


def _key() -> bytes:
    return running.keyring().derive(COOKIE, _PURPOSE)

"""Which representative asks: her cookie, and who she is now. Looked up in every request, written down in none."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar, cast

from flask import g, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from youthvoice import context as running
from youthvoice import db
from youthvoice.committees import store
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.representatives import session_cookie as rep_visits
from youthvoice.committees.representatives import store as representatives
from youthvoice.committees.representatives.entities import RepFacts
from youthvoice.committees.representatives.session_cookie import RepVisit
from youthvoice.privacy.crypto.session_keys import token_hash
from youthvoice.privacy.keys.names import COOKIE
from youthvoice.sites.store import Here, SiteFacts
from youthvoice.sites.tablets.current import here
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import tablet_cookie

Answer = TypeVar("Answer", bound=Response)

_PURPOSE: Final = "representatives"


@dataclass(frozen=True, slots=True)
class Signed:
    """A representative who is signed in on this tablet.

    Attributes:
        representative: she.
        committee: hers.
        site: of the tablet, and hers.
        visit: her cookie.
    """

    representative: RepFacts
    committee: CommitteeFacts
    site: SiteFacts
    visit: RepVisit


def signed_in() -> Signed | None:
    """The representative of this request; None where nobody is signed in, or her term is over.

    Never begins a transaction that writes: a form may go on with `db.session()` as well as with `db.writing`.
    """
    if "representative" not in g:
        at, value = here(), request.cookies.get(rep_visits.COOKIE, "")
        g.representative = _looked_up(at, value) if at and value else None
    return cast("Signed | None", g.representative)


def carried(answer: Answer, visit: RepVisit) -> Answer:
    """An answer with which she stays signed in for fifteen more minutes."""
    answer.set_cookie(
        rep_visits.COOKIE,
        rep_visits.written(_key(), visit, _tablet(), running.now()),
        path=rep_visits.PATH,
        httponly=True,
        samesite="Strict",
        secure=not running.settings().development,
    )
    return answer


def begun(answer: Answer, one: RepFacts) -> Answer:
    """An answer with which somebody is signed in."""
    return carried(answer, RepVisit(one.id, one.mark, int(running.now().timestamp())))


def go_on(answer: Answer) -> Answer:
    """After a request of a page for representatives: whoever is signed in stays so, unless it has ended just now."""
    signed: Signed | None = g.get("representative")
    return carried(answer, signed.visit) if signed else answer


def end(answer: Answer, *, language: bool = True) -> Answer:
    """An answer after which nobody is signed in.

    Args:
        answer: to send.
        language: whether the language goes, too; it stays where the same child goes on.
    """
    g.representative = None
    answer.delete_cookie(rep_visits.COOKIE, path=rep_visits.PATH, httponly=True, samesite="Strict")
    if language:
        answer.delete_cookie(languages.COOKIE)
    return answer


def _looked_up(at: Here, value: str) -> Signed | None:
    visit = rep_visits.read(_key(), value, _tablet(), running.now())
    if visit is None:
        return None
    with _reading() as session:
        hers = representatives.find(session, running.keyring(), visit.representative_id)
        committee = store.find(session, hers.committee_id) if hers else None
    if hers is None or committee is None or hers.mark != visit.mark:
        return None
    is_hers = committee.site_id == at.site.id and committee.is_open
    if not is_hers or not hers.is_in_office(running.today(at.site.time_zone)):
        return None
    return Signed(hers, committee, at.site, visit)


@contextmanager
def _reading() -> Iterator[Session]:
    if request.method in db.SAFE_METHODS or "session" in g:
        yield db.session()
        return
    with db.reading(db.engine()) as session:  # a form is read before anybody waits in the queue of writers
        yield session


def _key() -> bytes:
    return running.keyring().derive(COOKIE, _PURPOSE)


def _tablet() -> bytes:
    return token_hash(request.cookies.get(tablet_cookie(), ""))

"""The signed-in representative of a request, and the start, extension and end of the session.

A new code, or the end of the term, ends the session, because each request looks up the representative. Source:
PRIVACY.md C, "Codes" and "Times".
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar, cast

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from youthvoice import context, db
from youthvoice.committees.entities import Committee
from youthvoice.committees.representatives import store
from youthvoice.committees.representatives.picture_sign_in import (
    SESSIONS,
    RepresentativeSession,
    read_cookie,
    write_cookie,
)
from youthvoice.committees.representatives.rules import Representative
from youthvoice.committees.store import find_committee
from youthvoice.privacy.crypto import session_keys
from youthvoice.privacy.keys.key_names import COOKIE
from youthvoice.sites.store import CurrentTablet, Site
from youthvoice.sites.tablets import device
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import tablet_cookie

Answer = TypeVar("Answer", bound=Response)
P = ParamSpec("P")

_PURPOSE: Final = "representatives"


@dataclass(frozen=True, slots=True)
class SignedInRepresentative:
    """A representative who is signed in on this tablet.

    Attributes:
        representative: the child.
        committee: the child's committee.
        site: of the tablet and of the committee.
        visit: the session of the cookie.
    """

    representative: Representative
    committee: Committee
    site: Site
    visit: RepresentativeSession

    @property
    def language(self) -> str:
        """The language that was chosen on the tablet."""
        return languages.chosen(self.site.languages)

    @property
    def today(self) -> date:
        """Today at the site."""
        return context.today(self.site.time_zone)


def current_representative() -> SignedInRepresentative | None:
    """The representative of this request; None if nobody is signed in, or the term is over.

    It never begins a transaction that writes: a form may use `db.session()` or `db.writing` afterwards.
    """
    if "representative" not in g:
        tablet, value = device.current_tablet(), SESSIONS.brought()
        g.representative = _find_signed_in(tablet, value) if tablet and value else None
    return cast("SignedInRepresentative | None", g.representative)


def signed_in(
    page: Callable[Concatenate[SignedInRepresentative, P], ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Guard a page: without a signed-in representative it redirects to the sign-in page."""

    @wraps(page)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        representative = current_representative()
        return page(representative, *args, **kwargs) if representative else redirect(url_for("rep.mine"), 303)

    return guarded


def keep_signed_in(answer: Answer, representative_session: RepresentativeSession) -> Answer:
    """Extend the session by fifteen minutes in a response."""
    return SESSIONS.set_on(answer, write_cookie(_key(), representative_session, _tablet(), context.now()))


def begin_session(answer: Answer, representative: Representative) -> Answer:
    """Start a session in a response."""
    return keep_signed_in(
        answer, RepresentativeSession(representative.id, representative.mark, int(context.now().timestamp()))
    )


def extend_session(answer: Answer) -> Answer:
    """Extend the session after each request of a representative's page, unless it has just ended."""
    representative: SignedInRepresentative | None = g.get("representative")
    return keep_signed_in(answer, representative.visit) if representative else answer


def end_session(answer: Answer, *, forgets_language: bool = True) -> Answer:
    """End the session in a response.

    Args:
        answer: to send.
        forgets_language: whether it forgets the chosen language, too; False if the same child goes on.
    """
    g.representative = None
    SESSIONS.delete_on(answer)
    if forgets_language:
        answer.delete_cookie(languages.COOKIE)
    return answer


def _find_signed_in(tablet: CurrentTablet, value: str) -> SignedInRepresentative | None:
    """The representative of a cookie, if still in office here with the same picture code."""
    representative_session = read_cookie(_key(), value, _tablet(), context.now())
    if representative_session is None:
        return None
    with _reading() as session:
        representative = store.find_representative(session, representative_session.representative_id)
        committee = find_committee(session, representative.committee_id) if representative else None
    if representative is None or committee is None or representative.mark != representative_session.mark:
        return None
    is_here = committee.site_id == tablet.site.id and committee.is_open
    if not is_here or not representative.is_in_office(context.today(tablet.site.time_zone)):
        return None
    return SignedInRepresentative(representative, committee, tablet.site, representative_session)


@contextmanager
def _reading() -> Iterator[Session]:
    if request.method in db.SAFE_METHODS or "session" in g:
        yield db.session()
        return
    with db.reading(db.engine()) as session:  # read a form before waiting in the queue of writers
        yield session


def _key() -> bytes:
    return context.keyring().derive(COOKIE, _PURPOSE)


def _tablet() -> bytes:
    return session_keys.token_hash(request.cookies.get(tablet_cookie(), ""))

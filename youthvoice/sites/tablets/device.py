"""Which tablet asks, and how one comes to belong to a site."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Final, ParamSpec, cast

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.context import AppCache, Port
from youthvoice.privacy.crypto.session_keys import session_token, token_hash
from youthvoice.sites.store import CurrentTablet, Site, get_site
from youthvoice.sites.tablets import pairing, store
from youthvoice.web.rate_limits import tablet_cookie

P = ParamSpec("P")


_LASTS_SECONDS = 400 * 24 * 3600  # the longest that browsers keep a cookie; renewed at every enrolment


def current_tablet() -> CurrentTablet | None:
    """The tablet that asks, or None when this device is not enrolled. One SELECT a request."""
    if "here" not in g:
        token = request.cookies.get(tablet_cookie(), "")
        g.here = _look_up(token) if token else None
    return cast("CurrentTablet | None", g.here)


def current_tablet_if_known() -> CurrentTablet | None:
    """The tablet that asks, where this request has looked already; never asks the database."""
    return cast("CurrentTablet | None", g.get("here"))


def _look_up(token: str) -> CurrentTablet | None:
    if request.method in db.SAFE_METHODS or "session" in g:
        return _found(db.session().connection(), token)
    with db.engine().connect() as connection:  # a form is read before anybody waits in the queue of writers
        return _found(connection, token)


def _found(connection: Connection, token: str) -> CurrentTablet | None:
    row = store.find_tablet_by_token(connection, token_hash(token))
    if row is None:
        return None
    return CurrentTablet(
        row.tablet_id, site_at_version(connection, row.site_id, row.version), tuple(row.voices.split())
    )


_sites: Final = AppCache[int, Site](500)


enrolment_slowed: Final = Port[Callable[[Session], bool]]("enrolment_slowed")
"""Whether so many wrong codes were tried that the next one is to be longer."""


def tablet_of(connection: Connection) -> CurrentTablet | None:
    """As `current_tablet`, on a connection that its caller goes on reading with."""
    token = request.cookies.get(tablet_cookie(), "")
    g.here = _found(connection, token) if token else None
    return cast("CurrentTablet | None", g.here)


def site_at_version(connection: Connection, site_id: int, version: int) -> Site:
    """A site at a version that was just read; without a query when this process saw it before."""

    def read() -> Site:
        with Session(connection) as session:
            return get_site(session, site_id)

    return _sites.get(site_id, read, lambda site: site.version == version)


def tablet_required(page: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Guard a child's page: 403 on a device that is not enrolled; `current_tablet()` is set inside."""

    @wraps(page)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if current_tablet() is None:
            abort(403)
        return page(*args, **kwargs)

    return guarded


def start_enrolment(session: Session, site_id: int, name: str, now: datetime) -> str:
    """Make a place for a tablet and the code that connects it, such as `KITE-4821`; works once, 15 minutes.

    The code is shown once: the database holds its HMAC only. While somebody guesses at codes it is a long one.
    """
    code = _new_code(session)
    store.expect_tablet(session, site_id, name, _code_hash(code), now + pairing.CODE_LASTS)
    return code


def renew_code(session: Session, site_id: int, tablet_id: int, now: datetime) -> str | None:
    """A new code for a tablet that was never connected; None when it was, or is not of this site."""
    code = _new_code(session)
    renewed = store.expect_tablet_again(session, site_id, tablet_id, _code_hash(code), now + pairing.CODE_LASTS)
    return code if renewed else None


def enrol_device(session: Session, code: str, now: datetime) -> str | None:
    """Connect the device that typed a code; the caller commits, and counts wrong tries.

    Args:
        session: may write.
        code: as typed; capitals, spaces and hyphens do not matter.
        now: this moment.

    Returns:
        The token for the device's cookie (see `remember_token`), or None when the code is wrong, used or too old.
    """
    token = session_token()
    enrolled = store.enrol_tablet(session, _code_hash(code), token_hash(token), now)
    return token if enrolled else None


def remember_token(response: Response, token: str) -> None:
    """Let a device keep its token; no script reads it."""
    response.set_cookie(
        tablet_cookie(),
        token,
        max_age=_LASTS_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=not context.settings().development,
        path="/",
    )


def _new_code(session: Session) -> str:
    """A code; the room that counts wrong ones, further up, knows whether it must be a long one."""
    return pairing.new_spoken_code(long=enrolment_slowed()(session))


def _code_hash(code: str) -> bytes:
    return pairing.hash_spoken_code(code, context.keyring().key("pepper"))

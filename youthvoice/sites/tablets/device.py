"""Which tablet asks, by its cookie or by the pass in its envelope, and what may be taken from it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any, Final, ParamSpec, cast

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue
from limits import parse
from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.compiled_sql import CompiledStatement
from youthvoice.context import AppCache, Port
from youthvoice.privacy.crypto.session_keys import token_hash
from youthvoice.sites.models import SiteRow, TabletRow
from youthvoice.sites.store import CurrentTablet, Site, get_site
from youthvoice.sites.tablets.tablet_pass import TabletPass, read_pass
from youthvoice.web.deliveries import BOX, CARRIER, DELIVERED, ENVELOPE
from youthvoice.web.rate_limits import SENDING, flood_counts, tablet_cookie, wide_line

P = ParamSpec("P")

_LASTS_SECONDS = 400 * 24 * 3600  # the longest that browsers keep a cookie; renewed at every enrolment


def current_tablet() -> CurrentTablet | None:
    """The tablet that asks, or None when this device is not enrolled. One SELECT a request."""
    if "here" not in g:
        g.here = _look_up() if _brings_something() else None
    return cast("CurrentTablet | None", g.here)


def current_tablet_if_known() -> CurrentTablet | None:
    """The tablet that asks, where this request has looked already; never asks the database."""
    return cast("CurrentTablet | None", g.get("here"))


def look_for_tablet() -> None:
    """Before a request: know which tablet asks, so that its page says which languages that tablet can speak."""
    current_tablet()


def _brings_something() -> bool:
    return DELIVERED in request.environ or tablet_cookie() in request.cookies


def _look_up() -> CurrentTablet | None:
    if request.method in db.SAFE_METHODS or "session" in g:
        return _found(db.session().connection())
    with db.engine().connect() as connection:  # a form is read before anybody waits in the queue of writers
        return _found(connection)


_tablets, _site_rows = db.Base.metadata.tables[TabletRow.__tablename__], db.Base.metadata.tables[SiteRow.__tablename__]

_BY_TOKEN = CompiledStatement(  # asked for every page and every response of a tablet
    select(_tablets.c.id, _site_rows.c.id, _site_rows.c.version, _tablets.c.voices)
    .join(_site_rows, _site_rows.c.id == _tablets.c.site_id)
    .where(_tablets.c.token_hash == bindparam("token"), _tablets.c.retired_on.is_(None))
    .where(_tablets.c.successor_id.is_(None))  # once a device is connected anew, its earlier cookie is a copy
)

_BY_ID = CompiledStatement(
    select(
        _tablets.c.id,
        _site_rows.c.id,
        _site_rows.c.version,
        _tablets.c.voices,
        _tablets.c.retired_on,
        _tablets.c.emptied_at,
        _tablets.c.lost_on,
        _tablets.c.passes_from,
        _tablets.c.refused_on,
        _tablets.c.waits_since,
    )
    .join(_site_rows, _site_rows.c.id == _tablets.c.site_id)
    .where(_tablets.c.id == bindparam("tablet"))
)

MAX_DELIVERED: Final = 6_000
"""Envelopes of one tablet or box a day: more than children fill in months. What is over comes the next day, or slowly
where a tablet in use brings it with its cookie."""

WEIGHT: Final = 20
"""As so many counts a report, and whatever a tablet brings that was let go: 300 a day. What waits comes within days,
and whoever copied a pass or stole a tablet makes up no more."""

_TOLD, _ANSWERED = "tell.send", "surveys.send"

_MOST_TIMES = 5  # that one device is connected anew while something is left of the first time

_SLOWLY: Final = parse(SENDING)

delivery_counted: Final = Port[Callable[[int, str, int, int], bool]]("delivery_counted")
"""Count one more of a tablet today, in a row, with its weight; whether that is within so many."""


def _found(connection: Connection) -> CurrentTablet | None:
    """By the token of its cookie; what lay in an envelope, by its pass, whether or not the tablet was let go since.

    A pass alone ends, and so does what was let go once it is empty. With the cookie of its own tablet, or by its own
    box, an envelope always comes: whoever says in a tablet's name that nothing waits there makes nobody's words lost.
    """
    if (shown := request.environ.get(DELIVERED)) is None:
        row = _BY_TOKEN.first(connection, {"token": token_hash(request.cookies.get(tablet_cookie(), ""))})
        return _tablet(connection, row) if row else None
    brought = read_pass(context.keyring(), shown)
    row = None if brought is None else _BY_ID.first(connection, {"tablet": brought.tablet_id})
    if brought is None or row is None:
        return None
    *named, retired_on, emptied_at, lost_on, passes_from, refused_on, waits_since = row
    is_let_go, by_pass_alone = retired_on is not None, not _is_brought_by(connection, brought.tablet_id)
    if by_pass_alone and (brought.given < passes_from or (is_let_go and emptied_at is not None)):
        if ENVELOPE in request.environ and lost_on is None:
            site = site_at_version(connection, named[1], named[2])
            _record_refusal(row[0], context.today(site.time_zone), refused_on)
        return None
    if ENVELOPE in request.environ:
        _admit_delivery(row[0], is_let_go=is_let_go, is_lost=lost_on is not None, by_pass_alone=by_pass_alone)
    is_lost, waited = lost_on is not None, None if lost_on else _moment(waits_since)
    return replace(_tablet(connection, named), is_lost=is_lost, by_pass_alone=by_pass_alone, waits_since=waited)


def _record_refusal(tablet_id: int, day: date, refused_on: date | None) -> None:
    """Keep that something was refused, for an adult to read: one write of a tablet a day, however much comes."""
    if refused_on == day:
        return
    mine = update(TabletRow).where(TabletRow.id == tablet_id)
    with db.writing(db.engine()) as session:
        session.execute(mine.values(refused_on=day))


def _is_brought_by(connection: Connection, tablet_id: int) -> bool:
    """Whether an envelope was brought by a device that shows whose it is: its cookie, or the key of a box."""
    if shown := request.environ.get(BOX):
        box = read_pass(context.keyring(), shown)
        return box is not None and box.tablet_id == tablet_id
    return _is_device(connection, tablet_id, request.environ.get(CARRIER, ""))


def _moment(given: datetime | str | None) -> datetime | None:
    """As a driver gives it; None where nobody was ever connected there, so that nothing can have waited."""
    if not given:
        return None
    moment = datetime.fromisoformat(str(given))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _admit_delivery(tablet_id: int, *, is_let_go: bool, is_lost: bool, by_pass_alone: bool) -> None:
    """Whether a tablet may deliver this: 403, and 429 where it brings too much in a day, counted in rows.

    What comes with a pass alone is counted apart: whoever copied one uses up nothing of what the tablet itself brings.
    One in use that shows its cookie goes on past that, as slowly as its pages send, from each line: whoever copied the
    cookie sends from those as well, and a limit of a day would keep back the children's words alone.

    Of one that was reported lost what a child told always comes, an answer if a slip vouches for it (which its page
    looks at: see `refuse_lost`), and nothing else. A 403 leaves everything on the tablet: it may be found again.
    """
    if is_lost and request.endpoint == _ANSWERED:
        return  # what is refused anyway uses up nothing of what a child told
    if is_lost and request.endpoint != _TOLD:
        abort(403)
    kind = f"{'let go' if is_let_go else 'sent'}{' by pass' if by_pass_alone else ''}"
    weight = WEIGHT if is_let_go or request.endpoint == _TOLD else 1
    if delivery_counted()(tablet_id, kind, weight, MAX_DELIVERED):
        return
    if is_let_go or by_pass_alone or not flood_counts.hit(_SLOWLY, "delivered", str(tablet_id), wide_line()):
        abort(429)


def find_speaker(session: Session, shown: str) -> TabletPass | None:
    """A pass, where its own device asks: by the cookie that it got then, or when it was connected anew.

    A pass alone can be copied: whoever has one says nothing in a tablet's name. A device that was let go keeps its
    cookie.
    """
    brought, token = read_pass(context.keyring(), shown), request.cookies.get(tablet_cookie(), "")
    return brought if brought and _is_device(session.connection(), brought.tablet_id, token) else None


def _is_device(connection: Connection, tablet_id: int, token: str) -> bool:
    """Whether a cookie is that of a tablet, or of the same device after it was connected anew; not the earlier one."""
    if not token:
        return False
    query = select(_tablets.c.id).where(_tablets.c.token_hash == token_hash(token))
    own = connection.scalar(query.where(_tablets.c.successor_id.is_(None)))
    row: int | None = tablet_id
    for _time in range(_MOST_TIMES):
        if own is None or row is None or row == own:
            break
        row = connection.scalar(select(_tablets.c.successor_id).where(_tablets.c.id == row))
    return own is not None and row == own


def find_device(session: Session, token: str) -> int | None:
    """The row of the tablet whose cookie this is, though it was let go since; None for none."""
    return session.scalar(select(TabletRow.id).where(TabletRow.token_hash == token_hash(token))) if token else None


def find_own_device() -> int | None:
    """The row of the tablet that sends this request; one SELECT, in a connection of its own."""
    token = request.cookies.get(tablet_cookie(), "")
    if not token:
        return None
    with db.reading(db.engine()) as session:
        return find_device(session, token)


def refuse_lost() -> None:
    """403 for a tablet that was reported lost, where nothing vouches for what it brings."""
    if (tablet := current_tablet()) is not None and tablet.is_lost:
        abort(403)


def _tablet(connection: Connection, row: Sequence[Any]) -> CurrentTablet:
    tablet_id, site_id, version, voices = row
    site = site_at_version(connection, site_id, version)
    return CurrentTablet(tablet_id, site, tuple(voices.split()), line=wide_line())


_sites: Final = AppCache[int, Site](500)


def tablet_of(connection: Connection) -> CurrentTablet | None:
    """As `current_tablet`, on a connection that its caller goes on reading with."""
    g.here = _found(connection) if _brings_something() else None
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

"""Recognise the tablet that sends a request, by its cookie or by the pass in its envelope, and limit its deliveries."""

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
from youthvoice.web.i18n.languages import offer_only
from youthvoice.web.rate_limits import SENDING, flood_counts, tablet_cookie, wide_line

P = ParamSpec("P")

_LASTS_SECONDS = 400 * 24 * 3600  # the longest that browsers keep a cookie; renewed at every enrolment


def current_tablet() -> CurrentTablet | None:
    """The tablet that sends this request, or None when the device is not enrolled. One SELECT a request."""
    if "here" not in g and _has_credential():
        with db.connection_to_read() as connection:
            return tablet_of(connection)
    return current_tablet_if_known()


def current_tablet_if_known() -> CurrentTablet | None:
    """The tablet, where this request has looked it up already; never queries the database."""
    return cast("CurrentTablet | None", g.get("here"))


def look_for_tablet() -> None:
    """Look up the tablet before a request, so that its page shows the languages of the tablet's voice."""
    current_tablet()


def _has_credential() -> bool:
    return DELIVERED in request.environ or tablet_cookie() in request.cookies


_tablets, _site_rows = db.Base.metadata.tables[TabletRow.__tablename__], db.Base.metadata.tables[SiteRow.__tablename__]

_BY_TOKEN = CompiledStatement(  # runs for every page and every response of a tablet
    select(_tablets.c.id, _site_rows.c.id, _site_rows.c.version, _tablets.c.voices)
    .join(_site_rows, _site_rows.c.id == _tablets.c.site_id)
    .where(_tablets.c.token_hash == bindparam("token"), _tablets.c.retired_on.is_(None))
    .where(_tablets.c.successor_id.is_(None))  # once a device is connected again, its earlier cookie is a copy
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
"""Envelopes of one tablet or box in a day: more than children fill in months. The rest comes the next day, or slowly
where a tablet in use delivers it with its cookie."""

WEIGHT: Final = 20
"""How many envelopes a report counts as, and any delivery of a retired tablet: 300 a day. What waits arrives within
days, and somebody with a copied pass or a stolen tablet can make up no more."""

_REPORTS, _ANSWERS = "tell.send", "surveys.send"

_MAX_CONNECTIONS = 5  # how often a device may be connected again while envelopes of the first time are left

_SLOWLY: Final = parse(SENDING)

delivery_counted: Final = Port[Callable[[int, str, int, int], bool]]("delivery_counted")
"""Count a delivery of a tablet today with its weight; True when it is within the limit."""


def _find_current(connection: Connection) -> CurrentTablet | None:
    """The tablet by the token of its cookie; for an envelope by its pass, whether or not it was retired since.

    A delivery with only a pass ends with the pass, and for a retired tablet once it is empty. With the cookie of its
    own tablet, or from its own box, an envelope always arrives: somebody who reports in a tablet's name that nothing
    waits there cannot make children's words get lost.
    """
    if (pass_text := request.environ.get(DELIVERED)) is None:
        row = _BY_TOKEN.first(connection, {"token": token_hash(request.cookies.get(tablet_cookie(), ""))})
        return _tablet(connection, row) if row else None
    tablet_pass = read_pass(context.keyring(), pass_text)
    row = None if tablet_pass is None else _BY_ID.first(connection, {"tablet": tablet_pass.tablet_id})
    if tablet_pass is None or row is None:
        return None
    *of_tablet, retired_on, emptied_at, lost_on, passes_from, refused_on, waits_since = row
    is_retired, is_lost = retired_on is not None, lost_on is not None
    by_pass_alone = not _is_sent_by(connection, tablet_pass.tablet_id)
    if by_pass_alone and (tablet_pass.issued < passes_from or (is_retired and emptied_at is not None)):
        if ENVELOPE in request.environ and not is_lost:
            site = site_at_version(connection, of_tablet[1], of_tablet[2])
            _record_refusal(row[0], context.today(site.time_zone), refused_on)
        return None
    if ENVELOPE in request.environ:
        _admit_delivery(row[0], is_retired=is_retired, is_lost=is_lost, by_pass_alone=by_pass_alone)
    since = None if is_lost else _moment(waits_since)
    return replace(_tablet(connection, of_tablet), is_lost=is_lost, by_pass_alone=by_pass_alone, waits_since=since)


def _record_refusal(tablet_id: int, day: date, refused_on: date | None) -> None:
    """Note a refused delivery for an adult to read: at most one write per tablet and day."""
    if refused_on == day:
        return
    own_row = update(TabletRow).where(TabletRow.id == tablet_id)
    with db.writing(db.engine()) as session:
        session.execute(own_row.values(refused_on=day))


def _is_sent_by(connection: Connection, tablet_id: int) -> bool:
    """Whether the sender of an envelope proved who it is: by the tablet's cookie, or by the key of a box."""
    if box_pass := request.environ.get(BOX):
        box = read_pass(context.keyring(), box_pass)
        return box is not None and box.tablet_id == tablet_id
    return _is_device(connection, tablet_id, request.environ.get(CARRIER, ""))


def _moment(driver_value: datetime | str | None) -> datetime | None:
    """A moment from the driver's value; None where the tablet was never connected, so that nothing can have waited."""
    if not driver_value:
        return None
    moment = datetime.fromisoformat(str(driver_value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _admit_delivery(tablet_id: int, *, is_retired: bool, is_lost: bool, by_pass_alone: bool) -> None:
    """Admit a delivery, or abort: 403, and 429 for too many in a day, which are counted in rows.

    Deliveries with only a pass are counted separately: a copied pass uses up nothing of the tablet's own limit. A
    tablet in use with its cookie may go on beyond the limit, as slowly as its pages send, from each line. A strict
    limit would only hold children's words back: somebody with a copied cookie sends from other lines anyway.

    From a tablet that was reported lost, reports are always accepted, answers only with a slip (which their page
    checks: see `refuse_lost`), and nothing else. A 403 leaves everything on the tablet: it may be found again.
    """
    if is_lost and request.endpoint == _ANSWERS:
        return  # what is refused anyway uses up nothing of the reports' limit
    if is_lost and request.endpoint != _REPORTS:
        abort(403)
    kind = f"{'let go' if is_retired else 'sent'}{' by pass' if by_pass_alone else ''}"
    weight = WEIGHT if is_retired or request.endpoint == _REPORTS else 1
    if delivery_counted()(tablet_id, kind, weight, MAX_DELIVERED):
        return
    if is_retired or by_pass_alone or not flood_counts.hit(_SLOWLY, "delivered", str(tablet_id), wide_line()):
        abort(429)


def find_reporting_pass(session: Session, pass_text: str) -> TabletPass | None:
    """A pass, if the request comes from its own device: with the cookie of that time, or of a later connection.

    A pass alone can be copied, so its holder cannot report in a tablet's name. A retired device keeps its cookie.
    """
    tablet_pass, token = read_pass(context.keyring(), pass_text), request.cookies.get(tablet_cookie(), "")
    return tablet_pass if tablet_pass and _is_device(session.connection(), tablet_pass.tablet_id, token) else None


def _is_device(connection: Connection, tablet_id: int, token: str) -> bool:
    """Whether a cookie is that of a tablet, or of the same device after a later connection; not the earlier one."""
    if not token:
        return False
    query = select(_tablets.c.id).where(_tablets.c.token_hash == token_hash(token))
    own = connection.scalar(query.where(_tablets.c.successor_id.is_(None)))
    row: int | None = tablet_id
    for _time in range(_MAX_CONNECTIONS):
        if own is None or row is None or row == own:
            break
        row = connection.scalar(select(_tablets.c.successor_id).where(_tablets.c.id == row))
    return own is not None and row == own


def find_device(session: Session, token: str) -> int | None:
    """The id of the tablet with this cookie, even if it was retired since; None where there is none."""
    return session.scalar(select(TabletRow.id).where(TabletRow.token_hash == token_hash(token))) if token else None


def find_own_device() -> int | None:
    """The id of the tablet that sends this request; one SELECT, in a connection of its own."""
    token = request.cookies.get(tablet_cookie(), "")
    if not token:
        return None
    with db.reading(db.engine()) as session:
        return find_device(session, token)


def refuse_lost() -> None:
    """Abort with 403 for a tablet that was reported lost, where nothing proves that a child sent this."""
    if (tablet := current_tablet()) is not None and tablet.is_lost:
        abort(403)


def _tablet(connection: Connection, row: Sequence[Any]) -> CurrentTablet:
    tablet_id, site_id, version, voices = row
    site = site_at_version(connection, site_id, version)
    return CurrentTablet(tablet_id, site, tuple(voices.split()), line=wide_line())


_sites: Final = AppCache[int, Site](500)


def tablet_of(connection: Connection) -> CurrentTablet | None:
    """As `current_tablet`, on a connection with which the caller goes on reading."""
    if "here" not in g:
        g.here = _find_current(connection) if _has_credential() else None
        if g.here is not None and not request.path.startswith("/staff/"):
            offer_only(g.here.site.languages)
    return cast("CurrentTablet | None", g.here)


def site_at_version(connection: Connection, site_id: int, version: int) -> Site:
    """A site at a version that was just read; without a query when this process has it cached."""

    def read() -> Site:
        with Session(connection) as session:
            return get_site(session, site_id)

    return _sites.get(site_id, read, lambda site: site.version == version)


def tablet_required(page: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Guard a child's page: 403 on a device that is not enrolled; inside, `current_tablet()` is set."""

    @wraps(page)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if current_tablet() is None:
            abort(403)
        return page(*args, **kwargs)

    return guarded


def remember_token(response: Response, token: str) -> None:
    """Set the cookie with a device's token; scripts cannot read it."""
    response.set_cookie(
        tablet_cookie(),
        token,
        max_age=_LASTS_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=not context.settings().development,
        path="/",
    )

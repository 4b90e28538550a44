"""Which tablet asks, how one comes to belong to a site, and the list of those that do."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from typing import Any, Final, Literal, ParamSpec, cast

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue
from limits import parse
from sqlalchemy import ColumnElement, Connection, bindparam, select, update
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.compiled_sql import CompiledStatement
from youthvoice.context import AppCache, Port
from youthvoice.privacy.crypto.session_keys import session_token, token_hash
from youthvoice.sites.models import SiteRow, TabletRow
from youthvoice.sites.store import CurrentTablet, Site, get_site
from youthvoice.sites.tablets import pairing
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


_TOLD, _ANSWERED = "tell.send", "surveys.send"


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


_SLOWLY: Final = parse(SENDING)


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


_MOST_TIMES = 5  # that one device is connected anew while something is left of the first time


def refuse_lost() -> None:
    """403 for a tablet that was reported lost, where nothing vouches for what it brings."""
    if (tablet := current_tablet()) is not None and tablet.is_lost:
        abort(403)


def _tablet(connection: Connection, row: Sequence[Any]) -> CurrentTablet:
    tablet_id, site_id, version, voices = row
    site = site_at_version(connection, site_id, version)
    return CurrentTablet(tablet_id, site, tuple(voices.split()), line=wide_line())


_sites: Final = AppCache[int, Site](500)

enrolment_slowed: Final = Port[Callable[[Session], bool]]("enrolment_slowed")
"""Whether so many wrong codes were tried that the next one is to be longer."""


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


def start_enrolment(session: Session, site_id: int, name: str, lasts: timedelta = pairing.CODE_LASTS) -> str:
    """Make a place for a tablet and the code that connects it, such as `KITE-4821`; works once, 15 minutes.

    The code is shown once: the database holds its HMAC only. While somebody guesses at codes it is a long one.
    """
    tablet = TabletRow(site_id=site_id, name=name)
    session.add(tablet)
    return _expect(session, tablet, lasts)


def add_box(session: Session, site_id: int, name: str, day: date) -> int:
    """Make a place for a box in a village, which is connected at once; its pass is the only way in. Gives its row."""
    waits = {"waiting": True, "room": True, "seen_on": day.isoformat()}  # rounds wait for it from its first day on
    tablet = TabletRow(
        site_id=site_id,
        name=name,
        token_hash=token_hash(session_token()),
        enrolled_on=day,
        status=waits,
        status_at=context.now(),
        waits_since=context.now(),
    )
    session.add(tablet)
    session.flush()
    return tablet.id


def tablet_standing(session: Session, tablet_id: int) -> Literal["connected", "retired"] | None:
    """How a tablet stands, also one that was let go; None where there is none, such as in a house as it was before."""
    row = session.get(TabletRow, tablet_id)
    if row is None:
        return None
    return "connected" if row.retired_on is None else "retired"


def renew_code(session: Session, site_id: int, tablet_id: int, lasts: timedelta = pairing.CODE_LASTS) -> str | None:
    """A new code for a tablet that was never connected; None when it was, or is not of this site."""
    row = session.get(TabletRow, tablet_id)
    if row is None or row.site_id != site_id or row.retired_on is not None or row.token_hash is not None:
        return None
    return _expect(session, row, lasts)


def _expect(session: Session, row: TabletRow, lasts: timedelta) -> str:
    """Wait for a tablet that brings a new code, a long one while somebody guesses (who counts that lies further up)."""
    code = _new_code(session)
    row.code_hash, row.code_until = _code_hash(code), context.now() + lasts
    session.flush()
    return code


def _new_code(session: Session) -> str:
    """A code that no other tablet waits for, or waited for in vain."""
    while True:
        code = pairing.new_spoken_code(long=enrolment_slowed()(session))
        if session.scalar(select(TabletRow.id).where(TabletRow.code_hash == _code_hash(code))) is None:
            return code


def enrol_device(session: Session, code: str, former_token: str = "") -> str | None:
    """Connect the device that typed a code; the caller commits, and counts wrong tries.

    A code is spent once, however many bring it at the same moment.

    Args:
        session: may write.
        code: as typed; capitals, spaces and hyphens do not matter.
        former_token: of the cookie that the device has, where it was connected before.

    Returns:
        The token for the device's cookie (see `remember_token`), or None when the code is wrong, used or too old.
    """
    token, code_hash = session_token(), _code_hash(code)
    zone = session.scalar(select(SiteRow.time_zone).join(TabletRow).where(TabletRow.code_hash == code_hash))
    if zone is None:
        return None
    mine = (TabletRow.code_hash == code_hash, TabletRow.code_until > context.now(), TabletRow.retired_on.is_(None))
    now_hers = {"token_hash": token_hash(token), "enrolled_on": context.today(zone), "waits_since": context.now()}
    spent = update(TabletRow).where(*mine).values(code_hash=None, code_until=None, **now_hers).returning(TabletRow.id)
    if (now := session.execute(spent).first()) is None:
        return None
    former = update(TabletRow).where(TabletRow.token_hash == token_hash(former_token), TabletRow.id != now.id)
    if former_token:
        session.execute(former.values(successor_id=now.id))
    return token


def _code_hash(code: str) -> bytes:
    return pairing.hash_spoken_code(code, context.keyring().key("pepper"))


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


@dataclass(frozen=True, slots=True)
class Tablet:
    """A tablet for the coordinator's list.

    Attributes:
        state: `connected`, `waiting` for its code, `late` when the code ran out, or `retired`: it was let go.
        code_until: until when its code works.
        enrolled_on: the day it was connected.
        voices: languages that its own voice may say.
        retired_on: the day on which it was let go.
        lost_on: the day on which somebody said that it was lost or stolen; None where nobody did, or it was found.
    """

    id: int
    site_id: int
    name: str
    state: str
    code_until: datetime | None
    enrolled_on: date | None
    voices: tuple[str, ...]
    retired_on: date | None
    lost_on: date | None


def list_tablets(session: Session, site_ids: Collection[int]) -> list[Tablet]:
    """Tablets of these sites that are not retired, by name."""
    return _list(session, TabletRow.site_id.in_(site_ids), TabletRow.retired_on.is_(None))


def _list(session: Session, *which: ColumnElement[bool]) -> list[Tablet]:
    rows = session.scalars(select(TabletRow).where(*which).order_by(TabletRow.name, TabletRow.id))
    return [_to_tablet(row) for row in rows]


def _to_tablet(row: TabletRow) -> Tablet:
    return Tablet(
        row.id, row.site_id, row.name, _state(row), row.code_until, row.enrolled_on, tuple(row.voices.split()),
        row.retired_on, row.lost_on,
    )  # fmt: skip


def _state(row: TabletRow) -> str:
    if row.retired_on is not None:
        return "retired"
    if row.token_hash is not None:
        return "connected"
    return "waiting" if row.code_until is not None and row.code_until > context.now() else "late"


def find_tablet(session: Session, site_ids: Collection[int], tablet_id: int) -> Tablet | None:
    """A tablet of these sites that is not retired."""
    tablet = _find(session, site_ids, tablet_id)
    return tablet if tablet and tablet.retired_on is None else None


def _find(session: Session, site_ids: Collection[int], tablet_id: int) -> Tablet | None:
    row = session.get(TabletRow, tablet_id)
    return _to_tablet(row) if row and row.site_id in site_ids else None


def set_tablet_voices(session: Session, tablet_id: int, languages: Collection[str]) -> None:
    """Keep the languages in which somebody found that the tablet's own voice sounds right."""
    session.execute(update(TabletRow).where(TabletRow.id == tablet_id).values(voices=" ".join(sorted(languages))))


_LISTED: Final = timedelta(days=400)
"""So long after a tablet was let go something on it can still be opened."""


def list_let_go(session: Session, site_ids: Collection[int], today: date) -> list[Tablet]:
    """Tablets of these sites that were let go and may still deliver, by name; those never connected have nothing."""
    is_listed = TabletRow.retired_on > today - _LISTED
    return _list(session, TabletRow.site_id.in_(site_ids), is_listed, TabletRow.enrolled_on.is_not(None))


def find_let_go(session: Session, site_ids: Collection[int], tablet_id: int) -> Tablet | None:
    """A tablet of these sites that was let go."""
    tablet = _find(session, site_ids, tablet_id)
    return tablet if tablet and tablet.retired_on is not None else None


def report_lost(session: Session, tablet_id: int, day: date) -> None:
    """Nobody knows whose hands a tablet is in that was let go: nothing more that counts is taken from it."""
    session.get_one(TabletRow, tablet_id).lost_on = day
    session.flush()


def report_found(session: Session, tablet_id: int) -> None:
    """It is in our hands again, and delivers; whoever had it may have said that nothing is on it."""
    row = session.get_one(TabletRow, tablet_id)
    row.lost_on = row.emptied_at = None
    session.flush()


def retire_tablet(session: Session, tablet_id: int, day: date) -> None:
    """Let a tablet go: whoever holds it sees the plain page from now on."""
    row = session.get_one(TabletRow, tablet_id)
    row.retired_on = day
    row.code_hash = row.code_until = row.emptied_at = None
    session.flush()

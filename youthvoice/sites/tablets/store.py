"""Queries of tablets: connect one to a site with a code, list them, retire them, report them lost or found."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.context import Port
from youthvoice.privacy.crypto.session_keys import session_token, token_hash
from youthvoice.sites.models import SiteRow, TabletRow
from youthvoice.sites.tablets import pairing

enrolment_slowed: Final = Port[Callable[[Session], bool]]("enrolment_slowed")
"""Whether so many wrong codes were tried that the next one has to be longer."""


def start_enrolment(session: Session, site_id: int, name: str, lasts: timedelta = pairing.CODE_LASTS) -> str:
    """Add a tablet, and return the code that connects it, such as `KITE-4821`; it works once, for the time `lasts`.

    The code is shown once: the database holds only its HMAC. While somebody guesses codes, it is a long one.
    """
    tablet = TabletRow(site_id=site_id, name=name)
    session.add(tablet)
    return _store_new_code(session, tablet, lasts)


_UNDELIVERED: Final = "undelivered"
"""In the status of a box until its file is written; the first report of the box takes it away, too."""


def add_box(session: Session, site_id: int, name: str, day: date) -> int:
    """Add a box in a village, which counts as connected; only its pass gives access. Returns its id."""
    # rounds wait for it from its first day on
    waits = {"waiting": True, "room": True, "seen_on": day.isoformat(), _UNDELIVERED: True}
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


def find_undelivered_box(session: Session, site_id: int, name: str) -> int | None:
    """The id of a box of this name whose file was never written, since its command was killed or its disk full."""
    named = TabletRow.site_id == site_id, TabletRow.name == name, TabletRow.retired_on.is_(None)
    rows = session.scalars(select(TabletRow).where(*named).order_by(TabletRow.id))
    return next((row.id for row in rows if (row.status or {}).get(_UNDELIVERED)), None)


def confirm_box_delivered(session: Session, tablet_id: int) -> None:
    """Record that the file of a box is written."""
    if row := session.get(TabletRow, tablet_id):
        row.status = {name: value for name, value in (row.status or {}).items() if name != _UNDELIVERED}


def tablet_standing(session: Session, tablet_id: int) -> Literal["connected", "retired"] | None:
    """Whether a tablet is connected or retired; None where it does not exist, such as after a restore."""
    row = session.get(TabletRow, tablet_id)
    if row is None:
        return None
    return "connected" if row.retired_on is None else "retired"


def renew_code(session: Session, site_id: int, tablet_id: int, lasts: timedelta = pairing.CODE_LASTS) -> str | None:
    """A new code for a tablet that was never connected; None when it was, or is not of this site."""
    row = session.get(TabletRow, tablet_id)
    if row is None or row.site_id != site_id or row.retired_on is not None or row.token_hash is not None:
        return None
    return _store_new_code(session, row, lasts)


def _store_new_code(session: Session, row: TabletRow, lasts: timedelta) -> str:
    """Store a new code for a tablet; a long one while somebody guesses (`enrolment_slowed`)."""
    code = _new_code(session)
    row.code_hash, row.code_until = _code_hash(code), context.now() + lasts
    session.flush()
    return code


def _new_code(session: Session) -> str:
    """A code that no other tablet has, not even an expired one."""
    while True:
        code = pairing.new_spoken_code(long=enrolment_slowed()(session))
        if session.scalar(select(TabletRow.id).where(TabletRow.code_hash == _code_hash(code))) is None:
            return code


def enrol_device(session: Session, code: str, former_token: str = "") -> str | None:
    """Connect the device on which a code was typed; the caller commits, and counts wrong attempts.

    A code works once, even if several devices send it at the same moment.

    Args:
        session: may write.
        code: as typed; capitals, spaces and hyphens do not matter.
        former_token: of the cookie that the device has from an earlier connection.

    Returns:
        The token for the device's cookie (see `remember_token`), or None when the code is wrong, used or too old.
    """
    token, code_hash = session_token(), _code_hash(code)
    zone = session.scalar(select(SiteRow.time_zone).join(TabletRow).where(TabletRow.code_hash == code_hash))
    if zone is None:
        return None
    matching = (TabletRow.code_hash == code_hash, TabletRow.code_until > context.now(), TabletRow.retired_on.is_(None))
    values = {"token_hash": token_hash(token), "enrolled_on": context.today(zone), "waits_since": context.now()}
    claim = update(TabletRow).where(*matching).values(code_hash=None, code_until=None, **values).returning(TabletRow.id)
    if (row := session.execute(claim).first()) is None:
        return None
    former = update(TabletRow).where(TabletRow.token_hash == token_hash(former_token), TabletRow.id != row.id)
    if former_token:
        session.execute(former.values(successor_id=row.id))
    return token


def _code_hash(code: str) -> bytes:
    return pairing.hash_spoken_code(code, context.keyring().key("pepper"))


@dataclass(frozen=True, slots=True)
class Tablet:
    """A tablet in the coordinator's list.

    Attributes:
        state: `connected`, `waiting` for its code, `late` when the code has expired, or `retired`.
        code_until: until when its code works.
        enrolled_on: the day it was connected.
        voices: languages of its own voice.
        retired_on: the day it was retired.
        lost_on: the day it was reported lost or stolen; None if it was not, or was found again.
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


def sites_with_tablets(session: Session, site_ids: Collection[int]) -> set[int]:
    """Which of these sites have or had a tablet."""
    return set(session.scalars(select(TabletRow.site_id).where(TabletRow.site_id.in_(site_ids)).distinct()))


def sites_with_connected_tablets(session: Session, site_ids: Collection[int]) -> set[int]:
    """Which of these sites have a tablet on which children can answer."""
    connected = (TabletRow.token_hash.is_not(None), TabletRow.retired_on.is_(None))
    return set(session.scalars(select(TabletRow.site_id).where(TabletRow.site_id.in_(site_ids), *connected).distinct()))


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
    """Store the languages in which somebody checked the tablet's own voice."""
    session.execute(update(TabletRow).where(TabletRow.id == tablet_id).values(voices=" ".join(sorted(languages))))


_LISTED_AFTER_RETIREMENT: Final = timedelta(days=400)
"""How long after a tablet was retired an envelope on it can still be opened."""


def list_retired(session: Session, site_ids: Collection[int], today: date) -> list[Tablet]:
    """Retired tablets of these sites that may still deliver, by name; those never connected have nothing."""
    is_listed = TabletRow.retired_on > today - _LISTED_AFTER_RETIREMENT
    return _list(session, TabletRow.site_id.in_(site_ids), is_listed, TabletRow.enrolled_on.is_not(None))


def find_retired(session: Session, site_ids: Collection[int], tablet_id: int) -> Tablet | None:
    """A retired tablet of these sites."""
    tablet = _find(session, site_ids, tablet_id)
    return tablet if tablet and tablet.retired_on is not None else None


def report_lost(session: Session, tablet_id: int, day: date) -> None:
    """Report a retired tablet as lost: nobody knows who has it, so nothing more that counts is accepted from it."""
    session.get_one(TabletRow, tablet_id).lost_on = day
    session.flush()


def report_found(session: Session, tablet_id: int) -> None:
    """Report a lost tablet as found, so that it delivers; its finder may have reported that nothing is on it."""
    row = session.get_one(TabletRow, tablet_id)
    row.lost_on = row.emptied_at = None
    session.flush()


def retire_tablet(session: Session, tablet_id: int, day: date) -> None:
    """Retire a tablet: from now on it shows the page of an unknown device."""
    row = session.get_one(TabletRow, tablet_id)
    row.retired_on = day
    row.code_hash = row.code_until = row.emptied_at = None
    session.flush()

"""Every question about tablets."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from youthvoice.compiled_sql import CompiledStatement
from youthvoice.db import Base
from youthvoice.sites.models import SiteRow, TabletRow


class TabletBelonging(NamedTuple):
    """A tablet, its site, the site's version, and the languages that the tablet's own voice may say."""

    tablet_id: int
    site_id: int
    version: int
    voices: str


_tablets, _sites = Base.metadata.tables[TabletRow.__tablename__], Base.metadata.tables[SiteRow.__tablename__]


_BY_TOKEN = CompiledStatement(  # asked for every page and every response of a tablet
    select(_tablets.c.id, _sites.c.id, _sites.c.version, _tablets.c.voices)
    .join(_sites, _sites.c.id == _tablets.c.site_id)
    .where(_tablets.c.token_hash == bindparam("token"), _tablets.c.retired_on.is_(None))
)


def find_tablet_by_token(connection: Connection, hashed_token: bytes) -> TabletBelonging | None:
    """Where the tablet with a token belongs; None when it is unknown or retired."""
    row = _BY_TOKEN.first(connection, {"token": hashed_token})
    return TabletBelonging(*row) if row else None


@dataclass(frozen=True, slots=True)
class Tablet:
    """A tablet for the coordinator's list.

    Attributes:
        state: `connected`, `waiting` for its code, or `late` when the code ran out.
        code_until: until when its code works.
        enrolled_on: the day it was connected.
        voices: languages that its own voice may say.
    """

    id: int
    site_id: int
    name: str
    state: str
    code_until: datetime | None
    enrolled_on: date | None
    voices: tuple[str, ...] = ()


def list_tablets(session: Session, site_ids: Collection[int], now: datetime) -> list[Tablet]:
    """Tablets of these sites that are not retired, by name."""
    rows = session.scalars(
        select(TabletRow)
        .where(TabletRow.site_id.in_(site_ids), TabletRow.retired_on.is_(None))
        .order_by(TabletRow.name, TabletRow.id)
    )
    return [
        Tablet(
            row.id, row.site_id, row.name, _state(row, now), row.code_until, row.enrolled_on, tuple(row.voices.split())
        )
        for row in rows
    ]


def _state(tablet: TabletRow, now: datetime) -> str:
    if tablet.token_hash is not None:
        return "connected"
    return "waiting" if tablet.code_until is not None and tablet.code_until > now else "late"


def find_tablet(session: Session, site_ids: Collection[int], tablet_id: int) -> TabletRow | None:
    """A tablet of these sites that is not retired."""
    found = session.get(TabletRow, tablet_id)
    return found if found and found.site_id in site_ids and found.retired_on is None else None


def expect_tablet(session: Session, site_id: int, name: str, code_hash: bytes, until: datetime) -> TabletRow:
    """Wait for a tablet that will bring a code."""
    made = TabletRow(site_id=site_id, name=name, code_hash=code_hash, code_until=until)
    session.add(made)
    session.flush()
    return made


def expect_tablet_again(session: Session, site_id: int, tablet_id: int, code_hash: bytes, until: datetime) -> bool:
    """Wait for the same tablet with a new code; False when it is connected already or not of this site."""
    found = find_tablet(session, [site_id], tablet_id)
    if found is None or found.token_hash is not None:
        return False
    found.code_hash, found.code_until = code_hash, until
    session.flush()
    return True


def enrol_tablet(session: Session, code_hash: bytes, token_hash: bytes, now: datetime) -> bool:
    """Spend a code, once however many bring it at the same moment; False when it does not work."""
    zone = session.scalar(select(SiteRow.time_zone).join(TabletRow).where(TabletRow.code_hash == code_hash))
    if zone is None:
        return False
    spent = session.execute(
        update(TabletRow)
        .where(TabletRow.code_hash == code_hash, TabletRow.code_until > now, TabletRow.retired_on.is_(None))
        .values(
            code_hash=None,
            code_until=None,
            token_hash=token_hash,
            enrolled_on=now.astimezone(ZoneInfo(zone)).date(),
        )
        .returning(TabletRow.id)
    )
    return spent.first() is not None


def set_tablet_voices(session: Session, tablet_id: int, languages: Collection[str]) -> None:
    """Keep the languages in which somebody found that the tablet's own voice sounds right."""
    session.execute(update(TabletRow).where(TabletRow.id == tablet_id).values(voices=" ".join(sorted(languages))))


def retire_tablet(session: Session, retired: TabletRow, day: date) -> None:
    """Let a tablet go: whoever holds it sees the plain page from now on."""
    retired.retired_on = day
    retired.code_hash = retired.code_until = retired.token_hash = None
    session.flush()

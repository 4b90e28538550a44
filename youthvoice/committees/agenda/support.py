"""A child says "me too": a tap that waits, locked, and is counted once a week, from Monday's daily hour on.

Until then nothing on any page changes, and afterwards only words do. Source: PRIVACY.md A10.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.accountability.confirmation import taps
from youthvoice.committees.agenda import store as items
from youthvoice.committees.models import SupportCounted
from youthvoice.compiled_sql import adding
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts

_ME_TOO: Final = "me_too"


def say(session: Session, keyring: Keyring, site_id: int, sheet: bytes, item_id: bytes) -> None:
    """Keep a child's "me too"; again from the same page counts once."""
    taps.tap(session, keyring, sheet, _kind(site_id), item_id.hex(), _ME_TOO)


def take_back(session: Session, keyring: Keyring, site_id: int, sheet: bytes, item_id: bytes) -> None:
    """She tapped once more: it is as if she had not."""
    taps.untap(session, keyring, sheet, _kind(site_id), item_id.hex())


def support_due() -> None:
    """The job: once a week, from Monday's daily hour of each site on."""
    engine = db.engine()
    with db.reading(engine) as session:
        counted = {row[0]: row[1] for row in session.execute(select(SupportCounted.site_id, SupportCounted.week))}
        sites = [places.facts(site) for site in places.every_site(session)]
    for site, week in _due(sites, counted, running.now()):
        with db.writing(engine) as session:
            if _is_first(session, site.id, week):
                count(session, running.keyring(), site.id)
        db.forget_what_was_deleted(engine)


def count(session: Session, keyring: Keyring, site_id: int) -> None:
    """Add what waits at a site to its items; two who count wait for each other, in the order of ids."""
    found = taps.take_all(session, keyring, _kind(site_id))
    for (subject, _said), times in sorted(found.items()):
        items.add_support(session, keyring, bytes.fromhex(subject), times)


def week_at(moment: datetime, site: SiteFacts) -> str:
    """The week whose count is the last one due at a site, such as `2026-W48`."""
    here = moment.astimezone(ZoneInfo(site.time_zone)) - timedelta(hours=site.daily_hour)
    year, week, _day = here.isocalendar()
    return f"{year}-W{week:02}"


def _due(sites: list[SiteFacts], counted: Mapping[int, str], now: datetime) -> Iterator[tuple[SiteFacts, str]]:
    for site in sites:
        week = week_at(now, site)
        if counted.get(site.id, "") < week:
            yield site, week


def _is_first(session: Session, site_id: int, week: str) -> bool:
    """Note the week; False when another process did already."""
    new = adding(SupportCounted, session.get_bind().dialect).values(site_id=site_id, week=week)
    noted = new.on_conflict_do_update(
        index_elements=[SupportCounted.site_id], set_={"week": week}, where=SupportCounted.week < week
    )
    return session.scalar(noted.returning(SupportCounted.site_id)) is not None


def _kind(site_id: int) -> str:
    return f"{_ME_TOO}/{site_id}"

"""The job that lets adults see knocks, at two fixed hours of each site's day."""

import logging
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.accounts.mail import ask_all_to_sign_in
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.jobs.daily import do_once
from youthvoice.knocks import rules, store
from youthvoice.knocks.models import KnockBoxRow
from youthvoice.sites.store import get_site, list_site_clocks

_log: Final = logging.getLogger(__name__)


def empty_due_boxes() -> bool:
    """Empty the box of each site whose fixed hour has come, once. A job; whether some are left (`do_once`).

    Each box is encrypted again, whether anybody knocked or not. Everybody who listens before the next fixed hour is
    asked by mail to sign in, whether anybody knocked at her or not: mails tell nothing.
    """
    with db.reading(db.engine()) as session:
        zones = {clock.id: clock.time_zone for clock in list_site_clocks(session)}
    by_zone = {zone: store.name_moment(rules.last_knock_hour(store.clock_in(zone))) for zone in set(zones.values())}
    moments = {site_id: by_zone[zone] for site_id, zone in zones.items()}
    return do_once(KnockBoxRow.moment, moments, _empty)


def _empty(session: Session, site_id: int, moment: str) -> None:
    site, knock_slot = get_site(session, site_id), store.read_moment(moment)
    try:
        store.empty_box_at(session, site, knock_slot)
    except (CannotOpen, KeyGone):  # no other site waits for it; `youthvoice doctor` says which box it is
        _log.error("The box of knocks of site %s does not open", site_id)
    reminded = store.list_reminded_people(session, site, knock_slot)
    ask_all_to_sign_in(session, reminded, "listens", site_id, moment)

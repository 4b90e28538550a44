"""The job that lets adults see knocks, at two fixed hours of each site's day."""

import logging
from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.accounts.mail import ask_all_to_sign_in
from youthvoice.jobs.daily import do_once
from youthvoice.knocks import rules, store
from youthvoice.knocks.models import KnockBoxRow
from youthvoice.sites.store import list_site_clocks

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


def _empty(session: Session, site_ids: Sequence[int], moment: str) -> None:
    knock_slot = store.read_moment(moment)
    for site_id in store.empty_boxes_at(session, site_ids, knock_slot):
        # no other site waits for it; `youthvoice doctor` says which box it is
        _log.error("The box of knocks of site %s does not open", site_id)
    for site_id, person_ids in store.list_reminded_people(session, site_ids, knock_slot).items():
        ask_all_to_sign_in(session, person_ids, "listens", site_id, moment)

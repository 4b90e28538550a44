"""Whether children can tell at a site: two trained advocates, an outside recipient who is reached, a helpline.

Source: DESIGN.md 4, "A channel opens only with ..."; STANDARDS S35.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice.accounts import rules, store
from youthvoice.accounts.store import Readers
from youthvoice.sites.store import SiteFacts


def missing(session: Session, site: SiteFacts, people_key: bytes, now: datetime) -> tuple[str, ...]:
    """Codes of what a site still needs before children can tell there; `words.channel` says them.

    Args:
        session: may only read.
        site: as it is now.
        people_key: 32 bytes, from the key file `people`.
        now: this moment.
    """
    return missing_with(store.readers(session, site.id, people_key, now), site, now)


def missing_with(readers: Readers, site: SiteFacts, now: datetime) -> tuple[str, ...]:
    """The same, for whoever has the site's readers at hand."""
    today = now.astimezone(ZoneInfo(site.time_zone)).date()
    return rules.channel_missing(
        sum(rules.is_trained(one.trained_until, today) for one in readers.advocates),
        len(readers.outside),
        sum(one.tested_on is not None for one in readers.outside),
        helpline=bool(site.helpline_name and site.helpline_number and site.helpline_tested),
    )

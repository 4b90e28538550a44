"""Whether a child can tell at a site, asked by every page that leads there.

Source: DESIGN.md 4, "A channel opens only with ..."; `staff.channel` says what that takes.
"""

from youthvoice import context as running
from youthvoice.accounts import channel_readiness as channel
from youthvoice.sites.store import SiteFacts
from youthvoice.threads.readers.cache import everybody_at


def missing_at(site: SiteFacts) -> tuple[str, ...]:
    """Codes of what a site still needs before its channel opens, see `staff.words.channel`; empty when it is open."""
    return channel.missing_with(everybody_at(site.id), site, running.now())


def is_open_at(site: SiteFacts) -> bool:
    """Whether a child can tell here now."""
    return not missing_at(site)

"""Whether a child can tell at a site: who reads is remembered for a few seconds, the rule is `staff.channel`'s."""

from youthvoice import running
from youthvoice.places.store import SiteFacts
from youthvoice.staff import channel
from youthvoice.threads.readers import everybody_at


def is_open_at(site: SiteFacts) -> bool:
    """Whether a child can tell here now."""
    return not channel.missing_with(everybody_at(site.id), site, running.now())

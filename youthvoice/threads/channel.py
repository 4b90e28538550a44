"""Whether a child can tell at a site: somebody must be there to read, somebody outside, and a line to call meanwhile.

Source: DESIGN.md 4, "A channel opens only with ...".
"""

from youthvoice.places.store import SiteFacts
from youthvoice.staff.store import Readers
from youthvoice.threads.readers import everybody_at

_ADVOCATES = 2


def missing(site: SiteFacts, readers: Readers) -> tuple[str, ...]:
    """Codes of what a site still needs before its channel opens; empty when it is open. Pure."""
    needed = {
        "advocates": len(readers.advocates) >= _ADVOCATES,
        "outside": bool(readers.outside),
        "helpline": bool(site.helpline_name and site.helpline_number),
    }
    return tuple(code for code, there in needed.items() if not there)


def is_open_at(site: SiteFacts) -> bool:
    """Whether a child can tell here now."""
    return not missing(site, everybody_at(site.id))

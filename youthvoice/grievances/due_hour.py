"""When a clock that starts now is over, by the rules of the site's jurisdiction. Pure."""

from collections.abc import Mapping
from datetime import datetime

from youthvoice.grievances import time_limits as clock_rules
from youthvoice.sites.store import SiteFacts
from youthvoice.threads.case_state import Marks


def over(site: SiteFacts, marks: Marks, name: str, now: datetime) -> int:
    """The hour at which a clock is over that starts now; see `clock_rules.after`."""
    rules = clock_rules.rules_of(site.jurisdiction)
    return clock_rules.after(rules, name, harm=marks.harm, urgent=marks.urgent, now=now)


def tightened(site: SiteFacts, marks: Marks, now: datetime) -> Mapping[str, int]:
    """The running clocks of a report that has just become graver: none of them later than if it had come so."""
    rules = clock_rules.rules_of(site.jurisdiction)
    now_due = clock_rules.first_clocks(rules, harm=marks.harm, urgent=marks.urgent, now=now)
    return {name: min(hour, now_due.get(name, hour)) for name, hour in marks.clocks.items()}

"""Everyday choices that wait for an advocate's yes, until the evening on which they end."""

from collections.abc import Iterator, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.sites import store as places
from youthvoice.surveys.choices import store as choice_store


def waiting(
    session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]
) -> Iterator[tuple[str, Mapping[str, str], str, date, int]]:
    """What waits: its key, what is asked by language, its site, its evening, and how many days there are left.

    Args:
        session: only read.
        caller: who asks.
        known: name and today of each of her sites.
    """
    if not caller.may("choices.approve"):
        return
    zones = {site.id: site.time_zone for site in places.sites_of(session, known)}
    for one in choice_store.waiting(session, known, running.now()):
        name, today = known[one.plan.site_id]
        evening = one.plan.closes_at.astimezone(ZoneInfo(zones[one.plan.site_id])).date()
        yield str(one.id), one.question.text, name, evening, (evening - today).days

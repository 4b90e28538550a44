"""What `surveys open` was told, looked up: sites, the adult who will answer, days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from youthvoice.accounts import store as people
from youthvoice.sites import store as places
from youthvoice.surveys.rounds.periods import Span, midnight


@dataclass(frozen=True, slots=True)
class Planned:
    """Days as typed; a first day that is None is now."""

    pair: bool
    starts: date | None
    until: date
    after_from: date | None
    after_until: date


@dataclass(frozen=True, slots=True)
class There:
    """Where, by whose clock, and who will answer."""

    site_ids: tuple[int, ...]
    time_zone: str
    decider_id: int


def place(session: Session, sites: Sequence[str], decider: str, own: Collection[int]) -> There:
    """Look names up.

    Raises:
        ClickException: naming everything that is not known.
    """
    found = [places.site_by_slug_or_name(session, name) for name in sites]
    unknown = [name for name, site in zip(sites, found, strict=True) if site is None or site.id not in own]
    wrong = [f"There is no site {name} among yours." for name in unknown]
    adult = people.by_name(session, decider)
    if adult is None:
        wrong.append(f"There is not exactly one adult with an account called {decider}.")
    if wrong or adult is None:
        raise click.ClickException("\n".join(wrong))
    known = [site for site in found if site is not None]
    return There(tuple(dict.fromkeys(site.id for site in known)), known[0].time_zone, adult.id)


def spans_of(planned: Planned, time_zone: str, now: datetime) -> tuple[Span, ...]:
    """One wave, or two."""
    if not planned.pair:
        return (_span("single", planned.starts, planned.until, time_zone, now),)
    return (
        _span("pre", planned.starts, planned.until, time_zone, now),
        _span("post", planned.after_from or planned.starts, planned.after_until, time_zone, now),
    )


def _span(wave: str, first: date | None, last: date, time_zone: str, now: datetime) -> Span:
    if first is None or first == now.astimezone(ZoneInfo(time_zone)).date():
        return Span(wave, now, midnight(last + timedelta(days=1), time_zone))
    return Span.of_days(wave, first, last, time_zone, now)

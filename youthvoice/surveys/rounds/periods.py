"""When a round is open, in days of a site and moments of the world. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Span:
    """When one wave is open: from `starts_at` until, and without, `ends_at`; both in UTC."""

    wave: str
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of_days(cls, wave: str, first: date, last: date, time_zone: str, now: datetime) -> "Span":
        """Whole days at a site, both included; today starts now."""
        starts, ends = (midnight(day, time_zone) for day in (first, last + timedelta(days=1)))
        today = now.astimezone(ZoneInfo(time_zone)).date()
        return cls(wave, now if first == today else starts, ends)

    def last_day(self, time_zone: str) -> date:
        """The last day, at a site."""
        return (self.ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(time_zone)).date()

    def first_day(self, time_zone: str) -> date:
        """The first day, at a site."""
        return self.starts_at.astimezone(ZoneInfo(time_zone)).date()


def midnight(day: date, time_zone: str) -> datetime:
    """The moment a day begins at a site."""
    return datetime.combine(day, time(), ZoneInfo(time_zone))

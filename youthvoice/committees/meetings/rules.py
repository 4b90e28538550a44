"""When a committee meets, whether a meeting was one, and in which order an agenda stands. Pure.

Source: STANDARDS S23-S25, S28; DESIGN.md 5, "An agenda".
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice, takewhile
from typing import Final
from zoneinfo import ZoneInfo

from youthvoice.committees.entities import CommitteeFacts, ItemFacts
from youthvoice.committees.meetings.entities import MeetingFacts
from youthvoice.committees.presets import Preset

MISSED_AFTER: Final = timedelta(hours=24)
"""So long after its beginning a meeting without attendance was missed (S25)."""

LOOKS_BACK: Final = timedelta(days=60)
"""Meetings of so long ago are still written down where no work process ran meanwhile."""


def next_dates(first_at: datetime, rhythm_days: int, time_zone: str, now: datetime, number: int) -> list[datetime]:
    """The next meetings of a rhythm that begin after this moment.

    What stays is the site's own clock: a meeting at four o'clock is at four o'clock over a change of daylight saving
    time, too. A time that a change leaves out is as much later as the clock jumps; one that comes twice is the first.

    Args:
        first_at: a meeting from which the rhythm counts; the first that there can be.
        rhythm_days: between two meetings; 0 where there is none but the first.
        time_zone: IANA name, of the site.
        now: this moment.
        number: how many at most.

    Returns:
        Moments in UTC, the earliest first.
    """
    return list(islice((one for one in _rhythm(first_at, rhythm_days, time_zone, now) if one > now), number))


def dates_between(
    first_at: datetime, rhythm_days: int, time_zone: str, after: datetime, until: datetime
) -> list[datetime]:
    """The meetings of a rhythm after one moment, up to another and with it; in UTC, the earliest first."""
    every = (one for one in _rhythm(first_at, rhythm_days, time_zone, after) if one > after)
    return list(takewhile(lambda one: one <= until, every))


def is_of_rhythm(first_at: datetime, rhythm_days: int, time_zone: str, moment: datetime) -> bool:
    """Whether a rhythm has a meeting at this very moment."""
    just_before = moment - timedelta(microseconds=1)
    return next_dates(first_at, rhythm_days, time_zone, just_before, 1) == [moment]


def _rhythm(first_at: datetime, rhythm_days: int, time_zone: str, near: datetime) -> Iterator[datetime]:
    """The meetings of a rhythm, beginning with one that is not after `near`, if there is such a one."""
    if rhythm_days <= 0:
        yield first_at.astimezone(UTC)
        return
    zone = ZoneInfo(time_zone)
    first = first_at.astimezone(zone)
    clock = first.replace(tzinfo=None, fold=0)
    passed = (near.astimezone(zone).replace(tzinfo=None) - clock).days // rhythm_days
    for nth in count(max(0, passed - 1)):
        yield (clock + timedelta(days=nth * rhythm_days)).replace(tzinfo=zone).astimezone(UTC)


def has_begun(meeting: MeetingFacts, now: datetime) -> bool:
    """Whether attendance can be entered."""
    return meeting.starts_at <= now and meeting.state != "cancelled"


def is_over(meeting: MeetingFacts, now: datetime) -> bool:
    """Whether what it did not settle waits for the next one: it was cancelled, missed, or began a day ago."""
    return meeting.state in {"cancelled", "missed"} or meeting.starts_at + MISSED_AFTER < now


def was_missed(meeting: MeetingFacts, now: datetime) -> bool:
    """Whether it began more than a day ago and nobody said who was there (S25)."""
    return meeting.state == "missed" or (meeting.state == "planned" and meeting.starts_at + MISSED_AFTER < now)


def why_no_meeting(kind: Preset, quorum: int, children: int) -> str:
    """Why children and adults who came together were no meeting that can decide; empty where they were.

    Args:
        kind: of the committee. In a village child committee only children who are members count.
        quorum: children who must be there.
        children: who were there.

    Returns:
        `no_child` (S24), `too_few`, or nothing.
    """
    if kind.with_child and children < 1:
        return "no_child"
    return "too_few" if children < quorum else ""


def why_void(committee: CommitteeFacts, meeting: MeetingFacts) -> str:
    """Why a meeting that was held decided nothing; empty where it could.

    Returns:
        `not_held`, or as `why_no_meeting`.
    """
    if meeting.state != "held" or meeting.children is None:
        return "not_held"
    needed = committee.quorum if meeting.quorum is None else meeting.quorum
    return why_no_meeting(committee.kind, needed, meeting.children)


def agenda(items: Iterable[ItemFacts]) -> list[ItemFacts]:
    """An agenda in its order: what somebody put in front, as she put it; then what most children support.

    `items.order` gives the former positions of at most 0, and every new item is at 1 or behind it.
    """
    return sorted(items, key=lambda one: (one.position > 0, one.position if one.position <= 0 else -one.support,
                                          one.position, one.id))  # fmt: skip


def parted(items: Iterable[ItemFacts]) -> tuple[list[ItemFacts], int]:
    """What everybody sees of an agenda, and how many things children talk about alone before."""
    every = agenda(items)
    shown = [one for one in every if not one.body.alone]
    return shown, len(every) - len(shown)

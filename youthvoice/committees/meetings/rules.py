"""Meetings and minutes as values, and the rules about them: when, whether one counts, who may write and read.

Source: STANDARDS S23-S25, S28; DESIGN.md 5, "An agenda".

    draft -> approved by the children -> locked on the next day; from then on only a note can be added

Source: DESIGN.md 5, "An agenda"; STANDARDS S26, S28.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice, takewhile
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

from youthvoice.committees.agenda.entities import AgendaItem
from youthvoice.committees.entities import Committee, Preset

MeetingState = Literal["planned", "held", "missed", "cancelled"]

MinutesState = Literal["", "draft", "approved", "locked"]

MinutesField = Literal["talked", "decided", "doing"]

MINUTES_FIELDS: Final[tuple[MinutesField, ...]] = get_args(MinutesField)
"""What minutes say: what was talked about, what was decided, who does what by when."""

FIELD_PICTURES: Final = {"talked": "1F5E8", "decided": "1F44D", "doing": "1F4C5"}
"""The OpenMoji picture of each field."""

MAX_MINUTES_CHARACTERS: Final = 1200
"""Of one field of the minutes, and of one note."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting; the fields are those of `models.MeetingRow`, but for what its minutes say."""

    id: int
    committee_id: int
    starts_at: datetime
    planned_for: datetime | None
    place: str
    state: MeetingState
    children: int | None
    adults: int | None
    quorum: int | None
    sequence: int
    changed_at: datetime
    minutes: MinutesState
    version: int
    approved_on: date | None
    locked_on: date | None

    def where(self, usual: str) -> str:
        """Its own place, else the usual one of its committee."""
        return self.place or usual


@dataclass(frozen=True, slots=True)
class MinutesNote:
    """What was added to minutes once they were locked."""

    day: date
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Minutes:
    """What was said at a meeting; locked in its row. Never a name of a child (S26).

    Attributes:
        talked: what was talked about.
        decided: what was decided.
        doing: who does what by when.
        language: code of the one in which it is written; empty where nobody said.
        notes: what was added afterwards, the oldest first.
    """

    talked: str = field(default="", repr=False)
    decided: str = field(default="", repr=False)
    doing: str = field(default="", repr=False)
    language: str = ""
    notes: tuple[MinutesNote, ...] = ()

    def said(self, name: MinutesField) -> str:
        """The words of one field."""
        return str(getattr(self, name))

    @property
    def is_empty(self) -> bool:
        """Whether nobody wrote anything yet."""
        return not any(self.said(name).strip() for name in MINUTES_FIELDS)


MISSED_AFTER: Final = timedelta(hours=24)
"""So long after its beginning a meeting without attendance was missed (S25)."""

LOOK_BACK: Final = timedelta(days=60)
"""Meetings of so long ago are still written down where no work process ran meanwhile."""


def next_meeting_dates(
    first_at: datetime, rhythm_days: int, time_zone: str, now: datetime, number: int
) -> list[datetime]:
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
    return list(islice((moment for moment in _rhythm(first_at, rhythm_days, time_zone, now) if moment > now), number))


def meeting_dates_between(
    first_at: datetime, rhythm_days: int, time_zone: str, after: datetime, until: datetime
) -> list[datetime]:
    """The meetings of a rhythm after one moment, up to another and with it; in UTC, the earliest first."""
    every = (moment for moment in _rhythm(first_at, rhythm_days, time_zone, after) if moment > after)
    return list(takewhile(lambda moment: moment <= until, every))


def is_in_rhythm(first_at: datetime, rhythm_days: int, time_zone: str, moment: datetime) -> bool:
    """Whether a rhythm has a meeting at this very moment."""
    just_before = moment - timedelta(microseconds=1)
    return next_meeting_dates(first_at, rhythm_days, time_zone, just_before, 1) == [moment]


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


def has_meeting_begun(meeting: Meeting, now: datetime) -> bool:
    """Whether attendance can be entered."""
    return meeting.starts_at <= now and meeting.state != "cancelled"


def is_meeting_over(meeting: Meeting, now: datetime) -> bool:
    """Whether what it did not settle waits for the next one: it was cancelled, missed, or began a day ago."""
    return meeting.state in {"cancelled", "missed"} or meeting.starts_at + MISSED_AFTER < now


def was_meeting_missed(meeting: Meeting, now: datetime) -> bool:
    """Whether it began more than a day ago and nobody said who was there (S25)."""
    return meeting.state == "missed" or (meeting.state == "planned" and meeting.starts_at + MISSED_AFTER < now)


def why_no_meeting(preset: Preset, quorum: int, children: int) -> str:
    """Why children and adults who came together were no meeting that can decide; empty where they were.

    Args:
        preset: of the committee. In a village child committee only children who are members count.
        quorum: children who must be there.
        children: who were there.

    Returns:
        `no_child` (S24), `too_few`, or nothing.
    """
    if preset.with_child and children < 1:
        return "no_child"
    return "too_few" if children < quorum else ""


def why_void(committee: Committee, meeting: Meeting) -> str:
    """Why a meeting that was held decided nothing; empty where it could.

    Returns:
        `not_held`, or as `why_no_meeting`.
    """
    if meeting.state != "held" or meeting.children is None:
        return "not_held"
    needed = committee.quorum if meeting.quorum is None else meeting.quorum
    return why_no_meeting(committee.kind, needed, meeting.children)


def order_agenda(items: Iterable[AgendaItem]) -> list[AgendaItem]:
    """An agenda in its order: what somebody put in front, as she put it; then what most children support.

    `store.order_items` gives the former positions of at most 0, and every new item is at 1 or behind it.
    """
    return sorted(items, key=lambda item: (item.position > 0, item.position if item.position <= 0 else -item.support,
                                          item.position, item.id))  # fmt: skip


def split_agenda(items: Iterable[AgendaItem]) -> tuple[list[AgendaItem], int]:
    """What everybody sees of an agenda, and how many things children talk about alone before."""
    every = order_agenda(items)
    agenda_items = [item for item in every if not item.body.alone]
    return agenda_items, len(every) - len(agenda_items)


def may_write_minutes(meeting: Meeting) -> bool:
    """Whether the three fields may be changed; what was approved is a draft again then."""
    return meeting.state == "held" and meeting.minutes != "locked"


def why_not_written(meeting: Meeting) -> str:
    """Why the three fields cannot be changed: `locked`, `not_held`, or nothing."""
    if may_write_minutes(meeting):
        return ""
    return "locked" if may_add_note(meeting) else "not_held"


def may_add_note(meeting: Meeting) -> bool:
    """Whether only a note may be added."""
    return meeting.minutes == "locked"


def may_children_read_minutes(meeting: Meeting) -> bool:
    """Whether every child may read them, not only representatives."""
    return meeting.minutes in {"approved", "locked"}


def why_not_approved(meeting: Meeting, minutes: Minutes, voices: Collection[str], said_yes: int, quorum: int) -> str:
    """Why children's yes does not approve minutes; empty where it does.

    Args:
        meeting: of which.
        minutes: what they say.
        voices: fields that were spoken.
        said_yes: how many children were there and said yes.
        quorum: of the committee.

    Returns:
        `no_draft`, `empty`, `too_few_yes`, or nothing.
    """
    if meeting.minutes != "draft":
        return "no_draft"
    if minutes.is_empty and not voices:
        return "empty"
    return "too_few_yes" if said_yes < max(1, quorum) else ""


def find_too_long_fields(minutes: Minutes) -> list[str]:
    """The fields with too many letters."""
    return [name for name in MINUTES_FIELDS if len(minutes.said(name)) > MAX_MINUTES_CHARACTERS]

"""Meetings and minutes as values, and their rules: dates, quorum, and who may write and read minutes.

    draft -> approved by the children -> locked on the next day; from then on only a note can be added

Source: STANDARDS S23-S26, S28; DESIGN.md 5, "An agenda".
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice, takewhile
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

from youthvoice.committees.committee_kinds import Preset
from youthvoice.committees.entities import Committee

MeetingState = Literal["planned", "held", "missed", "cancelled"]

MinutesState = Literal["", "draft", "approved", "locked"]

MinutesField = Literal["talked", "decided", "doing"]

MINUTES_FIELDS: Final[tuple[MinutesField, ...]] = get_args(MinutesField)
"""The fields of minutes: what was discussed, what was decided, who does what by when."""

FIELD_PICTURES: Final = {"talked": "1F5E8", "decided": "1F44D", "doing": "1F4C5"}
"""The OpenMoji picture of each field."""

MAX_MINUTES_CHARACTERS: Final = 1200
"""Longest field of minutes, and longest note."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting; the fields are those of `models.MeetingRow`, without the text of its minutes."""

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
    """A note that was added to locked minutes."""

    day: date
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes of a meeting; encrypted in their row. Never a child's name (S26).

    Attributes:
        talked: what was discussed.
        decided: what was decided.
        doing: who does what by when.
        language: code of the language in which they are written; empty if unknown.
        notes: notes that were added afterwards, the oldest first.
    """

    talked: str = field(default="", repr=False)
    decided: str = field(default="", repr=False)
    doing: str = field(default="", repr=False)
    language: str = ""
    notes: tuple[MinutesNote, ...] = ()

    def text_of(self, name: MinutesField) -> str:
        """The text of one field."""
        return str(getattr(self, name))

    @property
    def is_empty(self) -> bool:
        """Whether nobody has written anything."""
        return not any(self.text_of(name).strip() for name in MINUTES_FIELDS)


MISSED_AFTER: Final = timedelta(hours=24)
"""A meeting without attendance counts as missed this long after its beginning (S25)."""

MEETINGS_AHEAD: Final = 2
"""Planned meetings that children and calendars show."""

LOOK_BACK: Final = timedelta(days=60)
"""If no work process ran for a while, the job still adds the meetings of this period."""


def next_meeting_dates(
    first_at: datetime, rhythm_days: int, time_zone: str, now: datetime, number: int
) -> list[datetime]:
    """The next meetings of a rhythm after this moment.

    The hour in the site's time zone stays: a meeting at four o'clock is at four o'clock after a change to daylight
    saving time, too. An hour that the change skips is later by the skipped time; of an hour that comes twice it is the
    first.

    Args:
        first_at: the first meeting, from which the rhythm counts.
        rhythm_days: days between two meetings; 0 if there is only the first.
        time_zone: IANA name, of the site.
        now: this moment.
        number: at most this many.

    Returns:
        Moments in UTC, the earliest first.
    """
    return list(islice((moment for moment in _rhythm(first_at, rhythm_days, time_zone, now) if moment > now), number))


def meeting_dates_between(
    first_at: datetime, rhythm_days: int, time_zone: str, after: datetime, until: datetime
) -> list[datetime]:
    """The meetings of a rhythm after one moment, up to and including another; in UTC, the earliest first."""
    moments = (moment for moment in _rhythm(first_at, rhythm_days, time_zone, after) if moment > after)
    return list(takewhile(lambda moment: moment <= until, moments))


def is_in_rhythm(first_at: datetime, rhythm_days: int, time_zone: str, moment: datetime) -> bool:
    """Whether a rhythm has a meeting at exactly this moment."""
    just_before = moment - timedelta(microseconds=1)
    return next_meeting_dates(first_at, rhythm_days, time_zone, just_before, 1) == [moment]


def _rhythm(first_at: datetime, rhythm_days: int, time_zone: str, near: datetime) -> Iterator[datetime]:
    """The meetings of a rhythm; the first one is not after `near`, unless the rhythm begins later."""
    if rhythm_days <= 0:
        yield first_at.astimezone(UTC)
        return
    zone = ZoneInfo(time_zone)
    local_first = first_at.astimezone(zone).replace(tzinfo=None, fold=0)
    passed = (near.astimezone(zone).replace(tzinfo=None) - local_first).days // rhythm_days
    for nth in count(max(0, passed - 1)):  # one earlier, because local time may jump between the two
        yield (local_first + timedelta(days=nth * rhythm_days)).replace(tzinfo=zone).astimezone(UTC)


def has_meeting_begun(meeting: Meeting, now: datetime) -> bool:
    """Whether attendance can be entered."""
    return meeting.starts_at <= now and meeting.state != "cancelled"


def is_meeting_over(meeting: Meeting, now: datetime) -> bool:
    """Whether its unfinished items wait for the next one: it was cancelled, missed, or began a day ago."""
    return meeting.state in {"cancelled", "missed"} or meeting.starts_at + MISSED_AFTER < now


def was_meeting_missed(meeting: Meeting, now: datetime) -> bool:
    """Whether it began more than a day ago and nobody entered the attendance (S25)."""
    return meeting.state == "missed" or (meeting.state == "planned" and meeting.starts_at + MISSED_AFTER < now)


def why_no_meeting(preset: Preset, quorum: int, children: int) -> str:
    """Why a gathering was no meeting that can decide; empty if it was.

    Args:
        preset: of the committee. In a village child committee only children who are members count.
        quorum: children who must be present.
        children: children who attended.

    Returns:
        `no_child` (S24), `too_few`, or nothing.
    """
    if preset.with_child and children < 1:
        return "no_child"
    return "too_few" if children < quorum else ""


def why_void(committee: Committee, meeting: Meeting) -> str:
    """Why a held meeting could not decide anything; empty if it could.

    Returns:
        `not_held`, or as `why_no_meeting`.
    """
    if meeting.state != "held" or meeting.children is None:
        return "not_held"
    needed = committee.quorum if meeting.quorum is None else meeting.quorum
    return why_no_meeting(committee.kind, needed, meeting.children)


def may_write_minutes(meeting: Meeting) -> bool:
    """Whether the three fields may be changed; approved minutes then become a draft again."""
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
    """Whether every child may read the minutes, not only representatives."""
    return meeting.minutes in {"approved", "locked"}


def why_not_approved(meeting: Meeting, minutes: Minutes, voices: Collection[str], said_yes: int, quorum: int) -> str:
    """Why the children's agreement does not approve minutes; empty if it does.

    Args:
        meeting: whose minutes.
        minutes: their text.
        voices: fields with a recording.
        said_yes: how many children were present and agreed.
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
    """The fields with too many characters."""
    return [name for name in MINUTES_FIELDS if len(minutes.text_of(name)) > MAX_MINUTES_CHARACTERS]

"""What becomes of a knock: pure rules over the box of one site. Codes and numbers, never words.

The box holds which adults were knocked at, never how often: a second knock changes nothing. Knocks become visible at
two fixed hours of the site's day, so the minute of a tap is not to be seen. Each knock keeps which adults its child
left out; what two children left out is kept apart, so that one who was left out by one child learns of the other's
knock alone. Source: PRIVACY.md C, "A report"; A10.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from youthvoice.access.permissions import ADVOCATE, COORDINATOR, FACILITATOR, SAFEGUARDING_LEAD
from youthvoice.errors import Refused

LISTENING_ROLES: Final = (COORDINATOR, FACILITATOR, SAFEGUARDING_LEAD, ADVOCATE)
"""Roles at whom a child can knock, in the order of the page: adults of the site first, advocates last."""

KNOCK_HOURS: Final = (12, 16)
"""Hours of the site's day at which knocks become visible."""

FIRST_HOUR: Final = 7
LAST_HOUR: Final = 18
"""The last hour at which an adult may begin to listen: nobody is asked to meet a child at night."""

PLACES: Final[Mapping[str, str]] = {
    "bench": "bench",
    "tree": "1F333",
    "garden": "1F33B",
    "playground": "1F6DD",
    "dining_hall": "1F37D",
    "library": "1F4DA",
    "classroom": "1F3EB",
    "open_door": "1F6AA",
}
"""Codes of places and their pictures. Others can see these places and cannot hear what is said there; no bedroom and no
words of one's own are offered."""


def clock_picture(hour: int) -> str:
    """The picture of a clock that shows an hour of the day: OpenMoji draws twelve of them, from one o'clock."""
    return f"{0x1F550 + (hour - 1) % 12:X}"


MISSED_DAYS: Final = 14
"""Days for which advocates see that nobody came to a knock; then it is deleted."""

_MARK_HOURS: Final = 3
"""Hours that an adult has at least to mark what happened, before advocates learn that she did not."""

_TO_READ: Final = timedelta(hours=1)  # between the fixed hour and the hour at which she listens

CAME: Final = "came"
NOBODY: Final = "nobody"
AWAY: Final = "away"
MARKS: Final = (CAME, NOBODY, AWAY)
"""What an adult marks: a child came, nobody came, or she could not be there."""

UNMARKED: Final = "unmarked"
CHILD_SAYS: Final = "child"
MISSED_CODES: Final = (NOBODY, AWAY, UNMARKED, CHILD_SAYS)
"""Why advocates see a knock: nobody came twice, she was away, she did not mark it, or a child says nobody came."""

TALK: Final = "talk"
NOT_THERE: Final = "not_there"
WISHES: Final = (TALK, NOT_THERE)
"""What a child taps: she wants to talk, or she was there and the adult was not."""

Exclusion = tuple[int, ...]
"""The adults whom one child left out: rows of `people`, ascending."""


class Knock(NamedTuple):
    """What a child tapped.

    Attributes:
        wish: one of `WISHES`.
        person_id: the adult whom she chose.
        left_out: adults who never learn of it.
    """

    wish: str
    person_id: int
    left_out: frozenset[int]


class WeeklyHour(NamedTuple):
    """An hour of every week: weekday from 0 (Monday), and the hour at which it begins."""

    weekday: int
    hour: int


class Slot(NamedTuple):
    """One hour of one day, in the site's time zone."""

    day: date
    hour: int

    @property
    def starts(self) -> datetime:
        """When it begins: local, without a time zone."""
        return datetime(self.day.year, self.day.month, self.day.day, self.hour)  # noqa: DTZ001 - the site's own clock

    @property
    def ends(self) -> datetime:
        """When it ends."""
        return self.starts + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Call:
    """An adult learns that a child wants to talk.

    Attributes:
        since: the day on which she could see it first.
        slot: the hour at which she is to be there for the child; after it she marks what happened.
        place: where, one of `PLACES`; it stays if she moves later, for the child read it.
        exclusions: whom the children left out, for each child an exclusion.
        was_empty: whether she marked once before that nobody came.
    """

    since: date
    slot: Slot
    place: str
    exclusions: frozenset[Exclusion]
    was_empty: bool = False


@dataclass(frozen=True, slots=True)
class MissedKnock:
    """Nobody came to a knock; advocates whom its child did not leave out see it.

    Attributes:
        since: the day on which they could see it first.
        code: one of `MISSED_CODES`.
        exclusion: whom its child left out.
        settled_by: the people who no longer see it, because each settled it for herself.
    """

    since: date
    code: str
    exclusion: Exclusion
    settled_by: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class KnockBox:
    """Everything that is known of knocks at one site.

    Attributes:
        waiting: knocks that no adult sees yet, by adult.
        not_there: taps "nobody came" that no adult sees yet, by adult.
        calls: by adult.
        missed: by adult; of each exclusion the newest word of an adult and the newest of a child.
    """

    waiting: Mapping[int, frozenset[Exclusion]] = field(default_factory=dict)
    not_there: Mapping[int, frozenset[Exclusion]] = field(default_factory=dict)
    calls: Mapping[int, Call] = field(default_factory=dict)
    missed: Mapping[int, tuple[MissedKnock, ...]] = field(default_factory=dict)


class CannotMark(Refused):
    """A mark does not fit: `no_call`, or `too_early` where `NOBODY` is marked before she began to listen."""


def put_in(box: KnockBox, knock: Knock) -> KnockBox:
    """The box with what a child tapped; no adult sees it before the next fixed hour."""
    exclusion = tuple(sorted(knock.left_out - {knock.person_id}))
    if knock.wish == NOT_THERE:
        return replace(box, not_there=_with_exclusion(box.not_there, knock.person_id, exclusion))
    return replace(box, waiting=_with_exclusion(box.waiting, knock.person_id, exclusion))


def _with_exclusion(
    taps: Mapping[int, frozenset[Exclusion]], person_id: int, exclusion: Exclusion
) -> Mapping[int, frozenset[Exclusion]]:
    return {**taps, person_id: taps.get(person_id, frozenset()) | {exclusion}}


def last_knock_hour(local: datetime) -> Slot:
    """The last fixed hour that has passed.

    Args:
        local: the site's clock.
    """
    passed = [hour for hour in KNOCK_HOURS if hour <= local.hour]
    if passed:
        return Slot(local.date(), passed[-1])
    return Slot(local.date() - timedelta(days=1), KNOCK_HOURS[-1])


def next_knock_hour(slot: Slot) -> Slot:
    """The fixed hour after another one."""
    later = [hour for hour in KNOCK_HOURS if hour > slot.hour]
    return Slot(slot.day, later[0]) if later else Slot(slot.day + timedelta(days=1), KNOCK_HOURS[0])


def next_slot(hours: Collection[WeeklyHour], after: datetime) -> Slot | None:
    """When an adult listens next; None where she has no hours.

    Args:
        hours: when she listens.
        after: the slot does not begin before.
    """
    days = [after.date() + timedelta(days=number) for number in range(8)]
    slots = [Slot(day, weekly.hour) for day in days for weekly in hours if weekly.weekday == day.weekday()]
    return min((slot for slot in slots if slot.starts >= after), default=None)


def listens_before_next(hours: Collection[WeeklyHour], knock_slot: Slot) -> bool:
    """Whether an adult has to know at this fixed hour, for she listens before she can read of the next one's knocks."""
    slot = next_slot(hours, knock_slot.starts + _TO_READ)
    return slot is not None and slot.starts < next_knock_hour(knock_slot).starts + _TO_READ


class Listening(NamedTuple):
    """Where and when an adult listens: one of `PLACES`, and the hours of every week; none where she has stopped."""

    place: str
    hours: Sequence[WeeklyHour]


_STOPPED: Final = Listening("", ())


def empty_box(box: KnockBox, knock_slot: Slot, listening: Mapping[int, Listening], local: datetime) -> KnockBox:
    """The box after a fixed hour: adults see new knocks, advocates see what was missed, and what is old is deleted.

    Args:
        box: of a site.
        knock_slot: the fixed hour.
        listening: where and when every adult at the site listens.
        local: the site's clock; later than the fixed hour where nothing ran then.
    """
    earliest = max(knock_slot.starts + _TO_READ, local)
    waiting: dict[int, frozenset[Exclusion]] = {}
    calls, missed = dict(box.calls), _recent(box.missed, knock_slot.day)
    for person_id, call in box.calls.items():
        is_unmarked = call.slot.ends + timedelta(hours=_MARK_HOURS) <= knock_slot.starts
        listens = bool(listening.get(person_id, _STOPPED).hours)
        if not listens or is_unmarked:
            code = UNMARKED if listens else AWAY
            missed[person_id] = _miss(missed.get(person_id, ()), knock_slot.day, code, calls.pop(person_id).exclusions)
    for person_id, exclusions in box.waiting.items():
        place, hours = listening.get(person_id, _STOPPED)
        slot, open_call = next_slot(hours, earliest), calls.get(person_id)
        if slot is None:
            missed[person_id] = _miss(missed.get(person_id, ()), knock_slot.day, AWAY, exclusions)
        elif open_call is None:
            calls[person_id] = Call(knock_slot.day, slot, place, exclusions)
        elif open_call.slot >= slot:  # the hour of the open call is still to come: these children come to it, too
            calls[person_id] = replace(open_call, exclusions=open_call.exclusions | exclusions)
        else:  # she has to mark the earlier one first, until the next fixed hour
            waiting[person_id] = exclusions
    for person_id, exclusions in box.not_there.items():
        missed[person_id] = _miss(missed.get(person_id, ()), knock_slot.day, CHILD_SAYS, exclusions)
    return KnockBox(waiting, {}, calls, missed)


def _recent(missed: Mapping[int, tuple[MissedKnock, ...]], today: date) -> dict[int, tuple[MissedKnock, ...]]:
    last_gone = today - timedelta(days=MISSED_DAYS)
    recent = {
        person_id: tuple(knock for knock in knocks if knock.since > last_gone) for person_id, knocks in missed.items()
    }
    return {person_id: knocks for person_id, knocks in recent.items() if knocks}


def _miss(
    knocks: Iterable[MissedKnock], today: date, code: str, exclusions: Iterable[Exclusion]
) -> tuple[MissedKnock, ...]:
    """The missed knocks at an adult with new ones.

    A new one takes the place of that with the same exclusion; what an adult marks never that of what a child said.
    """
    is_from_child = code == CHILD_SAYS
    kept_knocks = tuple(knock for knock in knocks if (knock.code == CHILD_SAYS) != is_from_child)
    by_exclusion = {knock.exclusion: knock for knock in knocks if (knock.code == CHILD_SAYS) == is_from_child}
    by_exclusion |= {exclusion: MissedKnock(today, code, exclusion) for exclusion in exclusions}
    return (*kept_knocks, *(by_exclusion[exclusion] for exclusion in sorted(by_exclusion)))


def mark_call(box: KnockBox, person_id: int, mark: str, local: datetime, hours: Collection[WeeklyHour]) -> KnockBox:
    """The box after an adult marked what happened.

    The first time nobody came she is asked to be there again; advocates see it the second time, where she was away, and
    where she has no hours.

    Args:
        box: of the site.
        person_id: the adult.
        mark: one of `MARKS`.
        local: the site's clock.
        hours: when she listens.

    Raises:
        CannotMark: no knock waits for her, or nobody can have come yet.
    """
    call = box.calls.get(person_id)
    if call is None:
        raise CannotMark("no_call")
    # the other marks may come earlier: a child who read other hours on the page may have come then
    if mark == NOBODY and local < call.slot.starts:
        raise CannotMark("too_early")
    calls = {other: open_call for other, open_call in box.calls.items() if other != person_id}
    if mark == CAME:
        return replace(box, calls=calls)
    slot = next_slot(hours, max(local, call.slot.ends))
    if mark == NOBODY and not call.was_empty and slot is not None:
        return replace(box, calls={**calls, person_id: replace(call, slot=slot, was_empty=True)})
    knocks = _miss(box.missed.get(person_id, ()), local.date(), mark, call.exclusions)
    return replace(box, calls=calls, missed={**box.missed, person_id: knocks})


class ShownMiss(NamedTuple):
    """What one advocate sees of missed knocks at one adult, however many there were.

    Attributes:
        person_id: the adult at whom a child knocked.
        code: one of `MISSED_CODES`: of the newest that she may see; what a child says comes before what adults mark.
        since: the day on which she could see that one first.
    """

    person_id: int
    code: str
    since: date


@dataclass(frozen=True, slots=True)
class Watchers:
    """Who learns that nobody came to a knock: rows of `people`.

    Attributes:
        advocates: of the site.
        leads: its safeguarding leads; they learn it only where no other advocate can.
    """

    advocates: frozenset[int]
    leads: frozenset[int]

    def of(self, person_id: int, exclusion: Collection[int]) -> frozenset[int]:
        """Who learns of a knock at an adult; never that adult, nor anybody whom its child left out."""
        never = {person_id, *exclusion}
        return self.advocates - never or self.leads - never

    @property
    def possible(self) -> frozenset[int]:
        """Everybody whom a child may want to leave out: also those who learn it only once others have left."""
        return self.advocates | self.leads


def show_missed(box: KnockBox, viewer_id: int, watchers: Watchers) -> list[ShownMiss]:
    """What a person sees of missed knocks: of each adult one line, and what a child says before what adults mark."""
    shown_misses = []
    for person_id, knocks in sorted(box.missed.items()):
        if visible_knocks := [knock for knock in knocks if _sees(knock, person_id, viewer_id, watchers)]:
            missed_knock = max(visible_knocks, key=lambda knock: (knock.code == CHILD_SAYS, knock.since))
            shown_misses.append(ShownMiss(person_id, missed_knock.code, missed_knock.since))
    return shown_misses


def _sees(knock: MissedKnock, person_id: int, viewer_id: int, watchers: Watchers) -> bool:
    return viewer_id in watchers.of(person_id, knock.exclusion) and viewer_id not in knock.settled_by


def settle_missed(box: KnockBox, viewer_id: int, person_id: int, watchers: Watchers) -> KnockBox:
    """The box after a person settled, for herself alone, what she sees of missed knocks at an adult.

    For her colleagues nothing changes: otherwise they would learn by it whether a child had left her out.
    """
    settled = tuple(
        replace(knock, settled_by=(*knock.settled_by, viewer_id))
        if _sees(knock, person_id, viewer_id, watchers)
        else knock
        for knock in box.missed.get(person_id, ())
    )
    return replace(box, missed={**box.missed, person_id: settled}) if settled else box

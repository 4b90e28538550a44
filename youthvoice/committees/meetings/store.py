"""Queries about meetings: plan, move, cancel, attendance, missed ones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from youthvoice.committees.entities import Committee
from youthvoice.committees.meetings.rules import MISSED_AFTER, Meeting, has_meeting_begun
from youthvoice.committees.models import CommitteeRow, MeetingRow
from youthvoice.compiled_sql import insert_into
from youthvoice.errors import Refused

_NAMES: Final = tuple(Meeting.__dataclass_fields__)

_COLUMNS: Final = tuple(getattr(MeetingRow, name) for name in _NAMES)


def find_meeting(session: Session, meeting_id: int) -> Meeting | None:
    """A meeting by its row."""
    return next(iter(_read_meetings(session, select(*_COLUMNS).where(MeetingRow.id == meeting_id))), None)


def find_meetings(session: Session, meeting_ids: Collection[int]) -> dict[int, Meeting]:
    """Meetings by their row."""
    meetings = _read_meetings(session, select(*_COLUMNS).where(MeetingRow.id.in_(meeting_ids))) if meeting_ids else []
    return {meeting.id: meeting for meeting in meetings}


def find_next_meeting(session: Session, committee_id: int, now: datetime) -> Meeting | None:
    """The next meeting of a committee; None if none is planned."""
    return next(iter(list_coming_meetings(session, committee_id, now, 1)), None)


def list_coming_meetings(session: Session, committee_id: int, now: datetime, most: int) -> list[Meeting]:
    """The meetings of a committee that are planned and have not begun, the next one first."""
    planned = _of(committee_id).where(MeetingRow.state == "planned", MeetingRow.starts_at > now)
    return _read_meetings(session, planned.order_by(MeetingRow.starts_at).limit(most))


def list_past_meetings(session: Session, committee_id: int, now: datetime, most: int) -> list[Meeting]:
    """The meetings of a committee that have begun or were cancelled, the latest first."""
    begun = _of(committee_id).where((MeetingRow.starts_at <= now) | (MeetingRow.state == "cancelled"))
    return _read_meetings(session, begun.order_by(MeetingRow.starts_at.desc()).limit(most))


def list_meetings_since(session: Session, committee_id: int, first: datetime) -> list[Meeting]:
    """All meetings of a committee from a moment on, in order; for a calendar."""
    return _read_meetings(
        session, _of(committee_id).where(MeetingRow.starts_at >= first).order_by(MeetingRow.starts_at)
    )


def list_missed_meetings(session: Session, committee_ids: Collection[int], now: datetime) -> list[Meeting]:
    """Meetings that began more than a day ago without attendance, the oldest first (S25)."""
    query = select(*_COLUMNS).where(MeetingRow.committee_id.in_(committee_ids), _is_missed(MeetingRow, now))
    return _read_meetings(session, query.order_by(MeetingRow.starts_at, MeetingRow.id))


def _is_missed(row: type[MeetingRow], now: datetime) -> ColumnElement[bool]:
    late = (row.state == "planned") & (row.starts_at < now - MISSED_AFTER)
    return late | (row.state == "missed")


def _is_held(row: type[MeetingRow], now: datetime) -> ColumnElement[bool]:
    return (row.state == "held") & (row.starts_at <= now)


def add_meeting(session: Session, committee: Committee, starts_at: datetime, place: str, now: datetime) -> Meeting:
    """Plan an extra meeting; a cancelled one at exactly this moment takes place again.

    Args:
        session: may write.
        committee: whose.
        starts_at: when it begins.
        place: only if it is not the usual one.
        now: this moment.

    Raises:
        Refused: `past`, or `taken`.
    """
    if starts_at <= now:
        raise Refused("past")
    same_moment = _read_meetings(session, _of(committee.id).where(MeetingRow.starts_at == starts_at))
    if same_moment and same_moment[0].state != "cancelled":
        raise Refused("taken")
    if same_moment:
        _change(session, same_moment[0], now, state="planned", place=place)
        return _read_meeting(session, same_moment[0].id)
    meeting = MeetingRow(committee_id=committee.id, starts_at=starts_at, place=place, changed_at=now)
    session.add(meeting)
    session.flush()
    return _read_meeting(session, meeting.id)


def shift_meeting(session: Session, meeting: Meeting, starts_at: datetime, place: str, now: datetime) -> None:
    """Move a meeting to another time or place.

    Raises:
        Refused: `begun`, `cancelled`, `past`, or `taken` by another one.
    """
    _refuse_if_over(meeting, now)
    if starts_at <= now:
        raise Refused("past")
    try:
        with session.begin_nested():
            _change(session, meeting, now, starts_at=starts_at, place=place)
    except IntegrityError:
        raise Refused("taken") from None


def cancel_meeting(session: Session, meeting: Meeting, now: datetime) -> None:
    """Cancel a meeting; `outcomes.carry_over` carries its items over.

    Raises:
        Refused: `begun`, or `cancelled` already.
    """
    _refuse_if_over(meeting, now)
    _change(session, meeting, now, state="cancelled")


def record_attendance(  # noqa: PLR0913, PLR0917 - which, of whom, how many, when
    session: Session, committee: Committee, meeting: Meeting, children: int, adults: int, now: datetime
) -> None:
    """Record how many attended; also for a missed meeting, and again to correct it.

    Args:
        session: may write.
        committee: whose meeting.
        meeting: it.
        children: number of children; in a village child committee only those who are members (S24).
        adults: number of adults.
        now: this moment.

    Raises:
        Refused: `not_begun`, `cancelled`, or `decided`: its minutes are approved.
    """
    if meeting.state == "cancelled":
        raise Refused("cancelled")
    if not has_meeting_begun(meeting, now):
        raise Refused("not_begun")
    if meeting.minutes in {"approved", "locked"}:
        raise Refused("decided")
    values = {"state": "held", "children": children, "adults": adults, "quorum": committee.quorum}
    session.execute(update(MeetingRow).where(MeetingRow.id == meeting.id).values(**values))


def mark_missed_meetings(session: Session, now: datetime) -> None:
    """Mark meetings that began a day ago without attendance as missed; running it twice changes nothing."""
    late = (MeetingRow.state == "planned") & (MeetingRow.starts_at < now - MISSED_AFTER)
    session.execute(update(MeetingRow).where(late).values(state="missed"))


def plan_meeting(session: Session, committee_id: int, starts_at: datetime, now: datetime) -> bool:
    """Store a meeting of the rhythm; only once, however many processes do so. False if it exists."""
    values = {"committee_id": committee_id, "starts_at": starts_at, "planned_for": starts_at, "changed_at": now}
    values |= {"place": "", "state": "planned", "sequence": 0, "minutes": "", "version": 1}
    added = insert_into(MeetingRow, session.get_bind().dialect).values(values).on_conflict_do_nothing()
    return session.scalar(added.returning(MeetingRow.id)) is not None


def forget_meetings(session: Session, meeting_ids: Collection[int]) -> None:
    """Delete planned meetings of an old rhythm; nothing may refer to them."""
    session.execute(delete(MeetingRow).where(MeetingRow.id.in_(meeting_ids), MeetingRow.state == "planned"))


def list_closed_with_meetings(session: Session, now: datetime) -> Sequence[int]:
    """The closed committees that still have a planned meeting; for the job."""
    query = select(MeetingRow.committee_id).join(CommitteeRow, CommitteeRow.id == MeetingRow.committee_id)
    planned = query.where(
        CommitteeRow.closed_on.is_not(None), MeetingRow.state == "planned", MeetingRow.starts_at > now
    )
    return session.scalars(planned.distinct().order_by(MeetingRow.committee_id)).all()


@dataclass(frozen=True, slots=True)
class PlannedMoment:
    """For when a meeting of the rhythm was planned, when it begins, and whether it is planned still."""

    planned_for: datetime
    starts_at: datetime
    is_planned: bool


def list_planned_moments(session: Session, now: datetime) -> dict[int, list[PlannedMoment]]:
    """The meetings of every committee that were planned for later than now, or begin later; by committee."""
    later = or_(MeetingRow.planned_for > now, and_(MeetingRow.starts_at > now, MeetingRow.planned_for.is_not(None)))
    columns = select(MeetingRow.committee_id, MeetingRow.planned_for, MeetingRow.starts_at, MeetingRow.state)
    planned: dict[int, list[PlannedMoment]] = {}
    for row in session.execute(columns.where(later)):
        moment = PlannedMoment(row.planned_for, row.starts_at, row.state == "planned")
        planned.setdefault(row.committee_id, []).append(moment)
    return planned


def cancel_planned_meetings(session: Session, committee_id: int, now: datetime) -> None:
    """Cancel all planned meetings of a committee that closes."""
    for meeting in list_coming_meetings(session, committee_id, now, 100):
        _change(session, meeting, now, state="cancelled")


def _refuse_if_over(meeting: Meeting, now: datetime) -> None:
    """Refuse a meeting that was cancelled or has begun."""
    if meeting.state == "cancelled":
        raise Refused("cancelled")
    if meeting.state != "planned" or meeting.starts_at <= now:
        raise Refused("begun")


def _change(session: Session, meeting: Meeting, now: datetime, **values: Any) -> None:
    """Change what calendars show; a higher SEQUENCE makes their copies out of date (RFC 5545)."""
    values |= {"sequence": meeting.sequence + 1, "changed_at": now}
    session.execute(update(MeetingRow).where(MeetingRow.id == meeting.id).values(**values))


def _of(committee_id: int) -> Select[Any]:
    return select(*_COLUMNS).where(MeetingRow.committee_id == committee_id)


def _read_meetings(session: Session, query: Select[Any]) -> list[Meeting]:
    return [Meeting(**row._mapping) for row in session.execute(query)]  # noqa: SLF001 - SQLAlchemy's public name


def _read_meeting(session: Session, meeting_id: int) -> Meeting:
    meeting = find_meeting(session, meeting_id)
    assert meeting is not None  # it was written just now
    return meeting


class NewestMissed(NamedTuple):
    """The newest missed meeting of an open committee, as a list of many committees names it."""

    site_id: int
    committee_id: int
    committee: str
    meeting_id: int
    starts_at: datetime


def list_newest_missed_meetings(session: Session, site_ids: Collection[int], now: datetime) -> list[NewestMissed]:
    """The newest missed meeting of each open committee, one each.

    A committee that has held a meeting since is left out; its own page still shows the missed one.

    Args:
        session: only read.
        site_ids: where.
        now: this moment.
    """
    each = aliased(MeetingRow)
    conditions = (each.committee_id == CommitteeRow.id, or_(_is_missed(each, now), _is_held(each, now)))
    newest = select(each.id).where(*conditions).order_by(each.starts_at.desc()).limit(1).scalar_subquery()
    columns = (CommitteeRow.site_id, CommitteeRow.id, CommitteeRow.name, MeetingRow.id, MeetingRow.starts_at)
    here = (CommitteeRow.site_id.in_(site_ids), CommitteeRow.closed_on.is_(None), _is_missed(MeetingRow, now))
    query = select(*columns).join(MeetingRow, MeetingRow.id == newest).where(*here)
    return [NewestMissed(*row) for row in session.execute(query.order_by(MeetingRow.starts_at, MeetingRow.id))]

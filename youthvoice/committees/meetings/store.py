"""Every query of meetings: when they are, how many were there, which were missed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice.committees.entities import Committee
from youthvoice.committees.meetings.rules import MISSED_AFTER, Meeting, has_meeting_begun
from youthvoice.committees.models import MeetingRow
from youthvoice.committees.store import list_committees
from youthvoice.compiled_sql import insert_into
from youthvoice.errors import Refused

_NAMES: Final = tuple(Meeting.__dataclass_fields__)

_COLUMNS: Final = tuple(getattr(MeetingRow, name) for name in _NAMES)


def find_meeting(session: Session, meeting_id: int) -> Meeting | None:
    """A meeting by its row."""
    return next(iter(_read_meetings(session, select(*_COLUMNS).where(MeetingRow.id == meeting_id))), None)


def find_next_meeting(session: Session, committee_id: int, now: datetime) -> Meeting | None:
    """The next meeting of a committee; None where none is planned."""
    return next(iter(list_coming_meetings(session, committee_id, now, 1)), None)


def find_last_held_meeting(session: Session, committee_id: int, now: datetime) -> Meeting | None:
    """The last meeting of a committee that was held; None where there was none."""
    query = _of(committee_id).where(MeetingRow.state == "held", MeetingRow.starts_at <= now)
    return next(iter(_read_meetings(session, query.order_by(MeetingRow.starts_at.desc()).limit(1))), None)


def list_coming_meetings(session: Session, committee_id: int, now: datetime, most: int) -> list[Meeting]:
    """The meetings of a committee that are planned and have not begun, the next one first."""
    planned = _of(committee_id).where(MeetingRow.state == "planned", MeetingRow.starts_at > now)
    return _read_meetings(session, planned.order_by(MeetingRow.starts_at).limit(most))


def list_past_meetings(session: Session, committee_id: int, now: datetime, most: int) -> list[Meeting]:
    """The meetings of a committee that have begun or were cancelled, the latest first."""
    begun = _of(committee_id).where((MeetingRow.starts_at <= now) | (MeetingRow.state == "cancelled"))
    return _read_meetings(session, begun.order_by(MeetingRow.starts_at.desc()).limit(most))


def list_meetings_since(session: Session, committee_id: int, first: datetime) -> list[Meeting]:
    """Every meeting of a committee from a moment on, in their order; for a calendar."""
    return _read_meetings(
        session, _of(committee_id).where(MeetingRow.starts_at >= first).order_by(MeetingRow.starts_at)
    )


def list_missed_meetings(session: Session, committee_ids: Collection[int], now: datetime) -> list[Meeting]:
    """Meetings that began more than a day ago without anybody saying who was there, the oldest first (S25)."""
    late = (MeetingRow.state == "planned") & (MeetingRow.starts_at < now - MISSED_AFTER)
    query = select(*_COLUMNS).where(MeetingRow.committee_id.in_(committee_ids), late | (MeetingRow.state == "missed"))
    return _read_meetings(session, query.order_by(MeetingRow.starts_at, MeetingRow.id))


def add_meeting(session: Session, committee: Committee, starts_at: datetime, place: str, now: datetime) -> Meeting:
    """Plan one more meeting; one that was cancelled for this very moment takes place again.

    Args:
        session: may write.
        committee: whose.
        starts_at: when it begins.
        place: where, if not where it usually is.
        now: this moment.

    Raises:
        Refused: `past`, or `taken`.
    """
    if starts_at <= now:
        raise Refused("past")
    there = _read_meetings(session, _of(committee.id).where(MeetingRow.starts_at == starts_at))
    if there and there[0].state != "cancelled":
        raise Refused("taken")
    if there:
        _change(session, there[0], now, state="planned", place=place)
        return _read_meeting(session, there[0].id)
    meeting = MeetingRow(committee_id=committee.id, starts_at=starts_at, place=place, changed_at=now)
    session.add(meeting)
    session.flush()
    return _read_meeting(session, meeting.id)


def shift_meeting(session: Session, meeting: Meeting, starts_at: datetime, place: str, now: datetime) -> None:
    """Let a meeting be at another time, or elsewhere.

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
    """A meeting does not take place; what it would have talked about is carried over by `outcomes.carry_over`.

    Raises:
        Refused: `begun`, or `cancelled` already.
    """
    _refuse_if_over(meeting, now)
    _change(session, meeting, now, state="cancelled")


def record_attendance(  # noqa: PLR0913, PLR0917 - which, of whom, how many, when
    session: Session, committee: Committee, meeting: Meeting, children: int, adults: int, now: datetime
) -> None:
    """Say how many were there; also of a meeting that was missed, and once more where it was wrong.

    Args:
        session: may write.
        committee: whose meeting.
        meeting: it.
        children: how many; in a village child committee only those who are members (S24).
        adults: how many.
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
    """Every meeting that began a day ago without attendance was missed; whatever ran twice does nothing."""
    late = (MeetingRow.state == "planned") & (MeetingRow.starts_at < now - MISSED_AFTER)
    session.execute(update(MeetingRow).where(late).values(state="missed"))


def plan_meeting(session: Session, committee_id: int, starts_at: datetime, now: datetime) -> bool:
    """Write down a meeting of the rhythm; once, however many processes do so. False where it is there already."""
    values = {"committee_id": committee_id, "starts_at": starts_at, "planned_for": starts_at, "changed_at": now}
    values |= {"place": "", "state": "planned", "sequence": 0, "minutes": "", "version": 1}
    added = insert_into(MeetingRow, session.get_bind().dialect).values(values).on_conflict_do_nothing()
    return session.scalar(added.returning(MeetingRow.id)) is not None


def forget_meetings(session: Session, meeting_ids: Collection[int]) -> None:
    """Meetings of a rhythm that is another now were never planned; nothing may lean on them any more."""
    session.execute(delete(MeetingRow).where(MeetingRow.id.in_(meeting_ids), MeetingRow.state == "planned"))


def cancel_planned_meetings(session: Session, committee_id: int, now: datetime) -> None:
    """A committee meets no more: nothing that is planned takes place."""
    for meeting in list_coming_meetings(session, committee_id, now, 100):
        _change(session, meeting, now, state="cancelled")


def _refuse_if_over(meeting: Meeting, now: datetime) -> None:
    if meeting.state == "cancelled":
        raise Refused("cancelled")
    if meeting.state != "planned" or meeting.starts_at <= now:
        raise Refused("begun")


def _change(session: Session, meeting: Meeting, now: datetime, **values: Any) -> None:
    """Set what calendars show: their copies are older from here on (RFC 5545, SEQUENCE)."""
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


def list_newest_missed_meetings(
    session: Session, site_ids: Collection[int], now: datetime
) -> list[tuple[Committee, Meeting]]:
    """The newest missed meeting of each committee that meets: one line each, however often nobody came.

    One that was followed by a meeting that was held is not pressing any more; its own page still says so.

    Args:
        session: only read.
        site_ids: where.
        now: this moment.
    """
    every = {committee.id: committee for committee in list_committees(session, site_ids)}
    newest = {meeting.committee_id: meeting for meeting in list_missed_meetings(session, every, now)}
    meetings = {
        committee.id: find_last_held_meeting(session, committee.id, now)
        for committee in every.values()
        if committee.id in newest
    }
    return [
        (every[committee_id], meeting)
        for committee_id, meeting in newest.items()
        if (last := meetings[committee_id]) is None or last.starts_at < meeting.starts_at
    ]

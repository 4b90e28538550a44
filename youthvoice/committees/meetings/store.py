"""Every query of meetings: when they are, and how many were there. What was said is in `minutes`."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.meetings.entities import MeetingFacts
from youthvoice.committees.meetings.rules import MISSED_AFTER, has_begun
from youthvoice.committees.models import Meeting
from youthvoice.compiled_sql import adding

_NAMES: Final = tuple(MeetingFacts.__dataclass_fields__)
_COLUMNS: Final = tuple(getattr(Meeting, name) for name in _NAMES)


class NotNow(Exception):
    """It cannot be done with the meeting as it stands.

    Attributes:
        code: `taken`, `past`, `begun`, `not_begun`, `cancelled` or `decided`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def find(session: Session, meeting_id: int) -> MeetingFacts | None:
    """A meeting by its row."""
    return next(iter(_found(session, select(*_COLUMNS).where(Meeting.id == meeting_id))), None)


def next_of(session: Session, committee_id: int, now: datetime) -> MeetingFacts | None:
    """The next meeting of a committee; None where none is planned."""
    return next(iter(coming(session, committee_id, now, 1)), None)


def last_of(session: Session, committee_id: int, now: datetime) -> MeetingFacts | None:
    """The last meeting of a committee that was held; None where there was none."""
    held = _of(committee_id).where(Meeting.state == "held", Meeting.starts_at <= now)
    return next(iter(_found(session, held.order_by(Meeting.starts_at.desc()).limit(1))), None)


def coming(session: Session, committee_id: int, now: datetime, most: int) -> list[MeetingFacts]:
    """The meetings of a committee that are planned and have not begun, the next one first."""
    planned = _of(committee_id).where(Meeting.state == "planned", Meeting.starts_at > now)
    return _found(session, planned.order_by(Meeting.starts_at).limit(most))


def past(session: Session, committee_id: int, now: datetime, most: int) -> list[MeetingFacts]:
    """The meetings of a committee that have begun or were cancelled, the latest first."""
    begun = _of(committee_id).where((Meeting.starts_at <= now) | (Meeting.state == "cancelled"))
    return _found(session, begun.order_by(Meeting.starts_at.desc()).limit(most))


def since(session: Session, committee_id: int, first: datetime) -> list[MeetingFacts]:
    """Every meeting of a committee from a moment on, in their order; for a calendar."""
    return _found(session, _of(committee_id).where(Meeting.starts_at >= first).order_by(Meeting.starts_at))


def missed(session: Session, committee_ids: Collection[int], now: datetime) -> list[MeetingFacts]:
    """Meetings that began more than a day ago without anybody saying who was there, the oldest first (S25)."""
    late = (Meeting.state == "planned") & (Meeting.starts_at < now - MISSED_AFTER)
    query = select(*_COLUMNS).where(Meeting.committee_id.in_(committee_ids), late | (Meeting.state == "missed"))
    return _found(session, query.order_by(Meeting.starts_at, Meeting.id))


def add(session: Session, committee: CommitteeFacts, starts_at: datetime, place: str, now: datetime) -> MeetingFacts:
    """Plan one more meeting; one that was cancelled for this very moment takes place again.

    Args:
        session: may write.
        committee: whose.
        starts_at: when it begins.
        place: where, if not where it usually is.
        now: this moment.

    Raises:
        NotNow: `past`, or `taken`.
    """
    if starts_at <= now:
        raise NotNow("past")
    there = _found(session, _of(committee.id).where(Meeting.starts_at == starts_at))
    if there and there[0].state != "cancelled":
        raise NotNow("taken")
    if there:
        _change(session, there[0], now, state="planned", place=place)
        return _again(session, there[0].id)
    made = Meeting(committee_id=committee.id, starts_at=starts_at, place=place, changed_at=now)
    session.add(made)
    session.flush()
    return _again(session, made.id)


def shift(session: Session, meeting: MeetingFacts, starts_at: datetime, place: str, now: datetime) -> None:
    """Let a meeting be at another time, or elsewhere.

    Raises:
        NotNow: `begun`, `cancelled`, `past`, or `taken` by another one.
    """
    _refuse_if_over(meeting, now)
    if starts_at <= now:
        raise NotNow("past")
    try:
        with session.begin_nested():
            _change(session, meeting, now, starts_at=starts_at, place=place)
    except IntegrityError:
        raise NotNow("taken") from None


def cancel(session: Session, meeting: MeetingFacts, now: datetime) -> None:
    """A meeting does not take place; what it would have talked about is carried over by `carrying.carry_over`.

    Raises:
        NotNow: `begun`, or `cancelled` already.
    """
    _refuse_if_over(meeting, now)
    _change(session, meeting, now, state="cancelled")


def hold(  # noqa: PLR0913, PLR0917 - which, of whom, how many, when
    session: Session, committee: CommitteeFacts, meeting: MeetingFacts, children: int, adults: int, now: datetime
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
        NotNow: `not_begun`, `cancelled`, or `decided`: its minutes are approved.
    """
    if meeting.state == "cancelled":
        raise NotNow("cancelled")
    if not has_begun(meeting, now):
        raise NotNow("not_begun")
    if meeting.minutes in {"approved", "locked"}:
        raise NotNow("decided")
    values = {"state": "held", "children": children, "adults": adults, "quorum": committee.quorum}
    session.execute(update(Meeting).where(Meeting.id == meeting.id).values(**values))


def miss(session: Session, now: datetime) -> None:
    """Every meeting that began a day ago without attendance was missed; whatever ran twice does nothing."""
    late = (Meeting.state == "planned") & (Meeting.starts_at < now - MISSED_AFTER)
    session.execute(update(Meeting).where(late).values(state="missed"))


def plan(session: Session, committee_id: int, starts_at: datetime, now: datetime) -> bool:
    """Write down a meeting of the rhythm; once, however many processes do so. False where it is there already."""
    values = {"committee_id": committee_id, "starts_at": starts_at, "planned_for": starts_at, "changed_at": now}
    values |= {"place": "", "state": "planned", "sequence": 0, "minutes": "", "version": 1}
    added = adding(Meeting, session.get_bind().dialect).values(values).on_conflict_do_nothing()
    return session.scalar(added.returning(Meeting.id)) is not None


def forget(session: Session, meeting_ids: Collection[int]) -> None:
    """Meetings of a rhythm that is another now were never planned; nothing may lean on them any more."""
    session.execute(delete(Meeting).where(Meeting.id.in_(meeting_ids), Meeting.state == "planned"))


def cancel_all(session: Session, committee_id: int, now: datetime) -> None:
    """A committee meets no more: nothing that is planned takes place."""
    for meeting in coming(session, committee_id, now, 100):
        _change(session, meeting, now, state="cancelled")


def _refuse_if_over(meeting: MeetingFacts, now: datetime) -> None:
    if meeting.state == "cancelled":
        raise NotNow("cancelled")
    if meeting.state != "planned" or meeting.starts_at <= now:
        raise NotNow("begun")


def _change(session: Session, meeting: MeetingFacts, now: datetime, **values: Any) -> None:
    """Set what calendars show: their copies are older from here on (RFC 5545, SEQUENCE)."""
    values |= {"sequence": meeting.sequence + 1, "changed_at": now}
    session.execute(update(Meeting).where(Meeting.id == meeting.id).values(**values))


def _of(committee_id: int) -> Select[Any]:
    return select(*_COLUMNS).where(Meeting.committee_id == committee_id)


def _found(session: Session, query: Select[Any]) -> list[MeetingFacts]:
    return [_facts(dict(row._mapping)) for row in session.execute(query)]  # noqa: SLF001 - SQLAlchemy's public name


def _facts(values: Mapping[str, Any]) -> MeetingFacts:
    return MeetingFacts(**values)


def _again(session: Session, meeting_id: int) -> MeetingFacts:
    found = find(session, meeting_id)
    assert found is not None  # it was written just now
    return found

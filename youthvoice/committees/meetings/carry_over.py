"""What a meeting did not settle waits for the next one, by itself (S25)."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from youthvoice.committees.agenda import store as items
from youthvoice.committees.entities import ItemFacts
from youthvoice.committees.item_states import WAITING
from youthvoice.committees.meetings import store as meetings
from youthvoice.committees.meetings.entities import MeetingFacts
from youthvoice.committees.meetings.rules import is_over
from youthvoice.committees.models import Item
from youthvoice.privacy.keys.keyring import Keyring


def carry_over(session: Session, keyring: Keyring, committee_id: int, now: datetime, day: date) -> int:
    """Give every waiting item of a committee to its next meeting, if it has none that is still to come or goes on.

    Args:
        session: may write.
        keyring: the key files.
        committee_id: whose agenda.
        now: this moment.
        day: today at the site.

    Returns:
        How many items got another meeting.

    Raises:
        Meanwhile: somebody else changed one of them; call again in a new transaction.
    """
    if not _waits(session, committee_id, now):
        return 0
    following = meetings.next_of(session, committee_id, now)
    carried = 0
    for item in items.on(session, keyring, [committee_id], WAITING):
        before = meetings.find(session, item.meeting_id) if item.meeting_id else None
        if before is None or is_over(before, now):
            carried += carry(session, keyring, item, following, day)
    return carried


def carry(session: Session, keyring: Keyring, item: ItemFacts, to: MeetingFacts | None, day: date) -> bool:
    """Give one waiting item to a meeting; what waited for another one before bears "again" from now on.

    Args:
        session: may write.
        keyring: the key files.
        item: on the agenda, or discussed.
        to: which; None leaves it where it is, until there is one.
        day: today at the site.

    Returns:
        Whether it has another meeting now.

    Raises:
        Meanwhile: it is not as it was shown any more.
    """
    if to is None or to.id == item.meeting_id:
        return False
    body = replace(item.body, again=item.body.again + 1) if item.meeting_id else item.body
    if item.state == "discussed":
        items.move(session, keyring, item, "on_agenda", day, body=body, meeting_id=to.id)
        return True
    if body != item.body:
        item = items.change_body(session, keyring, item, body)
    items.plan(session, item, to.id)
    return True


def let_go(session: Session, meeting_ids: list[int]) -> None:
    """Items of meetings that were never planned have none, and did not wait through one."""
    session.execute(update(Item).where(Item.meeting_id.in_(meeting_ids)).values(meeting_id=None))


def _waits(session: Session, committee_id: int, now: datetime) -> bool:
    """Whether some item has no meeting, or one that is over; nothing is opened for it."""
    rows = session.execute(
        select(Item.meeting_id).where(Item.committee_id == committee_id, Item.state.in_(WAITING)).distinct()
    )
    ids = {row.meeting_id for row in rows}
    known = [found for one in ids if one and (found := meetings.find(session, one))]
    return None in ids or any(is_over(one, now) for one in known)


def is_decided(session: Session, meeting_id: int) -> bool:
    """Whether something was settled, or went to adults or up, at a meeting."""
    gone = select(Item.id).where(Item.meeting_id == meeting_id, Item.state.not_in(WAITING)).limit(1)
    return session.scalar(gone) is not None


def refuse_if_decided(session: Session, meeting: MeetingFacts) -> None:
    """Who was there stays as it is once something came of it.

    Raises:
        NotNow: `decided`.
    """
    if is_decided(session, meeting.id):
        raise meetings.NotNow("decided")

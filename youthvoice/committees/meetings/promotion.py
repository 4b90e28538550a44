"""What a committee cannot settle goes up to the one above, and comes back if that one meets no more.

A Bal Sabha hands up to its Bal Panchayat, that one to the Village Child Committee. The item below stays where it is and
says that it went up; the one above is another, with the same words and the same support. Nothing is lost on the way.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from youthvoice.committees import store
from youthvoice.committees.agenda import store as items
from youthvoice.committees.agenda.store import Meanwhile
from youthvoice.committees.entities import CommitteeFacts, ItemFacts
from youthvoice.committees.item_states import WAITING
from youthvoice.committees.meetings import store as meetings
from youthvoice.committees.models import Committee, Item
from youthvoice.privacy.keys.keyring import Keyring

_COMES_BACK = (*sorted(WAITING), "suggested")


class NotUp(Exception):
    """An item stays where it is.

    Attributes:
        code: `nowhere`: there is no committee above, or `closed`: it meets no more.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def above(session: Session, committee: CommitteeFacts) -> CommitteeFacts:
    """The committee to which this one hands up.

    Raises:
        NotUp: there is none that meets.
    """
    found = store.find(session, committee.goes_up_to_id) if committee.goes_up_to_id else None
    if found is None:
        raise NotUp("nowhere")
    if not found.is_open:
        raise NotUp("closed")
    return found


def go_up(session: Session, keyring: Keyring, item: ItemFacts, day: date, meeting_id: int | None = None) -> bytes:
    """Hand an item to the committee above.

    Args:
        session: may write.
        keyring: the key files.
        item: talked about. What adults owe already they answer themselves.
        day: today at the site.
        meeting_id: the meeting that did it.

    Returns:
        The id of the new item there.

    Raises:
        NotUp: there is no committee above that meets; nothing was written.
        NotThatWay: it was not talked about yet.
        Meanwhile: it is not as it was shown any more.
    """
    committee = store.find(session, item.committee_id)
    assert committee is not None  # a foreign key says so
    to = above(session, committee)
    items.move(session, keyring, item, "went_up", day, meeting_id=meeting_id)
    body = replace(item.body, again=0, alone=False, decided="", held=None)
    return items.add(session, keyring, to.id, body, day, from_id=item.id, support=item.support)


def come_back(session: Session, keyring: Keyring, committee_id: int, day: date) -> int:
    """A committee was closed: whatever it had not talked about returns to where it came from.

    What adults owe an answer about, or have answered, stays: they answer all the same. Where the committee below was
    closed as well, the item goes on to the one below that.

    Returns:
        How many items came back.

    Raises:
        Meanwhile: somebody else changed one of them; call again in a new transaction.
    """
    back = 0
    for upper in items.on(session, keyring, [committee_id], _COMES_BACK):
        lower = items.find(session, keyring, upper.from_id) if upper.from_id else None
        if lower is None or lower.state != "went_up":
            continue
        _cut(session, upper)
        items.move(session, keyring, lower, "discussed", day)
        back += 1
        committee = store.find(session, lower.committee_id)
        if committee and not committee.is_open:
            come_back(session, keyring, committee.id, day)
    return back


def close(session: Session, keyring: Keyring, committee_id: int, now: datetime, day: date) -> None:
    """A committee meets no more: its meetings are cancelled, and what came from below goes back.

    Where somebody changes such an item at this very moment, the job of meetings sends it back within five minutes.
    """
    store.close(session, committee_id, day)
    meetings.cancel_all(session, committee_id, now)
    with suppress(Meanwhile), session.begin_nested():
        come_back(session, keyring, committee_id, day)


def closed_with_items(session: Session) -> Sequence[int]:
    """The closed committees in which something waits that came from below; for the job."""
    lower = aliased(Item)
    query = (
        select(Item.committee_id)
        .join(Committee, Committee.id == Item.committee_id)
        .join(lower, lower.id == Item.from_id)
        .where(Committee.closed_on.is_not(None), Item.state.in_(_COMES_BACK), lower.state == "went_up")
    )
    return session.scalars(query.distinct().order_by(Item.committee_id)).all()


def _cut(session: Session, upper: ItemFacts) -> None:
    """What became of the item below is not looked for here any more: it may go up again, elsewhere."""
    session.execute(update(Item).where(Item.id == upper.id).values(from_id=None))

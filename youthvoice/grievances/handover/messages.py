"""What was handed to somebody, and what she writes back: sealed to the report, which she never opens."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.accounts.sign_in.session import private_key
from youthvoice.grievances.follow_up import kept_going
from youthvoice.grievances.status import HANDED_BACK
from youthvoice.privacy.crypto.sealing import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone
from youthvoice.sites import store as places
from youthvoice.threads import messages as conversation
from youthvoice.threads import store as threads
from youthvoice.threads.entries import Entry
from youthvoice.threads.handover import store as handed_store
from youthvoice.threads.handover.items import SealedItem, open_item

_MOST_LETTERS: Final = 2000


class ReportGone(Exception):
    """The report has ended, or is another one: nothing can be written back."""


def opened(item: SealedItem, caller: Caller) -> Mapping[str, Any]:
    """What was sealed to her.

    Raises:
        CannotOpen, KeyGone: see `threads.handed.open_item`.
    """
    return open_item(running.keyring(), item, private_key(caller))


def write_back(session: Session, caller: Caller, item: SealedItem, words: str) -> None:
    """Tell the report's readers what was done.

    Args:
        session: may write.
        caller: to whom it was handed.
        item: what was handed.
        words: hers.

    Raises:
        ReportGone: see there.
        CannotOpen, KeyGone: as `opened`.
    """
    said = opened(item, caller)
    thread = threads.facts(session, running.keyring(), bytes.fromhex(said["thread"]), to_change=True)
    if thread is None or thread.public_key.hex() != said["public_key"]:
        raise ReportGone
    site = places.site(session, thread.line.site_id)
    assert site is not None  # a foreign key says so
    marks = kept_going(places.facts(site), thread.marks.flagged(HANDED_BACK), running.now())
    threads.change(session, running.keyring(), thread.line, marks)
    day = running.today(site.time_zone)
    conversation.say(
        session, running.keyring(), thread, Entry("handed_back", caller.person_id, day, said={"words": words})
    )


def of_report(session: Session, caller: Caller, thread_id: bytes) -> list[bytes]:
    """The ids of what was handed to her out of one report, as far as she can open it."""
    return [item.id for item in all_of(session, caller) if _comes_from(item, caller, thread_id)]


def _comes_from(item: SealedItem, caller: Caller, thread_id: bytes) -> bool:
    try:
        return bool(opened(item, caller)["thread"] == thread_id.hex())
    except (CannotOpen, KeyGone):
        return False


def all_of(session: Session, caller: Caller) -> list[SealedItem]:
    """Everything that was handed to her, unopened, the newest day first."""
    return handed_store.handed_to(session, caller.person_id)

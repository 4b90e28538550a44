"""What was sealed to one adult, opened by that adult, and what comes back from there to the report."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.grievances.time_limits import with_follow_up_deadline
from youthvoice.sites.store import get_site
from youthvoice.threads.case_state import HANDED_BACK
from youthvoice.threads.entities import Thread, ThreadEntry
from youthvoice.threads.handover_items import HandoverItem, open_handover
from youthvoice.threads.store import add_entry, change_case_state, find_thread


class ReportGone(Exception):
    """The report no longer exists, or the handover did not come from a report: nobody can get the answer."""


def open_for(item: HandoverItem, caller: Caller) -> Mapping[str, Any]:
    """The content of a handover, opened with the caller's key.

    Raises:
        CannotOpen, KeyGone: see `threads.handover_items.open_handover`.
    """
    return open_handover(context.keyring(), item, open_private_key(caller))


def write_back(session: Session, caller: Caller, item: HandoverItem, words: str) -> None:
    """Add the recipient's account of what was done to the report, for its readers.

    Args:
        session: may write.
        caller: the recipient of the handover.
        item: the handover.
        words: the account.

    Raises:
        ReportGone: see there. CannotOpen, KeyGone: as `open_for`.
    """
    content = open_for(item, caller)
    if content.get("review"):
        raise ReportGone  # a child's words for the next review: nobody waits for an answer
    add_back(session, caller, content, "handed_back", {"words": words})


def add_back(
    session: Session, caller: Caller, content: Mapping[str, Any], kind: str, values: Mapping[str, Any]
) -> tuple[Thread, ThreadEntry]:
    """Add an entry to the report that an opened handover came from; its readers owe the child the next step.

    Args:
        session: may write.
        caller: who received the handover.
        content: the opened handover.
        kind: of the entry.
        values: its content, as JSON values.

    Returns:
        The report and the entry.

    Raises:
        ReportGone: see there.
    """
    thread = find_thread(session, bytes.fromhex(content["thread"]), to_change=True)
    if thread is None or thread.public_key.hex() != content["public_key"]:
        raise ReportGone
    site = get_site(session, thread.site_id)
    change_case_state(session, thread, with_follow_up_deadline(site, thread.case.flagged(HANDED_BACK), context.now()))
    entry = ThreadEntry(kind, caller.person_id, context.today(site.time_zone), said=values)
    add_entry(session, thread, entry)
    return thread, entry

"""The retention job: moves content that outlives its month to a later one, deletes the rest, then the month's key.

Moving only replaces the outer layer of encryption. No timer ends records of abuse or of a report to an authority. The
job may stop at any point and run in two processes: content moves in one transaction with its month, rows are deleted
before their key, and a key never goes while something that lives on is encrypted under it. The next run finishes what
was interrupted.
Source: PRIVACY.md C, "Ends".
"""

import logging
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.keys.key_names import destruction_key, month_name
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads import retention_periods, store as threads_store
from youthvoice.threads.case_state import GRAVE_SEVERITY, HELD, REPORTED, TROUBLE, WAS_HARM, CaseState
from youthvoice.threads.handover_items import handover_under_month
from youthvoice.threads.letters.letter_box import letter_under_month
from youthvoice.threads.retention import store
from youthvoice.threads.sealed_thread import entry_under_month

_RECORDS: Final = frozenset({HELD, WAS_HARM, REPORTED, TROUBLE})

_AHEAD: Final = 2
"""Content that lives on is moved once its month ends in this many months or fewer. What an older backup has of it opens
until that month ends."""

_LONGER: Final = 6
"""By how many months content lives longer with each move, at least."""


def lives_on(case: CaseState) -> bool:
    """Whether a thread outlives its month: it is open, a deadline runs, or it is a record that no timer ends."""
    if case.state != "closed" or case.clocks:
        return True
    return case.harm or case.severity >= GRAVE_SEVERITY or bool(_RECORDS & set(case.flags))


def letter_lives_on(looked_at_on: date | None, *, held: bool, box: str = "survey") -> bool:
    """Whether a letter outlives its month: nobody has looked at it, or it is on hold; a suggestion until decided."""
    return held or looked_at_on is None or box == "agenda"


def item_lives_on(day: date, now: datetime) -> bool:
    """Whether a handover outlives its month: the recipient has a year to work with it."""
    return day > (now - retention_periods.HANDED_OVER).date()


def is_month_over(month: str, now: datetime) -> bool:
    """Whether a month, such as `2029-11`, has ended everywhere on earth."""
    return month < month_name((now - timedelta(days=1)).date())


def month_to_extend(now: datetime) -> str:
    """The month up to which content that lives on is moved to a later one."""
    return _in_months(now, _AHEAD)


def later_month(now: datetime) -> str:
    """The later month to which it is moved."""
    return _in_months(now, _AHEAD + _LONGER)


def _in_months(now: datetime, number: int) -> str:
    months = now.year * 12 + now.month - 1 + number
    return f"{months // 12:04}-{months % 12 + 1:02}"


_KEYS = destruction_key("0000-00").removesuffix("0000-00")

_log = logging.getLogger(__name__)


def extend_and_end_months() -> None:
    """The job: move what lives on to later months, end the months that are over."""
    engine, now = db.engine(), context.now()
    extend_months(engine, now)
    for month in list_months_over(engine, now):
        end_month(engine, month, now)


def extend_months(engine: Engine, now: datetime) -> None:
    """Move everything that lives on, and whose month ends soon, to a later one."""
    keyring = context.keyring()
    with db.reading(engine) as session:
        moves = [(move, its_id) for move, living in _KINDS for its_id in living(session, month_to_extend(now), now)]
    for move, its_id in moves:
        try:
            with db.writing(engine) as session:
                move(session, keyring, its_id, now)
        except (KeyGone, CannotOpen):  # from a backup older than its key; `youthvoice doctor` counts them
            _log.error("something that lives on does not open any more")


def _threads(session: Session, until: str, _now: datetime) -> dict[bytes, str]:
    """Threads that live on, with their months. A damaged one stays as well: its entries may still be readable."""
    threads = threads_store.list_all_threads(session)
    living = {thread.id: thread.month for thread in threads if thread.month <= until and lives_on(thread.case)}
    return living | {id_: month for id_, month in threads_store.find_damaged_threads(session).items() if month <= until}


def _letters(session: Session, until: str, _now: datetime) -> dict[bytes, str]:
    letters = store.list_letters_until(session, until)
    return {
        letter.id: letter.destruction_month
        for letter in letters
        if letter_lives_on(letter.looked_at_on, held=letter.held, box=letter.box)
    }


def _items(session: Session, until: str, now: datetime) -> dict[bytes, str]:
    handover_items = store.list_handovers_until(session, until)
    return {
        handover_item.id: handover_item.destruction_month
        for handover_item in handover_items
        if item_lives_on(handover_item.day, now)
    }


def _extend_thread(session: Session, keyring: Keyring, thread_id: bytes, now: datetime) -> None:
    before = threads_store.find_destruction_month(session, thread_id)
    if before is None or before > month_to_extend(now) or not _lives_on(session, thread_id):
        return
    month = store.find_month_from(session, later_month(now))
    entries, replies = (
        [entry_under_month(keyring, thread_id, each, before, month) for each in entries]
        for entries in (
            threads_store.list_sealed_entries(session, thread_id),
            threads_store.list_sealed_replies(session, thread_id),
        )
    )
    store.move_thread(session, thread_id, month, entries, replies)


def _lives_on(session: Session, thread_id: bytes) -> bool:
    try:
        thread = threads_store.find_thread(session, thread_id, to_change=True)
    except CannotOpen:
        return True
    return thread is not None and lives_on(thread.case)


def _extend_letter(session: Session, keyring: Keyring, letter_id: bytes, now: datetime) -> None:
    letter = store.lock_letter(session, letter_id)
    if letter is None or letter.destruction_month > month_to_extend(now):
        return
    if letter_lives_on(letter.looked_at_on, held=letter.held, box=letter.box):
        month = store.find_month_from(session, later_month(now))
        sealed_text = letter_under_month(keyring, letter_id, letter.body, letter.destruction_month, month)
        store.move_item(session, letter, month, sealed_text)


def _extend_item(session: Session, keyring: Keyring, item_id: bytes, now: datetime) -> None:
    item = store.lock_handover(session, item_id)
    if item is not None and item.destruction_month <= month_to_extend(now):
        month = store.find_month_from(session, later_month(now))
        store.move_item(session, item, month, handover_under_month(keyring, item, month))


_KINDS: Final = ((_extend_thread, _threads), (_extend_letter, _letters), (_extend_item, _items))
"""For each kind of content: how one is moved, and which of them live on, with their months."""


def list_months_over(engine: Engine, now: datetime) -> list[str]:
    """Months that are over and of which something remains: rows, or a key."""
    months_with_key = {name.removeprefix(_KEYS) for name in context.keyring().names() if name.startswith(_KEYS)}
    with db.reading(engine) as session:
        months = months_with_key | store.list_months(session)
    return sorted(month for month in months if is_month_over(month, now))


def end_month(engine: Engine, month: str, now: datetime) -> None:
    """Delete the content of a month, and then its key, unless something under the key lives on.

    Args:
        engine: of the installation.
        month: one that is over.
        now: UTC.
    """
    keyring = context.keyring()
    with db.writing(engine) as session:
        store.lock_everything(session)
        living = _living_ids(session, month, now)
        store.remove_month(session, month, living)
    if not living:
        with db.writing(engine) as session:  # apart: see `lock_everything`
            Log(now.date(), "work").add_once(session, "month.end", month)
        keyring.destroy(destruction_key(month))
    db.truncate_write_ahead_log(engine)


def _living_ids(session: Session, month: str, now: datetime) -> list[bytes]:
    """Ids of what lives on and is encrypted under this very month."""
    living_by_kind = [living(session, month, now).items() for _move, living in _KINDS]
    return [its_id for months in living_by_kind for its_id, its_month in months if its_month == month]


def count_lost(session: Session, now: datetime) -> int:
    """How many things should live on but are encrypted under a month whose key is gone."""
    gone = [month for month in store.list_months(session) if not context.keyring().versions(destruction_key(month))]
    return sum(len(_living_ids(session, month, now)) for month in gone)

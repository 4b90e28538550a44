"""Months end: what must live on is put under a later month in time; the rest is removed, then the month's key ends.

It may stop at any point and run in two processes: nothing is moved but in one transaction with its month, rows go
before their key, and a month's key never goes while anything that lives on lies under it. What stopped half-way is
finished at the next look. Source: PRIVACY.md C, "Ends".
"""

import logging
from datetime import datetime
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.audit.log import Log
from youthvoice.privacy.crypto.sealing import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone, Keyring, destruction_key
from youthvoice.privacy.keys.names import AUDIT
from youthvoice.threads import entry_store
from youthvoice.threads import store as threads
from youthvoice.threads.entries import under_month
from youthvoice.threads.handover.items import item_under_month
from youthvoice.threads.letters.letter import letter_under_month
from youthvoice.threads.retention import rules, store

_KEYS = destruction_key("0000-00").removesuffix("0000-00")
_log = logging.getLogger(__name__)


def ends_due() -> None:
    """The job: extend what lives on, end the months that are over."""
    engine, keyring, now = db.engine(), running.keyring(), running.now()
    extend(engine, keyring, now)
    for month in over(engine, keyring, now):
        end_month(engine, keyring, month, now)


def extend(engine: Engine, keyring: Keyring, now: datetime) -> None:
    """Put everything that lives on, and whose month is near, under a later one."""
    with db.reading(engine) as session:
        near = [(move, each) for move, living in _KINDS for each in living(session, keyring, rules.near(now), now)]
    for move, each in near:
        try:
            with db.writing(engine) as session:
                move(session, keyring, each, now)
        except (KeyGone, CannotOpen):  # of a backup that is older than its key; `flask doctor` counts them
            _log.error("something that lives on does not open any more")


def _threads(session: Session, keyring: Keyring, until: str, now: datetime) -> dict[bytes, str]:  # noqa: ARG001 - as its kin
    """A damaged one as well: its words may open yet, and nobody can say that they may go."""
    found = threads.all_facts(session, keyring)
    living = {one.id: one.month for one in found if one.month <= until and rules.lives_on(one.marks)}
    return living | {one: month for one, month in threads.damaged(session, keyring).items() if month <= until}


def _letters(session: Session, keyring: Keyring, until: str, now: datetime) -> dict[bytes, str]:  # noqa: ARG001 - as its kin
    found = store.letters(session, until)
    return {one.id: one.month for one in found if rules.letter_lives_on(one.looked_at_on, held=one.held, box=one.box)}


def _items(session: Session, keyring: Keyring, until: str, now: datetime) -> dict[bytes, str]:  # noqa: ARG001 - as its kin
    return {one.id: one.month for one in store.items(session, until) if rules.item_lives_on(one.day, now)}


def _extend_thread(session: Session, keyring: Keyring, thread_id: bytes, now: datetime) -> None:
    before = threads.month_of(session, thread_id)
    if before is None or before > rules.near(now) or not _lives_on(session, keyring, thread_id):
        return
    month = store.month_from(session, keyring, rules.later(now))
    entries, replies = (
        [under_month(keyring, thread_id, each, before, month) for each in kept]
        for kept in (entry_store.entries(session, thread_id), entry_store.replies(session, thread_id))
    )
    store.move_thread(session, thread_id, month, entries, replies)


def _lives_on(session: Session, keyring: Keyring, thread_id: bytes) -> bool:
    try:
        thread = threads.facts(session, keyring, thread_id, to_change=True)
    except CannotOpen:
        return True
    return thread is not None and rules.lives_on(thread.marks)


def _extend_letter(session: Session, keyring: Keyring, letter_id: bytes, now: datetime) -> None:
    letter = store.letter(session, letter_id)
    if letter is None or letter.month > rules.near(now):
        return
    if rules.letter_lives_on(letter.looked_at_on, held=letter.held, box=letter.box):
        month = store.month_from(session, keyring, rules.later(now))
        body = letter_under_month(keyring, letter_id, letter.body, letter.month, month)
        store.move_letter(session, letter_id, month, body)


def _extend_item(session: Session, keyring: Keyring, item_id: bytes, now: datetime) -> None:
    item = store.item(session, item_id)
    if item is not None and item.month <= rules.near(now):
        month = store.month_from(session, keyring, rules.later(now))
        store.move_item(session, item_under_month(keyring, item, month))


_KINDS: Final = ((_extend_thread, _threads), (_extend_letter, _letters), (_extend_item, _items))
"""How each kind of thing is moved, and which of them live on, with their months."""


def over(engine: Engine, keyring: Keyring, now: datetime) -> list[str]:
    """Months that are over and of which something remains: rows, or a key."""
    named = {name.removeprefix(_KEYS) for name in keyring.names() if name.startswith(_KEYS)}
    with db.reading(engine) as session:
        found = named | store.months(session)
    return sorted(month for month in found if rules.is_over(month, now))


def end_month(engine: Engine, keyring: Keyring, month: str, now: datetime) -> None:
    """Remove what ends with a month, and then its key, unless something under it lives on.

    Args:
        engine: of the house.
        keyring: the key files.
        month: one that is over.
        now: UTC.
    """
    with db.writing(engine) as session:
        store.keep_still(session)
        living = _living(session, keyring, month, now)
        store.remove(session, month, living)
        if not living:
            Log(keyring.key_or_new(AUDIT), now.date(), "work").add(session, "month.end", month)
    if not living:
        keyring.destroy(destruction_key(month))
    db.forget_what_was_deleted(engine)


def _living(session: Session, keyring: Keyring, month: str, now: datetime) -> list[bytes]:
    """What lives on and lies under this very month."""
    found = [living(session, keyring, month, now).items() for _move, living in _KINDS]
    return [each for some in found for each, its_month in some if its_month == month]


def closed_for_good(session: Session, keyring: Keyring, now: datetime) -> int:
    """How many things should live on but lie under a month whose key is gone."""
    gone = [month for month in store.months(session) if not keyring.versions(destruction_key(month))]
    return sum(len(_living(session, keyring, month, now)) for month in gone)

"""Who opens a letter may change; that somebody opens it may not, nor does anybody get it back who was left out of it.

The same rules as for threads (`membership`), but for one thing: a letter has no entries, so the tag of a row says that
somebody was left out (`letter_wraps`). Letters count from the moment they arrive, shown or not. Source: PRIVACY.md A10.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from youthvoice.privacy.crypto.sealing import CannotOpen
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import THREADS
from youthvoice.threads.key_wraps import Holder
from youthvoice.threads.letters import key_wrap_store as store
from youthvoice.threads.letters.key_wrap_store import WrapRow
from youthvoice.threads.letters.key_wraps import is_tag, left_out, left_out_tag, tag_of, unwrapped, wrap_for
from youthvoice.threads.store import Me

Present = Mapping[int, Sequence[Holder]]
"""The advocates of each site: trusted, not left, with their keys of today."""


def opened_by(session: Session, keyring: Keyring, me: Me, present: Present) -> dict[bytes, set[int]]:
    """Every letter that somebody's key opens, with who else opens it; rows of `people`."""
    key, keys = keyring.key_or_new(THREADS), _keys(present)
    rows = store.at(session, me.site_ids)
    found: dict[bytes, set[int]] = {row.letter_id: set() for row in rows if _opens(key, row, me)}
    for row in rows:
        if row.letter_id in found and row.person_id != me.person_id and _is_open(key, row, keys):
            found[row.letter_id].add(row.person_id)
    return found


def only_hers(session: Session, keyring: Keyring, me: Me, present: Present) -> set[bytes]:
    """The letters that nobody else opens: she cannot leave, nor take a new key, before somebody else does."""
    return {letter_id for letter_id, others in opened_by(session, keyring, me, present).items() if not others}


def openers(  # noqa: PLR0913, PLR0917 - whose letters, and when
    session: Session, keyring: Keyring, site_id: int, people: Sequence[Holder], now: datetime, box: str = "survey"
) -> set[int]:
    """Who of the advocates of a site opens any of the letters that wait there in a box; rows of `people`."""
    key, keys = keyring.key_or_new(THREADS), _keys({site_id: people})
    return {row.person_id for row in store.waiting_at(session, site_id, now, box) if _is_open(key, row, keys)}


def give(  # noqa: PLR0913, PLR0917 - who, with which key, to whom, and what
    session: Session,
    keyring: Keyring,
    me: Me,
    private_key: bytes,
    to: Holder,
    present: Present,
    *,
    only_back: bool = False,
) -> int:
    """Let a colleague open letters, too: all that were sealed to her once, and all that nobody else opens.

    Args:
        session: may write.
        keyring: the key files.
        me: who gives.
        private_key: hers, 32 bytes.
        to: trusted, with her key of today.
        present: of every site where both work; others are left as they are.
        only_back: only what was sealed to her once.

    Returns:
        How many letters she opens now and did not before.
    """
    sites = [site_id for site_id, people in present.items() if to.person_id in {one.person_id for one in people}]
    store.hold(session, [row.letter_id for row in store.at(session, sites) if row.person_id == me.person_id])
    key, keys, rows = keyring.key_or_new(THREADS), _keys(present), store.at(session, sites)
    hers = {row.letter_id: row for row in rows if row.person_id == to.person_id}
    others = {row.letter_id for row in rows if row.person_id != me.person_id and _is_open(key, row, keys)}
    mine = [row for row in rows if _opens(key, row, me) and _may_have(key, row, hers.get(row.letter_id), to)]
    given = [row for row in mine if row.letter_id in hers or not (only_back or row.letter_id in others)]
    number = 0
    for row in given:
        with suppress(CannotOpen):  # one damaged row keeps nothing from her but itself
            private = unwrapped(row.letter_id, me.person_id, row.wrapped, private_key)
            store.put(session, row.letter_id, wrap_for(key, row.letter_id, private, to))
            number += 1
    return number


def leave_out(
    session: Session, keyring: Keyring, letter_id: bytes, people: Iterable[int], present: Collection[Holder]
) -> None:
    """These neither open a letter any more nor get it, whether they had it or not; each as long as another opens it.

    Args:
        session: may write.
        keyring: the key files.
        letter_id: 16 bytes.
        people: rows of `people`; whoever stands last stays, where nobody else would open it.
        present: the advocates of its site: trusted, not left, with their keys of today.
    """
    store.hold(session, [letter_id])
    key, keys = keyring.key_or_new(THREADS), {one.person_id: one.public_key for one in present}
    rows = {row.person_id: row for row in store.of_letter(session, letter_id)}
    opens = {
        person_id
        for person_id, row in rows.items()
        if person_id in keys and is_tag(row.tag, tag_of(key, letter_id, person_id, keys[person_id]))
    }
    for person_id in (one for one in people if one in rows or one in keys):
        if opens - {person_id}:
            opens.discard(person_id)
            store.put(session, letter_id, left_out(key, letter_id, person_id))


def _keys(present: Present) -> dict[tuple[int, int], bytes]:
    return {(site_id, one.person_id): one.public_key for site_id, people in present.items() for one in people}


def _is_open(key: bytes, row: WrapRow, keys: Mapping[tuple[int, int], bytes]) -> bool:
    """Whether a row opens its letter for somebody who is there."""
    public = keys.get((row.site_id, row.person_id))
    return public is not None and is_tag(row.tag, tag_of(key, row.letter_id, row.person_id, public))


def _opens(key: bytes, row: WrapRow, me: Me) -> bool:
    return row.person_id == me.person_id and is_tag(row.tag, tag_of(key, row.letter_id, me.person_id, me.public_key))


def _may_have(key: bytes, row: WrapRow, hers: WrapRow | None, to: Holder) -> bool:
    """Whether somebody neither opens it already nor was left out of it."""
    if hers is None:
        return True
    known = (tag_of(key, row.letter_id, to.person_id, to.public_key), left_out_tag(key, row.letter_id, to.person_id))
    return not any(is_tag(hers.tag, each) for each in known)

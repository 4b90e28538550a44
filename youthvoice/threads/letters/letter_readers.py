"""Who opens a letter may change: key wraps, sharing with a colleague, and who is left out.

The same rules as for threads (`readership`), but for one thing: a letter has no entries, so the tag of a row says that
somebody was left out (`key_wraps`). Letters count from the moment they arrive, shown or not. Source: PRIVACY.md A10.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.accounts.store import Reader, list_advocates
from youthvoice.errors import CannotOpen
from youthvoice.privacy.keys.key_names import THREADS
from youthvoice.threads import key_wraps
from youthvoice.threads.letters.store import letter_wrap_row, list_letters
from youthvoice.threads.models import LetterKeyWrapRow, LetterRow
from youthvoice.threads.readership import reader_key
from youthvoice.threads.store import ReaderKey
from youthvoice.witnesses.log_scopes import LogSubject


@dataclass(frozen=True, slots=True)
class LetterKeyWrap:
    """One row for one advocate.

    Attributes:
        letter_id: 16 bytes.
        site_id: whose letter box.
        shown_from: UTC.
        person_id: row of `people`.
        wrapped: a wrap or a decoy.
        tag: tells the installation which.
    """

    letter_id: bytes
    site_id: int
    shown_from: datetime
    person_id: int
    wrapped: bytes = field(repr=False)
    tag: bytes | None = field(repr=False)


_COLUMNS = (
    LetterRow.id,
    LetterRow.site_id,
    LetterRow.shown_from,
    LetterKeyWrapRow.person_id,
    LetterKeyWrapRow.wrapped,
    LetterKeyWrapRow.tag,
)


def list_wraps_at(session: Session, site_ids: Collection[int]) -> list[LetterKeyWrap]:
    """Every row of the letters of some sites."""
    return _wraps_where(session, LetterRow.site_id.in_(site_ids))


def list_wraps_of(session: Session, letter_id: bytes) -> list[LetterKeyWrap]:
    """Every row of one letter."""
    return _wraps_where(session, LetterRow.id == letter_id)


def list_waiting_wraps(session: Session, site_id: int, now: datetime, box: str = "survey") -> list[LetterKeyWrap]:
    """Every row of the letters of a site that are shown and that nobody opened yet; of suggestions, decided."""
    waits = (LetterRow.shown_from <= now, LetterRow.looked_at_on.is_(None))
    return _wraps_where(session, LetterRow.site_id == site_id, LetterRow.box == box, *waits)


def _wraps_where(session: Session, *which: ColumnElement[bool]) -> list[LetterKeyWrap]:
    query = select(*_COLUMNS).join(LetterKeyWrapRow, LetterKeyWrapRow.letter_id == LetterRow.id)
    return [LetterKeyWrap(*row) for row in session.execute(query.where(*which))]


def lock_wraps(session: Session, letter_ids: Iterable[bytes]) -> None:
    """Nobody else changes who can open these letters until the transaction ends."""
    mine = select(LetterRow.id).where(LetterRow.id.in_(list(letter_ids))).order_by(LetterRow.id)
    session.execute(mine.with_for_update()).all()


def put_letter_wrap(session: Session, letter_id: bytes, wrap: key_wraps.KeyWrap) -> None:
    """Give somebody a wrap, or a decoy, in place of what she had."""
    session.execute(
        delete(LetterKeyWrapRow).where(
            LetterKeyWrapRow.letter_id == letter_id, LetterKeyWrapRow.person_id == wrap.person_id
        )
    )
    session.execute(insert(LetterKeyWrapRow).values(letter_wrap_row(letter_id, wrap)))


AdvocatesBySite = Mapping[int, Sequence[key_wraps.KeyHolder]]
"""The advocates of each site: trusted, not left, with their keys of today."""


def letters_opened_by(session: Session, reader_key: ReaderKey, present: AdvocatesBySite) -> dict[bytes, set[int]]:
    """Every letter that somebody's key opens, with who else opens it; rows of `people`."""
    key, keys = context.keyring().key_or_new(THREADS), _keys(present)
    rows = list_wraps_at(session, reader_key.site_ids)
    found: dict[bytes, set[int]] = {
        wrap.letter_id: set()
        for wrap in rows
        if wrap.person_id == reader_key.person_id and _opens(key, wrap, reader_key.public_key)
    }
    for wrap in rows:
        if wrap.letter_id in found and wrap.person_id != reader_key.person_id and _is_open(key, wrap, keys):
            found[wrap.letter_id].add(wrap.person_id)
    return found


def letters_only_she_opens(session: Session, reader_key: ReaderKey, present: AdvocatesBySite) -> set[bytes]:
    """The letters that nobody else opens: she cannot leave, nor take a new key, before somebody else does."""
    return {letter_id for letter_id, others in letters_opened_by(session, reader_key, present).items() if not others}


def find_letter_openers(
    session: Session, site_id: int, people: Sequence[key_wraps.KeyHolder], now: datetime, box: str = "survey"
) -> set[int]:
    """Who of the advocates of a site opens any of the letters that wait there in a box; rows of `people`."""
    key, keys = context.keyring().key_or_new(THREADS), _keys({site_id: people})
    return {wrap.person_id for wrap in list_waiting_wraps(session, site_id, now, box) if _is_open(key, wrap, keys)}


def wrap_letters_for(  # noqa: PLR0913 - who, with which key, to whom, and what
    session: Session,
    reader_key: ReaderKey,
    private_key: bytes,
    holder: key_wraps.KeyHolder,
    present: AdvocatesBySite,
    *,
    only_back: bool = False,
) -> int:
    """Let a colleague open letters, too: all that were sealed to her once, and all that nobody else opens.

    Args:
        session: may write.
        reader_key: who gives.
        private_key: hers, 32 bytes.
        holder: trusted, with her key of today.
        present: of every site where both work; others are left as they are.
        only_back: only what was sealed to her once.

    Returns:
        How many letters she opens now and did not before.
    """
    sites = [
        site_id for site_id, people in present.items() if holder.person_id in {holder.person_id for holder in people}
    ]
    lock_wraps(
        session, [wrap.letter_id for wrap in list_wraps_at(session, sites) if wrap.person_id == reader_key.person_id]
    )
    key, keys, rows = context.keyring().key_or_new(THREADS), _keys(present), list_wraps_at(session, sites)
    letter_key_wraps = {wrap.letter_id: wrap for wrap in rows if wrap.person_id == holder.person_id}
    others = {wrap.letter_id for wrap in rows if wrap.person_id != reader_key.person_id and _is_open(key, wrap, keys)}
    wraps = [
        wrap for wrap in rows if wrap.person_id == reader_key.person_id and _opens(key, wrap, reader_key.public_key)
    ]
    mine = [wrap for wrap in wraps if _may_have(key, wrap, letter_key_wraps.get(wrap.letter_id), holder)]
    given = [wrap for wrap in mine if wrap.letter_id in letter_key_wraps or not (only_back or wrap.letter_id in others)]
    number = 0
    for wrap in given:
        with suppress(CannotOpen):  # one damaged row keeps nothing from her but itself
            private = key_wraps.unwrap_letter_key(wrap.letter_id, reader_key.person_id, wrap.wrapped, private_key)
            put_letter_wrap(session, wrap.letter_id, key_wraps.wrap_letter_key(key, wrap.letter_id, private, holder))
            number += 1
    return number


def exclude_from_letter(
    session: Session, letter_id: bytes, people: Iterable[int], present: Collection[key_wraps.KeyHolder]
) -> None:
    """These neither open a letter any more nor get it, whether they had it or not; each as long as another opens it.

    Args:
        session: may write.
        letter_id: 16 bytes.
        people: rows of `people`; whoever stands last stays, where nobody else would open it.
        present: the advocates of its site: trusted, not left, with their keys of today.
    """
    lock_wraps(session, [letter_id])
    key, keys = context.keyring().key_or_new(THREADS), {holder.person_id: holder.public_key for holder in present}
    rows = {wrap.person_id: wrap for wrap in list_wraps_of(session, letter_id)}
    opens = {person_id for person_id, row in rows.items() if _opens(key, row, keys.get(person_id))}
    for person_id in (person for person in people if person in rows or person in keys):
        if opens - {person_id}:
            opens.discard(person_id)
            put_letter_wrap(session, letter_id, key_wraps.excluded_wrap(key, letter_id, person_id))


def _keys(present: AdvocatesBySite) -> dict[tuple[int, int], bytes]:
    return {(site_id, holder.person_id): holder.public_key for site_id, people in present.items() for holder in people}


def _is_open(key: bytes, wrap: LetterKeyWrap, keys: Mapping[tuple[int, int], bytes]) -> bool:
    """Whether a row opens its letter for somebody who is there."""
    return _opens(key, wrap, keys.get((wrap.site_id, wrap.person_id)))


def _opens(key: bytes, wrap: LetterKeyWrap, public: bytes | None) -> bool:
    """Whether a row opens its letter for whoever holds this key."""
    return public is not None and key_wraps.is_same_tag(
        wrap.tag, key_wraps.letter_tag(key, wrap.letter_id, wrap.person_id, public)
    )


def _may_have(
    key: bytes, letter_wrap: LetterKeyWrap, own_wrap: LetterKeyWrap | None, holder: key_wraps.KeyHolder
) -> bool:
    """Whether somebody neither opens it already nor was left out of it."""
    if own_wrap is None:
        return True
    known = (
        key_wraps.letter_tag(key, letter_wrap.letter_id, holder.person_id, holder.public_key),
        key_wraps.excluded_tag(key, letter_wrap.letter_id, holder.person_id),
    )
    return not any(key_wraps.is_same_tag(own_wrap.tag, each) for each in known)


def advocates_by_site(session: Session, site_ids: Collection[int]) -> AdvocatesBySite:
    """The advocates of some sites, as they are now."""
    return {site_id: list_advocates(session, site_id) for site_id in site_ids}


def list_colleagues(session: Session, caller: Caller) -> list[Reader]:
    """The other advocates of her sites, by name."""
    readers = {reader.person_id: reader for at in caller.site_ids for reader in list_advocates(session, at)}
    return sorted(
        (reader for reader in readers.values() if reader.person_id != caller.person_id), key=lambda reader: reader.name
    )


def share_letters(session: Session, caller: Caller, reader: Reader, *, only_back: bool = False) -> None:
    """Wrap for her what the caller opens and she may have.

    Args:
        session: may write.
        caller: who gives.
        reader: one of her colleagues.
        only_back: only what was sealed to her once.
    """
    present, key = advocates_by_site(session, caller.site_ids), reader_key(session, caller)
    wrap_letters_for(session, key, open_private_key(caller), reader, present, only_back=only_back)


def letter_log_subjects(session: Session, caller: Caller) -> dict[str, LogSubject]:
    """Whose lines of the log somebody sees: letters that her key opens, each just a letter (`witnesses/log_scopes`)."""
    if not caller.may("letters.read"):
        return {}
    letter_envelopes = list_letters(session, reader_key(session, caller), context.now())
    return {
        envelope.id.hex(): LogSubject(_("A letter"), url_for("letters.envelope", letter_id=envelope.id.hex()))
        for envelope in letter_envelopes
    }

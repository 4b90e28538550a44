"""Changes of who can open a letter: key wraps, sharing with a colleague, and exclusion.

The rules are those of threads (`readership`), but a letter has no entries: the tag of a row says that somebody was
excluded (`key_wraps`). Letters count from the moment they arrive, shown or not. Source: PRIVACY.md A10.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accounts.sign_in.staff_session import open_private_key
from youthvoice.accounts.store import Reader, find_readers_at_sites
from youthvoice.errors import CannotOpen
from youthvoice.privacy.keys.key_names import THREADS
from youthvoice.threads import key_wraps
from youthvoice.threads.letters.store import LETTER_BOXES, SURVEY_BOX, letter_wrap_row, list_letters
from youthvoice.threads.models import LetterKeyWrapRow, LetterRow
from youthvoice.threads.readership import reader_key
from youthvoice.threads.store import ReaderKey
from youthvoice.witnesses.log_scopes import LogSubject


@dataclass(frozen=True, slots=True)
class LetterKeyWrap:
    """A letter's key wrap for one advocate.

    Attributes:
        letter_id: 16 bytes.
        site_id: of the letter box.
        shown_from: UTC.
        due_on: until when a suggestion is decided; None for anything else.
        person_id: row of `people`.
        wrapped: a wrap or a decoy.
        tag: tells a wrap from a decoy.
    """

    letter_id: bytes
    site_id: int
    shown_from: datetime
    due_on: date | None
    person_id: int
    wrapped: bytes = field(repr=False)
    tag: bytes | None = field(repr=False)


_COLUMNS = (
    LetterRow.id,
    LetterRow.site_id,
    LetterRow.shown_from,
    LetterRow.due_on,
    LetterKeyWrapRow.person_id,
    LetterKeyWrapRow.wrapped,
    LetterKeyWrapRow.tag,
)


def list_wraps_at(session: Session, site_ids: Collection[int]) -> list[LetterKeyWrap]:
    """Every wrap of the letters of these sites."""
    return _wraps_where(session, LetterRow.site_id.in_(site_ids))


def list_wraps_of(session: Session, letter_id: bytes) -> list[LetterKeyWrap]:
    """Every wrap of one letter."""
    return _wraps_where(session, LetterRow.id == letter_id)


def list_waiting_wraps(
    session: Session, site_id: int, now: datetime, boxes: Collection[str] = LETTER_BOXES
) -> list[LetterKeyWrap]:
    """Every wrap of a site's letters that are shown and that nobody has opened, or, of suggestions, decided."""
    waits = (LetterRow.shown_from <= now, LetterRow.looked_at_on.is_(None))
    return _wraps_where(session, LetterRow.site_id == site_id, LetterRow.box.in_(boxes), *waits)


def _wraps_where(session: Session, *which: ColumnElement[bool]) -> list[LetterKeyWrap]:
    query = select(*_COLUMNS).join(LetterKeyWrapRow, LetterKeyWrapRow.letter_id == LetterRow.id)
    return [LetterKeyWrap(*row) for row in session.execute(query.where(*which))]


def lock_wraps(session: Session, letter_ids: Iterable[bytes]) -> None:
    """Lock these letters, so that nobody else changes who can open them until the transaction ends."""
    letters = select(LetterRow.id).where(LetterRow.id.in_(list(letter_ids))).order_by(LetterRow.id)
    session.execute(letters.with_for_update()).all()


def put_letter_wrap(session: Session, letter_id: bytes, wrap: key_wraps.KeyWrap) -> None:
    """Replace a person's row by this wrap or decoy."""
    session.execute(
        delete(LetterKeyWrapRow).where(
            LetterKeyWrapRow.letter_id == letter_id, LetterKeyWrapRow.person_id == wrap.person_id
        )
    )
    session.execute(insert(LetterKeyWrapRow).values(letter_wrap_row(letter_id, wrap)))


AdvocatesBySite = Mapping[int, Sequence[key_wraps.KeyHolder]]
"""The advocates of each site: trusted, not left, with their current keys."""


def letters_opened_by(session: Session, reader_key: ReaderKey, present: AdvocatesBySite) -> dict[bytes, set[int]]:
    """Every letter that this reader's key opens, with the other people who can open it; rows of `people`."""
    key, public_keys = context.keyring().key_or_new(THREADS), _public_keys(present)
    wraps = list_wraps_at(session, reader_key.site_ids)
    openers: dict[bytes, set[int]] = {
        wrap.letter_id: set()
        for wrap in wraps
        if wrap.person_id == reader_key.person_id and _opens(key, wrap, reader_key.public_key)
    }
    for wrap in wraps:
        if wrap.letter_id in openers and wrap.person_id != reader_key.person_id and _is_open(key, wrap, public_keys):
            openers[wrap.letter_id].add(wrap.person_id)
    return openers


def list_letters_read_alone(session: Session, reader_key: ReaderKey, present: AdvocatesBySite) -> set[bytes]:
    """The letters that nobody else can open: the reader must share them before leaving or getting a new key."""
    return {letter_id for letter_id, others in letters_opened_by(session, reader_key, present).items() if not others}


def find_letter_openers(  # noqa: PLR0913, PLR0917 - where, who, when and which
    session: Session,
    site_id: int,
    people: Sequence[key_wraps.KeyHolder],
    now: datetime,
    boxes: Collection[str],
    is_of_day: Callable[[LetterKeyWrap], bool],
) -> set[int]:
    """Which advocates of a site can open any letter of a day that waits in some boxes there; rows of `people`."""
    key, public_keys = context.keyring().key_or_new(THREADS), _public_keys({site_id: people})
    wraps = filter(is_of_day, list_waiting_wraps(session, site_id, now, boxes))
    return {wrap.person_id for wrap in wraps if _is_open(key, wrap, public_keys)}


def wrap_letters_for(  # noqa: PLR0913 - giver, key, recipient and scope
    session: Session,
    reader_key: ReaderKey,
    private_key: bytes,
    holder: key_wraps.KeyHolder,
    present: AdvocatesBySite,
    *,
    only_back: bool = False,
) -> int:
    """Let a colleague open letters: all that were once sealed to them, and all that nobody else can open.

    Args:
        session: may write.
        reader_key: the person who shares.
        private_key: that person's, 32 bytes.
        holder: the colleague: trusted, with their current key.
        present: the advocates of every site where both work; other sites are left as they are.
        only_back: only what was once sealed to the colleague.

    Returns:
        How many letters the colleague opens now and did not before.
    """
    reader_id = reader_key.person_id
    sites = [
        site_id for site_id, people in present.items() if holder.person_id in {person.person_id for person in people}
    ]
    lock_wraps(session, [wrap.letter_id for wrap in list_wraps_at(session, sites) if wrap.person_id == reader_id])
    key, public_keys = context.keyring().key_or_new(THREADS), _public_keys(present)
    wraps = list_wraps_at(session, sites)  # again: only now nobody else changes them
    own_wraps = [wrap for wrap in wraps if wrap.person_id == reader_id and _opens(key, wrap, reader_key.public_key)]
    holder_wraps = {wrap.letter_id: wrap for wrap in wraps if wrap.person_id == holder.person_id}
    others_open = {wrap.letter_id for wrap in wraps if wrap.person_id != reader_id and _is_open(key, wrap, public_keys)}
    number = 0
    for wrap in own_wraps:
        holder_wrap = holder_wraps.get(wrap.letter_id)
        is_shared = holder_wrap is not None or not (only_back or wrap.letter_id in others_open)
        if is_shared and _may_have(key, wrap, holder_wrap, holder):
            with suppress(CannotOpen):  # one damaged row hides no other
                private = key_wraps.unwrap_letter_key(wrap.letter_id, reader_id, wrap.wrapped, private_key)
                new_wrap = key_wraps.wrap_letter_key(key, wrap.letter_id, private, holder)
                put_letter_wrap(session, wrap.letter_id, new_wrap)
                number += 1
    return number


def exclude_from_letter(
    session: Session, letter_id: bytes, people: Iterable[int], present: Collection[key_wraps.KeyHolder]
) -> None:
    """Take a letter away from people, or never give it to them, as long as another person can open it.

    Args:
        session: may write.
        letter_id: 16 bytes.
        people: rows of `people`; the last one keeps it, where nobody else could open it.
        present: the advocates of its site: trusted, not left, with their current keys.
    """
    lock_wraps(session, [letter_id])
    key = context.keyring().key_or_new(THREADS)
    public_keys = {holder.person_id: holder.public_key for holder in present}
    wraps = {wrap.person_id: wrap for wrap in list_wraps_of(session, letter_id)}
    openers = {person_id for person_id, wrap in wraps.items() if _opens(key, wrap, public_keys.get(person_id))}
    for person_id in (person for person in people if person in wraps or person in public_keys):
        if openers - {person_id}:
            openers.discard(person_id)
            put_letter_wrap(session, letter_id, key_wraps.excluded_wrap(key, letter_id, person_id))


def _public_keys(present: AdvocatesBySite) -> dict[tuple[int, int], bytes]:
    """The public key of each advocate, by site and person."""
    return {(site_id, holder.person_id): holder.public_key for site_id, people in present.items() for holder in people}


def _is_open(key: bytes, wrap: LetterKeyWrap, public_keys: Mapping[tuple[int, int], bytes]) -> bool:
    """Whether a wrap opens its letter for an advocate who is present."""
    return _opens(key, wrap, public_keys.get((wrap.site_id, wrap.person_id)))


def _opens(key: bytes, wrap: LetterKeyWrap, public: bytes | None) -> bool:
    """Whether a wrap opens its letter for the holder of this key."""
    return public is not None and key_wraps.is_same_tag(
        wrap.tag, key_wraps.letter_tag(key, wrap.letter_id, wrap.person_id, public)
    )


def _may_have(
    key: bytes, letter_wrap: LetterKeyWrap, own_wrap: LetterKeyWrap | None, holder: key_wraps.KeyHolder
) -> bool:
    """Whether the colleague neither opens it already nor was excluded from it."""
    if own_wrap is None:
        return True
    refusing_tags = (
        key_wraps.letter_tag(key, letter_wrap.letter_id, holder.person_id, holder.public_key),
        key_wraps.excluded_tag(key, letter_wrap.letter_id, holder.person_id),
    )
    return not any(key_wraps.is_same_tag(own_wrap.tag, tag) for tag in refusing_tags)


def advocates_by_site(session: Session, site_ids: Collection[int]) -> AdvocatesBySite:
    """The current advocates of these sites."""
    return {site_id: there.advocates for site_id, there in find_readers_at_sites(session, site_ids).items()}


def list_colleagues(session: Session, caller: Caller, site_ids: Collection[int]) -> list[Reader]:
    """The other advocates of some of the caller's sites, by name."""
    there = find_readers_at_sites(session, site_ids).values()
    readers = {reader.person_id: reader for readers in there for reader in readers.advocates}
    return sorted(
        (reader for reader in readers.values() if reader.person_id != caller.person_id), key=lambda reader: reader.name
    )


def share_letters(session: Session, caller: Caller, reader: Reader, *, only_back: bool = False) -> None:
    """Wrap for a colleague what the caller can open and the colleague may have.

    Args:
        session: may write.
        caller: who shares.
        reader: the colleague.
        only_back: only what was once sealed to the colleague.
    """
    present, key = advocates_by_site(session, caller.site_ids), reader_key(session, caller)
    wrap_letters_for(session, key, open_private_key(caller), reader, present, only_back=only_back)


def letter_log_subjects(session: Session, caller: Caller) -> dict[str, LogSubject]:
    """The log subjects that the caller sees: letters that their key opens, as "a letter" (`witnesses/log_scopes`)."""
    if not caller.may("letters.read"):
        return {}
    letter_envelopes = list_letters(session, reader_key(session, caller), context.now())
    return {
        envelope.id.hex(): LogSubject(_("A letter"), url_for("letters.envelope", letter_id=envelope.id.hex()))
        for envelope in letter_envelopes
        if envelope.box == SURVEY_BOX
    }

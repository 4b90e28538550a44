"""Every query of the letters of surveys. Only what is already sealed gets in, and nothing here can open it.

Suggestions lie in the same table, in another box (`suggestion_store`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, Table, insert, select, update
from sqlalchemy.orm import Session

from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import THREADS
from youthvoice.threads.key_wraps import Wrapped
from youthvoice.threads.letters.key_wraps import is_tag, tag_of
from youthvoice.threads.letters.letter import SealedLetter
from youthvoice.threads.models import Letter, Wrap
from youthvoice.threads.store import Me

_letters: Table = Letter.__table__  # type: ignore[assignment] # Core, not objects: written with every sheet
_wraps: Table = Wrap.__table__  # type: ignore[assignment]
_ADD_LETTER, _ADD_WRAP = insert(_letters), insert(_wraps)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A letter from outside, as its reader sees it in a list.

    Attributes:
        id: 16 bytes.
        site_id: whose letter box.
        round_id: the round that asked.
        question: name of the question.
        day: it arrived.
        shown_from: UTC.
        looked_at_on: first look by any advocate; None while it waits.
        held: whether it outlives its month, because two advocates said so.
    """

    id: bytes
    site_id: int
    round_id: int
    question: str
    day: date
    shown_from: datetime
    looked_at_on: date | None
    held: bool = False


@dataclass(frozen=True, slots=True)
class ForReader:
    """What one advocate needs to open one letter."""

    envelope: Envelope
    destruction_month: str
    body: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)


_SHOWN = ("id", "site_id", "round_id", "question", "day", "shown_from", "looked_at_on", "held")
_OUTSIDE = tuple(getattr(Letter, name) for name in _SHOWN)
_SURVEYS = Letter.box == "survey"


def post_letters(connection: Connection, letters: Sequence[SealedLetter]) -> None:
    """Put letters into the box."""
    if not letters:
        return
    connection.execute(_ADD_LETTER, [_row(letter) for letter in letters])
    wraps = [wrap_row(letter.id, each) for letter in letters for each in letter.wraps]
    connection.execute(_ADD_WRAP, wraps)


def _row(letter: SealedLetter) -> dict[str, object]:
    return {
        "id": letter.id,
        "site_id": letter.site_id,
        "box": letter.box,
        "round_id": letter.round_id,
        "committee_id": letter.committee_id,
        "question": letter.question,
        "body": letter.body.blob,
        "destruction_month": letter.destruction_month,
        "day": letter.day,
        "shown_from": letter.shown_from,
        "due_on": letter.due_on,
    }


def letters_for(session: Session, keyring: Keyring, me: Me, now: datetime) -> list[Envelope]:
    """The letters that somebody's key opens now: newest day first, shuffled within a day (ids are random)."""
    found = session.execute(
        select(*_OUTSIDE, Wrap.tag)
        .join(Wrap, Wrap.letter_id == Letter.id)
        .where(_SURVEYS, Wrap.person_id == me.person_id, Letter.site_id.in_(me.site_ids), Letter.shown_from <= now)
        .order_by(Letter.day.desc(), Letter.id)
    )
    key = keyring.key_or_new(THREADS)
    return [Envelope(*outside) for *outside, tag in found if _is_hers(key, outside[0], me, tag)]


def letter_for(session: Session, keyring: Keyring, letter_id: bytes, me: Me, now: datetime) -> ForReader | None:
    """One letter for one advocate; None where her key opens none, she works elsewhere, or its hour has not come."""
    row = session.execute(
        select(*_OUTSIDE, Letter.destruction_month, Letter.body, Wrap.wrapped, Wrap.tag)
        .join(Wrap, Wrap.letter_id == Letter.id)
        .where(
            _SURVEYS,
            Letter.id == letter_id,
            Wrap.person_id == me.person_id,
            Letter.site_id.in_(me.site_ids),
            Letter.shown_from <= now,
        )
    ).first()
    if row is None or not _is_hers(keyring.key_or_new(THREADS), letter_id, me, row.tag):
        return None
    *outside, month, body, wrapped, _tag = row
    return ForReader(Envelope(*outside), month, body, wrapped)


def look_at(session: Session, letter_id: bytes, day: date) -> None:
    """Note the day of the first look; later looks change nothing."""
    session.execute(
        update(Letter).where(Letter.id == letter_id, Letter.looked_at_on.is_(None)).values(looked_at_on=day)
    )


def waiting(session: Session, now: datetime) -> list[tuple[int, datetime]]:
    """(site, shown from) of every box whose hour has come and where a letter waits for its first look."""
    found = session.execute(
        select(Letter.site_id, Letter.shown_from)
        .where(_SURVEYS, Letter.shown_from <= now, Letter.looked_at_on.is_(None))
        .distinct()
        .order_by(Letter.site_id, Letter.shown_from)
    )
    return [(site_id, shown) for site_id, shown in found]


def wrap_row(letter_id: bytes, each: Wrapped) -> dict[str, object]:
    """A wrap as its table takes it."""
    return {"letter_id": letter_id, "person_id": each.person_id, "wrapped": each.wrapped, "tag": each.tag}


def _is_hers(key: bytes, letter_id: bytes, me: Me, tag: bytes | None) -> bool:
    return is_tag(tag, tag_of(key, letter_id, me.person_id, me.public_key))

"""Every query of letters. Only what is already sealed gets in, and nothing here can open it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, Table, insert, select, update
from sqlalchemy.orm import Session

from youthvoice.threads.models import Letter, Wrap
from youthvoice.threads.sealed import SealedLetter

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


def post_letters(connection: Connection, letters: Sequence[SealedLetter]) -> None:
    """Put letters into the box."""
    if not letters:
        return
    connection.execute(_ADD_LETTER, [_row(letter) for letter in letters])
    wraps = [
        {"letter_id": letter.id, "person_id": person_id, "wrapped": wrapped}
        for letter in letters
        for person_id, wrapped in letter.wraps.items()
    ]
    connection.execute(_ADD_WRAP, wraps)


def _row(letter: SealedLetter) -> dict[str, object]:
    return {
        "id": letter.id,
        "site_id": letter.site_id,
        "round_id": letter.round_id,
        "question": letter.question,
        "body": letter.body.blob,
        "destruction_month": letter.destruction_month,
        "day": letter.day,
        "shown_from": letter.shown_from,
    }


def letters_for(session: Session, person_id: int, site_ids: Collection[int], now: datetime) -> list[Envelope]:
    """The letters one advocate may open now: newest day first, shuffled within a day (ids are random)."""
    found = session.execute(
        select(*_OUTSIDE)
        .join(Wrap, Wrap.letter_id == Letter.id)
        .where(Wrap.person_id == person_id, Letter.site_id.in_(site_ids), Letter.shown_from <= now)
        .order_by(Letter.day.desc(), Letter.id)
    )
    return [Envelope(*row) for row in found]


def letter_for(
    session: Session, letter_id: bytes, person_id: int, site_ids: Collection[int], now: datetime
) -> ForReader | None:
    """One letter for one advocate; None where she has no wrap, works elsewhere, or its hour has not come."""
    row = session.execute(
        select(*_OUTSIDE, Letter.destruction_month, Letter.body, Wrap.wrapped)
        .join(Wrap, Wrap.letter_id == Letter.id)
        .where(
            Letter.id == letter_id,
            Wrap.person_id == person_id,
            Letter.site_id.in_(site_ids),
            Letter.shown_from <= now,
        )
    ).first()
    if row is None:
        return None
    *outside, month, body, wrapped = row
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
        .where(Letter.shown_from <= now, Letter.looked_at_on.is_(None))
        .distinct()
        .order_by(Letter.site_id, Letter.shown_from)
    )
    return [(site_id, shown) for site_id, shown in found]

"""Queries of the letter box: letters of surveys, good news, and suggestions for an agenda.

All are in the same table. Letters and good news are listed together and have one deadline, the first look; suggestions
have a list and deadlines of their own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.db import count_changed
from youthvoice.privacy.keys.key_names import THREADS
from youthvoice.threads.key_wraps import KeyWrap, is_same_tag, letter_tag
from youthvoice.threads.letters.letter_box import EncryptedLetter, SealedLetter
from youthvoice.threads.models import LetterKeyWrapRow, LetterRow
from youthvoice.threads.store import ReaderKey

_letters: Table = LetterRow.__table__  # type: ignore[assignment] # Core, not objects: written with every submission

_wraps: Table = LetterKeyWrapRow.__table__  # type: ignore[assignment]

_ADD_LETTER, _ADD_WRAP = insert(_letters), insert(_wraps)


@dataclass(frozen=True, slots=True)
class LetterEnvelope:
    """A letter from outside, as in its reader's list.

    Attributes:
        id: 16 bytes.
        site_id: of the letter box.
        box: `SURVEY_BOX` or `GOOD_BOX`.
        round_id: of the round; None of good news.
        question: name of the question; empty of good news.
        day: it arrived.
        shown_from: UTC.
        looked_at_on: first look by any advocate; None while it waits.
        held: whether two advocates put it on hold, so that it outlives its month.
    """

    id: bytes
    site_id: int
    box: str
    round_id: int | None
    question: str
    day: date
    shown_from: datetime
    looked_at_on: date | None
    held: bool = False


_ENVELOPE_FIELDS = ("id", "site_id", "box", "round_id", "question", "day", "shown_from", "looked_at_on", "held")

_OUTSIDE = tuple(getattr(LetterRow, name) for name in _ENVELOPE_FIELDS)

_SEALED = (LetterRow.id, LetterRow.body, LetterRow.destruction_month, LetterKeyWrapRow.wrapped)
"""In the order of `EncryptedLetter`."""

SURVEY_BOX: Final = "survey"

AGENDA_BOX: Final = "agenda"

GOOD_BOX: Final = "good"

LETTER_BOXES: Final = (SURVEY_BOX, GOOD_BOX)
"""What advocates find in one list, and open by the same day."""


def add_letters(connection: Connection, letters: Sequence[SealedLetter]) -> None:
    """Store letters with their wraps."""
    if not letters:
        return
    connection.execute(_ADD_LETTER, [_row(letter) for letter in letters])
    wraps = [letter_wrap_row(letter.id, wrap) for letter in letters for wrap in letter.wraps]
    connection.execute(_ADD_WRAP, wraps)


_UNSEALED_FIELDS = tuple(field.name for field in fields(SealedLetter) if field.name not in {"body", "wraps"})


def _row(letter: SealedLetter) -> dict[str, object]:
    return {"body": letter.body.blob, **{name: getattr(letter, name) for name in _UNSEALED_FIELDS}}


def _opened_by(
    session: Session, reader_key: ReaderKey, boxes: Collection[str], now: datetime, query: Select[Any]
) -> list[tuple[Any, ...]]:
    """Rows of some boxes that this reader's key opens now; none at other sites, or before their daily hour.

    Each is what the query selects, and the tag of the reader's wrap behind it.
    """
    letters = query.join(LetterKeyWrapRow, LetterKeyWrapRow.letter_id == LetterRow.id).where(
        LetterRow.box.in_(boxes),
        LetterKeyWrapRow.person_id == reader_key.person_id,
        LetterRow.site_id.in_(reader_key.site_ids),
        LetterRow.shown_from <= now,
    )
    key = context.keyring().key_or_new(THREADS)
    rows = session.execute(letters.add_columns(LetterKeyWrapRow.tag))
    return [
        tuple(row)
        for row in rows
        if is_same_tag(row.tag, letter_tag(key, row.id, reader_key.person_id, reader_key.public_key))
    ]


def count_letters_of_round(session: Session, round_id: int, now: datetime) -> int:
    """How many letters of a round exist, of those that are shown to advocates by now (A10)."""
    conditions = (LetterRow.round_id == round_id, LetterRow.shown_from <= now)
    return session.scalar(select(func.count()).select_from(LetterRow).where(*conditions)) or 0


def list_letters(session: Session, reader_key: ReaderKey, now: datetime) -> list[LetterEnvelope]:
    """The letters that this reader's key opens now: newest day first, shuffled within a day (ids are random)."""
    query = select(*_OUTSIDE).order_by(LetterRow.day.desc(), LetterRow.id)
    return [LetterEnvelope(*outside) for *outside, _tag in _opened_by(session, reader_key, LETTER_BOXES, now, query)]


def find_letter(
    session: Session, letter_id: bytes, reader_key: ReaderKey, now: datetime, box: str = SURVEY_BOX
) -> tuple[LetterEnvelope, EncryptedLetter] | None:
    """One letter of a box for one advocate; None where their key opens it not, at other sites, or before its hour."""
    query = select(*_OUTSIDE, *_SEALED).where(LetterRow.id == letter_id)
    for *outside, its_id, body, month, wrapped, _tag in _opened_by(session, reader_key, (box,), now, query):
        return LetterEnvelope(*outside), EncryptedLetter(its_id, body, month, wrapped)
    return None


def mark_letter_opened(session: Session, letter_id: bytes, day: date) -> None:
    """Note the day of the first look; later looks change nothing."""
    session.execute(
        update(LetterRow).where(LetterRow.id == letter_id, LetterRow.looked_at_on.is_(None)).values(looked_at_on=day)
    )


def list_waiting_boxes(session: Session, now: datetime) -> list[tuple[int, datetime]]:
    """(site, shown from) of every box whose daily hour has come and where a letter waits for its first look."""
    boxes = session.execute(
        select(LetterRow.site_id, LetterRow.shown_from)
        .where(LetterRow.box.in_(LETTER_BOXES), LetterRow.shown_from <= now, LetterRow.looked_at_on.is_(None))
        .distinct()
        .order_by(LetterRow.site_id, LetterRow.shown_from)
    )
    return [(site_id, moment) for site_id, moment in boxes]


def letter_wrap_row(letter_id: bytes, wrap: KeyWrap) -> dict[str, object]:
    """The columns of a wrap."""
    return {"letter_id": letter_id, "person_id": wrap.person_id, "wrapped": wrap.wrapped, "tag": wrap.tag}


@dataclass(frozen=True, slots=True)
class WaitingSuggestion:
    """A suggestion from outside.

    Attributes:
        id: 16 bytes.
        site_id: where.
        committee_id: of the agenda.
        shown_from: the daily hour from which it is shown, UTC.
        due_on: the day by which advocates promised a decision to the child.
        on_hold_since: the day on which somebody put it on hold; None before.
    """

    id: bytes
    site_id: int
    committee_id: int
    shown_from: datetime
    due_on: date
    on_hold_since: date | None


_SUGGESTION_FIELDS = ("id", "site_id", "committee_id", "shown_from", "due_on", "looked_at_on")

_SUGGESTION_COLUMNS = tuple(getattr(LetterRow, name) for name in _SUGGESTION_FIELDS)

_AGENDA_DAY = tuple(getattr(LetterRow, name) for name in ("site_id", "committee_id", "due_on"))

_AGENDA = LetterRow.box == AGENDA_BOX


def list_suggestions(session: Session, reader_key: ReaderKey, now: datetime) -> list[WaitingSuggestion]:
    """The suggestions that this reader's key opens now: the earliest due first, shuffled within a day."""
    query = select(*_SUGGESTION_COLUMNS).order_by(LetterRow.due_on, LetterRow.committee_id, LetterRow.id)
    return [
        WaitingSuggestion(*outside) for *outside, _tag in _opened_by(session, reader_key, (AGENDA_BOX,), now, query)
    ]


def find_suggestion(
    session: Session, letter_id: bytes, reader_key: ReaderKey, now: datetime
) -> tuple[WaitingSuggestion, EncryptedLetter] | None:
    """One suggestion for one advocate; None where their key does not open it, at other sites, or before its hour."""
    query = select(*_SUGGESTION_COLUMNS, *_SEALED).where(LetterRow.id == letter_id)
    for *outside, its_id, body, month, wrapped, _tag in _opened_by(session, reader_key, (AGENDA_BOX,), now, query):
        return WaitingSuggestion(*outside), EncryptedLetter(its_id, body, month, wrapped)
    return None


class LetterState(NamedTuple):
    """The state of a letter or suggestion; nothing of it is opened.

    Attributes:
        waits: whether adults still have to read it, or to decide.
        is_on_hold: whether two advocates put it on hold.
    """

    id: bytes
    waits: bool
    is_on_hold: bool


def list_letter_states(session: Session, site_id: int) -> list[LetterState]:
    """Every letter and suggestion of a site, for all readers, also before its daily hour."""
    query = select(LetterRow.id, LetterRow.box, LetterRow.looked_at_on, LetterRow.held)
    rows = session.execute(query.where(LetterRow.site_id == site_id))
    return [LetterState(row.id, row.looked_at_on is None or row.box == AGENDA_BOX, row.held) for row in rows]


def list_waiting_suggestions(session: Session, now: datetime) -> list[tuple[int, int, date]]:
    """(site, committee, due) of every day on which a suggestion that is shown waits for its first decision."""
    query = select(*_AGENDA_DAY).where(*_waits(now)).distinct().order_by(*_AGENDA_DAY)
    return [(site_id, committee_id, due) for site_id, committee_id, due in session.execute(query)]


def hold_suggestion(session: Session, letter_id: bytes, day: date) -> bool:
    """Put a suggestion on hold; False where somebody decided about it before."""
    undecided = update(LetterRow).where(_AGENDA, LetterRow.id == letter_id, LetterRow.looked_at_on.is_(None))
    return bool(count_changed(session, undecided.values(looked_at_on=day)))


def remove_suggestion(session: Session, suggestion: WaitingSuggestion) -> bool:
    """Delete a decided suggestion with its wraps; False where somebody changed it before."""
    held_since = LetterRow.looked_at_on
    unchanged = held_since.is_(None) if suggestion.on_hold_since is None else held_since == suggestion.on_hold_since
    return bool(count_changed(session, delete(LetterRow).where(_AGENDA, LetterRow.id == suggestion.id, unchanged)))


def remove_good_news(session: Session, letter_id: bytes) -> bool:
    """Delete good news with its wraps, because something became of it; False where a colleague was first."""
    return bool(count_changed(session, delete(LetterRow).where(LetterRow.box == GOOD_BOX, LetterRow.id == letter_id)))


def _waits(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (_AGENDA, LetterRow.shown_from <= now, LetterRow.looked_at_on.is_(None))

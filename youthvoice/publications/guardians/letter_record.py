"""The record of letters: for each letter to an address, one row for each view in it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from youthvoice.context import AppCache
from youthvoice.publications.guardians.store import address_mark
from youthvoice.publications.models import GuardianAddressRow, GuardianLetterRow

AnswerDays = Mapping[bytes, date | None]
"""By `address_mark`: the day of the newest answer in a letter to it about one view; None for a letter without one."""


class WrittenView(NamedTuple):
    """A view in a letter, and the day of its answer; None if it was not complete."""

    publication_id: int
    answer_day: date | None


def record_letter(session: Session, address_id: int, message_id: str, written_view: WrittenView, day: date) -> None:
    """Record that a letter to an address contains a view.

    Args:
        session: the one that puts the letter into the outbox.
        address_id: row of the address.
        message_id: of the letter.
        written_view: the view.
        day: today at the site.
    """
    values = {"publication_id": written_view.publication_id, "told_of": written_view.answer_day, "written_on": day}
    session.add(GuardianLetterRow(address_id=address_id, message_id=message_id, **values))


class _LettersRead(NamedTuple):
    """The letters about a view that this process has read: how many, the last of them, and whom they reached."""

    number: int = 0
    last_id: int = 0
    last_message_id: str = ""
    days: AnswerDays = {}  # noqa: RUF012 - never changed


_read: Final = AppCache[int, _LettersRead](20)


def answers_known(session: Session, publication_id: int) -> AnswerDays:
    """Which addresses got letters about a view, at any site: a family known at two sites gets one letter.

    A view of a thousand sites has as many thousand letters, and each site asks before it writes its own: every process
    decrypts the address of each letter once, and again only where letters were removed.
    """
    letters_read = _read.find(publication_id) or _LettersRead()
    about = GuardianLetterRow.publication_id == publication_id
    message_id_of_last = case((GuardianLetterRow.id == letters_read.last_id, GuardianLetterRow.message_id), else_="")
    counted = select(func.count(), func.max(message_id_of_last)).where(about)
    number, last_message_id = session.execute(counted).one()
    letters = _list_letters_after(session, publication_id, letters_read.last_id)
    if letters_read.number + len(letters) != number or (last_message_id or "") != letters_read.last_message_id:
        letters_read, letters = _LettersRead(), _list_letters_after(session, publication_id, 0)
    if not letters:
        return letters_read.days
    days = dict(letters_read.days)
    for letter, address in letters:
        mark = address_mark(address)
        days[mark] = max(filter(None, (days.get(mark), letter.told_of)), default=None)
    last_letter = letters[-1][0]
    _read.put(publication_id, _LettersRead(number, last_letter.id, last_letter.message_id, days))
    return days


def _list_letters_after(
    session: Session, publication_id: int, letter_id: int
) -> Sequence[tuple[GuardianLetterRow, GuardianAddressRow]]:
    query = (
        select(GuardianLetterRow, GuardianAddressRow)
        .join(GuardianAddressRow, GuardianAddressRow.id == GuardianLetterRow.address_id)
        .where(GuardianLetterRow.publication_id == publication_id, GuardianLetterRow.id > letter_id)
        .order_by(GuardianLetterRow.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def list_letters(
    session: Session, site_ids: Collection[int], since: date, address_id: int | None = None
) -> list[tuple[GuardianLetterRow, GuardianAddressRow]]:
    """The letters to the addresses of some sites, the newest first.

    Args:
        session: only read.
        site_ids: the sites.
        since: written on this day or later.
        address_id: only those to this one.
    """
    query = (
        select(GuardianLetterRow, GuardianAddressRow)
        .join(GuardianAddressRow, GuardianAddressRow.id == GuardianLetterRow.address_id)
        .where(GuardianAddressRow.site_id.in_(site_ids), GuardianLetterRow.written_on >= since)
        .order_by(GuardianLetterRow.written_on.desc(), GuardianLetterRow.id.desc())
    )
    if address_id is not None:
        query = query.where(GuardianAddressRow.id == address_id)
    return [(row[0], row[1]) for row in session.execute(query)]

"""The record of letters: for each letter to an address, one row for each view in it."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.publications.guardians.store import address_key
from youthvoice.publications.models import GuardianAddressRow, GuardianLetterRow

AnswerDays = Mapping[tuple[int, str], date | None]
"""By view and lower-case address: the day of the newest answer in a letter there; None for a letter without one."""


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


def list_answers_known(session: Session, publication_ids: Collection[int]) -> AnswerDays:
    """Which addresses got letters about some views, at any site: a family known at two sites gets one letter."""
    query = select(GuardianLetterRow, GuardianAddressRow).join(
        GuardianAddressRow, GuardianAddressRow.id == GuardianLetterRow.address_id
    )
    plain_addresses: dict[int, str] = {}
    days: dict[tuple[int, str], date | None] = {}
    for letter, address in session.execute(query.where(GuardianLetterRow.publication_id.in_(publication_ids))):
        if address.id not in plain_addresses:
            plain_addresses[address.id] = address_key(address).casefold()
        key = (letter.publication_id, plain_addresses[address.id])
        days[key] = max(filter(None, (days.get(key), letter.told_of)), default=None)
    return days


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

"""What each address was written about: one row for each view in a letter."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.publications.guardians.store import plain_or_own
from youthvoice.publications.models import GuardianAddressRow, GuardianLetterRow

Known = Mapping[tuple[int, str], date | None]
"""By view and address, capitals aside, the day of the newest answer that a letter there bore; None for none yet."""


class WrittenView(NamedTuple):
    """A view in a letter, and the day of the answer that stands beside it; None where nothing was settled."""

    publication_id: int
    told_of: date | None


def note_letter(session: Session, address_id: int, message_id: str, written_view: WrittenView, day: date) -> None:
    """Keep that a letter to an address tells of a view.

    Args:
        session: that puts the letter into the outbox.
        address_id: row.
        message_id: of the letter.
        written_view: the view.
        day: today at the site.
    """
    values = {"publication_id": written_view.publication_id, "told_of": written_view.told_of, "written_on": day}
    session.add(GuardianLetterRow(address_id=address_id, message_id=message_id, **values))


def list_known(session: Session, publication_ids: Collection[int]) -> Known:
    """Who was written to about some views, at whichever site: a family that is known at two gets one letter."""
    query = select(GuardianLetterRow, GuardianAddressRow).join(
        GuardianAddressRow, GuardianAddressRow.id == GuardianLetterRow.address_id
    )
    opened: dict[int, str] = {}
    days: dict[tuple[int, str], date | None] = {}
    for letter, address in session.execute(query.where(GuardianLetterRow.publication_id.in_(publication_ids))):
        if address.id not in opened:
            opened[address.id] = plain_or_own(address).casefold()
        key = (letter.publication_id, opened[address.id])
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

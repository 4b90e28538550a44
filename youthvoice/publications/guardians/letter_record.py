"""The record of letters: for each letter to an address, one row for each view in it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from youthvoice.context import AppCache
from youthvoice.publications.guardians.store import address_mark
from youthvoice.publications.models import GuardianAddressRow, GuardianLetterRow, PublicationRow, PublicationSiteRow
from youthvoice.surveys.rounds.store import select_answered_rounds

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
    """The letters about a view that this process has read: their rows, the last of them, and whom they reached."""

    ids: frozenset[int] = frozenset()
    last_message_id: str = ""
    days: AnswerDays = {}  # noqa: RUF012 - never changed


_read: Final = AppCache[int, _LettersRead](500)  # the views of many sites in turn, each with some letters


def answers_known(session: Session, publication_id: int) -> AnswerDays:
    """Which addresses got letters about a view, at any site: a family known at two sites gets one letter.

    A view of a thousand sites has as many thousand letters, and each site asks before it writes its own: every process
    decrypts the address of each letter once, and again only where letters were removed. Of two processes that write,
    the one that began first may commit last, so the row of a new letter may come before those that were read.
    """
    letters_read = _read.find(publication_id) or _LettersRead()
    row_id, about = GuardianLetterRow.id, GuardianLetterRow.publication_id == publication_id
    last_id = max(letters_read.ids, default=0)
    message_id_of_last = func.max(case((row_id == last_id, GuardianLetterRow.message_id), else_=""))
    counted = select(func.count(), func.coalesce(func.sum(row_id), 0), func.coalesce(message_id_of_last, ""))
    number, sum_of_ids, last_message_id = session.execute(counted.where(about)).one()
    is_last_there = last_message_id == letters_read.last_message_id
    if is_last_there and (number, sum_of_ids) == (len(letters_read.ids), sum(letters_read.ids)):
        return letters_read.days
    ids = frozenset(session.scalars(select(row_id).where(about)))
    if not is_last_there or not letters_read.ids <= ids:
        letters_read = _LettersRead()
    new_ids, days = ids - letters_read.ids, dict(letters_read.days)
    letters = _list_letters_from(session, publication_id, min(new_ids, default=0))
    for letter, address in letters:
        if letter.id in new_ids:
            mark = address_mark(address)
            days[mark] = max(filter(None, (days.get(mark), letter.told_of)), default=None)
    last_message_id = letters[-1][0].message_id if letters else ""
    _read.put(publication_id, _LettersRead(ids, last_message_id, days))
    return days


def _list_letters_from(
    session: Session, publication_id: int, letter_id: int
) -> Sequence[tuple[GuardianLetterRow, GuardianAddressRow]]:
    query = (
        select(GuardianLetterRow, GuardianAddressRow)
        .join(GuardianAddressRow, GuardianAddressRow.id == GuardianLetterRow.address_id)
        .where(GuardianLetterRow.publication_id == publication_id, GuardianLetterRow.id >= letter_id)
        .order_by(GuardianLetterRow.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class WrittenSite:
    """A site whose guardians got a letter about the newest view of a round, and do not know the answer.

    Attributes:
        answered_on: day of the answer.
    """

    publication_id: int
    site_id: int
    answered_on: date


def list_sites_to_tell(session: Session, since: date) -> list[WrittenSite]:
    """The sites whose guardians got a letter about a round that was answered later; nothing is decrypted.

    Where they also got one about the later round of a pair, the letter about that one contains the answer.

    Args:
        session: only read.
        since: only the rounds that were answered on this day or later.
    """
    answered = select_answered_rounds(since)
    query = select(PublicationRow.id, PublicationSiteRow.site_id, answered.c.settled_on).join_from(
        answered, PublicationRow, PublicationRow.round_id == answered.c.round_id
    )
    written = query.join(PublicationSiteRow, PublicationSiteRow.publication_id == PublicationRow.id).where(*_IS_WRITTEN)
    other, other_site = aliased(PublicationRow), aliased(PublicationSiteRow)
    is_newer = and_(other.round_id == PublicationRow.round_id, other.version > PublicationRow.version)
    is_later = and_(other.round_id == answered.c.last_id, other.round_id != PublicationRow.round_id)
    at_site = other_site.publication_id == other.id, other_site.site_id == PublicationSiteRow.site_id
    contains_it = exists().where(
        or_(is_newer, is_later), other.audience == "guardians", other_site.sent_on.is_not(None), *at_site
    )
    does_not_know = PublicationSiteRow.told_of.is_distinct_from(answered.c.settled_on)
    return [WrittenSite(*row) for row in session.execute(written.where(does_not_know, ~contains_it))]


_IS_WRITTEN = PublicationRow.audience == "guardians", PublicationSiteRow.sent_on.is_not(None)


def lock_written_site(session: Session, written_site: WrittenSite) -> PublicationSiteRow:
    """The row of such a site, locked until the transaction ends."""
    key = (
        PublicationSiteRow.publication_id == written_site.publication_id,
        PublicationSiteRow.site_id == written_site.site_id,
    )
    return session.scalars(select(PublicationSiteRow).where(*key).with_for_update()).one()


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

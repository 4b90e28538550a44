"""Store and find good news on the boards of sites."""

import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.good_news.encryption import BoardNews, decrypt_board_news, encrypt_board_news
from youthvoice.good_news.models import GoodNewsRow
from youthvoice.good_news.rules import THANKS_WEEKS, WHY_NOT_WEEKS, week_of
from youthvoice.privacy.encrypted_json import check_opening

THANKS: Final = b"thanks"
"""In place of the id of an entry: the line of the board that adults here got thank-yous. No row has this id."""

_A_WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class BoardNewsEntry:
    """An entry on a site's board.

    Attributes:
        id: 16 random bytes.
        site_id: whose board.
        week: the Monday of the week in which two adults agreed; in `list_thanks` the one after, when it is shown first.
        news: what it shows.
    """

    id: bytes
    site_id: int
    week: date
    news: BoardNews


def add_board_news(  # noqa: PLR0913, PLR0917 - what, where, when, by whom
    session: Session, site_id: int, board_news: BoardNews, today: date, written_by: int, agreed_by: int | None
) -> None:
    """Store an entry for the board of a site; a thank-you is seen by its adult only, from the next Monday on.

    Args:
        session: may write.
        site_id: whose board.
        board_news: what it shows.
        today: at the site; only its week is stored.
        written_by: row of the advocate.
        agreed_by: row of the second adult; None for an entry that says only why something is not there.
    """
    entry_id = secrets.token_bytes(16)
    locked = encrypt_board_news(context.keyring(), entry_id, site_id, board_news)
    people = {"written_by": written_by, "agreed_by": agreed_by, "for_adult": bool(board_news.adult)}
    session.add(GoodNewsRow(id=entry_id, site_id=site_id, week=week_of(today), locked=locked, **people))
    session.flush()


def list_board_weeks(session: Session, site_id: int, today: date) -> list[tuple[bytes, date]]:
    """Id and week of each entry on the board of a site, and of `THANKS`; nothing is decrypted.

    `THANKS` says that some adult of the site sees a thank-you this week: not which one, nor how many.
    """
    query = select(GoodNewsRow.id, GoodNewsRow.week).where(*_is_on_board([site_id], today))
    thanks = select(GoodNewsRow.id).where(GoodNewsRow.site_id == site_id, _is_seen(today)).limit(1)
    on_this_week = [(THANKS, week_of(today))] if session.scalar(thanks) is not None else []
    return [*on_this_week, *((entry_id, week) for entry_id, week in session.execute(query))]


def _is_on_board(site_ids: Collection[int], today: date) -> tuple[ColumnElement[bool], ...]:
    return GoodNewsRow.site_id.in_(site_ids), GoodNewsRow.for_adult.is_(False), ~_has_ended(today)


def find_board_news(session: Session, entry_id: bytes) -> BoardNewsEntry | None:
    """An entry, also a thank-you or one that has ended; None where it is deleted, or does not open (see `doctor`)."""
    row = session.get(GoodNewsRow, entry_id)
    return _open_or_none(row) if row else None


def _open_or_none(row: GoodNewsRow) -> BoardNewsEntry | None:
    try:
        return _open(row)
    except (CannotOpen, KeyGone):
        return None


def list_board_news(session: Session, site_ids: Collection[int], today: date) -> list[BoardNewsEntry]:
    """What is on the boards of some sites, the newest week first, in random order within a week."""
    query = select(GoodNewsRow).where(*_is_on_board(site_ids, today)).order_by(GoodNewsRow.week.desc(), GoodNewsRow.id)
    return [entry for row in session.scalars(query) if (entry := _open_or_none(row))]


def list_thanks(session: Session, site_ids: Collection[int], today: date, person_id: int) -> list[BoardNewsEntry]:
    """The thank-yous that an adult sees at sites this week, the newest week first, in random order within a week."""
    query = select(GoodNewsRow).where(GoodNewsRow.site_id.in_(site_ids), _is_seen(today))
    entries = [entry for row in session.scalars(query) if (entry := _open_or_none(row))]
    own = [replace(entry, week=entry.week + _A_WEEK) for entry in entries if entry.news.adult == person_id]
    return sorted(own, key=lambda entry: (-entry.week.toordinal(), entry.id))


def list_passed_on(session: Session, site_ids: Collection[int], today: date) -> list[BoardNewsEntry]:
    """Every thank-you to an adult of some sites that is seen already or from the next Monday on, in random order."""
    query = select(GoodNewsRow).where(GoodNewsRow.site_id.in_(site_ids), GoodNewsRow.for_adult, ~_has_ended(today))
    return [entry for row in session.scalars(query.order_by(GoodNewsRow.id)) if (entry := _open_or_none(row))]


def _is_seen(today: date) -> ColumnElement[bool]:
    return and_(GoodNewsRow.for_adult, GoodNewsRow.week < week_of(today), ~_has_ended(today))


def delete_ended(session: Session, today: date) -> None:
    """Delete what said long enough why something is not on a board, and thank-yous that were there long enough."""
    session.execute(delete(GoodNewsRow).where(_has_ended(today)))


def _has_ended(today: date) -> ColumnElement[bool]:
    """News stays; a thank-you, or why something is not there, is over after some weeks.

    A thank-you is seen a week after the agreement, so it ends a week later than its `week` says: `<`, not `<=`.
    """
    last_reason, first_thanks = (week_of(today) - _A_WEEK * weeks for weeks in (WHY_NOT_WEEKS, THANKS_WEEKS))
    is_old_reason = and_(GoodNewsRow.agreed_by.is_(None), GoodNewsRow.week <= last_reason)
    return or_(is_old_reason, and_(GoodNewsRow.for_adult, GoodNewsRow.week < first_thanks))


def _open(row: GoodNewsRow) -> BoardNewsEntry:
    news = decrypt_board_news(context.keyring(), row.id, row.site_id, row.locked)
    return BoardNewsEntry(row.id, row.site_id, row.week, news)


def check_board_news() -> Iterator[bool]:
    """Whether each entry of the boards opens with the present key files."""
    return check_opening(db.walk_rows(select(GoodNewsRow), GoodNewsRow.id), _open)


def remove_board_news(session: Session, entry_id: bytes) -> None:
    """Take an entry off its board."""
    session.execute(delete(GoodNewsRow).where(GoodNewsRow.id == entry_id))

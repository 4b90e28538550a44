"""Store and find good news on the boards of sites."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.db import count_changed
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.good_news.encryption import BoardNews, decrypt_board_news, encrypt_board_news
from youthvoice.good_news.models import GoodNewsRow
from youthvoice.good_news.rules import WHY_NOT_WEEKS, week_of
from youthvoice.privacy.encrypted_json import count_unopenable


@dataclass(frozen=True, slots=True)
class BoardNewsEntry:
    """An entry on a site's board.

    Attributes:
        id: 16 random bytes.
        site_id: whose board.
        week: the Monday of the week in which it came there.
        news: what it shows.
    """

    id: bytes
    site_id: int
    week: date
    news: BoardNews


def add_board_news(  # noqa: PLR0913, PLR0917 - what, where, when, by whom
    session: Session, site_id: int, board_news: BoardNews, today: date, written_by: int, agreed_by: int | None
) -> None:
    """Put an entry on the board of a site.

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
    people = {"written_by": written_by, "agreed_by": agreed_by}
    session.add(GoodNewsRow(id=entry_id, site_id=site_id, week=week_of(today), locked=locked, **people))
    session.flush()


def list_board_weeks(session: Session, site_id: int, today: date) -> list[tuple[bytes, date]]:
    """Id and week of each entry on the board of a site; nothing is decrypted."""
    query = select(GoodNewsRow.id, GoodNewsRow.week).where(GoodNewsRow.site_id == site_id, ~_has_ended(today))
    return [(entry_id, week) for entry_id, week in session.execute(query)]


def find_board_news(session: Session, entry_id: bytes) -> BoardNewsEntry | None:
    """An entry; None where it is off the board, or does not open, which `flask doctor` says."""
    row = session.get(GoodNewsRow, entry_id)
    try:
        return _open(row) if row else None
    except (CannotOpen, KeyGone):
        return None


def list_board_news(session: Session, site_id: int, today: date) -> list[BoardNewsEntry]:
    """What is on the board of a site, the newest week first, in random order within a week."""
    weeks = sorted(list_board_weeks(session, site_id, today), key=lambda at: (-at[1].toordinal(), at[0]))
    return [entry for entry_id, _week in weeks if (entry := find_board_news(session, entry_id))]


def delete_ended_reasons(session: Session, today: date) -> None:
    """Delete the entries that said long enough why something is not on a board."""
    session.execute(delete(GoodNewsRow).where(_has_ended(today)))


def _has_ended(today: date) -> ColumnElement[bool]:
    last_week = week_of(today) - timedelta(weeks=WHY_NOT_WEEKS)
    return and_(GoodNewsRow.agreed_by.is_(None), GoodNewsRow.week <= last_week)


def _open(row: GoodNewsRow) -> BoardNewsEntry:
    news = decrypt_board_news(context.keyring(), row.id, row.site_id, row.locked)
    return BoardNewsEntry(row.id, row.site_id, row.week, news)


def count_unopenable_good_news(session: Session) -> int:
    """How many entries of boards do not open with the present key files."""
    return count_unopenable(session.scalars(select(GoodNewsRow)), _open)


def remove_board_news(session: Session, entry_id: bytes, site_ids: Collection[int]) -> bool:
    """Take an entry off its board; False where it is gone already, or is on another site's board."""
    entry = delete(GoodNewsRow).where(GoodNewsRow.id == entry_id, GoodNewsRow.site_id.in_(site_ids))
    return bool(count_changed(session, entry))

"""Store and find good news on the boards of sites."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.db import count_changed
from youthvoice.good_news.encryption import BoardNews, decrypt_board_news, encrypt_board_news
from youthvoice.good_news.models import GoodNewsRow
from youthvoice.good_news.rules import is_on_board, week_of


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


def list_board_news(session: Session, site_ids: Collection[int], today: date) -> list[BoardNewsEntry]:
    """What is on the boards of some sites, the newest week first, in random order within a week.

    Raises:
        CannotOpen, KeyGone: an entry does not open.
    """
    query = select(GoodNewsRow).where(GoodNewsRow.site_id.in_(site_ids))
    rows = session.scalars(query.order_by(GoodNewsRow.week.desc(), GoodNewsRow.id))
    entries = [
        BoardNewsEntry(
            row.id, row.site_id, row.week, decrypt_board_news(context.keyring(), row.id, row.site_id, row.locked)
        )
        for row in rows
    ]
    return [entry for entry in entries if is_on_board(entry.week, today, entry.news.why)]


def remove_board_news(session: Session, entry_id: bytes, site_ids: Collection[int]) -> bool:
    """Take an entry off its board; False where it is gone already, or is on another site's board."""
    entry = delete(GoodNewsRow).where(GoodNewsRow.id == entry_id, GoodNewsRow.site_id.in_(site_ids))
    return bool(count_changed(session, entry))

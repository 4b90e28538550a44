"""Queries about committees themselves."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from youthvoice.access.guard import Caller
from youthvoice.committees.agenda.entities import OPEN_STATES, AgendaItem
from youthvoice.committees.agenda.store import list_items
from youthvoice.committees.entities import Committee
from youthvoice.committees.models import CommitteeRow
from youthvoice.sites.store import get_site


def add_committee(session: Session, site_id: int, values: Mapping[str, Any]) -> Committee:
    """Create a committee.

    Args:
        session: may write.
        site_id: where.
        values: columns by name.

    Raises:
        IntegrityError: the site has one of this name.
    """
    committee = CommitteeRow(site_id=site_id, **values)
    session.add(committee)
    session.flush()
    return _to_committee(committee)


def change_committee(session: Session, committee_id: int, values: Mapping[str, Any]) -> None:
    """Set columns by name."""
    session.execute(update(CommitteeRow).where(CommitteeRow.id == committee_id).values(**values))


def record_closing(session: Session, committee_id: int, day: date) -> None:
    """Close a committee; one that is closed keeps its day, and everything that was said."""
    open_row = update(CommitteeRow).where(CommitteeRow.id == committee_id, CommitteeRow.closed_on.is_(None))
    session.execute(open_row.values(closed_on=day))


def find_committee(session: Session, committee_id: int) -> Committee | None:
    """A committee by its row."""
    committee = session.get(CommitteeRow, committee_id)
    return _to_committee(committee) if committee else None


def list_committees(session: Session, site_ids: Collection[int], *, closed: bool = False) -> list[Committee]:
    """The committees of some sites by name: open ones, or closed ones."""
    which = CommitteeRow.closed_on.is_not(None) if closed else CommitteeRow.closed_on.is_(None)
    query = (
        select(CommitteeRow)
        .where(CommitteeRow.site_id.in_(site_ids), which)
        .order_by(CommitteeRow.name, CommitteeRow.id)
    )
    return [_to_committee(committee) for committee in session.scalars(query)]


def has_open_committee(session: Session, site_id: int) -> bool:
    """Whether a site has an open committee."""
    query = select(CommitteeRow.id).where(CommitteeRow.site_id == site_id, CommitteeRow.closed_on.is_(None)).limit(1)
    return session.scalar(query) is not None


def list_open_committees(session: Session) -> list[Committee]:
    """All open committees of all sites."""
    query = select(CommitteeRow).where(CommitteeRow.closed_on.is_(None)).order_by(CommitteeRow.id)
    return [_to_committee(committee) for committee in session.scalars(query)]


def list_committees_below(session: Session, committee_id: int) -> list[Committee]:
    """The committees that pass their items up to this one."""
    query = select(CommitteeRow).where(CommitteeRow.goes_up_to_id == committee_id).order_by(CommitteeRow.id)
    return [_to_committee(committee) for committee in session.scalars(query)]


_COLUMNS = Committee.__dataclass_fields__


def _to_committee(row: CommitteeRow) -> Committee:
    return Committee(**{name: getattr(row, name) for name in _COLUMNS})


MAX_ITEMS_SHOWN = 100  # items of an agenda on one staff page


def read_open_agenda(session: Session, committee: Committee) -> tuple[list[AgendaItem], int]:
    """The first open items of an agenda, and how many among them the children discuss alone; adults never see those."""
    agenda_items = list_items(session, [committee.id], OPEN_STATES, MAX_ITEMS_SHOWN)
    items = [item for item in agenda_items if not item.body.alone]
    return items, len(agenda_items) - len(items)


def find_visible_committee(session: Session, committee_id: int, caller: Caller) -> Committee | None:
    """A committee of the caller's sites; None for any other row."""
    committee = find_committee(session, committee_id)
    return committee if committee and committee.site_id in caller.site_ids else None


def committee_time_zone(session: Session, committee: Committee) -> str:
    """The time zone of its site."""
    return get_site(session, committee.site_id).time_zone

"""Every query of committees themselves; `items` has those of their agendas."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.models import Committee


def add(session: Session, site_id: int, values: Mapping[str, Any]) -> CommitteeFacts:
    """Make a committee.

    Args:
        session: may write.
        site_id: where.
        values: columns by name.

    Raises:
        IntegrityError: the site has one of this name.
    """
    made = Committee(site_id=site_id, **values)
    session.add(made)
    session.flush()
    return _facts(made)


def change(session: Session, committee_id: int, values: Mapping[str, Any]) -> None:
    """Set columns by name."""
    session.execute(update(Committee).where(Committee.id == committee_id).values(**values))


def close(session: Session, committee_id: int, day: date) -> None:
    """It meets no more; a closed one keeps its day, and everything that was said."""
    same = update(Committee).where(Committee.id == committee_id, Committee.closed_on.is_(None))
    session.execute(same.values(closed_on=day))


def find(session: Session, committee_id: int) -> CommitteeFacts | None:
    """A committee by its row."""
    found = session.get(Committee, committee_id)
    return _facts(found) if found else None


def at(session: Session, site_ids: Collection[int], *, closed: bool = False) -> list[CommitteeFacts]:
    """The committees of some sites by name: those that meet, or those that do no more."""
    which = Committee.closed_on.is_not(None) if closed else Committee.closed_on.is_(None)
    query = select(Committee).where(Committee.site_id.in_(site_ids), which).order_by(Committee.name, Committee.id)
    return [_facts(one) for one in session.scalars(query)]


def are_any_at(session: Session, site_id: int) -> bool:
    """Whether a committee meets at a site."""
    query = select(Committee.id).where(Committee.site_id == site_id, Committee.closed_on.is_(None)).limit(1)
    return session.scalar(query) is not None


def every(session: Session) -> list[CommitteeFacts]:
    """Every committee of the house that still meets; for jobs."""
    query = select(Committee).where(Committee.closed_on.is_(None)).order_by(Committee.id)
    return [_facts(one) for one in session.scalars(query)]


def below(session: Session, committee_id: int) -> list[CommitteeFacts]:
    """The committees that hand up to this one."""
    query = select(Committee).where(Committee.goes_up_to_id == committee_id).order_by(Committee.id)
    return [_facts(one) for one in session.scalars(query)]


_COLUMNS = CommitteeFacts.__dataclass_fields__


def _facts(row: Committee) -> CommitteeFacts:
    return CommitteeFacts(**{name: getattr(row, name) for name in _COLUMNS})

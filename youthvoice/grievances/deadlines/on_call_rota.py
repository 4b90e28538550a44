"""The on-call rota of a site, and the people whom it names on a day."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from youthvoice.accounts.store import Reader, Readers
from youthvoice.grievances.models import DutyRow

Duty = DutyRow
"""A line of a rota."""


def people_on_call(duties: Iterable[Duty], day: date) -> list[int]:
    """The people on call on a day, as rows of `people`. Single days replace weekly duties. Pure."""
    listed = list(duties)
    once = [
        duty.person_id for duty in listed if duty.first_day and duty.last_day and duty.first_day <= day <= duty.last_day
    ]
    weekly = [duty.person_id for duty in listed if duty.weekday == day.weekday()]
    return list(dict.fromkeys(once or weekly))


def possible_people(readers: Readers) -> tuple[Reader, ...]:
    """The people who can be on call: trusted readers of reports at the site, except those of another organisation."""
    return (*readers.advocates, *readers.leads)


def list_duties(session: Session, site_ids: Collection[int]) -> Sequence[Duty]:
    """The rota of some sites: weekly duties from Monday on, then single days from the earliest on."""
    query = select(Duty).where(Duty.site_id.in_(site_ids))
    order = (Duty.first_day.is_not(None), Duty.weekday, Duty.first_day, Duty.id)
    return session.scalars(query.order_by(*order)).all()


def sites_with_duties(session: Session, site_ids: Collection[int]) -> set[int]:
    """Which of these sites have a rota that names anybody."""
    return set(session.scalars(select(Duty.site_id).where(Duty.site_id.in_(site_ids)).distinct()))


def has_duties(session: Session, site_id: int) -> bool:
    """Whether the rota of a site names anybody."""
    return session.scalar(select(Duty.id).where(Duty.site_id == site_id).limit(1)) is not None


def add_duty(session: Session, duty: Duty) -> bool:
    """Add a duty; False where the rota has it already."""
    columns = ("site_id", "person_id", "weekday", "first_day", "last_day")
    same = [getattr(Duty, name).is_not_distinct_from(getattr(duty, name)) for name in columns]
    if session.scalar(select(Duty.id).where(*same)) is not None:
        return False
    session.add(duty)
    session.flush()
    return True


def remove_duty(session: Session, duty_id: int, site_ids: Collection[int]) -> int | None:
    """Remove a duty; returns its site, or None where these sites have no such duty."""
    row = session.get(Duty, duty_id)
    if row is None or row.site_id not in site_ids:
        return None
    session.delete(row)
    session.flush()
    return row.site_id


def forget_past_duties(session: Session, site_ids: Collection[int], today: date) -> None:
    """Delete the single days of some sites that are over; weekly duties stay."""
    session.execute(delete(Duty).where(Duty.site_id.in_(site_ids), Duty.last_day < today))


def forget_duties_of(session: Session, person_id: int) -> None:
    """Delete the duties of a person who leaves. The people pages call it through a port."""
    session.execute(delete(Duty).where(Duty.person_id == person_id))

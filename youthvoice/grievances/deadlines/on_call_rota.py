"""Who is on call at a site: the rota, and who it names on a day."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from youthvoice.accounts.store import Reader, Readers
from youthvoice.grievances.models import DutyRow

Duty = DutyRow
"""A line of a rota."""


def people_on_call(duties: Iterable[Duty], day: date) -> list[int]:
    """Rows of `people` on call on a day; the days that are named once come before those of every week. Pure."""
    listed = list(duties)
    once = [
        duty.person_id for duty in listed if duty.first_day and duty.last_day and duty.first_day <= day <= duty.last_day
    ]
    weekly = [duty.person_id for duty in listed if duty.weekday == day.weekday()]
    return list(dict.fromkeys(once or weekly))


def possible_people(readers: Readers) -> tuple[Reader, ...]:
    """Who can be on call: trusted people of the site who read reports there, not those of another organisation."""
    return (*readers.advocates, *readers.leads)


def list_duties(session: Session, site_id: int) -> Sequence[Duty]:
    """The rota of a site: days of the week from Monday on, then the days named once from the first on."""
    query = select(Duty).where(Duty.site_id == site_id)
    order = (Duty.first_day.is_not(None), Duty.weekday, Duty.first_day, Duty.id)
    return session.scalars(query.order_by(*order)).all()


def add_duty(session: Session, duty: Duty) -> bool:
    """Write a line; False where the rota has it already."""
    columns = ("site_id", "person_id", "weekday", "first_day", "last_day")
    same = [getattr(Duty, name).is_not_distinct_from(getattr(duty, name)) for name in columns]
    if session.scalar(select(Duty.id).where(*same)) is not None:
        return False
    session.add(duty)
    session.flush()
    return True


def remove_duty(session: Session, duty_id: int, site_ids: Collection[int]) -> int | None:
    """Take a line away; gives its site, or None where these sites have no such line."""
    row = session.get(Duty, duty_id)
    if row is None or row.site_id not in site_ids:
        return None
    session.delete(row)
    session.flush()
    return row.site_id


def forget_past_duties(session: Session, site_id: int, today: date) -> None:
    """Delete the days of a site that are over; days of every week stay."""
    session.execute(delete(Duty).where(Duty.site_id == site_id, Duty.last_day < today))


def forget_duties_of(session: Session, person_id: int) -> None:
    """Somebody leaves: no rota names her any more. Asked by the people pages, through a port."""
    session.execute(delete(Duty).where(Duty.person_id == person_id))

"""Who is on call at a site: the rota, and who it names on a day."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from youthvoice.accounts.store import Reader, Readers
from youthvoice.grievances.models import DutyRow


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of a rota: a day of every week, or some days once.

    Attributes:
        id: row; 0 while it is not stored.
        site_id: where.
        person_id: who.
        weekday: 0 (Monday) to 6; None where it is some days once.
        first_day: at the site; None where it is a day of every week.
        last_day: the last of these days.
    """

    id: int
    site_id: int
    person_id: int
    weekday: int | None = None
    first_day: date | None = None
    last_day: date | None = None


def people_on_call(duties: Iterable[Duty], day: date) -> list[int]:
    """Rows of `people` on call on a day; the days that are named once come before those of every week. Pure."""
    listed = list(duties)
    once = [one.person_id for one in listed if one.first_day and one.last_day and one.first_day <= day <= one.last_day]
    weekly = [one.person_id for one in listed if one.weekday == day.weekday()]
    return list(dict.fromkeys(once or weekly))


def possible_people(readers: Readers) -> tuple[Reader, ...]:
    """Who can be on call: trusted people of the site who read reports there, not those of another organisation."""
    return (*readers.advocates, *readers.leads)


def list_duties(session: Session, site_id: int) -> list[Duty]:
    """The rota of a site: days of the week from Monday on, then the days named once from the first on."""
    query = select(DutyRow).where(DutyRow.site_id == site_id)
    rows = session.scalars(
        query.order_by(DutyRow.first_day.is_not(None), DutyRow.weekday, DutyRow.first_day, DutyRow.id)
    )
    return [Duty(row.id, site_id, row.person_id, row.weekday, row.first_day, row.last_day) for row in rows]


def add_duty(session: Session, duty: Duty) -> bool:
    """Write a line; False where the rota has it already."""
    columns = ("site_id", "person_id", "weekday", "first_day", "last_day")
    same = [getattr(DutyRow, name).is_not_distinct_from(getattr(duty, name)) for name in columns]
    if session.scalar(select(DutyRow.id).where(*same)) is not None:
        return False
    session.add(DutyRow(**{name: getattr(duty, name) for name in columns}))
    session.flush()
    return True


def remove_duty(session: Session, duty_id: int, site_ids: Collection[int]) -> int | None:
    """Take a line away; gives its site, or None where these sites have no such line."""
    row = session.get(DutyRow, duty_id)
    if row is None or row.site_id not in site_ids:
        return None
    session.delete(row)
    session.flush()
    return row.site_id


def forget_past_duties(session: Session, site_id: int, today: date) -> None:
    """Delete the days of a site that are over; days of every week stay."""
    session.execute(delete(DutyRow).where(DutyRow.site_id == site_id, DutyRow.last_day < today))


def forget_duties_of(session: Session, person_id: int) -> None:
    """Somebody leaves: no rota names her any more. Asked by the people pages, through `factory`."""
    session.execute(delete(DutyRow).where(DutyRow.person_id == person_id))

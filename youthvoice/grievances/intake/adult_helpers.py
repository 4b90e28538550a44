"""The adults of a site who may sit beside a child that tells."""

from typing import Final

from youthvoice import db
from youthvoice.access.permissions import ADVOCATE, FACILITATOR
from youthvoice.accounts.store import list_people, list_trusted_people, pictures_of_adults
from youthvoice.context import AppCache
from youthvoice.grievances.intake.rules import Helper

HELPING: Final = frozenset({ADVOCATE, FACILITATOR})

_helpers: Final = AppCache[int, tuple[Helper, ...]](500, seconds=5)


def list_helpers(site_id: int) -> tuple[Helper, ...]:
    """The helpers of a site, by name; reads the database at most every five seconds."""
    return _helpers.get(site_id, lambda: _read_helpers(site_id), good=bool)


def _read_helpers(site_id: int) -> tuple[Helper, ...]:
    with db.reading(db.engine()) as session:
        picture_by_person = pictures_of_adults(list_people(session, [site_id]))
        helpers = [person for person in list_trusted_people(session, [site_id]) if person.role in HELPING]
        return tuple(Helper(person.id, person.name, picture_by_person[person.id]) for person in helpers)

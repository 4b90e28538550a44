"""Who may help a child to tell: the advocates and facilitators of her site, by name; the child picks one of them."""

import time
from dataclasses import dataclass
from typing import Final

from flask import current_app

from youthvoice import db
from youthvoice.access.permissions import ADVOCATE, FACILITATOR
from youthvoice.accounts import store as people
from youthvoice.accounts.trust import trusted_at

HELPING: Final = frozenset({ADVOCATE, FACILITATOR})
KEPT_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Helper:
    """An adult who may sit beside a child."""

    person_id: int
    name: str
    picture: str = ""


def helpers_at(site_id: int) -> tuple[Helper, ...]:
    """The helpers of a site, by name; asks the database at most every five seconds."""
    kept: dict[int, tuple[float, tuple[Helper, ...]]] = current_app.extensions.setdefault("youthvoice.helpers", {})
    asked_at, found = kept.get(site_id, (0.0, ()))
    if not found or time.monotonic() - asked_at > KEPT_SECONDS:
        found = _look(site_id)
        kept[site_id] = (time.monotonic(), found)
    return found


def _look(site_id: int) -> tuple[Helper, ...]:
    with db.reading(db.engine()) as session:
        pictures = people.pictures_of(people.people_of(session, [site_id]))
        there = [one for one in trusted_at(session, [site_id]) if one.role in HELPING]
        return tuple(Helper(one.id, one.name, pictures[one.id]) for one in there)

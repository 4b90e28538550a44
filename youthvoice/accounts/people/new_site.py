"""A further site: the coordinator works there, and the same independent people read there as at a site she has."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from youthvoice.access.permissions import ADVOCATE, OUTSIDE_RECIPIENT, SAFEGUARDING_LEAD
from youthvoice.accounts import store
from youthvoice.accounts.models import Person
from youthvoice.accounts.people import store as accounts
from youthvoice.sites import store as places
from youthvoice.sites.slugs import slug_for

INDEPENDENT = (ADVOCATE, SAFEGUARDING_LEAD, OUTSIDE_RECIPIENT)


def independent(session: Session, site_id: int) -> list[Person]:
    """Who reads what children write at a site, by name; managers do not choose among them."""
    return [person for person in store.people_of(session, [site_id]) if person.role in INDEPENDENT]


def open_site(session: Session, values: Mapping[str, object], like: int, coordinator_id: int, people_key: bytes) -> str:
    """Make a site with the people it needs.

    Args:
        session: may write.
        values: columns of the site by name.
        like: the site whose advocates, safeguarding leads and outside recipients will read here too.
        coordinator_id: who makes it.
        people_key: 32 bytes, from the key file `people`.

    Returns:
        The slug of the new site.

    Raises:
        ValueError: the row of one of these people was altered behind the house's back.
    """
    made = places.add_site(session, slug_for(str(values["name"]), places.slugs(session)), values)
    coordinator = store.find(session, coordinator_id)
    for person in [*independent(session, like), *([coordinator] if coordinator else [])]:
        accounts.work_at(session, person, made.id, people_key)
    return made.slug

"""Adults of a site to whom chosen words of a report can be sealed, and who never get its key."""

from sqlalchemy.orm import Session

from youthvoice import running
from youthvoice.access.permissions import may
from youthvoice.grievances.scene import Scene
from youthvoice.privacy.key_names import PEOPLE
from youthvoice.staff import store as people
from youthvoice.staff.store import Reader


def colleagues(session: Session, scene: Scene) -> list[Reader]:
    """Who may be handed something: vouched for, does not read the report anyway, and was not left out of it."""
    key, present = running.keyring().key_or_new(PEOPLE), people.people_of(session, [scene.site.id])
    sites = people.sites_of(session, [person.id for person in present])
    return [
        Reader(
            person.id,
            person.name,
            person.public_key,
            person.role,
            person.key_version,
            key_since=person.trusted_from,
        )
        for person in present
        if may(person.role, "handed.read")
        and person.id not in scene.reading | scene.kept_out
        and people.is_vouched_for(person, sites[person.id], key)
        and people.acting_role(person, sites[person.id], key, scene.now) == person.role
    ]

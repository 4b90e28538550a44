"""Adults of a site to whom chosen words of a report can be sealed, and who never get its key."""

from sqlalchemy.orm import Session

from youthvoice.access.permissions import may
from youthvoice.accounts.store import Reader
from youthvoice.accounts.trust import trusted_at
from youthvoice.grievances.case.context import Scene


def colleagues(session: Session, scene: Scene) -> list[Reader]:
    """Who may be handed something: counts by now, does not read the report anyway, and was not left out of it."""
    present = trusted_at(session, [scene.site.id])
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
        if may(person.role, "handed.read") and person.id not in scene.reading | scene.kept_out
    ]

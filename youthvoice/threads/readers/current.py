"""Who reads, as the stores of threads and letters ask for her."""

from sqlalchemy.orm import Session

from youthvoice.access.guard import Caller
from youthvoice.accounts import store as people
from youthvoice.threads.store import Me


def me(session: Session, caller: Caller) -> Me:
    """The caller with the public key that she holds now.

    Raises:
        LookupError: she has no row, which a signed-in person has.
    """
    person = people.find(session, caller.person_id)
    if person is None:
        raise LookupError(caller.person_id)
    return Me(person.id, person.public_key, caller.site_ids)


def me_at(session: Session, person_id: int, site_id: int) -> Me | None:
    """Somebody at one site, with the public key that she holds now; None where nobody has this row."""
    person = people.find(session, person_id)
    return Me(person.id, person.public_key, frozenset({site_id})) if person else None

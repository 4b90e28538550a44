"""Before somebody leaves who reads reports: what she reads, and who else does. Nothing is left that nobody reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from youthvoice import running
from youthvoice.access.guard import Caller
from youthvoice.grievances.naming import short_name
from youthvoice.grievances.reader import me
from youthvoice.places import store as places
from youthvoice.staff import store as people
from youthvoice.staff.store import Reader
from youthvoice.threads import membership
from youthvoice.threads import thread_store as threads
from youthvoice.threads.reads import read_by
from youthvoice.threads.thread_store import Me


@dataclass(frozen=True, slots=True)
class Held:
    """One report that somebody reads.

    Attributes:
        key: its id as hexadecimal digits.
        name: its short name.
        topic: code of what it is about.
        site: where.
        others: the names of whoever else reads it; nobody where it would be lost.
    """

    key: str
    name: str
    topic: str
    site: str
    others: tuple[str, ...]


def held(session: Session, caller: Caller) -> list[Held]:
    """Everything the caller reads, what nobody else reads first."""
    present = {one.person_id: one for one in _present(session, caller.site_ids) if one.person_id != caller.person_id}
    read = read_by(session, running.keyring(), [(one.person_id, one.public_key) for one in present.values()])
    names = {site.id: site.name for site in places.sites_of(session, caller.site_ids)}
    found = [
        Held(
            line.id.hex(),
            short_name(line.id),
            line.marks.topic,
            names[line.site_id],
            tuple(sorted(present[person_id].name for person_id in read.get(line.id, ()))),
        )
        for line in threads.mine(session, running.keyring(), me(session, caller))
    ]
    return sorted(found, key=lambda one: (bool(one.others), one.site, one.name))


def reads_alone(session: Session, person_id: int) -> bool:
    """Whether something would be lost if somebody left: asked by the people pages, through `factory`."""
    person = people.find(session, person_id)
    if person is None:
        return False
    site_ids = people.sites_of(session, [person_id])[person_id]
    asked = Me(person_id, person.public_key, site_ids)
    return bool(membership.only_hers(session, running.keyring(), asked, _present(session, site_ids)))


def _present(session: Session, site_ids: frozenset[int]) -> Sequence[Reader]:
    key, now = running.keyring().key("people"), running.now()
    return [one for site_id in site_ids for one in people.readers(session, site_id, key, now).everybody]

"""Before somebody leaves who reads reports: what she reads, and who else does. Nothing is left that nobody reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.accounts import store as people
from youthvoice.accounts.store import Reader
from youthvoice.grievances.current_reader import me
from youthvoice.grievances.report_name import short_name
from youthvoice.sites import store as places
from youthvoice.threads import store as threads
from youthvoice.threads.letters import membership as letter_membership
from youthvoice.threads.letters import sharing as giving
from youthvoice.threads.letters import store as letters
from youthvoice.threads.readers import membership
from youthvoice.threads.readers.access import read_by
from youthvoice.threads.store import Me


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


@dataclass(frozen=True, slots=True)
class HeldLetters:
    """The letters of one site that somebody opens.

    Attributes:
        site: where.
        number: how many.
        alone: how many of them nobody else opens.
    """

    site: str
    number: int
    alone: int


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


def letters_held(session: Session, caller: Caller) -> list[HeldLetters]:
    """The letters that the caller opens, by site; those that are not shown yet stay unsaid."""
    if not caller.may("letters.read"):
        return []
    keyring, hers = running.keyring(), me(session, caller)
    read_by = letter_membership.opened_by(session, keyring, hers, giving.present_at(session, caller.site_ids))
    shown = letters.letters_for(session, keyring, hers, running.now())
    found = [
        (site, [one for one in shown if one.site_id == site.id]) for site in places.sites_of(session, caller.site_ids)
    ]
    return [HeldLetters(site.name, len(some), sum(not read_by[one.id] for one in some)) for site, some in found if some]


def reads_alone(session: Session, person_id: int) -> bool:
    """Whether something would be lost if somebody left: asked by the people pages, through `factory`."""
    person = people.find(session, person_id)
    if person is None:
        return False
    site_ids, keyring = people.sites_of(session, [person_id])[person_id], running.keyring()
    asked = Me(person_id, person.public_key, site_ids)
    if membership.only_hers(session, keyring, asked, _present(session, site_ids)):
        return True
    return bool(letter_membership.only_hers(session, keyring, asked, giving.present_at(session, site_ids)))


def _present(session: Session, site_ids: frozenset[int]) -> Sequence[Reader]:
    key, now = running.keyring().key("people"), running.now()
    return [one for site_id in site_ids for one in people.readers(session, site_id, key, now).everybody]

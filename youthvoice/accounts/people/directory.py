"""Who works where, who is trusted, and whether children can report at a site.

Source: DESIGN.md 4, "A channel opens only with ..."; STANDARDS S35.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import ROLES
from youthvoice.accounts import store
from youthvoice.accounts.models import PersonRow
from youthvoice.accounts.rules import HOLDING_KEYS, is_trained, missing_for_channel, roles_invited_by
from youthvoice.sites.last_day import stops_telling
from youthvoice.sites.store import Site, list_sites


def missing_at_site(session: Session, site: Site) -> tuple[str, ...]:
    """Codes of what a site still needs before children can report there; see `labels.CHANNEL_LABELS`.

    Args:
        session: may only read.
        site: the site.
    """
    return missing_with_readers(store.find_readers(session, site.id), site)


def missing_with_readers(readers: store.Readers, site: Site) -> tuple[str, ...]:
    """The same as `missing_at_site`, for callers that have loaded the site's readers."""
    today = context.today(site.time_zone)
    return missing_for_channel(
        sum(is_trained(reader.trained_until, today) for reader in readers.advocates),
        len(readers.outside),
        sum(reader.tested_on is not None for reader in readers.outside),
        helpline=bool(site.helpline_name and site.helpline_number and site.helpline_tested),
        closes=stops_telling(site, today),
    )


@dataclass(frozen=True, slots=True)
class PersonOverview:
    """A person as the pages about people show them.

    Attributes:
        standing: `trusted`, `soon` (from `trusted_from`), `waits` (the key was not compared yet), `unmet` (holds no
            keys, and no advocate has met this person yet), or `altered`: the row is not as this installation wrote it.
        holds_keys: children's texts may be sealed to this person.
        trained_until: the last day of the training; None if nobody recorded one.
        tested_on: of an outside recipient: the day on which a test was confirmed.
        has_second_factor: signs in with one-time codes or a passkey besides the password.
        has_mail: entered a mail address.
        password_known: somebody else knows the password, see `PersonRow`.
    """

    person_id: int
    name: str
    role: str
    handle: str
    site_ids: frozenset[int]
    standing: str
    trusted_from: datetime | None
    holds_keys: bool
    trained_until: date | None
    test_asked_on: date | None
    tested_on: date | None
    has_second_factor: bool
    has_mail: bool
    password_known: bool


@dataclass(frozen=True, slots=True)
class SitePeople:
    """A site and all people who work there, by role and name.

    Attributes:
        missing: codes of what a site lacks before children can report, see `missing_for_channel`.
    """

    site_id: int
    name: str
    people: tuple[PersonOverview, ...]
    missing: tuple[str, ...]


def people_by_site(session: Session, site_ids: Collection[int]) -> list[SitePeople]:
    """The people of each of these sites, in the order of the sites."""
    there: dict[int, list[PersonOverview]] = {site_id: [] for site_id in site_ids}
    for person in sorted(list_overviews(session, site_ids), key=lambda person: ROLES.index(person.role)):
        for site_id in person.site_ids & there.keys():
            there[site_id].append(person)
    readers = store.find_readers_at_sites(session, site_ids)
    sites = {site.id: site for site in list_sites(session, site_ids)}
    return [
        SitePeople(site.id, site.name, tuple(there[site.id]), missing_with_readers(readers[site.id], site))
        for site in (sites[site_id] for site_id in site_ids if site_id in sites)
    ]


def list_overviews(session: Session, site_ids: Collection[int]) -> list[PersonOverview]:
    """The present state of everybody who works at one of these sites, by name."""
    return _overviews(session, store.list_person_rows(session, site_ids))


def list_unconfirmed(session: Session, site_ids: Collection[int]) -> list[PersonOverview]:
    """As `list_overviews`, without those who count already: at a thousand sites nearly everybody."""
    return _overviews(session, store.list_unconfirmed_person_rows(session, site_ids))


def _overviews(session: Session, people: Sequence[PersonRow]) -> list[PersonOverview]:
    sites = store.site_ids_of_people(session, [person.id for person in people])
    return [_overview(person, sites[person.id]) for person in people]


def person_overview(session: Session, person: PersonRow) -> PersonOverview:
    """The present state of one person."""
    return _overview(person, store.site_ids_of_people(session, [person.id])[person.id])


def _overview(person: PersonRow, sites: frozenset[int]) -> PersonOverview:
    return PersonOverview(
        person.id,
        person.name,
        person.role,
        person.handle,
        sites,
        _standing(person, sites),
        person.trusted_from,
        person.role in HOLDING_KEYS,
        person.trained_until,
        person.test_asked_on,
        person.tested_on,
        person.codes is not None,
        person.mail is not None,
        person.password_known,
    )


def _standing(person: PersonRow, sites: Collection[int]) -> str:
    """Whether a person is trusted, see `PersonOverview`."""
    if not store.is_vouched_for(person, sites):
        return "altered"
    if store.is_trusted(person, sites):
        return "trusted"
    if person.role not in HOLDING_KEYS:
        return "unmet"
    return "waits" if person.trusted_from is None else "soon"


def find_colleague(session: Session, person_id: int, site_ids: Collection[int]) -> PersonOverview | None:
    """A person who works at one of these sites; None if they left or work at none of them."""
    person = store.find_person_row(session, person_id)
    if person is None or person.left_on is not None:
        return None
    overview = person_overview(session, person)
    return overview if overview.site_ids & set(site_ids) else None


def find_person_to_reinvite(session: Session, person_id: int, caller: Caller) -> PersonOverview | None:
    """A person whom the caller may invite again, or None.

    The caller invites this role, works at all sites of the person, and is somebody else; and the row is not altered.
    """
    person = find_colleague(session, person_id, caller.site_ids)
    if person is None or person.standing == "altered" or person_id == caller.person_id:
        return None
    return person if person.site_ids <= caller.site_ids and person.role in roles_invited_by(caller.role) else None

"""Every question about people, and who is trusted by now."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

from sqlalchemy import Table, bindparam, select, text
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.permissions import ADVOCATE, NEWCOMER, OUTSIDE_RECIPIENT, ROLES, SAFEGUARDING_LEAD
from youthvoice.accounts import adult_pictures
from youthvoice.accounts.models import PersonRow, PersonSiteRow
from youthvoice.compiled_sql import CompiledStatement
from youthvoice.privacy.crypto.record_macs import PersonClaims, check_person_mac
from youthvoice.privacy.keys.key_names import PEOPLE

READING_ROLES = (ADVOCATE, SAFEGUARDING_LEAD, OUTSIDE_RECIPIENT)

_people, _at = cast(Table, PersonRow.__table__), cast(Table, PersonSiteRow.__table__)

_KEYS_AT = CompiledStatement(  # asked once more with every report, just before it is written
    select(_people.c.id, _people.c.public_key)
    .join(_at, _at.c.person_id == _people.c.id)
    .where(_at.c.site_id == bindparam("site"), _people.c.left_on.is_(None))
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody to whom words are sealed: vouched for by the key file `people`.

    Attributes:
        key_version: goes up when she lost her password and got a new key; what was wrapped to an earlier one is
            closed to her until a colleague wraps it again.
        trained_until: the last day of her training (S35).
        tested_on: of an outside recipient: the day she said that a test reached her.
        key_since: of colleagues: the moment from which her key of today counts.
        picture: OpenMoji; no other adult of the site bears it before children.
    """

    person_id: int
    name: str
    public_key: bytes
    role: str = ADVOCATE
    key_version: int = 1
    trained_until: date | None = None
    tested_on: date | None = None
    key_since: datetime | None = None
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Readers:
    """Everybody at a site to whom a report may be sealed: present, vouched for, and trusted by now.

    Attributes:
        advocates: by name.
        leads: safeguarding leads; they read where a child may be hurt.
        outside: outside recipients, of another organisation.
    """

    advocates: tuple[Reader, ...]
    leads: tuple[Reader, ...]
    outside: tuple[Reader, ...]

    @property
    def everybody(self) -> tuple[Reader, ...]:
        """All of them, advocates first."""
        return (*self.advocates, *self.leads, *self.outside)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, or who had one, as every other package knows her.

    Attributes:
        handle: what she signs in with; never changes.
        role: one of `permissions.ROLES`; what she may act as by now says `find_acting_role` of her row.
        public_key: that she holds now.
        key_version: goes up with each new key.
        trusted_from: the moment from which she counts; None where nobody has said so.
        left_on: the day on which she left.
        picture: what she chose for children to know her by; empty for what `adult_pictures` gives her.
        mail: her address, locked; None without one.
    """

    id: int
    handle: str
    name: str
    role: str
    language: str
    public_key: bytes = field(repr=False)
    key_version: int
    trusted_from: datetime | None
    left_on: date | None
    picture: str
    mail: bytes | None = field(repr=False)


def _to_person(row: PersonRow) -> Person:
    return Person(
        row.id, row.handle, row.name, row.role, row.language, row.public_key, row.key_version, row.trusted_from,
        row.left_on, row.picture, row.mail,
    )  # fmt: skip


def find_person(session: Session, person_id: int) -> Person | None:
    """A person by her number."""
    row = find_person_row(session, person_id)
    return _to_person(row) if row else None


def find_person_by_handle(session: Session, handle: str) -> Person | None:
    """A person by what she signs in with; capitals and spaces around it do not matter."""
    row = find_person_row_by_handle(session, handle)
    return _to_person(row) if row else None


def find_person_by_name(session: Session, name_or_handle: str) -> Person | None:
    """The one person of this handle, else of this name, who has not left; None when there are several."""
    row = find_person_row_by_name(session, name_or_handle)
    return _to_person(row) if row else None


def list_people(session: Session, site_ids: Collection[int]) -> list[Person]:
    """Everybody who works at any of these sites and has not left, by name."""
    return [_to_person(row) for row in _present(session, site_ids)]


def list_everybody(session: Session) -> list[Person]:
    """Everybody who ever had an account."""
    return [_to_person(row) for row in list_every_person_row(session)]


def list_trusted_people(session: Session, site_ids: Collection[int]) -> list[Person]:
    """Everybody at any of these sites who counts by now, by name; whoever is chosen for something is one of them."""
    return [_to_person(row) for row in list_trusted_person_rows(session, site_ids)]


def find_person_row(session: Session, person_id: int) -> PersonRow | None:
    """The row of a person, for whoever changes it: modules of this package alone."""
    return session.get(PersonRow, person_id)


def get_person_row(session: Session, person_id: int) -> PersonRow:
    """A person whom a foreign key, or a session of hers, names: rows of people are never deleted."""
    return session.get_one(PersonRow, person_id)


def find_person_row_by_handle(session: Session, handle: str) -> PersonRow | None:
    """A person by what she signs in with; capitals and spaces around it do not matter."""
    return session.scalar(select(PersonRow).where(PersonRow.handle == handle.strip().casefold()))


def find_person_row_by_name(
    session: Session, name_or_handle: str, site_ids: Collection[int] | None = None
) -> PersonRow | None:
    """The one person of this handle, else of this name, who has not left; None when there are several.

    Args:
        session: may read.
        name_or_handle: as somebody would type it.
        site_ids: only among people of these sites.
    """
    wanted = name_or_handle.strip().casefold()
    people = [person for person in _present(session, site_ids) if wanted in {person.handle, person.name.casefold()}]
    exact = [person for person in people if person.handle == wanted] or people
    return exact[0] if len(exact) == 1 else None


def _present(session: Session, site_ids: Collection[int] | None) -> list[PersonRow]:
    query = select(PersonRow).where(PersonRow.left_on.is_(None)).order_by(PersonRow.name, PersonRow.id)
    if site_ids is not None:
        at_site = select(PersonSiteRow.person_id).where(PersonSiteRow.site_id.in_(site_ids))
        query = query.where(PersonRow.id.in_(at_site))
    return list(session.scalars(query))


def list_person_rows(session: Session, site_ids: Collection[int]) -> list[PersonRow]:
    """Everybody who works at any of these sites and has not left, by name."""
    return _present(session, site_ids)


def list_every_person_row(session: Session) -> list[PersonRow]:
    """Everybody who ever had an account."""
    return list(session.scalars(select(PersonRow).order_by(PersonRow.id)))


def names_of_people(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Names by id, of those who left too."""
    rows = session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(set(ids))))
    return {row.id: row.name for row in rows}


def site_ids_of_people(session: Session, ids: Iterable[int]) -> Mapping[int, frozenset[int]]:
    """The ids of the sites where people work, by the person's id; a person without a site has an empty set."""
    found: dict[int, set[int]] = {person_id: set() for person_id in ids}
    rows = session.execute(
        select(PersonSiteRow.person_id, PersonSiteRow.site_id).where(PersonSiteRow.person_id.in_(found))
    )
    for row in rows:
        found[row.person_id].add(row.site_id)
    return {person_id: frozenset(sites) for person_id, sites in found.items()}


def name_at_site(session: Session, person_id: int, site_id: int) -> str | None:
    """The name of a person who works or worked at a site; None of anybody else."""
    there = select(PersonSiteRow.person_id).where(PersonSiteRow.site_id == site_id)
    return session.scalar(select(PersonRow.name).where(PersonRow.id == person_id, PersonRow.id.in_(there)))


def is_vouched_for(person: PersonRow, site_ids: Collection[int]) -> bool:
    """Whether name, role, sites, public key, trust and one-time codes are what this installation itself wrote."""
    claims = (person.id, person.role, site_ids, person.public_key, person.key_version)
    standing = PersonClaims(person.trusted_from, person.codes or b"", person.name)
    return check_person_mac(person.seal, context.keyring().key_or_new(PEOPLE), *claims, standing)


def is_trusted(person: PersonRow, site_ids: Collection[int]) -> bool:
    """Whether somebody counts by now: whoever reads was compared by two, 48 hours ago; others were met by an advocate.

    Whoever is not counts nowhere: nothing is sealed to her, and she neither signs, counts, helps nor is chosen.
    """
    if person.left_on is not None or person.trusted_from is None or person.trusted_from > context.now():
        return False
    return is_vouched_for(person, site_ids)


def find_acting_role(person: PersonRow, site_ids: Collection[int]) -> str:
    """What a person may act as by now: her role, or a newcomer's until colleagues who are not managers know her.

    So nobody whom a coordinator let in, or let in anew, is her second adult before an advocate has met her.
    """
    return person.role if is_trusted(person, site_ids) else NEWCOMER


def list_trusted_person_rows(session: Session, site_ids: Collection[int]) -> list[PersonRow]:
    """Everybody at any of these sites who counts by now, by name; whoever is chosen for something is one of them."""
    present = _present(session, site_ids)
    sites = site_ids_of_people(session, [person.id for person in present])
    return [person for person in present if is_trusted(person, sites[person.id])]


def list_advocates(session: Session, site_id: int) -> tuple[Reader, ...]:
    """The advocates of a site to whom words may be sealed, by name.

    A row that was altered behind our back is left out, however it looks.

    Args:
        session: may read.
        site_id: the site.
    """
    return find_readers(session, site_id).advocates


def find_readers(session: Session, site_id: int) -> Readers:
    """Everybody to whom a report of a site may be sealed.

    Args:
        session: may read.
        site_id: the site.
    """
    readers = list_key_holders(session, site_id, READING_ROLES)
    by_role = {role: tuple(reader for reader in readers if reader.role == role) for role in READING_ROLES}
    return Readers(by_role[ADVOCATE], by_role[SAFEGUARDING_LEAD], by_role[OUTSIDE_RECIPIENT])


def list_key_holders(session: Session, site_id: int, roles: Collection[str] = ROLES) -> list[Reader]:
    """Everybody of some roles at a site to whom something may be sealed, by name: present, vouched for, trusted by now.

    Args:
        session: may read.
        site_id: the site.
        roles: only these.
    """
    there = _present(session, [site_id])
    people, pictures = [person for person in there if person.role in roles], pictures_of_adults(there)
    sites = site_ids_of_people(session, [person.id for person in people])
    return [
        Reader(
            person.id,
            person.name,
            person.public_key,
            person.role,
            person.key_version,
            person.trained_until,
            person.tested_on,
            picture=pictures[person.id],
        )
        for person in people
        if is_trusted(person, sites[person.id])
    ]


def pictures_of_adults(people: Iterable[Person | PersonRow]) -> dict[int, str]:
    """The picture by which children know each of the adults of one site, by her row; those who read come first."""
    listed = sorted(people, key=lambda one: (one.role not in READING_ROLES, one.id))
    return adult_pictures.assign_pictures((one.id, one.picture) for one in listed)


def list_free_pictures(session: Session, person: PersonRow) -> tuple[str, list[str]]:
    """The picture that she bears, and those that she may choose: what no other adult of any of her sites bears."""
    at = sorted(site_ids_of_people(session, [person.id])[person.id])
    found = [pictures_of_adults(_present(session, [site_id])) for site_id in at] or [pictures_of_adults([person])]
    gone = {code for site in found for person_id, code in site.items() if person_id != person.id}
    hers = found[0][person.id]
    return hers, [code for code in adult_pictures.ADULT_PICTURES if code not in gone or code == hers]


def lock_people(session: Session) -> None:
    """Nobody comes, goes or takes a new key until the transaction ends; whoever was read before is read anew.

    On SQLite every writer waits anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE people IN SHARE ROW EXCLUSIVE MODE"))
        session.expire_all()


def public_keys_at_site(session: Session, site_id: int) -> dict[int, bytes]:
    """The public keys that people of a site have now, by row; nobody is vouched for by it."""
    return {row[0]: bytes(row[1]) for row in _KEYS_AT.rows(session.connection(), {"site": site_id})}


def lock_readers(session: Session) -> None:
    """Nobody comes, goes or takes a new key until the transaction ends; others who only hold go on beside.

    On SQLite every writer waits anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE people IN SHARE MODE"))


def is_nobody_there(session: Session) -> bool:
    """Whether nobody has an account yet."""
    return session.scalar(select(PersonRow.id).limit(1)) is None

"""Queries about people: accounts, workplaces, readers' keys, and who is trusted."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import BindParameter, Row, Select, Table, bindparam, func, select, text
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.permissions import (
    ADVOCATE,
    INTERPRETER,
    NEWCOMER,
    OUTSIDE_RECIPIENT,
    SAFEGUARDING_LEAD,
    STAFF_ROLES,
)
from youthvoice.accounts import adult_pictures
from youthvoice.accounts.models import InterpreterRow, PersonRow, PersonSiteRow
from youthvoice.accounts.rules import HOLDING_KEYS
from youthvoice.compiled_sql import CompiledStatement
from youthvoice.privacy.crypto.record_macs import PersonClaims, check_person_mac, record_mac
from youthvoice.privacy.keys.key_names import PEOPLE

_people, _person_sites = cast(Table, PersonRow.__table__), cast(Table, PersonSiteRow.__table__)

_KEYS_AT = CompiledStatement(  # runs with every report, just before it is written
    select(_people.c.id, _people.c.public_key)
    .join(_person_sites, _person_sites.c.person_id == _people.c.id)
    .where(_person_sites.c.site_id == bindparam("site"), _people.c.left_on.is_(None))
)

_WITH_SITES: Select[Any] = (  # runs with every request of staff
    select(
        _people.c.id, _people.c.handle, _people.c.name, _people.c.role, _people.c.language, _people.c.public_key,
        _people.c.key_version, _people.c.seal, _people.c.trusted_from, _people.c.codes, _people.c.left_on,
        _people.c.password_known, _person_sites.c.site_id,
    )
    .outerjoin_from(_people, _person_sites, _person_sites.c.person_id == _people.c.id)
    .where(_people.c.id == bindparam("person"))
)  # fmt: skip

# These, too, are built once: to build one takes longer than to run it.
_PRESENT = select(PersonRow).where(PersonRow.left_on.is_(None)).order_by(PersonRow.name, PersonRow.id)
_PEOPLE: BindParameter[Any] = bindparam("people", expanding=True)
_PEOPLE_OF_SITES = select(PersonSiteRow.person_id).where(PersonSiteRow.site_id.in_(bindparam("sites", expanding=True)))
_PRESENT_AT = _PRESENT.where(PersonRow.id.in_(_PEOPLE_OF_SITES))
_NAMES = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(_PEOPLE))
_SITES = select(PersonSiteRow.person_id, PersonSiteRow.site_id).where(PersonSiteRow.person_id.in_(_PEOPLE))
_FIRST_SITE = select(func.min(_person_sites.c.site_id)).where(_person_sites.c.person_id == bindparam("person"))


@dataclass(frozen=True, slots=True)
class Reader:
    """A person to whom texts are sealed; the key file `people` vouches for the row.

    Attributes:
        key_version: goes up with each new key after a lost password; what was wrapped to an earlier key stays closed
            until a colleague wraps it again.
        trained_until: the last day of the training (S35).
        tested_on: of an outside recipient: the day on which a test was confirmed.
        key_since: the moment from which the present key counts; only handovers set it.
        picture: code of a portrait or of OpenMoji; no other adult whom children meet at the site has it.
        has_signed_in: False while somebody else knows the password, so that nothing was read yet.
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
    has_signed_in: bool = True


@dataclass(frozen=True, slots=True)
class Readers:
    """All people at a site to whom a report may be sealed: present, vouched for, and trusted.

    Attributes:
        advocates: by name.
        leads: safeguarding leads; they read reports in which a child may be hurt.
        outside: outside recipients, of another organisation.
    """

    advocates: tuple[Reader, ...]
    leads: tuple[Reader, ...]
    outside: tuple[Reader, ...]

    @property
    def everybody(self) -> tuple[Reader, ...]:
        """All readers, advocates first."""
        return (*self.advocates, *self.leads, *self.outside)


@dataclass(frozen=True, slots=True)
class Person:
    """A person who has or had an account, as other packages see it.

    Attributes:
        handle: the sign-in name; never changes.
        role: one of `permissions.ROLES`; `find_acting_role` says in which role the person may act now.
        public_key: the present one.
        key_version: goes up with each new key.
        trusted_from: the moment from which the person counts; None if nobody has confirmed them.
        left_on: the day on which the person left.
        picture: the one that the person chose; empty for the one that `adult_pictures` assigns.
        mail: the mail address, encrypted; None without one.
        telephone: the number for text messages, encrypted; None without one.
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
    telephone: bytes | None = field(repr=False)


def _to_person(row: PersonRow) -> Person:
    return Person(
        row.id, row.handle, row.name, row.role, row.language, row.public_key, row.key_version, row.trusted_from,
        row.left_on, row.picture, row.mail, row.telephone,
    )  # fmt: skip


def find_person(session: Session, person_id: int) -> Person | None:
    """A person by row number."""
    row = find_person_row(session, person_id)
    return _to_person(row) if row else None


def find_person_by_handle(session: Session, handle: str) -> Person | None:
    """A person by sign-in name; capitals and spaces around it do not matter."""
    row = find_person_row_by_handle(session, handle)
    return _to_person(row) if row else None


def find_person_by_name(session: Session, name_or_handle: str) -> Person | None:
    """The one person with this handle, else with this name, who has not left; None if there are several."""
    row = find_person_row_by_name(session, name_or_handle)
    return _to_person(row) if row else None


def list_people(session: Session, site_ids: Collection[int]) -> list[Person]:
    """People who work at any of these sites and have not left, by name."""
    return [_to_person(row) for row in _present(session, site_ids)]


def list_everybody(session: Session) -> Sequence[Row[int, str, str, date | None]]:
    """`id`, `handle`, `name` and `left_on` of all people who ever had an account."""
    return session.execute(select(PersonRow.id, PersonRow.handle, PersonRow.name, PersonRow.left_on)).all()


def list_trusted_people(
    session: Session, site_ids: Collection[int], roles: Collection[str] = STAFF_ROLES
) -> list[Person]:
    """The trusted people of some roles at any of these sites, by name; only these can be chosen for a duty."""
    return [_to_person(row) for row in list_trusted_person_rows(session, site_ids) if row.role in roles]


def list_trusted_of(session: Session, ids: Iterable[int]) -> list[Person]:
    """Those of some people who are trusted, by name."""
    rows = session.scalars(_PRESENT.where(PersonRow.id.in_(set(ids)))).all()
    sites = site_ids_of_people(session, [row.id for row in rows])
    return [_to_person(row) for row in rows if row.role in STAFF_ROLES and is_trusted(row, sites[row.id])]


def list_trusted_at_all(session: Session, site_ids: Collection[int]) -> list[Person]:
    """The trusted people who work at each of these sites, by name."""
    there = select(PersonSiteRow.person_id).where(PersonSiteRow.site_id.in_(site_ids)).group_by(PersonSiteRow.person_id)
    return list_trusted_of(session, session.scalars(there.having(func.count() == len(set(site_ids)))))


def trusted_people_by_site(
    session: Session, site_ids: Collection[int], roles: Collection[str] = STAFF_ROLES
) -> dict[int, list[Person]]:
    """The same people, by site."""
    there, trusted_ids = rows_by_site(session, site_ids, roles)
    people = {row.id: _to_person(row) for rows in there.values() for row in rows if row.id in trusted_ids}
    return {site_id: [people[row.id] for row in rows if row.id in people] for site_id, rows in there.items()}


def find_person_row(session: Session, person_id: int) -> PersonRow | None:
    """The row of a person, to change it; only for modules of this package."""
    return session.get(PersonRow, person_id)


def get_person_row(session: Session, person_id: int) -> PersonRow:
    """The row of a person whom a foreign key or a session names: rows of people are never deleted."""
    return session.get_one(PersonRow, person_id)


def lock_person_row(session: Session, person_id: int) -> PersonRow:
    """The row of such a person, which nobody else changes until this transaction ends."""
    return session.get_one(PersonRow, person_id, with_for_update=True, populate_existing=True)


def find_person_row_by_handle(session: Session, handle: str) -> PersonRow | None:
    """The row of a person, by sign-in name; capitals and spaces around it do not matter."""
    return session.scalar(select(PersonRow).where(PersonRow.handle == handle.strip().casefold()))


def find_person_row_by_name(
    session: Session, name_or_handle: str, site_ids: Collection[int] | None = None
) -> PersonRow | None:
    """The row of the one person with this handle, else with this name, who has not left; None if there are several.

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
    """The rows of people who have not left, by name; of some sites, or of all."""
    if site_ids is None:
        return list(session.scalars(_PRESENT))
    return list(session.scalars(_PRESENT_AT, {"sites": list(site_ids)}))


def list_person_rows(session: Session, site_ids: Collection[int]) -> list[PersonRow]:
    """The rows of people who work at any of these sites and have not left, by name."""
    return _present(session, site_ids)


def list_unconfirmed_person_rows(session: Session, site_ids: Collection[int]) -> list[PersonRow]:
    """As `list_person_rows`, of those who do not count yet: nobody confirmed them, or only lately."""
    waits = PersonRow.trusted_from.is_(None) | (PersonRow.trusted_from > context.now())
    return list(session.scalars(_PRESENT_AT.where(waits), {"sites": list(site_ids)}))


def list_every_person_row(session: Session) -> list[PersonRow]:
    """The rows of all people who ever had an account."""
    return list(session.scalars(select(PersonRow).order_by(PersonRow.id)))


def names_of_people(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Names by id, also of people who left."""
    return {row.id: row.name for row in session.execute(_NAMES, {"people": list(set(ids))})}


def site_ids_of_people(session: Session, ids: Iterable[int]) -> Mapping[int, frozenset[int]]:
    """The ids of the sites where people work, by the person's id; a person without a site has an empty set."""
    site_ids: dict[int, set[int]] = {person_id: set() for person_id in ids}
    for person_id, site_id in session.execute(_SITES, {"people": list(site_ids)}):
        site_ids[person_id].add(site_id)
    return {person_id: frozenset(sites) for person_id, sites in site_ids.items()}


def find_first_site(session: Session, person_id: int) -> int | None:
    """The id of the first site where a person works; None without one."""
    return cast("int | None", session.connection().scalar(_FIRST_SITE, {"person": person_id}))


def sites_with_newcomers(session: Session, site_ids: Collection[int]) -> set[int]:
    """The sites with somebody who is present and whom nobody has confirmed yet."""
    waits = (PersonRow.left_on.is_(None), PersonRow.trusted_from.is_(None))
    query = select(PersonSiteRow.site_id).join(PersonRow, PersonRow.id == PersonSiteRow.person_id)
    return set(session.scalars(query.where(PersonSiteRow.site_id.in_(site_ids), *waits)))


def name_at_site(session: Session, person_id: int, site_id: int) -> str | None:
    """The name of a person who works or worked at a site; None for anybody else."""
    there = select(PersonSiteRow.person_id).where(PersonSiteRow.site_id == site_id)
    return session.scalar(select(PersonRow.name).where(PersonRow.id == person_id, PersonRow.id.in_(there)))


def find_with_sites(session: Session, person_id: int) -> tuple[Row[Any] | None, frozenset[int]]:
    """The columns of a person that decide who may act now, and the ids of the person's sites; in one query.

    Nothing that the session has not written yet is in them.
    """
    rows = session.connection().execute(_WITH_SITES, {"person": person_id}).all()
    return rows[0] if rows else None, frozenset(row.site_id for row in rows if row.site_id is not None)


_checked_sites: Final = context.AppCache[bytes, frozenset[int]](10_000, seconds=60)
"""By `_version_of` a row: the sites with which its MAC was right. A changed row has another version."""


def is_vouched_for(person: PersonRow | Row[Any], site_ids: Collection[int]) -> bool:
    """Whether this installation wrote the name, role, sites, public key, trust and one-time codes of a row."""
    people_key, checked_site_ids = context.keyring().key_or_new(PEOPLE), frozenset(site_ids)
    version = _version_of(person, people_key)
    if _checked_sites.find(version) == checked_site_ids:
        return True
    claims = (person.id, person.role, site_ids, person.public_key, person.key_version)
    if is_right := check_person_mac(person.seal, people_key, *claims, _standing_of(person)):
        _checked_sites.put(version, checked_site_ids)
    return is_right


def _standing_of(person: PersonRow | Row[Any]) -> PersonClaims:
    return PersonClaims(person.trusted_from, person.codes or b"", person.name)


def _version_of(person: PersonRow | Row[Any], people_key: bytes) -> bytes:
    """A MAC over all that a person's MAC covers but the sites, and over that MAC."""
    claims = (person.seal.hex(), person.id, person.role, person.public_key.hex(), person.key_version)
    return record_mac(people_key, "checked", *claims, *_standing_of(person).claims())


def _find_sites(
    session: Session, people: Collection[PersonRow], site_ids: Collection[int]
) -> dict[int, frozenset[int]]:
    """The sites of people who work at these ones; at a single site only of those who were not checked a minute ago.

    Somebody may work at each site of a country, and each site asks about her. A site that somebody wrote into the
    database is none of those that were checked.
    """
    sites: dict[int, frozenset[int]] = {}
    for person in people if len(site_ids) == 1 else ():
        checked_site_ids = _checked_sites.find(_version_of(person, context.keyring().key_or_new(PEOPLE)))
        if checked_site_ids and checked_site_ids.issuperset(site_ids):
            sites[person.id] = checked_site_ids
    others = [person.id for person in people if person.id not in sites]
    return {**sites, **(site_ids_of_people(session, others) if others else {})}


def is_trusted(person: PersonRow, site_ids: Collection[int]) -> bool:
    """Whether a person counts: for a reader two compared the key, 48 hours ago; others were met by an advocate.

    Nothing is sealed to a person who is not trusted, and such a person cannot sign, count, help or be chosen.
    """
    return _is_confirmed(person) and is_vouched_for(person, site_ids)


def _is_confirmed(person: PersonRow | Row[Any]) -> bool:
    return person.left_on is None and person.trusted_from is not None and person.trusted_from <= context.now()


def find_acting_role(person: PersonRow | Row[Any], site_ids: Collection[int]) -> str | None:
    """The role in which a person may act now: the account's role, or newcomer until colleagues have confirmed them.

    So a coordinator cannot invite somebody to act as their own second adult before an advocate has met that person.
    None where nobody vouches for the row (`is_vouched_for`): such a person may not act at all.
    """
    if not is_vouched_for(person, site_ids):
        return None
    return person.role if _is_confirmed(person) else NEWCOMER


def list_trusted_person_rows(session: Session, site_ids: Collection[int]) -> list[PersonRow]:
    """The rows of the trusted people at any of these sites, by name; only these can be chosen for a duty."""
    present = _present(session, site_ids)
    sites = _find_sites(session, present, site_ids)
    return [person for person in present if is_trusted(person, sites[person.id])]


def list_advocates(session: Session, site_id: int) -> tuple[Reader, ...]:
    """The advocates of a site to whom texts may be sealed, by name; without a row that was altered."""
    return find_readers(session, site_id).advocates


def find_readers(session: Session, site_id: int) -> Readers:
    """All people to whom a report of a site may be sealed, with their pictures there."""
    return _by_role(list_key_holders(session, site_id, HOLDING_KEYS))


def find_readers_at_sites(session: Session, site_ids: Collection[int]) -> dict[int, Readers]:
    """As `find_readers`, for each of these sites; without pictures, which children see at one site."""
    there = key_holders_by_site(session, site_ids, HOLDING_KEYS)
    return {site_id: _by_role(readers) for site_id, readers in there.items()}


_ROLES_OF_READERS = (ADVOCATE, SAFEGUARDING_LEAD, OUTSIDE_RECIPIENT)  # in the order of `Readers`


def _by_role(readers: Collection[Reader]) -> Readers:
    return Readers(*(tuple(reader for reader in readers if reader.role == role) for role in _ROLES_OF_READERS))


def list_key_holders(session: Session, site_id: int, roles: Collection[str] = STAFF_ROLES) -> list[Reader]:
    """The people of some roles at a site to whom something may be sealed, by name: present, vouched for and trusted.

    Args:
        session: may read.
        site_id: the site.
        roles: only these.
    """
    there, trusted = rows_by_site(session, [site_id], roles)
    pictures = pictures_of_adults(there[site_id])
    return [_to_reader(person, pictures[person.id]) for person in there[site_id] if person.id in trusted]


def key_holders_by_site(
    session: Session, site_ids: Collection[int], roles: Collection[str] = STAFF_ROLES
) -> dict[int, list[Reader]]:
    """As `list_key_holders`, for each of these sites; without pictures, which children see at one site."""
    there, trusted = rows_by_site(session, site_ids, roles)
    readers = {person.id: _to_reader(person) for people in there.values() for person in people if person.id in trusted}
    return {
        site_id: [readers[person.id] for person in people if person.id in readers] for site_id, people in there.items()
    }


def rows_by_site(
    session: Session, site_ids: Collection[int], roles: Collection[str] = STAFF_ROLES
) -> tuple[dict[int, list[PersonRow]], set[int]]:
    """The rows of people who have not left, by site and then by name; and who of some roles is trusted.

    Each person is checked once, at however many sites.
    """
    there: dict[int, list[PersonRow]] = {site_id: [] for site_id in site_ids}
    present = _present(session, site_ids) if there else []
    sites = _find_sites(session, present, site_ids)
    for person in present:
        for site_id in sites[person.id] & there.keys():
            there[site_id].append(person)
    return there, {person.id for person in present if person.role in roles and is_trusted(person, sites[person.id])}


def _to_reader(person: PersonRow, picture: str = "") -> Reader:
    return Reader(
        person.id, person.name, person.public_key, person.role, person.key_version, person.trained_until,
        person.tested_on, picture=picture, has_signed_in=not person.password_known,
    )  # fmt: skip


def list_interpreter_rows(session: Session) -> list[InterpreterRow]:
    """What was entered about interpreters; only for `interpreters`, which checks it."""
    return list(session.scalars(select(InterpreterRow)))


def find_interpreter_row(session: Session, person_id: int) -> InterpreterRow | None:
    """What was entered about one interpreter; only for `interpreters`, which checks it."""
    return session.get(InterpreterRow, person_id)


def pictures_of_adults(people: Iterable[Person | PersonRow]) -> dict[int, str]:
    """The picture of OpenMoji by which children know each adult of one site, by person id.

    The choices of readers go first, those of interpreters last.
    """
    readers_first = sorted(
        people, key=lambda person: (person.role == INTERPRETER, person.role not in HOLDING_KEYS, person.id)
    )
    return adult_pictures.assign_pictures((person.id, person.picture) for person in readers_first)


def list_free_pictures(session: Session, person: PersonRow) -> tuple[str, list[str]]:
    """A person's present picture, and all that the person may choose.

    No other adult at any of the person's sites has one of these.
    """
    there, _trusted = rows_by_site(session, sorted(site_ids_of_people(session, [person.id])[person.id]), ())
    by_site = [pictures_of_adults(people) for people in there.values()] or [pictures_of_adults([person])]
    in_use = {code for pictures in by_site for person_id, code in pictures.items() if person_id != person.id}
    own_picture = by_site[0][person.id]
    return own_picture, [code for code in adult_pictures.ADULT_PICTURES if code not in in_use or code == own_picture]


def lock_people(session: Session) -> None:
    """Lock the table of people until the transaction ends: nobody joins, leaves or gets a new key. Rows are read again.

    On SQLite every writer waits anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE people IN SHARE ROW EXCLUSIVE MODE"))
        session.expire_all()


def public_keys_at_site(session: Session, site_id: int) -> dict[int, bytes]:
    """The present public keys of people at a site, by person id; this does not vouch for anybody."""
    return {row[0]: bytes(row[1]) for row in _KEYS_AT.rows(session.connection(), {"site": site_id})}


def lock_readers(session: Session, *, alone: bool = False) -> None:
    """Lock the table of people against changes until the transaction ends; others may hold the same lock.

    On SQLite every writer waits anyway.

    Args:
        session: may write.
        alone: whether to wait until nobody else holds it, and let nobody take it.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE people IN SHARE {'ROW EXCLUSIVE' if alone else ''} MODE"))


def has_no_people(session: Session) -> bool:
    """Whether nobody has an account yet."""
    return session.scalar(select(PersonRow.id).limit(1)) is None

"""The first people of an installation and its first help texts; and further sites with the people who read there."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from youthvoice.access.permissions import ADVOCATE, COORDINATOR, OUTSIDE_RECIPIENT
from youthvoice.accounts.models import PersonRow
from youthvoice.accounts.people.store import (
    FROM_THE_START,
    Newcomer,
    add_person,
    add_workplace,
    key_binding,
    replace_unused_key,
)
from youthvoice.accounts.rules import HOLDING_KEYS
from youthvoice.accounts.store import find_person_row, has_no_people, list_every_person_row, rows_by_site
from youthvoice.errors import ConcurrentUpdate
from youthvoice.privacy.credentials.passwords import make_secret, random_password
from youthvoice.privacy.crypto.argon2 import PASSWORD_COST, Argon2Cost
from youthvoice.sites.store import Site, add_site, list_slugs, make_site_slug
from youthvoice.web.i18n.languages import SOURCE_LANGUAGE


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A person who will get an account.

    Attributes:
        password_known: the person who makes the account reads the password, so a new one is chosen at the first
            sign-in.
    """

    name: str
    role: str
    handle: str
    language: str = "en"
    trained_until: date | None = None
    tested_on: date | None = None
    password_known: bool = True


FIRST_HANDLES: Final = (
    ("coordinator", COORDINATOR),
    ("advocate-1", ADVOCATE),
    ("advocate-2", ADVOCATE),
    ("outside", OUTSIDE_RECIPIENT),
)
"""Sign-in names and roles of the first four people; their names are asked for, since children read them."""


def first_accounts(names: Sequence[str], trained_until: date | None = None) -> list[NewAccount]:
    """The accounts of the first four people.

    Args:
        names: in the order of `FIRST_HANDLES`.
        trained_until: the last day of the advocates' training, or None.
    """
    new_accounts = [NewAccount(name, role, handle) for name, (handle, role) in zip(names, FIRST_HANDLES, strict=True)]
    return [
        replace(account, trained_until=trained_until) if account.role == ADVOCATE else account
        for account in new_accounts
    ]


@dataclass(frozen=True, slots=True)
class PreparedAccount:
    """An account with its keys, and the first password, which is shown once and not stored."""

    newcomer: Newcomer
    password: str = field(repr=False)


def prepare_accounts(
    new_accounts: Sequence[NewAccount], pepper: bytes, password: str | None = None, cost: Argon2Cost = PASSWORD_COST
) -> list[PreparedAccount]:
    """Make keys and first passwords: one Argon2 run each, so before any transaction begins.

    Args:
        new_accounts: the accounts to make.
        pepper: the key `pepper`.
        password: the same for all instead of random ones; for examples and tests.
        cost: for tests only.
    """
    prepared = []
    for account in new_accounts:
        first = password or random_password()
        secret = make_secret(first, pepper, key_binding(account.handle, 1), cost=cost)
        prepared.append(PreparedAccount(Newcomer(**asdict(account), secret=secret, trusted_from=FROM_THE_START), first))
    return prepared


def add_first_people(session: Session, prepared: Sequence[PreparedAccount], site_ids: Collection[int]) -> None:
    """Store the first people of an installation.

    Raises:
        ConcurrentUpdate: somebody has an account.
    """
    if not has_no_people(session):
        raise ConcurrentUpdate
    for account in prepared:
        add_person(session, account.newcomer, site_ids)


def list_unused_accounts(session: Session) -> list[NewAccount]:
    """The first people of an installation while none of them has chosen a password; else nobody."""
    persons = list_every_person_row(session)
    if not all(person.password_known for person in persons):
        return []
    return [NewAccount(person.name, person.role, person.handle) for person in persons]


def replace_unused_keys(session: Session, prepared: Sequence[PreparedAccount]) -> None:
    """Give the first people of an installation new keys and passwords, as long as none of them has chosen one.

    Raises:
        ConcurrentUpdate: one has.
    """
    persons = {person.handle: person for person in list_every_person_row(session)}
    if not all(person.password_known for person in persons.values()):
        raise ConcurrentUpdate
    for account in prepared:
        replace_unused_key(session, persons[account.newcomer.handle], account.newcomer.secret)


_MAX_CHARACTERS = {
    "helpline_name": 120,
    "helpline_number": 40,
    "helpline_hours": 120,
    "danger_number": 40,
    "danger_adult": 120,
}

_NUMBER = re.compile(r"(?=.*[0-9])[0-9+*#() -]*")  # the signs that the page of sites takes


def find_wrong_help_fields(values: Mapping[str, str]) -> list[str]:
    """Names of the help fields that cannot be stored: too long, or a number that nobody can dial."""
    return [
        name
        for name, value in values.items()
        if len(value) > _MAX_CHARACTERS[name] or (value and name.endswith("_number") and not _NUMBER.fullmatch(value))
    ]


def help_columns(values: Mapping[str, str], today: date) -> dict[str, object]:
    """The help values as columns of a site; a helpline with name and number counts as tested today."""
    columns: dict[str, object] = {name: value for name, value in values.items() if value}
    if {"helpline_name", "helpline_number"} <= set(columns):
        columns["helpline_tested"] = today
    return columns


def missing_help_sentences(site: Site) -> Iterator[str]:
    """Sentences that say which help texts a site lacks; without those of the first sentence no round can open."""
    needed = {
        "the helpline's name": site.helpline_name,
        "the helpline's number": site.helpline_number,
        "the day you tried it out": site.helpline_tested,
    }
    if lacks := [words for words, there in needed.items() if not there]:
        yield f"Before a round can open, a coordinator enters under Sites and groups: {', '.join(lacks)}."
    if not (site.danger_number and site.danger_adult):
        yield "Children are not yet told whom to call and whom to go to in danger: enter both there too."


def missing_channel_sentences(lacks: Collection[str]) -> Iterator[str]:
    """Sentences that say what a site still needs before children can report; see `rules.missing_for_channel`."""
    needed = {
        "advocates": "a coordinator records the training of two advocates under People (or --trained-until here)",
        "outside": "an outside recipient",
        "outside_untested": "an advocate asks the outside recipient for a test under People, and she confirms it",
        "helpline": "the helpline with name, number and the day it was called",
    }
    if missing := [words for code, words in needed.items() if code in lacks]:
        yield f"Before children can tell: {'; '.join(missing)}."


def independent_people_by_site(session: Session, site_ids: Collection[int]) -> dict[int, list[PersonRow]]:
    """The people of each site whom managers do not choose (`rules.HOLDING_KEYS`), by name."""
    rows, _trusted = rows_by_site(session, site_ids, ())
    return {site_id: [row for row in there if row.role in HOLDING_KEYS] for site_id, there in rows.items()}


def open_site(session: Session, values: Mapping[str, object], like: int, coordinator_id: int) -> str:
    """Create a site with the people it needs.

    Args:
        session: may write.
        values: columns of the site by name.
        like: the site whose people who hold keys will also read here (`independent_people_by_site`).
        coordinator_id: the person who creates it.

    Returns:
        The slug of the new site.

    Raises:
        ValueError: the row of one of these people was altered behind our back.
    """
    slug = make_site_slug(str(values["name"]), list_slugs(session))
    site = add_site(session, slug, {"languages": [SOURCE_LANGUAGE], **values})  # a coordinator signs for all others
    coordinator = find_person_row(session, coordinator_id)
    for person in [*independent_people_by_site(session, [like])[like], *([coordinator] if coordinator else [])]:
        add_workplace(session, person, site.id)
    return site.slug

"""Make accounts with a first password: the house's first people, and those who come later."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from youthvoice.access.permissions import ADVOCATE, COORDINATOR, OUTSIDE_RECIPIENT
from youthvoice.accounts import store
from youthvoice.accounts.models import Person
from youthvoice.accounts.people import store as accounts
from youthvoice.accounts.people.store import FROM_THE_START, Newcomer, binding
from youthvoice.privacy.credentials.passwords import PASSWORD_COST, Cost, make_secret, random_password


class AlreadyFounded(Exception):
    """There are people already; the first ones are made once."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody who shall get an account.

    Attributes:
        password_known: whoever makes the account reads her password, so she chooses her own when she first signs in.
    """

    name: str
    role: str
    handle: str
    language: str = "en"
    trained_until: date | None = None
    tested_on: date | None = None
    password_known: bool = True


FIRST = (
    Wanted("Coordinator", COORDINATOR, "coordinator"),
    Wanted("First advocate", ADVOCATE, "advocate-1"),
    Wanted("Second advocate", ADVOCATE, "advocate-2"),
    Wanted("Outside recipient", OUTSIDE_RECIPIENT, "outside"),
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An account whose keys are made, still outside the database."""

    newcomer: Newcomer
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Founded:
    """Who may sign in now, and with what; the password is shown once and kept nowhere."""

    handle: str
    name: str
    role: str
    password: str = field(repr=False)


def prepare(
    wanted: Sequence[Wanted], pepper: bytes, password: str | None = None, cost: Cost = PASSWORD_COST
) -> list[Prepared]:
    """Make keys and first passwords: one Argon2 run each, so before any transaction begins.

    Args:
        wanted: who.
        pepper: the key `pepper`.
        password: the same for all instead of random ones; for examples and tests.
        cost: for tests only.
    """
    made = []
    for each in wanted:
        first = password or random_password()
        secret = make_secret(first, pepper, binding(each.handle, 1), cost=cost)
        newcomer = Newcomer(
            each.handle,
            each.name,
            each.role,
            secret,
            each.language,
            trusted_from=FROM_THE_START,
            trained_until=each.trained_until,
            tested_on=each.tested_on,
            password_known=each.password_known,
        )
        made.append(Prepared(newcomer, first))
    return made


def welcome(
    session: Session, prepared: Prepared, site_ids: Collection[int], people_key: bytes
) -> tuple[Person, Founded]:
    """Write one prepared account.

    Raises:
        IntegrityError: the handle is taken.
    """
    newcomer = prepared.newcomer
    person = accounts.add(session, newcomer, site_ids, people_key)
    return person, Founded(newcomer.handle, newcomer.name, newcomer.role, prepared.password)


def found(
    session: Session, prepared: Sequence[Prepared], site_ids: Collection[int], people_key: bytes
) -> list[Founded]:
    """Write the first people of a house.

    Raises:
        AlreadyFounded: somebody has an account.
    """
    if not store.is_empty(session):
        raise AlreadyFounded
    return [welcome(session, each, site_ids, people_key)[1] for each in prepared]

"""Accept an invitation: she chooses her password, and her key pair is made. Nobody else ever knows either."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.access import guard
from youthvoice.access.permissions import may
from youthvoice.accounts import store
from youthvoice.accounts.invitations import store as invitations
from youthvoice.accounts.invitations.store import NotOpen, Open
from youthvoice.accounts.keys import comparison as comparing
from youthvoice.accounts.mail import send as writing
from youthvoice.accounts.models import Person
from youthvoice.accounts.people import store as accounts
from youthvoice.accounts.people.store import Newcomer, binding
from youthvoice.accounts.rules import HOLDING_KEYS
from youthvoice.accounts.sign_in import authenticate as proving
from youthvoice.accounts.sign_in import second_factor as codes
from youthvoice.privacy.credentials.passwords import PASSWORD_COST, Cost, PersonSecret, make_secret


class HandleTaken(Exception):
    """Somebody signs in with this name already."""


def handle_of(session: Session, invitation: Open) -> str | None:
    """What somebody who is there already signs in with; None for whoever is new.

    Raises:
        NotOpen: she left meanwhile.
    """
    person = _known(session, invitation)
    return person.handle if person else None


def join(token: str, handle: str, password: str, language: str, cost: Cost = PASSWORD_COST) -> int:
    """Make the account, or the new key of somebody who lost her password.

    Runs Argon2: call it before the request's own session is opened.

    Args:
        token: of the link.
        handle: what she will sign in with; who is there already keeps hers.
        password: hers.
        language: of her pages.
        cost: for tests only.

    Returns:
        The row of the person.

    Raises:
        NotOpen: the link lets nobody in, or somebody else was faster with it.
        HandleTaken: somebody signs in with this handle.
    """
    people_key, now = running.keyring().key("people"), running.now()
    with db.reading(db.engine()) as session:
        known = _known(session, invitations.find(session, token, people_key, now))
        bound = binding(known.handle, known.key_version + 1) if known else binding(handle, 1)
    secret = make_secret(password, running.keyring().key("pepper"), bound, cost=cost)
    try:
        with db.writing(db.engine()) as session:
            invitation = invitations.find(session, token, people_key, now)
            invitations.use(session, invitation, running.today())
            person = _let_in(session, invitation, handle, secret, language)
            action = "person.join" if invitation.guest.person_id is None else "key.renew"
            proving.log(person.handle).add(session, action, str(person.id))
            return person.id
    except IntegrityError:
        raise HandleTaken from None


def _refuse_if_lost(session: Session, person: Person) -> None:
    """Her old key stays while nobody else opens something: two who were left out of it could end it with a new one.

    Raises:
        NotOpen: she comes with a new account instead; the old one waits for her password.
    """
    store.keep_still(session)
    if person.role in HOLDING_KEYS and guard.reads_alone(session, person.id):
        raise NotOpen("reads_alone")


def _known(session: Session, invitation: Open) -> Person | None:
    if invitation.guest.person_id is None:
        return None
    person = store.find(session, invitation.guest.person_id)
    if person is None or person.left_on is not None:
        raise NotOpen("unknown")
    return person


def _let_in(session: Session, invitation: Open, handle: str, secret: PersonSecret, language: str) -> Person:
    guest, people_key = invitation.guest, running.keyring().key("people")
    known = _known(session, invitation)
    if known is not None:
        _refuse_if_lost(session, known)
        accounts.renew(session, known, secret, people_key, trusted=None)
        comparing.forget(session, known.id)
        codes.forget(session, known.id)
        writing.say_that_it_was_renewed(session, known)
        _ask_to_meet(session, known)
        return known
    newcomer = Newcomer(handle, guest.name, guest.role, secret, language, mail=guest.mail)
    person = accounts.add(session, newcomer, guest.site_ids, people_key)
    _ask_to_meet(session, person)
    return person


def _ask_to_meet(session: Session, person: Person) -> None:
    """Whoever holds no keys waits until an advocate has met her; the advocates are asked to sign in."""
    if person.role in HOLDING_KEYS:
        return
    site_ids = store.sites_of(session, [person.id])[person.id]
    for other in store.trusted_of(session, site_ids, running.keyring().key("people"), running.now()):
        if may(other.role, "people.meet"):
            writing.please_sign_in(session, other, "meet", person.id, person.key_version)

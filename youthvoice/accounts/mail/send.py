"""Put mail to staff into the outbox, in the transaction of what it tells about."""

import secrets
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accounts import store
from youthvoice.accounts.mail import addresses as mail_addresses
from youthvoice.accounts.mail import messages as letters
from youthvoice.accounts.models import Person
from youthvoice.mail import messages, outbox
from youthvoice.privacy.keys.names import MAIL
from youthvoice.sites import store as places


@dataclass(frozen=True, slots=True)
class To:
    """Who gets a mail.

    Attributes:
        address: in clear.
        site_id: under whose neutral name.
        language: of its words.
    """

    address: str
    site_id: int
    language: str


def invite(session: Session, to: To, token: str) -> None:
    """Mail an invitation's link."""
    _put(session, "invitation", to, url_for("invitations.join", token=token))


def please_sign_in(session: Session, person: Person, *once: str | int) -> bool:
    """Ask somebody to sign in, without a word about why; False when she has no address.

    Args:
        session: may write.
        person: who.
        once: what makes it the same mail if it is put into the outbox again; without it each is a new one.
    """
    address = mail_addresses.plain(running.keyring(), person.mail)
    site_ids = store.sites_of(session, [person.id])[person.id]
    if not address or not site_ids:
        return False
    _put(session, "sign_in", To(address, min(site_ids), person.language), "", *((person.id, *once) if once else ()))
    return True


def say_that_it_was_renewed(session: Session, person: Person) -> None:
    """Tell whoever has the address of an account that it has a new password: perhaps she did not ask for one."""
    address = mail_addresses.plain(running.keyring(), person.mail)
    if address:
        site_id = min(store.sites_of(session, [person.id])[person.id])
        _put(session, "renewed", To(address, site_id, person.language))


def say_that_it_ended(session: Session, person: Person) -> None:
    """Tell somebody that others ended her account; to be called before it goes, for her address goes with it."""
    address = mail_addresses.plain(running.keyring(), person.mail)
    if address:
        site_id = min(store.sites_of(session, [person.id])[person.id])
        _put(session, "ended", To(address, site_id, person.language))


def _put(session: Session, kind: str, to: To, path: str = "", *once: str | int) -> None:
    keyring, settings, now = running.keyring(), running.settings(), running.now()
    site = places.site(session, to.site_id)
    name, word = (site.mail_name, site.staff_word) if site else ("", "")
    said = letters.words_for(kind, name, to.language, settings.url + path if path else "", word)
    message_id = messages.message_id_for(
        keyring.key(MAIL), settings, "staff", kind, *(once or (secrets.token_hex(16),))
    )
    outbox.put(session, keyring, messages.compose(said, to.address, message_id, settings, now), now)

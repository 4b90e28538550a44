"""Send an approved view to guardians: one outbox row for each cleared address, in the transaction that says "sent"."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from youthvoice import running
from youthvoice.audit.store import Log
from youthvoice.mail import messages, outbox
from youthvoice.places import store as places
from youthvoice.privacy.key_names import LINKS, MAIL
from youthvoice.publications import addresses, letters, replies, store, tokens
from youthvoice.publications.models import Address
from youthvoice.publications.store import Edition, PublicationFacts


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, when."""

    person_id: int
    now: datetime
    log: Log


class NothingToSend(Exception):
    """There is no cleared address, or everybody was written to already."""


def send(session: Session, edition: Edition, site_ids: Collection[int], sender: Sender) -> int:
    """Put the letters of an approved view into the outbox; twice sends nothing twice.

    Args:
        session: of the request; the caller commits.
        edition: approved, with a guardians' view.
        site_ids: the sites of whoever sends; guardians of other sites are written to by their own coordinator.
        sender: who and when.

    Returns:
        How many letters were put into the outbox.

    Raises:
        NothingToSend: with nothing written.
    """
    letters_sent = 0
    for at in store.sites_to_write_to(session, edition, site_ids):
        site = places.site(session, at.site_id)
        cleared = addresses.to_write_to(session, at.site_id)
        if site is None or not cleared:
            continue
        for address in cleared:
            _put(session, edition.first, address, site.mail_name, sender.now)
        at.sent_on, at.letters = sender.log.day, len(cleared)
        letters_sent += len(cleared)
    if not letters_sent:
        raise NothingToSend
    store.mark_sent(session, edition, sender.person_id, sender.log.day, sender.log)
    return letters_sent


def message_id_of(publication: PublicationFacts, mark: bytes) -> str:
    """The Message-ID of the letter about a view to the address with a fingerprint."""
    key = running.keyring().key(MAIL)
    return messages.message_id_for(key, running.settings(), "publication", publication.slug, mark.hex())


def _put(session: Session, publication: PublicationFacts, address: Address, mail_name: str, now: datetime) -> None:
    keyring, settings = running.keyring(), running.settings()
    token = tokens.token_for(keyring.key(LINKS), publication.slug, address.id, address.fingerprint)
    letter = letters.Letter(
        mail_name=mail_name,
        language=address.language,
        link=settings.url + url_for("views.read", token=token),
        unsubscribe=settings.url + url_for("views.stop", token=token),
    )
    message_id = message_id_of(publication, address.fingerprint)
    owed = replies.owed_for(session, publication.frozen)
    said = letters.words_for(publication.frozen, letter, owed, now.date(), replies.names(session, owed))
    to = addresses.plain(keyring, address)
    outbox.put(session, keyring, messages.compose(said, to, message_id, settings, now), now)

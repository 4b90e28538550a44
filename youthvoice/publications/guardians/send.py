"""Write to guardians: of an approved view, and once more when it is answered. One outbox row for each cleared address.

The first is sent by a coordinator. The second goes by itself, from the daily hour of the day after the answer on,
so that an adult can correct her words before; to those who got the first and are still cleared, at most once for each
time that everything was answered. A family whose address is known at two sites of a view gets one letter.
"""

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.accountability.store import OwedFacts
from youthvoice.audit.log import Log
from youthvoice.mail import messages, outbox
from youthvoice.privacy.errors import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone
from youthvoice.privacy.keys.names import AUDIT, LINKS, MAIL
from youthvoice.publications import adult_answers as replies
from youthvoice.publications import status_store as standing_store
from youthvoice.publications import store
from youthvoice.publications.guardians import link_tokens as tokens
from youthvoice.publications.guardians import mail as letters
from youthvoice.publications.guardians import store as addresses
from youthvoice.publications.models import Address, PublicationSite
from youthvoice.publications.status_store import WrittenTo
from youthvoice.publications.store import Edition, PublicationFacts
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts
from youthvoice.surveys.rounds import answer_due as owing
from youthvoice.surveys.rounds import store as surveys


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
    letters_sent, day = 0, sender.log.day
    owed = replies.owed_for(session, edition.first.frozen)
    for at in store.sites_to_write_to(session, edition, site_ids):
        site = _site(session, at.site_id)
        cleared = addresses.to_write_to(session, at.site_id)
        if site is None or not cleared:
            continue
        day = sender.now.astimezone(ZoneInfo(site.time_zone)).date()
        written = [one for one in store.sites_of(session, edition.first) if one.sent_on]
        new = _not_yet(session, cleared, written)
        for address in new:
            _put(session, edition.first, address, site, owed, sender.now)
        at.sent_on, at.letters = day, len(new)
        at.told_of = owed.settled_on if owed else None
        session.flush()
        letters_sent += len(new)
    if not letters_sent:
        raise NothingToSend
    store.mark_sent(session, edition, sender.person_id, day, sender.log)
    return letters_sent


def answers_due() -> None:
    """The job: tell families what adults answered, at each site from its daily hour of the day after on.

    Each in a transaction of its own, so that one that does not open keeps back no other; `flask doctor` counts those.
    """
    with db.reading(db.engine()) as session:
        due = list(_due(session))
    for one in due:
        with suppress(CannotOpen, KeyGone), db.writing(db.engine()) as session:
            _tell(session, one)


def message_id_of(publication: PublicationFacts, mark: bytes, told_of: date | None = None) -> str:
    """The Message-ID of a letter about a view to the address with a fingerprint.

    Args:
        publication: the view.
        mark: the fingerprint.
        told_of: of a second letter the day of the answer.
    """
    key = running.keyring().key(MAIL)
    named = (publication.slug, mark.hex(), *((told_of.isoformat(),) if told_of else ()))
    return messages.message_id_for(key, running.settings(), "publication", *named)


def _due(session: Session) -> Iterator[WrittenTo]:
    written = standing_store.written_to(session)
    rounds = {facts.id: facts for facts in surveys.rounds_by_id(session, {one.round_id for one in written})}
    settled = owing.settled_on(session, rounds.values())
    of_both = {(rounds[one.round_id].pair, one.site_id) for one in written if rounds[one.round_id].wave == "post"}
    sites = {site.id: places.facts(site) for site in places.every_site(session)} if settled else {}
    for one in written:
        facts = rounds[one.round_id]
        if facts.wave == "pre" and (facts.pair, one.site_id) in of_both:
            continue  # one answer, one letter: that of the round after bears it
        day = settled.get(facts.slug)
        if day is not None and day != one.told_of and _its_hour_has_come(sites[one.site_id], day):
            yield one


def _site(session: Session, site_id: int) -> SiteFacts | None:
    found = places.site(session, site_id)
    return places.facts(found) if found else None


def _its_hour_has_come(site: SiteFacts, answered_on: date) -> bool:
    here = running.now().astimezone(ZoneInfo(site.time_zone))
    return here.date() > answered_on and here.hour >= site.daily_hour


def _tell(session: Session, one: WrittenTo) -> None:
    """Write second letters for one site; another process may have done it a moment ago, or children said "not yet"."""
    at = standing_store.held(session, one)
    publication = standing_store.one(session, running.keyring(), one.publication_id)
    owed = replies.owed_for(session, publication.frozen)
    site = _site(session, one.site_id)
    if site is None or owed is None or owed.settled_on is None or at.told_of == owed.settled_on:
        return
    told = [other for other in store.sites_of(session, publication) if other.told_of == owed.settled_on]
    again = [address for address in addresses.to_write_to(session, at.site_id) if _got_the_first(address, at)]
    new = _not_yet(session, again, told)
    for address in new:
        _put(session, publication, address, site, owed, running.now(), owed.settled_on)
    at.told_of, at.told_letters = owed.settled_on, len(new)
    log = Log(running.keyring().key(AUDIT), running.today(), "work")
    log.add(session, "publication.tell", f"{publication.frozen['round']} version {publication.version}")


def _got_the_first(address: Address, at: PublicationSite) -> bool:
    return address.cleared_on is not None and at.sent_on is not None and address.cleared_on <= at.sent_on


def _not_yet(session: Session, wanted: Collection[Address], written: Collection[PublicationSite]) -> list[Address]:
    """Those of some addresses that were not written to at another site of the same view."""
    keyring = running.keyring()
    known = {
        addresses.plain(keyring, address).casefold()
        for at in written
        for address in addresses.to_write_to(session, at.site_id)
        if _got_the_first(address, at)
    }
    return [address for address in wanted if addresses.plain(keyring, address).casefold() not in known]


def _put(  # noqa: PLR0913, PLR0917 - a letter has as many sides
    session: Session,
    publication: PublicationFacts,
    address: Address,
    site: SiteFacts,
    owed: OwedFacts | None,
    now: datetime,
    told_of: date | None = None,
) -> None:
    keyring, settings = running.keyring(), running.settings()
    token = tokens.token_for(keyring.key(LINKS), publication.slug, address.id, address.fingerprint)
    page = f"{settings.url}/views/{token}"  # the work process has no request to make addresses from
    letter = letters.Letter(
        mail_name=site.mail_name,
        language=address.language,
        link=page,
        unsubscribe=f"{page}/stop",
        picture=site.mail_picture,
        word=site.mail_word,
        ask_number=site.ask_number,
        ask_hours=site.ask_hours,
    )
    message_id = message_id_of(publication, address.fingerprint, told_of)
    today = now.astimezone(ZoneInfo(site.time_zone)).date()
    said = letters.words_for(publication.frozen, letter, owed, today, replies.names(session, owed))
    to = addresses.plain(keyring, address)
    outbox.put(session, keyring, messages.compose(said, to, message_id, settings, now), now)

"""Mail to guardians: composed from the frozen view, put into the outbox, tried again where it did not arrive.

Sender and subject are neutral, and a site is called by its mail name: whoever sees the inbox learns nothing.

The first is sent by a coordinator. The second goes by itself, from the daily hour of the day after the answer on,
so that an adult can correct her words before; to those who got the first and are still cleared, at most once for each
time that everything was answered. A family whose address is known at two sites of a view gets one letter.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import force_locale, gettext as _
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.labels import PersonNames
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.mail import messages, outbox
from youthvoice.privacy.keys import key_names
from youthvoice.publications import adult_answers, render, snapshot, store as publications_store
from youthvoice.publications.encryption import Publication
from youthvoice.publications.guardians import store
from youthvoice.publications.models import GuardianAddressRow, PublicationSiteRow
from youthvoice.publications.store import Edition, WrittenSite
from youthvoice.sites.store import Site, find_site, list_all_sites
from youthvoice.surveys.rounds.status import settled_days
from youthvoice.surveys.rounds.store import list_rounds_by_id
from youthvoice.web.graphics import picture_labels


@dataclass(frozen=True, slots=True)
class GuardianMail:
    """What a letter is made for.

    Attributes:
        site: whose neutral name, picture, word and telephone it bears.
        language: of the address.
        link: the whole view.
    """

    site: Site
    language: str
    link: str

    @property
    def unsubscribe(self) -> str:
        """Ends the mail, by a page or at one click."""
        return f"{self.link}/stop"


def guardian_mail_words(
    frozen: snapshot.Frozen, letter: GuardianMail, owed: AnswerDue | None, today: date, names: PersonNames | None = None
) -> messages.MailText:
    """The words of one mail, in the language of the address or the nearest there is.

    Once everything is answered it is the second letter: the answer comes first, what children said after it. Neither
    needs a request: the work process writes the second one.

    Args:
        frozen: the view.
        letter: what it is made for.
        owed: the answer so far; a letter that goes out late bears it.
        today: the day it is written, at the site.
        names: of everybody who is said beside the answer.
    """
    site, language = letter.site, render.best_language(frozen, letter.language)
    with force_locale(language):
        told = adult_answers.reply_view_of(frozen, owed, today, names)
        given = {
            "view": render.render_view(frozen, language, told.to),
            "told": told,
            "letter": letter,
            "sign": picture_labels.picture_emoji(site.mail_picture) if site.mail_picture and site.mail_word else "",
            "sign_words": picture_labels.picture_label_of(site.mail_picture),
        }
        subject, stop = str(_("A letter for you")), letter.unsubscribe
        return messages.render_mail(
            "publications/guardians/letter",
            language,
            sender_name=site.mail_name,
            subject=subject,
            shown=given,
            stop=stop,
        )


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, when."""

    person_id: int
    now: datetime
    log: Log


class NothingToSend(Exception):
    """There is no cleared address, or everybody was written to already."""


def send_edition(session: Session, edition: Edition, site_ids: Collection[int], sender: Sender) -> int:
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
    owed = adult_answers.find_answer_due_for(session, edition.first.frozen)
    for at in publications_store.lock_sites_to_write_to(session, edition, site_ids):
        site = find_site(session, at.site_id)
        cleared = store.list_cleared_addresses(session, at.site_id)
        if site is None or not cleared:
            continue
        day = sender.now.astimezone(ZoneInfo(site.time_zone)).date()
        written = [one for one in publications_store.list_publication_sites(session, edition.first) if one.sent_on]
        new = _not_yet(session, cleared, written)
        for address in new:
            _put(session, edition.first, address, site, owed, sender.now)
        at.sent_on, at.letters = day, len(new)
        at.told_of = owed.settled_on if owed else None
        session.flush()
        letters_sent += len(new)
    if not letters_sent:
        raise NothingToSend
    publications_store.mark_edition_sent(session, edition, sender.person_id, day, sender.log)
    return letters_sent


def send_due_answers() -> None:
    """The job: tell families what adults answered, at each site from its daily hour of the day after on.

    Each in a transaction of its own, so that one that does not open keeps back no other; `flask doctor` counts those.
    """
    with db.reading(db.engine()) as session:
        due = list(_due(session))
    for one in due:
        with suppress(CannotOpen, KeyGone), db.writing(db.engine()) as session:
            _tell(session, one)


def guardian_message_id(publication: Publication, mark: bytes, told_of: date | None = None) -> str:
    """The Message-ID of a letter about a view to the address with a fingerprint.

    Args:
        publication: the view.
        mark: the fingerprint.
        told_of: of a second letter the day of the answer.
    """
    key = context.keyring().key(key_names.MAIL)
    named = (publication.slug, mark.hex(), *((told_of.isoformat(),) if told_of else ()))
    return messages.message_id_for(key, context.settings(), "publication", *named)


def _due(session: Session) -> Iterator[WrittenSite]:
    written = publications_store.list_written_sites(session)
    rounds = {facts.id: facts for facts in list_rounds_by_id(session, {one.round_id for one in written})}
    settled = settled_days(session, rounds.values())
    of_both = {(rounds[one.round_id].pair, one.site_id) for one in written if rounds[one.round_id].wave == "post"}
    sites = {site.id: site for site in list_all_sites(session)} if settled else {}
    for one in written:
        facts = rounds[one.round_id]
        if facts.wave == "pre" and (facts.pair, one.site_id) in of_both:
            continue  # one answer, one letter: that of the round after bears it
        day = settled.get(facts.slug)
        if day is not None and day != one.told_of and _its_hour_has_come(sites[one.site_id], day):
            yield one


def _its_hour_has_come(site: Site, answered_on: date) -> bool:
    here = context.now().astimezone(ZoneInfo(site.time_zone))
    return here.date() > answered_on and here.hour >= site.daily_hour


def _tell(session: Session, one: WrittenSite) -> None:
    """Write second letters for one site; another process may have done it a moment ago, or children said "not yet"."""
    at = publications_store.lock_written_site(session, one)
    publication = publications_store.get_publication(session, one.publication_id)
    owed = adult_answers.find_answer_due_for(session, publication.frozen)
    site = find_site(session, one.site_id)
    if site is None or owed is None or owed.settled_on is None or at.told_of == owed.settled_on:
        return
    told = [
        other
        for other in publications_store.list_publication_sites(session, publication)
        if other.told_of == owed.settled_on
    ]
    again = [address for address in store.list_cleared_addresses(session, at.site_id) if _got_the_first(address, at)]
    new = _not_yet(session, again, told)
    for address in new:
        _put(session, publication, address, site, owed, context.now(), owed.settled_on)
    at.told_of, at.told_letters = owed.settled_on, len(new)
    log = Log(context.today(), "work")
    log.add(session, "publication.tell", f"{publication.frozen['round']} version {publication.version}")


def _got_the_first(address: GuardianAddressRow, at: PublicationSiteRow) -> bool:
    return address.cleared_on is not None and at.sent_on is not None and address.cleared_on <= at.sent_on


def _not_yet(
    session: Session, wanted: Collection[GuardianAddressRow], written: Collection[PublicationSiteRow]
) -> list[GuardianAddressRow]:
    """Those of some addresses that were not written to at another site of the same view."""
    known = {
        store.open_guardian_address(address).casefold()
        for at in written
        for address in store.list_cleared_addresses(session, at.site_id)
        if _got_the_first(address, at)
    }
    return [address for address in wanted if store.open_guardian_address(address).casefold() not in known]


def _put(  # noqa: PLR0913, PLR0917 - a letter has as many sides
    session: Session,
    publication: Publication,
    address: GuardianAddressRow,
    site: Site,
    owed: AnswerDue | None,
    now: datetime,
    told_of: date | None = None,
) -> None:
    keyring, settings = context.keyring(), context.settings()
    token = store.make_link_token(keyring.key(key_names.LINKS), publication.slug, address.id, address.fingerprint)
    page = f"{settings.url}/views/{token}"  # the work process has no request to make addresses from
    letter = GuardianMail(site, address.language, page)
    message_id = guardian_message_id(publication, address.fingerprint, told_of)
    today = now.astimezone(ZoneInfo(site.time_zone)).date()
    said = guardian_mail_words(
        publication.frozen, letter, owed, today, adult_answers.names_beside_answers(session, owed)
    )
    to = store.open_guardian_address(address)
    outbox.put(session, messages.compose(said, to, message_id, settings, now), now)


@dataclass(frozen=True, slots=True)
class UndeliveredMail:
    """One letter that was given up.

    Attributes:
        message_id: of the letter.
        title: of the view, by language.
        to: the address; whoever did not enter it is shown who did, and not the address.
    """

    message_id: str
    title: Mapping[str, str]
    to: store.GuardianAddress

    @property
    def may_go(self) -> bool:
        """Whether it may be tried again: not once an advocate refused the address or its owner ended the letters."""
        return self.to.state == "cleared"


def list_undelivered(session: Session, site_ids: Collection[int]) -> list[UndeliveredMail]:
    """The letters to guardians of some sites that were given up, the newest view first."""
    if not outbox.delivery_status(session).given_up:
        return []
    listed = store.list_addresses(session, site_ids)
    known = {
        guardian_message_id(publication, entry.mark, day): (publication, entry)
        for publication, site_id, told_of in publications_store.list_sent_publications(session, site_ids)
        for entry in listed
        if entry.site_id == site_id
        for day in {None, told_of}
    }
    lost = outbox.list_undelivered(session, known)
    return [UndeliveredMail(one, known[one][0].frozen["title"], known[one][1]) for one in known if one in lost]


def withdraw_waiting_mail(session: Session, address_id: int, site_ids: Collection[int]) -> int:
    """Let no letter go to an address any more that still waits in the outbox; returns how many did.

    Asked before the address is removed, and when it is refused or its owner ends the letters.
    """
    mark, views = (
        store.fingerprint_of_address(session, address_id),
        publications_store.list_sent_publications(session, site_ids),
    )
    ids = (
        [guardian_message_id(view, mark, day) for view, _site, told_of in views for day in {None, told_of}]
        if mark
        else []
    )
    return outbox.take_back(session, ids) if ids else 0


def retry_undelivered(session: Session, site_ids: Collection[int]) -> int:
    """Put what may go back into the outbox, as if it had never been tried; returns how many."""
    ids = [lost.message_id for lost in list_undelivered(session, site_ids) if lost.may_go]
    return outbox.try_again(session, context.now(), ids)

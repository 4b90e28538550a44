"""Letters to guardians: composed from frozen views, and put into the outbox.

Sender and subject are neutral, and a site has its mail name: somebody who sees the inbox learns nothing.

A coordinator sends the first letter, or a rhythm does (`rhythm_job`). The second goes automatically, from the daily
hour of the day after the answer, so that an adult can still correct it. It goes to those who got the first and are
still cleared, at most once for each time that everything was answered. A family with regular letters reads the answer
in the next of these. A family whose address is known at two sites of a view gets one letter.
"""

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import force_locale, gettext as _
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.labels import PersonNames
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.jobs.turns import Turn, first_day_to_search, is_put_off, note_nothing_left, put_off
from youthvoice.mail import messages, outbox
from youthvoice.privacy.keys import key_names
from youthvoice.publications import adult_answers, render, rhythm, snapshot, store as publications_store
from youthvoice.publications.encryption import Publication
from youthvoice.publications.guardians import guardian_links, letter_record, store, subscriptions
from youthvoice.publications.guardians.letter_record import WrittenSite
from youthvoice.publications.letter_themes import spoken_theme, themes_of_view
from youthvoice.publications.models import GuardianAddressRow
from youthvoice.publications.store import Edition
from youthvoice.sites.store import Site, find_site, list_all_sites
from youthvoice.threads.agreed_themes import Theme
from youthvoice.web.graphics import picture_labels


@dataclass(frozen=True, slots=True)
class GuardianMail:
    """The settings of one letter.

    Attributes:
        site: its neutral name, picture, word and telephone are in the letter.
        language: of the address.
        unsubscribe: link that ends the letters, by a page or by one click; None for a preview.
        until: the last day on which its links are valid.
    """

    site: Site
    language: str
    unsubscribe: str | None
    until: date


@dataclass(frozen=True, slots=True)
class LetterView:
    """One view in a letter.

    Attributes:
        frozen: the view.
        link: leads to the whole view.
        answer_due: with the answers so far, which a late letter contains.
        names: of the adults who are named beside the answer.
        themes: themes of the letter box on which two advocates agreed.
    """

    frozen: snapshot.Frozen
    link: str
    answer_due: AnswerDue | None = None
    names: PersonNames | None = None
    themes: Sequence[Theme] = ()


def guardian_mail_words(guardian_mail: GuardianMail, views: Sequence[LetterView], today: date) -> messages.MailText:
    """The text of one letter, in the language of the address or the nearest available.

    Once everything is answered it is the second letter: the answer comes first, then what children said. The work
    process writes both, without a request.

    Args:
        guardian_mail: its settings.
        views: the views in it, at least one.
        today: the day it is written, at the site.
    """
    site, language = guardian_mail.site, render.best_language(views[0].frozen, guardian_mail.language)
    with force_locale(language):
        values = {
            "parts": [_part(letter, language, today) for letter in views],
            "letter": guardian_mail,
            "sign": picture_labels.picture_emoji(site.mail_picture) if site.mail_picture and site.mail_word else "",
            "sign_words": picture_labels.picture_label_of(site.mail_picture),
        }
        return messages.render_mail(
            "publications/guardians/letter",
            language,
            sender_name=site.mail_name,
            subject=str(_("A letter for you")),
            shown=values,
            unsubscribe=guardian_mail.unsubscribe,
        )


def _part(letter: LetterView, language: str, today: date) -> dict[str, object]:
    """One view of a letter; in the first language it has, if it lacks the language of the letter."""
    chosen = render.best_language(letter.frozen, language)
    with force_locale(chosen):
        reply = adult_answers.reply_view_of(letter.frozen, letter.answer_due, today, letter.names)
        view = render.render_view(letter.frozen, chosen, reply.to)
        themes = [spoken_theme(theme) for theme in letter.themes]
        return {"view": view, "told": reply, "themes": themes, "link": letter.link}


@dataclass(frozen=True, slots=True)
class Sender:
    """The person who sends, the moment, and the log."""

    person_id: int
    now: datetime
    log: Log


class NothingToSend(Exception):
    """There is no cleared address, or all of them got a letter."""


def send_edition(session: Session, edition: Edition, site_ids: Collection[int], sender: Sender) -> int:
    """Put the letters about an approved view into the outbox; a second call sends nothing twice.

    Args:
        session: of the request; the caller commits.
        edition: approved, with a guardians' view.
        site_ids: the sites of the caller; other sites have their own coordinator.
        sender: the person, the moment and the log.

    Returns:
        How many letters were put into the outbox.

    Raises:
        NothingToSend: nothing was written.
    """
    letters_sent, day = 0, sender.log.day
    view = load_mailable_view(session, edition.first)
    for site_row in publications_store.lock_sites_to_write_to(session, edition, site_ids):
        site = find_site(session, site_row.site_id)
        families = _unreached_families(session, edition.first.id, site_row.site_id)
        if site is None or not families:
            continue
        day = sender.now.astimezone(ZoneInfo(site.time_zone)).date()
        writer = LetterWriter(session, site)
        for address_row in families:
            writer.put(address_row, [view], ("publication", edition.first.slug))
        publications_store.mark_site_written(site_row, day, len(families), view.settled_on)
        session.flush()
        letters_sent += len(families)
    if not letters_sent:
        raise NothingToSend
    publications_store.mark_edition_sent(session, edition, sender.person_id, day, sender.log)
    return letters_sent


def count_letters_to_send(session: Session, edition: Edition, site_ids: Collection[int]) -> int:
    """How many families would get a letter now."""
    return sum(len(_unreached_families(session, edition.first.id, site_id)) for site_id in site_ids)


def _unreached_families(session: Session, publication_id: int, site_id: int) -> list[GuardianAddressRow]:
    """The cleared addresses of families that got no letter about a view."""
    answer_days = letter_record.answers_known(session, publication_id)
    cleared = [
        address_row
        for address_row in store.list_cleared_addresses(session, site_id)
        if address_row.kind in rhythm.FAMILIES
    ]
    return [address_row for address_row in cleared if store.address_mark(address_row) not in answer_days]


def send_due_answers() -> bool:
    """The job: send second letters with the adults' answers, at each site from its daily hour of the next day.

    Each site has a transaction of its own, so that one that cannot be decrypted blocks no other;
    `youthvoice doctor` counts those.

    Returns:
        Whether some are left for the next turn.
    """
    turn, since = Turn(), first_day_to_search("answered")
    with db.reading(db.engine()) as session:
        due = [written_site for written_site in _list_due_sites(session, since) if not is_put_off(written_site)]
    for written_site in turn.take_shuffled(due):
        try:
            with db.writing(db.engine()) as session:
                _send_second_letters(session, written_site)
        except (CannotOpen, KeyGone):
            put_off(written_site)
    if not turn.is_cut:
        note_nothing_left("answered", since)
    return turn.is_cut


def _list_due_sites(session: Session, since: date) -> Iterator[WrittenSite]:
    """The sites whose second letters are due now, of rounds that were answered on some day or later."""
    written_sites = letter_record.list_sites_to_tell(session, since)
    sites = {site.id: site for site in list_all_sites(session)} if written_sites else {}
    for written_site in written_sites:
        if _has_hour_come(sites[written_site.site_id], written_site.answered_on):
            yield written_site


def _has_hour_come(site: Site, answered_on: date) -> bool:
    """Whether it is the daily hour of a site or later, on a day after the answer."""
    local_now = context.now().astimezone(ZoneInfo(site.time_zone))
    return local_now.date() > answered_on and local_now.hour >= site.daily_hour


def _send_second_letters(session: Session, written_site: WrittenSite) -> None:
    """Write the second letters of one site, unless another process has done so or children said "not yet"."""
    site_row = letter_record.lock_written_site(session, written_site)
    publication = publications_store.get_publication(session, written_site.publication_id)
    view, site = load_mailable_view(session, publication), find_site(session, written_site.site_id)
    if site is None or view.settled_on is None or site_row.told_of == view.settled_on:
        return
    answer_days = letter_record.answers_known(session, publication.id)
    site_subscriptions = subscriptions.list_subscriptions(session, [site.id])
    letters, writer = 0, LetterWriter(session, site)
    for address_row in store.list_cleared_addresses(session, site.id):
        subscription = subscriptions.subscription_of(address_row, site_subscriptions)
        mark = store.address_mark(address_row)
        # a family with regular letters reads the answer in the next of these
        if mark not in answer_days or (subscription and subscription.rhythm != rhythm.ON_PUBLICATION):
            continue
        if answer_days[mark] != view.settled_on:
            writer.put(address_row, [view], ("publication", publication.slug, view.settled_on.isoformat()))
            letters += 1
    site_row.told_of = view.settled_on
    site_row.told_letters = letters
    log = Log(context.today(), "work")
    log.add(session, "publication.tell", f"{publication.frozen['round']} version {publication.version}")


@dataclass(frozen=True, slots=True)
class MailableView:
    """A view with everything that a letter says about it."""

    publication: Publication
    answer_due: AnswerDue | None
    names: PersonNames
    themes: Sequence[Theme] = ()

    def in_letter(self, link: str) -> LetterView:
        """The view as part of a letter; the link leads to the whole view."""
        return LetterView(self.publication.frozen, link, self.answer_due, self.names, self.themes)

    @property
    def settled_on(self) -> date | None:
        """The day since which everything is answered."""
        return self.answer_due.settled_on if self.answer_due else None


def load_mailable_view(session: Session, publication: Publication) -> MailableView:
    """A view with the present answers, and the themes of its letter box."""
    answer_due = adult_answers.find_answer_due_for(session, publication.frozen)
    names = adult_answers.names_beside_answers(session, answer_due)
    return MailableView(publication, answer_due, names, themes_of_view(session, publication.frozen))


@dataclass(frozen=True, slots=True)
class LetterWriter:
    """Writes letters of one site into the outbox, in one transaction.

    The text is rendered once for each language and each set of views: only the links are different for each family.

    Attributes:
        session: may write; the views are locked, so that nobody else writes the same letters.
        site: whose letters they are.
    """

    session: Session
    site: Site
    _drafts: dict[tuple[str, tuple[int, ...]], tuple[messages.MailText, tuple[str, ...]]] = field(default_factory=dict)

    def put(self, address_row: GuardianAddressRow, views: Sequence[MailableView], named: tuple[str, ...]) -> bool:
        """Put one letter into the outbox.

        A letter that cannot be written is recorded as refused, and does not block others.

        Args:
            address_row: cleared.
            views: the views in it.
            named: identifies the letter: the same values make the same letter.

        Returns:
            Whether it could be written.
        """
        settings, key, now = context.settings(), context.keyring().key(key_names.MAIL), context.now()
        today = context.today(self.site.time_zone)
        mark = address_row.fingerprint.hex()  # always third: else a letter that was sent would get another Message-ID
        message_id = messages.message_id_for(key, settings, *named[:2], mark, *named[2:])
        for view in views:
            written_view = letter_record.WrittenView(view.publication.id, view.settled_on)
            letter_record.record_letter(self.session, address_row.id, message_id, written_view, today)
        try:
            to = store.open_guardian_address(address_row)
            message = messages.compose(self._text(address_row, views, today), to, message_id, settings, now)
        except CannotOpen:
            outbox.put_refused(self.session, message_id, "unreadable", now)
        except messages.NotAnAddress:
            outbox.put_refused(self.session, message_id, "no_address", now)
        else:
            outbox.put(self.session, message, now, followed=True)
            return True
        return False

    def _text(self, address_row: GuardianAddressRow, views: Sequence[MailableView], today: date) -> messages.MailText:
        """The text of one letter, with the links of one address."""
        until = today + timedelta(days=guardian_links.LINK_DAYS)
        draft_key = (address_row.language, tuple(view.publication.id for view in views))
        if draft_key not in self._drafts:
            blanks = tuple(secrets.token_hex(16) for _view in views)
            self._drafts[draft_key] = _draft(self.site, address_row.language, views, blanks, today), blanks
        draft, blanks = self._drafts[draft_key]
        key, mark = context.keyring().key(key_names.LINKS), address_row.fingerprint
        tokens = [
            guardian_links.make_link_token(key, view.publication.slug, address_row.id, mark, until) for view in views
        ]
        text, html, stop = draft.text, draft.html, draft.unsubscribe or ""
        for blank, token in zip(blanks, tokens, strict=True):
            text, html, stop = (words.replace(blank, token) for words in (text, html, stop))
        return replace(draft, text=text, html=html, unsubscribe=stop)


def _draft(
    site: Site, language: str, views: Sequence[MailableView], blanks: Sequence[str], today: date
) -> messages.MailText:
    """A letter with placeholders for the tokens of a family.

    The work process has no request from which to make addresses.
    """
    pages = [f"{context.settings().url}/views/{blank}" for blank in blanks]
    guardian_mail = GuardianMail(site, language, f"{pages[0]}/stop", today + timedelta(days=guardian_links.LINK_DAYS))
    letters = [view.in_letter(page) for view, page in zip(views, pages, strict=True)]
    return guardian_mail_words(guardian_mail, letters, today)


def preview_words(site: Site, views: Sequence[MailableView], language: str, staff_page: str) -> messages.MailText:
    """A letter as families of a site get it, except for its links, which lead to the staff page of the view.

    Args:
        site: whose letter it is.
        views: the views in it.
        language: of the address.
        staff_page: address of that page without the slug.
    """
    today = context.today(site.time_zone)
    guardian_mail = GuardianMail(site, language, None, today + timedelta(days=guardian_links.LINK_DAYS))
    letters = [view.in_letter(f"{staff_page}/{view.publication.slug}") for view in views]
    return guardian_mail_words(guardian_mail, letters, today)


def send_test(session: Session, text: messages.MailText, to: str) -> None:
    """Put a previewed letter into the outbox, to the address of the person who previews it.

    Args:
        session: may write.
        text: from `preview_words`.
        to: the address of that person.
    """
    key, settings, now = context.keyring().key(key_names.MAIL), context.settings(), context.now()
    message_id = messages.message_id_for(key, settings, "test", secrets.token_hex(16))
    outbox.put(session, messages.compose(text, to, message_id, settings, now), now)

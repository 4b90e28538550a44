"""The page on which a child tells what was good, and how it is sealed and stored.

The page is made as that of telling: across the room nobody can tell which of the two a child has open.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from flask import render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accounts.store import (
    Reader,
    list_people,
    list_trusted_people,
    lock_readers,
    names_of_people,
    pictures_of_adults,
)
from youthvoice.context import AppCache
from youthvoice.good_news import labels, rules
from youthvoice.good_news.encryption import GoodNews, seal_good_news
from youthvoice.knocks.rules import LISTENING_ROLES
from youthvoice.sites.labels import danger_label
from youthvoice.sites.store import Site
from youthvoice.threads import child_fields, readership, receipts
from youthvoice.threads.letters.letter_readers import exclude_from_letter
from youthvoice.threads.letters.store import add_letters
from youthvoice.web.pages.page_cache import PageCache, PrerenderedPage

_pages: Final = PageCache(120)

_RECEIPT: Final = "good-news"


class Adult(NamedTuple):
    """An adult whom a child may thank: row of `people`, name, picture (OpenMoji), role."""

    person_id: int
    name: str
    picture: str
    role: str


_adults: Final = AppCache[int, tuple[Adult, ...]](500, seconds=5)


def list_adults(site_id: int) -> tuple[Adult, ...]:
    """The adults of a site whom a child may thank, advocates last; reads the database at most every five seconds."""
    return _adults.get(site_id, lambda: _read_adults(site_id))


def _read_adults(site_id: int) -> tuple[Adult, ...]:
    with db.reading(db.engine()) as session:
        people, pictures = list_trusted_people(session, [site_id]), pictures_of_adults(list_people(session, [site_id]))
    adults = [
        Adult(person.id, person.name, pictures[person.id], person.role)
        for person in people
        if person.role in LISTENING_ROLES
    ]
    return tuple(sorted(adults, key=lambda adult: adult.role == ADVOCATE))


NO_READERS: Final = (Reader(0, "-", b""),)
"""For the page of no site, which holds only what every site's page says, and no name."""


@dataclass(frozen=True, slots=True)
class GoodNewsPageKey:
    """Everything that the page depends on; equal keys have the same page.

    Attributes:
        site: of the tablet.
        readers: the advocates who read it.
        adults: whom a child may thank.
        page: language of the page.
        sound: what can be played there, and the version of introductions.
    """

    site: Site
    readers: tuple[Reader, ...]
    adults: tuple[Adult, ...]
    page: str
    sound: tuple[object, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """The cache key of the rendered page."""
        readers = tuple((reader.person_id, reader.name, reader.picture) for reader in self.readers)
        return (self.site.id, self.site.version, readers, self.adults, self.page, *self.sound)


def prerender(page_key: GoodNewsPageKey) -> PrerenderedPage:
    """The page from the cache; rendered where the cache does not have it."""
    return _pages.page(page_key.key, lambda hole: render_good_news_page(page_key, hole))


def render_good_news_page(
    page_key: GoodNewsPageKey,
    submission_id: str,
    values: Mapping[str, Collection[str]] | None = None,
    refused: Mapping[str, str] | None = None,
) -> str:
    """The page; with what the child sent where something could not be accepted.

    Args:
        page_key: which page.
        submission_id: in hexadecimal digits.
        values: what was sent, by the name of its input.
        refused: errors, by screen.
    """
    return render_template(
        "good_news/good.html",
        action="/good",
        front_href="/language",
        sheet=submission_id,
        given=values or {},
        refused=refused or {},
        readers=page_key.readers,
        when={ADVOCATE: _("reads it")},
        adults=page_key.adults,
        topics=labels.topic_picks(),
        destinations=labels.destination_picks(),
        most_topics=rules.MAX_TOPICS,
        most_letters=rules.MAX_WORDS_CHARACTERS,
        seconds=child_fields.MAX_VOICE_SECONDS,
        in_danger=danger_label(page_key.site),
        words_only=page_key.site.strip_words,
        idle=child_fields.IDLE_SECONDS,
    )


def render_thanks(page_key: GoodNewsPageKey) -> str:
    """The page after good news was sent; the same whatever a child chose."""
    return render_template("good_news/thanks.html", front_href="/language", readers=page_key.readers)


def chosen_readers(site_id: int, on_page: Collection[int], left_out: Collection[int]) -> tuple[Reader, ...]:
    """The advocates who read it: those whom the page showed and the child did not leave out.

    Where all of them have left since, those who came read it: nothing that a child sent without a network is lost.
    Nobody is left only where the child left out everybody.
    """
    present = readership.readers_at(site_id)
    readers = tuple(reader for reader in present if reader.person_id in on_page) or present
    return tuple(reader for reader in readers if reader.person_id not in left_out)


def take_good_news(
    session: Session, site: Site, good_news: GoodNews, readers: Collection[Reader], submission_id: bytes
) -> bool:
    """Seal good news and store it in the letter box of the site; the caller commits.

    What a hostile caller pays: a tablet's cookie or pass, and two rows of receipts for each try; he fills a list that
    advocates read, as he can with suggestions, and nothing that children see.

    Args:
        session: may write; not used yet, so that nobody waits while this encrypts.
        site: of the tablet.
        good_news: the content.
        readers: from `chosen_readers`.
        submission_id: 16 bytes.

    Returns:
        False if the same submission came before with the same content: nothing was written. With other content it is
        stored and marked as a repeat.
    """
    keyring, reader_ids = context.keyring(), {reader.person_id for reader in readers}
    receipt = receipts.receipt_of(keyring, _RECEIPT, submission_id)
    first_id = receipts.receipt_of(keyring, "good-letter", submission_id)[:16]
    advocates = readership.readers_at(site.id)
    with db.reading(db.engine()) as reading:
        again = receipts.has_receipt(reading.connection(), receipt)
        left_out = tuple(sorted(names_of_people(reading, set(good_news.left_out))))  # perhaps not here at present
    sealed = seal_good_news(
        keyring,
        replace(good_news, again=again, left_out=left_out),
        site=site,
        readers=tuple(readers),
        left_out={*left_out, *(reader.person_id for reader in advocates)} - reader_ids,
        now=context.now(),
        letter_id=b"" if again else first_id,
    )
    lock_readers(session)  # a site that ends waits for it
    connection, month = session.connection(), receipts.receipt_month(context.today(site.time_zone))
    topics, out = " ".join(good_news.topics), " ".join(map(str, left_out))
    content = (topics, f"{good_news.destination}{good_news.adult or ''}", good_news.words, good_news.voice, out)
    if not receipts.add_content(connection, keyring, receipt, submission_id, month, *content):
        return False
    add_letters(connection, [sealed])
    if again:  # who is left out now finds the first one no longer
        exclude_from_letter(session, first_id, left_out, advocates)
    return True

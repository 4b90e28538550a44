"""The offline manifest: which pages a tablet stores, in which languages, and the key to which it seals envelopes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from flask import url_for
from flask_babel import force_locale
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accounts.store import list_people
from youthvoice.clips import availability
from youthvoice.committees.elections.store import find_election, list_open_votes
from youthvoice.committees.suggestions.page import list_suggestible_committees
from youthvoice.good_news.page import list_adults
from youthvoice.grievances.intake.adult_helpers import list_helpers
from youthvoice.introductions.shown_introductions import approved_introductions, files_of
from youthvoice.kiosk.offline.envelope import FORMAT, VOICE_STEP, WORDS_STEP, current_intake_key
from youthvoice.kiosk.reply.timeline import child_day
from youthvoice.knocks.page import knock_people
from youthvoice.sites.last_day import ANSWER_DAYS
from youthvoice.sites.store import CurrentTablet, Site
from youthvoice.sites.tablets.tablet_pass import make_pass, name_of_tablet
from youthvoice.sites.tablets.tablet_status import is_loss_shown
from youthvoice.surveys.choices.page import has_choices
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import list_open_rounds
from youthvoice.threads.readership import everybody_at, is_channel_open, letter_readers_at
from youthvoice.web.assets import asset_address, load_assets
from youthvoice.web.graphics.picture_addresses import list_withdrawn
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.formats import local_time

_ALWAYS_STORED_FILES: Final = (
    "child/covered.js",
    "child/kept.js",
    "child/reply.css",
    "child/reply.js",
    "child/tell.js",
    "child/telling.css",
    "shared/disguise.js",
    "shared/recorder.js",
)
"""Files of pages that are not stored: a browser caches them at the first fetch, which would show that such a page was
opened. So every tablet fetches them."""


_PAGES_NOT_STORED: Final = frozenset({"reply", "answer", "decided", "plan", "slip"})
"""Pages of one child, by their name in the places of texts. Every tablet fetches their films, too: none is ever fetched
because one child reads her answer."""


@dataclass(frozen=True, slots=True)
class OfflineManifest:
    """What a tablet fetches in advance.

    Attributes:
        day: of the site; the stored pages show the content of this day.
        languages: in which each page is stored.
        pages: addresses.
        key: name and public point of the intake key, to which envelopes are sealed.
        tablet_pass: its pass of this day.
        name: by which the tablet recognises its own later manifests.
        ahead_of_utc: offset of the site's time; the server's time comes in the header `Date`.
        ends: when pages end, UTC, by address.
        seen: everything else that the pages depend on.
        introductions: addresses of the portraits and greetings of all adults of the site, so that none is ever fetched
            because one child meets one adult.
        has_films: whether a child can choose to see texts signed, even where there is one language.
        films: addresses of those on pages that are not stored.
    """

    day: date
    languages: tuple[str, ...]
    pages: tuple[str, ...]
    key: tuple[str, bytes]
    tablet_pass: str = field(repr=False)
    name: str
    ahead_of_utc: timedelta
    ends: Mapping[str, datetime] = field(default_factory=dict)
    seen: tuple[object, ...] = ()
    introductions: tuple[str, ...] = ()
    has_films: bool = False
    films: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The version, which changes when any page may have changed."""
        content = repr((self.day, self.languages, self.pages, self.seen))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def as_json(self) -> dict[str, object]:
        """The manifest in the form that the tablet reads."""
        name, public = self.key
        return {
            "version": self.version,
            "days": {code: _day_in(self.day, code) for code in self.languages},
            "languages": self.languages,
            "choice": self.has_films,
            "films": self.films,
            "pages": self.pages,
            "exits": {code: url_for("kiosk.exit_page", code=code) for code in self.languages},
            "saved": url_for("offline.saved"),
            "files": [asset_address(name) for name in ("code-pictures.svg", *_ALWAYS_STORED_FILES)]
            + [asset_address("shared/practice.css")] * context.settings().practice
            + list(self.introductions),
            "cannot": url_for("offline.cannot"),
            "over": url_for("offline.over"),
            "ends": {path: _milliseconds(at) for path, at in self.ends.items()},
            "zone": self.ahead_of_utc // timedelta(milliseconds=1),
            "code": url_for("offline.code"),
            "key": {"name": name, "public": public.hex()},
            "pass": self.tablet_pass,
            "name": self.name,
            "format": FORMAT,
            "steps": {"words": WORDS_STEP, "voice": VOICE_STEP},
        }


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _day_in(day: date, language: str) -> str:
    with force_locale(language):
        return str(child_day(day))


def offline_manifest(session: Session, tablet: CurrentTablet) -> OfflineManifest:
    """The current manifest of a tablet.

    Args:
        session: only read.
        tablet: the tablet.
    """
    site, today = tablet.site, context.today(tablet.site.time_zone)
    adults = [(reader.name, reader.picture) for reader in everybody_at(site.id).everybody]
    adults += [(helper.name, helper.picture) for helper in list_helpers(site.id)]
    rounds = list_open_rounds(session, site.id, context.now())
    pages, ends = _pages(session, tablet, rounds)
    deciders = tuple(round_.decider_name for round_ in rounds)
    lost = is_loss_shown(session, site, context.now())
    withdrawn = tuple(sorted(list_withdrawn().items()))
    shown_languages = languages.spoken_at(site.languages)
    introductions = files_of({person.id for person in list_people(session, [site.id])}, shown_languages)
    assets = tuple(sorted(asset.address for asset in load_assets().values()))
    return OfflineManifest(
        day=today,
        languages=shown_languages,
        pages=tuple(pages),
        key=current_intake_key(context.keyring(), today),
        tablet_pass=make_pass(context.keyring(), tablet.tablet_id, context.today()),
        name=name_of_tablet(context.keyring(), tablet.tablet_id),
        ahead_of_utc=local_time(context.now(), site.time_zone).utcoffset() or timedelta(),
        ends=ends,
        seen=(
            site.version,
            tablet.voices,
            availability.clip_index().version,
            *adults,
            deciders,
            assets,
            lost,
            withdrawn,
            approved_introductions().version,
            *introductions,
            knock_people(site.id),
            list_adults(site.id),
        ),
        introductions=tuple(introductions),
        has_films=availability.shows_films(),
        films=tuple(availability.list_film_addresses(session, site, _PAGES_NOT_STORED)),
    )


def _pages(session: Session, tablet: CurrentTablet, rounds: Sequence[Round]) -> tuple[list[str], dict[str, datetime]]:
    """The addresses of the pages, and when those end that do."""
    site, now = tablet.site, context.now()
    ends = {url_for("surveys.answer", slug=round_.slug): round_.ends_at for round_ in rounds}
    thanks = [url_for("surveys.thanks", slug=round_.slug) for round_ in rounds]
    for slug, _post, _committee in list_open_votes(session, site.id, now):
        if election := find_election(session, slug):
            ends[url_for("agenda.ask_vote", slug=slug)] = election.ends_at
    pages = [
        "/",
        "/language",
        "/open",
        "/mine",
        "/see",
        "/help",
        "/rights",
        "/credits",
        "/we-did",
        url_for("agenda.board"),
    ]
    pages += [url_for(f"offline.{name}") for name in ("saved", "cannot", "over")]
    pages += [*ends, *thanks]
    if has_choices(session, site.id, now):
        pages.append(url_for("surveys.board"))
    if list_suggestible_committees(session, site) and letter_readers_at(site):
        pages.append(url_for("agenda.suggest"))
    talks, goods = bool(knock_people(site.id).listeners), bool(letter_readers_at(site))
    pages += [url_for("kiosk.ways")] if talks or goods else []
    pages += [url_for("talk.ask"), url_for("talk.thank")] if talks else []
    pages += [url_for("good.ask"), url_for("good.thank")] if goods else []
    if is_channel_open(site):
        pages += [url_for("tell.ask"), url_for("offline.code")]
    if site.closes_on is not None:
        pages.append(url_for("kiosk.closing"))
        ends = _with_the_site(site, site.closes_on, pages, ends)
    return pages, ends


_AFTER_THE_END: Final = ("/language", "/help", "/rights", "/credits", "/closing", "/we-did", "/offline/")
"""Beginnings of addresses that a tablet shows when the last day of its site has passed."""


def _with_the_site(
    site: Site, last_day: date, pages: Sequence[str], ends: Mapping[str, datetime]
) -> dict[str, datetime]:
    """When pages end at a site that closes: those on which a child tells end earlier, in time for an answer."""
    over = context.day_over(last_day, site.time_zone)
    stops = context.day_over(last_day - timedelta(days=ANSWER_DAYS), site.time_zone)
    site_ends = {page: over for page in pages if not page.startswith(_AFTER_THE_END)}
    for page in (url_for("tell.ask"), url_for("good.ask"), url_for("agenda.suggest")):
        if page in site_ends:
            site_ends[page] = stops
    return {page: min(at, ends.get(page, at)) for page, at in site_ends.items()}

"""What the pages about languages show, gathered from catalogues, readings, clips and signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from youthvoice.clips.availability import clip_index
from youthvoice.sites.store import Site
from youthvoice.translation import rules, store
from youthvoice.translation.catalogue_texts import CatalogueText, is_source, read_texts
from youthvoice.translation.reading_order import group_by_part, list_in_order, part_of_text
from youthvoice.translation.text_marks import READ, TRIED
from youthvoice.web.i18n.languages import LANGUAGES, TRANSLATED, Language

SITES_SHOWN: Final = 20
"""Of somebody who has many: each shows every language."""

_READ: Final = frozenset({READ, rules.DIFFERS})


@dataclass(frozen=True, slots=True)
class LanguageLine:
    """One language at one site.

    Attributes:
        state: how far it is; None for the language in which the texts were written.
        is_offered: whether children can choose it.
        is_wanted: whether it was asked for when the site was made, and is not offered yet.
        signature: what a coordinator signed; None where nobody did, or nothing is to be signed.
        unsigned: sentences about danger and consent for which neither two people nor a coordinator stand.
    """

    language: Language
    state: rules.LanguageState | None
    is_offered: bool
    is_wanted: bool
    signature: store.LanguageSignature | None
    unsigned: tuple[CatalogueText, ...]


def assess_languages(session: Session, codes: Sequence[str]) -> dict[str, rules.LanguageState]:
    """How far each of these languages is; without the one in which the texts were written."""
    clips, readings = clip_index().takes, store.list_readings(session, codes)
    return {code: rules.assess_language(read_texts(code), readings, clips) for code in codes if not is_source(code)}


def list_languages(session: Session, sites: Sequence[Site]) -> list[tuple[Site, list[LanguageLine]]]:
    """Every translated language at each site: first those that were asked for, then those that are offered."""
    states = assess_languages(session, TRANSLATED)
    signatures = store.list_signatures(session, [site.id for site in sites])
    lines_of_sites = []
    for site in sites:
        lines = [_language_line(site, code, states.get(code), signatures.get((site.id, code))) for code in TRANSLATED]
        lines_of_sites.append((site, sorted(lines, key=lambda line: (not line.is_wanted, not line.is_offered))))
    return lines_of_sites


def rank_by_need(session: Session, sites: Sequence[Site]) -> dict[int, int]:
    """By site: 2 where children can choose a language that is not signed for, 1 where one that was asked for waits."""
    waiting = {site.id: 1 for site in sites if site.languages_to_sign}
    return waiting | dict.fromkeys(store.list_unsigned_languages(session, sites), 2)


def find_language(session: Session, site: Site, code: str) -> LanguageLine:
    """One language at one site."""
    signature = store.list_signatures(session, [site.id]).get((site.id, code))
    return _language_line(site, code, assess_languages(session, [code]).get(code), signature)


@dataclass(frozen=True, slots=True)
class ReadingProgress:
    """How far one adult is with reading a language.

    Attributes:
        parts: of each part of `labels.SCREEN_LABELS`: how many of its texts this adult has read, how many there are,
            and the name of the next one; empty where all are read.
        read: texts that this adult has read.
        total: texts.
    """

    language: Language
    parts: dict[str, tuple[int, int, str]]
    read: int
    total: int

    @property
    def following(self) -> str:
        """The name of the next text; empty where all are read."""
        return next((name for _read, _total, name in self.parts.values() if name), "")


def find_progress(session: Session, code: str, person_id: int) -> ReadingProgress:
    """How far an adult is with a language."""
    readings = store.list_text_readings(session, code)
    read_names = {reading.text for reading in readings if reading.person_id == person_id and reading.kind in _READ}
    parts = {}
    for part, texts in group_by_part(code).items():
        unread_names = [catalogue_text.name for catalogue_text in texts if catalogue_text.name not in read_names]
        parts[part] = (len(texts) - len(unread_names), len(texts), next(iter(unread_names), ""))
    return ReadingProgress(
        LANGUAGES[code], parts, sum(read for read, _, _ in parts.values()), sum(total for _, total, _ in parts.values())
    )


@dataclass(frozen=True, slots=True)
class TextPage:
    """One text as an adult reads it.

    Attributes:
        part: of `labels.SCREEN_LABELS`.
        own: what this adult said of it; None before they said what it means.
        others: what other adults said, shown once the English is.
        has_tried: whether this adult tried it with children.
        take: of its recording; empty without one.
        following: the name of the next text to read.
    """

    text: CatalogueText
    part: str
    own: store.TextReading | None
    others: tuple[store.TextReading, ...]
    has_tried: bool
    take: str
    progress: ReadingProgress
    following: str


def find_text(session: Session, code: str, name: str, person_id: int) -> TextPage | None:
    """A text that an adult reads; None where no text has this name, as after a change of it."""
    texts = list_in_order(code)
    place = next((place for place, catalogue_text in enumerate(texts) if catalogue_text.name == name), None)
    if place is None:
        return None
    catalogue_text, progress = texts[place], find_progress(session, code, person_id)
    readings = [reading for reading in store.list_text_readings(session, code) if reading.text == name]
    own = [reading for reading in readings if reading.person_id == person_id]
    following = texts[place + 1].name if place + 1 < len(texts) else ""
    return TextPage(
        text=catalogue_text,
        part=part_of_text(catalogue_text),
        own=next((reading for reading in own if reading.kind != TRIED), None),
        others=tuple(reading for reading in readings if reading not in own and reading.kind != store.PENDING),
        has_tried=any(reading.kind == TRIED for reading in own),
        take=clip_index().takes.get(catalogue_text.clip, ""),
        progress=progress,
        following=following,
    )


def _language_line(
    site: Site, code: str, state: rules.LanguageState | None, signature: store.LanguageSignature | None
) -> LanguageLine:
    unsigned = rules.list_unsigned(state.open, signature.texts if signature else ()) if state else ()
    is_wanted = code in site.languages_to_sign
    return LanguageLine(LANGUAGES[code], state, code in site.languages, is_wanted, signature, unsigned)

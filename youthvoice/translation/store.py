"""Queries of signatures and readings; what a site offers changes here alone."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from youthvoice.access.guard import Caller
from youthvoice.audit.audit_log import Log
from youthvoice.compiled_sql import insert_into
from youthvoice.sites.store import Site, change_site, get_site, lock_sites
from youthvoice.translation.catalogue_texts import CatalogueText, is_source, read_texts
from youthvoice.translation.models import LanguageSignatureRow, TextReadingRow
from youthvoice.translation.rules import AS_EXAMPLE, DIFFERS, HAD_READ, Readings, list_open, list_unsigned
from youthvoice.translation.text_marks import MARK_KINDS, READ, TRIED, TextMark
from youthvoice.web.i18n.languages import LANGUAGES, spoken_at


@dataclass(frozen=True, slots=True)
class LanguageSignature:
    """What a coordinator signed for one language of a site.

    Attributes:
        way: code of `rules.WAYS`, or `example`.
        speaker: who read the sentences, as the coordinator wrote it.
        signed_by: the coordinator's name on that day.
        texts: hashes of the sentences.
    """

    site_id: int
    language: str
    way: str
    speaker: str
    signed_by: str
    signed_on: date
    texts: frozenset[str]


def list_signatures(session: Session, site_ids: Collection[int]) -> dict[tuple[int, str], LanguageSignature]:
    """The signatures at some sites, by site and language."""
    rows = session.scalars(select(LanguageSignatureRow).where(LanguageSignatureRow.site_id.in_(site_ids)))
    return {(row.site_id, row.language): _to_signature(row) for row in rows}


def _to_signature(row: LanguageSignatureRow) -> LanguageSignature:
    who = (row.way, row.speaker, row.signed_by, row.signed_on)
    return LanguageSignature(row.site_id, row.language, *who, frozenset(row.texts))


def list_readings(session: Session, languages: Collection[str]) -> Readings:
    """What adults of this installation said of the texts of some languages."""
    is_mark = TextReadingRow.language.in_(languages) & TextReadingRow.kind.in_((*MARK_KINDS, DIFFERS))
    query = select(TextReadingRow).where(is_mark).order_by(TextReadingRow.id)
    readings = defaultdict(list)
    for row in session.scalars(query):
        readings[row.text].append(TextMark(row.kind, row.name, row.read_on, row.text))
    return {text: tuple(marks) for text, marks in readings.items()}


@dataclass(frozen=True, slots=True)
class SignedWords:
    """What a coordinator signs: a code of `rules.WAYS`, who read the sentences, who signs, and which they are."""

    way: str
    speaker: str
    signed_by: str
    open_texts: tuple[CatalogueText, ...]


def offer_language(session: Session, site: Site, language: str, signed_words: SignedWords, log: Log) -> None:
    """Offer a language to the children of a site; a coordinator signs for its open sentences, if there are any.

    Args:
        session: may write.
        site: what it offers is read again here, for somebody else may change it at the same time.
        language: code.
        signed_words: what is signed; of no effect for the language in which the texts were written.
        log: of the coordinator.
    """
    site = _lock_site(session, site)
    names = sorted(catalogue_text.name for catalogue_text in signed_words.open_texts)
    _end_signature(session, site.id, language)
    if not is_source(language):
        people = {"speaker": signed_words.speaker, "signed_by": signed_words.signed_by, "signed_on": log.day}
        row = LanguageSignatureRow(site_id=site.id, language=language, way=signed_words.way, texts=names, **people)
        session.add(row)
    is_checked = is_source(language) or signed_words.way == HAD_READ
    checked = {*site.checked_languages} - {language} | ({language} if is_checked else set())
    _change(session, site, {*site.languages, language}, checked)
    log.add(session, "language.offer", f"{site.slug} {language} {signed_words.way} {len(names)}")


def withdraw_language(session: Session, site: Site, language: str, log: Log) -> bool:
    """Stop offering a language, or asking for it; False for the last one that a site offers."""
    site = _lock_site(session, site)
    offered = {*site.languages} - {language}
    if not offered:
        return False
    _end_signature(session, site.id, language)
    _change(session, site, offered, {*site.checked_languages} - {language})
    change_site(session, site.id, {"wanted_languages": [code for code in site.wanted_languages if code != language]})
    log.add(session, "language.withdraw", f"{site.slug} {language}")
    return True


def set_sign_language(session: Session, site: Site, code: str, name: str, log: Log) -> None:
    """Set the sign language of a site's films; with an empty code children are shown none.

    Args:
        session: may write.
        site: whose.
        code: of ISO 639-3, such as `ins`.
        name: what the site calls it.
        log: of the coordinator.
    """
    change_site(session, site.id, {"sign_language": code, "sign_name": name})
    log.add(session, "language.signs", f"{site.slug} {code}")


def _lock_site(session: Session, site: Site) -> Site:
    lock_sites(session, [site.id])
    return get_site(session, site.id)


def _end_signature(session: Session, site_id: int, language: str) -> None:
    condition = (LanguageSignatureRow.site_id == site_id, LanguageSignatureRow.language == language)
    session.execute(delete(LanguageSignatureRow).where(*condition))


def _change(session: Session, site: Site, offered: Collection[str], checked: Collection[str]) -> None:
    languages = [code for code in LANGUAGES if code in offered]
    checked_languages = [code for code in LANGUAGES if code in checked]
    change_site(session, site.id, {"languages": languages, "checked_languages": checked_languages})


def list_unsigned_languages(session: Session, sites: Iterable[Site]) -> dict[int, list[str]]:
    """Names of the languages that a site offers though sentences in it are open and not signed for, by site."""
    sites = list(sites)
    languages = {code for site in sites for code in spoken_at(site.languages)}
    readings, signatures = list_readings(session, languages), list_signatures(session, [site.id for site in sites])
    open_texts = {code: list_open(read_texts(code), readings) for code in languages}
    unsigned = defaultdict(list)

    @cache
    def lacks(code: str, texts: frozenset[str]) -> bool:  # most sites signed the same texts
        return bool(list_unsigned(open_texts[code], texts))

    for site in sites:
        for code in spoken_at(site.languages):
            signature = signatures.get((site.id, code))
            if lacks(code, signature.texts if signature else frozenset()):
                unsigned[site.id].append(LANGUAGES[code].name)
    return unsigned


@dataclass(frozen=True, slots=True)
class TextReading:
    """What an adult did with a text.

    Attributes:
        text: its hash, see `text_marks.hash_text`.
        kind: of a mark, or `pending`, or `differs`.
        understood: what they said it means, before they saw the English.
    """

    text: str
    kind: str
    person_id: int
    name: str
    day: date
    understood: str


PENDING: Final = "pending"  # the kind of a reading that was not compared with the English yet


def list_text_readings(session: Session, language: str) -> list[TextReading]:
    """What every adult of this installation did with the texts of a language, the oldest first."""
    query = select(TextReadingRow).where(TextReadingRow.language == language).order_by(TextReadingRow.id)
    return [
        TextReading(row.text, row.kind, row.person_id, row.name, row.read_on, row.understood)
        for row in session.scalars(query)
    ]


def keep_understood(session: Session, catalogue_text: CatalogueText, caller: Caller, words: str, log: Log) -> None:
    """Store what an adult says a text means; the English comes after that. A later reading replaces an earlier one."""
    _forget_reading(session, catalogue_text, caller, (PENDING, READ, DIFFERS))
    _add_reading(session, catalogue_text, caller, PENDING, words, log)


def compare_reading(
    session: Session, catalogue_text: CatalogueText, caller: Caller, log: Log, *, is_same: bool
) -> bool:
    """Store whether the English means what the adult said; False where the adult has not said what the text means.

    A text that means something else is taken out of every signature: its coordinator signed before this was known.
    """
    own = (TextReadingRow.text == catalogue_text.name, TextReadingRow.person_id == caller.person_id)
    pending = session.scalar(select(TextReadingRow).where(*own, TextReadingRow.kind == PENDING).with_for_update())
    if pending is None:
        return False
    understood = pending.understood
    _forget_reading(session, catalogue_text, caller, (PENDING,))
    if not is_same:  # before the log, as in `offer_language`: in another order each would wait for the other
        _withdraw_from_signatures(session, catalogue_text)
    _add_reading(session, catalogue_text, caller, READ if is_same else DIFFERS, understood, log)
    return True


def _withdraw_from_signatures(session: Session, catalogue_text: CatalogueText) -> None:
    signatures = select(LanguageSignatureRow).where(LanguageSignatureRow.language == catalogue_text.language)
    for row in session.scalars(signatures.order_by(LanguageSignatureRow.id).with_for_update()):
        row.texts = [name for name in row.texts if name != catalogue_text.name]


def keep_tried(session: Session, catalogue_text: CatalogueText, caller: Caller, log: Log) -> None:
    """Store that an adult saw children understand a text; once for each adult."""
    _add_reading(session, catalogue_text, caller, TRIED, "", log)


def _forget_reading(session: Session, catalogue_text: CatalogueText, caller: Caller, kinds: Collection[str]) -> None:
    own = (TextReadingRow.text == catalogue_text.name, TextReadingRow.person_id == caller.person_id)
    session.execute(delete(TextReadingRow).where(*own, TextReadingRow.kind.in_(kinds)))


def _add_reading(  # noqa: PLR0913, PLR0917 - who did what with which text, and said what
    session: Session, catalogue_text: CatalogueText, caller: Caller, kind: str, understood: str, log: Log
) -> None:
    unique = {"text": catalogue_text.name, "kind": kind, "person_id": caller.person_id}
    values = {"name": caller.name, "understood": understood, "read_on": log.day}
    new = insert_into(TextReadingRow, session.get_bind().dialect)
    new = new.values(language=catalogue_text.language, **unique, **values)
    session.execute(new.on_conflict_do_update(index_elements=[*unique], set_=values))  # of two taps the second waits
    log.add(session, f"text.{kind}", f"{catalogue_text.language} {catalogue_text.name}")


def sign_as_example(session: Session, site_id: int, name: str, log: Log) -> None:
    """Sign for every language of an invented site, marked as an example: nobody has read anything."""
    for code in get_site(session, site_id).languages:
        example = SignedWords(AS_EXAMPLE, "", name, list_open(read_texts(code), {}))
        offer_language(session, get_site(session, site_id), code, example, log)

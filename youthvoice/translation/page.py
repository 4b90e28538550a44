"""What the pages about languages show, gathered from catalogues, readings, clips and signatures."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from youthvoice.clips.availability import clip_index
from youthvoice.sites.store import Site
from youthvoice.translation import rules, store
from youthvoice.translation.catalogue_texts import CatalogueText, is_source, read_texts
from youthvoice.web.i18n.languages import LANGUAGES, TRANSLATED, Language


@dataclass(frozen=True, slots=True)
class LanguageLine:
    """One language at one site.

    Attributes:
        state: how far it is; None for the language in which the texts were written.
        is_offered: whether children can choose it.
        signature: what a coordinator signed; None where nobody did, or nothing is to be signed.
        unsigned: sentences about danger and consent for which neither two people nor a coordinator stand.
    """

    language: Language
    state: rules.LanguageState | None
    is_offered: bool
    signature: store.LanguageSignature | None
    unsigned: tuple[CatalogueText, ...]


def assess_languages(session: Session, codes: Sequence[str]) -> dict[str, rules.LanguageState]:
    """How far each of these languages is; without the one in which the texts were written."""
    clips, readings = clip_index().takes, store.list_readings(session, codes)
    return {code: rules.assess_language(read_texts(code), readings, clips) for code in codes if not is_source(code)}


def list_languages(session: Session, sites: Sequence[Site]) -> list[tuple[Site, list[LanguageLine]]]:
    """Every translated language at each site: first those that are offered."""
    states = assess_languages(session, TRANSLATED)
    signatures = store.list_signatures(session, [site.id for site in sites])
    listed = []
    for site in sites:
        lines = [_language_line(site, code, states.get(code), signatures.get((site.id, code))) for code in TRANSLATED]
        listed.append((site, sorted(lines, key=lambda line: not line.is_offered)))
    return listed


def find_language(session: Session, site: Site, code: str) -> LanguageLine:
    """One language at one site."""
    signature = store.list_signatures(session, [site.id]).get((site.id, code))
    return _language_line(site, code, assess_languages(session, [code]).get(code), signature)


def _language_line(
    site: Site, code: str, state: rules.LanguageState | None, signature: store.LanguageSignature | None
) -> LanguageLine:
    unsigned = rules.list_unsigned(state.open, signature.texts if signature else ()) if state else ()
    return LanguageLine(LANGUAGES[code], state, code in site.languages, signature, unsigned)

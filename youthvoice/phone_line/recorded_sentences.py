"""The line of a site with the sentences that were recorded for it, as the modem plays them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import force_locale, get_locale
from sqlalchemy.orm import Session

from youthvoice import db
from youthvoice.clips.availability import clip_index, find_clip
from youthvoice.clips.text_collector import clip_name, current_collector, spoken_words
from youthvoice.phone_line.labels import SENTENCE_LABELS
from youthvoice.phone_line.wave_sound import NoSound, make_waves
from youthvoice.privacy.credentials.picture_codes import PER_SCREEN
from youthvoice.sites.store import Site, find_phone_site
from youthvoice.web.i18n.languages import TRANSLATED


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """The line of a site.

    Attributes:
        site: whose children call it.
        languages: those of the site in which every sentence is recorded; at least one.
    """

    site: Site
    languages: tuple[str, ...]
    _takes: dict[tuple[str, str], tuple[str, str]] = field(repr=False)

    def speaks(self, language: str) -> str:
        """A language of the line: this one where it has it, else the first one."""
        return language if language in self.languages else self.languages[0]

    def sentence(self, code: str, language: str) -> Sequence[bytes]:
        """A recorded sentence as WAV files.

        Args:
            code: one of `SENTENCE_LABELS`.
            language: one of `languages`.

        Raises:
            NoSound: it cannot be played, or its recording was replaced a moment ago.
        """
        with db.reading(db.engine()) as session:
            sound_and_kind = find_clip(session, *self._takes[code, language])
        if sound_and_kind is None:
            raise NoSound
        return make_waves(*sound_and_kind)


def find_line(session: Session) -> PhoneLine | None:
    """The line of this installation; None where no site has one, or none of its languages is recorded."""
    site = find_phone_site(session)
    if site is None:
        return None
    names = {
        (code, language): clip_name(language, text)
        for language in _spoken_at(site)
        for code, text in texts_in(language)
    }
    takes = {key: (name, clip_index().takes[name]) for key, name in names.items() if name in clip_index().takes}
    languages = tuple(
        language for language in _spoken_at(site) if all((code, language) in takes for code in SENTENCE_LABELS)
    )
    return PhoneLine(site, languages, takes) if languages else None


def note_sentences() -> str:
    """Report every sentence to the list of texts that are recorded, in the page's language; no page shows them."""
    text_collector, language = current_collector(), str(get_locale() or "en")
    if text_collector is not None:
        for code, text in texts_in(language):
            text_collector.note(language, text, f"phone/{code}")
        for key in range(1, PER_SCREEN + 1):  # a tablet says them beside the pictures
            text_collector.note(language, str(key), f"phone/key-{key}")
    return ""


def _spoken_at(site: Site) -> list[str]:
    return [language for language in site.languages if language in TRANSLATED]


def texts_in(language: str) -> list[tuple[str, str]]:
    """Every sentence of the line in a language: its code, and its words as they are spoken."""
    with force_locale(language):
        return [(code, spoken_words(str(label))) for code, label in SENTENCE_LABELS.items()]

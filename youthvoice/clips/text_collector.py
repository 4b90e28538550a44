"""Collect the texts that a page can read aloud, and name the clip of each."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from flask import g
from markupsafe import Markup, escape

_DIGITS = 24  # hexadecimal: 96 bits

_LINE_END = re.compile(r"<br ?/?>")

_FOREIGN = re.compile(r'<span lang="([A-Za-z-]+)" dir="(?:ltr|rtl)">[^<]*</span>')


def spoken_words(words: Markup | str) -> str:
    """The text as it is read aloud: without markup, with single spaces.

    Args:
        words: plain text, or markup such as `Skip <b>any</b> question.`
    """
    return unicodedata.normalize("NFC", Markup(_LINE_END.sub(" ", escape(words))).striptags())  # noqa: S704 - only read


def clip_name(language: str, text: str) -> str:
    """The name of a text's clip: 24 hexadecimal digits of SHA-256 over language, NUL and text.

    Args:
        language: a code of `i18n.languages`, such as `hi`; of a film as `film_voice` writes it.
        text: from `spoken_words`.
    """
    return hashlib.sha256(f"{language}\0{text}".encode()).hexdigest()[:_DIGITS]


def film_voice(language: str, sign_language: str) -> str:
    """The voice of films: an adult who signs the texts of a language is one more voice of it, such as "hi.ins".

    Args:
        language: of the text.
        sign_language: ISO 639-3 code, such as `ins`.
    """
    return f"{language}.{sign_language}"


def split_voice(voice: str) -> tuple[str, str]:
    """The language of a text, and the sign language of its film; empty for a voice that speaks."""
    language, _dot, sign_language = voice.partition(".")
    return language, sign_language


def take_name(sound: bytes) -> str:
    """The name of one recording: 8 hexadecimal digits of SHA-256; it distinguishes recordings of the same text."""
    return hashlib.sha256(sound).hexdigest()[:8]


def language_of(words: Markup | str, page_language: str) -> str:
    """The language of a text: the page's, unless all of it is marked as another language.

    Args:
        words: the text, as a template shows it.
        page_language: code of the page's language.
    """
    marked = _FOREIGN.fullmatch(str(escape(words)).strip())
    return marked[1].replace("-", "_") if marked else page_language


_NEVER_SIGNED: Final = frozenset({"button", "later", "phone", "pictures"})
"""Screens of texts beside which no hands stand: buttons, what a script shows later, what a telephone says, and the
pictures of codes and slips."""

_MAX_PLACE = 160  # characters; the width of the column


@dataclass(frozen=True, slots=True)
class TextPlace:
    """Where a text is on the pages for children; constant as long as the page is built the same.

    A clip is stored with the place of its text. So a text that changes finds the clip of its earlier words.

    Attributes:
        page: name of the page.
        screen: name of the screen on it, such as `why` or `q-food`.
        item: the text's number on the screen, or the key of an answer.
        site: slug of the site for which the page was rendered; empty where the page is the same at all sites.
        is_shared: whether other sites have the same text at this place.
    """

    page: str
    screen: str
    item: str
    site: str = ""
    is_shared: bool = False

    @property
    def text(self) -> str:
        """The place as it is stored: `page: screen/item`, after the site and a blank where only this site has the text.

        A place too long for its column loses its end. It is cut with the site, also where the site is then left out.
        """
        of_site = f"{self.site} " if self.site else ""
        text = f"{of_site}{self.page}: {self.screen}/{self.item}"[:_MAX_PLACE]
        return text.removeprefix(of_site) if self.is_shared else text

    @property
    def has_hands(self) -> bool:
        """Whether hands stand beside the text where it has a film."""
        return self.screen not in _NEVER_SIGNED


@dataclass(frozen=True, slots=True)
class SpokenText:
    """One text that can be read aloud.

    Attributes:
        language: its own; of a film as `film_voice` writes it.
        words: as they are said.
        place: where it is on the pages.
    """

    language: str
    words: str
    place: TextPlace

    @property
    def name(self) -> str:
        """The name of its clip."""
        return clip_name(self.language, self.words)


def collect_text(texts: dict[str, SpokenText], spoken_text: SpokenText) -> None:
    """Add a text by its name, where it appears first; but where a button and a tile have the same words, as the tile.

    A film can be shown beside a tile, not beside a button (`TextPlace.has_hands`).
    """
    first = texts.setdefault(spoken_text.name, spoken_text)
    if spoken_text.place.has_hands and not first.place.has_hands:
        texts[spoken_text.name] = spoken_text


@dataclass
class TextCollector:
    """Collects the texts of one page, in the order in which they are shown, each once.

    Attributes:
        page: its name.
        site: slug of the site for which it is rendered; empty where it is the same at all sites.
        texts: by the name of their clip.
    """

    page: str
    site: str = ""
    texts: dict[str, SpokenText] = field(default_factory=dict)
    _screen: str = "top"
    _number: int = 0

    def note(self, language: str, words: str, at: str) -> None:
        """Add one text.

        Args:
            language: its own.
            words: as they are said.
            at: `name` begins a screen, `name/item` is a place of its own, empty is the next place of this screen.
        """
        if not words:
            return
        screen, slash, item = at.partition("/")
        if not slash:
            if screen:
                self._screen, self._number = screen, 0
            screen, item = self._screen, str(self._number)
            self._number += 1
        collect_text(self.texts, SpokenText(language, words, TextPlace(self.page, screen, item, self.site)))


@contextmanager
def collecting_texts(page: str, site: str = "") -> Iterator[TextCollector]:
    """Collect every text of the pages that are rendered inside the block."""
    g.gathered = TextCollector(page, site)
    try:
        yield g.gathered
    finally:
        g.pop("gathered")


def current_collector() -> TextCollector | None:
    """The collector of the enclosing block; None outside of one."""
    text_collector: TextCollector | None = g.get("gathered")
    return text_collector

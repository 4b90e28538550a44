"""Collect the texts that a page can read aloud, and name the clip of each."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

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
        language: a code of `i18n.languages`, such as `hi`.
        text: from `spoken_words`.
    """
    return hashlib.sha256(f"{language}\0{text}".encode()).hexdigest()[:_DIGITS]


def take_name(sound: bytes) -> str:
    """The name of one recording: 8 hexadecimal digits of SHA-256; it distinguishes recordings of the same text."""
    return hashlib.sha256(sound).hexdigest()[:8]


def language_of(words: Markup | str, page: str) -> str:
    """The language of a text: the page's, unless all of it is marked as another language.

    Args:
        words: the text, as a template shows it.
        page: code of the page's language.
    """
    marked = _FOREIGN.fullmatch(str(escape(words)).strip())
    return marked[1].replace("-", "_") if marked else page


@dataclass(frozen=True, slots=True)
class SpokenText:
    """One text that can be read aloud.

    Attributes:
        language: its own.
        words: as they are said.
        place: where it is: `page: screen/number`, constant as long as the page is built the same.
    """

    language: str
    words: str
    place: str

    @property
    def name(self) -> str:
        """The name of its clip."""
        return clip_name(self.language, self.words)


@dataclass
class TextCollector:
    """Collects the texts of one page, in the order in which they are shown, each once.

    Attributes:
        page: the beginning of every place.
        texts: by the name of their clip.
    """

    page: str
    texts: dict[str, SpokenText] = field(default_factory=dict)
    _screen: str = "top"
    _nth: int = 0

    def note(self, language: str, words: str, at: str) -> None:
        """Add one text.

        Args:
            language: its own.
            words: as they are said.
            at: `name` begins a screen, `name/part` is a place of its own, empty is the next place of this screen.
        """
        if not words:
            return
        if at and "/" not in at:
            self._screen, self._nth = at, 0
        place = at if "/" in at else f"{self._screen}/{self._nth}"
        self._nth += "/" not in at
        spoken_text = SpokenText(language, words, f"{self.page}: {place}"[:160])
        self.texts.setdefault(spoken_text.name, spoken_text)


@contextmanager
def collecting_texts(page: str) -> Iterator[TextCollector]:
    """Collect every text of the pages that are rendered inside the block."""
    g.gathered = TextCollector(page)
    try:
        yield g.gathered
    finally:
        g.pop("gathered")


def current_collector() -> TextCollector | None:
    """The collector of the enclosing block; None outside of one."""
    text_collector: TextCollector | None = g.get("gathered")
    return text_collector

"""What a text is called: so that a text that was changed has no clip any more, whoever changed it."""

import hashlib
import re
import unicodedata

from markupsafe import Markup, escape

_DIGITS = 24  # hexadecimal: 96 bits
_LINE_END = re.compile(r"<br ?/?>")
_FOREIGN = re.compile(r'<span lang="([A-Za-z-]+)" dir="(?:ltr|rtl)">[^<]*</span>')


def spoken(words: Markup | str) -> str:
    """The words as they are said and shown: without markup, with single spaces.

    Args:
        words: a text, or markup such as `Skip <b>any</b> question.`
    """
    return unicodedata.normalize("NFC", Markup(_LINE_END.sub(" ", escape(words))).striptags())  # noqa: S704 - only read


def clip_name(language: str, said: str) -> str:
    """The name of the clip of a text: 24 hexadecimal digits of SHA-256 over language, NUL and words.

    Args:
        language: a code of `web.languages`, such as `hi`.
        said: from `spoken`.
    """
    return hashlib.sha256(f"{language}\0{said}".encode()).hexdigest()[:_DIGITS]


def take_name(sound: bytes) -> str:
    """Tells two recordings of the same words apart: 8 hexadecimal digits of SHA-256."""
    return hashlib.sha256(sound).hexdigest()[:8]


def language_of(words: Markup | str, page: str) -> str:
    """The language of words: the page's, unless all of them are marked as another's.

    Args:
        words: as a template shows them.
        page: code of the page's language.
    """
    marked = _FOREIGN.fullmatch(str(escape(words)).strip())
    return marked[1].replace("-", "_") if marked else page

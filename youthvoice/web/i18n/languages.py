"""The languages of the installation and the one this request is answered in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import g, has_request_context, request

COOKIE: Final = "language"

HEADER: Final = "HTTP_YOUTH_VOICE_LANGUAGE"
"""In the environment of a request: the language of a page that a tablet fetches beforehand, or of what it delivers."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code, its name and a greeting in its own script, and its direction."""

    code: str
    name: str
    greeting: str
    direction: str = "ltr"


LANGUAGES: Final = {
    language.code: language
    for language in (
        Language("en", "English", "Hello"),
        Language("hi", "हिन्दी", "नमस्ते"),
        Language("mr", "मराठी", "नमस्कार"),
        Language("gom", "कोंकणी", "नमस्कार"),
        Language("bn", "বাংলা", "নমস্কার"),
        Language("sm", "Gagana Sāmoa", "Talofa"),
        Language("ar", "العربية", "مرحبًا", "rtl"),
        Language("fr", "Français", "Bonjour"),
        Language("mg", "Malagasy", "Salama"),
        Language("ru", "Русский", "Привет"),
        Language("es", "Español", "Hola"),
        Language("zh_Hant", "繁體中文", "你好"),
        Language("nl", "Nederlands", "Hallo"),
        Language("de", "Deutsch", "Hallo"),
        Language("th", "ไทย", "สวัสดี"),
        Language("lg", "Luganda", "Gyebale"),
    )
}

TRANSLATED: Final = ("en", "hi", "ar")  # what the pages themselves speak so far


def spoken_at(languages: Iterable[str]) -> tuple[str, ...]:
    """Those of a site's languages that pages speak; the first of all where they speak none of them."""
    return tuple(code for code in languages if code in TRANSLATED) or TRANSLATED[:1]


def tag(code: str) -> str:
    """The code as HTML writes it: `zh_Hant` is `zh-Hant`."""
    return code.replace("_", "-")


def direction(code: str) -> str:
    """`rtl` or `ltr`."""
    return LANGUAGES[code].direction if code in LANGUAGES else "ltr"


def say_in(code: str) -> None:
    """Answer this request in a language, whatever the cookie says."""
    g.language = code


def chosen(offered: Iterable[str] = TRANSLATED) -> str:
    """The language of this request: set by the page, else the cookie's, else what the browser prefers.

    Args:
        offered: codes to choose from, the first being the last resort.
    """
    offered = tuple(offered) or ("en",)
    if not has_request_context():
        return offered[0]
    fixed = getattr(g, "language", None) or request.environ.get(HEADER) or request.cookies.get(COOKIE)
    if fixed in offered:
        return str(fixed)
    return request.accept_languages.best_match([tag(code) for code in offered], tag(offered[0])).replace("-", "_")


def is_chosen() -> bool:
    """Whether somebody chose a language in this sitting."""
    return COOKIE in request.cookies or HEADER in request.environ


def locale() -> str:
    """For Flask-Babel."""
    return chosen(TRANSLATED)

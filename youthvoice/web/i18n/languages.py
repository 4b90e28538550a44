"""The languages of the installation, and the language of the current request."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import g, has_request_context, request

COOKIE: Final = "language"

HEADER: Final = "HTTP_YOUTH_VOICE_LANGUAGE"
"""WSGI variable of a tablet's request: the language of a page that it stores, or of a form that it delivers."""


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

TRANSLATED: Final = ("en", "hi", "ar")  # languages in which the pages are translated


def spoken_at(languages: Iterable[str]) -> tuple[str, ...]:
    """The languages of a site in which pages are translated; the first of all where there are none."""
    return tuple(code for code in languages if code in TRANSLATED) or TRANSLATED[:1]


def tag(code: str) -> str:
    """The code as HTML writes it: `zh_Hant` is `zh-Hant`."""
    return code.replace("_", "-")


def direction(code: str) -> str:
    """`rtl` or `ltr`."""
    return LANGUAGES[code].direction if code in LANGUAGES else "ltr"


def set_language(code: str) -> None:
    """Set the language of this request, whatever the cookie says."""
    g.language = code


def chosen(offered: Iterable[str] = TRANSLATED) -> str:
    """The language of this request: set by the page, else of the cookie, else the one that the browser prefers.

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
    """Whether somebody chose a language since the last child finished."""
    return COOKIE in request.cookies or HEADER in request.environ


def locale() -> str:
    """The language of this request for Flask-Babel."""
    return chosen(TRANSLATED)

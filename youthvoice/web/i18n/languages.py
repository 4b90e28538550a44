"""The languages of the installation, and the language of the current request."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import g, has_request_context, request

from youthvoice.config import shared_folder

CHILD_CATALOGUE: Final = "child"
STAFF_CATALOGUE: Final = "messages"
"""Names of a language's two catalogues: of what children and families read, and of all that staff read besides."""

SOURCE_LANGUAGE: Final = "en"
"""The language of the texts in the code."""

COOKIE: Final = "language"

SIGNED: Final = ".signs"
"""After the code of a language, in the cookie, the header and the address that chooses it: with films of an adult who
signs the texts."""

LARGE: Final = ".large"
"""After the code of a language, or after `SIGNED`: with larger text."""

COVERED: Final = ".covered"
"""After all of these: by ear alone, with no word of a page on the glass; what else she chose is there again later."""

HEADER: Final = "HTTP_YOUTH_VOICE_LANGUAGE"
"""WSGI variable of a tablet's request: the language of a page that it stores, or of a form that it delivers."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code, its name and a greeting in its own script, and its direction.

    Attributes:
        browser_tags: what browsers call it where that is not the code, such as `zh-TW zh-HK` for `zh_Hant`.
    """

    code: str
    name: str
    greeting: str
    direction: str = "ltr"
    browser_tags: str = ""


def read_languages(folder: Path) -> dict[str, Language]:
    """Every language that has a folder with its name in it, by code: English first, then by code.

    Args:
        folder: `translations`.
    """
    files = sorted(
        folder.glob("*/language.toml"), key=lambda file: (file.parent.name != SOURCE_LANGUAGE, file.parent.name)
    )
    return {file.parent.name: Language(file.parent.name, **tomllib.loads(file.read_text("utf-8"))) for file in files}


def list_translated(folder: Path, catalogue: str, codes: Iterable[str]) -> tuple[str, ...]:
    """The languages that have a catalogue; English needs none.

    Args:
        folder: `translations`.
        catalogue: `child` or `messages`.
        codes: of languages.
    """
    return tuple(
        code
        for code in codes
        if code == SOURCE_LANGUAGE or list((folder / code / "LC_MESSAGES").glob(f"{catalogue}.[pm]o"))
    )


_FOLDER: Final = shared_folder("translations")

LANGUAGES: Final = read_languages(_FOLDER)
"""Every language in which children can be asked, by code."""

_CODES: Final = {name: code for code, language in LANGUAGES.items() for name in language.browser_tags.split()}

TRANSLATED: Final = list_translated(_FOLDER, CHILD_CATALOGUE, LANGUAGES)
"""Languages in which the pages and papers of children and families are translated."""

STAFF_LANGUAGES: Final = list_translated(_FOLDER, STAFF_CATALOGUE, TRANSLATED)
"""Languages in which the pages of staff are translated, too."""


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


def offer_only(codes: Iterable[str]) -> None:
    """Show this page in no other language than these: a child's page of a tablet, in those that its site offers."""
    g.offered_languages = spoken_at(codes)


def chosen(offered: Iterable[str] | None = None) -> str:
    """The language of this request: set by the page, else of the cookie, else the one that the browser prefers.

    Args:
        offered: codes to choose from, the first being the last resort; None for those of the tablet, elsewhere for all.
    """
    if offered is None:
        offered = g.get("offered_languages", TRANSLATED) if has_request_context() else TRANSLATED
    offered = tuple(offered) or (SOURCE_LANGUAGE,)
    if not has_request_context():
        return offered[0]
    fixed = getattr(g, "language", None) or _language_of(_asked_for())
    if fixed in offered:
        return str(fixed)
    browser_tags = [browser_tag for browser_tag, code in _CODES.items() if code in offered]
    best = request.accept_languages.best_match([*offered, *browser_tags], offered[0])
    return _CODES.get(best, best)


def forget_choice() -> None:
    """Show this page as to a child who has chosen nothing yet, whatever the child before chose."""
    g.is_choice_forgotten = True


def _asked_for() -> str:
    cookie = "" if getattr(g, "is_choice_forgotten", False) else request.cookies.get(COOKIE, "")
    return request.environ.get(HEADER) or cookie


def _language_of(choice: str) -> str:
    """The code of the language that a child chose, without what she chose besides."""
    return choice.removesuffix(COVERED).removesuffix(LARGE).removesuffix(SIGNED)


def page_classes() -> str:
    """Classes of a page's root for what a child chose, as `signs large`; empty on a page that a tablet stores."""
    choice = _asked_for() if has_request_context() else ""
    return choice.removeprefix(_language_of(choice)).replace(".", " ").strip()


def is_choice(code: str) -> bool:
    """Whether a child can choose this: a language, perhaps with signs, with larger text, by ear alone."""
    return _language_of(code) in LANGUAGES


def is_chosen(offered: Iterable[str] = LANGUAGES) -> bool:
    """Whether somebody chose a language since the last child finished, and it is still offered."""
    code = request.environ.get(HEADER) or request.cookies.get(COOKIE, "")
    return _language_of(code) in offered


def locale() -> str:
    """The language of this request for Flask-Babel; on a page of staff one in which those are translated."""
    is_staff = has_request_context() and request.path.startswith("/staff/") and not hasattr(g, "language")
    return chosen(STAFF_LANGUAGES if is_staff else None)

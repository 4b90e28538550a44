"""Find the fonts of a language, and replace letters that none of them has.

Fonts come from packages of the operating system and are named one by one, so that a document looks the same on every
machine that has them. A missing font is reported, never replaced by another. A letter that no font has does not stop
the printing: a substitute is printed in its place, and the paper says so.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple


class Font(NamedTuple):
    """A font family: its name, the file of its regular weight, and the Debian package that installs it."""

    family: str
    file: str
    package: str


_CORE: Final = "fonts-noto-core"

_EXTRA: Final = "fonts-noto-extra"

LATIN: Final = Font("Noto Sans", "NotoSans-Regular.ttf", _CORE)  # Cyrillic and Greek, too

SYMBOLS: Final = Font("Noto Sans Symbols 2", "NotoSansSymbols2-Regular.ttf", _CORE)

_DEVANAGARI: Final = Font("Noto Sans Devanagari", "NotoSansDevanagari-Regular.ttf", _CORE)

LANGUAGE_FONTS: Final = {
    "hi": _DEVANAGARI,
    "mr": _DEVANAGARI,
    "gom": _DEVANAGARI,
    "bn": Font("Noto Sans Bengali", "NotoSansBengali-Regular.ttf", _CORE),
    "ar": Font("Noto Naskh Arabic", "NotoNaskhArabic-Regular.ttf", _CORE),
    "th": Font("Noto Sans Thai", "NotoSansThai-Regular.ttf", _CORE),
    "zh_Hant": Font("Noto Sans CJK TC", "NotoSansCJK-Regular.ttc", "fonts-noto-cjk"),
}
"""The fonts of languages whose script the Latin font does not have."""


class GlyphsMissing(Exception):
    """A text has letters that no installed font has.

    Attributes:
        characters: those letters, each once.
        package: the Debian package that brings a font for them.
    """

    def __init__(self, characters: str, package: str) -> None:
        super().__init__(f"No font here draws {characters!r}. Install the Debian package {package}.")
        self.characters, self.package = characters, package


def fonts_for(language: str) -> tuple[Font, ...]:
    """The fonts of a document, that of its language first; texts in other scripts fall back on the rest."""
    first = [LANGUAGE_FONTS[language]] if language in LANGUAGE_FONTS else []
    return tuple(dict.fromkeys((*first, LATIN, *LANGUAGE_FONTS.values(), SYMBOLS)))


def installed_fonts(fonts: Iterable[Font], folder: Path) -> tuple[Font, ...]:
    """Those of some fonts whose file is in a folder or below it."""
    here = _files(folder)
    return tuple(font for font in fonts if font.file in here)


class MissingLetters(NamedTuple):
    """Letters that no installed font has.

    Attributes:
        characters: each once; only those of one package.
        package: the Debian package that brings a font for them.
        number: how often any missing letter occurs.
    """

    characters: str
    package: str
    number: int


def replace_missing_letters(values: Any, fonts: Sequence[Font], folder: Path) -> tuple[Any, MissingLetters | None]:
    """Replace each letter that no font has in some plain values; also return which letters those are.

    Few such letters are printed as their code point in brackets, so that somebody can look them up; of many, each is
    printed as a question mark.

    Args:
        values: everything that will be printed.
        fonts: of the document, the likeliest first.
        folder: of the font files.

    Raises:
        GlyphsMissing: the font of the document's own language is missing, so that nothing could be read.
    """
    texts = list(_texts_of(values))
    missing = _missing_in(texts, fonts, folder)
    if not missing:
        return values, None
    characters, package = _of_one_package(missing, folder)
    if len(installed_fonts({fonts[0], LATIN}, folder)) < len({fonts[0], LATIN}):
        raise GlyphsMissing(characters, package)
    number = sum(letter in missing for text in texts for letter in text)
    stands_for = {
        ord(letter): (_UNKNOWN if number > _MAX_CODE_POINTS else f"[U+{ord(letter):04X}]") + _MAY_BREAK
        for letter in missing
    }
    return _replaced(values, stands_for), MissingLetters(characters, package, number)


_MAX_CODE_POINTS: Final = 40  # letters printed as their code point; with more nobody could read the text

_UNKNOWN: Final = "\ufffd"  # the replacement character of Unicode; every Latin font has it

_MAY_BREAK: Final = "\u200b"  # lets a row of many substitutes break at the edge of the paper


def _texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts_of(each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _texts_of(each)


def _replaced(value: Any, stands_for: dict[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(stands_for)
    if isinstance(value, Mapping):
        return {name: _replaced(each, stands_for) for name, each in value.items()}
    return [_replaced(each, stands_for) for each in value] if isinstance(value, Sequence) else value


def _missing_in(texts: Iterable[str], fonts: Sequence[Font], folder: Path) -> set[str]:
    missing = {letter for text in texts for letter in text if not _is_invisible(letter)}
    for font in fonts:
        if not missing:
            break
        covered = _coverage(_files(folder).get(font.file))
        missing = {letter for letter in missing if ord(letter) not in covered}
    return missing


def _of_one_package(missing: Iterable[str], folder: Path) -> tuple[str, str]:
    """The package with fonts for most of some letters, and those of the letters that it covers."""
    plain = _CORE if LATIN.file not in _files(folder) else _EXTRA  # for letters of no script
    packages = {letter: _package_for(letter) or plain for letter in sorted(missing)}
    package = next(iter(sorted(packages.values(), key=list(packages.values()).count, reverse=True)))
    return "".join(letter for letter in packages if packages[letter] == package), package


def _is_invisible(letter: str) -> bool:
    """Whether a letter is never drawn: a space, a mark of direction, or a variant selector."""
    return letter.isspace() or unicodedata.category(letter) in {"Cc", "Cf"} or letter in _VARIANTS


_VARIANTS: Final = frozenset(map(chr, range(0xFE00, 0xFE10)))


@cache
def _files(folder: Path) -> dict[str, Path]:
    """Font files by name, at any depth: other systems put the same files into other folders."""
    return {path.name: path for ending in ("ttf", "ttc", "otf") for path in sorted(folder.rglob(f"*.{ending}"))}


@cache
def _coverage(path: Path | None) -> frozenset[int]:
    """The code points that a font file covers; empty where it is not installed."""
    if path is None:
        return frozenset()
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - large, and needed only to typeset a document

    with TTFont(path, fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())


_CJK: Final = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "FULLWIDTH", "IDEOGRAPHIC")


def _package_for(letter: str) -> str:
    """The package for a letter's script, judged by its Unicode name; empty for a letter of no script."""
    name = unicodedata.name(letter, "")
    if name.startswith(_CJK):
        return LANGUAGE_FONTS["zh_Hant"].package
    core = {font.family.rpartition(" ")[2].upper() for font in LANGUAGE_FONTS.values() if font.package == _CORE}
    return _CORE if name.partition(" ")[0] in {"LATIN", "CYRILLIC", "GREEK", *core} else ""

"""A PDF as tests look at it: its pages as images, its words and where they stand, by Poppler."""

import re
import subprocess
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.support.debian_programs import need_program
from youthvoice.config import Settings
from youthvoice.printing.fonts import LANGUAGE_FONTS, LATIN, installed_fonts

_CONTROLS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
TOP = Path(__file__).parents[2]
_MARGIN = 0.03  # of the page's width: nothing is printed there, for printers leave it out


def need_poppler() -> None:
    """Skip this look loudly where Poppler is missing; fail where everything must be proved."""
    need_program("pdftoppm", "poppler-utils")


def need_font(language: str) -> None:
    """Skip loudly where the font of a language is missing."""
    font = LANGUAGE_FONTS.get(language, LATIN)
    if not installed_fonts([font], Settings.read({}).fonts):
        pytest.skip(f"NOT PRINTED: {font.file} is missing (apt-get install {font.package})")


def _poppler(pdf: bytes, program: str, *options: str) -> bytes:
    need_poppler()
    return subprocess.run([program, *options], input=pdf, capture_output=True, check=True).stdout


def text_of(pdf: bytes) -> str:
    """Everything it says in the order in which it is read aloud, without signs of direction, spaces once."""
    said = _poppler(pdf, "pdftotext", "-raw", "-", "-").decode()
    return " ".join(_CONTROLS.sub("", unicodedata.normalize("NFC", said)).split())


def facts_of(pdf: bytes) -> dict[str, str]:
    """What `pdfinfo` says of it: `Title`, `Tagged`, `Pages`, `Page size`."""
    lines = _poppler(pdf, "pdfinfo", "-").decode().splitlines()
    return {name.strip(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}


@dataclass(frozen=True)
class Word:
    """A word and its box in points, from the top left."""

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float


def words_of(pdf: bytes) -> list[Word]:
    """Every word with its place."""
    page, found = 0, []
    told = _poppler(pdf, "pdftotext", "-bbox", "-", "-")
    for element in ET.fromstring(told).iter():  # noqa: S314 - of our own PDF
        name = element.tag.rpartition("}")[2]
        page += name == "page"
        if name == "word":
            box = (float(element.attrib[side]) for side in ("xMin", "yMin", "xMax", "yMax"))
            found.append(Word(element.text or "", page, *box))
    return found


def overlaps(words: Sequence[Word]) -> list[tuple[str, str]]:
    """Words that lie on each other: their boxes share more than a fifth of the smaller one's middle half."""
    lines = sorted(words, key=lambda word: (word.page, _middle(word)))
    return [(one.text, other.text) for nth, one in enumerate(lines) for other in _beside(one, lines[nth + 1 :])]


def _middle(word: Word) -> tuple[float, float]:
    quarter = (word.bottom - word.top) / 4
    return word.top + quarter, word.bottom - quarter


def _beside(one: Word, below: Sequence[Word]) -> Iterator[Word]:
    """Those that lie on a word, among others of its page from the top; the first one below it ends the search."""
    top, bottom = _middle(one)
    for other in below:
        other_top, other_bottom = _middle(other)
        if other.page != one.page or other_top >= bottom:
            return
        wide = min(one.right, other.right) - max(one.left, other.left)
        high = min(bottom, other_bottom) - max(top, other_top)
        smaller = min((one.right - one.left) * (bottom - top), (other.right - other.left) * (other_bottom - other_top))
        if wide > 0 and wide * high > smaller / 5:
            yield other


@dataclass(frozen=True)
class Image:
    """A page in grey: 0 is black."""

    width: int
    height: int
    grey: bytes

    def rows(self) -> Iterator[bytes]:
        """From the top."""
        for at in range(0, len(self.grey), self.width):
            yield self.grey[at : at + self.width]

    def ink(self) -> float:
        """The share of the page that is not white."""
        return sum(value < 250 for value in self.grey) / len(self.grey)

    def margins_are_white(self) -> bool:
        """Whether nothing stands where printers do not print."""
        edge, rows = round(self.width * _MARGIN), list(self.rows())
        outside = [*rows[:edge], *rows[-edge:], *(row[:edge] + row[-edge:] for row in rows)]
        return all(value > 250 for row in outside for value in row)


def images_of(pdf: bytes) -> list[Image]:
    """Its pages at 50 dots an inch."""
    told = _poppler(pdf, "pdftoppm", "-gray", "-r", "50", "-")
    found, at = [], 0
    while at < len(told):
        head = re.compile(rb"P5\s(\d+) (\d+)\s255\s").match(told, at)
        assert head, "a PGM"
        width, height = int(head[1]), int(head[2])
        found.append(Image(width, height, told[head.end() : head.end() + width * height]))
        at = head.end() + width * height
    return found

"""Screens and parts of screens side by side: a page for a browser, and one picture for each language."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from flask import render_template_string
from flask_babel import force_locale
from jinja2 import Template
from PIL import Image
from playwright.sync_api import Browser

from tests.journeys.support import browsers
from tests.journeys.support.browsers import PHONE
from tests.journeys.support.page_list import ExampleHouse
from youthvoice.web.i18n import languages
from youthvoice.web.i18n.languages import LANGUAGES

_PARTS = Path(__file__).with_name("parts.html")
_INDEX = Path(__file__).with_name("gallery.html")
_TEN = (
    "child-language", "child-front", "child-help", "survey-01-who-sees", "survey-08-safe_at_night",
    "tell-03-topic", "tell-06-readers", "tell-08-tell", "tell-13-end", "child-we-did",
)  # fmt: skip
"""Screens that a language is judged by: the first ones, danger, consent, a scale, who reads, what comes back."""
_COLUMNS, _WIDTH = 5, 270
_QUALITY = 60


def take_parts(example: ExampleHouse, browser: Browser, folder: Path, codes: Sequence[str]) -> None:
    """Take one picture for each language of every part that children's screens are made of.

    Args:
        example: a running house, whose files the parts use.
        browser: draws them.
        folder: gets parts-LANGUAGE-360.png.
        codes: of languages.
    """
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    page = context.new_page()
    for code in codes:
        page.goto(f"{example.url}/credits")  # the parts are laid into a page of the same origin, with its headers
        page.set_content(_parts(example, code), wait_until="load")
        page.screenshot(path=folder / f"parts-{code}-360.png", full_page=True)
    browsers.close(context)


def _parts(example: ExampleHouse, code: str) -> str:
    app = example.house.app
    with app.test_request_context("/credits", base_url=example.url):
        languages.set_language(code)
        with force_locale(code):
            return render_template_string(_PARTS.read_text("utf-8"))


def write_index(folder: Path, codes: Sequence[str]) -> None:
    """Write index.html: a row for each screen, a column for each language.

    Args:
        folder: where the pictures are, named SCREEN-LANGUAGE-WIDTH.png.
        codes: of languages, in the order of the columns.
    """
    rows: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    alone = []
    for file in sorted(folder.glob("*.png")):
        parts = file.stem.rsplit("-", maxsplit=2)
        if len(parts) == 3 and parts[1] in codes:
            screen, code, width = parts
            rows[width, screen][code] = file.name
        else:
            alone.append(file.name)
    names = [(code, LANGUAGES[code].name) for code in codes]
    template = Template(_INDEX.read_text("utf-8"), autoescape=True)
    page = template.render(rows=sorted(rows.items()), names=names, alone=alone)
    (folder / "index.html").write_text(page, "utf-8")


def write_sheets(folder: Path, sheets: Path, codes: Sequence[str]) -> None:
    """Write ten screens of each language onto one picture, screens-LANGUAGE.webp.

    Args:
        folder: where the pictures are.
        sheets: where the sheets go.
        codes: of languages.

    Raises:
        FileNotFoundError: a screen has another name by now.
    """
    sheets.mkdir(parents=True, exist_ok=True)
    height = _WIDTH * PHONE[1] // PHONE[0]
    for code in codes:
        sheet = Image.new("RGB", (_COLUMNS * (_WIDTH + 8) - 8, -(-len(_TEN) // _COLUMNS) * (height + 8) - 8), "#857866")
        for nth, screen in enumerate(_TEN):
            with Image.open(folder / f"{screen}-{code}-360.png") as picture:
                small = picture.convert("RGB").resize((_WIDTH, height))
            sheet.paste(small, (nth % _COLUMNS * (_WIDTH + 8), nth // _COLUMNS * (height + 8)))
        sheet.save(sheets / f"screens-{code}.webp", quality=_QUALITY, method=6)

"""A shipped catalogue as a file for Weblate and other tools, with the marks of this installation's adults in it."""

from collections.abc import Iterable
from io import BytesIO

from babel.messages import pofile

from youthvoice.config import shared_folder
from youthvoice.translation.catalogue_texts import NOWHERE, make_text, read_catalog
from youthvoice.translation.rules import DIFFERS
from youthvoice.translation.store import TextReading
from youthvoice.translation.text_marks import MARK_KINDS, TextMark, write_mark
from youthvoice.web.i18n.languages import CHILD_CATALOGUE


def write_catalogue(language: str, readings: Iterable[TextReading]) -> bytes:
    """The catalogue of children's texts in one language, as gettext's file.

    Marks of adults are among the translator's comments. Where an adult understood something else than the English
    says, a comment says what.

    Args:
        language: code.
        readings: of its texts.
    """
    by_text: dict[str, list[str]] = {}
    for reading in readings:
        if reading.kind in MARK_KINDS:
            line = write_mark(TextMark(reading.kind, reading.name, reading.day, reading.text))
            by_text.setdefault(reading.text, []).append(line)
        elif reading.kind == DIFFERS:
            by_text.setdefault(reading.text, []).append(_difference(reading))
    catalog = read_catalog(shared_folder("translations") / language / "LC_MESSAGES" / f"{CHILD_CATALOGUE}.po", language)
    for message in catalog:
        lines = by_text.get(make_text(language, message, {}, NOWHERE).name, []) if message.id else []
        message.user_comments = list(dict.fromkeys([*message.user_comments, *lines]))
    file = BytesIO()
    pofile.write_po(file, catalog, width=0, no_location=True, sort_output=True, ignore_obsolete=True)
    return file.getvalue()


def _difference(reading: TextReading) -> str:
    """A comment of one line, whatever the adult typed; it can be taken for no mark."""
    words, name = (" ".join(text.split()) for text in (reading.understood, reading.name))
    return f"understood as: {words} ({name}, {reading.day.isoformat()})"

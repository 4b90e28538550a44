"""A frozen view as CSV and JSON: bands only, the same bytes for everyone."""

import csv
import io
import json

from youthvoice.publications.labels import said
from youthvoice.publications.snapshot import Frozen, tables_of

COLUMNS = ("question", "text", "answer", "answer_text", "low", "high", "n", "words", "tenths",
           "before_low", "before_high", "before_n", "change")  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # the last four are full-width


def as_json(frozen: Frozen) -> str:
    """The whole view as it was frozen.

    Raises:
        ValueError: something stands in it that could not have been published.
    """
    _check(frozen)
    return json.dumps(frozen, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def as_csv(frozen: Frozen) -> str:
    """One row for every line; words in the first language of the questionnaire, `answer` is `*side` for a good side.

    Raises:
        ValueError: as `as_json`.
    """
    _check(frozen)
    languages = frozen["languages"]
    held = io.StringIO()
    rows = csv.writer(held)
    rows.writerow(COLUMNS)
    for question in frozen["questions"]:
        for line in question["lines"]:
            before = line["before"] or {"low": "", "high": "", "n": ""}
            answer = (
                said(question["labels"][line["key"]], languages[0], languages)
                if line["key"] in question["labels"]
                else ""
            )
            cells = (
                question["name"], said(question["text"], languages[0], languages), line["key"], answer,
                line["low"], line["high"], line["n"], line["code"], line["tenths"] or "",
                before["low"], before["high"], before["n"], line["change"] or "",
            )  # fmt: skip
            rows.writerow([harmless(cell) for cell in cells])
    return held.getvalue()


def _check(frozen: Frozen) -> None:
    for _table in tables_of(frozen):
        pass


def harmless(cell: object) -> object:
    """A text that a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" \u00a0\ufeff").startswith(_FORMULA) else cell

"""Types for parts of addresses: a row number that every database accepts, a text without NUL, an id."""

from typing import Any

from flask import Flask, abort
from werkzeug.routing import IntegerConverter, UnicodeConverter

from youthvoice.db import MAX_ROW_ID

_ID_BYTES = 16


class RowNumberConverter(IntegerConverter):
    """A row number; a longer one gives 404."""

    regex = r"\d{1,10}"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max": MAX_ROW_ID, **options})


class TextConverter(UnicodeConverter):
    """A text; PostgreSQL accepts no NUL in one."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.regex = self.regex.replace("[^/]", r"[^/\x00]")


def id_or_404(digits: str) -> bytes:
    """Read an id in hexadecimal digits: 16 bytes; 404 for anything else."""
    try:
        number = bytes.fromhex(digits)
    except ValueError:
        abort(404)
    return number if len(number) == _ID_BYTES else abort(404)


def init_app(app: Flask) -> None:
    """Register the converters; before any page is added."""
    app.url_map.converters.update(int=RowNumberConverter, default=TextConverter, string=TextConverter)

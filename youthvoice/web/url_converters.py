"""What a part of an address can be: a row's number that every database knows, a text without NUL, an id."""

from typing import Any

from flask import Flask, abort
from werkzeug.routing import IntegerConverter, UnicodeConverter

MAX_ROW_NUMBER = 2**31 - 1
_ID_BYTES = 16


class RowNumberConverter(IntegerConverter):
    """A row's number; a longer one is no address, 404."""

    regex = r"\d{1,10}"

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **{"max": MAX_ROW_NUMBER, **more})


class TextConverter(UnicodeConverter):
    """One part of an address; PostgreSQL takes no NUL in a text."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.regex = self.regex.replace("[^/]", r"[^/\x00]")


def id_or_404(digits: str) -> bytes:
    """An id as its address has it, in hexadecimal digits: 16 bytes; nothing else is there."""
    try:
        number = bytes.fromhex(digits)
    except ValueError:
        abort(404)
    return number if len(number) == _ID_BYTES else abort(404)


def init_app(app: Flask) -> None:
    """Use them; before any page is added."""
    app.url_map.converters.update(int=RowNumberConverter, default=TextConverter, string=TextConverter)

"""Compress children's pages before they are sent.

Pages of staff and guardians are not compressed. An attacker who can choose a part of a page, and sees the length of its
compressed answers, learns a secret on it attempt by attempt (BREACH). A child's page has none: no form token (see
`headers.refuse_other_sites`), no part of its address, and a new random submission id every time. Pages that show a
child's own words need the cookie of a visit, which no other site can make the browser send.
"""

import gzip
from functools import lru_cache
from typing import Final

from flask import Flask, Response, request

_LEVEL: Final = 6

_CACHED_PAGES: Final = 32

_SCREENS: Final = "/offline/code"
"""Screens of the picture code that a tablet stores, as JSON."""

_OTHER_PATHS: Final = ("/staff", "/views/", "/outside/", "/enrol")


def compress(answer: Response) -> Response:
    """Compress a child's page where the browser accepts it; a page with `Vary: Accept-Encoding` stays as it is."""
    is_page = answer.mimetype == "text/html" or request.path == _SCREENS
    ours = is_page and not request.path.startswith(_OTHER_PATHS)
    if not ours or answer.is_streamed or "Accept-Encoding" in answer.vary:
        return answer
    answer.vary.update(("Accept-Encoding", "Cookie"))
    if request.accept_encodings["gzip"] > 0:
        answer.set_data(_gzip_page(answer.get_data()))
        answer.headers["Content-Encoding"] = "gzip"
    return answer


@lru_cache(maxsize=_CACHED_PAGES)
def _gzip_page(page: bytes) -> bytes:
    """Gzip a page. Every tablet asks for the same one; only a new one costs a millisecond."""
    return gzip.compress(page, _LEVEL, mtime=0)


def init_app(app: Flask) -> None:
    """Compress children's pages after each request."""
    app.after_request(compress)

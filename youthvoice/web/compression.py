"""Children's pages are compressed as they leave.

Children's pages are compressed, pages of staff and guardians are not. Who may choose part of a page and see the lengths
of its compressed answers learns, try after try, a secret on it (BREACH). A child's page bears none: no token of a form
(see `headers.refuse_other_sites`), nothing of what its address says, and the random number of a sheet is another one
every time. What shows somebody's own words, a visit, goes by a cookie that no other site can have sent along.
"""

import gzip
from functools import lru_cache
from typing import Final

from flask import Flask, Response, request

_LEVEL: Final = 6

_REMEMBERED: Final = 32

_SCREENS: Final = "/offline/code"
"""Screens of a child that lie ready on a tablet, as JSON."""

_NOT_OF_CHILDREN: Final = ("/staff", "/views/", "/outside/", "/enrol")


def compress(answer: Response) -> Response:
    """A child's page, compressed where the browser takes it; what is compressed or named its `Vary` stays as it is."""
    is_page = answer.mimetype == "text/html" or request.path == _SCREENS
    ours = is_page and not request.path.startswith(_NOT_OF_CHILDREN)
    if not ours or answer.is_streamed or "Accept-Encoding" in answer.vary:
        return answer
    answer.vary.update(("Accept-Encoding", "Cookie"))
    if request.accept_encodings["gzip"] > 0:
        answer.set_data(_compressed(answer.get_data()))
        answer.headers["Content-Encoding"] = "gzip"
    return answer


@lru_cache(maxsize=_REMEMBERED)
def _compressed(page: bytes) -> bytes:
    """The same page is asked for by every tablet; only a new one costs a millisecond."""
    return gzip.compress(page, _LEVEL, mtime=0)


def init_app(app: Flask) -> None:
    """Compress children's pages as they leave."""
    app.after_request(compress)

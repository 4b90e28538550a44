"""A tablet that holds a page asks with its mark; a page that is still the same is not sent a second time.

Of a bad network that is most of what a child waits for, and of a prepaid one most of what it costs. The number of a
sheet is another one on every page, and a tablet draws it itself: in the mark there are zeros in its place. What stands
around it is part of the mark, so that nobody hides anything in a page by words that are cut out of it.
"""

import re
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, request

from youthvoice.web.i18n import languages

_SHEET: Final = re.compile(rb'(name="sheet" value=")[0-9a-f]{32}"')

NO_SHEET: Final = "0" * 32

_MARK: Final = 20  # hexadecimal digits

_KINDS: Final = frozenset({"text/html", "application/json"})


def mark_of(page: bytes) -> str:
    """What tells a page from any other, the number of its sheet aside; `worker.js` makes the same of what it keeps."""
    return sha256(_SHEET.sub(rb'\g<1>%b"' % NO_SHEET.encode(), page)).hexdigest()[:_MARK]


def is_fetched_beforehand() -> bool:
    """Whether a tablet asks for a page that it lays by: nobody else's page bears a mark."""
    return languages.HEADER in request.environ or bool(request.if_none_match)


def answer_unchanged(answer: Response) -> Response:
    """Mark what a tablet fetches beforehand, and answer 304 where it holds it already; nobody else's page is marked."""
    is_page = answer.status_code == HTTPStatus.OK and answer.mimetype in _KINDS
    if request.method != "GET" or not is_page or not is_fetched_beforehand():
        return answer
    if not answer.is_streamed:
        if not answer.get_etag()[0]:
            answer.set_etag(mark_of(answer.get_data()))
        answer.make_conditional(request)
    return answer


def init_app(app: Flask) -> None:
    """Look at every page before it is compressed: whoever registers later is asked earlier."""
    app.after_request(answer_unchanged)

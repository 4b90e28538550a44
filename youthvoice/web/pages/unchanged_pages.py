"""ETags for pages that tablets store: a page that has not changed is not sent again.

On a bad network this is most of what a child waits for, and on a prepaid one most of the cost. The submission id
differs on every page, and a tablet draws it itself: for the ETag it is replaced by zeros. The text around it belongs to
the ETag, so that nobody can hide text in a page by a pattern that is cut out.
"""

import re
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, request

from youthvoice.web.i18n import languages

_SUBMISSION_ID: Final = re.compile(rb'(name="sheet" value=")[0-9a-f]{32}"')

ZERO_ID: Final = "0" * 32

_ETAG_DIGITS: Final = 20  # hexadecimal digits

_KINDS: Final = frozenset({"text/html", "application/json"})


_PAGE_CLASSES: Final = re.compile(
    rb'^(<!doctype html>\n<html [^<>]*) class="(?! )(?:signs)?(?: ?large)?(?: ?covered)?">'
)


def etag_of(page: bytes) -> str:
    """The ETag of a page, without its submission id; `worker.js` computes the same for its stored pages.

    A page with signs or larger text, or by ear alone, has that of the usual one, which a tablet stores and marks
    itself: somebody who watches the network sees neither this choice nor, by the length of an answer, which page a
    child opens.
    """
    page = with_submission_id(_PAGE_CLASSES.sub(rb"\1>", page), ZERO_ID)
    return sha256(page).hexdigest()[:_ETAG_DIGITS]


def with_submission_id(page: bytes, submission_id: str) -> bytes:
    """The same page with this submission id in each of its forms: 32 hexadecimal digits."""
    return _SUBMISSION_ID.sub(rb'\g<1>%b"' % submission_id.encode(), page)


def is_fetched_beforehand() -> bool:
    """Whether a tablet fetches the page to store it: no other page has an ETag."""
    return languages.HEADER in request.environ or bool(request.if_none_match)


def answer_unchanged(answer: Response) -> Response:
    """Add an ETag to pages that tablets store, and answer 304 where the tablet has it; other pages get none."""
    is_page = answer.status_code == HTTPStatus.OK and answer.mimetype in _KINDS
    if request.method != "GET" or not is_page or not is_fetched_beforehand():
        return answer
    if not answer.is_streamed:
        if not answer.get_etag()[0]:
            answer.set_etag(etag_of(answer.get_data()))
        answer.make_conditional(request)
    return answer


def init_app(app: Flask) -> None:
    """Run after each request, before compression: the hook that is registered last runs first."""
    app.after_request(answer_unchanged)

"""A kept PDF as a page: the paper itself, or that it is being made, or why it cannot be."""

from http import HTTPStatus
from typing import Final, Literal

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from youthvoice import db
from youthvoice.printing.document import Document, digest_document
from youthvoice.printing.store import MADE, KeptPdf, PaperKey, ask_for_pdf, find_pdf
from youthvoice.web.i18n import languages

_LOOK_AGAIN: Final = "5"  # seconds; the work process looks as often


def show_pdf(
    key: PaperKey, document: Document, back: str, reader: Literal["staff", "guardian"], instead: str = ""
) -> ResponseReturnValue:
    """The kept PDF of a document, if it says what the document says now; nothing is composed here.

    Args:
        key: which it is.
        document: as it is now.
        back: where the reader came from.
        reader: which layout the page has that says to wait.
        instead: a page with the same words that a browser prints, for whoever cannot wait; or empty.
    """
    kept, digest = find_pdf(db.session(), key), digest_document(document)
    if kept is not None and kept.digest == digest and kept.state == MADE:
        return _paper(kept, key)
    broken = kept if kept is not None and kept.digest == digest else None
    if broken is None and not (kept and kept.asked):
        with db.writing(db.engine()) as session:
            ask_for_pdf(session, key)
    shown = {"back": back, "instead": instead, "broken": broken and broken.made, "title": _title(document)}
    status = HTTPStatus.SERVICE_UNAVAILABLE if broken else HTTPStatus.ACCEPTED
    answer = make_response(render_template(f"printing/{reader}_waits.html", **shown), status)
    if not broken:
        answer.headers["Refresh"] = f"{_LOOK_AGAIN}; url={request.path}"
    return answer


def _title(document: Document) -> Markup:
    """What a document is called, marked with its language."""
    marked = '<bdi lang="{}" dir="{}">{}</bdi>'
    code = document.language
    return Markup(marked).format(languages.tag(code), languages.direction(code), document.values["title"])  # noqa: S704 - ours


def _paper(kept: KeptPdf, key: PaperKey) -> Response:
    answer = Response(kept.made.pdf, mimetype="application/pdf")
    name = f"{key.kind}-{key.language.replace('_', '-')}.pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer

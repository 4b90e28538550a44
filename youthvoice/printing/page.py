"""Show a PDF: the stored one, one typeset for a single reader, a page that says to wait, or why it cannot be made."""

from http import HTTPStatus
from typing import Final, Literal

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from youthvoice import db
from youthvoice.jobs.isolated_process import IsolatedProcessFailed
from youthvoice.printing.document import Document, TypesetDocument, digest_document, typeset_documents
from youthvoice.printing.store import SHOWN, KeptPdf, PaperKey, ask_for_pdf, find_pdf
from youthvoice.web.i18n import languages

_RETRY_SECONDS: Final = "5"  # seconds; the interval of the job


def show_pdf(
    key: PaperKey, document: Document, back: str, reader: Literal["staff", "guardian"], instead: str = ""
) -> ResponseReturnValue:
    """Show the stored PDF of a document if it is current, else a page that waits for it; nothing is typeset here.

    Args:
        key: of the document.
        document: as it is now.
        back: where the reader came from.
        reader: whose layout the waiting page has.
        instead: address of a page with the same content that a browser can print, for readers in a hurry; or empty.
    """
    kept_pdf, digest = find_pdf(db.session(), key), digest_document(document)
    if kept_pdf is not None and kept_pdf.digest == digest and kept_pdf.state in SHOWN:
        return _pdf_of(kept_pdf, key)
    broken = kept_pdf if kept_pdf is not None and kept_pdf.digest == digest else None
    if broken is None and not (kept_pdf and kept_pdf.asked):
        with db.writing(db.engine()) as session:
            ask_for_pdf(session, key)
    values = {"back": back, "instead": instead, "broken": broken and broken.typeset_document, "title": _title(document)}
    status = HTTPStatus.SERVICE_UNAVAILABLE if broken else HTTPStatus.ACCEPTED
    answer = make_response(render_template(f"printing/{reader}_waits.html", **values), status)
    if not broken:
        answer.headers["Refresh"] = f"{_RETRY_SECONDS}; url={request.path}"
    return answer


def show_unmade(document: Document, typeset_document: TypesetDocument | None, back: str) -> ResponseReturnValue:
    """Say why a paper for a single reader cannot be shown: a letter has no font, or another paper is being typeset.

    Args:
        document: which.
        typeset_document: its result; None where another process used up all the time.
        back: where the reader came from.
    """
    template_values = {
        "back": back,
        "instead": "",
        "broken": typeset_document,
        "title": _title(document),
        "for_her_alone": True,
    }
    answer = make_response(
        render_template("printing/staff_waits.html", **template_values), HTTPStatus.SERVICE_UNAVAILABLE
    )
    answer.headers["Retry-After"] = _RETRY_SECONDS
    return answer


def typeset_for_reader(document: Document) -> TypesetDocument | None:
    """Typeset a paper while its only reader waits; nothing of it is stored.

    Returns:
        Its result; None where another process uses up all the time.
    """
    try:
        (typeset_document,) = typeset_documents([document], _SECONDS, _PATIENCE)
    except IsolatedProcessFailed:
        return None
    return typeset_document


_SECONDS: Final = 10  # during which the thread serves nobody else

_PATIENCE: Final = 4  # seconds to wait for another reader's paper


def paper_response(pdf: bytes, name: str) -> Response:
    """Send a PDF that the browser shows and does not cache.

    Args:
        pdf: its bytes.
        name: of the file, without its ending; it reveals nothing of the content.
    """
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _title(document: Document) -> Markup:
    """The title of a document, marked with its language."""
    marked = '<bdi lang="{}" dir="{}">{}</bdi>'
    code = document.language
    return Markup(marked).format(languages.tag(code), languages.direction(code), document.values["title"])  # noqa: S704 - ours


def _pdf_of(kept_pdf: KeptPdf, key: PaperKey) -> Response:
    return paper_response(kept_pdf.typeset_document.pdf, f"{key.kind}-{languages.tag(key.language)}")

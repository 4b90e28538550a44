"""A PDF as a page: the paper itself, kept or set for one reader; or that it is being made, or why it cannot be."""

from http import HTTPStatus
from typing import Final, Literal

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from youthvoice import db
from youthvoice.jobs.isolated_process import IsolatedProcessFailed
from youthvoice.printing.document import Document, SetDocument, digest_document, set_documents
from youthvoice.printing.store import SHOWN, KeptPdf, PaperKey, ask_for_pdf, find_pdf
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
    kept_pdf, digest = find_pdf(db.session(), key), digest_document(document)
    if kept_pdf is not None and kept_pdf.digest == digest and kept_pdf.state in SHOWN:
        return _paper(kept_pdf, key)
    broken = kept_pdf if kept_pdf is not None and kept_pdf.digest == digest else None
    if broken is None and not (kept_pdf and kept_pdf.asked):
        with db.writing(db.engine()) as session:
            ask_for_pdf(session, key)
    template_values = {"back": back, "instead": instead, "broken": broken and broken.made, "title": _title(document)}
    status = HTTPStatus.SERVICE_UNAVAILABLE if broken else HTTPStatus.ACCEPTED
    answer = make_response(render_template(f"printing/{reader}_waits.html", **template_values), status)
    if not broken:
        answer.headers["Refresh"] = f"{_LOOK_AGAIN}; url={request.path}"
    return answer


def show_unmade(document: Document, set_document: SetDocument | None, back: str) -> ResponseReturnValue:
    """Why a paper that nobody keeps is not there: a letter has no font, or another paper is being set.

    Args:
        document: which.
        set_document: what came of it; None where another process took all the time there was.
        back: where the reader came from.
    """
    template_values = {
        "back": back,
        "instead": "",
        "broken": set_document,
        "title": _title(document),
        "for_her_alone": True,
    }
    answer = make_response(
        render_template("printing/staff_waits.html", **template_values), HTTPStatus.SERVICE_UNAVAILABLE
    )
    answer.headers["Retry-After"] = _LOOK_AGAIN
    return answer


def set_for_reader(document: Document) -> SetDocument | None:
    """Set a paper while its reader waits, for her alone: nothing of it is written anywhere.

    Returns:
        What came of it; None where another process takes all the time that she has.
    """
    try:
        (set_document,) = set_documents([document], _SECONDS, _PATIENCE)
    except IsolatedProcessFailed:
        return None
    return set_document


_SECONDS: Final = 10  # of a thread that serves nobody else meanwhile

_PATIENCE: Final = 4  # seconds for the paper of another reader


def paper_response(pdf: bytes, name: str) -> Response:
    """A PDF as a browser shows it; no browser keeps it.

    Args:
        pdf: its bytes.
        name: of the file, without its ending; says nothing of what is in it.
    """
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _title(document: Document) -> Markup:
    """What a document is called, marked with its language."""
    marked = '<bdi lang="{}" dir="{}">{}</bdi>'
    code = document.language
    return Markup(marked).format(languages.tag(code), languages.direction(code), document.values["title"])  # noqa: S704 - ours


def _paper(kept_pdf: KeptPdf, key: PaperKey) -> Response:
    return paper_response(kept_pdf.made.pdf, f"{key.kind}-{key.language.replace('_', '-')}")

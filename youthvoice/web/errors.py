"""Error pages: kind words for a child, what to do for staff, JSON for a page's own script."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext
from werkzeug.exceptions import HTTPException

from youthvoice import db
from youthvoice.context import Port
from youthvoice.errors import KeyGone, WriteFailure
from youthvoice.log_format import name_place
from youthvoice.privacy.keys.key_files import KeyFileError
from youthvoice.web.headers import wants_json

BAD_REQUEST, TOO_MANY, SERVER_ERROR, NOT_KEPT = 400, 429, 500, 503

STATUSES_WITH_TEXT = (400, 403, 404, 405, 408, 410, 413, 429, 500, 503)

_TRY_AGAIN_SECONDS, _BUSY_SECONDS = 30, 60

_WITHOUT_DATABASE: Final = frozenset({"away", "unanswered"})

_MEGABYTE: Final = 1024 * 1024

Fields = Sequence[tuple[str, str]]


class ErrorText(NamedTuple):
    """A heading and a sentence."""

    title: str
    words: str


def init_app(app: Flask) -> None:
    """Answer every error with our own page."""
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(Exception, show_500)


def show_error(error: HTTPException) -> ResponseReturnValue:
    """The page of an HTTP error; redirects and ready responses pass through."""
    if error.response is not None or error.code is None or error.code < BAD_REQUEST:
        return error
    if cause := getattr(error, "original_exception", None):  # an error page itself failed
        return show_500(cause)
    fallback = SERVER_ERROR if error.code >= SERVER_ERROR else BAD_REQUEST
    answer = error_page(error.code if error.code in STATUSES_WITH_TEXT else fallback)
    if error.code == TOO_MANY:  # for this reason alone a tablet stores a refused form
        answer.headers["Retry-After"] = str(_BUSY_SECONDS)
    return answer


def show_500(error: Exception) -> ResponseReturnValue:
    """The page of an unexpected error; the log gets the kind and place, never a value."""
    if isinstance(error, HTTPException):
        return show_error(error)
    line = f"{type(error).__name__} on {request.endpoint}"
    if why := db.write_failure_of(error):
        line += f": {why}"
        current_app.logger.error(line)
        return show_write_failure(why)
    line += f"\n{name_place(error.__traceback__)}"
    current_app.logger.error(line)
    if isinstance(error, KeyGone | KeyFileError):  # `youthvoice doctor` names it; once it is back, all goes on
        return show_write_failure(None)
    db.restart_read_only()
    return error_page(SERVER_ERROR)


give_back_form: Final = Port[Callable[[], Response | None]]("give_back_form")
"""The page that returns a staff form to its sender, with its values."""


def show_write_failure(why: WriteFailure | None) -> Response:
    """Answer that nothing could be stored, and return what was sent.

    A page's own script keeps its form; a form sent without a script is returned with a button to send it again. Without
    a database nobody is signed in: the error page itself says to staff to reload it, which sends their form again.

    Args:
        why: what the database said; None where a key file is away or cut.
    """
    db.restart_read_only()
    g.write_failure = why
    if why in _WITHOUT_DATABASE:
        g.caller = None
    sent = request.method == "POST" and not wants_json()
    gives_back = why in {"no_room", "closed", "busy"} and request.path.startswith("/staff")
    answer = give_back_form()() if sent and gives_back else None
    if answer is None:
        again = tuple(request.form.items(multi=True)) if sent and not request.path.startswith("/staff") else ()
        answer = error_page(NOT_KEPT, again)
    answer.status_code = NOT_KEPT
    answer.headers["Retry-After"] = str(_TRY_AGAIN_SECONDS)
    return answer


def error_page(code: int, again: Fields = ()) -> Response:
    """One error page, for the kind of person who gets it.

    Args:
        code: the status.
        again: fields of a child's form, to be sent again.
    """
    template, words = _template_and_texts()
    error_text = words(code)
    if wants_json():
        answer = jsonify(title=error_text.title, words=error_text.words)
    else:
        stays = g.get("write_failure") in _WITHOUT_DATABASE  # a link to another page would lose what was sent
        link = {"way_href": _page_of_form(), "way_words": _("Back to the form")} if _is_too_large(code) else {}
        page = render_template(
            template, code=code, title=error_text.title, words=error_text.words, again=again, stays=stays, **link
        )
        answer = make_response(page)
    answer.status_code = code
    return answer


def _is_too_large(code: int) -> bool:
    return code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and request.path.startswith("/staff")


def _page_of_form() -> str:
    """The page of a refused staff form: its own address if it can be opened, or else the page that sent it."""
    addresses = current_app.url_map.bind_to_environ(request.environ)
    if addresses.test(request.path, "GET"):
        return request.full_path.rstrip("?")
    sent_from = urlsplit(request.referrer or "")
    here = sent_from.path.startswith("/staff/") and addresses.test(sent_from.path, "GET")
    return urlunsplit(("", "", sent_from.path, sent_from.query, "")) if here else "/staff/"


def _size_limit_label() -> str:
    """The size limit of the current page, as text."""
    most = request.max_content_length or 0
    if most >= _MEGABYTE:
        return str(ngettext("%(num)s megabyte", "%(num)s megabytes", most // _MEGABYTE))
    return str(ngettext("%(num)s kilobyte", "%(num)s kilobytes", most // 1024))


def _template_and_texts() -> tuple[str, Callable[[int], ErrorText]]:
    """The template and the texts for the reader, by the address: staff, a reader of a letter, else a child."""
    if request.path.startswith("/staff"):
        return "staff/error.html", text_for_staff
    if request.path.startswith(("/views", "/outside")):
        return "view/error.html", text_for_reader
    return "child/error.html", text_for_child


def text_for_reader(code: int) -> ErrorText:
    """Texts for an adult who followed a link of a letter; they reveal nothing about the page behind it."""
    return {
        404: ErrorText(
            _("This page is not to be found."),
            _("The address may be mistyped or no longer hold. Open it once more from the letter you got."),
        ),
        429: ErrorText(_("Too many tries"), _("Wait a few minutes, then try again.")),
        503: _write_failure_text(),
    }.get(code, ErrorText(_("This did not work."), _("Try again in a few minutes. Nothing was changed.")))


def text_for_child(code: int) -> ErrorText:
    """Texts for a child, or for anybody who holds a tablet."""
    return {
        400: ErrorText(_("That did not work."), _("Nothing is lost that you sent before. Go back and try again.")),
        403: ErrorText(_("This page is not for this tablet."), _("Ask an adult to connect this tablet. Help is here.")),
        404: ErrorText(_("There is nothing here."), _("The page may have moved. Go to the first page.")),
        405: ErrorText(_("There is nothing here."), _("The page may have moved. Go to the first page.")),
        408: ErrorText(_("That took too long."), _("Go back and send it again. A stronger signal helps.")),
        410: ErrorText(_("This has ended."), _("Thank you for coming. You can look for what is open today.")),
        413: ErrorText(_("That was too much at one time."), _("Make your words shorter and send again.")),
        429: ErrorText(_("Too many at the same time."), _("Wait a little, then try again. Nothing is lost.")),
        503: ErrorText(_("This has to wait a little."), _("Keep this page open. Send it again in a few minutes.")),
    }.get(code, ErrorText(_("Something broke here."), _("It is not your fault. Try again, or ask for help.")))


def text_for_staff(code: int) -> ErrorText:
    """Texts for a signed-in adult."""
    return {
        400: ErrorText(
            _("This could not be done"), _("The form was out of date or incomplete. Go back, load it again.")
        ),
        403: ErrorText(_("This is not yours to open"), _("Your role does not include this page.")),
        404: ErrorText(_("Nothing is here"), _("It does not exist, or belongs to a site that is not yours.")),
        405: ErrorText(_("Nothing is here"), _("It does not exist, or belongs to a site that is not yours.")),
        408: ErrorText(_("This took too long to arrive"), _("Nothing was changed. Go back, and send it again.")),
        410: ErrorText(_("This has ended"), _("It can no longer be changed.")),
        413: ErrorText(
            _("This is too large"),
            _("This page takes %(most)s at most. Nothing was changed. Go back to it.", most=_size_limit_label()),
        ),
        429: ErrorText(_("Too many tries"), _("Wait a few minutes, then try again.")),
        503: _write_failure_text(),
    }.get(code, ErrorText(_("Something broke"), _("Nothing was changed. Try again; if it stays: youthvoice doctor.")))


def _write_failure_text() -> ErrorText:
    """The text for an adult about why nothing could be stored; without a reason, a general one."""
    why: WriteFailure | None = g.get("write_failure")
    if why == "away":
        return ErrorText(
            _("This has to wait"),
            _("The database does not answer. Nothing was changed. Keep this page open and reload it in a few minutes."),
        )
    if why == "closed":
        return ErrorText(
            _("This could not be kept"),
            _(
                "The database may not be written now: it is read-only, or belongs to another user. Nothing was "
                "changed. Your system administrator has to open it."
            ),
        )
    if why == "unanswered":
        return ErrorText(
            _("Look before you send this again"),
            _(
                "The database went away while it saved this. We do not know whether it was saved. Keep this page open, "
                "and look in another window. Reload this page only if it is not there: that sends it again."
            ),
        )
    if why == "busy":
        return ErrorText(
            _("This could not be kept"), _("Too many people are writing. Nothing was changed. Try again in a minute.")
        )
    if why == "no_room":
        return ErrorText(
            _("This could not be kept"),
            _("The disk is full. Nothing was changed. Your system administrator has to make room."),
        )
    return ErrorText(_("This could not be kept"), _("Nothing was changed. Try again in a few minutes."))

"""Error pages: kind words for a child, what to do for staff, JSON for the tablet's own script."""

from typing import NamedTuple

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

SHOWN = (400, 403, 404, 405, 410, 413, 429, 500)


class Words(NamedTuple):
    """A heading and a sentence."""

    title: str
    words: str


def init_app(app: Flask) -> None:
    """Answer every error in the words of this house."""
    app.register_error_handler(HTTPException, show)
    app.register_error_handler(Exception, show_500)


def show(error: HTTPException) -> ResponseReturnValue:
    """The page of one error; redirects and ready responses pass through."""
    if error.response is not None or error.code is None or error.code < 400:  # noqa: PLR2004 - HTTP
        return error
    code = error.code if error.code in SHOWN else (500 if error.code >= 500 else 400)  # noqa: PLR2004 - HTTP
    return page(code), error.code


def show_500(error: Exception) -> ResponseReturnValue:
    """Something broke: log where, without parameters or words, and say so."""
    if isinstance(error, HTTPException):
        return show(error)
    from flask import current_app  # noqa: PLC0415 - only here

    current_app.logger.error("%s on %s", type(error).__name__, request.endpoint, exc_info=_without_values(error))
    return page(500), 500


def _without_values(error: Exception) -> tuple[type[Exception], Exception, object]:
    bare = type(error)("(values are not logged)") if type(error) is ValueError else error
    return type(error), bare, error.__traceback__


def page(code: int) -> ResponseReturnValue:
    """The body of one error page, for whoever asked."""
    staff = request.path.startswith("/staff")
    words = for_staff(code) if staff else for_a_child(code)
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(title=words.title, words=words.words)
    return render_template(
        "staff/error.html" if staff else "child/error.html", code=code, title=words.title, words=words.words
    )


def for_a_child(code: int) -> Words:
    """Words for a child, or for whoever holds a tablet."""
    return {
        400: Words(_("That did not work."), _("Nothing is lost that you sent before. Go back and try again.")),
        403: Words(_("This page is not for this tablet."), _("Ask an adult to connect this tablet. Help is here.")),
        404: Words(_("There is nothing here."), _("The page may have moved. Go to the first page.")),
        405: Words(_("There is nothing here."), _("The page may have moved. Go to the first page.")),
        410: Words(_("This has ended."), _("Thank you for coming. You can look for what is open today.")),
        413: Words(_("That was too much at once."), _("Make your words shorter and send again.")),
        429: Words(_("Too many at once."), _("Wait a little, then try again. Nothing is lost.")),
    }.get(code, Words(_("Something broke here."), _("It is not your fault. Try again, or ask for help.")))


def for_staff(code: int) -> Words:
    """Words for an adult who is signed in."""
    return {
        400: Words(_("This could not be done"), _("The form was out of date or incomplete. Go back, load it again.")),
        403: Words(_("This is not yours to open"), _("Your role does not include this page.")),
        404: Words(_("Nothing is here"), _("It does not exist, or belongs to a site that is not yours.")),
        405: Words(_("Nothing is here"), _("It does not exist, or belongs to a site that is not yours.")),
        410: Words(_("This has ended"), _("It cannot be changed any more.")),
        413: Words(_("That file is too large"), _("A questionnaire may have two megabytes, anything else less.")),
        429: Words(_("Too many tries"), _("Wait a few minutes, then try again.")),
    }.get(code, Words(_("Something broke"), _("Nothing was changed. Try again; if it stays, run flask doctor.")))

"""Somebody writes, and the house hears of it now and then; the token of a form, anew - HTTP only.

Any request of hers keeps a session alive (`signing_in.find_caller`), up to its eight hours. These carry nothing else,
and nothing of them is logged.
"""

from flask import Blueprint, abort, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from youthvoice.access.guard import needs, require

pages = Blueprint("awake", __name__, url_prefix="/staff/awake")


@pages.post("")
@needs("home.see")
def still_here() -> ResponseReturnValue:
    """There was a sign of life on one of her pages."""
    return "", 204


@pages.get("")
@needs("home.see")
def signed_in() -> ResponseReturnValue:
    """Where a second tab ends in which she signed in again; it shows nothing, for a child may sit beside her."""
    return render_template("staff/signed_in.html")


@pages.get("/<int:person_id>")
@needs("home.see")
def token(person_id: int) -> ResponseReturnValue:
    """A fresh token for the forms of a page that was opened by this same person, before she signed in again."""
    if require().person_id != person_id:
        abort(404)
    return jsonify(csrf=generate_csrf())

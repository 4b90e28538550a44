"""The picture board of small choices, on a child's tablet - HTTP only."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from youthvoice import context as running
from youthvoice import db
from youthvoice.sites.tablets.current import here, on_a_tablet
from youthvoice.surveys.choices import board as choice_board
from youthvoice.web import headers
from youthvoice.web.i18n import languages

pages = Blueprint("choose", __name__, url_prefix="")
pages.before_request(headers.refuse_other_sites)


@pages.get("/choose")
@on_a_tablet
def board() -> ResponseReturnValue:
    """What children of this site can choose now; then what won, and what became of it."""
    at = here()
    if at is None:
        abort(403)
    said = languages.chosen(at.site.languages)
    found = choice_board.board(db.session(), running.keyring(), at.site, running.now())
    names = choice_board.names_in(db.session(), found)
    return choice_board.page(found, names, at.site, said, languages.chosen())

"""The agenda, for children - HTTP only."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from youthvoice import db
from youthvoice.committees import agenda_page
from youthvoice.places.tablets import here
from youthvoice.threads.channel import is_open_at
from youthvoice.web import headers, languages
from youthvoice.web.sheets import new_sheet

pages = Blueprint("agenda", __name__, url_prefix="/agenda", template_folder="templates")
pages.before_request(headers.refuse_other_sites)


@pages.get("")
def board() -> ResponseReturnValue:
    """What is on the agenda of every committee here, and what became of it."""
    at = here() or abort(403)
    language = languages.chosen(at.site.languages)
    shown = agenda_page.agendas(db.session(), at.site, language)
    return render_template(
        "committees/agenda.html", agendas=shown, sheet=new_sheet(), tells=is_open_at(at.site), front_href="/language"
    )

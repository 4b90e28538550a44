"""Monthly packs for the outside committee - HTTP only."""

from datetime import date

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import needs, require, site_or_404
from youthvoice.grievances.statistics import labels as figure_words
from youthvoice.publications import packs
from youthvoice.sites import store as places
from youthvoice.web.i18n import languages

pages = Blueprint("packs", __name__, url_prefix="/staff/packs")


@pages.get("/")
@needs("figures.see")
def index() -> ResponseReturnValue:
    """The months of each of the caller's sites in which children were shown something."""
    session = db.session()
    sites = [(site, packs.months(session, site.id)) for site in places.sites_of(session, require().site_ids)]
    return render_template("publications/packs.html", sites=sites, month_words=_in_words)


@pages.get("/<int:site_id>/<month>")
@needs("figures.see")
def one(site_id: int, month: str) -> ResponseReturnValue:
    """One pack, to read and to print."""
    found = places.site(db.session(), site_or_404(site_id)) or abort(404)
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        abort(404)
    if first not in packs.months(db.session(), site_id):
        abort(404)
    made = packs.pack(db.session(), places.facts(found), first, languages.chosen(), running.today(found.time_zone))
    return render_template("publications/pack.html", pack=made, month=_in_words(first), words=figure_words)


def _in_words(month: date) -> str:
    return str(format_date(month, "MMMM y"))

"""Figures of the channel, for the regulator and the outside committee - HTTP only.

Only the outside recipient sees them: who works at the site could compare them with what she herself can open, and learn
that there is something she was left out of (S14).
"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import needs, require
from youthvoice.grievances.statistics import labels as figure_words
from youthvoice.grievances.statistics import store as figure_store
from youthvoice.sites import store as places

pages = Blueprint("figures", __name__, url_prefix="/staff/figures")


@pages.get("/")
@needs("figures.see")
def index() -> ResponseReturnValue:
    """Every frozen year of the caller's sites, as it may be handed on."""
    caller, session = require(), db.session()
    sites = [
        (site, figure_store.years(session, running.keyring(), site.id))
        for site in places.sites_of(session, caller.site_ids)
    ]
    return render_template("grievances/figures.html", sites=sites, words=figure_words)

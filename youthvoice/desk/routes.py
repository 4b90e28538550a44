"""A staff member's first page - HTTP only."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from youthvoice import db
from youthvoice.access.guard import needs, require
from youthvoice.desk import waiting, words
from youthvoice.grievances import handed_on
from youthvoice.places import store as places
from youthvoice.web import languages

pages = Blueprint("desk", __name__, url_prefix="/staff", template_folder="templates")


@pages.get("/")
@needs("home.see")
def home() -> ResponseReturnValue:
    """What waits for the caller, the overdue on top."""
    caller = require()
    sites = [(site.id, site.name, site.time_zone) for site in places.sites_of(db.session(), caller.site_ids)]
    groups = waiting.groups(db.session(), caller, sites)
    shown = {"speak": languages.chosen(), "words": words, "ngettext": ngettext, "role": caller.role}
    shown["handed_on"] = handed_on.how_many(db.session(), caller)
    number = sum(len(items) for _code, items in groups)
    return render_template("desk/home.html", groups=groups, sites=sites, number=number, **shown)

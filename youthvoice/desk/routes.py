"""A staff member's first page - HTTP only."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from youthvoice import db
from youthvoice.access.guard import needs, require
from youthvoice.desk import waiting
from youthvoice.places import store as places

pages = Blueprint("desk", __name__, url_prefix="/staff", template_folder="templates")


@pages.get("/")
@needs("home.see")
def home() -> ResponseReturnValue:
    """What is owed and what waits, the overdue first."""
    caller = require()
    sites = places.sites_of(db.session(), caller.site_ids)
    return render_template("desk/home.html", sites=sites, groups=waiting.groups(db.session(), caller, sites))

"""A staff member's first page - HTTP only."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from youthvoice import db
from youthvoice.access.guard import needs, require
from youthvoice.accounts.trust import trust_now
from youthvoice.dashboard import labels as words
from youthvoice.dashboard import step_labels as step_words
from youthvoice.dashboard import steps
from youthvoice.dashboard import tasks as waiting
from youthvoice.grievances.desk import escalated_count as handed_on
from youthvoice.sites import store as places
from youthvoice.web.i18n import languages

pages = Blueprint("desk", __name__, url_prefix="/staff")


@pages.get("/")
@needs("home.see")
def home() -> ResponseReturnValue:
    """What waits for the caller: where somebody may be in danger on top, then the overdue."""
    caller = require()
    sites = [(site.id, site.name, site.time_zone) for site in places.sites_of(db.session(), caller.site_ids)]
    waited = handed_on.to_look_at(db.session(), caller)
    groups = waiting.groups(db.session(), caller, sites, waited)
    items = [item for _code, some in groups for item in some]
    shown: dict[str, object] = {"speak": languages.chosen(), "words": words, "ngettext": ngettext, "role": caller.role}
    shown["alarms"] = words.alarms(waited, items, caller.role, languages.chosen())
    shown |= {"sites_to_do": steps.until_heard(db.session(), caller.site_ids, trust_now()), "me": caller}
    shown["step_words"] = step_words
    number = sum(len(items) for _code, items in groups)
    return render_template("desk/home.html", groups=groups, sites=sites, number=number, **shown)

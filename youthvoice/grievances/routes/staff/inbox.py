"""The desk of whoever reads reports - HTTP only."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import needs, require
from youthvoice.accounts import store as people
from youthvoice.grievances.desk import inbox
from youthvoice.grievances.desk import labels as desk_words
from youthvoice.grievances.desk.inbox import Asked
from youthvoice.grievances.offboarding import held, letters_held
from youthvoice.grievances.report_name import tidied
from youthvoice.sites import store as places

pages = Blueprint("reports", __name__, url_prefix="/staff/reports")


@pages.context_processor
def _words() -> dict[str, object]:
    return {"say": desk_words, "ngettext": ngettext, "now": running.now()}


@pages.get("/")
@needs("reports.read")
def index() -> ResponseReturnValue:
    """What was told to the caller: reports and letters in one list, the overdue on top."""
    caller, session, asked = require(), db.session(), _asked()
    found = inbox.desk(session, caller, asked)
    owners = {row.marks.owner for _code, _number, rows in found.groups for row in rows if row.marks}
    return render_template(
        "grievances/inbox.html",
        desk=found,
        asked=asked,
        sites=places.sites_of(session, caller.site_ids),
        names=people.names(session, owners),
        person_id=caller.person_id,
    )


@pages.get("/leaving")
@needs("reports.read")
def leaving() -> ResponseReturnValue:
    """What the caller reads and who else does, before she leaves."""
    session, caller = db.session(), require()
    return render_template("grievances/leaving.html", held=held(session, caller), letters=letters_held(session, caller))


def _asked() -> Asked:
    given = request.args
    return Asked(
        given.get("site", 0, type=int), tidied(given.get("name", "")), "closed" in given, given.get("page", 1, type=int)
    )
